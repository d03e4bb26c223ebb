//! Decides by the reports of a viewer's link how many layers it gives up. It goes down soon, up after a while, and tries
//! less and less often what has failed, so that a link that carries one layer only does not go up and down for ever.

use std::time::{Duration, Instant};

/// The share of lost packets from which a link is overloaded. Retransmission repairs less.
const BAD_LOSS: f32 = 0.10;
/// The share up to which it is well.
const GOOD_LOSS: f32 = 0.04;
/// How much longer than the shortest round trip one may take; beyond this packets wait in front of a narrow place.
const BAD_DELAY: Duration = Duration::from_millis(400);
const GOOD_DELAY: Duration = Duration::from_millis(200);
/// By how much the shortest round trip is corrected with each report, because a path may become longer for good.
const CREEP: Duration = Duration::from_millis(5);
/// Reports in a row that must be bad. They come once a second.
const BAD_REPORTS: u8 = 2;
/// A step up that lasts no longer has failed.
const FAILED: Duration = Duration::from_secs(6);
/// A step up that lasts this long makes earlier failures forgotten.
const LASTED: Duration = Duration::from_secs(20);
/// How long the link must be well before the next step up, by the number of steps that have failed.
const WAITS: [Duration; 6] = [
    Duration::from_millis(3_500),
    Duration::from_secs(8),
    Duration::from_secs(8),
    Duration::from_secs(16),
    Duration::from_secs(32),
    Duration::from_secs(60),
];

/// A report of a viewer's link over the last second.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkReport {
    /// The fraction of lost packets, 0 to 1.
    pub loss: Option<f32>,
    pub rtt: Option<Duration>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    Bad,
    /// Not well enough to try more.
    Fair,
    Good,
}

#[derive(Default)]
pub struct Strain {
    steps: u8,
    bad: u8,
    good_since: Option<Instant>,
    raised: Option<Instant>,
    failures: usize,
    shortest: Option<Duration>,
}

impl Strain {
    /// How many layers the viewer gives up.
    pub fn steps(&self) -> u8 {
        self.steps
    }

    /// Takes a report. `most`: the steps that there are below the layer that the viewer asks for.
    pub fn note(&mut self, report: LinkReport, most: u8, now: Instant) {
        self.steps = self.steps.min(most);
        if self.raised.is_some_and(|at| now.saturating_duration_since(at) >= LASTED) {
            (self.raised, self.failures) = (None, 0);
        }
        match self.judge(report) {
            Link::Bad => {
                self.good_since = None;
                self.bad = self.bad.saturating_add(1);
                if self.bad >= BAD_REPORTS && self.steps < most {
                    self.lower(now);
                }
            }
            Link::Fair => (self.bad, self.good_since) = (0, None),
            Link::Good => {
                self.bad = 0;
                let since = *self.good_since.get_or_insert(now);
                let wait = WAITS[self.failures.min(WAITS.len() - 1)];
                if self.steps > 0 && now.saturating_duration_since(since) >= wait {
                    self.steps -= 1;
                    (self.raised, self.good_since) = (Some(now), Some(now));
                }
            }
        }
    }

    fn lower(&mut self, now: Instant) {
        self.steps += 1;
        self.bad = 0;
        let failed = self.raised.take().is_some_and(|at| now.saturating_duration_since(at) <= FAILED);
        self.failures += usize::from(failed);
    }

    fn judge(&mut self, report: LinkReport) -> Link {
        let late = report.rtt.map_or(Duration::ZERO, |rtt| {
            let shortest = self.shortest.map_or(rtt, |shortest| rtt.min(shortest + CREEP));
            self.shortest = Some(shortest);
            rtt.saturating_sub(shortest)
        });
        match report.loss {
            _ if late >= BAD_DELAY => Link::Bad,
            Some(loss) if loss >= BAD_LOSS => Link::Bad,
            Some(loss) if loss <= GOOD_LOSS && late <= GOOD_DELAY => Link::Good,
            _ => Link::Fair,
        }
    }
}

#[cfg(test)]
#[path = "strain_tests.rs"]
mod tests;
