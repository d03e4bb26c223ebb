//! The minimum rate of a transfer. One that stalls or trickles is ended.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{self, Instant, Sleep};

/// How long a transfer may take: `grace`, plus one second for every `rate` bytes transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub grace: Duration,
    /// Bytes per second.
    pub rate: u32,
}

impl Pace {
    /// The time by which more than `bytes` must have been transferred.
    pub fn allowed(&self, bytes: u64) -> Duration {
        let millis = bytes.saturating_mul(1000) / u64::from(self.rate.max(1));
        self.grace.saturating_add(Duration::from_millis(millis))
    }
}

/// An extension of a response: how long its reader may take nothing of it. A paused player takes nothing for minutes, and needs
/// more than the grace of other responses. On HTTP/2 the window of its stream closes, and the connection goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub Duration);

/// Enforces the pace of one transfer. It uses a timer only while the transfer waits.
pub(crate) struct Deadline {
    pace: Pace,
    since: Instant,
    bytes: u64,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    pub fn start(pace: Pace) -> Self {
        Self { pace, since: Instant::now(), bytes: 0, timer: None }
    }

    pub const fn count(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// Ready when the transfer is too slow. Call it while the transfer makes no progress.
    pub fn poll_passed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let due = self.since + self.pace.allowed(self.bytes);
        let timer = self.timer.get_or_insert_with(|| Box::pin(time::sleep_until(due)));
        if timer.deadline() != due {
            timer.as_mut().reset(due);
        }
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_buys_time() {
        let pace = Pace { grace: Duration::from_secs(15), rate: 2048 };
        for (bytes, millis) in [(0, 15_000), (1, 15_000), (2048, 16_000), (65_536, 47_000)] {
            assert_eq!(pace.allowed(bytes), Duration::from_millis(millis), "{bytes} bytes");
        }
        let none = Pace { grace: Duration::ZERO, rate: 0 };
        assert_eq!(none.allowed(3), Duration::from_secs(3), "a rate of zero counts as one byte per second");
    }
}
