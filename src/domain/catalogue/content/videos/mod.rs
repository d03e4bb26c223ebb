//! Finished videos, which people watch on a page: what a file has to be for that, and how that is found out.
//!
//! A video is a file that was sent into an experience of videos. When all of it has arrived, [`examine`] reads what it says of itself,
//! as WebM (RFC 9559) or MP4 (ISO 14496-12): some parts of some kB, however large it is. The bytes are a stranger's: whatever they are,
//! this ends in words.

mod mp4;
mod seen;
#[cfg(test)]
mod tests;
mod webm;

pub use seen::{MOST_LOOKS, MissingBytes, SeenBytes};

use crate::{
    text::{self, TextError},
    time::Span,
};
use seen::{Step, Stop};
use serde::{Deserialize, Serialize};

/// The title of a video, in characters.
pub const TITLE: usize = 120;
/// Endings that are no part of a title.
const ENDINGS: [&str; 5] = ["mp4", "m4v", "webm", "mkv", "mov"];
/// What claims to last longer does not say how long it lasts.
const LONGEST: Span = Span::days(30);
/// The name of a codec, in bytes.
const LONGEST_CODEC: usize = 32;

/// What is known of a file that was sent as a video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoState {
    /// It has not arrived, or was not examined yet.
    Waits,
    Plays(Video),
    Refused(VideoRefusal),
}

/// A video that browsers play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Video {
    pub container: VideoContainer,
    pub picture: PictureCodec,
    /// `None`: it is silent.
    pub sound: Option<SoundCodec>,
    /// `None` if the file does not say it, as those that a browser recorded.
    pub length: Option<Span>,
    /// In pixels.
    pub width: u32,
    pub height: u32,
    /// A player finds each moment without reading what lies before.
    pub indexed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoContainer {
    WebM,
    Mp4,
}

impl VideoContainer {
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebM => "WebM",
            Self::Mp4 => "MP4",
        }
    }

    /// The ending of a file.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::WebM => "webm",
            Self::Mp4 => "mp4",
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::WebM => "video/webm",
            Self::Mp4 => "video/mp4",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureCodec {
    Vp8,
    Vp9,
    Av1,
    H264,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundCodec {
    Opus,
    Vorbis,
    Aac,
}

/// Why a file is no video that is taken. Names are those that people know, or else what the file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoRefusal {
    /// It is something else.
    Kind(String),
    /// Nobody knows what it is.
    Unknown,
    /// Browsers do not play what is in it.
    Codec { container: VideoContainer, codec: String },
    /// There is no picture in it.
    NoPicture,
    /// It is damaged, or not all of it.
    Broken,
}

/// The title of a video that comes as a file of this name.
///
/// # Errors
/// As [`text::line`].
pub fn title(name: &str) -> Result<String, TextError> {
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)) => stem,
        _ => name,
    };
    text::line(stem, 1..=TITLE)
}

/// What a file is, by the bytes that were seen of it.
///
/// # Errors
/// Which bytes have to be seen first. After [`MOST_LOOKS`] of them it is decided in any case.
pub fn examine(file: &SeenBytes) -> Result<VideoState, MissingBytes> {
    file.begin();
    match read(file) {
        Ok(video) => Ok(VideoState::Plays(video)),
        Err(Stop::Refused(why)) => Ok(VideoState::Refused(why)),
        Err(Stop::Missing(bytes)) => Err(bytes),
    }
}

fn read(file: &SeenBytes) -> Step<Video> {
    let first = file.get(0, file.size().min(12))?;
    if first.starts_with(&webm::EBML.to_be_bytes()) {
        webm::read(file)
    } else if first.get(4..8) == Some(b"ftyp") {
        mp4::read(file)
    } else {
        Err(Stop::Refused(kind_of(first).map_or(VideoRefusal::Unknown, kind)))
    }
}

fn kind(name: &str) -> VideoRefusal {
    VideoRefusal::Kind(name.to_owned())
}

/// What other files begin with.
fn kind_of(first: &[u8]) -> Option<&'static str> {
    let form = first.get(8..12).unwrap_or_default();
    match first {
        [b'R', b'I', b'F', b'F', ..] if form == b"AVI " => Some("AVI"),
        [b'R', b'I', b'F', b'F', ..] if form == b"WAVE" => Some("WAV"),
        [b'F', b'L', b'V', ..] => Some("FLV"),
        [0x30, 0x26, 0xb2, 0x75, ..] => Some("Windows Media"),
        [b'O', b'g', b'g', b'S', ..] => Some("Ogg"),
        [b'I', b'D', b'3', ..] => Some("MP3"),
        [0, 0, 1, 0xba, ..] => Some("MPEG-PS"),
        [0x47, _, _, control, ..] if control & 0x10 != 0 => Some("MPEG-TS"),
        // Before there was `ftyp`.
        [_, _, _, _, b'm', b'o', b'o', b'v', ..]
        | [_, _, _, _, b'm', b'd', b'a', b't', ..]
        | [_, _, _, _, b'w', b'i', b'd', b'e', ..] => Some("QuickTime"),
        _ => None,
    }
}

/// The refusal of a codec by its name in a file.
fn foreign(container: VideoContainer, code: &[u8]) -> Stop {
    let plain = code.iter().take(LONGEST_CODEC).filter(|byte| byte.is_ascii_graphic());
    let plain: String = plain.map(|byte| char::from(*byte)).collect();
    let codec = codec_name(&plain).map_or(plain, str::to_owned);
    Stop::Refused(VideoRefusal::Codec { container, codec })
}

/// What people call the codecs that are sent most often and not taken. `None` for others.
fn codec_name(code: &str) -> Option<&'static str> {
    let name = match code {
        "hvc1" | "hev1" | "V_MPEGH/ISO/HEVC" => "H.265 (HEVC)",
        "V_MPEG4/ISO/AVC" => "H.264",
        "vp08" => "VP8",
        "vp09" => "VP9",
        "dvh1" | "dvhe" => "Dolby Vision",
        "mp4v" | "V_MPEG4/ISO/ASP" => "MPEG-4 Part 2",
        "mp4a.69" | "mp4a.6b" | ".mp3" | "A_MPEG/L3" => "MP3",
        "ac-3" | "A_AC3" => "AC-3",
        "ec-3" | "A_EAC3" => "E-AC-3",
        "alac" => "ALAC",
        "fLaC" | "A_FLAC" => "FLAC",
        "sowt" | "twos" | "lpcm" | "in24" | "ipcm" | "A_PCM/INT/LIT" => "PCM",
        "encv" | "enca" => "DRM",
        _ if code.starts_with("A_AAC") => "AAC",
        _ if code.starts_with("ap4") || code.starts_with("apc") => "ProRes",
        _ => return None,
    };
    Some(name)
}

/// So many ticks, of which `scale` are a second.
fn lasts(ticks: u64, scale: u64) -> Option<Span> {
    let ms = (u128::from(ticks) * 1000).checked_div(u128::from(scale))?;
    let length = Span(i64::try_from(ms).ok()?);
    (length > Span(0) && length <= LONGEST).then_some(length)
}
