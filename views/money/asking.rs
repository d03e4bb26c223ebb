//! The team's page of what a pass asks whoever gets it.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts, t,
};
use domain::{
    catalogue::offer::{Pass, Space},
    money::asking::{AskKind, AskedQuestion, LONGEST_ASKED, MOST_ASKED},
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct AskingPage<'a> {
    pub space: &'a Space,
    pub pass: &'a Pass,
    pub draft: &'a AskDraft,
    pub errors: &'a Errors,
}

/// A new question as submitted.
#[derive(Clone, Debug, Default)]
pub struct AskDraft {
    pub question: String,
    pub kind: String,
    pub required: bool,
    /// One a line.
    pub options: String,
}

pub fn page(shell: &Shell, p: &AskingPage<'_>) -> Markup {
    let head = Page { title: &t!("asking"), ..Page::default() };
    let edit = format!("/account/access_passes/{}", p.pass.id);
    let base = format!("{edit}/questions");
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::team_trail(p.space, &[(&edit, &p.pass.title)]))
                h1 { (t!("asking")) }
                p.muted { (t!("asking-ends-orders")) }
                (form::summary(p.errors))
                @if p.pass.asked.is_empty() { (parts::empty(&t!("asking-none"), None)) }
                @else { ol.stack role="list" { @for one in &p.pass.asked { li.card.row { (row(&base, one)) } } } }
                @if p.pass.asked.len() < MOST_ASKED { (new(&base, p)) }
            }
        },
    )
}

fn row(base: &str, one: &AskedQuestion) -> Markup {
    html! {
        span.grow {
            b { bdi { (one.words) } } " " span.badge { (kind(one.kind)) }
            @if one.required { " " span.badge { (t!("asking-required")) } }
            @if !one.options.is_empty() { br; small { bdi { (one.options.join(" · ")) } } }
        }
        form method="post" action={ (base) "/removals" } {
            input type="hidden" name="question" value=(one.id);
            button.button aria-label=(t!("asking-remove-label", question = one.words.as_str())) { (t!("asking-remove")) }
        }
    }
}

fn kind(kind: AskKind) -> Cow<'static, str> {
    match kind {
        AskKind::Line => t!("asking-line"),
        AskKind::Text => t!("asking-text"),
        AskKind::Choice => t!("asking-choice"),
    }
}

fn new(base: &str, p: &AskingPage<'_>) -> Markup {
    let d = p.draft;
    let kinds = html! {
        @for one in AskKind::ALL { option value=(one.code()) selected[one.code() == d.kind] { (kind(one)) } }
    };
    html! {
        form.card.stack method="post" action=(base) {
            h2 { (t!("asking-new")) }
            (Field::input("asking", "question", &t!("form-field-question"), &d.question).required().max(LONGEST_ASKED).show(p.errors))
            (form::choice("asking", "kind", html! { (t!("asking-kind")) }, p.errors, kinds))
            (Field::area("asking", "options", &t!("form-field-options"), &d.options).needed(&t!("asking-if-choice")).hint(&t!("asking-options-hint")).show(p.errors))
            label.choice { input type="checkbox" name="required" value="1" checked[d.required]; (t!("asking-must")) }
            button.button.primary { (t!("asking-add")) }
        }
    }
}
