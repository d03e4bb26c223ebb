//! Fragmented MP4 (ISO 14496-12) of H264 and Opus. The index (`sidx`) names a part of the file for each keyframe that begins a
//! segment, so a player seeks without reading what lies before.

use super::{
    super::{frames::RecordedFrame, tap::TrackKind},
    AUDIO, Block, ClusterHead, Cue, VIDEO,
};
use domain::live::recording::Picture;

/// How long the last frame of a fragment lasts for all that its file says, in milliseconds. The next fragment says when it begins.
const LAST: [(TrackKind, i64); 2] = [(TrackKind::Video, 40), (TrackKind::Audio, 20)];
/// Flags of a frame: it needs no other; it needs others, and cannot be begun with.
const KEY: u32 = 0x0200_0000;
const OTHER: u32 = 0x0101_0000;
/// Units of a second in the whole file.
const SCALE: u32 = 1000;
/// What an index may name.
const MOST_CUES: usize = 0xffff;
/// No turn, no stretch.
const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

fn atom(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let length = 8 + parts.iter().map(|part| part.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(length);
    // Fragments have some MB: `writer` ends them.
    bytes.extend((length as u32).to_be_bytes());
    bytes.extend(name);
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

const fn number_of(track: TrackKind) -> u8 {
    match track {
        TrackKind::Video => VIDEO,
        TrackKind::Audio => AUDIO,
    }
}

/// A movie fragment and its data.
pub fn cluster(began: i64, frames: &[RecordedFrame]) -> Vec<u8> {
    let tracks = LAST.map(|(track, last)| {
        let frames: Vec<_> = frames.iter().filter(|frame| frame.track == track).collect();
        (track, last, frames)
    });
    let sequence = atom(b"mfhd", &[&words(&[0, began as u32])]);
    // Where the data of a track begins depends on the length of what says so, which is the same for all places.
    let fragment = |before: usize| {
        let (mut runs, mut at) = (vec![], before + 8);
        for (track, last, frames) in tracks.iter().filter(|(_, _, frames)| !frames.is_empty()) {
            runs.extend(run(*track, *last, frames, at as u32));
            at += frames.iter().map(|frame| frame.data.len()).sum::<usize>();
        }
        atom(b"moof", &[&sequence, &runs])
    };
    let mut bytes = fragment(fragment(0).len());
    let data: Vec<&[u8]> =
        tracks.iter().flat_map(|(_, _, frames)| frames.iter().map(|frame| &frame.data[..])).collect();
    bytes.extend(atom(b"mdat", &data));
    bytes
}

/// The frames of one track. `data`: where theirs begins, counted from the fragment.
fn run(track: TrackKind, last: i64, frames: &[&RecordedFrame], data: u32) -> Vec<u8> {
    // The base is the fragment.
    let head = atom(b"tfhd", &[&words(&[0x02_0000, number_of(track).into()])]);
    let began = frames.first().map_or(0, |frame| frame.at) * track.ticks();
    let time = atom(b"tfdt", &[&words(&[0x0100_0000]), &began.to_be_bytes()]);
    // The place of the data; of each frame its duration, bytes and flags.
    let mut rows = vec![0x0701, frames.len() as u32, data];
    for (nth, frame) in frames.iter().enumerate() {
        let lasts = frames.get(nth + 1).map_or(last, |next| next.at - frame.at);
        let flags = if frame.key { KEY } else { OTHER };
        rows.extend([(lasts * track.ticks()) as u32, frame.data.len() as u32, flags]);
    }
    atom(b"traf", &[&head, &time, &atom(b"trun", &[&words(&rows)])])
}

/// The box of this name at the begin, and what follows it. `None` if it is cut or another one.
fn read_atom<'a>(name: &[u8; 4], bytes: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = (u32::from_be_bytes(*length) as usize).checked_sub(4)?;
    let (body, after) = rest.split_at_checked(length)?;
    Some((body.strip_prefix(name)?, after))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(4 * at..4 * at + 4)?.try_into().ok()?))
}

/// Reads a fragment as [`cluster`] writes it.
pub fn read(bytes: &[u8]) -> Option<(Vec<Block<'_>>, &[u8])> {
    let (fragment, rest) = read_atom(b"moof", bytes)?;
    let (_, mut runs) = read_atom(b"mfhd", fragment)?;
    let (_, after) = read_atom(b"mdat", rest)?;
    let mut blocks = vec![];
    while !runs.is_empty() {
        let run;
        (run, runs) = read_atom(b"traf", runs)?;
        read_run(run, bytes, &mut blocks)?;
    }
    blocks.sort_by_key(|block| block.at);
    (!blocks.is_empty()).then_some((blocks, after))
}

fn read_run<'a>(run: &[u8], bytes: &'a [u8], blocks: &mut Vec<Block<'a>>) -> Option<()> {
    let (head, rest) = read_atom(b"tfhd", run)?;
    let (time, rest) = read_atom(b"tfdt", rest)?;
    let (rows, _) = read_atom(b"trun", rest)?;
    let track = u8::try_from(word(head, 1)?).ok()?;
    let kind = if track == VIDEO { TrackKind::Video } else { TrackKind::Audio };
    let mut ticks = i64::from_be_bytes(time.get(4..12)?.try_into().ok()?);
    let mut data = bytes.get(word(rows, 2)? as usize..)?;
    for nth in 0..word(rows, 1)? as usize {
        let row = 3 + 3 * nth;
        let (frame, after) = data.split_at_checked(word(rows, row + 1)? as usize)?;
        let (at, key) = (ticks / kind.ticks(), word(rows, row + 2)? == KEY);
        blocks.push(Block { track, at, key, data: frame });
        (ticks, data) = (ticks + i64::from(word(rows, row)?), after);
    }
    Some(())
}

/// The begin of a fragment as [`cluster`] writes it: when the frames of each track begin.
pub fn cluster_head(bytes: &[u8]) -> Option<ClusterHead> {
    let (fragment, rest) = read_atom(b"moof", bytes)?;
    let (data, name) = rest.split_first_chunk::<4>()?;
    let size = (bytes.len() - rest.len()) as u64 + u64::from(u32::from_be_bytes(*data));
    let (_, mut runs) = read_atom(b"mfhd", fragment)?;
    let mut moments = vec![];
    while !runs.is_empty() {
        let run;
        (run, runs) = read_atom(b"traf", runs)?;
        let (head, rest) = read_atom(b"tfhd", run)?;
        let (time, _) = read_atom(b"tfdt", rest)?;
        let kind = if word(head, 1)? == u32::from(VIDEO) { TrackKind::Video } else { TrackKind::Audio };
        moments.push((time.as_ptr() as usize - bytes.as_ptr() as usize + 4, kind.ticks()));
    }
    if name.starts_with(b"mdat") { ClusterHead::new(size, bytes, moments) } else { None }
}

pub fn live_head(picture: &Picture) -> Vec<u8> {
    [kind(), movie(picture, None)].concat()
}

pub fn head(picture: &Picture, duration: i64, cues: &[Cue], bytes: u64) -> Vec<u8> {
    [kind(), movie(picture, Some(duration)), index(duration, cues, bytes)].concat()
}

fn kind() -> Vec<u8> {
    atom(b"ftyp", &[b"iso6\0\0\0\0iso6mp41"])
}

/// Which part of the file begins at which keyframe. What lies before the first one is a part of its own.
fn index(duration: i64, cues: &[Cue], bytes: u64) -> Vec<u8> {
    let Some(first) = cues.first() else { return vec![] };
    let step = cues.len().div_ceil(MOST_CUES - 1);
    let before = (first.position > 0).then_some((Cue { at: 0, position: 0 }, false));
    let parts: Vec<(Cue, bool)> =
        before.into_iter().chain(cues.iter().step_by(step).map(|cue| (*cue, true))).collect();
    // Times are those of the track: some players take them for that.
    let ticks = TrackKind::Video.ticks();
    let begins = parts.first().map_or(0, |(cue, _)| cue.at) * ticks;
    let scale = words(&[0x0100_0000, VIDEO.into(), ticks as u32 * 1000]);
    let ends = parts.iter().skip(1).map(|(cue, _)| *cue).chain([Cue { at: duration, position: bytes }]);
    let mut rows = vec![parts.len() as u32];
    for ((cue, key), end) in parts.iter().zip(ends) {
        let size = end.position.saturating_sub(cue.position) as u32 & 0x7fff_ffff;
        let lasts = (end.at - cue.at).max(0) * ticks;
        rows.extend([size, lasts as u32, if *key { 0x9000_0000 } else { 0 }]);
    }
    atom(b"sidx", &[&scale, &begins.to_be_bytes(), &[0; 8], &words(&rows)])
}

/// `duration` in milliseconds; a live file has none. Without a keyframe there is only sound.
fn movie(picture: &Picture, duration: Option<i64>) -> Vec<u8> {
    let lasts = duration.unwrap_or_default() as u32;
    let mut whole = vec![0, 0, 0, SCALE, 0, 0x1_0000, 0x0100_0000, 0, 0];
    whole.extend(MATRIX);
    whole.extend([0, 0, 0, 0, 0, 0, u32::from(AUDIO) + 1]);
    let video = if picture.setup.is_empty() { vec![] } else { video_track(picture, lasts) };
    let defaults = [VIDEO, AUDIO]
        .iter()
        .filter(|track| **track == AUDIO || !video.is_empty())
        .flat_map(|track| atom(b"trex", &[&words(&[0, u32::from(*track), 1, 0, 0, 0])]));
    let until = duration.map(|_| atom(b"mehd", &[&words(&[0, lasts])])).unwrap_or_default();
    let fragments = atom(b"mvex", &[&until, &defaults.collect::<Vec<_>>()]);
    atom(b"moov", &[&atom(b"mvhd", &[&words(&whole)]), &video, &audio_track(lasts), &fragments])
}

fn video_track(picture: &Picture, lasts: u32) -> Vec<u8> {
    let (width, height) = picture.size;
    let mut entry =
        vec![0, 1, 0, 0, 0, 0, u32::from(width) << 16 | u32::from(height), 0x48_0000, 0x48_0000, 0];
    // One frame a sample; a name of 32 bytes; 24 bits a pixel.
    entry.extend([0x1_0000, 0, 0, 0, 0, 0, 0, 0]);
    let mut entry = words(&entry);
    entry.extend([0, 0, 0, 0x18, 0xff, 0xff]);
    let entry = atom(b"avc1", &[&entry, &atom(b"avcC", &[&picture.setup])]);
    let head = atom(b"vmhd", &[&words(&[1, 0, 0])]);
    track(TrackKind::Video, lasts, picture.size, &head, &entry)
}

fn audio_track(lasts: u32) -> Vec<u8> {
    // Two channels of 16 bits, 48 kHz. Then as in `webm`: nothing skipped, no gain, no mapping.
    let entry = words(&[0, 1, 0, 0, 0x0002_0010, 0, 48_000 << 16]);
    let setup = atom(b"dOps", &[&[0, 2, 0, 0, 0, 0, 0xbb, 0x80, 0, 0, 0]]);
    let head = atom(b"smhd", &[&words(&[0, 0])]);
    track(TrackKind::Audio, lasts, (0, 0), &head, &atom(b"Opus", &[&entry, &setup]))
}

fn track(kind: TrackKind, lasts: u32, size: (u16, u16), head: &[u8], entry: &[u8]) -> Vec<u8> {
    let (name, volume): (&[u8; 4], u32) = match kind {
        TrackKind::Video => (b"vide", 0),
        TrackKind::Audio => (b"soun", 0x0100_0000),
    };
    let mut whole = vec![3, 0, 0, number_of(kind).into(), 0, lasts, 0, 0, 0, volume];
    whole.extend(MATRIX);
    whole.extend([u32::from(size.0) << 16, u32::from(size.1) << 16]);
    // No language.
    let time = atom(b"mdhd", &[&words(&[0, 0, 0, kind.ticks() as u32 * 1000, 0, 0x55c4_0000])]);
    let handler = atom(b"hdlr", &[&words(&[0, 0]), name, &[0; 13]]);
    let here = atom(b"dref", &[&words(&[0, 1]), &atom(b"url ", &[&words(&[1])])]);
    let tables = [
        atom(b"stsd", &[&words(&[0, 1]), entry]),
        atom(b"stts", &[&words(&[0, 0])]),
        atom(b"stsc", &[&words(&[0, 0])]),
        atom(b"stsz", &[&words(&[0, 0, 0])]),
        atom(b"stco", &[&words(&[0, 0])]),
    ];
    let tables = atom(b"stbl", &[&tables.concat()]);
    let media = atom(b"minf", &[head, &atom(b"dinf", &[&here]), &tables]);
    let media = atom(b"mdia", &[&time, &handler, &media]);
    atom(b"trak", &[&atom(b"tkhd", &[&words(&whole)]), &media])
}
