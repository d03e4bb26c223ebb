//! Who arrives, leaves or dies next.

use crate::{plan::scenario::Seat, wire::link::Link};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
};

#[derive(Default)]
pub struct Agenda {
    pub opens: Times,
    pub leaves: Times,
    pub deaths: Times,
    known_leaves: HashSet<usize>,
}

impl Agenda {
    /// Replaces the plan: known seats may get an end, the others are new.
    pub fn plan(&mut self, links: &mut Vec<Link>, seats: Vec<Seat>) {
        for (i, seat) in seats.into_iter().enumerate() {
            if i >= links.len() {
                self.opens.push(seat.opens_us, i);
                links.push(Link::new(seat));
            }
            let end = seat.closes_us.or(seat.dies_us);
            let Some(at) = end.filter(|_| self.known_leaves.insert(i)) else { continue };
            (links[i].seat.closes_us, links[i].seat.dies_us) = (seat.closes_us, seat.dies_us);
            let ends = if seat.dies_us.is_some() { &mut self.deaths } else { &mut self.leaves };
            ends.push(at, i);
        }
    }
}

/// Events by time in microseconds, the earliest first.
#[derive(Default)]
pub struct Times(BinaryHeap<Reverse<(u64, usize)>>);

impl Times {
    pub fn push(&mut self, at: u64, what: usize) {
        self.0.push(Reverse((at, what)));
    }

    pub fn pop_if(&mut self, now: u64) -> Option<usize> {
        let due = self.0.peek().is_some_and(|Reverse((at, _))| *at <= now);
        due.then(|| self.0.pop().map(|Reverse((_, what))| what))?
    }

    /// When the next event is due.
    pub fn next(&self) -> Option<u64> {
        self.0.peek().map(|Reverse((at, _))| *at)
    }
}
