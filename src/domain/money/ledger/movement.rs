//! What moves money: the provider's balance transactions about one payment, and what we write about them ourselves.

use crate::time::Millis;

/// What a set of the ledger is about. Beside the provider's object it is the key of the set, so each is written once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MovementKind {
    Payment,
    Refund,
    /// The buyer's bank returned a refund.
    RefundReturned,
    /// A bank withdrew the money of a dispute until it decides.
    DisputeOpened,
    /// It gave the money back.
    DisputeWon,
    /// It kept it. Nothing moves at the provider any more.
    DisputeLost,
    /// The provider's fee, which was not known when the movement was written.
    Fee,
    /// Money that the provider had promised can be used now.
    Available,
    /// What a seller was owed was taken off their balance for their bank.
    Payout,
    /// It came back to their balance.
    PayoutReturned,
    /// It has left our account at the provider, or returned there.
    Transfer,
    TransferReversed,
}

impl MovementKind {
    pub const ALL: [Self; 12] = [
        Self::Payment,
        Self::Refund,
        Self::RefundReturned,
        Self::DisputeOpened,
        Self::DisputeWon,
        Self::DisputeLost,
        Self::Fee,
        Self::Available,
        Self::Payout,
        Self::PayoutReturned,
        Self::Transfer,
        Self::TransferReversed,
    ];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::RefundReturned => "refund_returned",
            Self::DisputeOpened => "dispute_opened",
            Self::DisputeWon => "dispute_won",
            Self::DisputeLost => "dispute_lost",
            Self::Fee => "fee",
            Self::Available => "available",
            Self::Payout => "payout",
            Self::PayoutReturned => "payout_returned",
            Self::Transfer => "transfer",
            Self::TransferReversed => "transfer_reversed",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One movement of the provider's balance, in the currency of the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub kind: MovementKind,
    /// The provider's id of what it is about: a payment intent, a refund, a dispute.
    pub object: String,
    /// What was paid, refunded or withdrawn, in minor units, never negative. The provider's fee is not taken off.
    pub amount: i64,
    /// The provider's fee in minor units; `None` if it has not told it yet.
    pub fee: Option<i64>,
    /// When the provider lets us use the money, or takes it.
    pub available_on: Option<Millis>,
    pub at: Millis,
    /// Our own id, with which a seller's refund was requested; its return has the same.
    pub reference: Option<String>,
}
