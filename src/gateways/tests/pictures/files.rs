//! Files as strangers send them. Each is made here, byte by byte where no encoder makes it.

use image::{
    ExtendedColorType, ImageEncoder, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};

/// A scene with edges and some noise, so that it compresses like a photograph.
pub fn scene(width: u32, height: u32) -> RgbImage {
    let mut seed = 1_u32;
    RgbImage::from_fn(width, height, |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([
            (x / 3) as u8,
            (y / 2) as u8,
            ((seed >> 29) * 9) as u8 + ((x / 64 + y / 64) % 2 * 90) as u8,
        ])
    })
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    scene(width, height).write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 88)).expect("a JPEG");
    bytes
}

/// Of one colour: many pixels in few bytes.
pub fn plain_jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = RgbImage::from_pixel(width, height, image::Rgb([90, 140, 60]));
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 60)).expect("a JPEG");
    bytes
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    scene(width, height).write_with_encoder(PngEncoder::new(&mut bytes)).expect("a PNG");
    bytes
}

pub fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    scene(width, height).write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).expect("a WebP");
    bytes
}

/// A PNG of one colour and 16 bits a channel.
pub fn deep_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = vec![0x7f; width as usize * height as usize * 8];
    let encoder = PngEncoder::new(&mut bytes);
    encoder.write_image(&pixels, width, height, ExtendedColorType::Rgba16).expect("a PNG");
    bytes
}

/// With a colour profile that unpacks to `length` bytes.
pub fn png_with_profile(length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(vec![0; length]).expect("PNG takes profiles");
    scene(800, 800).write_with_encoder(encoder).expect("a PNG");
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 })
    });
    !crc
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    [&(data.len() as u32).to_be_bytes()[..], &body, &crc32(&body).to_be_bytes()].concat()
}

/// The end of the head of a PNG, where other chunks may stand.
const AFTER_HEAD: usize = 33;

fn with_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let (head, rest) = png.split_at(AFTER_HEAD);
    [head, &chunk(kind, data), rest].concat()
}

pub fn png_with_text(words: &str) -> Vec<u8> {
    with_chunk(&png(800, 800), b"tEXt", format!("Comment\0{words}").as_bytes())
}

/// Says that it is an animation of two frames.
pub fn animated_png() -> Vec<u8> {
    with_chunk(&png(800, 800), b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0])
}

/// A small PNG whose head says other dimensions.
pub fn png_that_says(width: u32, height: u32) -> Vec<u8> {
    let png = png(80, 80);
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &png[24..29]].concat();
    [&png[..8], &chunk(b"IHDR", &head), &png[AFTER_HEAD..]].concat()
}

/// A small JPEG whose frame header says other dimensions.
pub fn jpeg_that_says(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = jpeg(80, 80);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame header");
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// A small WebP that says the largest dimensions of its format.
pub fn webp_that_says_most() -> Vec<u8> {
    let mut webp = webp(80, 80);
    let head = webp.windows(4).position(|four| four == b"VP8L").expect("lossless") + 9;
    webp[head..head + 3].copy_from_slice(&[0xfe, 0xbf, 0xff]);
    webp[head + 3] |= 0x0f;
    webp
}

/// A WebP of one frame that says it is animated.
pub fn animated_webp() -> Vec<u8> {
    let frame = webp(800, 800);
    let side = [0x1f, 0x03, 0x00];
    let extended = [&[0x02, 0, 0, 0][..], &side, &side].concat();
    let frame_head = [&[0; 6][..], &side, &side, &[100, 0, 0, 0]].concat();
    let riff = |kind: &[u8; 4], data: &[u8]| {
        let padding = if data.len() % 2 == 1 { &[0][..] } else { &[] };
        [&kind[..], &(data.len() as u32).to_le_bytes(), data, padding].concat()
    };
    let chunks = [
        riff(b"VP8X", &extended),
        riff(b"ANIM", &[0; 6]),
        riff(b"ANMF", &[&frame_head[..], &frame[12..]].concat()),
    ]
    .concat();
    riff(b"RIFF", &[&b"WEBP"[..], &chunks].concat())
}

/// A JPEG of a camera that was held upright: the place of the shot, a maker's note, and that it is to be turned.
pub fn jpeg_with_place() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let exif = [
        &b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02"[..],
        &entry(0x0112, 3, 1, [0, 6, 0, 0]),
        &entry(0x8825, 4, 1, [0, 0, 0, 38]),
        &[0; 4],
        &b"\0\x01"[..],
        &entry(0x0001, 2, 2, *b"N\0\0\0"),
        &[0; 4],
        b"38.7223 N 9.1393 W, Rua do Norte 12",
    ]
    .concat();
    let segment = [&[0xff, 0xe1][..], &(exif.len() as u16 + 2).to_be_bytes(), &exif].concat();
    let jpeg = jpeg(600, 900);
    [&jpeg[..2], &segment, &jpeg[2..]].concat()
}
