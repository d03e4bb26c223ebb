//! Prices that recur: their fields in the form of a pass, and what a ticket says of them.

use crate::{
    form::{Errors, Field},
    parts, t,
};
use domain::{
    amount::Money,
    catalogue::offer::PriceKind,
    money::{billing::Interval, recurring::plan::Plan},
};
use maud::{Markup, html};

/// These fields as submitted; amounts as a person types them.
#[derive(Clone, Debug, Default)]
pub struct PlanDraft {
    pub monthly: String,
    pub yearly: String,
    pub trial_days: String,
    pub setup_fee: String,
    pub instalments: String,
}

impl PlanDraft {
    pub fn of(price: PriceKind) -> Self {
        let Some(plan) = price.plan() else { return Self::default() };
        let amount = |money: Option<Money>| money.map_or_else(String::new, Money::plain);
        Self {
            monthly: amount(plan.each(Interval::Month)),
            yearly: amount(plan.each(Interval::Year)),
            trial_days: plan.trial_days.map_or_else(String::new, |days| days.to_string()),
            setup_fee: amount(plan.setup_fee()),
            instalments: plan.instalments.map_or_else(String::new, |times| times.to_string()),
        }
    }
}

/// One of both amounts is enough. A trial and a fee are rare, so they are closed until filled in or wrong.
pub fn fields(draft: &PlanDraft, errors: &Errors) -> Markup {
    let needed = t!("plans-if-recurring");
    let amount = |name, label: &str, value: &str| {
        Field::input("pass", name, label, value).needed(&needed).max(12).inputmode("decimal").show(errors)
    };
    let open = !draft.trial_days.is_empty()
        || !draft.setup_fee.is_empty()
        || !draft.instalments.is_empty()
        || ["trial_days", "setup_fee", "instalments"].iter().any(|field| errors.has("pass", field));
    let (trial, fee) = (t!("form-field-trial-days"), t!("form-field-setup-fee"));
    let (trial_hint, fee_hint) = (t!("plans-trial-hint"), t!("plans-fee-hint"));
    let (times, times_hint) = (t!("form-field-instalments"), t!("plans-instalments-hint"));
    html! {
        fieldset data-price="recurring" {
            legend.hidden { (t!("plans-recurring")) }
            div.row.amount {
                (amount("monthly", &t!("form-field-monthly"), &draft.monthly))
                (amount("yearly", &t!("form-field-yearly"), &draft.yearly))
            }
            details.rare open[open] {
                summary { (t!("plans-more")) }
                div.stack {
                    (Field::input("pass", "trial_days", &trial, &draft.trial_days).max(3).inputmode("numeric").hint(&trial_hint).show(errors))
                    (Field::input("pass", "setup_fee", &fee, &draft.setup_fee).max(12).inputmode("decimal").hint(&fee_hint).show(errors))
                    (Field::input("pass", "instalments", &times, &draft.instalments).max(2).inputmode("numeric").hint(&times_hint).show(errors))
                }
            }
        }
    }
}

/// The price on a ticket, with what else it costs or gives in words beside it.
pub fn price(plan: &Plan) -> Markup {
    let year = plan.each(Interval::Year).filter(|_| plan.every == Interval::Month);
    html! {
        span.price { (parts::money(plan.amount)) } " "
        small {
            @match plan.every {
                Interval::Month => (t!("plans-a-month")),
                Interval::Year => (t!("plans-a-year")),
            }
            @if let Some(year) = year { " " (t!("plans-or-year", amount = parts::money(year))) @if let Some(percent) = plan.saving() { " " (t!("plans-saving", percent = percent)) } }
        }
        @if let (Some(times), Some(total)) = (plan.instalments, plan.total()) { " " small { (t!("plans-instalments", count = times, each = parts::money(plan.amount), total = parts::money(total))) } }
        @if let Some(days) = plan.trial_days { " " small { (t!("plans-trial", count = days)) } }
        @if let Some(fee) = plan.setup_fee() { " " small { (t!("plans-fee", amount = parts::money(fee))) } }
    }
}

/// By the month or by the year, where a buyer may choose; in the form that subscribes.
pub fn choice(price: PriceKind) -> Markup {
    let Some(plan) = price.plan().filter(|plan| plan.yearly.is_some() && plan.every == Interval::Month)
    else {
        return html! {};
    };
    html! {
        fieldset.choices {
            legend { (t!("plans-choose")) }
            @for (every, amount) in plan.choices() {
                label.choice {
                    input type="radio" name="every" value=(every.code()) checked[every == plan.every];
                    span { (parts::each(every, amount)) @if let Some(percent) = plan.saving().filter(|_| every == Interval::Year) { " " small { (t!("plans-saving", percent = percent)) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::amount::Currency;

    fn plan() -> Plan {
        let amount = Money { minor: 500, currency: Currency::Eur };
        Plan {
            yearly: Some(5_000),
            trial_days: Some(7),
            setup_fee: Some(300),
            ..Plan::of(amount, Interval::Month)
        }
    }

    #[test]
    fn a_ticket_says_all_that_a_plan_costs() {
        let page = price(&plan()).into_string();
        for words in ["€5", "€50", "a month", "16", "7 days", "€3"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let three = Plan { instalments: Some(3), ..Plan::of(plan().amount, Interval::Month) };
        let page = price(&three).into_string();
        assert!(page.contains("3 × €5, then it is yours") && page.contains("€15"), "{page}");
        let page = price(&Plan::of(plan().amount, Interval::Year)).into_string();
        assert!(page.contains("a year") && !page.contains("a month") && !page.contains("saves"), "{page}");
    }

    #[test]
    fn a_buyer_chooses_where_there_is_a_choice() {
        let page = choice(PriceKind::Recurring(plan())).into_string();
        assert_eq!(page.matches("type=\"radio\"").count(), 2, "{page}");
        assert_eq!(page.matches("checked").count(), 1, "{page}");
        let single = PriceKind::Recurring(Plan { yearly: None, ..plan() });
        for price in [single, PriceKind::Free, PriceKind::Once(plan().amount)] {
            assert_eq!(choice(price).into_string(), "");
        }
    }

    #[test]
    fn a_saved_plan_fills_its_fields() {
        let draft = PlanDraft::of(PriceKind::Recurring(plan()));
        let PlanDraft { monthly, yearly, trial_days, setup_fee, instalments } = draft;
        assert_eq!([monthly, yearly, trial_days, setup_fee, instalments], ["5", "50", "7", "3", ""]);
        assert!(PlanDraft::of(PriceKind::Free).monthly.is_empty());
    }
}
