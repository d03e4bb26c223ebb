//! The tool's own count of the people in a room, and whether the displayed count follows it. People, not connections:
//! four tabs of one person count once.
//!
//! The displayed count may lag, independently for each person: it must include everybody who was there throughout the
//! last seconds, and nobody who was there at no moment of them.

use serde::Serialize;
use std::collections::{HashMap, HashSet, VecDeque};

/// How long an arrival or departure may take to be shown: the server's grace period for reloads, plus its one update a
/// second.
const WITHIN_US: u64 = 5_000_000;
/// The same for a connection that died without closing.
const DEAD_US: u64 = 15_000_000;

#[derive(Debug, Default)]
pub struct Headcount {
    /// People who are not ours.
    others: u32,
    /// Established connections of each identity.
    inside: HashMap<usize, u32>,
    /// Identities that arrived, and when they must be counted.
    coming: VecDeque<(u64, usize)>,
    /// Since when each identity has been connected without interruption.
    since: HashMap<usize, u64>,
    /// Identities that must be counted.
    settled: HashSet<usize>,
    /// Connections of each identity that may be counted: connecting, connected, or just closed.
    possible: HashMap<usize, u32>,
    /// Identities that left, and when they must no longer be counted; the dead separately, so that each queue is in
    /// order.
    going: [VecDeque<(u64, usize)>; 2],
    shown: Option<u32>,
    pub checks: Checks,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// How often a displayed count was compared with our own.
    pub made: u64,
    /// How often it was not true at any moment of the last five seconds.
    pub wrong: u64,
    /// The highest displayed count.
    pub peak_shown: u32,
    /// The first wrong one: microseconds of the run, the displayed count, and the lowest and highest right count.
    pub first_wrong: Option<(u64, u32, u32, u32)>,
    /// The last displayed count, and the true count then.
    pub last_shown: Option<u32>,
    pub last_true: u32,
}

impl Checks {
    /// Sums up several rooms, including the last numbers.
    pub fn all(rooms: &[Self]) -> Self {
        rooms.iter().fold(Self::default(), |sum, room| Self {
            made: sum.made + room.made,
            wrong: sum.wrong + room.wrong,
            first_wrong: sum.first_wrong.or(room.first_wrong),
            peak_shown: sum.peak_shown + room.peak_shown,
            last_shown: Some(sum.last_shown.unwrap_or(0) + room.last_shown.unwrap_or(0)),
            last_true: sum.last_true + room.last_true,
        })
    }
}

impl Headcount {
    /// `others`: what the room showed before the run.
    pub fn new(others: u32) -> Self {
        Self { others, ..Self::default() }
    }

    /// Starts connecting: the server may count a connection before we know that it is established.
    pub fn knock(&mut self, identity: usize, now: u64) {
        self.note(now);
        *self.possible.entry(identity).or_default() += 1;
    }

    pub fn enter(&mut self, identity: usize, now: u64) {
        self.note(now);
        let connections = self.inside.entry(identity).or_default();
        *connections += 1;
        if *connections == 1 {
            self.since.insert(identity, now);
            self.coming.push_back((now + WITHIN_US, identity));
        }
    }

    pub fn turned_away(&mut self, identity: usize, now: u64) {
        self.note(now);
        self.going[0].push_back((now + WITHIN_US, identity));
    }

    pub fn leave(&mut self, identity: usize, now: u64) {
        self.turned_away(identity, now);
        self.is_out(identity);
    }

    /// Gone without closing.
    pub fn die(&mut self, identity: usize, now: u64) {
        self.note(now);
        self.going[1].push_back((now + DEAD_US, identity));
        self.is_out(identity);
    }

    fn is_out(&mut self, identity: usize) {
        if drop_one(&mut self.inside, identity) {
            self.since.remove(&identity);
            self.settled.remove(&identity);
        }
    }

    /// A feed shows `people` until it shows another number.
    pub fn shown(&mut self, people: u32, now: u64) {
        self.shown = Some(people);
        self.compare(now);
    }

    pub const fn forget_shown(&mut self) {
        self.shown = None;
    }

    /// The displayed number must stay right or be corrected, without an event on the page.
    pub fn compare(&mut self, now: u64) {
        self.note(now);
        let Some(shown) = self.shown else { return };
        self.checks = self.judged(self.checks, shown, now);
    }

    /// `people` was shown elsewhere, once.
    pub fn said(&mut self, people: u32, now: u64, checks: &mut Checks) {
        self.note(now);
        *checks = self.judged(*checks, people, now);
    }

    fn judged(&self, checks: Checks, shown: u32, now: u64) -> Checks {
        let low = self.others + self.settled.len() as u32;
        let high = self.others + self.possible.len() as u32;
        let wrong = (shown < low || shown > high).then_some((now, shown, low, high));
        Checks {
            made: checks.made + 1,
            wrong: checks.wrong + u64::from(wrong.is_some()),
            first_wrong: checks.first_wrong.or(wrong),
            peak_shown: checks.peak_shown.max(shown),
            last_shown: Some(shown),
            last_true: self.others + self.inside.len() as u32,
        }
    }

    /// Advances the time: identities that arrived long enough ago must be counted, and those that left must not.
    fn note(&mut self, now: u64) {
        while let Some((due, identity)) = self.coming.pop_front_if(|(due, _)| *due <= now) {
            if self.since.get(&identity).is_some_and(|since| since + WITHIN_US <= due) {
                self.settled.insert(identity);
            }
        }
        for going in &mut self.going {
            while let Some((_, identity)) = going.pop_front_if(|(due, _)| *due <= now) {
                drop_one(&mut self.possible, identity);
            }
        }
    }
}

/// True for the last one.
fn drop_one(counts: &mut HashMap<usize, u32>, identity: usize) -> bool {
    let Some(count) = counts.get_mut(&identity) else { return false };
    *count -= 1;
    if *count == 0 {
        counts.remove(&identity);
        return true;
    }
    false
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
            assert_eq!(wrong_after(shown, 5 * SECOND), 0, "{shown} was true recently");
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
    fn who_left_may_be_counted_beside_who_came_instead() {
        let mut count = Headcount::new(0);
        count.knock(0, 0);
        count.enter(0, 0);
        count.leave(0, 10 * SECOND);
        count.knock(1, 10 * SECOND);
        count.enter(1, 10 * SECOND);
        let mut checks = Checks::default();
        for shown in 0..=2 {
            count.said(shown, 14 * SECOND, &mut checks);
        }
        assert_eq!(checks.wrong, 0);
        count.said(2, 16 * SECOND, &mut checks);
        count.said(0, 16 * SECOND, &mut checks);
        assert_eq!((checks.wrong, checks.last_true), (2, 1));
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
