//! VP8 (RFC 7741, RFC 6386).

use super::Size;
use str0m::rtp::Vp8Descriptor;

pub fn begins_keyframe(payload: &[u8]) -> bool {
    Vp8Descriptor::parse(payload).is_ok_and(|descriptor| descriptor.starts_keyframe(payload))
}

pub fn size(payload: &[u8]) -> Option<Size> {
    frame_size(without_descriptor(payload)?)
}

/// After three bytes of frame header and three of a start code: 14 bits each, and two of scaling (RFC 6386, 9.1).
pub fn frame_size(frame: &[u8]) -> Option<Size> {
    let [.., 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = frame.get(..10)? else { return None };
    let side = |low: &u8, high: &u8| u16::from_le_bytes([*low, *high]) & 0x3fff;
    Some((side(w0, w1), side(h0, h1)))
}

/// What follows the payload descriptor (RFC 7741, 4.2).
pub fn without_descriptor(payload: &[u8]) -> Option<&[u8]> {
    let mut at = 1;
    if payload.first()? & 0x80 != 0 {
        let has = *payload.get(1)?;
        at = 2;
        if has & 0x80 != 0 {
            // The picture's number has one byte or two.
            at += 1 + usize::from(payload.get(2)? >> 7);
        }
        at += usize::from(has & 0x40 != 0) + usize::from(has & 0x30 != 0);
    }
    payload.get(at..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_descriptor_is_left_out_whatever_its_length() {
        for (head, body) in [
            (&[0x10][..], &[0, 1][..]),
            (&[0x90, 0x80, 0x05], &[0, 1]),
            (&[0x90, 0x80, 0x85, 0x01], &[0, 1]),
            (&[0x90, 0xe0, 0x85, 0x01, 0x07, 0x20], &[0, 1]),
            (&[0x90, 0x20, 0x20], &[0, 1]),
        ] {
            assert_eq!(without_descriptor(&[head, body].concat()), Some(body), "{head:?}");
        }
        for short in [&[][..], &[0x90], &[0x90, 0x80]] {
            assert_eq!(without_descriptor(short), None, "{short:?}");
        }
    }
}
