//! Derives changes of our rows from the provider's state of a payment. Pure tables; the caller fetches the state and
//! writes the result in one transaction.

use crate::{
    amount::Money,
    money::{
        checkout::{Checkout, Payment},
        payments::{Dispute, ProviderSession, ProviderStatus},
    },
    time::Millis,
};
use serde::{Deserialize, Serialize};

/// What our rows say about the money of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub payment: Payment,
    /// The refunded amount in minor units; 0 before it is paid.
    pub refunded: i64,
    pub dispute: Option<Dispute>,
}

/// What must be written; nothing if everything is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SettlementChange {
    pub payment: Option<Payment>,
    pub refunded: Option<i64>,
    pub dispute: Option<Dispute>,
}

impl SettlementChange {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares the provider's state with ours. An outdated state changes nothing.
pub fn decide(known: Known, found: &ProviderSession) -> SettlementChange {
    let payment = next_payment(known.payment, found.status);
    if payment.unwrap_or(known.payment) != Payment::Paid {
        return SettlementChange { payment, ..SettlementChange::default() };
    }
    SettlementChange {
        payment,
        refunded: (found.refunded != known.refunded).then_some(found.refunded),
        dispute: found.dispute.filter(|dispute| known.dispute != Some(*dispute)),
    }
}

/// The state that an order moves to. Paid is final; money that arrives late ends every other state.
fn next_payment(payment: Payment, status: ProviderStatus) -> Option<Payment> {
    use Payment::*;
    match (payment, status) {
        (Paid, _) => None,
        (_, ProviderStatus::Paid) => Some(Paid),
        (Held | Paying, ProviderStatus::Processing) => Some(Processing),
        (Held | Paying | Processing, ProviderStatus::Failed) => Some(Failed),
        // Of a payment without a session, what was under way is refused like a card.
        (Processing, ProviderStatus::CardRefused(_)) => Some(Failed),
        (Held | Paying, ProviderStatus::Expired) => Some(Expired),
        (_, ProviderStatus::Open | ProviderStatus::Declined | ProviderStatus::CardRefused(_)) => None,
        (Processing | Failed | Expired, _) => None,
    }
}

/// Why received money is refunded automatically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The buyer already had the pass.
    Surplus,
    /// The buyer is banned from the space.
    Banned,
    /// The space is no longer public.
    Unpublished,
    /// The order had ended, and its seat was gone when the money came.
    SoldOut,
    /// What was bought was over when the money came.
    Over,
    /// The account to whose address it was given was deleted before anybody took it.
    NoReceiver,
    /// The space was closed before anybody took what was bought for an address.
    Untaken,
}

impl RefundReason {
    pub const ALL: [Self; 7] = [
        Self::Surplus,
        Self::Banned,
        Self::Unpublished,
        Self::SoldOut,
        Self::Over,
        Self::NoReceiver,
        Self::Untaken,
    ];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Surplus => "surplus",
            Self::Banned => "banned",
            Self::Unpublished => "unpublished",
            Self::SoldOut => "sold_out",
            Self::Over => "over",
            Self::NoReceiver => "no_receiver",
            Self::Untaken => "untaken",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// Whether received money may become a grant. A buyer who paid the order's amount gets the pass, even if its price has
/// changed or it was withdrawn meanwhile. A buyer who could not enter is refunded instead. Whether the pass is already
/// held is checked by the grants' unique index, and whether a seat is left by the statement that takes it.
pub fn may_become_grant(order: &Checkout, now: Millis) -> Result<(), RefundReason> {
    if !order.terms.published {
        Err(RefundReason::Unpublished)
    } else if order.terms.is_banned(now) {
        Err(RefundReason::Banned)
    } else if order.lasting.is_over(now) {
        Err(RefundReason::Over)
    } else {
        Ok(())
    }
}

/// What our rows say about the money of a paid order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaidMoney {
    pub paid: Money,
    pub refunded: Money,
    /// Why all of it is refunded automatically, if it is.
    pub owed: Option<RefundReason>,
    /// The buyer's bank returned a refund.
    pub refund_failed: bool,
    pub dispute: Option<Dispute>,
}

/// What became of the money of a paid order. Every page and list tells a buyer the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refund {
    #[default]
    None,
    /// A full refund is under way. It waits for the bank while that decides about a dispute, but the buyer gets the money
    /// either way.
    Owed(RefundReason),
    Part,
    Whole,
    /// The bank returned it.
    Failed,
    /// A bank is deciding about a dispute.
    Disputed,
    /// The bank took it back after a dispute.
    Taken,
}

impl PaidMoney {
    pub fn refund(&self) -> Refund {
        match (self.dispute, self.owed) {
            _ if self.refunded.minor >= self.paid.minor => Refund::Whole,
            _ if self.refund_failed => Refund::Failed,
            (Some(Dispute::Lost), _) => Refund::Taken,
            (_, Some(reason)) => Refund::Owed(reason),
            (Some(Dispute::Open), None) => Refund::Disputed,
            _ if self.refunded.minor > 0 => Refund::Part,
            _ => Refund::None,
        }
    }
}

/// What happens to the grant of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    InForce,
    /// Until the bank has decided about a dispute.
    Suspended,
    /// Permanently, with the stored reason.
    Revoked(&'static str),
}

/// One payment of several: its amount and what went back of it in minor units, and its dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyBack {
    pub amount: i64,
    pub refunded: i64,
    pub dispute: Option<Dispute>,
}

/// The effect on what a subscription gives of all that it has charged, in whatever order it went back: suspended while a bank has
/// taken one of the payments, or may. One that went back as a whole is no reason: its period is not paid for, and others are. What
/// nobody pays for any more ends with the subscription.
pub fn hold_of_subscription(payments: &[MoneyBack]) -> Hold {
    let taken = |one: &MoneyBack| {
        one.refunded < one.amount && matches!(one.dispute, Some(Dispute::Open | Dispute::Lost))
    };
    if payments.iter().any(taken) { Hold::Suspended } else { Hold::InForce }
}

/// The effect on the grant of a purchase of `amount` after `refunded` went back. A partial refund leaves the grant in
/// force.
pub fn hold_after(amount: i64, refunded: i64, dispute: Option<Dispute>) -> Hold {
    match dispute {
        _ if refunded >= amount => Hold::Revoked("refunded"),
        Some(Dispute::Lost) => Hold::Revoked("dispute lost"),
        Some(Dispute::Open) => Hold::Suspended,
        Some(Dispute::Inquiry | Dispute::Won) | None => Hold::InForce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::buying::cards::CardRefusal;

    fn found(status: ProviderStatus) -> ProviderSession {
        ProviderSession {
            id: "cs_1".into(),
            url: None,
            client_secret: None,
            status,
            amount: None,
            reference: None,
            intent: Some("pi_1".into()),
            refunded: 0,
            dispute: None,
            movements: Vec::new(),
        }
    }

    fn known(payment: Payment) -> Known {
        Known { payment, refunded: 0, dispute: None }
    }

    #[test]
    fn every_state_of_ours_against_every_state_of_the_provider() {
        use Payment::*;
        use ProviderStatus as P;
        let table = [
            // ours        open  declined processing        paid        failed        expired
            (Held, [None, None, Some(Processing), Some(Paid), Some(Failed), Some(Expired)]),
            (Paying, [None, None, Some(Processing), Some(Paid), Some(Failed), Some(Expired)]),
            (Processing, [None, None, None, Some(Paid), Some(Failed), None]),
            (Paid, [None, None, None, None, None, None]),
            (Failed, [None, None, None, Some(Paid), None, None]),
            (Expired, [None, None, None, Some(Paid), None, None]),
        ];
        for (ours, row) in table {
            let theirs = [P::Open, P::Declined, P::Processing, P::Paid, P::Failed, P::Expired];
            for (status, want) in theirs.into_iter().zip(row) {
                assert_eq!(decide(known(ours), &found(status)).payment, want, "{ours:?} {status:?}");
            }
        }
        assert_eq!(table.len(), Payment::ALL.len());
    }

    #[test]
    fn what_was_refused_fails_only_what_was_under_way() {
        for ours in Payment::ALL {
            let want = (ours == Payment::Processing).then_some(Payment::Failed);
            for refusal in CardRefusal::ALL {
                let status = ProviderStatus::CardRefused(refusal);
                assert_eq!(decide(known(ours), &found(status)).payment, want, "{ours:?} {refusal:?}");
            }
        }
    }

    #[test]
    fn refunds_and_disputes_count_once_it_is_paid_and_only_when_they_are_new() {
        let back =
            ProviderSession { refunded: 1200, dispute: Some(Dispute::Open), ..found(ProviderStatus::Paid) };
        let want = SettlementChange {
            payment: Some(Payment::Paid),
            refunded: Some(1200),
            dispute: Some(Dispute::Open),
        };
        assert_eq!(decide(known(Payment::Paying), &back), want);
        assert!(!want.is_nothing());
        assert_eq!(decide(known(Payment::Paid), &back), SettlementChange { payment: None, ..want });
        let same = Known { payment: Payment::Paid, refunded: 1200, dispute: Some(Dispute::Open) };
        assert!(decide(same, &back).is_nothing());
        let failed = ProviderSession { refunded: 0, ..back.clone() };
        assert_eq!(decide(same, &failed).refunded, Some(0), "a failed refund is reversed");
        let unpaid = ProviderSession { status: ProviderStatus::Processing, ..back };
        assert_eq!(decide(known(Payment::Processing), &unpaid), SettlementChange::default());
    }

    #[test]
    fn the_grant_follows_the_money() {
        use Dispute::*;
        for (refunded, dispute, want) in [
            (0, None, Hold::InForce),
            (1199, None, Hold::InForce),
            (1200, None, Hold::Revoked("refunded")),
            (1200, Some(Won), Hold::Revoked("refunded")),
            (0, Some(Inquiry), Hold::InForce),
            (0, Some(Open), Hold::Suspended),
            (600, Some(Open), Hold::Suspended),
            (0, Some(Won), Hold::InForce),
            (0, Some(Lost), Hold::Revoked("dispute lost")),
        ] {
            assert_eq!(hold_after(1200, refunded, dispute), want, "{refunded} {dispute:?}");
        }
    }

    #[test]
    fn what_a_subscription_gives_follows_all_its_payments() {
        use Dispute::*;
        let of = |back: &[(i64, Option<Dispute>)]| {
            let payment = |(refunded, dispute): &(i64, Option<Dispute>)| MoneyBack {
                amount: 500,
                refunded: *refunded,
                dispute: *dispute,
            };
            hold_of_subscription(&back.iter().map(payment).collect::<Vec<_>>())
        };
        for (back, want) in [
            (&[][..], Hold::InForce),
            (&[(0, None), (500, None)], Hold::InForce),
            (&[(0, Some(Open)), (0, None)], Hold::Suspended),
            (&[(499, Some(Open)), (0, None)], Hold::Suspended),
            (&[(500, Some(Open)), (0, None)], Hold::InForce),
            (&[(0, Some(Won)), (0, Some(Inquiry))], Hold::InForce),
            (&[(0, Some(Won)), (0, Some(Open))], Hold::Suspended),
            (&[(0, Some(Lost)), (0, Some(Won))], Hold::Suspended),
            (&[(500, Some(Lost)), (0, None)], Hold::InForce),
        ] {
            assert_eq!(of(back), want, "{back:?}");
            let turned: Vec<_> = back.iter().rev().copied().collect();
            assert_eq!(of(&turned), want, "{back:?}, the other way round");
        }
    }

    #[test]
    fn a_buyer_is_told_one_thing_about_the_money() {
        use crate::amount::Currency;
        use Dispute::*;
        let euros = |minor| Money { minor, currency: Currency::Eur };
        let (surplus, banned) = (Some(RefundReason::Surplus), Some(RefundReason::Banned));
        for (refunded, owed, refund_failed, dispute, want) in [
            (0, None, false, None, Refund::None),
            (0, None, false, Some(Inquiry), Refund::None),
            (0, None, false, Some(Won), Refund::None),
            (300, None, false, None, Refund::Part),
            (300, None, false, Some(Open), Refund::Disputed),
            (0, None, false, Some(Lost), Refund::Taken),
            (0, surplus, false, None, Refund::Owed(RefundReason::Surplus)),
            (0, banned, false, Some(Open), Refund::Owed(RefundReason::Banned)),
            (0, banned, false, Some(Lost), Refund::Taken),
            (0, surplus, true, None, Refund::Failed),
            (0, None, true, Some(Open), Refund::Failed),
            (1200, surplus, false, None, Refund::Whole),
            (1200, None, false, Some(Open), Refund::Whole),
        ] {
            let money =
                PaidMoney { paid: euros(1200), refunded: euros(refunded), owed, refund_failed, dispute };
            assert_eq!(money.refund(), want, "{money:?}");
        }
    }

    #[test]
    fn a_stored_word_reads_back_as_it_was_written() {
        assert!(Dispute::ALL.into_iter().all(|d| Dispute::from_code(d.code()) == Some(d)));
        assert!(RefundReason::ALL.into_iter().all(|r| RefundReason::from_code(r.code()) == Some(r)));
        assert_eq!(Dispute::from_code("maybe"), None);
    }
}
