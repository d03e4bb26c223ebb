//! The team's page of codes that make passes cheaper.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{
    amount::Currency,
    catalogue::offer::{Pass, Space},
    money::promo::{Off, PromoCode},
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct PromoPage<'a> {
    pub space: &'a Space,
    /// Each with how often it was used; those that have ended come last.
    pub codes: &'a [(PromoCode, i64)],
    /// Those that cost something.
    pub passes: &'a [Pass],
    pub draft: &'a PromoDraft,
    pub errors: &'a Errors,
}

/// A new code as submitted.
#[derive(Clone, Debug, Default)]
pub struct PromoDraft {
    pub code: String,
    pub percent: String,
    pub amount: String,
    pub currency: String,
    pub most: String,
    /// In the format of `datetime-local` inputs, as is the other moment.
    pub from: String,
    pub until: String,
    pub everywhere: bool,
    /// Ids, not yet validated.
    pub passes: Vec<String>,
}

pub fn page(shell: &Shell, p: &PromoPage<'_>) -> Markup {
    let head = Page { title: &t!("promo-codes"), ..Page::default() };
    let trail = [
        ("/account".to_owned(), t!("layout-account").into_owned()),
        (format!("/account/spaces/{}", p.space.id), p.space.name.clone()),
        (format!("/account/spaces/{}/access_passes", p.space.id), t!("layout-passes").into_owned()),
    ];
    let trail: Vec<(&str, &str)> = trail.iter().map(|(path, name)| (path.as_str(), name.as_str())).collect();
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&trail))
                h1 { (t!("promo-codes")) }
                (form::summary(p.errors))
                @if p.codes.is_empty() { (parts::empty(&t!("promo-none"), None)) }
                @else { ul.stack role="list" { @for (code, uses) in p.codes { li.card.row { (row(p, code, *uses)) } } } }
                (new(p))
            }
        },
    )
}

fn row(p: &PromoPage<'_>, code: &PromoCode, uses: i64) -> Markup {
    let base = format!("/account/spaces/{}/promo_codes/endings", p.space.id);
    let names: Vec<&str> = p
        .passes
        .iter()
        .filter(|pass| code.passes.contains(&pass.id))
        .map(|pass| pass.title.as_str())
        .collect();
    html! {
        span.grow {
            b { bdi { (code.code) } } " " span.badge { (off(code.off)) }
            @if code.ended_at.is_some() { " " span.badge { (t!("promo-ended")) } }
            br;
            small {
                @match code.most_uses {
                    Some(most) => (t!("promo-uses-of", count = uses, most = most)),
                    None => (t!("promo-uses", count = uses)),
                }
                @if code.space.is_none() { " · " (t!("promo-everywhere")) }
                @if !names.is_empty() { " · " (rich!("promo-for"; names => |_| html! { bdi { (names.join(", ")) } })) }
                @if let Some(at) = code.window.opens_at { br; (rich!("promo-from"; at => |_| parts::time(at, When::Moment))) }
                @if let Some(at) = code.window.closes_at { br; (rich!("promo-until"; at => |_| parts::time(at, When::Moment))) }
            }
        }
        @if code.ended_at.is_none() {
            form method="post" action=(base) {
                input type="hidden" name="promo" value=(code.id);
                button.button aria-label=(t!("promo-end-label", code = code.code.as_str())) { (t!("promo-end")) }
            }
        }
    }
}

fn off(off: Off) -> String {
    match off {
        Off::Percent(percent) => t!("promo-percent-off", percent = percent),
        Off::Amount(amount) => t!("promo-amount-off", amount = parts::money(amount)),
    }
}

fn new(p: &PromoPage<'_>) -> Markup {
    let (d, zone) = (p.draft, p.space.zone.as_ref());
    let times = match zone {
        None => t!("promo-times-utc"),
        Some(zone) => t!("promo-times-zone", zone = zone.name()).into(),
    };
    html! {
        form.card.stack method="post" action={ "/account/spaces/" (p.space.id) "/promo_codes" } {
            h2 { (t!("promo-new")) }
            (Field::input("promo", "code", &t!("promo-code"), &d.code).required().max(32).autocomplete("off").hint(&t!("promo-code-hint")).show(p.errors))
            (Field::input("promo", "percent", &t!("form-field-percent"), &d.percent).max(3).inputmode("numeric").hint(&t!("promo-percent-hint")).show(p.errors))
            div.row.amount {
                (Field::input("promo", "amount", &t!("promo-amount"), &d.amount).max(12).inputmode("decimal").show(p.errors))
                (form::choice("promo", "currency", html! { (t!("form-field-currency")) }, p.errors, currencies(&d.currency)))
            }
            details.rare open[p.rare()] {
                summary { (t!("promo-more")) }
                div.stack {
                    (Field::input("promo", "most", &t!("form-field-most"), &d.most).max(7).inputmode("numeric").hint(&t!("promo-most-hint")).show(p.errors))
                    (Field::input("promo", "from", &t!("form-field-from"), &d.from).kind("datetime-local").hint(&times).show(p.errors))
                    (Field::input("promo", "until", &t!("form-field-until"), &d.until).kind("datetime-local").show(p.errors))
                    (form::group("promo", "passes", &t!("form-field-passes"), p.errors, passes(p)))
                }
            }
            button.button.primary { (t!("promo-add")) }
        }
    }
}

fn currencies(chosen: &str) -> Markup {
    let chosen = if chosen.is_empty() { Currency::Eur.code() } else { chosen };
    html! {
        @if Currency::ALL.iter().all(|currency| currency.code() != chosen) { option value="" selected { (t!("catalogue-pass-choose")) } }
        @for currency in Currency::ALL { option value=(currency.code()) selected[currency.code() == chosen] { (currency.code().to_uppercase()) } }
    }
}

fn passes(p: &PromoPage<'_>) -> Markup {
    html! {
        p.muted { (t!("promo-passes-hint")) }
        @for pass in p.passes {
            label.choice { input type="checkbox" name="passes" value=(pass.id) checked[p.draft.passes.contains(&pass.id.to_string())]; bdi { (pass.title) } }
        }
        label.choice { input type="checkbox" name="everywhere" value="1" checked[p.draft.everywhere]; (t!("promo-everywhere-choose")) }
    }
}

impl PromoPage<'_> {
    /// Something in the part that is closed at first was filled in, or is wrong.
    fn rare(&self) -> bool {
        let d = self.draft;
        let filled = [&d.most, &d.from, &d.until].iter().any(|text| !text.is_empty());
        let wrong = ["most", "from", "until", "passes"].iter().any(|field| self.errors.has("promo", field));
        filled || wrong || d.everywhere || !d.passes.is_empty()
    }
}
