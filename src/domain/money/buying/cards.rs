//! Saved cards: with one of them an order is paid in one post.

use crate::id::AccountId;
use serde::{Deserialize, Serialize};

/// A card that an account has saved at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCard {
    /// The provider's id of it.
    pub id: String,
    pub account: AccountId,
    /// As the provider writes it: `visa`.
    pub brand: String,
    pub last4: String,
    pub exp_month: i64,
    pub exp_year: i64,
}

/// Why a saved card did not pay. The order goes on on the provider's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardRefusal {
    /// Its bank wants to ask the buyer.
    Asks,
    Expired,
    Funds,
    Declined,
}

impl CardRefusal {
    pub const ALL: [Self; 4] = [Self::Asks, Self::Expired, Self::Funds, Self::Declined];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Asks => "asks",
            Self::Expired => "expired",
            Self::Funds => "funds",
            Self::Declined => "declined",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }

    /// From the provider's word for the reason. Banks have many, which say nothing to a buyer.
    pub fn from_reason(reason: &str) -> Self {
        match reason {
            "authentication_required" => Self::Asks,
            "expired_card" => Self::Expired,
            "insufficient_funds" => Self::Funds,
            _ => Self::Declined,
        }
    }
}

/// What an order has to do with saved cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardOrder {
    /// The provider's id of the buyer, once it knows them.
    pub customer: Option<String>,
    /// The saved card that pays it.
    pub card: Option<String>,
    /// The buyer is not there when it is charged, and has agreed to that before.
    pub absent: bool,
    /// The buyer wants the card to be saved with which they pay.
    pub keeps: bool,
    /// Why the saved card did not pay.
    pub refused: Option<CardRefusal>,
}

impl CardOrder {
    /// What the provider is asked for beside a payment on its page.
    pub fn request(&self) -> Option<CardUse> {
        let customer = self.customer.clone()?;
        match &self.card {
            Some(card) => Some(CardUse::Charge { customer, card: card.clone(), absent: self.absent }),
            // On its page whoever was refused finds their cards.
            None if self.refused.is_some() => Some(CardUse::Offer { customer }),
            None => self.keeps.then_some(CardUse::Keep { customer }),
        }
    }

    /// Whether the provider has to know the buyer first.
    pub const fn lacks_customer(&self) -> bool {
        self.customer.is_none() && (self.keeps || self.card.is_some())
    }
}

/// How a request for a payment uses saved cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardUse {
    /// Charges this card of the customer, without a page; `absent`: and without its owner, whom a bank cannot ask then.
    Charge {
        customer: String,
        card: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        absent: bool,
    },
    /// A page on which the customer finds their cards.
    Offer { customer: String },
    /// The same, which also saves the card that pays.
    Keep { customer: String },
}

impl CardUse {
    pub fn customer(&self) -> &str {
        match self {
            Self::Charge { customer, .. } | Self::Offer { customer } | Self::Keep { customer } => customer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_word_reads_back_as_it_was_written() {
        assert!(CardRefusal::ALL.into_iter().all(|r| CardRefusal::from_code(r.code()) == Some(r)));
        assert_eq!(CardRefusal::from_code("maybe"), None);
    }

    #[test]
    fn the_providers_many_reasons_are_four_to_a_buyer() {
        for (reason, want) in [
            ("authentication_required", CardRefusal::Asks),
            ("expired_card", CardRefusal::Expired),
            ("insufficient_funds", CardRefusal::Funds),
            ("do_not_honor", CardRefusal::Declined),
            ("a reason of next year", CardRefusal::Declined),
        ] {
            assert_eq!(CardRefusal::from_reason(reason), want, "{reason}");
        }
    }

    #[test]
    fn every_use_of_a_card_names_its_customer() {
        let customer = || "cus_1".to_owned();
        for card in [
            CardUse::Charge { customer: customer(), card: "pm_1".into(), absent: false },
            CardUse::Offer { customer: customer() },
            CardUse::Keep { customer: customer() },
        ] {
            assert_eq!(card.customer(), "cus_1", "{card:?}");
        }
    }

    #[test]
    fn a_card_is_used_only_for_a_buyer_whom_the_provider_knows() {
        let customer = || "cus_1".to_owned();
        let known = CardOrder { customer: Some(customer()), ..CardOrder::default() };
        let refused = Some(CardRefusal::Asks);
        let card = Some("pm_1".to_owned());
        for (order, want) in [
            (known.clone(), None),
            (CardOrder { keeps: true, ..known.clone() }, Some(CardUse::Keep { customer: customer() })),
            (CardOrder { refused, ..known.clone() }, Some(CardUse::Offer { customer: customer() })),
            (
                CardOrder { card: card.clone(), ..known.clone() },
                Some(CardUse::Charge { customer: customer(), card: "pm_1".into(), absent: false }),
            ),
            (
                CardOrder { card: card.clone(), absent: true, ..known.clone() },
                Some(CardUse::Charge { customer: customer(), card: "pm_1".into(), absent: true }),
            ),
            (CardOrder { card: card.clone(), ..CardOrder::default() }, None),
        ] {
            assert_eq!(order.request(), want, "{order:?}");
        }
        assert!(CardOrder { card, ..CardOrder::default() }.lacks_customer());
        assert!(!CardOrder::default().lacks_customer() && !known.lacks_customer());
    }
}
