//! A range of a log as contiguous bytes, ready to write to sockets at any position in it.

use crate::frame::Frame;

#[derive(Default)]
pub(crate) struct Span {
    from: u64,
    bytes: Vec<u8>,
    /// The end offset of each frame, in the log's numbering.
    ends: Vec<u64>,
}

/// Capacity kept between uses: a rare burst must not hold its memory for ever.
const KEPT_CAPACITY: usize = 64 << 10;

impl Span {
    /// Empties the span; its next frame starts at offset `from`.
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

    /// The bytes from `offset` on; empty if `offset` is outside.
    pub fn rest(&self, offset: u64) -> &[u8] {
        let skipped = offset.checked_sub(self.from).and_then(|skipped| usize::try_from(skipped).ok());
        skipped.and_then(|skipped| self.bytes.get(skipped..)).unwrap_or_default()
    }

    pub fn holds(&self, offset: u64) -> bool {
        (self.from..=self.end()).contains(&offset)
    }

    /// Bytes from `offset` to the end of the frame that contains it; 0 on a frame boundary.
    pub fn left(&self, offset: u64) -> u32 {
        if offset == self.from {
            return 0;
        }
        let next = self.ends.partition_point(|end| *end < offset);
        self.ends.get(next).map_or(0, |end| (end - offset) as u32)
    }

    /// Counts the frames that end after `before` and not after `now`.
    pub fn frames(&self, before: u64, now: u64) -> u64 {
        let upto = |offset| self.ends.partition_point(|end| *end <= offset);
        (upto(now) - upto(before)) as u64
    }
}
