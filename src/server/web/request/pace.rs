//! How a file travels, in either direction: whoever stalls gives the place back.

use fanout::Pace;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// One request so far. For its pace only waiting for the other side counts, not reading or storing the file.
pub struct Paced {
    pace: Pace,
    longest: Duration,
    since: Instant,
    /// What the other side has sent or taken.
    pub bytes: u64,
    waited: Duration,
}

/// Why nobody waits any longer.
pub enum Timeout {
    /// The other side is too slow.
    Slow,
    /// The request has taken as long as it may.
    Long,
}

impl Paced {
    /// `longest`: how long one request may take.
    pub fn start(pace: Pace, longest: Duration) -> Self {
        Self { pace, longest, since: Instant::now(), bytes: 0, waited: Duration::ZERO }
    }

    /// Waits for the other side.
    pub async fn wait<T>(&mut self, other: impl Future<Output = T>) -> Result<T, Timeout> {
        let left = self.longest.saturating_sub(self.since.elapsed());
        if left.is_zero() {
            return Err(Timeout::Long);
        }
        let begun = Instant::now();
        let allowed = self.pace.allowed(self.bytes).saturating_sub(self.waited);
        let came = timeout(allowed.min(left), other).await;
        self.waited += begun.elapsed();
        came.map_err(|_| if left < allowed { Timeout::Long } else { Timeout::Slow })
    }
}
