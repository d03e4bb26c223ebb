//! Team pages of passes.

use crate::{
    catalogue::{
        content,
        selling::{
            self, SellingDraft,
            chosen::{self, ChosenDraft},
            plans::{self, PlanDraft},
        },
    },
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts, rich, t,
};
use domain::{
    amount::Currency,
    catalogue::offer::{Experience, Pass, PriceKind, Space},
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct PassForm<'a> {
    pub space: &'a Space,
    /// `None` for a new one.
    pub existing: Option<&'a Pass>,
    pub draft: &'a PassDraft,
    /// All experiences of the space, to choose from.
    pub experiences: &'a [Experience],
    /// Number of people who hold `existing`.
    pub holders: u64,
    /// Whether payments are set up; without them a pass can only be free.
    pub payable: bool,
    pub errors: &'a Errors,
}

/// A pass form as submitted.
#[derive(Clone, Debug)]
pub struct PassDraft {
    pub title: String,
    /// If empty, it is derived from the title.
    pub slug: String,
    pub about: String,
    /// `free`, `once`, `chosen` or `recurring`; the server rejects other values.
    pub kind: String,
    /// As a person types it: `12`, `12.50`.
    pub amount: String,
    pub chosen: ChosenDraft,
    pub plan: PlanDraft,
    /// A currency code, not yet validated.
    pub currency: String,
    /// Experience ids, not yet validated.
    pub includes: Vec<String>,
    pub selling: SellingDraft,
}

impl Default for PassDraft {
    fn default() -> Self {
        Self {
            title: String::new(),
            slug: String::new(),
            about: String::new(),
            kind: "free".into(),
            amount: String::new(),
            chosen: ChosenDraft::default(),
            plan: PlanDraft::default(),
            currency: Currency::Eur.code().into(),
            includes: Vec::new(),
            selling: SellingDraft::default(),
        }
    }
}

impl From<&Pass> for PassDraft {
    fn from(p: &Pass) -> Self {
        let amount = match p.price.kind {
            PriceKind::Once(money) => money.plain(),
            PriceKind::Free | PriceKind::Chosen(_) | PriceKind::Recurring(_) => String::new(),
        };
        let currency = p.price.kind.money().map_or(Currency::Eur, |money| money.currency);
        let kind = p.price.kind.code().into();
        Self {
            title: p.title.clone(),
            slug: p.slug.clone(),
            about: p.about.clone(),
            kind,
            amount,
            chosen: ChosenDraft::of(p.price.kind),
            plan: PlanDraft::of(p.price.kind),
            currency: currency.code().into(),
            includes: p.includes.iter().map(ToString::to_string).collect(),
            selling: SellingDraft::of(&p.selling, None),
        }
    }
}

pub fn list(shell: &Shell, space: &Space, passes: &[Pass], experiences: &[Experience]) -> Markup {
    let head = Page { title: &t!("layout-passes"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (trail(space))
                h1 { (t!("layout-passes")) }
                (rows(space, passes, experiences))
                p { a href={ "/account/spaces/" (space.id) "/promo_codes" } { (t!("promo-codes")) } }
            }
        },
    )
}

/// The list, in the order in which visitors see it.
pub fn rows(space: &Space, passes: &[Pass], experiences: &[Experience]) -> Markup {
    let new = format!("/account/spaces/{}/access_passes/new", space.id);
    html! {
        @if passes.is_empty() {
            (parts::empty(&t!("catalogue-passes-empty"), Some((&new, &t!("catalogue-pass-add")))))
        } @else {
            ol.stack role="list" { @for (i, pass) in passes.iter().enumerate() { li.card.row { (row(pass, i, passes.len(), experiences)) } } }
            p { a.button href=(new) { (t!("catalogue-pass-add")) } }
        }
    }
}

fn row(pass: &Pass, i: usize, of: usize, experiences: &[Experience]) -> Markup {
    let base = format!("/account/access_passes/{}", pass.id);
    let opens: Vec<&str> =
        experiences.iter().filter(|e| pass.opens(e.id)).map(|e| e.title.as_str()).collect();
    html! {
        span.grow {
            a href=(base) { b { bdi { (pass.title) } } } " " span.badge { (words(&pass.price.kind)) }
            @if pass.withdrawn_at.is_some() { " " span.badge { (t!("catalogue-pass-withdrawn")) } }
            @if pass.selling.hidden { " " span.badge { (t!("catalogue-pass-hidden")) } }
            @if let Some((left, stock)) = pass.left.zip(pass.selling.stock) { " " span.badge { (t!("catalogue-pass-stock", left = left.max(0), stock = stock)) } }
            br;
            small { @if opens.is_empty() { (t!("catalogue-pass-opens-none")) } @else { (rich!("catalogue-pass-opens-these"; names => |_| html! { bdi { (opens.join(", ")) } })) } }
        }
        div.row.tight {
            (mover(&base, "earlier", "↑", &t!("catalogue-pass-up", title = &pass.title), i == 0))
            (mover(&base, "later", "↓", &t!("catalogue-pass-down", title = &pass.title), i + 1 == of))
        }
    }
}

fn mover(base: &str, noun: &str, sign: &str, label: &str, edge: bool) -> Markup {
    html! { form method="post" action={ (base) "/" (noun) } { button.button.square aria-label=(label) disabled[edge] { (sign) } } }
}

fn words(price: &PriceKind) -> String {
    match price {
        PriceKind::Free => t!("catalogue-pass-free").into(),
        PriceKind::Once(money) => t!("catalogue-pass-once", amount = parts::money(*money)),
        PriceKind::Chosen(_) | PriceKind::Recurring(_) => parts::charged(*price),
    }
}

pub fn form(shell: &Shell, f: &PassForm<'_>) -> Markup {
    let new = t!("catalogue-pass-new");
    let title = f.existing.map_or(&*new, |p| &p.title);
    let head = Page { title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (trail(f.space))
                h1 { (title) }
                (form::summary(f.errors))
                (edit(f))
                @if let Some(pass) = f.existing {
                    @let base = format!("/account/access_passes/{}", pass.id);
                    div.row {
                        a.button href={ (base) "/questions" } { (t!("asking-count", count = pass.asked.len())) }
                        a.button href={ (base) "/comps" } { (t!("comps")) }
                        a.button href={ (base) "/waitlist" } { (t!("waitlist")) }
                        a.button href={ (base) "/devices" } { (t!("devices-link")) }
                    }
                }
                @if let Some(pass) = f.existing.filter(|p| p.withdrawn_at.is_none()) { (withdraw(pass)) }
            }
        },
    )
}

fn trail(space: &Space) -> Markup {
    parts::team_trail(space, &[])
}

fn edit(f: &PassForm<'_>) -> Markup {
    let (d, prefix) = (f.draft, format!("/{}/", f.space.slug));
    let (action, verb) = match f.existing {
        Some(p) => (format!("/account/access_passes/{}", p.id), t!("catalogue-pass-save")),
        None => (format!("/account/spaces/{}/access_passes", f.space.id), t!("catalogue-pass-create")),
    };
    html! {
        form.card.stack method="post" action=(action) {
            (Field::input("pass", "title", &t!("form-field-title"), &d.title).required().max(80).show(f.errors))
            (Field::input("pass", "slug", &t!("form-field-slug"), &d.slug).prefix(&prefix).max(60).hint(&t!("catalogue-address-hint")).show(f.errors))
            (Field::area("pass", "about", &t!("catalogue-pass-gives"), &d.about).max(2000).hint(&t!("catalogue-pass-gives-hint")).show(f.errors))
            (price(f))
            (includes(f))
            (selling::fields(&d.selling, f.space.zone.as_ref(), f.errors))
            button.button.primary { (verb) }
        }
    }
}

fn price(f: &PassForm<'_>) -> Markup {
    let d = f.draft;
    let [once, chosen, recurring] = ["once", "chosen", "recurring"].map(|kind| d.kind == kind);
    let wrong = f.errors.has("pass", "currency");
    let currency = dom::field("pass", "currency");
    let controls = html! {
            div.row {
                label.choice { input type="radio" name="kind" value="free" checked[d.kind == "free"]; (t!("catalogue-cost-free")) }
                label.choice { input type="radio" name="kind" value="once" checked[once] disabled[!f.payable && !once]; (t!("catalogue-pass-paid-once")) }
                label.choice { input type="radio" name="kind" value="chosen" checked[chosen] disabled[!f.payable && !chosen]; (t!("chosen-kind")) }
                label.choice { input type="radio" name="kind" value="recurring" checked[recurring] disabled[!f.payable && !recurring]; (t!("plans-recurring")) }
            }
            @if !f.payable { p.muted { (t!("catalogue-pass-no-payments")) } }
            // The style sheet shows the amounts of the chosen kind. What was typed for another one stays, and is sent.
            div.row.amount {
                fieldset.grow data-price="once" {
                    legend.hidden { (t!("catalogue-pass-paid-once")) }
                    (Field::input("pass", "amount", &t!("form-field-amount"), &d.amount).needed(&t!("catalogue-pass-if-paid")).max(12).inputmode("decimal")
                        .hint(&t!("catalogue-pass-amount-hint")).show(f.errors))
                }
                div.field data-price="once chosen recurring" {
                    label for=(currency) { (t!("form-field-currency")) }
                    select id=(currency) name="currency" aria-invalid=[wrong.then_some("true")] {
                        @if Currency::ALL.iter().all(|c| c.code() != d.currency) { option value="" selected { (t!("catalogue-pass-choose")) } }
                        @for c in Currency::ALL { option value=(c.code()) selected[c.code() == d.currency] { (c.code().to_uppercase()) } }
                    }
                    (form::group_error("pass", "currency", f.errors))
                }
            }
            (chosen::fields(&d.chosen, f.errors))
            (plans::fields(&d.plan, f.errors))
    };
    form::group("pass", "kind", &t!("form-field-kind"), f.errors, controls)
}

fn includes(f: &PassForm<'_>) -> Markup {
    let controls = html! {
        @if f.experiences.is_empty() { p.muted { (t!("catalogue-pass-no-experience")) } }
        @for e in f.experiences {
            label.choice { input type="checkbox" name="includes" value=(e.id) checked[f.draft.includes.contains(&e.id.to_string())]; bdi { (e.title) } (content::label(e.kind)) }
        }
        @if f.holders > 0 {
            p.muted { (t!("catalogue-pass-holders", count = f.holders, shown = parts::count(f.holders))) }
        }
    };
    form::group("pass", "includes", &t!("form-field-includes"), f.errors, controls)
}

fn withdraw(pass: &Pass) -> Markup {
    html! {
        details.confirm {
            summary.button { (t!("catalogue-pass-withdraw-ask")) }
            div.menu.stack {
                p { (t!("catalogue-pass-withdraw-words")) }
                (form::action(&format!("/account/access_passes/{}/withdrawal", pass.id), "danger", &t!("catalogue-pass-withdraw")))
            }
        }
    }
}
