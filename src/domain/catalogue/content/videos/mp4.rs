//! MP4: boxes within boxes. The movie box may stand before the pictures or behind them, and the pictures may be in fragments.

use super::{
    PictureCodec, SoundCodec, Video, VideoContainer, VideoRefusal, foreign, kind, lasts,
    seen::{BROKEN, SeenBytes, Step, Stop},
};
use crate::time::Span;

/// What a box of pictures, and one of sound, has before the boxes in it (12.1.3 and 12.2.3), in bytes.
const BEFORE_PICTURE: u64 = 78;
const BEFORE_SOUND: u64 = 28;
/// The same of sound as QuickTime writes it.
const BEFORE_OLDER_SOUND: u64 = BEFORE_SOUND + 16;
/// Boxes behind the movie box that may be an index.
const NEAR: usize = 8;

/// A box. `from` and `until`: of what is in it.
#[derive(Clone, Copy, Debug)]
struct Atom {
    name: [u8; 4],
    from: u64,
    until: u64,
}

/// The box there, which ends before `end`.
fn atom(file: &SeenBytes, at: u64, end: u64) -> Step<Atom> {
    file.visit()?;
    let (size, name) = (file.number(at, 4)?, file.get(at + 4, 4)?);
    let name = name.try_into().map_err(|_| BROKEN)?;
    let (from, until) = match size {
        0 => (at + 8, Some(end)),
        1 => (at + 16, at.checked_add(file.number(at + 8, 8)?)),
        size => (at + 8, at.checked_add(size)),
    };
    let until = until.filter(|until| (from..=end).contains(until)).ok_or(BROKEN)?;
    Ok(Atom { name, from, until })
}

/// The boxes in a box. What is too short at its end is none.
fn children(file: &SeenBytes, parent: Atom) -> Step<Vec<Atom>> {
    let (mut at, mut found) = (parent.from, vec![]);
    while parent.until.saturating_sub(at) >= 8 {
        let child = atom(file, at, parent.until)?;
        at = child.until;
        found.push(child);
    }
    Ok(found)
}

fn child(file: &SeenBytes, parent: Atom, name: &[u8; 4]) -> Step<Option<Atom>> {
    Ok(children(file, parent)?.into_iter().find(|child| child.name == *name))
}

pub fn read(file: &SeenBytes) -> Step<Video> {
    let size = file.size();
    let first = atom(file, 0, size)?;
    if file.get(first.from, 4)? == b"qt  " {
        return Err(Stop::Refused(kind("QuickTime")));
    }
    let movie = movie(file, first.until)?.ok_or(BROKEN)?;
    let parts = children(file, movie)?;
    let part = |name: &[u8; 4]| parts.iter().copied().find(|part| part.name == *name);
    let fragments = part(b"mvex");
    let whole = match part(b"mvhd") {
        Some(head) => length(file, head)?,
        None => None,
    };
    let length = match (whole, fragments) {
        (None, Some(fragments)) => fragmented_length(file, fragments, part(b"mvhd"))?,
        (whole, _) => whole,
    };
    let mut tracks = vec![];
    for track in parts.iter().filter(|part| part.name == *b"trak") {
        tracks.extend(entry(file, *track)?);
    }
    let of = |kind: &[u8; 4]| tracks.iter().find(|(of, _)| of == kind).map(|(_, entry)| *entry);
    let shown = of(b"vide").ok_or(Stop::Refused(VideoRefusal::NoPicture))?;
    Ok(Video {
        container: VideoContainer::Mp4,
        picture: picture(file, shown)?,
        sound: of(b"soun").map(|heard| sound(file, heard)).transpose()?,
        length,
        width: file.number(shown.from + 24, 2)? as u32,
        height: file.number(shown.from + 26, 2)? as u32,
        indexed: fragments.is_none() || has_index(file, movie.until)?,
    })
}

/// The movie box among those of the file from there on.
fn movie(file: &SeenBytes, mut at: u64) -> Step<Option<Atom>> {
    while file.size().saturating_sub(at) >= 8 {
        let found = atom(file, at, file.size())?;
        if found.name == *b"moov" {
            return Ok(Some(found));
        }
        at = found.until;
    }
    Ok(None)
}

/// What the head of a movie says of its length.
fn length(file: &SeenBytes, head: Atom) -> Step<Option<Span>> {
    let wide = file.byte(head.from)? == 1;
    let (scale, ticks) = match wide {
        true => (file.number(head.from + 20, 4)?, file.number(head.from + 24, 8)?),
        false => (file.number(head.from + 12, 4)?, file.number(head.from + 16, 4)?),
    };
    // All ones are no length.
    let unknown = if wide { u64::MAX } else { u64::from(u32::MAX) };
    Ok(lasts(ticks, scale).filter(|_| ticks != unknown))
}

/// The same of a movie in fragments, in the units of its head.
fn fragmented_length(file: &SeenBytes, fragments: Atom, head: Option<Atom>) -> Step<Option<Span>> {
    let (Some(until), Some(head)) = (child(file, fragments, b"mehd")?, head) else { return Ok(None) };
    let scale_at = if file.byte(head.from)? == 1 { 20 } else { 12 };
    let scale = file.number(head.from + scale_at, 4)?;
    let width = if file.byte(until.from)? == 1 { 8 } else { 4 };
    Ok(lasts(file.number(until.from + 4, width)?, scale))
}

/// An index of fragments: before the first of them, or at the end of the file.
fn has_index(file: &SeenBytes, mut at: u64) -> Step<bool> {
    for _ in 0..NEAR {
        if file.size().saturating_sub(at) < 8 {
            break;
        }
        let found = atom(file, at, file.size())?;
        match &found.name {
            b"sidx" => return Ok(true),
            b"moof" => break,
            _ => at = found.until,
        }
    }
    Ok(file.size() >= 16 && file.get(file.size() - 12, 4)? == b"mfro")
}

/// Of a track: whether it is pictures or sound, and the box that says how it is coded. `None` if it is neither.
fn entry(file: &SeenBytes, track: Atom) -> Step<Option<([u8; 4], Atom)>> {
    let Some(media) = child(file, track, b"mdia")? else { return Ok(None) };
    let Some(handler) = child(file, media, b"hdlr")? else { return Ok(None) };
    let kind: [u8; 4] = file.get(handler.from + 8, 4)?.try_into().map_err(|_| BROKEN)?;
    if kind != *b"vide" && kind != *b"soun" {
        return Ok(None);
    }
    let mut place = media;
    for name in [b"minf", b"stbl", b"stsd"] {
        place = child(file, place, name)?.ok_or(BROKEN)?;
    }
    Ok(Some((kind, atom(file, place.from + 8, place.until)?)))
}

fn picture(file: &SeenBytes, entry: Atom) -> Step<PictureCodec> {
    match &entry.name {
        b"avc1" | b"avc3" => h264(file, entry),
        b"av01" => Ok(PictureCodec::Av1),
        other => Err(foreign(VideoContainer::Mp4, other)),
    }
}

/// Browsers play the profiles with eight bits and half the colours.
fn h264(file: &SeenBytes, entry: Atom) -> Step<PictureCodec> {
    let within = Atom { from: entry.from + BEFORE_PICTURE, ..entry };
    let setup = child(file, within, b"avcC")?.ok_or(BROKEN)?;
    let profile = match file.byte(setup.from + 1)? {
        66 | 77 | 100 => return Ok(PictureCodec::H264),
        88 => "Extended",
        110 => "High 10",
        122 => "High 4:2:2",
        244 => "High 4:4:4",
        _ => "?",
    };
    let codec = format!("H.264 ({profile})");
    Err(Stop::Refused(VideoRefusal::Codec { container: VideoContainer::Mp4, codec }))
}

fn sound(file: &SeenBytes, entry: Atom) -> Step<SoundCodec> {
    match &entry.name {
        b"Opus" => Ok(SoundCodec::Opus),
        b"mp4a" => mpeg4_sound(file, entry),
        other => Err(foreign(VideoContainer::Mp4, other)),
    }
}

/// What MPEG-4 calls sound may be many things; a number says which.
fn mpeg4_sound(file: &SeenBytes, entry: Atom) -> Step<SoundCodec> {
    let before = if file.number(entry.from + 8, 2)? == 1 { BEFORE_OLDER_SOUND } else { BEFORE_SOUND };
    let setup = child(file, Atom { from: entry.from + before, ..entry }, b"esds")?.ok_or(BROKEN)?;
    let setup = file.get(setup.from, (setup.until - setup.from).min(64))?;
    match object_type(setup).ok_or(BROKEN)? {
        0x40 | 0x66..=0x68 => Ok(SoundCodec::Aac),
        other => Err(foreign(VideoContainer::Mp4, format!("mp4a.{other:02x}").as_bytes())),
    }
}

/// The type of an elementary stream (ISO 14496-1, 7.2.6.5).
fn object_type(setup: &[u8]) -> Option<u8> {
    let stream = descriptor(3, setup.get(4..)?)?;
    let flags = *stream.get(2)?;
    let mut at = 3;
    if flags & 0x80 != 0 {
        at += 2;
    }
    if flags & 0x40 != 0 {
        at += 1 + usize::from(*stream.get(at)?);
    }
    if flags & 0x20 != 0 {
        at += 2;
    }
    descriptor(4, stream.get(at..)?)?.first().copied()
}

/// What follows the head of a descriptor: its tag, and its length in at most four bytes.
fn descriptor(tag: u8, bytes: &[u8]) -> Option<&[u8]> {
    let (found, mut rest) = bytes.split_first()?;
    for _ in 0..4 {
        let (length, after) = rest.split_first()?;
        rest = after;
        if length & 0x80 == 0 {
            break;
        }
    }
    (*found == tag).then_some(rest)
}
