//! What the provider's state of a payment means for our rows. Pure tables; the caller fetches the state and writes the result
//! in one transaction.

use crate::{
    money::{
        checkout::{Checkout, Payment},
        payments::{Dispute, ProviderSession, ProviderStatus},
    },
    time::Millis,
};
use serde::{Deserialize, Serialize};

/// What our rows say of the money of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub payment: Payment,
    /// What went back, in minor units; 0 before it is paid.
    pub refunded: i64,
    pub dispute: Option<Dispute>,
}

/// What has to be written; nothing where everything is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub payment: Option<Payment>,
    pub refunded: Option<i64>,
    pub dispute: Option<Dispute>,
}

impl Change {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares the provider's state with ours. A state that ours has left behind changes nothing.
pub fn decide(known: Known, found: &ProviderSession) -> Change {
    let payment = next_payment(known.payment, found.status);
    if payment.unwrap_or(known.payment) != Payment::Paid {
        return Change { payment, ..Change::default() };
    }
    Change {
        payment,
        refunded: (found.refunded != known.refunded).then_some(found.refunded),
        dispute: found.dispute.filter(|dispute| known.dispute != Some(*dispute)),
    }
}

/// The state that an order moves to. Paid is the end; money that came late ends every other one.
fn next_payment(payment: Payment, status: ProviderStatus) -> Option<Payment> {
    use Payment::*;
    match (payment, status) {
        (Paid, _) => None,
        (_, ProviderStatus::Paid) => Some(Paid),
        (Held | Paying, ProviderStatus::Processing) => Some(Processing),
        (Held | Paying | Processing, ProviderStatus::Failed) => Some(Failed),
        (Held | Paying, ProviderStatus::Expired) => Some(Expired),
        (_, ProviderStatus::Open | ProviderStatus::Declined) => None,
        (Processing | Failed | Expired, _) => None,
    }
}

/// Why money that came goes back by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The pass was held already.
    Surplus,
    /// The buyer may not enter the space.
    Banned,
    /// The space is not public any more.
    Unpublished,
}

impl RefundReason {
    pub const ALL: [Self; 3] = [Self::Surplus, Self::Banned, Self::Unpublished];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Surplus => "surplus",
            Self::Banned => "banned",
            Self::Unpublished => "unpublished",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// Whether money that came for this order may become a grant. A buyer who paid what the order asked for gets the pass, also
/// when its price was changed or it was withdrawn meanwhile; one before whom the door would stay shut gets the money back.
/// That the pass is held already is found by the unique index of the grants.
pub fn may_become_grant(order: &Checkout, now: Millis) -> Result<(), RefundReason> {
    if !order.terms.published {
        Err(RefundReason::Unpublished)
    } else if order.terms.is_banned(now) {
        Err(RefundReason::Banned)
    } else {
        Ok(())
    }
}

/// What becomes of the grant that a purchase made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    InForce,
    /// While the bank decides about a dispute.
    Suspended,
    /// For good, with the reason that is stored.
    Revoked(&'static str),
}

/// The grant of a purchase of `amount` after so much went back. A part of it leaves the grant in force.
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

    fn found(status: ProviderStatus) -> ProviderSession {
        ProviderSession {
            id: "cs_1".into(),
            url: None,
            status,
            amount: None,
            reference: None,
            intent: Some("pi_1".into()),
            refunded: 0,
            dispute: None,
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
    fn refunds_and_disputes_count_once_it_is_paid_and_only_when_they_are_new() {
        let back =
            ProviderSession { refunded: 1200, dispute: Some(Dispute::Open), ..found(ProviderStatus::Paid) };
        let want =
            Change { payment: Some(Payment::Paid), refunded: Some(1200), dispute: Some(Dispute::Open) };
        assert_eq!(decide(known(Payment::Paying), &back), want);
        assert_eq!(decide(known(Payment::Paid), &back), Change { payment: None, ..want });
        let same = Known { payment: Payment::Paid, refunded: 1200, dispute: Some(Dispute::Open) };
        assert!(decide(same, &back).is_nothing());
        let failed = ProviderSession { refunded: 0, ..back.clone() };
        assert_eq!(decide(same, &failed).refunded, Some(0), "a refund that failed came back");
        let unpaid = ProviderSession { status: ProviderStatus::Processing, ..back };
        assert_eq!(decide(known(Payment::Processing), &unpaid), Change::default());
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
    fn a_stored_word_reads_back_as_it_was_written() {
        assert!(Dispute::ALL.into_iter().all(|d| Dispute::from_code(d.code()) == Some(d)));
        assert!(RefundReason::ALL.into_iter().all(|r| RefundReason::from_code(r.code()) == Some(r)));
        assert_eq!(Dispute::from_code("maybe"), None);
    }
}
