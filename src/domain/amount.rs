//! Amounts: integer minor units with their currency. The server decides every amount.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The currencies that passes are priced in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Currency {
    Eur,
    Usd,
    Gbp,
    Jpy,
    Kwd,
}

impl Currency {
    pub const ALL: [Currency; 5] = [Self::Eur, Self::Usd, Self::Gbp, Self::Jpy, Self::Kwd];

    /// The ISO 4217 code in lower case, as Stripe writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Eur => "eur",
            Self::Usd => "usd",
            Self::Gbp => "gbp",
            Self::Jpy => "jpy",
            Self::Kwd => "kwd",
        }
    }
    /// The smallest amount that a card can be charged, and the step of amounts, in minor units: Stripe's published
    /// minimum charges, and its rule that the last digit of three-decimal currencies is 0.
    pub const fn chargeable(self) -> (i64, i64) {
        match self {
            Self::Eur | Self::Usd => (50, 1),
            Self::Gbp => (30, 1),
            Self::Jpy => (50, 1),
            Self::Kwd => (150, 10),
        }
    }
    /// Decimal digits (ISO 4217): the yen has none, the dinar three.
    pub const fn digits(self) -> u32 {
        match self {
            Self::Jpy => 0,
            Self::Kwd => 3,
            _ => 2,
        }
    }
    /// Stands before the amount in English; a code ends with a space.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Eur => "€",
            Self::Usd => "$",
            Self::Gbp => "£",
            Self::Jpy => "¥",
            Self::Kwd => "KWD ",
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::ALL.into_iter().find(|c| c.code().eq_ignore_ascii_case(text)).ok_or(MoneyError::Currency)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("Choose one of the currencies that passes are sold in.")]
    Currency,
    #[error("Write an amount like 12 or 12.50, in plain digits.")]
    Amount,
    #[error("Write the amount without marks between the thousands, like 1000 or 1000.50.")]
    Thousands,
    #[error(
        "A comma before three digits can mean two amounts. Write 1000 for a thousand, and 1.000 for one."
    )]
    Ambiguous,
    #[error("This currency has at most {0} digits after the point.")]
    Digits(u32),
    #[error("The amount must be more than nothing. For a pass that costs nothing, choose Free.")]
    Nothing,
    #[error("Cards can be charged at most {0}.")]
    Most(Money),
    #[error("Cards cannot be charged this amount: at least {least}, in steps of {step}.")]
    Charge { least: Money, step: Money },
}

/// The largest amount that Stripe charges at once: eight digits of minor units in any currency.
const MOST_MINOR: i64 = 99_999_999;
const MOST_DIGITS: usize = 8;

/// An amount in minor units (cents; yen; thousandths of a dinar).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    /// Parses what a person typed: `12`, `12.5`, `12,50`. Ambiguous input is refused.
    ///
    /// # Errors
    /// With a message for that person.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        if !text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') {
            return Err(MoneyError::Amount);
        }
        if text.matches(['.', ',']).count() > 1 {
            return Err(MoneyError::Thousands);
        }
        let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
        if whole.is_empty() || text.ends_with(['.', ',']) {
            return Err(MoneyError::Amount);
        }
        // A point is always the decimal point; a comma may be a decimal comma or a thousands separator.
        if text.contains(',') && part.len() == 3 {
            return Err(MoneyError::Ambiguous);
        }
        let digits = currency.digits() as usize;
        if part.len() > digits {
            return Err(MoneyError::Digits(currency.digits()));
        }
        let most = Self { minor: MOST_MINOR, currency };
        let padded = format!("{whole}{part:0<digits$}");
        match padded.trim_start_matches('0') {
            "" => Err(MoneyError::Nothing),
            // More digits than the largest amount has.
            long if long.len() > MOST_DIGITS => Err(MoneyError::Most(most)),
            minor => minor.parse().map(|minor| Self { minor, currency }).map_err(|_| MoneyError::Amount),
        }
    }
}

impl Money {
    /// Checks that a card can be charged this amount.
    pub fn charge(self) -> Result<Self, MoneyError> {
        let (least, step) = self.currency.chargeable();
        let money = |minor| Money { minor, ..self };
        let fits = self.minor >= least && self.minor % step == 0;
        if fits { Ok(self) } else { Err(MoneyError::Charge { least: money(least), step: money(step) }) }
    }

    /// The amount without its currency sign, as [`Money::parse`] reads it.
    pub fn plain(self) -> String {
        let (digits, unit) = (self.currency.digits() as usize, 10_i64.pow(self.currency.digits()));
        match self.minor % unit {
            0 => (self.minor / unit).to_string(),
            part => format!("{}.{part:0digits$}", self.minor / unit),
        }
    }
}

impl fmt::Display for Money {
    /// Always with its currency; whole amounts without a decimal point: `€12`, `€12.50`, `¥900`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, digits) = (self.currency.sign(), self.currency.digits());
        let unit = 10_i64.pow(digits);
        let (whole, part) = (self.minor / unit, (self.minor % unit).abs());
        if part == 0 {
            write!(f, "{sign}{whole}")
        } else {
            write!(f, "{sign}{whole}.{part:0width$}", width = digits as usize)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_amounts_become_minor_units() {
        for (text, currency, want) in [
            ("12", Currency::Eur, Ok(1200)),
            ("12,5", Currency::Eur, Ok(1250)),
            (" 0.99 ", Currency::Usd, Ok(99)),
            ("900", Currency::Jpy, Ok(900)),
            ("1.234", Currency::Kwd, Ok(1234)),
            ("1,25", Currency::Kwd, Ok(1250)),
            ("1,000", Currency::Kwd, Err(MoneyError::Ambiguous)),
            ("1,000", Currency::Eur, Err(MoneyError::Ambiguous)),
            ("1,000", Currency::Jpy, Err(MoneyError::Ambiguous)),
            ("1.000", Currency::Eur, Err(MoneyError::Digits(2))),
            ("1,000.50", Currency::Eur, Err(MoneyError::Thousands)),
            ("1.000.000", Currency::Jpy, Err(MoneyError::Thousands)),
            ("1 000", Currency::Eur, Err(MoneyError::Amount)),
            ("€12", Currency::Eur, Err(MoneyError::Amount)),
            ("１２", Currency::Eur, Err(MoneyError::Amount)),
            ("", Currency::Eur, Err(MoneyError::Amount)),
            ("12.", Currency::Eur, Err(MoneyError::Amount)),
            (".5", Currency::Eur, Err(MoneyError::Amount)),
            ("007", Currency::Eur, Ok(700)),
            ("9.5", Currency::Jpy, Err(MoneyError::Digits(0))),
            ("0", Currency::Eur, Err(MoneyError::Nothing)),
            ("0.00", Currency::Eur, Err(MoneyError::Nothing)),
            ("999999.99", Currency::Eur, Ok(99_999_999)),
            ("99999999", Currency::Jpy, Ok(99_999_999)),
            ("-1", Currency::Eur, Err(MoneyError::Amount)),
            ("1e3", Currency::Eur, Err(MoneyError::Amount)),
            (
                "1000000",
                Currency::Eur,
                Err(MoneyError::Most(Money { minor: 99_999_999, currency: Currency::Eur })),
            ),
            (
                "100000000",
                Currency::Jpy,
                Err(MoneyError::Most(Money { minor: 99_999_999, currency: Currency::Jpy })),
            ),
            (
                "100000",
                Currency::Kwd,
                Err(MoneyError::Most(Money { minor: 99_999_999, currency: Currency::Kwd })),
            ),
            (
                "99999999999999999999999",
                Currency::Usd,
                Err(MoneyError::Most(Money { minor: 99_999_999, currency: Currency::Usd })),
            ),
        ] {
            assert_eq!(Money::parse(text, currency).map(|m| m.minor), want, "{text}");
        }
    }

    #[test]
    fn amounts_that_no_card_can_be_charged_are_refused() {
        for (minor, currency, fits) in [
            (49, Currency::Eur, false),
            (50, Currency::Eur, true),
            (30, Currency::Gbp, true),
            (49, Currency::Jpy, false),
            (1005, Currency::Kwd, false),
            (1010, Currency::Kwd, true),
        ] {
            assert_eq!(Money { minor, currency }.charge().is_ok(), fits, "{minor} {currency:?}");
        }
    }

    #[test]
    fn amounts_are_written_with_their_currency() {
        for (minor, currency, want) in [
            (1200, Currency::Eur, "€12"),
            (1250, Currency::Eur, "€12.50"),
            (900, Currency::Jpy, "¥900"),
            (1005, Currency::Kwd, "KWD 1.005"),
        ] {
            assert_eq!(Money { minor, currency }.to_string(), want);
        }
    }
}
