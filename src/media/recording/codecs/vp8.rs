//! What a recording needs to know of VP8: which packet begins a frame (RFC 7741, 4.2), and the head of a frame (RFC 6386, 9.1).

use super::{Depacketiser, Size};
use crate::codec::vp8;

pub struct Vp8;

impl Depacketiser for Vp8 {
    fn add(&self, frame: &mut Vec<u8>, payload: &[u8]) -> Option<()> {
        let body = vp8::without_descriptor(payload).filter(|body| !body.is_empty())?;
        // The start of a partition, and of the first one.
        let begins = payload.first()? & 0x1f == 0x10;
        (begins || !frame.is_empty()).then(|| frame.extend_from_slice(body))
    }

    fn is_key(&self, frame: &[u8]) -> bool {
        frame.first().is_some_and(|first| first & 1 == 0)
    }

    fn size(&self, frame: &[u8]) -> Option<Size> {
        vp8::frame_size(frame).filter(|size| self.is_key(frame) && size.0 > 0 && size.1 > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_begins_a_frame_or_continues_it() {
        let add = |mut frame: Vec<u8>, payload: &[u8]| Vp8.add(&mut frame, payload).map(|()| frame);
        for (payload, begins, body) in [
            (&[0x10, 7][..], true, &[7][..]),
            (&[0x00, 7], false, &[7]),
            // The second partition starts, too, but not a frame.
            (&[0x11, 7], false, &[7]),
            (&[0x90, 0x80, 0x05, 7, 8], true, &[7, 8]),
            (&[0x80, 0x80, 0x85, 0x01, 7], false, &[7]),
            (&[0x90, 0xe0, 0x85, 0x01, 0x07, 0x20, 7], true, &[7]),
        ] {
            assert_eq!(add(vec![], payload), begins.then(|| body.to_vec()), "{payload:?}");
            assert_eq!(add(vec![6], payload), Some([&[6][..], body].concat()), "{payload:?}");
        }
        for cut in [&[][..], &[0x10], &[0x90], &[0x90, 0x80], &[0x90, 0x80, 0x85, 0x01]] {
            assert_eq!(add(vec![6], cut), None, "{cut:?}");
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
