//! What all buyers of a run share: where they buy, how they insist on an answer, and what is counted.

use crate::{
    clock::Clock,
    truth::latency::{Latency, Percentiles},
    wire::http::{Answer, Client, Request},
};
use anyhow::{Result, bail};
use rand::Rng;
use std::{
    net::SocketAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::sleep;

/// The stand-in takes every key of a test account.
pub const BANK_KEY: &str = "sk_test_stand_in";
/// How long to wait before something unanswered is asked again, at least.
const AGAIN: Duration = Duration::from_millis(150);
/// Pages of people in line that are asked for in a second, all together.
const LINE_RATE: usize = 400;

/// The place of a sale.
pub struct Floor {
    pub clock: Clock,
    pub shop: SocketAddr,
    pub bank: SocketAddr,
    /// The path of the pass.
    pub pass: String,
    pub code: String,
    /// How long buyers think at most.
    pub think: Duration,
    /// No request is repeated after this.
    pub deadline_us: u64,
    pub counts: FloorCounts,
    told: Mutex<Latency>,
}

#[derive(Default)]
pub struct FloorCounts {
    in_flight: AtomicUsize,
    peak: AtomicUsize,
    pub requests: AtomicU64,
    pub unanswered: AtomicU64,
    /// Buyers with the code who know whether they got it.
    pub code_answered: AtomicUsize,
    /// Orders that were opened, without those of the code.
    pub opened: AtomicUsize,
    pub paid: AtomicUsize,
    pub in_line: AtomicUsize,
    over: AtomicBool,
}

/// A request on its way.
struct Flight<'a>(&'a AtomicUsize);

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl FloorCounts {
    fn take_off(&self) -> Flight<'_> {
        let now = self.in_flight.fetch_add(1, Relaxed) + 1;
        self.peak.fetch_max(now, Relaxed);
        self.requests.fetch_add(1, Relaxed);
        Flight(&self.in_flight)
    }

    /// The most requests that were on their way at once.
    pub fn peak(&self) -> usize {
        self.peak.load(Relaxed)
    }
}

impl Floor {
    pub fn new(
        clock: Clock,
        (shop, bank): (SocketAddr, SocketAddr),
        (pass, code): (String, String),
        think: Duration,
        deadline_us: u64,
    ) -> Self {
        let (counts, told) = (FloorCounts::default(), Mutex::default());
        Self { clock, shop, bank, pass, code, think, deadline_us, counts, told }
    }

    /// Nobody waits in line any more.
    pub fn close(&self) {
        self.counts.over.store(true, Relaxed);
    }

    pub fn is_closed(&self) -> bool {
        self.counts.over.load(Relaxed)
    }

    /// From the payment at the provider until the buyer's own page says so.
    pub fn told(&self, us: u64) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).record(us);
    }

    pub fn times(&self) -> Percentiles {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).percentiles()
    }

    /// One try. `None` without an answer, or with one that asks to come again.
    pub async fn once(&self, client: &mut Client, request: Request<'_>) -> Option<Answer> {
        let flight = self.counts.take_off();
        let answer = client.send(request).await;
        drop(flight);
        let answer = answer.ok().filter(|answer| answer.status != 429 && answer.status < 500);
        if answer.is_none() {
            self.counts.unanswered.fetch_add(1, Relaxed);
        }
        answer
    }

    /// Asks until there is an answer. Also tells how often it was asked.
    ///
    /// # Errors
    /// When there is none until the deadline.
    pub async fn insist(&self, client: &mut Client, request: Request<'_>) -> Result<(Answer, u32)> {
        for tries in 1.. {
            if let Some(answer) = self.once(client, request).await {
                return Ok((answer, tries));
            }
            if self.clock.us() >= self.deadline_us {
                break;
            }
            sleep(AGAIN + jitter(AGAIN * 2)).await;
        }
        bail!("{} {} was never answered", request.method, request.path)
    }

    /// A pause before the next look at something that changes by itself.
    ///
    /// # Errors
    /// After the deadline, with `what` did not happen.
    pub async fn pause(&self, what: &str) -> Result<()> {
        if self.clock.us() >= self.deadline_us {
            bail!("{what} in vain until the end");
        }
        sleep(AGAIN + jitter(AGAIN)).await;
        Ok(())
    }

    /// As a person, before they decide.
    pub async fn hesitate(&self) {
        sleep(jitter(self.think)).await;
    }

    /// Before one looks again whether it is one's turn.
    pub async fn stand(&self) {
        let crowd = self.counts.in_line.load(Relaxed).div_ceil(LINE_RATE);
        let step = Duration::from_millis(500) + Duration::from_secs(crowd.try_into().unwrap_or(60));
        sleep(step / 2 + jitter(step)).await;
    }
}

fn jitter(most: Duration) -> Duration {
    most.mul_f64(rand::rng().random_range(0.0..1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_requests_at_once_are_remembered() {
        let counts = FloorCounts::default();
        let (first, second) = (counts.take_off(), counts.take_off());
        drop(first);
        let third = counts.take_off();
        assert_eq!(counts.peak(), 2);
        drop((second, third));
        assert_eq!((counts.peak(), counts.in_flight.load(Relaxed), counts.requests.load(Relaxed)), (2, 0, 3));
    }
}
