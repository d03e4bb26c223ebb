//! What a seller answers to a bank about a disputed payment: our own facts as text, ready to be sent.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    money::{desk::order_number, orders},
    parts::{self, When},
    rich, t,
    words::dates,
};
use domain::{
    id::{PurchaseId, SpaceId},
    money::{back::evidence::EvidenceFacts, back::wishes::LONGEST_REASON},
    time::{Millis, Span},
};
use maud::{Markup, html};

pub const FORM: &str = "evidence";

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerState {
    OnItsWay,
    Sent(Millis),
    Refused,
}

#[derive(Clone, Copy, Debug)]
pub struct EvidencePage<'a> {
    pub order: PurchaseId,
    pub number: Option<i64>,
    pub space_id: SpaceId,
    pub space: &'a str,
    /// The facts, as they would be sent.
    pub facts: &'a str,
    /// What was sent, and what became of it.
    pub answer: Option<(&'a str, AnswerState)>,
    /// A bank waits for an answer, and there is none.
    pub open: bool,
    pub draft: &'a str,
    pub errors: &'a Errors,
}

pub fn path(order: PurchaseId) -> String {
    format!("/account/orders/{order}/evidence")
}

/// To the page, from that of a disputed order.
pub fn link(order: PurchaseId) -> Markup {
    html! { p { a href=(path(order)) { (t!("evidence-link")) } } }
}

/// The facts as text, a line each.
pub fn text(f: &EvidenceFacts) -> String {
    let at = dates::moment;
    let mut lines = vec![t!(
        "evidence-order",
        number = order_number(f.number),
        pass = f.title.as_str(),
        space = f.space.as_str(),
        paid = parts::money(f.paid),
        at = at(f.paid_at)
    )];
    if !f.email.is_empty() {
        lines.push(t!("evidence-buyer", name = f.buyer.as_str(), email = f.email.as_str()));
    }
    match f.terms {
        Some((version, Some(agreed))) => {
            lines.push(t!("evidence-terms", version = version, at = at(agreed)));
        }
        Some((version, None)) => lines.push(t!("evidence-terms-undated", version = version)),
        None => {}
    }
    let who = if f.gift { "receiver" } else { "buyer" };
    if f.gift {
        lines.push(t!("evidence-gift").into_owned());
    }
    if let Some(granted) = f.granted_at {
        lines.push(t!("evidence-access", who = who, at = at(granted)));
    }
    for show in &f.watched {
        let minutes = show.watched.0.div_euclid(Span::minutes(1).0).max(1);
        let title = show.title.as_str();
        lines.push(t!(
            "evidence-watched",
            who = who,
            title = title,
            count = minutes,
            from = at(show.from),
            until = at(show.until)
        ));
    }
    if f.watched.is_empty() {
        lines.push(t!("evidence-not-watched", who = who));
    }
    lines.join("\n")
}

pub fn page(shell: &Shell, e: &EvidencePage<'_>) -> Markup {
    let head = Page { title: &t!("evidence-title"), styles: layout::DESK, ..Page::default() };
    let base = format!("/account/spaces/{}", e.space_id);
    let order = t!("desk-order-title", number = order_number(e.number));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&base, e.space), (&orders::one_path(e.order), &order)]))
                h1 { (t!("evidence-title")) }
                (form::summary(e.errors))
                @if let Some((body, state)) = e.answer { (answer(body, state)) }
                @if e.open { p { (t!("evidence-about")) } }
                @else if e.answer.is_none() { p.notice { (t!("evidence-closed")) } }
                @if e.open || e.answer.is_none() {
                    p { (t!("evidence-facts")) }
                    pre.card.prose { (lines(e.facts)) }
                }
                @if e.open { (form(e)) }
            }
        },
    )
}

fn answer(body: &str, state: AnswerState) -> Markup {
    let refused = state == AnswerState::Refused;
    html! {
        div.notice.bad[refused] {
            p role="status" {
                @match state {
                    AnswerState::OnItsWay => (t!("evidence-on-its-way")),
                    AnswerState::Sent(at) => (rich!("evidence-sent"; at => |_| parts::time(at, When::Moment))),
                    AnswerState::Refused => (t!("evidence-refused")),
                }
            }
        }
        @if !body.is_empty() && refused {
            details.card { summary { (t!("evidence-was-sent")) } pre.prose { (lines(body)) } }
        } @else if !body.is_empty() { pre.card.prose { (lines(body)) } }
    }
}

/// Each line of a text as one that stands apart.
fn lines(text: &str) -> Markup {
    html! { @for line in text.lines() { span { (line) "\n" } } }
}

fn form(e: &EvidencePage<'_>) -> Markup {
    let (label, hint) = (t!("evidence-words"), t!("evidence-words-hint"));
    let words = Field::area(FORM, "words", &label, e.draft).max(LONGEST_REASON).hint(&hint);
    html! {
        form.card.stack method="post" action=(path(e.order)) {
            (words.show(e.errors))
            p.muted { (t!("evidence-once")) }
            button.button.primary { (t!("evidence-send")) }
        }
    }
}
