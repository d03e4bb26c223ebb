//! WebM (RFC 9559): clusters while live, and the head of the whole file when it is known. The head has the index in
//! front, so a player seeks without reading the end first. With H264 it is Matroska, which programs read and browsers do not.

use super::{
    super::{frames::RecordedFrame, tap::TrackKind},
    AUDIO, Block, ClusterHead, Cue, VIDEO,
};
use domain::live::{media::Codec, recording::Picture};

const CLUSTER: u32 = 0x1F43_B675;
const TIMESTAMP: u32 = 0xE7;
const SIMPLE_BLOCK: u32 = 0xA3;
const EBML: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const CUES: u32 = 0x1C53_BB6B;

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

/// The element at the begin, and what follows it. `None` if it is cut or is none.
fn read_element(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let first = *bytes.first()?;
    let width = first.leading_zeros() as usize + 1;
    let name = bytes.get(..width).filter(|_| width <= 4)?;
    let name = name.iter().fold(0_u32, |name, byte| name << 8 | u32::from(*byte));
    let rest = &bytes[width..];
    let first = *rest.first()?;
    let width = first.leading_zeros() as usize + 1;
    let length = rest.get(..width).filter(|_| width <= 8)?;
    let head = u64::from(first) & ((0xff_u64 >> width) & 0xff);
    let length = length[1..].iter().fold(head, |length, byte| length << 8 | u64::from(*byte));
    let (body, after) = rest[width..].split_at_checked(usize::try_from(length).ok()?)?;
    Some((name, body, after))
}

pub fn read(bytes: &[u8]) -> Option<(Vec<Block<'_>>, &[u8])> {
    let (CLUSTER, body, after) = read_element(bytes)? else { return None };
    let (TIMESTAMP, began, mut body) = read_element(body)? else { return None };
    let began = i64::from_be_bytes(began.try_into().ok()?);
    let mut blocks = vec![];
    while !body.is_empty() {
        let (SIMPLE_BLOCK, block, rest) = read_element(body)? else { return None };
        let ([track, high, low, flags], data) = block.split_first_chunk()?;
        let at = began + i64::from(i16::from_be_bytes([*high, *low]));
        blocks.push(Block { track: track & 0x7f, at, key: flags & 0x80 != 0, data });
        body = rest;
    }
    (!blocks.is_empty()).then_some((blocks, after))
}

/// The begin of a cluster as [`cluster`] writes it: two names, two lengths of eight bytes, and the moment in milliseconds.
pub fn cluster_head(bytes: &[u8]) -> Option<ClusterHead> {
    let number = |at: usize| Some(u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
    let long = |length: u64| (length >> 56 == 1).then_some(length & (u64::MAX >> 8));
    let is_cluster = bytes.starts_with(&CLUSTER.to_be_bytes());
    let has_moment = u32::from(*bytes.get(12)?) == TIMESTAMP && long(number(13)?)? == 8;
    let size = long(number(4)?)?.checked_add(12)?;
    (is_cluster && has_moment).then(|| ClusterHead::new(size, bytes, vec![(21, 1)]))?
}

fn ebml(codec: Codec) -> Vec<u8> {
    let kind: &[u8] = if codec == Codec::H264 { b"matroska" } else { b"webm" };
    let fields = [
        number(0x4286, 1),
        number(0x42F7, 1),
        number(0x42F2, 4),
        number(0x42F3, 8),
        element(0x4282, kind),
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

fn tracks(picture: &Picture) -> Vec<u8> {
    let (width, height) = picture.size;
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
    let codec = match picture.codec {
        Codec::H264 => "V_MPEG4/ISO/AVC",
        Codec::Vp9 => "V_VP9",
        Codec::Av1 => "V_AV1",
        _ => "V_VP8",
    };
    let setup = if picture.setup.is_empty() { vec![] } else { element(0x63A2, &picture.setup) };
    let size = [number(0xB0, width.into()), number(0xBA, height.into())].concat();
    let video = [setup, element(0xE0, &size)].concat();
    let sound = [float(0xB5, 48_000.0), number(0x9F, 2)].concat();
    let sound = [number(0x56BB, PRE_ROLL), element(0x63A2, &OPUS_HEAD), element(0xE1, &sound)].concat();
    let tracks = [track(VIDEO, 1, codec, video), track(AUDIO, 2, "A_OPUS", sound)].concat();
    element(TRACKS, &tracks)
}

pub fn live_head(picture: &Picture) -> Vec<u8> {
    let mut head = ebml(picture.codec);
    head.extend(id(SEGMENT));
    head.extend([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    head.extend(info(None));
    head.extend(tracks(picture));
    head
}

pub fn head(picture: &Picture, duration: i64, cues: &[Cue], bytes: u64) -> Vec<u8> {
    let front = [info(Some(duration)), tracks(picture)].concat();
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
    let mut head = ebml(picture.codec);
    head.extend(id(SEGMENT));
    head.extend(length(before + bytes));
    head.extend(front);
    head.extend(index);
    head
}
