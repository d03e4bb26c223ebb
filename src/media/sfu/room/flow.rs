//! Chooses which of a publisher's sources are forwarded: one per kind, the first that sends.

use crate::sfu::packet::Kind;
use std::time::{Duration, Instant};

/// How long a source must be silent before another one of the same kind replaces it. Until then the other is ignored,
/// so that two layers of one picture never mix.
const TAKE_OVER: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
struct Flow {
    ssrc: u32,
    run: u32,
    last: Instant,
}

#[derive(Default)]
pub struct Flows {
    audio: Option<Flow>,
    video: Option<Flow>,
    runs: u32,
}

impl Flows {
    /// The run that a packet of this source belongs to, or `None` if the source is not forwarded.
    pub fn take(&mut self, kind: Kind, ssrc: u32, now: Instant) -> Option<u32> {
        let current = match kind {
            Kind::Audio => &mut self.audio,
            Kind::Video => &mut self.video,
        };
        match current {
            Some(flow) if flow.ssrc == ssrc => {
                flow.last = now;
                Some(flow.run)
            }
            Some(flow) if now.saturating_duration_since(flow.last) < TAKE_OVER => None,
            _ => {
                self.runs += 1;
                *current = Some(Flow { ssrc, run: self.runs, last: now });
                Some(self.runs)
            }
        }
    }

    /// The source that keyframes are requested from.
    pub fn video(&self) -> Option<u32> {
        self.video.map(|flow| flow.ssrc)
    }

    /// A new publisher begins new runs, even with the same sources.
    pub fn forget(&mut self) {
        (self.audio, self.video) = (None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_of_a_kind_flows_until_it_is_silent() {
        let (start, mut flows) = (Instant::now(), Flows::default());
        let at = |ms| start + Duration::from_millis(ms);
        let first = flows.take(Kind::Video, 7, at(0)).unwrap();
        assert_eq!(flows.take(Kind::Video, 8, at(10)), None, "a second layer");
        assert_ne!(flows.take(Kind::Audio, 9, at(10)), Some(first));
        assert_eq!(flows.take(Kind::Video, 7, at(900)), Some(first));
        assert_eq!(flows.take(Kind::Video, 8, at(1800)), None);
        let second = flows.take(Kind::Video, 8, at(1900)).unwrap();
        assert!(second > first);
        assert_eq!(flows.video(), Some(8));
        flows.forget();
        assert!(flows.take(Kind::Video, 8, at(1901)).unwrap() > second);
    }
}
