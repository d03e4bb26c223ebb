//! Decides when to ask the publisher for a keyframe (PLI, picture loss indication).

use crate::sfu::limits::{Bucket, Rate};
use std::time::{Duration, Instant};

/// The minimum time between two requests: a keyframe costs the publisher ten times a frame and lowers everybody's
/// quality.
const GAP: Duration = Duration::from_millis(250);
/// The repeat interval. A request or its keyframe may get lost, and players without a picture do not ask again.
const REPEAT: Duration = Duration::from_millis(500);
/// The minimum time between two requests for viewers that ask again and again.
const SELDOM: Duration = Duration::from_secs(1);
/// Repeated requests of viewers that lost their picture: within this rate they are sent after [`GAP`], beyond it after
/// [`SELDOM`].
const AGAIN: Rate = Rate { burst: 4.0, per_second: 0.1 };

/// A publisher that answers requests has sent its keyframe by then: a round trip and an encoded frame. Encoders like OBS
/// never do; they send keyframes by the clock.
const ANSWER: Duration = Duration::from_millis(200);
/// Answers in a row after which a publisher that left a request unanswered counts as answering: one that sends keyframes by
/// the clock seems to answer now and then.
const REGAINED: u8 = 3;

/// Requests closer together than [`GAP`] are merged: deferred, never dropped. One keyframe answers them all.
#[derive(Default)]
pub struct Pli {
    last: Option<Instant>,
    due: Option<Instant>,
    again: Option<Bucket>,
    /// The last request, while its answer may still come in time.
    asked: Option<Instant>,
    /// Whether the publisher leaves requests unanswered; `None` before the first.
    deaf: Option<bool>,
    answers: u8,
}

impl Pli {
    /// A viewer needs a keyframe.
    pub fn want(&mut self, now: Instant) {
        let earliest = self.last.map_or(now, |last| now.max(last + GAP));
        self.due = Some(self.due.map_or(earliest, |due| due.min(earliest)));
    }

    /// A viewer that has already had a picture needs another keyframe.
    pub fn want_again(&mut self, now: Instant) {
        let bucket = self.again.get_or_insert_with(|| Bucket::new(AGAIN, now));
        if bucket.take(1.0, now) {
            return self.want(now);
        }
        let earliest = self.last.map_or(now, |last| now.max(last + SELDOM));
        self.due = Some(self.due.map_or(earliest, |due| due.min(earliest)));
    }

    /// When [`Self::take_due`] and [`Self::misses_answer`] are to be called.
    pub fn due(&self) -> Option<Instant> {
        self.due.into_iter().chain(self.asked.map(|at| at + ANSWER)).min()
    }

    /// True once for a request that was not answered in time.
    pub fn misses_answer(&mut self, now: Instant) -> bool {
        let missed = self.asked.is_some_and(|at| at + ANSWER <= now);
        if missed {
            (self.asked, self.deaf, self.answers) = (None, Some(true), 0);
        }
        missed
    }

    /// Whether the publisher leaves requests unanswered; `None` before the first.
    pub fn is_deaf(&self) -> Option<bool> {
        self.deaf
    }

    /// True if a request must be sent now. It is repeated until a keyframe comes.
    pub fn take_due(&mut self, now: Instant) -> bool {
        let is_due = self.due.is_some_and(|due| due <= now);
        if is_due {
            self.last = Some(now);
            self.asked = Some(now);
            self.due = Some(now + REPEAT);
        }
        is_due
    }

    /// A keyframe has begun; it answers everyone who waited.
    pub fn keyframe(&mut self) {
        self.due = None;
        if self.asked.take().is_some() {
            self.answers = self.answers.saturating_add(1);
            self.deaf = Some(self.deaf == Some(true) && self.answers < REGAINED);
        }
    }

    /// The publisher has left.
    pub fn forget(&mut self) {
        *self = Self { again: self.again.take(), ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Step {
        Want,
        Key,
    }
    use Step::{Key, Want};

    /// Plays steps at the given milliseconds, polls every millisecond, and returns when requests were sent.
    fn play(steps: &[(u64, Step)], until: u64) -> Vec<u64> {
        let (start, mut pli, mut sent) = (Instant::now(), Pli::default(), vec![]);
        for ms in 0..=until {
            let now = start + Duration::from_millis(ms);
            for (_, step) in steps.iter().filter(|(at, _)| *at == ms) {
                match step {
                    Want => pli.want(now),
                    Key => pli.keyframe(),
                }
            }
            if pli.take_due(now) {
                sent.push(ms);
            }
        }
        sent
    }

    #[test]
    fn a_publisher_that_never_answers_is_noticed_and_coincidence_deceives_nobody() {
        let (start, mut pli) = (Instant::now(), Pli::default());
        let mut known = vec![];
        for ms in 0..40_000u64 {
            let now = start + Duration::from_millis(ms);
            // Somebody asks every 1.3 s; a keyframe comes every 2 s and, in the second half, as an answer, too.
            if ms % 1_300 == 0 {
                pli.want(now);
            }
            pli.misses_answer(now);
            let answered = ms >= 20_000 && pli.last.is_some_and(|last| last + ANSWER / 2 == now);
            if ms % 2_000 == 0 || answered {
                pli.keyframe();
            }
            pli.take_due(now);
            if known.last().is_none_or(|(_, before)| *before != pli.is_deaf()) {
                known.push((ms, pli.is_deaf()));
            }
        }
        let order: Vec<_> = known.iter().map(|(_, deaf)| *deaf).collect();
        assert_eq!(order, [None, Some(true), Some(false)], "{known:?}");
        assert_eq!(known[1].0, 1_500, "the keyframe at the beginning answered the first");
        assert!((21_000..25_000).contains(&known[2].0), "{known:?}");
        pli.forget();
        assert_eq!((pli.is_deaf(), pli.due()), (None, None), "another publisher");
    }

    #[test]
    fn one_that_asks_for_ever_gets_one_a_second() {
        let (start, mut pli) = (Instant::now(), Pli::default());
        let mut sent = vec![];
        for ms in 0..30_000 {
            let now = start + Duration::from_millis(ms);
            pli.want_again(now);
            if pli.take_due(now) {
                sent.push(ms);
                pli.keyframe();
            }
        }
        assert!((28..=38).contains(&sent.len()), "{} in 30 s: {sent:?}", sent.len());
        assert_eq!(sent[0], 0, "the first at once");
    }

    #[test]
    fn requests_leave_when_they_should() {
        for (name, steps, expected) in [
            ("the first leaves at once", vec![(10, Want), (60, Key)], vec![10]),
            ("a crowd is one request", vec![(10, Want), (10, Want), (11, Want), (60, Key)], vec![10]),
            ("too early is deferred", vec![(10, Want), (60, Key), (100, Want), (300, Key)], vec![10, 260]),
            (
                "a request after the gap is sent at once",
                vec![(10, Want), (60, Key), (400, Want), (450, Key)],
                vec![10, 400],
            ),
            (
                "a keyframe answers deferred requests",
                vec![(10, Want), (60, Key), (100, Want), (200, Key)],
                vec![10],
            ),
            ("a lost one is repeated", vec![(10, Want), (1100, Key)], vec![10, 510, 1010]),
            ("a newcomer hurries the repeat", vec![(10, Want), (270, Want), (400, Key)], vec![10, 270]),
            ("nobody asks", vec![(10, Key)], vec![]),
        ] {
            assert_eq!(play(&steps, 1200), expected, "{name}");
        }
    }
}
