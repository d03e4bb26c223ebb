//! Recent activity of one actor or of a whole branch. One sampler collects it for the whole tree, whether or not
//! anybody looks.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The time between two samples.
pub const PACE: Duration = Duration::from_secs(3);
/// Samples kept: three minutes, 12 bytes each.
pub const KEPT: usize = 60;

/// The activity between two readings of the counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    pub handled: u32,
    /// Total time from acceptance to the end of handling over all messages, in microseconds; 0 if nothing is timed.
    pub micros: u32,
    /// Messages waiting at the time of the reading.
    pub depth: u32,
}

impl Sample {
    /// Microseconds per message; `None` if none was timed.
    pub fn latency(self) -> Option<u32> {
        self.micros.checked_div(self.handled).filter(|_| self.micros > 0)
    }
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            handled: self.handled.saturating_add(other.handled),
            micros: self.micros.saturating_add(other.micros),
            depth: self.depth.saturating_add(other.depth),
        }
    }
}

/// The latest samples of one place in the tree. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Pulse(Arc<Mutex<Past>>);

/// Equal if both are of the same place, whatever the samples.
impl PartialEq for Pulse {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Debug, Default)]
struct Past {
    /// The counters at the last reading: messages handled, microseconds.
    seen: (u64, u64),
    samples: VecDeque<Sample>,
    /// The sum over all samples.
    handled: u64,
}

impl Pulse {
    /// The samples, the oldest first.
    pub fn samples(&self) -> Vec<Sample> {
        self.past().samples.iter().copied().collect()
    }
    /// Messages handled during the samples.
    pub fn handled(&self) -> u64 {
        self.past().handled
    }

    /// Samples counters that only grow.
    pub(crate) fn look(&self, handled: u64, micros: u64, depth: usize) -> Sample {
        let mut past = self.past();
        let (handled_before, micros_before) = std::mem::replace(&mut past.seen, (handled, micros));
        let sample = Sample {
            handled: fit(handled.saturating_sub(handled_before)),
            micros: fit(micros.saturating_sub(micros_before)),
            depth: fit(depth as u64),
        };
        past.push(sample);
        sample
    }
    pub(crate) fn push(&self, sample: Sample) {
        self.past().push(sample);
    }
    /// A passivated actor has no activity.
    pub(crate) fn stop(&self) {
        let mut past = self.past();
        past.samples = VecDeque::new();
        past.handled = 0;
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Past {
    fn push(&mut self, sample: Sample) {
        if self.samples.len() == KEPT {
            self.handled -= self.samples.pop_front().map_or(0, |oldest| u64::from(oldest.handled));
        }
        self.handled += u64::from(sample.handled);
        self.samples.push_back(sample);
    }
}

fn fit(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_is_what_happened_between_looks_and_forgets_the_oldest() {
        let pulse = Pulse::default();
        pulse.look(10, 500, 3);
        pulse.look(10, 500, 0);
        let third = pulse.look(14, 900, 1);
        assert_eq!(third, Sample { handled: 4, micros: 400, depth: 1 });
        assert_eq!(
            pulse.samples().iter().map(|s| s.latency()).collect::<Vec<_>>(),
            [Some(50), None, Some(100)]
        );
        assert_eq!(pulse.handled(), 14);
        for n in 0..KEPT as u64 {
            pulse.look(15 + n, 900, 0);
        }
        assert_eq!((pulse.samples().len(), pulse.handled()), (KEPT, KEPT as u64));
        pulse.stop();
        assert_eq!((pulse.samples().len(), pulse.handled()), (0, 0));
        assert_eq!(
            pulse.look(100, 900, 0).handled,
            100 - 14 - KEPT as u64 as u32,
            "nothing is counted twice"
        );
    }
}
