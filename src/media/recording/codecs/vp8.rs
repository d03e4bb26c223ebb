//! What a recording needs to know of VP8: the descriptor of its packets (RFC 7741, 4.2) and the head of its frames (RFC 6386, 9.1).

use super::{Depacketiser, Size};

pub struct Vp8;

impl Depacketiser for Vp8 {
    fn add(&self, frame: &mut Vec<u8>, payload: &[u8]) -> Option<()> {
        let part = part(payload).filter(|part| part.begins || !frame.is_empty())?;
        frame.extend_from_slice(part.body);
        Some(())
    }

    fn is_key(&self, frame: &[u8]) -> bool {
        frame.first().is_some_and(|first| first & 1 == 0)
    }

    fn size(&self, frame: &[u8]) -> Option<Size> {
        let side = |at: usize| Some(u16::from_le_bytes([*frame.get(at)?, *frame.get(at + 1)?]) & 0x3fff);
        let size = (side(6)?, side(8)?);
        let is_whole = self.is_key(frame) && frame[3..6] == [0x9d, 0x01, 0x2a];
        (is_whole && size.0 > 0 && size.1 > 0).then_some(size)
    }
}

/// What a packet carries of a frame.
struct Vp8Part<'a> {
    /// It is the first part of its frame.
    begins: bool,
    body: &'a [u8],
}

/// `None` if it is cut.
fn part(payload: &[u8]) -> Option<Vp8Part<'_>> {
    let first = *payload.first()?;
    let mut at = 1;
    if first & 0x80 != 0 {
        let has = *payload.get(1)?;
        at = 2;
        if has & 0x80 != 0 {
            // The picture's number has one byte or two.
            at += 1 + usize::from(payload.get(2)? >> 7);
        }
        at += usize::from(has & 0x40 != 0) + usize::from(has & 0x30 != 0);
    }
    let body = payload.get(at..).filter(|body| !body.is_empty())?;
    Some(Vp8Part { begins: first & 0x1f == 0x10, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_begins_a_frame_or_continues_it() {
        for (payload, begins, body) in [
            (&[0x10, 7][..], true, &[7][..]),
            (&[0x00, 7], false, &[7]),
            // The second partition starts, too, but not a frame.
            (&[0x11, 7], false, &[7]),
            (&[0x90, 0x80, 0x05, 7, 8], true, &[7, 8]),
            (&[0x80, 0x80, 0x85, 0x01, 7], false, &[7]),
            (&[0x90, 0xe0, 0x85, 0x01, 0x07, 0x20, 7], true, &[7]),
        ] {
            let part = part(payload).unwrap();
            assert_eq!((part.begins, part.body), (begins, body), "{payload:?}");
        }
        for cut in [&[][..], &[0x10], &[0x90], &[0x90, 0x80], &[0x90, 0x80, 0x85, 0x01]] {
            assert!(part(cut).is_none(), "{cut:?}");
        }
    }

    #[test]
    fn a_keyframe_tells_its_size() {
        let key = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x41];
        assert_eq!(Vp8.size(&key), Some((640, 360)));
        assert_eq!(Vp8.size(&key[..9]), None);
        assert_eq!(Vp8.size(&[0x11, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x41]), None);
        assert_eq!(Vp8.size(&[0x10, 0, 0, 0, 0, 0, 0x80, 0x02, 0x68, 0x41]), None);
    }
}
