//! When payouts are made, and from which amount on. A week begins on Monday, 00:00 UTC, for every team: one moment for all, so that a
//! week has one run and one key, whatever zone a team is in.

use crate::{
    amount::{Currency, Money},
    time::{Millis, Span},
};
use std::str::FromStr;

const WEEK: Span = Span::days(7);
/// The first Monday after the Unix epoch, which was a Thursday.
const FIRST_MONDAY: Millis = Millis(Span::days(4).0);

/// The number of a week: one run each.
pub fn week_of(now: Millis) -> i64 {
    (now.0 - FIRST_MONDAY.0).div_euclid(WEEK.0)
}

/// The moment of the next run.
pub fn next_run(now: Millis) -> Millis {
    Millis(FIRST_MONDAY.0 + (week_of(now) + 1) * WEEK.0)
}

/// Less than this waits for the next week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutMinimum(i64);

impl Default for PayoutMinimum {
    /// 10.00
    fn default() -> Self {
        Self(10)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole amount from 1 to 10000")]
pub struct BadPayoutMinimum;

impl FromStr for PayoutMinimum {
    type Err = BadPayoutMinimum;
    fn from_str(text: &str) -> Result<Self, BadPayoutMinimum> {
        let amount = text.trim().parse().map_err(|_| BadPayoutMinimum)?;
        if (1..=10_000).contains(&amount) { Ok(Self(amount)) } else { Err(BadPayoutMinimum) }
    }
}

impl PayoutMinimum {
    /// In minor units. A yen is about a cent: 10 are ¥1,000.
    pub fn of(self, currency: Currency) -> i64 {
        self.0 * 10_i64.pow(currency.digits().max(2))
    }
}

/// How much of a balance may be paid out, of which so much is kept back. Minor units; a negative balance stays as it is.
pub fn payable(available: i64, kept: i64) -> i64 {
    available - kept.clamp(0, available.max(0))
}

/// How much of a balance is kept back. While banks decide about payments, so much as they keep stays: it may be lost. So does what is
/// promised to buyers and has not gone back yet. Minor units.
pub fn kept_back(disputed: i64, promised: i64) -> i64 {
    disputed.max(0).saturating_add(promised.max(0))
}

/// The amount in one currency, in minor units.
pub fn in_currency(amounts: &[Money], currency: Currency) -> i64 {
    amounts.iter().filter(|one| one.currency == currency).map(|one| one.minor).sum()
}

/// What becomes of a balance at the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayoutOutlook {
    Nothing,
    /// All that can be used by then.
    Pays,
    /// It waits until it is enough.
    TooLittle,
    /// All of it waits until banks have decided, and until refunds have gone back.
    KeptBack,
    /// The team owes it; later sales settle it.
    Owes,
    /// It waits until a suspension is lifted.
    Withheld,
}

impl PayoutOutlook {
    /// Of what can be used, what is kept back ([`kept_back`]), and the least amount, all in minor units.
    pub fn of(available: i64, kept: i64, least: i64) -> Self {
        match (available, payable(available, kept)) {
            (0, _) => Self::Nothing,
            (..0, _) => Self::Owes,
            (_, 0) => Self::KeptBack,
            (_, pays) if pays < least => Self::TooLittle,
            _ => Self::Pays,
        }
    }

    /// While a team is suspended, what it would be paid waits.
    #[must_use]
    pub fn withheld_if(self, withheld: bool) -> Self {
        if withheld && self == Self::Pays { Self::Withheld } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_is_paid_waits_or_is_owed() {
        use PayoutOutlook::*;
        for (available, disputed, pays, want) in [
            (-1, 0, -1, Owes),
            (-1, 1200, -1, Owes),
            (0, 1200, 0, Nothing),
            (1, 0, 1, TooLittle),
            (999, 0, 999, TooLittle),
            (1000, 0, 1000, Pays),
            (2160, 1200, 960, TooLittle),
            (3240, 1200, 2040, Pays),
            (1080, 1200, 0, KeptBack),
            (1080, -1, 1080, Pays),
            (i64::MAX, 0, i64::MAX, Pays),
            (i64::MIN, 0, i64::MIN, Owes),
        ] {
            assert_eq!(payable(available, disputed), pays, "{available} {disputed}");
            assert_eq!(PayoutOutlook::of(available, disputed, 1000), want, "{available} {disputed}");
        }
        for (disputed, promised, kept) in
            [(0, 0, 0), (1200, 300, 1500), (-1, 300, 300), (1200, -1, 1200), (i64::MAX, 1, i64::MAX)]
        {
            assert_eq!(kept_back(disputed, promised), kept, "{disputed} {promised}");
        }
        assert_eq!([Pays, Owes].map(|outlook| outlook.withheld_if(true)), [Withheld, Owes]);
        assert_eq!(Pays.withheld_if(false), Pays);
    }

    #[test]
    fn amounts_are_summed_in_their_own_currency() {
        let amounts = [(300, Currency::Eur), (7, Currency::Jpy), (-50, Currency::Eur)];
        let amounts = amounts.map(|(minor, currency)| Money { minor, currency });
        for (currency, sum) in [(Currency::Eur, 250), (Currency::Jpy, 7), (Currency::Usd, 0)] {
            assert_eq!(in_currency(&amounts, currency), sum, "{currency:?}");
        }
    }

    /// Monday 2026-11-30 00:00 UTC.
    const MONDAY: Millis = Millis(1_795_996_800_000);

    #[test]
    fn a_week_begins_on_monday_and_has_one_number() {
        let week = week_of(MONDAY);
        for (after, number) in [(-1, week - 1), (0, week), (WEEK.0 - 1, week), (WEEK.0, week + 1)] {
            let now = Millis(MONDAY.0 + after);
            assert_eq!(week_of(now), number, "{after}");
            assert_eq!(next_run(now), Millis(MONDAY.0 + (number - week + 1) * WEEK.0), "{after}");
        }
    }

    #[test]
    fn the_minimum_is_ten_in_each_currency() {
        let ten = PayoutMinimum::default();
        for (currency, minor) in [
            (Currency::Eur, 1000),
            (Currency::Usd, 1000),
            (Currency::Gbp, 1000),
            (Currency::Jpy, 1000),
            (Currency::Kwd, 10_000),
        ] {
            assert_eq!(ten.of(currency), minor, "{currency:?}");
        }
        for (text, want) in [("25", Ok(PayoutMinimum(25))), ("0", Err(BadPayoutMinimum))] {
            assert_eq!(text.parse(), want, "{text}");
        }
        for text in ["", "-1", "10.5", "10001"] {
            assert_eq!(text.parse::<PayoutMinimum>(), Err(BadPayoutMinimum), "{text}");
        }
    }
}
