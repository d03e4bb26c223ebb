//! A price that recurs: how much, how often, and what comes before the first charge or with it.

use crate::{amount::Money, money::billing::Interval};

/// The longest trial in days. The provider knows longer ones, which nobody remembers the end of.
pub const MOST_TRIAL_DAYS: i64 = 365;
/// In how many months a price may be paid, after which the pass stays.
pub const INSTALMENTS: std::ops::RangeInclusive<i64> = 2..=24;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What is charged each time.
    pub amount: Money,
    pub every: Interval,
    /// Beside a price each month: what a whole year costs whoever pays it at once, in minor units.
    pub yearly: Option<i64>,
    /// How many days pass before the first charge.
    pub trial_days: Option<i64>,
    /// What is charged once, at the beginning, in minor units.
    pub setup_fee: Option<i64>,
    /// After so many months all of it is paid, and the pass stays. Such a plan has neither a year nor a trial.
    pub instalments: Option<i64>,
}

impl Plan {
    /// One without a choice, a trial or a fee.
    pub const fn of(amount: Money, every: Interval) -> Self {
        Self { amount, every, yearly: None, trial_days: None, setup_fee: None, instalments: None }
    }

    /// What is charged each month or each year; `None` if it is not sold so.
    pub fn each(&self, every: Interval) -> Option<Money> {
        if every == self.every {
            return Some(self.amount);
        }
        let minor = self.yearly.filter(|_| every == Interval::Year)?;
        Some(Money { minor, ..self.amount })
    }

    /// What a buyer may choose from, the shorter one first.
    pub fn choices(&self) -> impl Iterator<Item = (Interval, Money)> + use<> {
        let plan = *self;
        Interval::ALL.into_iter().filter_map(move |every| Some((every, plan.each(every)?)))
    }

    pub fn setup_fee(&self) -> Option<Money> {
        Some(Money { minor: self.setup_fee?, ..self.amount })
    }

    /// What is paid in all; `None` if it goes on until somebody ends it.
    pub fn total(&self) -> Option<Money> {
        let all = self.amount.minor.saturating_mul(self.instalments?);
        Some(Money { minor: all.saturating_add(self.setup_fee.unwrap_or(0)), ..self.amount })
    }

    /// By how many percent a year is cheaper than twelve months, rounded down; `None` if nothing is saved.
    pub fn saving(&self) -> Option<i64> {
        let (months, year) = (i128::from(self.amount.minor) * 12, i128::from(self.yearly?));
        if months <= 0 {
            return None;
        }
        let percent = (months - year) * 100 / months;
        i64::try_from(percent).ok().filter(|percent| *percent > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::Currency;

    fn euros(minor: i64) -> Money {
        Money { minor, currency: Currency::Eur }
    }

    #[test]
    fn a_plan_is_sold_by_the_month_by_the_year_or_by_both() {
        use Interval::{Month, Year};
        let monthly = Plan::of(euros(500), Month);
        let both = Plan { yearly: Some(5_000), ..monthly };
        let yearly = Plan::of(euros(5_000), Year);
        for (plan, month, year) in [
            (monthly, Some(500), None),
            (both, Some(500), Some(5_000)),
            (yearly, None, Some(5_000)),
            // A year has no other year beside it.
            (Plan { yearly: Some(1), ..yearly }, None, Some(5_000)),
        ] {
            assert_eq!(plan.each(Month), month.map(euros), "{plan:?}");
            assert_eq!(plan.each(Year), year.map(euros), "{plan:?}");
            let want: Vec<_> = [(Month, month), (Year, year)]
                .into_iter()
                .filter_map(|(every, minor)| Some((every, euros(minor?))))
                .collect();
            assert_eq!(plan.choices().collect::<Vec<_>>(), want);
        }
    }

    #[test]
    fn a_year_at_once_saves_whole_percents() {
        for (month, year, want) in [
            (500, Some(5_000), Some(16)),
            (100, Some(1_000), Some(16)),
            (100, Some(600), Some(50)),
            (100, Some(1_199), None),
            (100, Some(1_200), None),
            (100, Some(1_300), None),
            (100, None, None),
            (0, Some(1), None),
            (i64::MAX, Some(1), Some(99)),
        ] {
            let plan = Plan { yearly: year, ..Plan::of(euros(month), Interval::Month) };
            assert_eq!(plan.saving(), want, "{plan:?}");
        }
    }

    #[test]
    fn so_many_instalments_and_the_fee_are_all_that_is_paid() {
        let plan = Plan { instalments: Some(3), ..Plan::of(euros(2_000), Interval::Month) };
        assert_eq!(plan.total(), Some(euros(6_000)));
        assert_eq!(Plan { setup_fee: Some(300), ..plan }.total(), Some(euros(6_300)));
        assert_eq!(Plan { instalments: None, ..plan }.total(), None);
        assert_eq!(plan.setup_fee(), None);
        assert_eq!(Plan { setup_fee: Some(300), ..plan }.setup_fee(), Some(euros(300)));
    }
}
