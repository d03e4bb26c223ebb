//! VP9: its packets (RFC 9628, 4.2) and the uncompressed head of its frames (VP9 bitstream specification, 6.2).

use super::{Depacketiser, Size};
use crate::codec::{bits::Bits, vp9::part};

pub struct Vp9;

impl Depacketiser for Vp9 {
    /// Of several spatial layers the lowest is kept, which needs no other.
    fn add(&self, frame: &mut Vec<u8>, payload: &[u8]) -> Option<()> {
        let part = part(payload)?;
        if !frame.is_empty() || part.begins && part.layer == 0 {
            frame.extend_from_slice(if part.layer == 0 { part.body } else { &[] });
            return Some(());
        }
        None
    }

    fn is_key(&self, frame: &[u8]) -> bool {
        keyframe(frame).is_some()
    }

    fn size(&self, frame: &[u8]) -> Option<Size> {
        let (mut bits, profile) = keyframe(frame)?;
        // A profile with odd number has its own way to sample colours, one above 1 has more than eight bits.
        let (odd, deep) = (profile & 1 == 1, profile > 1);
        bits.take(u32::from(deep))?;
        let is_rgb = bits.take(3)? == 7;
        bits.take(match (is_rgb, odd) {
            (false, false) => 1,
            (false, true) => 4,
            (true, true) => 1,
            (true, false) => return None,
        })?;
        let (width, height) = (bits.take(16)? + 1, bits.take(16)? + 1);
        Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?))
    }
}

/// What follows the start code of a keyframe, and its profile.
fn keyframe(frame: &[u8]) -> Option<(Bits<'_>, u32)> {
    let mut bits = Bits::new(frame);
    let (marker, low, high) = (bits.take(2)?, bits.take(1)?, bits.take(1)?);
    let profile = high << 1 | low;
    if profile == 3 {
        bits.take(1)?;
    }
    let (shown_again, predicted) = (bits.take(1)?, bits.take(1)?);
    bits.take(2)?;
    let is_key = marker == 2 && shown_again == 0 && predicted == 0 && bits.take(24)? == 0x49_8342;
    is_key.then_some((bits, profile))
}
