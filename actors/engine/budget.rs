//! How often an actor may fail before it is parked, and how long to wait before each restart. Pure.

use domain::time::Millis;
use serde::Serialize;
use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// Failures of an actor tolerated within [`WINDOW`]; one more spends the budget.
pub const FALLS: usize = 10;
/// The same for a supervisor, which fails when a worker's budget is spent: that takes eleven seconds each time.
pub const FALLS_OF_A_SUPERVISOR: usize = 3;
pub const WINDOW: Duration = Duration::from_secs(60);
/// The longest backoff. The first restart is immediate; then 0.1 s, doubling up to this, so that a recovered dependency
/// finds its actor back within 2 s.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// Whether a failure is charged to the actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blame {
    /// A panic or an error of its own.
    Own,
    /// A dependency was unavailable.
    Away,
    /// Requested, by chaos or by an operator.
    Asked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Again(Duration),
    Spent,
}

/// The restart budget of one child.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    allowed: usize,
    falls: VecDeque<(Instant, Blame)>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::of(FALLS)
    }
}

impl Budget {
    pub fn of(allowed: usize) -> Self {
        Self { allowed, falls: VecDeque::new() }
    }

    pub fn fall(&mut self, blame: Blame, now: Instant) -> Verdict {
        if blame == Blame::Asked {
            return Verdict::Again(Duration::ZERO);
        }
        while self.falls.front().is_some_and(|(at, _)| now.duration_since(*at) >= WINDOW) {
            self.falls.pop_front();
        }
        self.falls.push_back((now, blame));
        if self.falls.iter().filter(|(_, blame)| *blame == Blame::Own).count() > self.allowed {
            return Verdict::Spent;
        }
        let doublings = u32::try_from(self.falls.len()).unwrap_or(u32::MAX).saturating_sub(2).min(8);
        let wait = if self.falls.len() < 2 { Duration::ZERO } else { FIRST_WAIT * 2_u32.pow(doublings) };
        Verdict::Again(wait.min(LONGEST_WAIT))
    }
}

/// One restart, as shown to operators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restart {
    pub at: Millis,
    pub why: String,
    /// Requested, by chaos or by an operator.
    pub asked: bool,
}

/// The last restarts, and the total number.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    last: VecDeque<Restart>,
    count: u64,
}

impl History {
    /// How many restarts are remembered per actor.
    const KEPT: usize = 32;

    pub fn add(&mut self, restart: Restart) {
        if self.last.len() == Self::KEPT {
            self.last.pop_front();
        }
        self.last.push_back(restart);
        self.count += 1;
    }
    pub fn count(&self) -> u64 {
        self.count
    }
    pub fn last(&self) -> Vec<Restart> {
        self.last.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_restart_is_at_once_and_the_others_wait_longer_up_to_two_seconds() {
        let (mut budget, now) = (Budget::default(), Instant::now());
        let waits: Vec<_> = (0..FALLS).map(|_| budget.fall(Blame::Own, now)).collect();
        let expected = [0, 100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000];
        assert_eq!(waits, expected.map(|ms| Verdict::Again(Duration::from_millis(ms))));
        assert_eq!(budget.fall(Blame::Own, now), Verdict::Spent);
    }

    #[test]
    fn falls_are_forgotten_after_the_window() {
        let (mut budget, now) = (Budget::default(), Instant::now());
        for _ in 0..FALLS {
            budget.fall(Blame::Own, now);
        }
        assert_eq!(budget.fall(Blame::Own, now + WINDOW), Verdict::Again(Duration::ZERO));
    }

    #[test]
    fn what_was_asked_for_or_is_away_never_spends_the_budget() {
        let (mut budget, now) = (Budget::default(), Instant::now());
        for _ in 0..1000 {
            assert_eq!(budget.fall(Blame::Asked, now), Verdict::Again(Duration::ZERO));
        }
        for _ in 0..1000 {
            assert!(matches!(budget.fall(Blame::Away, now), Verdict::Again(_)));
        }
    }
}
