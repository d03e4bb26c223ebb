//! How fast seats are freed, measured while the service is full.

use crate::time::{Millis, Span};
use std::collections::VecDeque;

/// The fewest measurements for an estimate.
const ENOUGH: usize = 2;
/// How many of the latest measurements are kept.
const MOST: usize = 32;
/// A latest measurement older than this says nothing about now.
const STALE: Span = Span::minutes(30);

/// The intervals between freed seats.
#[derive(Clone, Debug, Default)]
pub struct QueuePace {
    waits: VecDeque<Span>,
    /// When a seat was last freed, or the service became full; `None` while there are free seats.
    since: Option<Millis>,
    measured: Millis,
}

impl QueuePace {
    /// Records whether the service is full. Only then do people wait, and only then is it measured.
    pub fn note(&mut self, full: bool, now: Millis) {
        self.since = if full { self.since.or(Some(now)) } else { None };
    }

    /// A seat of the full service was freed.
    pub fn freed(&mut self, now: Millis) {
        let Some(since) = self.since.replace(now) else { return };
        if self.waits.len() == MOST {
            self.waits.pop_front();
        }
        self.waits.push_back(Span((now - since).0.max(0)));
        self.measured = now;
    }

    /// How long until `places` more seats are freed, at the recent pace. `None` without enough measurements.
    pub fn expected(&self, places: usize, now: Millis) -> Option<Span> {
        if self.waits.len() < ENOUGH || now - self.measured > STALE {
            return None;
        }
        let (count, sum) = (self.waits.len() as i64, self.waits.iter().map(|wait| wait.0).sum::<i64>());
        // The current interval counts once it is longer than the average.
        let open = self.since.map_or(0, |since| (now - since).0);
        let mean = if open * count > sum { (sum + open) / (count + 1) } else { sum / count };
        Some(Span(mean.saturating_mul(i64::try_from(places).unwrap_or(i64::MAX))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000);

    fn at(secs: i64) -> Millis {
        NOW + Span::secs(secs)
    }

    #[test]
    fn nothing_is_said_before_enough_was_measured() {
        let mut pace = QueuePace::default();
        pace.freed(at(0));
        assert_eq!(pace.expected(1, at(0)), None, "the service was not full, so that seat is not measured");
        pace.note(true, at(0));
        pace.freed(at(10));
        assert_eq!(pace.expected(1, at(10)), None);
        pace.freed(at(30));
        assert_eq!(pace.expected(1, at(30)), Some(Span::secs(15)));
        assert_eq!(pace.expected(4, at(30)), Some(Span::secs(60)));
    }

    #[test]
    fn a_wait_that_grows_makes_the_estimate_grow_until_it_says_nothing() {
        let mut pace = QueuePace::default();
        pace.note(true, at(0));
        pace.freed(at(10));
        pace.freed(at(20));
        assert_eq!(pace.expected(1, at(25)), Some(Span::secs(10)));
        assert_eq!(pace.expected(1, at(60)), Some(Span::secs(20)), "(10 + 10 + 40) / 3");
        assert_eq!(pace.expected(1, at(20) + STALE + Span(1)), None);
    }

    #[test]
    fn the_time_with_places_to_spare_is_no_wait() {
        let mut pace = QueuePace::default();
        pace.note(true, at(0));
        pace.freed(at(2));
        pace.note(false, at(2));
        pace.note(true, at(500));
        pace.note(true, at(501));
        pace.freed(at(504));
        assert_eq!(pace.expected(1, at(504)), Some(Span::secs(3)));
    }

    #[test]
    fn only_the_latest_measures_count() {
        let (mut pace, mut now) = (QueuePace::default(), NOW);
        pace.note(true, now);
        for wait in std::iter::repeat_n(60, MOST).chain(std::iter::repeat_n(1, MOST)) {
            now = now + Span::secs(wait);
            pace.freed(now);
        }
        assert_eq!(pace.expected(3, now), Some(Span::secs(3)));
    }
}
