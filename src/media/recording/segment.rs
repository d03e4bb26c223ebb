//! Reads clusters as `webm` writes them: what a crash left of a file, and what a segment holds.

use super::{
    vp8,
    webm::{CLUSTER, SIMPLE_BLOCK, TIMESTAMP, VIDEO},
};

/// What a file of clusters holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentFacts {
    /// The first moment, in milliseconds of the recording.
    pub begins: i64,
    /// The last moment.
    pub until: i64,
    /// Its first frame of video needs no other.
    pub key: bool,
    /// Of the first keyframe, in pixels.
    pub size: Option<(u16, u16)>,
    pub frames: u64,
    /// Bytes of its whole clusters; what follows is the rest of one that was being written.
    pub bytes: usize,
}

/// A block of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    pub track: u8,
    pub at: i64,
    pub key: bool,
    pub data: &'a [u8],
}

/// The element at the begin, and what follows it. `None` if it is cut or is none.
fn element(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
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

/// The blocks of the first cluster, and what follows it. `None` if it is not whole.
pub fn cluster(bytes: &[u8]) -> Option<(Vec<Block<'_>>, &[u8])> {
    let (CLUSTER, body, after) = element(bytes)? else { return None };
    let (TIMESTAMP, began, mut body) = element(body)? else { return None };
    let began = i64::from_be_bytes(began.try_into().ok()?);
    let mut blocks = vec![];
    while !body.is_empty() {
        let (SIMPLE_BLOCK, block, rest) = element(body)? else { return None };
        let ([track, high, low, flags], data) = block.split_first_chunk()?;
        let at = began + i64::from(i16::from_be_bytes([*high, *low]));
        blocks.push(Block { track: track & 0x7f, at, key: flags & 0x80 != 0, data });
        body = rest;
    }
    (!blocks.is_empty()).then_some((blocks, after))
}

/// Reads the whole clusters at the begin of a file. `None` if there are none.
pub fn facts(file: &[u8]) -> Option<SegmentFacts> {
    let mut facts: Option<SegmentFacts> = None;
    let mut rest = file;
    while let Some((blocks, after)) = cluster(rest) {
        let first = blocks.first()?;
        let begins = first.at;
        let key = blocks.iter().find(|block| block.track == VIDEO).is_some_and(|block| block.key);
        let so_far = SegmentFacts { begins, until: begins, key, size: None, frames: 0, bytes: 0 };
        let facts = facts.get_or_insert(so_far);
        facts.until = blocks.iter().map(|block| block.at).fold(facts.until, i64::max);
        let sizes = || blocks.iter().filter(|b| b.track == VIDEO).find_map(|b| vp8::size(b.data));
        facts.size = facts.size.or_else(sizes);
        facts.frames += blocks.len() as u64;
        facts.bytes = file.len() - after.len();
        rest = after;
    }
    facts
}
