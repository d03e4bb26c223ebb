//! What a recording needs to know of each codec: how its frames travel in packets, and what a frame tells of itself. Frames have
//! the form in which files hold them. Everything here is a stranger's bytes: what cannot be read is no frame.

mod av1;
mod h264;
mod units;
mod vp8;
mod vp9;

#[cfg(test)]
pub mod packets;
#[cfg(test)]
mod tests;

use crate::codec::Size;
use domain::live::media::Codec;

/// Bytes of a setup: encoders write 20 to 100. It is in the row of its recording, of which pages read hundreds.
const LONGEST_SETUP: usize = 1024;

pub trait Depacketiser: Sync {
    /// Adds what a packet carries to its frame, whose packets come in order. `None` if it is cut, or continues what never began.
    fn add(&self, frame: &mut Vec<u8>, payload: &[u8]) -> Option<()>;

    /// The frame, after its last packet. `None` if there is no picture in it.
    fn finish(&self, frame: Vec<u8>) -> Option<Vec<u8>> {
        Some(frame)
    }

    /// Whether a decoder can begin with this frame.
    fn is_key(&self, frame: &[u8]) -> bool;

    /// Width and height of a keyframe in pixels.
    fn size(&self, frame: &[u8]) -> Option<Size>;

    /// What a file must say of its pictures before the first one, from a keyframe: `avcC` of H264 (ISO 14496-15, 5.3.3), `av1C` of
    /// AV1. Of the others nothing.
    fn setup(&self, _frame: &[u8]) -> Option<Vec<u8>> {
        Some(vec![])
    }

    /// Size and setup of a keyframe. `None` if it does not tell them, or its setup is longer than an encoder's.
    fn picture(&self, frame: &[u8]) -> Option<(Size, Vec<u8>)> {
        let size = self.size(frame)?;
        Some((size, self.setup(frame).filter(|setup| setup.len() <= LONGEST_SETUP)?))
    }
}

/// `None` for sound, of which each packet is a frame.
pub fn of(codec: Codec) -> Option<&'static dyn Depacketiser> {
    match codec {
        Codec::Opus => None,
        Codec::Vp8 => Some(&vp8::Vp8),
        Codec::H264 => Some(&h264::H264),
        Codec::Vp9 => Some(&vp9::Vp9),
        Codec::Av1 => Some(&av1::Av1),
    }
}
