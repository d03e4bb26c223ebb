//! Writes WebM (RFC 9559): clusters while live, and the head of the whole file when it is known. The head has the index in
//! front, so a player seeks without reading the end first.

use super::{frames::RecordedFrame, tap::TrackKind};

pub const CLUSTER: u32 = 0x1F43_B675;
pub const TIMESTAMP: u32 = 0xE7;
pub const SIMPLE_BLOCK: u32 = 0xA3;
const EBML: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const CUES: u32 = 0x1C53_BB6B;

/// Track numbers in the file.
pub const VIDEO: u8 = 1;
pub const AUDIO: u8 = 2;
/// "OpusHead", version 1, two channels (a decoder makes them of one), nothing skipped, 48 kHz.
const OPUS_HEAD: [u8; 19] = *b"OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00";
/// What a decoder of Opus reads before the place that it seeks, in nanoseconds (RFC 7845, 4.6).
const PRE_ROLL: u64 = 80_000_000;

/// The length of an element in eight bytes, of which the first says so.
fn length(bytes: u64) -> [u8; 8] {
    ((1 << 56) | bytes).to_be_bytes()
}

fn id(id: u32) -> impl Iterator<Item = u8> {
    id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0)
}

fn element(name: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = id(name).collect();
    bytes.extend(length(body.len() as u64));
    bytes.extend_from_slice(body);
    bytes
}

/// A number in eight bytes, so that its element has always the same length.
fn number(name: u32, n: u64) -> Vec<u8> {
    element(name, &n.to_be_bytes())
}

fn float(name: u32, n: f64) -> Vec<u8> {
    element(name, &n.to_be_bytes())
}

/// The bytes of a cluster. The frames are in the order of their moments; none lies more than 32 s behind `began`.
pub fn cluster(began: i64, frames: &[RecordedFrame]) -> Vec<u8> {
    let size: usize = frames.iter().map(|frame| frame.data.len() + 13).sum();
    let mut body = Vec::with_capacity(size + 17);
    body.extend(number(TIMESTAMP, began.unsigned_abs()));
    for frame in frames {
        let track = if frame.track == TrackKind::Video { VIDEO } else { AUDIO };
        body.extend(id(SIMPLE_BLOCK));
        body.extend(length(frame.data.len() as u64 + 4));
        body.push(0x80 | track);
        body.extend(((frame.at - began) as i16).to_be_bytes());
        body.push(if frame.key { 0x80 } else { 0 });
        body.extend_from_slice(&frame.data);
    }
    element(CLUSTER, &body)
}

fn ebml() -> Vec<u8> {
    let fields = [
        number(0x4286, 1),
        number(0x42F7, 1),
        number(0x42F2, 4),
        number(0x42F3, 8),
        element(0x4282, b"webm"),
        number(0x4287, 4),
        number(0x4285, 2),
    ];
    element(EBML, &fields.concat())
}

/// `duration` in milliseconds; a live file has none.
fn info(duration: Option<i64>) -> Vec<u8> {
    let mut fields =
        [number(0x002A_D7B1, 1_000_000), element(0x4D80, b"backstage"), element(0x5741, b"backstage")]
            .concat();
    fields.extend(duration.map(|ms| float(0x4489, ms as f64)).unwrap_or_default());
    element(INFO, &fields)
}

fn tracks((width, height): (u16, u16)) -> Vec<u8> {
    let track = |nth: u8, kind: u64, codec: &str, more: Vec<u8>| {
        let nth = u64::from(nth);
        let fields = [
            number(0xD7, nth),
            number(0x73C5, nth),
            number(0x83, kind),
            number(0x9C, 0),
            element(0x86, codec.as_bytes()),
            more,
        ];
        element(0xAE, &fields.concat())
    };
    let picture = [number(0xB0, width.into()), number(0xBA, height.into())].concat();
    let sound = [float(0xB5, 48_000.0), number(0x9F, 2)].concat();
    let sound = [number(0x56BB, PRE_ROLL), element(0x63A2, &OPUS_HEAD), element(0xE1, &sound)].concat();
    let tracks =
        [track(VIDEO, 1, "V_VP8", element(0xE0, &picture)), track(AUDIO, 2, "A_OPUS", sound)].concat();
    element(TRACKS, &tracks)
}

/// What stands before clusters that are not known yet. `size`: of the picture, in pixels.
pub fn live_head(size: (u16, u16)) -> Vec<u8> {
    let mut head = ebml();
    head.extend(id(SEGMENT));
    head.extend([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    head.extend(info(None));
    head.extend(tracks(size));
    head
}

/// Where a cluster that begins with a keyframe stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cue {
    /// In milliseconds of the recording.
    pub at: i64,
    /// Bytes of clusters before it.
    pub position: u64,
}

/// What stands before all clusters of a recording: with them it is the whole file. `bytes`: of all clusters; `duration` in
/// milliseconds.
pub fn head(size: (u16, u16), duration: i64, cues: &[Cue], bytes: u64) -> Vec<u8> {
    let front = [info(Some(duration)), tracks(size)].concat();
    let index = |before: u64| {
        let point = |cue: &Cue| {
            let place = [number(0xF7, VIDEO.into()), number(0xF1, before + cue.position)].concat();
            element(0xBB, &[number(0xB3, cue.at.unsigned_abs()), element(0xB7, &place)].concat())
        };
        element(CUES, &cues.iter().flat_map(point).collect::<Vec<_>>())
    };
    // Its length does not depend on the places that it names. An index must have a place.
    let before = (front.len() + if cues.is_empty() { 0 } else { index(0).len() }) as u64;
    let index = if cues.is_empty() { vec![] } else { index(before) };
    let mut head = ebml();
    head.extend(id(SEGMENT));
    head.extend(length(before + bytes));
    head.extend(front);
    head.extend(index);
    head
}
