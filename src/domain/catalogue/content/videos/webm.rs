//! WebM: elements within elements. Before the first cluster of pictures stands what the file says of itself.

use super::{
    PictureCodec, SoundCodec, Video, VideoContainer, VideoRefusal, foreign, kind, lasts,
    seen::{BROKEN, SeenBytes, Step, Stop},
};
use crate::time::Span;

pub const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114D_9B74;
const SEEK: u32 = 0x4DBB;
const SEEK_ID: u32 = 0x53AB;
const SEEK_POSITION: u32 = 0x53AC;
const INFO: u32 = 0x1549_A966;
const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK: u32 = 0xAE;
const TRACK_TYPE: u32 = 0x83;
const CODEC: u32 = 0x86;
const VIDEO: u32 = 0xE0;
const WIDTH: u32 = 0xB0;
const HEIGHT: u32 = 0xBA;
const CUES: u32 = 0x1C53_BB6B;
const CLUSTER: u32 = 0x1F43_B675;

/// Nanoseconds of a tick in files that do not say it.
const USUAL_SCALE: u64 = 1_000_000;
/// Bytes of a text that are read.
const LONGEST_TEXT: u64 = 32;

/// An element. `from` and `until`: of what is in it.
#[derive(Clone, Copy, Debug)]
struct Element {
    id: u32,
    from: u64,
    until: u64,
    /// It says where it ends. What is recorded live need not.
    bounded: bool,
}

/// Bytes of the number there, of which the first says how many they are.
fn width(file: &SeenBytes, at: u64) -> Step<u64> {
    Ok(u64::from(file.byte(at)?.leading_zeros()) + 1)
}

/// The element there, which ends before `end`.
fn element(file: &SeenBytes, at: u64, end: u64) -> Step<Element> {
    file.visit()?;
    let width = width(file, at)?;
    if width > 4 {
        return Err(BROKEN);
    }
    let id = file.number(at, width)? as u32;
    let at = at + width;
    let width = self::width(file, at)?;
    if width > 8 {
        return Err(BROKEN);
    }
    let most = (1_u64 << (7 * width)) - 1;
    let (length, from) = (file.number(at, width)? & most, at + width);
    let bounded = length != most;
    let until = if bounded { from.checked_add(length) } else { Some(end) };
    let until = until.filter(|until| (from..=end).contains(until)).ok_or(BROKEN)?;
    Ok(Element { id, from, until, bounded })
}

fn children(file: &SeenBytes, parent: Element) -> Step<Vec<Element>> {
    let (mut at, mut found) = (parent.from, vec![]);
    while at < parent.until {
        let child = element(file, at, parent.until)?;
        at = child.until;
        found.push(child);
    }
    Ok(found)
}

fn child(file: &SeenBytes, parent: Element, id: u32) -> Step<Option<Element>> {
    Ok(children(file, parent)?.into_iter().find(|child| child.id == id))
}

fn number(file: &SeenBytes, element: Element) -> Step<u64> {
    file.number(element.from, element.until - element.from)
}

/// Without the zeros that may fill it.
fn text(file: &SeenBytes, element: Element) -> Step<&[u8]> {
    let text = file.get(element.from, (element.until - element.from).min(LONGEST_TEXT))?;
    Ok(text.split(|byte| *byte == 0).next().unwrap_or_default())
}

pub fn read(file: &SeenBytes) -> Step<Video> {
    let head = element(file, 0, file.size())?;
    if !head.bounded {
        return Err(BROKEN);
    }
    let doc_type = child(file, head, DOC_TYPE)?.map(|element| text(file, element)).transpose()?;
    match doc_type {
        Some(b"webm") => {}
        // It is what a file is that does not say it (RFC 8794, 11.2.6).
        Some(b"matroska") | None => return Err(Stop::Refused(kind("Matroska (MKV)"))),
        Some(_) => return Err(Stop::Refused(VideoRefusal::Unknown)),
    }
    let segment = element(file, head.until, file.size())?;
    if segment.id != SEGMENT {
        return Err(BROKEN);
    }
    let (mut length, mut tracks, mut indexed, mut at) = (None, None, false, segment.from);
    while at < segment.until {
        let part = element(file, at, segment.until)?;
        match part.id {
            CLUSTER => break,
            _ if !part.bounded => return Err(BROKEN),
            SEEK_HEAD => indexed |= names_cues(file, segment, part)?,
            INFO => length = self::length(file, part)?,
            TRACKS => tracks = Some(part),
            CUES => indexed = true,
            _ => {}
        }
        at = part.until;
    }
    let mut video = tracked(file, tracks.ok_or(BROKEN)?)?;
    (video.length, video.indexed) = (length, indexed);
    Ok(video)
}

/// Whether the directory of a file leads to its index.
fn names_cues(file: &SeenBytes, segment: Element, directory: Element) -> Step<bool> {
    for seek in children(file, directory)?.into_iter().filter(|child| child.id == SEEK) {
        let (Some(id), Some(place)) = (child(file, seek, SEEK_ID)?, child(file, seek, SEEK_POSITION)?) else {
            continue;
        };
        if number(file, id)? != u64::from(CUES) {
            continue;
        }
        let place = segment.from.saturating_add(number(file, place)?);
        return match element(file, place, segment.until) {
            Ok(found) => Ok(found.id == CUES),
            // It is the index that is broken, not the video.
            Err(Stop::Refused(_)) => Ok(false),
            Err(missing) => Err(missing),
        };
    }
    Ok(false)
}

fn length(file: &SeenBytes, info: Element) -> Step<Option<Span>> {
    let scale = match child(file, info, TIMESTAMP_SCALE)? {
        Some(scale) => number(file, scale)?,
        None => USUAL_SCALE,
    };
    let Some(duration) = child(file, info, DURATION)? else { return Ok(None) };
    let bits = number(file, duration)?;
    let ticks = match duration.until - duration.from {
        4 => f64::from(f32::from_bits(bits as u32)),
        8 => f64::from_bits(bits),
        _ => return Ok(None),
    };
    // What is no number, or below zero, becomes zero, which is no length.
    Ok(lasts((ticks * scale as f64 / 1_000_000.0) as u64, 1000))
}

/// The first picture and the first sound, as browsers take them.
fn tracked(file: &SeenBytes, tracks: Element) -> Step<Video> {
    let (mut shown, mut heard) = (None, None);
    for track in children(file, tracks)?.into_iter().filter(|child| child.id == TRACK) {
        let kind = child(file, track, TRACK_TYPE)?.map(|kind| number(file, kind)).transpose()?;
        match kind {
            Some(1) if shown.is_none() => shown = Some(track),
            Some(2) if heard.is_none() => heard = Some(track),
            _ => {}
        }
    }
    let shown = shown.ok_or(Stop::Refused(VideoRefusal::NoPicture))?;
    let codec = |track: Element| text(file, child(file, track, CODEC)?.ok_or(BROKEN)?);
    let picture = match codec(shown)? {
        b"V_VP8" => PictureCodec::Vp8,
        b"V_VP9" => PictureCodec::Vp9,
        b"V_AV1" => PictureCodec::Av1,
        other => return Err(foreign(VideoContainer::WebM, other)),
    };
    let sound = match heard.map(codec).transpose()? {
        None => None,
        Some(b"A_OPUS") => Some(SoundCodec::Opus),
        Some(b"A_VORBIS") => Some(SoundCodec::Vorbis),
        Some(other) => return Err(foreign(VideoContainer::WebM, other)),
    };
    let size = child(file, shown, VIDEO)?.ok_or(BROKEN)?;
    let side = |id: u32| match child(file, size, id)? {
        Some(side) => Ok(number(file, side)?.min(u64::from(u16::MAX)) as u32),
        None => Err(BROKEN),
    };
    let (width, height) = (side(WIDTH)?, side(HEIGHT)?);
    Ok(Video { container: VideoContainer::WebM, picture, sound, length: None, width, height, indexed: false })
}
