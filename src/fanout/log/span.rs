//! A stretch of a log as one run of bytes, ready to be written to sockets that stand anywhere in it.

use crate::frame::Frame;

#[derive(Default)]
pub(crate) struct Span {
    from: u64,
    bytes: Vec<u8>,
    /// Where each frame ends, as the log numbers its bytes.
    ends: Vec<u64>,
}

/// A rare burst must not keep its memory.
const KEPT_CAPACITY: usize = 64 << 10;

impl Span {
    /// Empties the span; its next frame starts at `from`.
    pub fn restart(&mut self, from: u64) {
        self.from = from;
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_CAPACITY);
        self.ends.clear();
        self.ends.shrink_to(KEPT_CAPACITY / size_of::<u64>());
    }

    pub fn push(&mut self, frame: &Frame) {
        self.bytes.extend_from_slice(frame.chunk());
        self.ends.push(self.end());
    }

    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    const fn end(&self) -> u64 {
        self.from + self.bytes.len() as u64
    }

    /// What follows `offset`; nothing if it lies outside.
    pub fn rest(&self, offset: u64) -> &[u8] {
        let skipped = offset.checked_sub(self.from).and_then(|skipped| usize::try_from(skipped).ok());
        skipped.and_then(|skipped| self.bytes.get(skipped..)).unwrap_or_default()
    }

    pub fn holds(&self, offset: u64) -> bool {
        (self.from..=self.end()).contains(&offset)
    }

    /// Bytes from `offset` to the end of the frame it lies in; 0 on a boundary.
    pub fn left(&self, offset: u64) -> u32 {
        if offset == self.from {
            return 0;
        }
        let next = self.ends.partition_point(|end| *end < offset);
        self.ends.get(next).map_or(0, |end| (end - offset) as u32)
    }

    /// Frames that end after `before` and not after `now`.
    pub fn frames(&self, before: u64, now: u64) -> u64 {
        let upto = |offset| self.ends.partition_point(|end| *end <= offset);
        (upto(now) - upto(before)) as u64
    }
}
