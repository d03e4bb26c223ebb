//! The tool's own count of the people in a room, and whether the count that pages show follows it. People, not
//! connections: four tabs of one person are one.

use serde::Serialize;
use std::collections::{HashMap, VecDeque};

/// A shown count may be this old: the server's grace for a reload, and its one update a second.
const WITHIN_US: u64 = 5_000_000;
/// The past is kept in slices of this length.
const SLICE_US: u64 = 100_000;
/// A connection that died without a word may be counted for so long; what was true is forgiven for [`WITHIN_US`] more.
const DEAD_US: u64 = 10_000_000;

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
    /// Died without a word: when that must be known, and who.
    dead: VecDeque<(u64, usize)>,
    past: VecDeque<Slice>,
    shown: Option<u32>,
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

impl Checks {
    /// Those of several rooms together; the last numbers are summed up.
    pub fn all(rooms: &[Self]) -> Self {
        rooms.iter().fold(Self::default(), |sum, room| Self {
            made: sum.made + room.made,
            wrong: sum.wrong + room.wrong,
            peak_shown: sum.peak_shown + room.peak_shown,
            last_shown: Some(sum.last_shown.unwrap_or(0) + room.last_shown.unwrap_or(0)),
            last_true: sum.last_true + room.last_true,
        })
    }
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

    /// Gone, but nobody was told: the server may count them until the connection's end must be known.
    pub fn die(&mut self, identity: usize, now: u64) {
        drop_one(&mut self.inside, identity);
        *self.knocking.entry(identity).or_default() += 1;
        self.dead.push_back((now + DEAD_US, identity));
        self.note(now);
    }

    /// A feed shows `people`, until it shows another number.
    pub fn shown(&mut self, people: u32, now: u64) {
        self.shown = Some(people);
        self.compare(now);
    }

    /// What is shown stays right, or is put right, without anything new on the page.
    pub fn compare(&mut self, now: u64) {
        self.note(now);
        let Some(shown) = self.shown else { return };
        self.checks = self.judged(self.checks, shown);
    }

    /// Another place said `people`, once.
    pub fn said(&mut self, people: u32, now: u64, checks: &mut Checks) {
        self.note(now);
        *checks = self.judged(*checks, people);
    }

    fn judged(&self, checks: Checks, shown: u32) -> Checks {
        let low = self.past.iter().map(|slice| slice.low).min().unwrap_or(0);
        let high = self.past.iter().map(|slice| slice.high).max().unwrap_or(0);
        Checks {
            made: checks.made + 1,
            wrong: checks.wrong + u64::from(shown < low || shown > high),
            peak_shown: checks.peak_shown.max(shown),
            last_shown: Some(shown),
            last_true: self.low(),
        }
    }

    fn low(&self) -> u32 {
        self.others + self.inside.len() as u32
    }

    fn high(&self) -> u32 {
        self.low()
            + self.knocking.keys().filter(|identity| !self.inside.contains_key(identity)).count() as u32
    }

    fn note(&mut self, now: u64) {
        while let Some((_, identity)) = self.dead.pop_front_if(|(due, _)| *due <= now) {
            drop_one(&mut self.knocking, identity);
        }
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
    fn who_dies_may_be_counted_for_fifteen_seconds_and_no_more() {
        let mut count = Headcount::new(0);
        count.knock(0, 0);
        count.enter(0, 0);
        count.shown(1, SECOND);
        count.die(0, 10 * SECOND);
        for later in [12, 15, 20, 24] {
            count.compare(later * SECOND);
        }
        assert_eq!(count.checks.wrong, 0);
        let mut noticed = Checks::default();
        count.said(0, 24 * SECOND, &mut noticed);
        assert_eq!((noticed.made, noticed.wrong), (1, 0));
        count.compare(26 * SECOND);
        assert_eq!(count.checks.wrong, 1);
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
