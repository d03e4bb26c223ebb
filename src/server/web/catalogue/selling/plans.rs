//! Reads the part of a pass's form that says what is charged again and again.

use super::whole;
use domain::{
    amount::{Currency, Money, MoneyError},
    money::{
        billing::Interval,
        recurring::plan::{INSTALMENTS, MOST_TRIAL_DAYS, Plan},
    },
};
use views::{
    catalogue::selling::plans::PlanDraft,
    form::{Errors, FieldError},
    t,
};

/// The currency with the most digits: what is wrong in it is wrong in every currency.
const MOST_DIGITS: Currency = Currency::Kwd;

/// `None` if something is wrong, which `errors` then say.
pub fn read(draft: &PlanDraft, currency: Result<Currency, MoneyError>, errors: &mut Errors) -> Option<Plan> {
    let known = currency.as_ref().ok().copied();
    let monthly = errors.check("monthly", amount(&draft.monthly, known));
    let yearly = errors.check("yearly", amount(&draft.yearly, known));
    let days = whole(&draft.trial_days, MOST_TRIAL_DAYS).ok_or_else(|| t!("plans-trial-wrong"));
    let trial_days = errors.check("trial_days", days);
    let fee = errors.check("setup_fee", amount(&draft.setup_fee, known));
    let times = whole(&draft.instalments, *INSTALMENTS.end())
        .filter(|times| times.is_none_or(|times| INSTALMENTS.contains(&times)));
    let instalments = errors.check("instalments", times.ok_or_else(|| t!("plans-instalments-wrong")));
    let currency = errors.check("currency", currency);
    let (monthly, yearly, trial_days, fee) = (monthly?, yearly?, trial_days?, fee?);
    let instalments = instalments?;
    currency?;
    let plan = match (monthly, yearly) {
        (Some(month), year) => {
            Plan { yearly: year.map(|year| year.minor), ..Plan::of(month, Interval::Month) }
        }
        (None, Some(year)) => Plan::of(year, Interval::Year),
        (None, None) => {
            errors.push(FieldError::new("monthly", t!("plans-amount-missing")));
            return None;
        }
    };
    let by_the_month = plan.every == Interval::Month && plan.yearly.is_none() && trial_days.is_none();
    if instalments.is_some() && !by_the_month {
        errors.push(FieldError::new("instalments", t!("plans-instalments-alone")));
        return None;
    }
    Some(Plan { trial_days, setup_fee: fee.map(|fee| fee.minor), instalments, ..plan })
}

/// An amount that a card can be charged; nothing typed is none.
fn amount(typed: &str, currency: Option<Currency>) -> Result<Option<Money>, MoneyError> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let amount = match currency {
        Some(currency) => Money::parse(typed, currency).and_then(Money::charge),
        None => Money::parse(typed, MOST_DIGITS),
    };
    amount.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(monthly: &str, yearly: &str, trial_days: &str, setup_fee: &str) -> PlanDraft {
        let [monthly, yearly, trial_days, setup_fee] =
            [monthly, yearly, trial_days, setup_fee].map(str::to_owned);
        PlanDraft { monthly, yearly, trial_days, setup_fee, instalments: String::new() }
    }

    fn times(times: &str, rest: PlanDraft) -> PlanDraft {
        PlanDraft { instalments: times.to_owned(), ..rest }
    }

    fn read_in(draft: &PlanDraft, currency: &str) -> Result<Plan, Vec<&'static str>> {
        let mut errors = Errors::of("pass");
        let found = read(draft, currency.parse(), &mut errors);
        found.ok_or_else(|| errors.iter().map(|error| error.field).collect())
    }

    #[test]
    fn one_of_both_amounts_is_enough() {
        let euros = |minor| Money { minor, currency: Currency::Eur };
        let month = Plan::of(euros(500), Interval::Month);
        for (fields, want) in [
            (draft("5", "", "", ""), Ok(month)),
            (draft("5", "50", "", ""), Ok(Plan { yearly: Some(5_000), ..month })),
            (draft("", "50", "", ""), Ok(Plan::of(euros(5_000), Interval::Year))),
            (draft("5", "", "7", "3.50"), Ok(Plan { trial_days: Some(7), setup_fee: Some(350), ..month })),
            (
                times("3", draft("5", "", "", "3")),
                Ok(Plan { instalments: Some(3), setup_fee: Some(300), ..month }),
            ),
            (times("1", draft("5", "", "", "")), Err(vec!["instalments"])),
            (times("25", draft("5", "", "", "")), Err(vec!["instalments"])),
            (times("3", draft("5", "50", "", "")), Err(vec!["instalments"])),
            (times("3", draft("", "50", "", "")), Err(vec!["instalments"])),
            (times("3", draft("5", "", "7", "")), Err(vec!["instalments"])),
            (draft("", " ", "", ""), Err(vec!["monthly"])),
            (draft("0.10", "50", "", ""), Err(vec!["monthly"])),
            (draft("5", "x", "0", "0.10"), Err(vec!["yearly", "trial_days", "setup_fee"])),
            (draft("5", "", "366", ""), Err(vec!["trial_days"])),
        ] {
            assert_eq!(read_in(&fields, "eur"), want, "{fields:?}");
        }
        assert_eq!(read_in(&draft("5", "", "", ""), "chf"), Err(vec!["currency"]));
        assert_eq!(read_in(&draft("1,000,0", "", "", ""), "chf"), Err(vec!["monthly", "currency"]));
        let yen = Money { minor: 500, currency: Currency::Jpy };
        assert_eq!(read_in(&draft("500", "", "", ""), "jpy"), Ok(Plan::of(yen, Interval::Month)));
    }
}
