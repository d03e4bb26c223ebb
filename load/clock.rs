//! The tool's own clock: microseconds since it began. Marks, latencies and the truth all count by it.

use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    #[expect(clippy::new_without_default, reason = "a clock begins to count, which no default value should")]
    pub fn new() -> Self {
        Self(Instant::now())
    }

    pub fn us(&self) -> u64 {
        self.0.elapsed().as_micros() as u64
    }

    /// The moment of `us`, for timers.
    pub fn instant(&self, us: u64) -> Instant {
        self.0 + Duration::from_micros(us)
    }
}
