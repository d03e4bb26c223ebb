//! Uploaded pictures: what is in a file of a stranger, and the files that we make of it. Only pixels are taken over, so
//! nothing else of the file is ever served: no metadata, no place, no second file behind the first.
//!
//! Dimensions and memory are judged from the head of a file, before any pixel is decoded.

use domain::picture::{Format, MOST_BYTES, NewPicture, PictureError, PictureId, Purpose, Size};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageResult, Limits, RgbImage,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::{CompressionType, FilterType as PngFilter, PngDecoder, PngEncoder},
        webp::WebPDecoder,
    },
    imageops::FilterType,
};
use sha2::{Digest, Sha256};
use std::io::Cursor;

/// The largest width and height in pixels.
const MOST_SIDE: u32 = 12_000;
/// The most pixels: more than the usual cameras have.
const MOST_PIXELS: u64 = 25_000_000;
/// The most bytes of decoded pixels, and of what the decoders allocate beside them.
const MOST_MEMORY: u64 = 110 << 20;
/// Of JPEG, from 1 to 100.
const QUALITY: u8 = 84;

/// Decodes the file of a stranger, and makes the files of a picture of it. It takes up to about a second and 350 MB, so it
/// belongs on a thread where it may block, and few at a time.
///
/// # Errors
/// Why the file is refused.
pub fn process(purpose: Purpose, file: &[u8]) -> Result<NewPicture, PictureError> {
    let picture = decode(file, purpose.least())?;
    let (mut files, mut dimensions) = (Vec::new(), (0, 0));
    for size in purpose.sizes() {
        let fit = if size.whole { within(&picture, *size) } else { cut(&picture, *size) };
        dimensions = dimensions.max((fit.width(), fit.height()));
        files.push((*size, encode(&fit, size.format)?));
    }
    Ok(NewPicture { id: name(&files), purpose, dimensions, files })
}

/// The name of these files: the hash of all of them, with their sizes.
fn name(files: &[(Size, Vec<u8>)]) -> PictureId {
    let mut hash = Sha256::new();
    for (size, bytes) in files {
        hash.update(size.name);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    PictureId(hash.finalize().into())
}

/// What a file is, by its first bytes.
fn decode(file: &[u8], least: (u32, u32)) -> Result<DynamicImage, PictureError> {
    if file.is_empty() {
        return Err(PictureError::NoFile);
    }
    if file.len() > MOST_BYTES {
        return Err(PictureError::ManyBytes);
    }
    match file {
        [0xff, 0xd8, 0xff, ..] => {
            let decoder = JpegDecoder::new(Cursor::new(file)).map_err(|error| refused(&error))?;
            if !has_end(file) {
                return Err(PictureError::Broken);
            }
            pixels(decoder, least)
        }
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => {
            let decoder = PngDecoder::with_limits(Cursor::new(file), limits());
            let decoder = decoder.map_err(|error| png_refused(&error, file))?;
            if decoder.is_apng().map_err(|error| refused(&error))? {
                return Err(PictureError::Animated);
            }
            pixels(decoder, least)
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            let decoder = WebPDecoder::new(Cursor::new(file)).map_err(|error| refused(&error))?;
            if decoder.has_animation() {
                return Err(PictureError::Animated);
            }
            pixels(decoder, least)
        }
        _ => Err(other(file)),
    }
}

/// What a file is that we do not take.
fn other(file: &[u8]) -> PictureError {
    let begins = |with: &[u8]| file.starts_with(with);
    if begins(b"GIF87a") || begins(b"GIF89a") {
        return PictureError::Gif;
    }
    if file.get(4..8) == Some(b"ftyp".as_slice()) {
        let brands: [&[u8]; 7] = [b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif"];
        let brand = file.get(8..12).unwrap_or_default();
        return if brands.contains(&brand) { PictureError::Heic } else { PictureError::Unknown };
    }
    // An SVG may begin with a byte order mark, a declaration and comments.
    let head = String::from_utf8_lossy(&file[..file.len().min(1024)]).to_ascii_lowercase();
    let is_markup = head.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    if is_markup && head.contains("<svg") { PictureError::Svg } else { PictureError::Unknown }
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

/// Judges what the head of the file says, then decodes its pixels as they are to be seen.
pub(crate) fn pixels(
    mut decoder: impl ImageDecoder,
    least: (u32, u32),
) -> Result<DynamicImage, PictureError> {
    let (width, height) = decoder.dimensions();
    let many = width > MOST_SIDE || height > MOST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS;
    if many {
        return Err(PictureError::ManyPixels { width, height });
    }
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(PictureError::Large);
    }
    decoder.set_limits(limits()).map_err(|error| refused(&error))?;
    // A camera that was held upright says so in its metadata, which are left out.
    let turn = decoder.orientation().map_err(|error| refused(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    picture.apply_orientation(turn);
    let (width, height) = (picture.width(), picture.height());
    if width < least.0 || height < least.1 {
        return Err(PictureError::Small { width, height, least });
    }
    Ok(picture)
}

fn refused(error: &ImageError) -> PictureError {
    if matches!(error, ImageError::Limits(_)) { PictureError::Large } else { PictureError::Broken }
}

/// The decoder of PNG judges dimensions by itself and does not tell them. They stand at a fixed place.
fn png_refused(error: &ImageError, file: &[u8]) -> PictureError {
    let number = |at: usize| Some(u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?));
    match (error, number(16), number(20)) {
        (ImageError::Limits(_), Some(width), Some(height)) if width > MOST_SIDE || height > MOST_SIDE => {
            PictureError::ManyPixels { width, height }
        }
        _ => refused(error),
    }
}

/// Whether a JPEG has its end marker. Decoders paint grey what is missing of a file that was cut off.
fn has_end(file: &[u8]) -> bool {
    let mut at = 2;
    loop {
        let Some([0xff, marker]) = file.get(at..at + 2) else { return false };
        match marker {
            // Any number of fill bytes may precede a marker.
            0xff => at += 1,
            0xd9 => return true,
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => {
                let Some([high, low]) = file.get(at + 2..at + 4) else { return false };
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                at += 2 + length.max(2);
                if *marker == 0xda {
                    at = after_scan(file, at);
                }
            }
        }
    }
}

/// Where the next marker stands after compressed data, in which a byte 0xff is followed by 0 or a restart marker.
fn after_scan(file: &[u8], mut at: usize) -> usize {
    while at + 1 < file.len() {
        if file[at] == 0xff && file[at + 1] != 0 && !(0xd0..=0xd7).contains(&file[at + 1]) {
            return at;
        }
        at += 1;
    }
    file.len()
}

/// The whole picture, no larger than the size. A small one stays as it is.
fn within(picture: &DynamicImage, size: Size) -> DynamicImage {
    let flat = DynamicImage::ImageRgb8(on_white(picture));
    if flat.width() <= size.width && flat.height() <= size.height {
        return flat;
    }
    let near = (size.width * 2, size.height * 2);
    let large = flat.width() > near.0 || flat.height() > near.1;
    let smaller = large.then(|| flat.thumbnail(near.0, near.1));
    smaller.as_ref().unwrap_or(&flat).resize(size.width, size.height, FilterType::CatmullRom)
}

/// The middle of the picture in the proportions of the size.
fn cut(picture: &DynamicImage, size: Size) -> DynamicImage {
    let (width, height) = (u64::from(picture.width()), u64::from(picture.height()));
    let (wide, high) = (u64::from(size.width), u64::from(size.height));
    let (w, h) = if width * high > height * wide {
        ((height * wide / high).max(1), height)
    } else {
        (width, (width * high / wide).max(1))
    };
    let (x, y) = ((width - w) / 2, (height - h) / 2);
    let cut = picture.crop_imm(x as u32, y as u32, w as u32, h as u32);
    if !cut.has_alpha() {
        return scaled(&cut, size);
    }
    // What nobody sees of a transparent pixel must not mix into its neighbours: it would be an edge around the sign.
    let mut pixels = cut.into_rgba8();
    for pixel in pixels.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let part = |colour: u8| ((u32::from(colour) * u32::from(alpha) + 127) / 255) as u8;
        pixel.0 = [part(red), part(green), part(blue), alpha];
    }
    let mut pixels = scaled(&DynamicImage::ImageRgba8(pixels), size).into_rgba8();
    for pixel in pixels.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let whole = |colour: u8| (u32::from(colour) * 255 / u32::from(alpha).max(1)).min(255) as u8;
        pixel.0 = [whole(red), whole(green), whole(blue), alpha];
    }
    DynamicImage::ImageRgba8(pixels)
}

/// The fast way down to twice the size, and the better one from there.
fn scaled(picture: &DynamicImage, size: Size) -> DynamicImage {
    let near = (size.width * 2, size.height * 2);
    let large = picture.width() > near.0 && picture.height() > near.1;
    let smaller = large.then(|| picture.thumbnail_exact(near.0, near.1));
    smaller.as_ref().unwrap_or(picture).resize_exact(size.width, size.height, FilterType::CatmullRom)
}

pub(crate) fn encode(picture: &DynamicImage, format: Format) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    let written: ImageResult<()> = match format {
        Format::Jpeg => {
            on_white(picture).write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))
        }
        Format::Png if picture.has_alpha() => {
            let encoder =
                PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
            picture.to_rgba8().write_with_encoder(encoder)
        }
        Format::Png => {
            let encoder =
                PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
            picture.to_rgb8().write_with_encoder(encoder)
        }
    };
    written.map(|()| bytes).map_err(|_| PictureError::Broken)
}

/// JPEG knows no transparency.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.has_alpha() {
        return picture.to_rgb8();
    }
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u32::from(colour), u32::from(alpha));
            ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbaImage;

    fn png(picture: &RgbaImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_with_encoder(PngEncoder::new(&mut bytes)).expect("a PNG");
        bytes
    }

    /// Red in the middle third and blue beside it; the outer tenths are transparent.
    fn sign(width: u32, height: u32) -> RgbaImage {
        RgbaImage::from_fn(width, height, |x, _| {
            let middle = (width / 3..width - width / 3).contains(&x);
            let seen = (width / 10..width - width / 10).contains(&x);
            let [red, blue] = if middle { [255, 0] } else { [0, 255] };
            image::Rgba([red, 0, blue, if seen { 255 } else { 0 }])
        })
    }

    fn opened(made: &NewPicture, at: usize) -> RgbaImage {
        let picture = image::load_from_memory(&made.files[at].1).expect("a picture").to_rgba8();
        let (size, got) = (made.files[at].0, (picture.width(), picture.height()));
        assert!(size.whole || got == (size.width, size.height), "{got:?}");
        picture
    }

    #[test]
    fn a_picture_is_cut_to_each_size_of_its_purpose() {
        let file = png(&sign(1800, 300));
        for purpose in Purpose::ALL {
            let made = process(purpose, &file).expect("large enough");
            assert_eq!(made.files.iter().map(|(size, _)| *size).collect::<Vec<_>>(), purpose.sizes());
            for at in 0..made.files.len() {
                let picture = opened(&made, at);
                let middle = picture.get_pixel(picture.width() / 2, picture.height() / 2).0;
                assert!(middle[0] > 240 && middle[2] < 15, "{purpose:?}: the middle is kept: {middle:?}");
            }
        }
        let cover = opened(&process(Purpose::Cover, &file).expect("taken"), 0);
        let edge = cover.get_pixel(20, 250).0;
        assert!(edge[2] > 240 && edge[0] < 15, "cut to 900 by 300, so that both sides are blue: {edge:?}");
    }

    #[test]
    fn a_picture_of_a_post_is_whole_and_only_made_smaller() {
        for ((width, height), [large, small]) in [
            ((3200, 800), [(1600, 400), (800, 200)]),
            ((300, 1600), [(300, 1600), (150, 800)]),
            ((40, 30), [(40, 30), (40, 30)]),
        ] {
            let made = process(Purpose::Post, &png(&sign(width, height))).expect("taken");
            let dimensions = |at| {
                let picture = opened(&made, at);
                (picture.width(), picture.height())
            };
            assert_eq!((dimensions(0), dimensions(1)), (large, small), "{width} × {height}");
            assert_eq!(made.dimensions, large);
            let edge = opened(&made, 0).get_pixel(0, 0).0;
            assert!(edge[..3].iter().all(|part| *part > 240), "what is transparent becomes white: {edge:?}");
        }
    }

    #[test]
    fn a_sign_keeps_its_transparency_and_its_edges() {
        let made = process(Purpose::Logo, &png(&sign(416, 416))).expect("taken");
        for at in 0..made.files.len() {
            let picture = opened(&made, at);
            assert_eq!(picture.get_pixel(1, 1).0[3], 0);
            for pixel in picture.pixels().filter(|pixel| pixel.0[3] > 8 && pixel.0[0] < 20) {
                assert!(pixel.0[2] > 200, "nothing dark mixes into the blue: {pixel:?}");
            }
        }
        // A photograph has none, so what is transparent becomes white.
        let avatar = opened(&process(Purpose::Avatar, &png(&sign(416, 416))).expect("taken"), 0);
        assert!(avatar.get_pixel(2, 100).0.iter().all(|part| *part > 245));
    }

    #[test]
    fn the_same_file_is_the_same_picture() {
        let file = png(&sign(800, 800));
        let one = process(Purpose::Logo, &file).expect("taken");
        assert_eq!(process(Purpose::Logo, &file), Ok(one.clone()));
        assert_ne!(process(Purpose::Avatar, &file).expect("taken").id, one.id);
        assert_ne!(process(Purpose::Logo, &png(&sign(802, 802))).expect("taken").id, one.id);
    }
}
