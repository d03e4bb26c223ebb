//! Prices that their buyers choose: their fields in the form of a pass, the buyer's field, and what a ticket says of them.

use crate::{
    catalogue::pass::PURCHASE,
    form::{Errors, Field},
    in_words::InWords,
    parts, t,
};
use domain::{
    amount::Money,
    catalogue::offer::PriceKind,
    money::buying::chosen::{AmountRefused, ChosenPrice},
};
use maud::{Markup, html};

/// Characters of an amount as typed.
pub const LONGEST_AMOUNT: usize = 12;

/// These fields as submitted, as a person types amounts.
#[derive(Clone, Debug, Default)]
pub struct ChosenDraft {
    /// Empty: nothing.
    pub least: String,
    /// Empty: nothing is proposed.
    pub suggested: String,
}

impl ChosenDraft {
    pub fn of(price: PriceKind) -> Self {
        let Some(chosen) = price.chosen() else { return Self::default() };
        let suggested = chosen.suggested.map(|minor| Money { minor, ..chosen.least });
        Self { least: chosen.least.plain(), suggested: suggested.map_or_else(String::new, Money::plain) }
    }
}

pub fn fields(draft: &ChosenDraft, errors: &Errors) -> Markup {
    let needed = t!("chosen-if");
    let amount = |name, label: &str, value: &str, hint: &str| {
        let field = Field::input("pass", name, label, value).needed(&needed).hint(hint);
        field.max(LONGEST_AMOUNT).inputmode("decimal").show(errors)
    };
    html! {
        fieldset data-price="chosen" {
            legend.hidden { (t!("chosen-kind")) }
            div.row.amount {
                (amount("least", &t!("form-field-least"), &draft.least, &t!("chosen-least-hint")))
                (amount("suggested", &t!("form-field-suggested"), &draft.suggested, &t!("chosen-suggested-hint")))
            }
        }
    }
}

/// The buyer's field, with what was typed or else with what is proposed.
pub fn field(price: &ChosenPrice, typed: &str, errors: &Errors) -> Markup {
    let proposed = price.proposed().map_or_else(String::new, Money::plain);
    let refused = errors.has(PURCHASE, "amount");
    let value = if typed.is_empty() && !refused { proposed.as_str() } else { typed };
    let label = t!("chosen-amount", currency = price.least.currency.code().to_uppercase());
    let hint = match price.least.minor {
        0 => t!("chosen-hint-any", most = parts::money(price.most())),
        _ => t!("chosen-hint", least = parts::money(price.least), most = parts::money(price.most())),
    };
    let field = Field::input(PURCHASE, "amount", &label, value).required().hint(&hint);
    field.max(LONGEST_AMOUNT).inputmode("decimal").autocomplete("off").show(errors)
}

/// The price on a ticket.
pub fn price(chosen: &ChosenPrice) -> Markup {
    let suggested = chosen.suggested.map(|minor| Money { minor, ..chosen.least });
    html! {
        span.price { (parts::charged(PriceKind::Chosen(*chosen))) } " "
        small {
            (t!("chosen-once"))
            @if let Some(suggested) = suggested { " " (t!("chosen-suggested", amount = parts::money(suggested))) }
        }
    }
}

/// Why an amount is not taken.
impl InWords for AmountRefused {
    fn in_words(&self) -> String {
        match self {
            Self::Missing => t!("chosen-missing").into(),
            Self::Typed(error) => error.in_words(),
            Self::Little(least) => t!("chosen-little", least = parts::money(*least)),
            Self::Much(most) => t!("chosen-much", most = parts::money(*most)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::FieldError;
    use domain::amount::Currency;

    fn chosen(least: i64, suggested: Option<i64>) -> ChosenPrice {
        ChosenPrice { least: Money { minor: least, currency: Currency::Eur }, suggested }
    }

    #[test]
    fn a_ticket_says_the_least_and_what_is_suggested() {
        let page = price(&chosen(500, Some(850))).into_string();
        assert!(page.contains("from €5") && page.contains("€8.50"), "{page}");
        let page = price(&chosen(0, None)).into_string();
        assert!(page.contains("what you like") && !page.contains('€'), "{page}");
    }

    #[test]
    fn the_field_begins_with_what_is_proposed_and_keeps_what_was_typed() {
        let shown =
            |price: &ChosenPrice, typed: &str, errors: &Errors| field(price, typed, errors).into_string();
        let none = Errors::default();
        assert!(shown(&chosen(500, Some(850)), "", &none).contains("value=\"8.50\""));
        assert!(shown(&chosen(500, None), "", &none).contains("value=\"5\""));
        assert!(shown(&chosen(500, None), "7", &none).contains("value=\"7\""));
        let missing = Errors::one(PURCHASE, FieldError::new("amount", AmountRefused::Missing));
        let page = shown(&chosen(500, None), "", &missing);
        assert!(!page.contains("value=\"5\"") && page.contains("Say how much"), "{page}");
    }

    #[test]
    fn the_form_of_a_saved_pass_shows_its_amounts() {
        let draft = ChosenDraft::of(PriceKind::Chosen(chosen(500, Some(850))));
        assert_eq!((draft.least.as_str(), draft.suggested.as_str()), ("5", "8.50"));
        assert!(ChosenDraft::of(PriceKind::Free).least.is_empty());
    }
}
