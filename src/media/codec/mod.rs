//! What we read of a codec's payloads: where a keyframe begins, and how large its picture is. Everything here is a
//! stranger's bytes: nothing is decoded, and what cannot be read is no keyframe.

mod av1;
pub mod bits;
pub mod h264;
pub mod terms;
pub mod vp8;
pub mod vp9;

use domain::live::media::Codec;

/// Width and height in pixels.
pub type Size = (u16, u16);

/// Whether a decoder that knows nothing yet can begin with this packet. At most one packet of a frame does.
pub fn begins_keyframe(codec: Codec, payload: &[u8]) -> bool {
    match codec {
        Codec::Opus => false,
        Codec::Vp8 => vp8::begins_keyframe(payload),
        Codec::H264 => h264::begins_keyframe(payload),
        Codec::Vp9 => vp9::begins_keyframe(payload),
        Codec::Av1 => av1::begins_keyframe(payload),
    }
}

/// The size of the picture, from a packet that begins a keyframe. `None` if it does not say, as with AV1, whose headers
/// we do not read.
pub fn size(codec: Codec, payload: &[u8]) -> Option<Size> {
    match codec {
        Codec::Vp8 => vp8::size(payload),
        Codec::H264 => h264::size(payload),
        Codec::Vp9 => vp9::size(payload),
        Codec::Opus | Codec::Av1 => None,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
