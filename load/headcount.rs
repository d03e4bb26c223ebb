//! The tool's own count of the people in a room, and whether the count that pages show follows it. People, not
//! connections: four tabs of one person are one.

use serde::Serialize;
use std::collections::{HashMap, VecDeque};

/// A shown count may be this old: the server's grace for a reload, and its one update a second.
const WITHIN_US: u64 = 5_000_000;
/// The past is kept in slices of this length.
const SLICE_US: u64 = 100_000;

/// Lowest and highest true count within one slice of time, the one it began with among them.
#[derive(Clone, Copy, Debug)]
struct Slice {
    at: u64,
    low: u32,
    high: u32,
    /// How it ended.
    end: (u32, u32),
}

#[derive(Debug, Default)]
pub struct Headcount {
    /// People that are there without us.
    others: u32,
    /// Connections of each identity: on their way in, and inside.
    knocking: HashMap<usize, u32>,
    inside: HashMap<usize, u32>,
    past: VecDeque<Slice>,
    shown: Option<u32>,
    /// Ticks: asked, and answered wrongly.
    pub checks: Checks,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// Times that a shown count was compared with our own.
    pub made: u64,
    /// Times that it was outside of what was true in the last five seconds.
    pub wrong: u64,
    /// The highest count that was shown.
    pub peak_shown: u32,
    /// What was shown last, and what was true then.
    pub last_shown: Option<u32>,
    pub last_true: u32,
}

impl Headcount {
    /// `others`: what the room showed before we came.
    pub fn new(others: u32) -> Self {
        Self { others, ..Self::default() }
    }

    /// The server may count a connection before we hear that it stands.
    pub fn knock(&mut self, identity: usize, now: u64) {
        *self.knocking.entry(identity).or_default() += 1;
        self.note(now);
    }

    pub fn enter(&mut self, identity: usize, now: u64) {
        drop_one(&mut self.knocking, identity);
        *self.inside.entry(identity).or_default() += 1;
        self.note(now);
    }

    pub fn turned_away(&mut self, identity: usize, now: u64) {
        drop_one(&mut self.knocking, identity);
        self.note(now);
    }

    pub fn leave(&mut self, identity: usize, now: u64) {
        drop_one(&mut self.inside, identity);
        self.note(now);
    }

    /// A page shows `people`.
    pub fn shown(&mut self, people: u32, now: u64) {
        self.shown = Some(people);
        self.checks.peak_shown = self.checks.peak_shown.max(people);
        self.compare(now);
    }

    /// What is shown stays right, or is put right, without anything new on the page.
    pub fn compare(&mut self, now: u64) {
        self.note(now);
        let Some(shown) = self.shown else { return };
        let low = self.past.iter().map(|slice| slice.low).min().unwrap_or(0);
        let high = self.past.iter().map(|slice| slice.high).max().unwrap_or(0);
        self.checks.made += 1;
        self.checks.wrong += u64::from(shown < low || shown > high);
        self.checks.last_shown = Some(shown);
        self.checks.last_true = self.low();
    }

    fn low(&self) -> u32 {
        self.others + self.inside.len() as u32
    }

    fn high(&self) -> u32 {
        self.low()
            + self.knocking.keys().filter(|identity| !self.inside.contains_key(identity)).count() as u32
    }

    fn note(&mut self, now: u64) {
        let (low, high) = (self.low(), self.high());
        let at = now / SLICE_US;
        match self.past.back_mut().filter(|slice| slice.at == at) {
            Some(slice) => {
                slice.low = slice.low.min(low);
                slice.high = slice.high.max(high);
                slice.end = (low, high);
            }
            None => {
                let before = self.past.back().map_or((self.others, self.others), |slice| slice.end);
                let (low_ever, high_ever) = (low.min(before.0), high.max(before.1));
                self.past.push_back(Slice { at, low: low_ever, high: high_ever, end: (low, high) });
            }
        }
        while self.past.front().is_some_and(|slice| slice.at + WITHIN_US / SLICE_US < at) {
            self.past.pop_front();
        }
    }
}

fn drop_one(counts: &mut HashMap<usize, u32>, identity: usize) {
    if let Some(count) = counts.get_mut(&identity) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&identity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn wrong_after(shown: u32, now: u64) -> u64 {
        let mut count = Headcount::new(2);
        for identity in [0, 0, 0, 0, 1, 2] {
            count.knock(identity, 0);
            count.enter(identity, SECOND / 2);
        }
        count.shown(shown, now);
        count.checks.wrong
    }

    #[test]
    fn four_tabs_are_one_person_and_others_count() {
        assert_eq!(wrong_after(5, 10 * SECOND), 0);
        assert_eq!(wrong_after(8, 10 * SECOND), 1);
        assert_eq!(wrong_after(4, 10 * SECOND), 1);
        assert_eq!(wrong_after(3, 10 * SECOND), 1);
    }

    #[test]
    fn a_count_may_lag_by_five_seconds_and_no_more() {
        for shown in 2..=5 {
            assert_eq!(wrong_after(shown, 5 * SECOND), 0, "{shown} was true a moment ago");
        }
        assert_eq!(wrong_after(6, 5 * SECOND), 1);
        assert_eq!(wrong_after(2, 7 * SECOND), 1);
    }

    #[test]
    fn a_count_that_stands_still_after_a_leave_is_found_without_a_new_one() {
        let mut count = Headcount::new(0);
        count.knock(0, 0);
        count.enter(0, 0);
        count.shown(1, SECOND);
        count.leave(0, 2 * SECOND);
        count.compare(6 * SECOND);
        assert_eq!(count.checks.wrong, 0);
        count.compare(8 * SECOND);
        let Checks { made, wrong, last_shown, last_true, .. } = count.checks;
        assert_eq!((made, wrong, last_shown, last_true), (3, 1, Some(1), 0));
    }

    #[test]
    fn the_server_may_know_of_a_connection_first() {
        let mut count = Headcount::new(0);
        count.knock(0, 0);
        count.shown(1, 10 * SECOND);
        assert_eq!(count.checks.wrong, 0);
        count.turned_away(0, 11 * SECOND);
        count.compare(20 * SECOND);
        assert_eq!(count.checks.wrong, 1);
    }
}
