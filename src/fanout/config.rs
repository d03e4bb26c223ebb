use crate::{
    frame::{Event, Frame},
    log::ring::Budget,
};
use std::{num::NonZero, thread, time::Duration};

/// Settings of a fan-out. The defaults are for tens of thousands of readers on one machine.
#[derive(Clone, Debug)]
pub struct Config {
    /// Threads that write; by default one a core.
    pub shards: usize,
    /// A busy log joins what is appended within this time into one flush; an idle one flushes at once.
    pub tick: Duration,
    /// How often a log without a word says `event: beat`, so that a page can notice a dead link.
    pub beat: Duration,
    /// A connection that takes no byte for so long is closed.
    pub deadline: Duration,
    /// Bytes that one log keeps for readers that are late.
    pub log_bytes: u64,
    /// Frames that one log keeps.
    pub log_frames: usize,
    /// Private frames that may wait for one connection.
    pub private_frames: usize,
    /// At shutdown the readers are told to come back after a time that is spread evenly from the first to the second.
    pub retry: (Duration, Duration),
    /// How long the shutdown waits for readers to take their last event.
    pub farewell: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            shards: thread::available_parallelism().map_or(1, NonZero::get),
            tick: Duration::from_millis(40),
            beat: Duration::from_secs(5),
            deadline: Duration::from_secs(30),
            log_bytes: 1 << 20,
            log_frames: 8192,
            private_frames: 64,
            retry: (Duration::from_millis(500), Duration::from_secs(4)),
            farewell: Duration::from_secs(2),
        }
    }
}

impl Config {
    pub(crate) const fn budget(&self) -> Budget {
        Budget { bytes: self.log_bytes, frames: self.log_frames }
    }

    pub(crate) fn beat_frame(&self) -> Frame {
        Event::named("beat", &self.beat.as_millis().to_string()).into()
    }

    /// How often shards look for due beats and passed deadlines.
    pub(crate) fn sweep(&self) -> Duration {
        (self.beat.min(self.deadline) / 5).clamp(Duration::from_millis(10), Duration::from_secs(1))
    }

    /// The last event of a shutdown. Multiples of the golden ratio spread any run of slots evenly.
    pub(crate) fn bye(&self, slot: u32) -> Frame {
        let (soonest, latest) = self.retry;
        let part = (f64::from(slot) * 0.618_033_988_749_895).fract();
        let retry = soonest + latest.saturating_sub(soonest).mul_f64(part);
        let data = retry.as_millis().to_string();
        Event::named("bye", &data).retry(retry).into()
    }
}
