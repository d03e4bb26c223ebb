//! The money of a show that was called off: what is refunded, and the jobs that do it.

use crate::{
    amount::Money,
    id::{AccountId, PassId, ShowRefundId},
    time::{Millis, Span},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// Orders whose refunds are decided in one transaction.
pub const BATCH: i64 = 100;
/// When all orders are looked at again: a payment that was being stored when the show was called off is there by then.
pub const LATE: Span = Span::secs(30);
/// After so long without an answer a refund may be tried again: its job is parked by then.
pub const STUCK: Span = Span::hours(1);

/// The orders of one pass that would be refunded, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassDue {
    pub pass: PassId,
    pub title: String,
    pub orders: i64,
    /// What has not gone back yet.
    pub due: Money,
}

/// What was shown to whoever decides, in one word: another sum is another word.
pub fn fingerprint(dues: &[PassDue]) -> String {
    let words: Vec<String> =
        dues.iter().map(|one| format!("{}.{}.{}", one.pass, one.orders, one.due.minor)).collect();
    words.join("-")
}

/// How many orders of a show, and how much in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShowRefundSum {
    pub orders: i64,
    pub done: i64,
    /// For one of the reasons of [`FailedRefundWhy`].
    pub failed: i64,
    pub amount: Money,
    /// What went back, in minor units.
    pub returned: i64,
}

/// Why the money of a refund is not with the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedRefundWhy {
    /// By the provider.
    Refused,
    /// From the buyer's bank.
    CameBack,
    /// Nothing was heard of it for [`STUCK`].
    NoAnswer,
}

/// Decides the refunds of the next orders of a show. Each batch is a job of its own, so whatever ends the process, the rest goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundShow {
    pub refund: ShowRefundId,
    pub batch: i64,
    /// The last look, at what came in while the show was called off.
    pub late: bool,
}

impl RefundShow {
    pub const fn first(refund: ShowRefundId, late: bool) -> Self {
        Self { refund, batch: 0, late }
    }

    #[must_use]
    pub const fn next(&self) -> Self {
        Self { refund: self.refund, batch: self.batch + 1, late: self.late }
    }

    /// Under this key it is enqueued once.
    pub fn key(&self) -> String {
        let Self { refund, batch, late } = self;
        format!("refund-show:{refund}:{}:{batch}", if *late { "late" } else { "first" })
    }

    pub fn due(&self, now: Millis) -> Millis {
        if self.late && self.batch == 0 { now + LATE } else { now }
    }
}

impl Job for RefundShow {
    const NAME: &'static str = "refund_show";
    const LANE: Lane = Lane::Money;
}

/// The mail that tells a buyer that the show is cancelled and their money goes back. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellShowRefund {
    pub refund: ShowRefundId,
    pub account: AccountId,
}

impl TellShowRefund {
    /// Under this key it is enqueued once.
    pub fn key(&self) -> String {
        format!("show-refund:{}:{}", self.refund, self.account)
    }
}

impl Job for TellShowRefund {
    const NAME: &'static str = "tell_show_refund";
    const LANE: Lane = Lane::Receipts;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::Currency;

    #[test]
    fn other_orders_or_another_sum_are_another_word() {
        let pass = PassId::new();
        let due = |orders, minor| {
            let due = Money { minor, currency: Currency::Eur };
            [PassDue { pass, title: "Front Row".into(), orders, due }]
        };
        assert_eq!(fingerprint(&due(2, 2400)), fingerprint(&due(2, 2400)));
        assert_ne!(fingerprint(&due(2, 2400)), fingerprint(&due(3, 2400)));
        assert_ne!(fingerprint(&due(2, 2400)), fingerprint(&due(2, 2399)));
        assert_eq!(fingerprint(&[]), "");
    }

    #[test]
    fn each_batch_is_enqueued_once_and_the_last_look_is_later() {
        let refund = ShowRefundId::new();
        let (first, late) = (RefundShow::first(refund, false), RefundShow::first(refund, true));
        let mut keys = [first.key(), first.next().key(), late.key(), late.next().key()];
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
        let third = first.next().next();
        assert_eq!(
            (third.refund, third.batch, third.late),
            (refund, 2, false),
            "batches are counted from zero"
        );
        let now = Millis(1_000);
        assert_eq!((first.due(now), late.due(now)), (now, now + LATE));
        assert_eq!(late.next().due(now), now, "what is left of it goes on at once");
    }
}
