//! Amounts: integer minor units with their currency. The server decides every one of them.

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
    /// The least, and the step, that a card can be charged in minor units: Stripe's published minimum charges, and its rule
    /// that the last digit of three-digit currencies is 0.
    pub const fn chargeable(self) -> (i64, i64) {
        match self {
            Self::Eur | Self::Usd => (50, 1),
            Self::Gbp => (30, 1),
            Self::Jpy => (50, 1),
            Self::Kwd => (150, 10),
        }
    }
    /// Digits after the point (ISO 4217): the yen has none, the dinar three.
    pub const fn digits(self) -> u32 {
        match self {
            Self::Jpy => 0,
            Self::Kwd => 3,
            _ => 2,
        }
    }
    const fn sign(self) -> &'static str {
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
    #[error("not a currency that passes are sold in")]
    Currency,
    #[error("not an amount, like 12 or 12.50")]
    Amount,
    #[error("an amount in this currency has at most {0} digits after the point")]
    Digits(u32),
    #[error("an amount must be more than nothing and less than a million")]
    Range,
    #[error("cards cannot be charged this amount: at least {least}, in steps of {step}")]
    Charge { least: Money, step: Money },
}

/// An amount in minor units (cents; yen; thousandths of a dinar).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    /// Reads what a person typed: `12`, `12.5`, `12,50`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim().replace(',', ".");
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        if part.len() > currency.digits() as usize {
            return Err(MoneyError::Digits(currency.digits()));
        }
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 7 || !digits(whole) || !digits(part) {
            return Err(MoneyError::Amount);
        }
        let padded = format!("{whole}{part:0<width$}", width = currency.digits() as usize);
        let minor: i64 = padded.parse().map_err(|_| MoneyError::Amount)?;
        let limit = 1_000_000 * 10_i64.pow(currency.digits());
        if minor <= 0 || minor >= limit { Err(MoneyError::Range) } else { Ok(Self { minor, currency }) }
    }
}

impl Money {
    /// Refuses what no card can be charged.
    pub fn charge(self) -> Result<Self, MoneyError> {
        let (least, step) = self.currency.chargeable();
        let money = |minor| Money { minor, ..self };
        let fits = self.minor >= least && self.minor % step == 0;
        if fits { Ok(self) } else { Err(MoneyError::Charge { least: money(least), step: money(step) }) }
    }
}

impl fmt::Display for Money {
    /// With its currency, always; whole amounts without a point: `€12`, `€12.50`, `¥900`.
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
            ("9.5", Currency::Jpy, Err(MoneyError::Digits(0))),
            ("0", Currency::Eur, Err(MoneyError::Range)),
            ("-1", Currency::Eur, Err(MoneyError::Amount)),
            ("1e3", Currency::Eur, Err(MoneyError::Amount)),
            ("1000000", Currency::Eur, Err(MoneyError::Range)),
        ] {
            assert_eq!(Money::parse(text, currency).map(|m| m.minor), want, "{text}");
        }
    }

    #[test]
    fn what_no_card_can_be_charged_is_refused() {
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
