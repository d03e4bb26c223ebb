use crate::{
    frame::{Event, Frame},
    log::ring::Budget,
};
use std::{num::NonZero, thread, time::Duration};

/// Settings of a fan-out. The defaults suit tens of thousands of readers on one machine.
#[derive(Clone, Debug)]
pub struct Config {
    /// Writer threads; one per core by default.
    pub shards: usize,
    /// Frames appended to a busy log within this time share one flush. An idle log is flushed at once.
    pub tick: Duration,
    /// How long a log may be silent before it sends `event: beat`, so that pages can detect a dead connection.
    pub beat: Duration,
    /// A connection that accepts no bytes for this long is closed.
    pub deadline: Duration,
    /// Bytes that one log keeps for slow readers.
    pub log_bytes: u64,
    /// Frames that one log keeps for slow readers.
    pub log_frames: usize,
    /// Private frames that may be queued for one connection.
    pub private_frames: usize,
    /// The reconnect delays sent at shutdown are spread evenly between these two.
    pub retry: (Duration, Duration),
    /// How long the shutdown waits for readers to receive their last event.
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

    /// How often shards check for due beats and expired deadlines.
    pub(crate) fn sweep(&self) -> Duration {
        (self.beat.min(self.deadline) / 5).clamp(Duration::from_millis(10), Duration::from_secs(1))
    }

    /// The last event sent at shutdown. Multiples of the golden ratio spread the delays of any run of slots evenly.
    pub(crate) fn bye(&self, slot: u32) -> Frame {
        let (soonest, latest) = self.retry;
        let part = (f64::from(slot) * 0.618_033_988_749_895).fract();
        let retry = soonest + latest.saturating_sub(soonest).mul_f64(part);
        let data = retry.as_millis().to_string();
        Event::named("bye", &data).retry(retry).into()
    }
}
