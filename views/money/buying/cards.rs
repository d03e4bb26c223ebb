//! Saved cards: what the refusal of one says, and the list of them.

use crate::{catalogue::selling::cards::named, t};
use domain::money::buying::cards::{CardRefusal, SavedCard};
use maud::{Markup, html};
use std::borrow::Cow;

/// What the list of saved cards posts to.
pub const REMOVAL: &str = "/account/cards/removal";

/// Why the card did not pay, above the way to the provider's page.
pub fn refusal(refusal: CardRefusal) -> Markup {
    let words: Cow<'static, str> = match refusal {
        CardRefusal::Asks => t!("card-asks"),
        CardRefusal::Expired => t!("card-expired"),
        CardRefusal::Funds => t!("card-funds"),
        CardRefusal::Declined => t!("card-declined"),
    };
    html! { div.notice { p { b { (words) } } p { (t!("card-nothing-charged")) } } }
}

/// A person's cards, each with the button that removes it; nothing for whoever has none.
pub fn list(cards: &[SavedCard]) -> Markup {
    html! {
        @if !cards.is_empty() {
            h2 { (t!("cards")) }
            p.muted { (t!("cards-about")) }
            ul.stack role="list" {
                @for card in cards {
                    li.card.row {
                        span.grow { b { (named(card)) } br; small { (t!("card-until", month = format!("{:02}", card.exp_month), year = card.exp_year.to_string())) } }
                        form method="post" action=(REMOVAL) {
                            input type="hidden" name="card" value=(card.id);
                            button.button aria-label=(t!("card-remove-label", card = named(card))) { (t!("card-remove")) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::AccountId;

    fn card(brand: &str) -> SavedCard {
        let account = AccountId::new();
        let (id, brand, last4) = ("pm_1".into(), brand.into(), "4242".into());
        SavedCard { id, account, brand, last4, exp_month: 3, exp_year: 2031 }
    }

    #[test]
    fn a_list_without_cards_is_not_shown() {
        assert!(list(&[]).into_string().is_empty());
        let page = list(&[card("visa")]).into_string();
        assert!(page.contains("03/2031") && page.contains("Remove Visa •4242"), "{page}");
    }
}
