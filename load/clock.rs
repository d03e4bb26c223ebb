//! The tool's own clock: microseconds since it started. All marks and latencies use it.

use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    #[expect(
        clippy::new_without_default,
        reason = "creating a clock starts it, which a default value should not do"
    )]
    pub fn new() -> Self {
        Self(Instant::now())
    }

    pub fn us(&self) -> u64 {
        self.0.elapsed().as_micros() as u64
    }

    /// Converts `us` to an `Instant`, for timers.
    pub fn instant(&self, us: u64) -> Instant {
        self.0 + Duration::from_micros(us)
    }
}
