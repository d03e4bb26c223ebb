//! The frames a log still holds, found by the number of their first byte. Pure: no locks, no clock.

use crate::frame::Frame;
use std::collections::VecDeque;

/// How much a log keeps; what is older is trimmed and its readers are behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub bytes: u64,
    pub frames: usize,
}

/// Where a reader stands. Byte numbers count from the log's creation and always lie on a frame boundary here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub offset: u64,
    /// Frames with an id up to this one are known to the reader and passed over.
    pub skip: u64,
}

pub(crate) enum Next {
    Frame(Frame),
    Empty,
    /// The frame after the place was trimmed.
    Behind,
}

struct Kept {
    start: u64,
    /// The ring's head id once this frame was in it: ids can be searched although some frames have none.
    head_id: u64,
    frame: Frame,
}

pub(crate) struct Ring {
    kept: VecDeque<Kept>,
    base: u64,
    head: u64,
    base_id: u64,
    head_id: u64,
    budget: Budget,
}

impl Ring {
    pub const fn new(budget: Budget, head_id: u64) -> Self {
        Self { kept: VecDeque::new(), base: 0, head: 0, base_id: head_id, head_id, budget }
    }

    pub const fn head(&self) -> u64 {
        self.head
    }

    pub const fn head_id(&self) -> u64 {
        self.head_id
    }

    /// False, and nothing appended, if a frame with this id or a later one is already in.
    pub fn push(&mut self, frame: Frame) -> bool {
        match frame.id() {
            Some(id) if id <= self.head_id => return false,
            Some(id) => self.head_id = id,
            None => {}
        }
        let start = self.head;
        self.head += frame.chunk().len() as u64;
        self.kept.push_back(Kept { start, head_id: self.head_id, frame });
        // The newest frame stays even if it alone is over the budget.
        while self.kept.len() > 1
            && (self.kept.len() > self.budget.frames || self.head - self.base > self.budget.bytes)
        {
            self.drop_oldest();
        }
        true
    }

    fn drop_oldest(&mut self) {
        if let Some(old) = self.kept.pop_front() {
            self.base_id = old.frame.id().unwrap_or(self.base_id);
            self.base = self.kept.front().map_or(self.head, |next| next.start);
        }
    }

    pub fn advance(&mut self, id: u64) {
        self.head_id = self.head_id.max(id);
    }

    /// The first byte of the first frame after `id`; `None` if such a frame was trimmed.
    pub fn after(&self, id: u64) -> Option<u64> {
        if id < self.base_id {
            return None;
        }
        let index = self.kept.partition_point(|kept| kept.head_id <= id);
        Some(self.kept.get(index).map_or(self.head, |kept| kept.start))
    }

    /// The next frame for `place`, which moves behind it.
    pub fn next(&self, place: &mut Place) -> Next {
        if place.offset < self.base {
            return Next::Behind;
        }
        for kept in self.kept.range(self.index(place.offset)..) {
            place.offset = kept.start + kept.frame.chunk().len() as u64;
            if kept.frame.id().is_none_or(|id| id > place.skip) {
                return Next::Frame(kept.frame.clone());
            }
        }
        Next::Empty
    }

    fn index(&self, offset: u64) -> usize {
        self.kept.partition_point(|kept| kept.start < offset)
    }
}
