//! Still pictures of what is on air. A keyframe of VP8 is what a lossy WebP holds, so the decoder of WebP reads it.

use crate::pictures::{encode, pixels};
use domain::{
    live::media::Keyframe,
    picture::{Format, PictureError},
};
use image::{DynamicImage, codecs::webp::WebPDecoder, imageops::FilterType};
use std::io::Cursor;

/// The frame of a still in pixels; it is as wide or as high.
const FRAME: u32 = 640;
/// The frame of what those without access see, before it is enlarged: patches of colour.
const VEILED: u32 = 24;

/// Two JPEGs of one keyframe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillFiles {
    pub sharp: Vec<u8>,
    /// For people who have no access: nobody can see what it shows.
    pub veiled: Vec<u8>,
}

/// Decodes a keyframe. It takes some 20 ms, so it belongs on a thread where it may block.
///
/// # Errors
/// If the publisher sends something else than VP8, or too large pictures.
pub fn still(frame: &Keyframe) -> Result<StillFiles, PictureError> {
    let file = webp(&frame.vp8);
    let decoder = WebPDecoder::new(Cursor::new(&file[..])).map_err(|_| PictureError::Broken)?;
    let picture = pixels(decoder, (1, 1))?;
    let picture = match frame.turn {
        90 => picture.rotate90(),
        180 => picture.rotate180(),
        270 => picture.rotate270(),
        _ => picture,
    };
    let sharp = picture.thumbnail(FRAME, FRAME);
    Ok(StillFiles { sharp: encode(&sharp, Format::Jpeg)?, veiled: encode(&veiled(&sharp), Format::Jpeg)? })
}

/// Reduced to a few patches, and enlarged again: what is left out here is nowhere in the file.
fn veiled(picture: &DynamicImage) -> DynamicImage {
    let patches = picture.thumbnail(VEILED, VEILED);
    patches.resize_exact(picture.width(), picture.height(), FilterType::Triangle)
}

/// The simple file format of WebP: a RIFF file with one chunk.
fn webp(vp8: &[u8]) -> Vec<u8> {
    let padding = vp8.len() % 2;
    let length = |bytes: usize| (bytes as u32).to_le_bytes();
    let chunk = [&b"VP8 "[..], &length(vp8.len()), vp8, &[0][..padding]].concat();
    [&b"RIFF"[..], &length(chunk.len() + 4), b"WEBP", &chunk].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_keyframe_is_refused() {
        for vp8 in [vec![], vec![0x10; 3], vec![0x9d; 4000], b"\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f".to_vec()]
        {
            assert!(still(&Keyframe { vp8: vp8.clone(), turn: 0 }).is_err(), "{vp8:?}");
        }
    }
}
