//! What one actor, or all of a branch, did in the last minutes. One sampler takes it for the whole house, whoever looks.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Between two samples.
pub const PACE: Duration = Duration::from_secs(3);
/// Samples kept: three minutes, 12 bytes each.
pub const KEPT: usize = 60;

/// What happened between two looks at the counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    pub handled: u32,
    /// Of all that was handled together, from acceptance to the end, in microseconds; 0 where nothing is timed.
    pub micros: u32,
    /// Messages waiting at the look.
    pub depth: u32,
}

impl Sample {
    /// Microseconds a message; `None` where none was timed.
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

/// The last samples of one place in the tree. A clone is the same one.
#[derive(Clone, Debug, Default)]
pub struct Pulse(Arc<Mutex<Past>>);

/// The same place, whatever happens there.
impl PartialEq for Pulse {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Debug, Default)]
struct Past {
    /// The counters at the last look: handled, microseconds.
    seen: (u64, u64),
    samples: VecDeque<Sample>,
    /// Of all samples together.
    handled: u64,
}

impl Pulse {
    /// The oldest first.
    pub fn samples(&self) -> Vec<Sample> {
        self.past().samples.iter().copied().collect()
    }
    /// Handled within the samples.
    pub fn handled(&self) -> u64 {
        self.past().handled
    }

    /// Looks at counters that only grow.
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
    /// Whoever sleeps has no pulse.
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
            "what was seen is not seen twice"
        );
    }
}
