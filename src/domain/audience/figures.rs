//! What is counted of a day of a space. All but the last two add up over days.

use crate::{
    amount::{Currency, Money},
    audience::days::LocalDay,
    time::{Millis, Span},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::Range};

/// Days that can be shown, and are counted after the fact.
pub const MOST_DAYS: i64 = 90;
/// The ranges that a page offers, in days.
pub const RANGES: [i64; 3] = [7, 30, MOST_DAYS];
/// Days before the last one that are counted again: what is told late falls into them.
pub const AGAIN: i64 = 3;

/// The range that was asked for, in days.
pub fn range(text: &str) -> i64 {
    text.parse().ok().filter(|days| RANGES.contains(days)).unwrap_or(RANGES[1])
}

/// Counts the days that are over, each in the zone of its space. Enqueued once an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountDays {}

impl Job for CountDays {
    const NAME: &'static str = "count_days";
    const LANE: Lane = Lane::Upkeep;
}

/// What was counted of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayFigures {
    /// Who looked at the page of the space, and at that of a pass.
    pub visitors: i64,
    pub lookers: i64,
    /// Who began an order, and who paid one.
    pub begun: i64,
    pub paid: i64,
    /// Whose first pass began.
    pub joined: i64,
    pub subscribed: i64,
    pub unsubscribed: i64,
    /// Who watched, and for how long in all.
    pub viewers: i64,
    pub watched: Span,
    /// Who held a pass at the end of the day, and how many passes they held.
    pub members: i64,
    pub passes: i64,
}

impl DayFigures {
    /// This day after those before it: what adds up is added, and of the rest the last is kept.
    #[must_use]
    pub fn after(self, before: Self) -> Self {
        Self {
            visitors: before.visitors + self.visitors,
            lookers: before.lookers + self.lookers,
            begun: before.begun + self.begun,
            paid: before.paid + self.paid,
            joined: before.joined + self.joined,
            subscribed: before.subscribed + self.subscribed,
            unsubscribed: before.unsubscribed + self.unsubscribed,
            viewers: before.viewers + self.viewers,
            watched: Span(before.watched.0 + self.watched.0),
            ..self
        }
    }
}

/// The money of one day in one currency, from the ledger, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayMoney {
    pub currency: Currency,
    pub sold: i64,
    pub refunded: i64,
    /// The platform's share.
    pub fees: i64,
    /// What the team's balance grew by.
    pub own: i64,
}

/// A counted day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedDay {
    pub day: LocalDay,
    pub bounds: Range<Millis>,
    pub figures: DayFigures,
    pub money: Vec<DayMoney>,
}

/// The sum of some days, in their order.
pub fn total(days: &[CountedDay]) -> DayFigures {
    days.iter().fold(DayFigures::default(), |sum, day| day.figures.after(sum))
}

/// The money of some days, by currency.
pub fn money(days: &[CountedDay]) -> Vec<DayMoney> {
    let mut sums = BTreeMap::<&str, DayMoney>::new();
    for one in days.iter().flat_map(|day| &day.money) {
        let none = DayMoney { sold: 0, refunded: 0, fees: 0, own: 0, ..*one };
        let sum = sums.entry(one.currency.code()).or_insert(none);
        sum.sold += one.sold;
        sum.refunded += one.refunded;
        sum.fees += one.fees;
        sum.own += one.own;
    }
    sums.into_values().collect()
}

impl DayMoney {
    /// An amount of this currency.
    pub const fn amount(&self, minor: i64) -> Money {
        Money { minor, currency: self.currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64, visitors: i64, members: i64, sold: i64) -> CountedDay {
        let first: LocalDay = "2026-11-01".parse().expect("a day");
        let money = DayMoney { currency: Currency::Eur, sold, refunded: 1, fees: 2, own: sold - 3 };
        CountedDay {
            day: first.plus(n),
            bounds: Millis(n)..Millis(n + 1),
            figures: DayFigures { visitors, members, ..DayFigures::default() },
            money: vec![money],
        }
    }

    #[test]
    fn thirty_days_are_the_sum_of_thirty_days_and_the_last_ones_members() {
        let days: Vec<CountedDay> = (0..30).map(|n| day(n, n, 100 - n, 10)).collect();
        let sum = total(&days);
        assert_eq!((sum.visitors, sum.members), ((0..30).sum::<i64>(), 71));
        let sums = money(&days);
        assert_eq!(sums, [DayMoney { currency: Currency::Eur, sold: 300, refunded: 30, fees: 60, own: 210 }]);
        assert_eq!(total(&[]), DayFigures::default());
    }

    #[test]
    fn only_ranges_that_are_offered_are_taken() {
        assert_eq!(["7", "30", "90", "", "9000", "x"].map(range), [7, 30, 90, 30, 30, 30]);
    }
}
