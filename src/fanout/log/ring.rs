//! The frames that a log still holds, indexed by the offset of their first byte. Pure: no locks, no clock.

use crate::{frame::Frame, log::span::Span};
use std::collections::VecDeque;

/// How much a log keeps. Older frames are trimmed, and readers of them are behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub bytes: u64,
    pub frames: usize,
}

/// The offset of a log's first byte. It leaves room to prepend older frames.
const ORIGIN: u64 = 1 << 40;

/// A reader's position. Offsets count the bytes of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RingPosition {
    pub offset: u64,
    /// Frames with an id up to this one are skipped because the reader knows them; 0 once no more can follow.
    pub skip: u64,
}

pub(crate) enum Next {
    Frame(Frame),
    Empty,
    /// The frame at this position was trimmed.
    Behind,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Frames,
    Empty,
    /// The byte at this position was trimmed.
    Behind,
}

struct Kept {
    start: u64,
    /// The head id after this frame was appended. It allows searching by id although some frames have none.
    head_id: u64,
    frame: Frame,
}

impl Kept {
    const fn end(&self) -> u64 {
        self.start + self.frame.chunk().len() as u64
    }
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
        Self { kept: VecDeque::new(), base: ORIGIN, head: ORIGIN, base_id: head_id, head_id, budget }
    }

    pub const fn head(&self) -> u64 {
        self.head
    }

    pub const fn head_id(&self) -> u64 {
        self.head_id
    }

    /// Returns false, and appends nothing, if the ring has reached the frame's id.
    pub fn push(&mut self, frame: Frame) -> bool {
        match frame.id() {
            Some(id) if id <= self.head_id => return false,
            Some(id) => self.head_id = id,
            None => {}
        }
        let start = self.head;
        self.head += frame.chunk().len() as u64;
        self.kept.push_back(Kept { start, head_id: self.head_id, frame });
        // The newest frame is kept even if it alone exceeds the budget.
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

    /// The id of the entry just before the first one that the ring holds.
    pub const fn base_id(&self) -> u64 {
        self.base_id
    }

    /// Bytes that can be appended before anything is trimmed.
    pub const fn spare(&self) -> u64 {
        self.budget.bytes.saturating_sub(self.head - self.base)
    }

    /// Prepends older frames, as many of the newest as fit. Their ids must have no gaps and end with [`Ring::base_id`],
    /// else nothing is added.
    pub fn reach_back(&mut self, older: &[Frame]) {
        for frame in older.iter().rev() {
            let len = frame.chunk().len() as u64;
            if frame.id() != Some(self.base_id) || self.kept.len() >= self.budget.frames || len > self.spare()
            {
                return;
            }
            self.base -= len;
            self.kept.push_front(Kept { start: self.base, head_id: self.base_id, frame: frame.clone() });
            self.base_id -= 1;
        }
    }

    /// Replaces the content of the frame with this id by a comment. Its length stays, because readers stand between its
    /// bytes.
    pub fn blank(&mut self, id: u64) {
        let index = self.kept.partition_point(|kept| kept.head_id < id);
        if let Some(kept) = self.kept.get_mut(index).filter(|kept| kept.frame.id() == Some(id)) {
            kept.frame = kept.frame.blank();
        }
    }

    pub fn advance(&mut self, id: u64) {
        self.head_id = self.head_id.max(id);
    }

    /// The offset of the first frame after `id`; `None` if that frame was trimmed.
    pub fn after(&self, id: u64) -> Option<u64> {
        if id < self.base_id {
            return None;
        }
        let index = self.kept.partition_point(|kept| kept.head_id <= id);
        Some(self.kept.get(index).map_or(self.head, |kept| kept.start))
    }

    /// Returns the frame at `place` and moves `place` past it.
    pub fn next(&self, place: &mut RingPosition) -> Next {
        if place.offset < self.base {
            return Next::Behind;
        }
        for kept in self.kept.range(self.index(place.offset)..) {
            place.offset = kept.end();
            if kept.frame.id().is_none_or(|id| id > place.skip) {
                return Next::Frame(kept.frame.clone());
            }
        }
        Next::Empty
    }

    /// Fills `span` with about `limit` bytes, starting with the frame that contains `place`. `place` moves only past
    /// frames that the reader knows.
    pub fn span(&self, place: &mut RingPosition, limit: usize, span: &mut Span) -> Reach {
        if place.offset < self.base {
            return Reach::Behind;
        }
        let mut index = self.kept.partition_point(|kept| kept.end() <= place.offset);
        let known = |kept: &Kept, skip| kept.frame.id().is_some_and(|id| id <= skip);
        while let Some(kept) =
            self.kept.get(index).filter(|kept| kept.start == place.offset && known(kept, place.skip))
        {
            place.offset = kept.end();
            index += 1;
        }
        if index == self.kept.len() {
            if self.head_id >= place.skip {
                place.skip = 0;
            }
            return Reach::Empty;
        }
        span.restart(self.kept[index].start);
        for (nth, kept) in self.kept.range(index..).enumerate() {
            // The first frame goes in even if the reader knows its id: its transmission has begun.
            if span.len() >= limit || (nth > 0 && known(kept, place.skip)) {
                break;
            }
            span.push(&kept.frame);
            if kept.frame.id().is_some_and(|id| id > place.skip) {
                place.skip = 0;
            }
        }
        Reach::Frames
    }

    /// Fills `span` with everything from `offset` on, or from the oldest byte that is left.
    pub fn rest(&self, offset: u64, span: &mut Span) {
        let index = self.index(offset);
        span.restart(self.kept.get(index).map_or(self.head, |kept| kept.start));
        self.kept.range(index..).for_each(|kept| span.push(&kept.frame));
    }

    fn index(&self, offset: u64) -> usize {
        self.kept.partition_point(|kept| kept.start < offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Event;
    use proptest::prelude::*;

    /// Frames with growing ids and gaps, mixed with frames that have none.
    fn frames() -> impl Strategy<Value = Vec<Frame>> {
        proptest::collection::vec((proptest::option::weighted(0.7, 1..4u64), 0..40usize), 1..60).prop_map(
            |all| {
                let mut id = 0;
                let frame = |(step, size): (Option<u64>, usize)| {
                    let data = "d".repeat(size);
                    let event = step.map_or(Event::new(&data), |step| {
                        id += step;
                        Event::new(&data).id(id)
                    });
                    Frame::from(event)
                };
                all.into_iter().map(frame).collect()
            },
        )
    }

    fn concat<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> Vec<u8> {
        frames.into_iter().flat_map(|frame| frame.chunk().to_vec()).collect()
    }

    /// Simulates a socket that accepts `bites` bytes at a time, until it reaches the head.
    fn read(ring: &Ring, mut place: RingPosition, bites: &[usize]) -> Result<Vec<u8>, (Vec<u8>, u32)> {
        let (mut span, mut taken, mut left) = (Span::default(), Vec::new(), 0);
        for bite in bites.iter().cycle() {
            match ring.span(&mut place, *bite, &mut span) {
                Reach::Empty => break,
                Reach::Behind => return Err((taken, left)),
                Reach::Frames => {}
            }
            let rest = span.rest(place.offset);
            let bytes = &rest[..rest.len().min(*bite)];
            taken.extend_from_slice(bytes);
            place.offset += bytes.len() as u64;
            left = span.left(place.offset);
        }
        Ok(taken)
    }

    const ROOM: Budget = Budget { bytes: u64::MAX, frames: usize::MAX };

    proptest! {
        #[test]
        fn any_cut_of_writes_sends_every_unknown_frame_once(
            all in frames(), since in 0..150u64, skip in 0..150u64, bites in proptest::collection::vec(1..200usize, 1..8),
        ) {
            let mut ring = Ring::new(ROOM, 0);
            for frame in &all {
                prop_assert!(ring.push(frame.clone()));
            }
            let offset = ring.after(since).expect("nothing was trimmed");
            let first = all.iter().position(|frame| frame.id().is_some_and(|id| id > since)).unwrap_or(all.len());
            let unknown = |frame: &&Frame| frame.id().is_none_or(|id| id > skip);
            let expected = concat(all[first..].iter().filter(unknown));
            let place = RingPosition { offset, skip };
            prop_assert_eq!(read(&ring, place, &bites), Ok(expected.clone()));
            let (mut place, mut taken) = (place, Vec::new());
            while let Next::Frame(frame) = ring.next(&mut place) {
                taken.push(frame);
            }
            prop_assert_eq!(concat(&taken), expected);
        }

        #[test]
        fn a_trimmed_ring_gives_the_whole_rest_or_says_that_it_cannot(
            all in frames(), keep in 1..20usize, bytes in 1..2000u64, since in 0..150u64,
        ) {
            let mut ring = Ring::new(Budget { bytes, frames: keep }, 0);
            for frame in &all {
                ring.push(frame.clone());
            }
            let kept = ring.kept.len();
            prop_assert!(kept <= keep && (kept == 1 || ring.head - ring.base <= bytes));
            let trimmed = all[..all.len() - kept].iter().filter_map(Frame::id).max().unwrap_or(0);
            match ring.after(since) {
                None => prop_assert!(since < trimmed),
                Some(offset) => {
                    prop_assert!(since >= trimmed);
                    let mut span = Span::default();
                    ring.rest(offset, &mut span);
                    let first = all.iter().position(|frame| frame.id().is_some_and(|id| id > since));
                    prop_assert_eq!(span.rest(offset), &concat(&all[first.unwrap_or(all.len())..])[..]);
                }
            }
        }

        #[test]
        fn a_ring_that_reached_back_is_like_one_that_never_lost_anything(
            all in 1..60u64, lost in 0..60u64, skipped in 0..60u64, bytes in 1..3000u64, since in 0..60u64,
        ) {
            let lost = lost.min(all);
            let frame = |id: u64| Frame::from(Event::new(&"x".repeat(id as usize)).id(id));
            let mut ring = Ring::new(Budget { bytes, frames: usize::MAX }, lost);
            (lost + 1..=all).for_each(|id| { ring.push(frame(id)); });
            let (base, held) = (ring.base_id(), ring.head - ring.base);
            let older: Vec<_> = (skipped.min(base) + 1..=base).map(frame).collect();
            ring.reach_back(&older);
            prop_assert!(ring.head - ring.base <= bytes.max(held));
            prop_assert!(ring.base_id() >= skipped.min(base));
            if let Some(offset) = ring.after(since) {
                let mut span = Span::default();
                ring.rest(offset, &mut span);
                prop_assert_eq!(span.rest(offset), &concat(&(since + 1..=all).map(frame).collect::<Vec<_>>())[..]);
            } else {
                prop_assert!(since < ring.base_id());
            }
        }

        #[test]
        fn a_blanked_frame_keeps_its_length_and_number_and_none_of_its_words(all in frames(), of in 0..150u64) {
            let mut ring = Ring::new(ROOM, 0);
            for frame in &all {
                ring.push(frame.clone());
            }
            ring.blank(of);
            for (kept, frame) in ring.kept.iter().zip(&all) {
                prop_assert_eq!((kept.frame.id(), kept.frame.chunk().len()), (frame.id(), frame.chunk().len()));
                let said = if frame.id() == Some(of) {
                    let filled = frame.payload().len() - format!("id: {of}\n:\n\n").len();
                    format!("id: {of}\n:{}\n\n", " ".repeat(filled)).into_bytes()
                } else {
                    frame.payload().to_vec()
                };
                prop_assert_eq!(&kept.frame.payload()[..], &said[..]);
            }
        }

        #[test]
        fn a_place_is_behind_as_soon_as_its_byte_is_gone(all in frames(), keep in 1..5usize, bite in 1..100usize) {
            let mut ring = Ring::new(Budget { bytes: u64::MAX, frames: keep }, 0);
            ring.push(all[0].clone());
            let (mut place, mut span) = (RingPosition { offset: ORIGIN, skip: 0 }, Span::default());
            prop_assert_eq!(ring.span(&mut place, bite, &mut span), Reach::Frames);
            let len = all[0].chunk().len();
            place.offset = ORIGIN + bite.min(len) as u64;
            let left = span.left(place.offset) as usize;
            prop_assert_eq!(left, len.saturating_sub(bite));
            all[1..].iter().for_each(|frame| { ring.push(frame.clone()); });
            let gone = place.offset < ring.base;
            prop_assert_eq!(ring.span(&mut place, bite, &mut span) == Reach::Behind, gone);
        }
    }
}
