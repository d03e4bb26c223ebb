//! Hostile and odd files, each refused in words or cleaned, within a second and with bounded memory. A test binary of its own,
//! because it measures the memory of its process.

mod files;

use domain::picture::{MOST_BYTES, NewPicture, Purpose};
use gateways::process;
use std::time::{Duration, Instant};

/// What decoding may take beside the file itself.
const MOST_MEMORY_KB: u64 = 400 << 10;
/// The product promises an answer within a second. Half of it is left for the request.
const SOON: Duration = Duration::from_millis(500);

#[derive(Clone, Copy)]
enum Want {
    /// With these words.
    Refused(&'static str),
    /// And nothing of this is left.
    Cleaned(&'static [u8]),
}

use Want::{Cleaned, Refused};

const UNKNOWN: Want = Refused("not a picture that we know");
const BROKEN: Want = Refused("damaged or ends too early");
const LARGE: Want = Refused("more than we can take");

fn hostile() -> Vec<(&'static str, Vec<u8>, Want)> {
    let half = |file: Vec<u8>| file[..file.len() / 2].to_vec();
    let joined = |parts: &[&[u8]]| parts.concat();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let mut garbage = files::png(800, 800);
    let middle = garbage.len() / 2;
    garbage[middle..middle + 40].fill(0xaa);
    vec![
        ("PNG of 30,000 by 30,000", files::png_that_says(30_000, 30_000), LARGE),
        ("PNG of 2^31 by 1", files::png_that_says(0x7fff_ffff, 1), LARGE),
        ("JPEG of 30,000 by 30,000", files::jpeg_that_says(30_000, 30_000), LARGE),
        ("JPEG of 8,000 by 8,000", files::jpeg_that_says(8_000, 8_000), LARGE),
        ("WebP of 16,383 by 16,383", files::webp_that_says_most(), LARGE),
        (
            "PNG with 16 bits a channel",
            files::deep_png(4_000, 4_000),
            Refused("more memory than we can give"),
        ),
        ("PNG with a profile of 96 MB", files::png_with_profile(96 << 20), Cleaned(b"iCCP")),
        ("animated PNG", files::animated_png(), Refused("animated")),
        ("animated WebP", files::animated_webp(), Refused("animated")),
        ("GIF", b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff;".to_vec(), Refused("This is a GIF")),
        ("GIF that is a script", b"GIF89a/*\0*/=alert(1)//;".to_vec(), Refused("This is a GIF")),
        ("SVG with a script", svg.to_vec(), Refused("This is an SVG")),
        (
            "SVG behind a mark and a comment",
            joined(&[b"\xef\xbb\xbf<?xml version='1.0'?><!-- JPEG -->", svg]),
            Refused("This is an SVG"),
        ),
        ("HTML", b"<!doctype html><img src=x onerror=alert(1)>".to_vec(), UNKNOWN),
        ("PDF", b"%PDF-1.7\n1 0 obj << /JS (app.alert(1)) >>".to_vec(), UNKNOWN),
        ("program", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".to_vec(), UNKNOWN),
        ("film", b"\0\0\0\x18ftypisom\0\0\x02\0".to_vec(), UNKNOWN),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), Refused("HEIC or AVIF")),
        ("AVIF", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif".to_vec(), Refused("HEIC or AVIF")),
        ("nothing", Vec::new(), Refused("Choose a picture first")),
        ("200 MB", vec![0xff; 200 << 20], Refused("larger than 10 MB")),
        ("half a JPEG", half(files::jpeg(1500, 500)), BROKEN),
        ("half a PNG", half(files::png(800, 800)), BROKEN),
        ("half a WebP", half(files::webp(800, 800)), BROKEN),
        ("the head of a JPEG", vec![0xff, 0xd8, 0xff, 0xe0], BROKEN),
        ("the head of a PNG", b"\x89PNG\r\n\x1a\n".to_vec(), BROKEN),
        ("PNG with garbage inside", garbage, BROKEN),
        ("tiny PNG", files::png(40, 40), Refused("40 × 40 pixels. It needs at least")),
        ("long PNG", files::png(11_999, 2), Refused("11999 × 2 pixels. It needs at least")),
        (
            "JPEG that is a ZIP with a page",
            joined(&[&files::jpeg(1500, 500), b"PK\x03\x04<script>alert(1)</script>"]),
            Cleaned(b"<script>"),
        ),
        (
            "PNG with a program in its text",
            files::png_with_text("<?php system($_GET[0]) ?>"),
            Cleaned(b"<?php"),
        ),
        ("JPEG with the place of the shot", files::jpeg_with_place(), Cleaned(b"Exif")),
        ("JPEG with the place of the shot, again", files::jpeg_with_place(), Cleaned(b"Rua do Norte")),
    ]
}

/// The most memory that this process had since the last [`forget_peak`], in KB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").expect("the peak can be reset");
}

fn contains(file: &[u8], part: &[u8]) -> bool {
    file.windows(part.len()).any(|window| window == part)
}

fn judge(name: &str, file: &[u8], want: Want) {
    let purpose = Purpose::Logo;
    let begun = Instant::now();
    let got = process(purpose, file);
    let took = begun.elapsed();
    match (want, got) {
        (Refused(words), Err(error)) => {
            assert!(error.to_string().contains(words), "{name}: {error}");
            assert!(took < SOON, "{name} took {took:?}");
        }
        (Cleaned(gone), Ok(picture)) => {
            assert!(contains(file, gone), "{name} has it");
            assert_eq!(picture.files.len(), purpose.sizes().len(), "{name}");
            for (size, bytes) in &picture.files {
                assert!(!contains(bytes, gone), "{name}: {} still has it", size.name);
            }
        }
        (_, got) => panic!("{name}: {got:?}"),
    }
}

#[test]
fn hostile_files_are_refused_in_words_or_cleaned_in_bounded_memory() {
    let all = hostile();
    assert!(all.len() >= 24);
    forget_peak();
    let before = peak();
    for (name, file, want) in &all {
        judge(name, file, *want);
        let used = peak() - before;
        assert!(used < MOST_MEMORY_KB, "{name}: {used} KB");
    }
    largest(before);
    damaged();
    upright();
}

/// The largest picture that is taken needs the most memory.
fn largest(before: u64) {
    let file = files::plain_jpeg(5_000, 5_000);
    assert!(file.len() < MOST_BYTES);
    forget_peak();
    process(Purpose::Cover, &file).expect("25 million pixels are taken");
    let used = peak().saturating_sub(before);
    assert!(used < MOST_MEMORY_KB, "{used} KB");
}

/// Whatever is wrong inside, the answer is a picture or words.
fn damaged() {
    let mut seed = 7_u32;
    let mut roll = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    let (mut taken, mut refused) = (0, 0);
    for whole in [files::jpeg(120, 120), files::png(120, 120), files::webp(120, 120)] {
        for _ in 0..40 {
            let mut file = whole.clone();
            for _ in 0..6 {
                let at = roll() % file.len();
                file[at] ^= (roll() % 255 + 1) as u8;
            }
            match process(Purpose::Avatar, &file) {
                Ok(picture) => {
                    assert_eq!(picture.files.len(), Purpose::Avatar.sizes().len());
                    taken += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(taken > 0 && refused > 0, "{taken} taken, {refused} refused");
}

/// A picture is turned as its camera said, although nothing says so any more.
fn upright() {
    let NewPicture { files, .. } = process(Purpose::Cover, &files::jpeg_with_place()).expect("taken");
    let first = image::load_from_memory(&files[0].1).expect("a picture");
    assert_eq!((first.width(), first.height()), (1500, 500), "900 by 600 once it is turned: wide enough");
}
