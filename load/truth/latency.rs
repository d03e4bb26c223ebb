//! Latencies: percentiles over a run, and second by second.

use hdrhistogram::Histogram;
use serde::Serialize;

/// The longest recorded latency, ten minutes; longer ones count as this.
const LONGEST_US: u64 = 600_000_000;

/// Microseconds with three significant digits.
#[derive(Clone, Debug)]
pub struct Latency(Histogram<u64>);

impl Default for Latency {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_US, 3).expect("good bounds"))
    }
}

/// Milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    pub count: u64,
    pub p50: f64,
    pub p90: f64,
    pub p95: f64,
    pub p99: f64,
    pub p999: f64,
    pub max: f64,
}

impl Latency {
    pub fn record(&mut self, us: u64) {
        self.0.saturating_record(us.max(1));
    }

    pub fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("the same bounds");
    }

    pub fn count(&self) -> u64 {
        self.0.len()
    }

    pub fn clear(&mut self) {
        self.0.reset();
    }

    /// Milliseconds at a quantile of 0 to 1; 0 if nothing was recorded.
    pub fn at(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1e3
    }

    pub fn percentiles(&self) -> Percentiles {
        Percentiles {
            count: self.count(),
            p50: self.at(0.5),
            p90: self.at(0.9),
            p95: self.at(0.95),
            p99: self.at(0.99),
            p999: self.at(0.999),
            max: if self.0.is_empty() { 0.0 } else { self.0.max() as f64 / 1e3 },
        }
    }
}

/// One second of a run; latencies in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct SecondStats {
    pub at: u64,
    pub deliveries: u64,
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

/// Splits the recorded latencies into seconds.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    pub seconds: Vec<SecondStats>,
    now: Latency,
    at: u64,
}

impl Timeline {
    pub fn record(&mut self, now_us: u64, us: u64) {
        self.turn(now_us);
        self.now.record(us);
    }

    /// Closes the previous second, if it is over.
    pub fn turn(&mut self, now_us: u64) {
        let at = now_us / 1_000_000;
        if at == self.at {
            return;
        }
        if self.now.count() > 0 {
            let Percentiles { count, p50, p99, max, .. } = self.now.percentiles();
            self.seconds.push(SecondStats { at: self.at, deliveries: count, p50, p99, max });
            self.now.clear();
        }
        self.at = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_what_was_recorded() {
        let mut latency = Latency::default();
        (1..=1000).for_each(|ms| latency.record(ms * 1000));
        let found = latency.percentiles();
        let near = |value: f64, wanted: f64| (value - wanted).abs() < wanted / 500.0;
        assert!(near(found.p50, 500.0) && near(found.p99, 990.0) && near(found.max, 1000.0), "{found:?}");
        assert_eq!(Latency::default().percentiles(), Percentiles::default());
    }

    #[test]
    fn a_timeline_has_one_entry_for_each_second_in_which_something_came() {
        let mut line = Timeline::default();
        line.record(500_000, 1000);
        line.record(900_000, 3000);
        line.record(4_100_000, 5000);
        line.turn(9_000_000);
        let seen: Vec<_> = line.seconds.iter().map(|second| (second.at, second.deliveries)).collect();
        assert_eq!(seen, [(0, 2), (4, 1)]);
    }
}
