//! Payouts: what sellers are owed goes to their banks, once a week. The money goes in two steps: a transfer from our account at the
//! provider to the seller's account there, and a payout from that account to the seller's bank.

pub mod account;
pub mod jobs;
pub mod provider;
pub mod schedule;

use provider::{BankFacts, BankStatus, TransferFacts};

/// Where the money of a payout is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayoutState {
    /// Taken off the balance of the seller; nothing has moved yet.
    Decided,
    /// In the seller's account at the provider.
    Sent,
    /// Between the provider and the bank.
    OnItsWay,
    /// The bank has it.
    Paid,
    /// The bank or the provider refused it: the transfer is being taken back.
    GoingBack,
    /// It is in the balance of the seller again.
    Returned,
}

impl PayoutState {
    pub const ALL: [Self; 6] =
        [Self::Decided, Self::Sent, Self::OnItsWay, Self::Paid, Self::GoingBack, Self::Returned];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Sent => "sent",
            Self::OnItsWay => "on_its_way",
            Self::Paid => "paid",
            Self::GoingBack => "going_back",
            Self::Returned => "returned",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
    /// Nothing more happens, unless a bank changes its mind.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Paid | Self::Returned)
    }
    pub const fn has_failed(self) -> bool {
        matches!(self, Self::GoingBack | Self::Returned)
    }
}

/// How far a payout has come. Amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutProgress {
    pub state: PayoutState,
    pub amount: i64,
    /// The provider's ids of the transfer and of the payout to the bank.
    pub transfer: Option<String>,
    pub bank: Option<String>,
    /// How much of the transfer came back to us.
    pub reversed: i64,
    /// How much was given back to the balance of the seller.
    pub returned: i64,
    /// Why it failed, in the words of the provider.
    pub failure: Option<String>,
}

/// What the provider tells about a payout now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundPayout {
    pub transfer: Option<TransferFacts>,
    pub bank: Option<BankFacts>,
}

/// What to ask the provider for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutAct {
    Transfer,
    PayOut,
    TakeBack,
}

impl PayoutAct {
    /// A part of the idempotency key.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::PayOut => "payout",
            Self::TakeBack => "reversal",
        }
    }
}

/// How far a payout is by what the provider tells. The same facts again change nothing, and no order of news loses a cent: what came back
/// is counted in all, not by event.
pub fn decide(known: &PayoutProgress, found: &FoundPayout) -> PayoutProgress {
    let mut next = known.clone();
    let Some(transfer) = &found.transfer else { return next };
    if known.transfer.is_none() && known.state == PayoutState::Decided {
        // What it has waited for is there.
        next.failure = None;
    }
    next.transfer = Some(transfer.id.clone());
    next.reversed = known.reversed.max(transfer.reversed.min(known.amount));
    // What was given back before anything came back, because the transfer was refused, is not given twice.
    next.returned = known.returned.max(next.reversed);
    if let Some(bank) = &found.bank {
        next.bank = Some(bank.id.clone());
        next.failure = bank.why.clone().or(next.failure);
    }
    let whole = next.reversed >= known.amount;
    next.state = match (known.state, found.bank.as_ref().map(|bank| bank.status)) {
        _ if whole => PayoutState::Returned,
        (_, Some(BankStatus::Failed)) | (PayoutState::GoingBack | PayoutState::Returned, _) => {
            PayoutState::GoingBack
        }
        (PayoutState::OnItsWay | PayoutState::Paid, None) => known.state,
        (_, None) => PayoutState::Sent,
        (_, Some(BankStatus::OnItsWay)) => PayoutState::OnItsWay,
        (_, Some(BankStatus::Paid)) => PayoutState::Paid,
    };
    next
}

/// How far a payout is after the provider said no to its next step. Without a transfer nothing has moved: the seller has it back at once.
pub fn refused(known: &PayoutProgress, why: &str) -> PayoutProgress {
    let failure = Some(why.to_owned());
    match known.transfer {
        Some(_) => PayoutProgress { state: PayoutState::GoingBack, failure, ..known.clone() },
        None => {
            PayoutProgress { state: PayoutState::Returned, returned: known.amount, failure, ..known.clone() }
        }
    }
}

/// How far a payout is that our account at the provider cannot cover now. It stays decided, so that it goes out as soon as there is
/// enough: sellers are owed whole amounts, while fees of disputes and what later sales have to settle are laid out by the platform.
pub fn waits(known: &PayoutProgress, why: &str) -> PayoutProgress {
    PayoutProgress { failure: Some(why.to_owned()), ..known.clone() }
}

/// What has to happen next; nothing while a bank works, or when it is over.
pub const fn next_act(state: PayoutState) -> Option<PayoutAct> {
    match state {
        PayoutState::Decided => Some(PayoutAct::Transfer),
        PayoutState::Sent => Some(PayoutAct::PayOut),
        PayoutState::GoingBack => Some(PayoutAct::TakeBack),
        PayoutState::OnItsWay | PayoutState::Paid | PayoutState::Returned => None,
    }
}

#[cfg(test)]
mod tests;
