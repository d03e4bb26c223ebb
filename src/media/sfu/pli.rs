//! When the publisher is asked for a keyframe (a picture loss indication).

use std::time::{Duration, Instant};

/// The least time between two requests: a keyframe costs the publisher ten times a frame, and the crowd's quality.
const GAP: Duration = Duration::from_millis(250);
/// A request may get lost, and so may the keyframe; then nobody else asks, since players without a picture stay quiet.
const REPEAT: Duration = Duration::from_millis(500);

/// Requests closer than [`GAP`] become one: deferred, never dropped. A keyframe answers them all.
#[derive(Default)]
pub struct Pli {
    last: Option<Instant>,
    due: Option<Instant>,
}

impl Pli {
    /// Somebody needs a keyframe.
    pub fn want(&mut self, now: Instant) {
        let earliest = self.last.map_or(now, |last| now.max(last + GAP));
        self.due = Some(self.due.map_or(earliest, |due| due.min(earliest)));
    }

    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// True when a request must leave now; it will be repeated until a keyframe comes.
    pub fn take_due(&mut self, now: Instant) -> bool {
        let is_due = self.due.is_some_and(|due| due <= now);
        if is_due {
            self.last = Some(now);
            self.due = Some(now + REPEAT);
        }
        is_due
    }

    /// A keyframe has begun: whoever waited gets this one.
    pub fn keyframe(&mut self) {
        self.due = None;
    }

    /// Nobody publishes any more.
    pub fn forget(&mut self) {
        *self = Self::default();
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

    /// Plays steps at their milliseconds, asks each millisecond, and returns when requests left.
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
    fn requests_leave_when_they_should() {
        for (name, steps, expected) in [
            ("the first leaves at once", vec![(10, Want), (60, Key)], vec![10]),
            ("a crowd is one request", vec![(10, Want), (10, Want), (11, Want), (60, Key)], vec![10]),
            ("too early is deferred", vec![(10, Want), (60, Key), (100, Want), (300, Key)], vec![10, 260]),
            (
                "late enough leaves at once",
                vec![(10, Want), (60, Key), (400, Want), (450, Key)],
                vec![10, 400],
            ),
            (
                "a keyframe answers the deferred",
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
