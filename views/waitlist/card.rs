//! The card that pays as soon as a seat is offered: left on one's own place on the list, and taken back there.

use crate::{
    catalogue::selling::{cards::named, till},
    form, parts, t,
    waitlist::entry::path,
};
use domain::{amount::Money, id::WaitlistEntryId, money::buying::cards::SavedCard};
use maud::{Markup, html};

/// Saved cards that are offered, the newest first.
const OFFERED: usize = 3;

/// What somebody who waits can agree to, or has agreed to.
#[derive(Clone, Copy, Debug)]
pub struct CardChoice<'a> {
    /// What the pass costs now.
    pub price: Money,
    /// The price that they agreed to, and the card; without one the provider has not saved it, or it was removed.
    pub agreed: Option<(Money, Option<&'a SavedCard>)>,
    pub cards: &'a [SavedCard],
    /// The current version of the text on refunds.
    pub refunds: i64,
}

pub fn section(entry: WaitlistEntryId, c: &CardChoice<'_>) -> Markup {
    let amount = parts::money(c.price);
    html! {
        section.card.stack {
            h2 { (t!("waitlist-card")) }
            @match c.agreed {
                Some((price, Some(card))) if price == c.price => {
                    p { b { (t!("waitlist-card-pays", card = named(card), amount = amount)) } }
                    p.muted { (t!("waitlist-card-until")) }
                    (form::action(&format!("{}/card/removal", path(entry)), "", &t!("waitlist-card-take")))
                }
                agreed => {
                    @match agreed {
                        Some((price, _)) if price != c.price => { div.notice { p { (t!("waitlist-card-changed", amount = amount.clone())) } } }
                        Some(_) => { div.notice { p { (t!("waitlist-card-unsaved")) } } }
                        None => {}
                    }
                    p { (t!("waitlist-card-about", amount = amount)) }
                    (buttons(entry, c))
                }
            }
        }
    }
}

fn buttons(entry: WaitlistEntryId, c: &CardChoice<'_>) -> Markup {
    let value = |card: &str| format!("{card}:{}:{}", c.price.currency.code(), c.price.minor);
    html! {
        form.stack method="post" action={ (path(entry)) "/card" } {
            @for card in c.cards.iter().take(OFFERED) {
                button.button.wide name="card" value=(value(&card.id)) { (t!("waitlist-card-use", card = named(card))) }
            }
            button.button.wide name="card" value=(value("")) {
                @if c.cards.is_empty() { (t!("waitlist-card-new")) } @else { (t!("waitlist-card-other")) }
            }
            (till::seen(c.refunds))
            (till::notice())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{amount::Currency, id::AccountId};

    #[test]
    fn a_card_is_offered_left_and_offered_again_at_another_price() {
        let euros = |minor| Money { minor, currency: Currency::Eur };
        let saved = SavedCard {
            id: "pm_1".into(),
            account: AccountId::new(),
            brand: "visa".into(),
            last4: "4242".into(),
            exp_month: 3,
            exp_year: 2031,
        };
        let entry = WaitlistEntryId::new();
        let page = |agreed, cards: &[SavedCard]| {
            section(entry, &CardChoice { price: euros(1200), agreed, cards, refunds: 7 }).into_string()
        };
        let new = page(None, &[]);
        assert!(new.contains("name=\"refunds\" value=\"7\""), "{new}");
        assert!(new.contains("value=\":eur:1200\"") && new.contains("€12"), "{new}");
        let cards = [saved.clone()];
        let offered = page(None, &cards);
        assert!(offered.contains("value=\"pm_1:eur:1200\"") && offered.contains("Visa •4242"), "{offered}");
        let left = page(Some((euros(1200), Some(&saved))), &cards);
        assert!(left.contains("/card/removal") && !left.contains("name=\"card\""), "{left}");
        for agreed in [(euros(1000), Some(&saved)), (euros(1200), None)] {
            let again = page(Some(agreed), &cards);
            assert!(again.contains("class=\"notice\"") && again.contains("pm_1:eur:1200"), "{again}");
        }
    }
}
