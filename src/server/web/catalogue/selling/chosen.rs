//! Reads the part of a pass's form that says what its buyers may choose to pay.

use domain::{
    amount::{Currency, Money, MoneyError},
    money::buying::chosen::{AmountRefused, ChosenPrice, most_chosen},
};
use views::{
    catalogue::selling::chosen::ChosenDraft,
    form::{Errors, FieldError},
    t,
};

/// The currency with the most digits: what is wrong in it is wrong in every currency.
const MOST_DIGITS: Currency = Currency::Kwd;

/// `None` if something is wrong, which `errors` then say.
pub fn read(
    draft: &ChosenDraft,
    currency: Result<Currency, MoneyError>,
    errors: &mut Errors,
) -> Option<ChosenPrice> {
    let known = currency.as_ref().ok().copied();
    let least = errors.check("least", amount(&draft.least, known));
    let suggested = errors.check("suggested", amount(&draft.suggested, known));
    let currency = errors.check("currency", currency)?;
    let least = least?.unwrap_or(Money { minor: 0, currency });
    let suggested = suggested?;
    if suggested.is_some_and(|suggested| suggested.minor < least.minor) {
        errors.push(FieldError::new("suggested", t!("chosen-suggested-little")));
        return None;
    }
    Some(ChosenPrice { least, suggested: suggested.map(|suggested| suggested.minor) })
}

/// An amount that a buyer could choose; nothing typed, or zero, is none.
fn amount(typed: &str, currency: Option<Currency>) -> Result<Option<Money>, AmountRefused> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let parsed = Money::parse(typed, currency.unwrap_or(MOST_DIGITS));
    let Some(currency) = currency else { return Ok(parsed.map(Some)?) };
    match parsed {
        Err(MoneyError::Nothing) => Ok(None),
        parsed => {
            let (amount, most) = (parsed?.charge()?, Money { minor: most_chosen(currency), currency });
            if amount.minor > most.minor { Err(AmountRefused::Much(most)) } else { Ok(Some(amount)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in(
        least: &str,
        suggested: &str,
        currency: &str,
    ) -> Result<(i64, Option<i64>), Vec<&'static str>> {
        let draft = ChosenDraft { least: least.into(), suggested: suggested.into() };
        let mut errors = Errors::of("pass");
        let found = read(&draft, currency.parse(), &mut errors);
        let fields = errors.iter().map(|error| error.field).collect();
        found.map(|price| (price.least.minor, price.suggested)).ok_or(fields)
    }

    #[test]
    fn the_least_may_be_nothing_and_what_is_suggested_is_no_less() {
        for (least, suggested, currency, want) in [
            ("5", "8.50", "eur", Ok((500, Some(850)))),
            ("5", "", "eur", Ok((500, None))),
            ("5", "5", "eur", Ok((500, Some(500)))),
            ("", "", "eur", Ok((0, None))),
            ("0", "8", "eur", Ok((0, Some(800)))),
            ("500", "800", "jpy", Ok((500, Some(800)))),
            ("5", "4", "eur", Err(vec!["suggested"])),
            ("0.20", "", "eur", Err(vec!["least"])),
            ("10000.01", "", "eur", Err(vec!["least"])),
            ("5.5", "", "jpy", Err(vec!["least"])),
            ("a", "b", "chf", Err(vec!["least", "suggested", "currency"])),
        ] {
            assert_eq!(read_in(least, suggested, currency), want, "{least:?} {suggested:?} {currency}");
        }
    }
}
