//! The button that pays with a saved card.

use crate::{catalogue::selling::till, parts, t};
use domain::{catalogue::offer::PriceKind, money::buying::cards::SavedCard};
use maud::{Markup, html};

/// Words for a card, as people know it: `Visa •4242`.
pub fn named(card: &SavedCard) -> String {
    let brand = match card.brand.as_str() {
        "visa" => "Visa".to_owned(),
        "mastercard" => "Mastercard".to_owned(),
        "amex" => "American Express".to_owned(),
        "diners" => "Diners Club".to_owned(),
        "discover" => "Discover".to_owned(),
        "jcb" => "JCB".to_owned(),
        "unionpay" => "UnionPay".to_owned(),
        _ => t!("card-other").into(),
    };
    format!("{brand} •{}", card.last4)
}

/// In a form that buys: pays in the same post, at the price that the button says. `refunds`: the version of the
/// text on refunds. Nothing for what is free or recurs.
pub fn button(card: &SavedCard, price: PriceKind, refunds: i64) -> Markup {
    let (words, value) = match price {
        PriceKind::Free | PriceKind::Recurring(_) => return html! {},
        PriceKind::Once(amount) => {
            let words = t!("card-pay", amount = parts::money(amount), card = named(card));
            (words, format!("{}:{}:{}", card.id, amount.currency.code(), amount.minor))
        }
        // The amount stands in the form.
        PriceKind::Chosen(price) => {
            let words = t!("card-pay-chosen", card = named(card));
            (words, format!("{}:{}", card.id, price.least.currency.code()))
        }
    };
    html! {
        button.button.wide name="card" value=(value) { (words) }
        (till::seen(refunds))
        (till::notice())
    }
}

/// The same as a form of its own.
pub fn form(action: &str, card: &SavedCard, price: PriceKind, refunds: i64) -> Markup {
    let button = button(card, price, refunds);
    html! { @if !button.0.is_empty() { form method="post" action=(action) { (button) } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        amount::{Currency, Money},
        id::AccountId,
        money::{billing::Interval, recurring::plan::Plan},
    };

    fn card(brand: &str) -> SavedCard {
        let account = AccountId::new();
        let (id, brand, last4) = ("pm_1".into(), brand.into(), "4242".into());
        SavedCard { id, account, brand, last4, exp_month: 3, exp_year: 2031 }
    }

    #[test]
    fn the_button_says_what_is_paid_with_which_card() {
        let amount = Money { minor: 1200, currency: Currency::Eur };
        let page = button(&card("visa"), PriceKind::Once(amount), 7).into_string();
        assert!(
            page.contains("Pay €12 with Visa •4242")
                && page.contains("value=\"pm_1:eur:1200\"")
                && page.contains("name=\"refunds\" value=\"7\""),
            "{page}"
        );
        for price in [PriceKind::Free, PriceKind::Recurring(Plan::of(amount, Interval::Month))] {
            assert!(form("/maya/lobby/purchase", &card("visa"), price, 7).into_string().is_empty());
        }
        assert_eq!(named(&card("zenith")), "Card •4242");
    }
}
