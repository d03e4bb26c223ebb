//! The result of a run as one line of JSON.

use crate::{account::DeliveryRecord, args::Args, publish::Published};
use hdrhistogram::Histogram;
use load::measure::facts::Usage;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub struct MeasuredRun<'a> {
    pub args: &'a Args,
    pub inside: usize,
    pub connect_s: f64,
    pub published: Vec<Published>,
    pub account: DeliveryRecord,
    pub before: Usage,
    pub after_connects: Usage,
    pub connected: Usage,
    pub drained: Usage,
    pub end: Usage,
}

/// Expected and actual deliveries.
struct Deliveries {
    expected: u64,
    received: u64,
    doubled: u64,
    /// Of messages whose publish was not answered with success.
    unasked: u64,
}

impl MeasuredRun<'_> {
    fn deliveries(&self) -> Deliveries {
        let mut taken = vec![false; self.account.messages];
        for (number, accepted) in self.published.iter().flat_map(|p| &p.answered) {
            taken[*number] = *accepted;
        }
        let accepted = taken.iter().filter(|t| **t).count();
        let mut count =
            Deliveries { expected: (accepted * self.inside) as u64, received: 0, doubled: 0, unasked: 0 };
        for row in self.account.seen.chunks(self.account.messages.max(1)) {
            for (times, accepted) in row.iter().zip(&taken) {
                let came = u64::from(*times > 0);
                *(if *accepted { &mut count.received } else { &mut count.unasked }) += came;
                count.doubled += u64::from(times.saturating_sub(1));
            }
        }
        count
    }

    fn accepted(&self) -> usize {
        self.published.iter().flat_map(|p| &p.answered).filter(|(_, taken)| *taken).count()
    }

    /// Nothing lost or duplicated, everybody connected, every message accepted.
    pub fn is_clean(&self) -> bool {
        let count = self.deliveries();
        count.received == count.expected
            && count.doubled == 0
            && self.inside == self.args.subscribers
            && self.accepted() == self.args.total()
    }

    pub fn report(&self) -> Value {
        let count = self.deliveries();
        let mut report = json!({
            "label": self.args.label, "subscribers": self.args.subscribers, "established": self.inside,
            "rate": self.args.rate, "seconds": self.args.seconds,
            "connect_s": self.connect_s, "connects_per_s": self.inside as f64 / self.connect_s,
            "expected": count.expected, "received": count.received,
            "lost": count.expected.saturating_sub(count.received), "doubled": count.doubled,
            "received_of_failed_publishes": count.unasked, "out_of_order": self.account.out_of_order,
            "stale": self.account.stale, "disconnects": self.account.disconnects,
            "latency_ms": percentiles(&self.account.latency),
            "wire_bytes_per_delivery": self.account.bytes as f64 / count.received as f64,
            "deliveries_per_read": count.received as f64 / self.account.reads as f64,
        });
        let parts = [self.publishing(), self.costs(&count)];
        for (key, value) in parts
            .into_iter()
            .filter_map(|part| match part {
                Value::Object(fields) => Some(fields),
                _ => None,
            })
            .flatten()
        {
            report[key] = value;
        }
        report
    }

    fn publishing(&self) -> Value {
        let mut times = Histogram::<u64>::new_with_bounds(1_000, 60_000_000_000, 3).expect("constant bounds");
        let mut status = BTreeMap::<u16, u64>::new();
        for published in &self.published {
            times.add(&published.times).expect("the same bounds");
            for (code, count) in &published.status {
                *status.entry(*code).or_default() += count;
            }
        }
        let late = self.published.iter().map(|p| p.late_ns).max().unwrap_or(0);
        let error = self.published.iter().find_map(|p| p.first_error.clone());
        json!({
            "publish_ok": self.accepted(), "publish_failed": self.args.total() - self.accepted(),
            "publish_status": status, "publish_ms": percentiles(&times), "publish_late_max_ms": late as f64 / 1e6,
            "first_error": error.or_else(|| self.account.first_error.clone()),
        })
    }

    fn costs(&self, count: &Deliveries) -> Value {
        let (from, to) = (&self.connected, &self.drained);
        let seconds = to.seconds_since(from);
        let server = to.server.total_s() - from.server.total_s();
        let (own, others) = (to.own - from.own, to.others_since(from));
        let connecting = self.after_connects.server.total_s() - self.before.server.total_s();
        let each = |cpu: f64| cpu * 1e6 / count.received as f64;
        let grown = |to: u64, from: u64| (to as f64 - from as f64) / self.inside as f64;
        json!({
            "seconds_measured": seconds, "server_cpu_s": server,
            "server_cpu_us_per_delivery": each(server),
            "server_user_us_per_delivery": each(to.server.user_s - from.server.user_s),
            "server_cpu_us_per_connect": connecting * 1e6 / self.inside as f64,
            "bytes_per_connection": grown(self.connected.held.pss, self.before.held.pss),
            "bytes_per_connection_after": grown(self.end.held.pss, self.before.held.pss),
            "rss_before": self.before.held.rss, "rss_connected": self.connected.held.rss, "rss_end": self.end.held.rss,
            "client_cpu_us_per_delivery": each(own), "others_cpu_s": others,
            "others_share": to.other_share(from),
        })
    }
}

/// In milliseconds.
fn percentiles(times: &Histogram<u64>) -> Value {
    let at = |quantile| (!times.is_empty()).then(|| times.value_at_quantile(quantile) as f64 / 1e6);
    json!({ "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "p999": at(0.999), "max": at(1.0) })
}
