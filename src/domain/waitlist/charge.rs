//! Charging on admission: a card that somebody has left on the list of a pass pays as soon as a seat is offered to them. Until then nothing
//! is taken and nothing reserved: a bank keeps a reservation for a week only, and a decision may take longer.

use crate::{
    amount::Money,
    id::CheckoutId,
    money::{
        buying::cards::CardOrder,
        checkout::{OrderEnd, Payment},
    },
    text::language::Language,
    time::Millis,
};

/// What somebody has agreed to who leaves a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmissionCharge {
    /// The provider's id of the saved card; `None` until the provider has saved it.
    pub card: Option<String>,
    /// The provider's id of the page on which it is being saved.
    pub session: Option<String>,
    /// What they were told. Nobody is charged another amount.
    pub price: Money,
    pub agreed_at: Millis,
    /// The language of the page on which they agreed.
    pub shown: Language,
    /// The order that is being charged.
    pub order: Option<CheckoutId>,
}

/// What an offer has to do with a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OfferCharge {
    /// Its owner pays it, or not.
    #[default]
    None,
    /// A card pays it, or will.
    Pending,
    /// A card should have paid it, and has not: its owner may still do so.
    Refused,
}

impl OfferCharge {
    pub const ALL: [Self; 3] = [Self::None, Self::Pending, Self::Refused];

    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending => "pending",
            Self::Refused => "refused",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|charge| charge.code() == code)
    }
}

/// What follows from the order that a card pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// It is paid, or its buyer has taken it into their own hands.
    Over,
    /// The bank or the provider has not answered yet.
    Waits,
    /// The card does not pay: the offer is theirs again.
    GiveBack,
}

impl ChargeOutcome {
    pub fn of(state: Payment, ended: Option<OrderEnd>, card: &CardOrder) -> Self {
        match state {
            Payment::Paid | Payment::Processing => Self::Over,
            // Whoever cancels it means it.
            Payment::Expired | Payment::Failed if ended == Some(OrderEnd::Cancelled) => Self::Over,
            Payment::Expired | Payment::Failed => Self::GiveBack,
            Payment::Held | Payment::Paying if card.card.is_some() => Self::Waits,
            Payment::Held => Self::GiveBack,
            // The buyer is on a pay page.
            Payment::Paying => Self::Over,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::buying::cards::CardRefusal;

    #[test]
    fn an_order_is_over_waits_or_gives_the_offer_back() {
        use ChargeOutcome::*;
        let charged = CardOrder { card: Some("pm_1".into()), ..CardOrder::default() };
        let refused = CardOrder { refused: Some(CardRefusal::Asks), ..CardOrder::default() };
        for (state, ended, with, without) in [
            (Payment::Held, None, Waits, GiveBack),
            (Payment::Paying, None, Waits, Over),
            (Payment::Processing, None, Over, Over),
            (Payment::Paid, None, Over, Over),
            (Payment::Failed, None, GiveBack, GiveBack),
            (Payment::Expired, None, GiveBack, GiveBack),
            (Payment::Expired, Some(OrderEnd::Price), GiveBack, GiveBack),
            (Payment::Expired, Some(OrderEnd::Unconfirmed), GiveBack, GiveBack),
            (Payment::Expired, Some(OrderEnd::Cancelled), Over, Over),
        ] {
            assert_eq!(ChargeOutcome::of(state, ended, &charged), with, "{state:?} {ended:?}");
            assert_eq!(ChargeOutcome::of(state, ended, &refused), without, "{state:?} {ended:?}");
        }
        assert!(OfferCharge::ALL.into_iter().all(|one| OfferCharge::from_code(one.code()) == Some(one)));
        assert_eq!(OfferCharge::from_code("maybe"), None);
    }
}
