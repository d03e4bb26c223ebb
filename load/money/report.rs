//! What became of a sale, for people and as JSON.

use super::{
    kills::KillCount,
    stock::StockVerdict,
    truth::{Fate, Tale},
};
use crate::{measure::facts::Hardware, truth::latency::Percentiles};
use serde::Serialize;
use std::fmt::Write as _;

/// Differences that are written out.
const SHOWN: usize = 20;

#[derive(Clone, Debug, Serialize)]
pub struct SaleReport {
    pub database: &'static str,
    pub buyers: usize,
    pub seats: usize,
    pub seconds: f64,
    pub orders: usize,
    pub paid: usize,
    /// Orders that were abandoned, or whose payment was declined or failed.
    pub given_up: usize,
    /// The most requests that were on their way at once.
    pub in_flight: usize,
    pub requests: u64,
    /// Without an answer, or told to come again; each was repeated.
    pub unanswered: u64,
    pub service_kills: usize,
    pub bank_kills: u32,
    pub actor_kills: u32,
    /// From the payment at the provider until the buyer's own page says so.
    pub paid_ms: Percentiles,
    pub stock: StockVerdict,
    pub differences: Vec<String>,
    pub hardware: Hardware,
}

/// What a run has to be, to say anything.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub in_flight: usize,
    /// The least share of orders that are given up, in percent.
    pub given_up: usize,
    pub service_kills: u32,
    pub bank_kills: u32,
}

/// Orders, and those of them that were given up.
pub fn orders(tales: &[Tale]) -> (usize, usize) {
    let ordered = tales.iter().filter(|tale| tale.order.is_some());
    let given_up = ordered.clone().filter(|tale| matches!(tale.fate, Fate::Left | Fate::Bounced)).count();
    (ordered.count(), given_up)
}

/// Why a run says less than it should.
pub fn shortcomings(wanted: Wanted, in_flight: usize, tales: &[Tale], killed: &KillCount) -> Vec<String> {
    let mut found = Vec::new();
    if in_flight < wanted.in_flight {
        found.push(format!("{in_flight} requests were in flight at once, not {}", wanted.in_flight));
    }
    let (all, given_up) = orders(tales);
    if given_up * 100 < all * wanted.given_up {
        found.push(format!("{given_up} of {all} orders were given up, not {} %", wanted.given_up));
    }
    let services = killed.outages.len();
    if services < wanted.service_kills as usize || killed.banks < wanted.bank_kills {
        found.push(format!(
            "the sale was over when the service had died {services} times and the stand-in {}: make --seconds longer",
            killed.banks
        ));
    }
    found
}

impl SaleReport {
    pub fn good(&self) -> bool {
        self.differences.is_empty() && self.stock.is_good()
    }

    pub fn words(&self) -> String {
        let Self { database, buyers, seats, seconds, orders, paid, given_up, in_flight, .. } = self;
        let Self { requests, unanswered, service_kills, bank_kills, actor_kills, paid_ms, stock, .. } = self;
        let mut words = format!(
            "onsale      {buyers} buyers for {seats} seats on {database}, {seconds:.0} s\n\
             orders      {orders} opened, {paid} paid, {given_up} given up\n\
             requests    {requests}, at most {in_flight} in flight, {unanswered} without an answer and repeated\n\
             killed      the service {service_kills} times, the stand-in Stripe {bank_kills}, actors {actor_kills}\n\
             paid        the buyer's page says so after p50 {:.0} ms, p99 {:.0}, the longest {:.0}\n\
             stock       {} comparisons of open pages, {} late, {} offered too much\n",
            paid_ms.p50, paid_ms.p99, paid_ms.max, stock.compared, stock.stale, stock.oversold
        );
        for difference in self.differences.iter().take(SHOWN) {
            let _ = writeln!(words, "difference  {difference}");
        }
        if self.differences.len() > SHOWN {
            let _ = writeln!(words, "difference  and {} more", self.differences.len() - SHOWN);
        }
        words + if self.good() { "passed\n" } else { "failed\n" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::stock::Outage;

    const WANTED: Wanted = Wanted { in_flight: 50, given_up: 20, service_kills: 1, bank_kills: 1 };

    fn tales(paid: usize, left: usize) -> Vec<Tale> {
        let tale = |fate| Tale { order: Some("a".into()), fate, ..Tale::default() };
        let all =
            std::iter::repeat_n(tale(Fate::Paid), paid).chain(std::iter::repeat_n(tale(Fate::Left), left));
        all.chain([Tale::default()]).collect()
    }

    #[test]
    fn a_run_that_was_too_easy_does_not_pass() {
        let killed = KillCount { outages: vec![Outage { from_us: 0, back_us: 1 }], banks: 1, actors: 0 };
        assert!(shortcomings(WANTED, 50, &tales(8, 2), &killed).is_empty());
        for (in_flight, tales, killed, words) in [
            (49, tales(8, 2), &killed, "49 requests were in flight"),
            (50, tales(9, 2), &killed, "2 of 11 orders were given up"),
            (50, tales(8, 2), &KillCount::default(), "died 0 times"),
        ] {
            let found = shortcomings(WANTED, in_flight, &tales, killed);
            assert!(found.len() == 1 && found[0].contains(words), "{words}: {found:?}");
        }
    }

    #[test]
    fn a_difference_fails_the_report() {
        let stock = StockVerdict { compared: 9, ..StockVerdict::default() };
        let good = SaleReport {
            database: "SQLite",
            buyers: 120,
            seats: 12,
            seconds: 20.0,
            orders: 17,
            paid: 12,
            given_up: 5,
            in_flight: 100,
            requests: 900,
            unanswered: 3,
            service_kills: 1,
            bank_kills: 1,
            actor_kills: 4,
            paid_ms: Percentiles::default(),
            stock,
            differences: Vec::new(),
            hardware: Hardware::default(),
        };
        assert!(good.words().ends_with("passed\n"), "{}", good.words());
        let late = SaleReport { stock: StockVerdict { stale: 1, ..stock }, ..good.clone() };
        let wrong = SaleReport { differences: vec!["a seat too many".into()], ..good };
        assert!(late.words().ends_with("failed\n"), "{}", late.words());
        assert!(wrong.words().contains("difference  a seat too many\nfailed\n"), "{}", wrong.words());
    }
}
