//! The record of deliveries: what arrived, at which reader, how often and how late.

use crate::{clock, scan};
use hdrhistogram::Histogram;
use memchr::memmem::Finder;
use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
};

/// Live figures for the rest of the run.
#[derive(Default)]
pub struct SubscriberCounters {
    pub inside: AtomicUsize,
    pub refused: AtomicUsize,
    pub deliveries: AtomicU64,
    /// Tokens stamped earlier come from another run; 0 until publishing begins.
    pub since: AtomicU64,
}

pub struct DeliveryRecord {
    pub latency: Histogram<u64>,
    /// How often reader r has seen message m, at index r × messages + m.
    pub seen: Vec<u8>,
    pub messages: usize,
    pub stale: u64,
    pub out_of_order: u64,
    pub disconnects: u64,
    pub reads: u64,
    pub bytes: u64,
    pub first_error: Option<String>,
    live: Arc<SubscriberCounters>,
    finder: Finder<'static>,
    reader: usize,
    at: u64,
}

impl DeliveryRecord {
    pub fn new(readers: usize, messages: usize, live: Arc<SubscriberCounters>) -> Self {
        Self {
            latency: Histogram::new_with_bounds(1_000, 600_000_000_000, 3).expect("constant bounds"),
            seen: vec![0; readers * messages],
            messages,
            stale: 0,
            out_of_order: 0,
            disconnects: 0,
            reads: 0,
            bytes: 0,
            first_error: None,
            live,
            finder: Finder::new(scan::PREFIX),
            reader: 0,
            at: 0,
        }
    }

    /// Selects the reader whose bytes follow.
    pub fn turn_to(&mut self, reader: usize) {
        self.reader = reader;
    }

    pub fn finder(&self) -> Finder<'static> {
        self.finder.clone()
    }

    pub fn read(&mut self, length: usize) {
        self.at = clock::now();
        self.reads += 1;
        // Before publishing only heads and snapshots arrive.
        if self.live.since.load(Relaxed) > 0 {
            self.bytes += length as u64;
        }
    }

    pub fn token(&mut self, stamped: u64, number: usize, last: &mut usize) {
        let since = self.live.since.load(Relaxed);
        if since == 0 || stamped < since || number >= self.messages {
            self.stale += 1;
            return;
        }
        let seen = &mut self.seen[self.reader * self.messages + number];
        if *seen == 0 {
            self.latency.saturating_record(self.at.saturating_sub(stamped));
            self.live.deliveries.fetch_add(1, Relaxed);
            self.out_of_order += u64::from(number < *last);
            *last = number;
        }
        *seen = seen.saturating_add(1);
    }
}
