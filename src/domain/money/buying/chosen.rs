//! A price that its buyer chooses, within bounds.

use crate::amount::{Currency, Money, MoneyError};

/// What a buyer may pay at most, in minor units: a slip of the hand costs nobody a fortune.
pub const fn most_chosen(currency: Currency) -> i64 {
    match currency {
        Currency::Eur | Currency::Usd | Currency::Gbp | Currency::Jpy => 1_000_000,
        Currency::Kwd => 3_000_000,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenPrice {
    /// The least that is taken. Zero: the pass can be had for nothing.
    pub least: Money,
    /// What the form proposes, in minor units.
    pub suggested: Option<i64>,
}

/// Why an amount is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountRefused {
    #[error("no amount was given")]
    Missing,
    #[error(transparent)]
    Typed(#[from] MoneyError),
    #[error("it is less than {0}")]
    Little(Money),
    #[error("it is more than {0}")]
    Much(Money),
}

impl ChosenPrice {
    pub const fn most(&self) -> Money {
        Money { minor: most_chosen(self.least.currency), currency: self.least.currency }
    }

    /// What the form begins with.
    pub fn proposed(&self) -> Option<Money> {
        let minor = self.suggested.or_else(|| (self.least.minor > 0).then_some(self.least.minor))?;
        Some(Money { minor, ..self.least })
    }

    /// What a buyer typed, if it can be charged within the bounds, or is nothing where nothing is enough.
    ///
    /// # Errors
    /// With what the buyer should know.
    pub fn read(&self, typed: &str) -> Result<Money, AmountRefused> {
        if typed.trim().is_empty() {
            return Err(AmountRefused::Missing);
        }
        let chosen = match Money::parse(typed, self.least.currency) {
            Err(MoneyError::Nothing) => Money { minor: 0, ..self.least },
            Err(MoneyError::Most(_)) => return Err(AmountRefused::Much(self.most())),
            parsed => parsed?,
        };
        match chosen.minor {
            minor if minor < self.least.minor => Err(AmountRefused::Little(self.least)),
            minor if minor > self.most().minor => Err(AmountRefused::Much(self.most())),
            0 => Ok(chosen),
            _ => Ok(chosen.charge()?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(least: i64, currency: Currency) -> ChosenPrice {
        ChosenPrice { least: Money { minor: least, currency }, suggested: None }
    }

    #[test]
    fn what_a_buyer_types_stays_within_the_bounds() {
        use AmountRefused::*;
        let money = |minor, currency| Money { minor, currency };
        let charge = |least, step, currency| {
            Typed(MoneyError::Charge { least: money(least, currency), step: money(step, currency) })
        };
        for (least, currency, typed, want) in [
            (500, Currency::Eur, "5", Ok(500)),
            (500, Currency::Eur, " 7,50 ", Ok(750)),
            (500, Currency::Eur, "4.99", Err(Little(money(500, Currency::Eur)))),
            (500, Currency::Eur, "0", Err(Little(money(500, Currency::Eur)))),
            (500, Currency::Eur, "", Err(Missing)),
            (500, Currency::Eur, "10000", Ok(1_000_000)),
            (500, Currency::Eur, "10000.01", Err(Much(money(1_000_000, Currency::Eur)))),
            (500, Currency::Eur, "99999999999", Err(Much(money(1_000_000, Currency::Eur)))),
            (500, Currency::Eur, "-5", Err(Typed(MoneyError::Amount))),
            (500, Currency::Eur, "5.001", Err(Typed(MoneyError::Digits(2)))),
            (0, Currency::Eur, "0", Ok(0)),
            (0, Currency::Eur, "0.00", Ok(0)),
            (0, Currency::Eur, " ", Err(Missing)),
            (0, Currency::Eur, "0.20", Err(charge(50, 1, Currency::Eur))),
            (700, Currency::Jpy, "700", Ok(700)),
            (700, Currency::Jpy, "699", Err(Little(money(700, Currency::Jpy)))),
            (700, Currency::Jpy, "7.5", Err(Typed(MoneyError::Digits(0)))),
            (1500, Currency::Kwd, "1.505", Err(charge(150, 10, Currency::Kwd))),
            (1500, Currency::Kwd, "1.51", Ok(1510)),
        ] {
            let found = price(least, currency).read(typed).map(|money| money.minor);
            assert_eq!(found, want, "{least} {currency:?} {typed:?}");
        }
    }

    #[test]
    fn the_form_begins_with_what_is_suggested_or_else_with_the_least() {
        let minor = |price: ChosenPrice| price.proposed().map(|money| money.minor);
        assert_eq!(minor(price(500, Currency::Eur)), Some(500));
        assert_eq!(minor(ChosenPrice { suggested: Some(800), ..price(500, Currency::Eur) }), Some(800));
        assert_eq!(minor(ChosenPrice { suggested: Some(800), ..price(0, Currency::Eur) }), Some(800));
        assert_eq!(minor(price(0, Currency::Eur)), None);
    }
}
