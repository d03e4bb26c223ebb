//! Counters of the fan-out, for a metrics page.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Totals since the start, and two gauges: `connections` and `blocked`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Frames appended to all logs, excluding beats.
    pub frames_appended: u64,
    /// Whole frames handed to connections, including private frames and beats.
    pub deliveries: u64,
    /// Bytes of those frames, as handed to the transport.
    pub bytes: u64,
    /// Connections open now.
    pub connections: u64,
    /// Connections that have data queued but currently accept none.
    pub blocked: u64,
    /// Connections closed because they accepted nothing until the deadline, or stood inside a frame that was trimmed.
    pub closed_slow: u64,
    /// `resync` events sent to readers that fell behind the log.
    pub resyncs: u64,
    /// Sockets taken over from hyper.
    pub takeovers: u64,
}

#[derive(Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }

    pub fn sub(&self, n: u64) {
        self.0.fetch_sub(n, Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

#[derive(Default)]
pub(crate) struct Tally {
    pub frames_appended: Count,
    pub deliveries: Count,
    pub bytes: Count,
    pub connections: Count,
    pub blocked: Count,
    pub closed_slow: Count,
    pub resyncs: Count,
    pub takeovers: Count,
}

impl Tally {
    pub fn read(&self) -> Counters {
        Counters {
            frames_appended: self.frames_appended.get(),
            deliveries: self.deliveries.get(),
            bytes: self.bytes.get(),
            connections: self.connections.get(),
            blocked: self.blocked.get(),
            closed_slow: self.closed_slow.get(),
            resyncs: self.resyncs.get(),
            takeovers: self.takeovers.get(),
        }
    }
}
