//! Reporting something to the operators: the form, and the lines of a chat to choose from.

use crate::{
    chat::ChatOf,
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    names,
    parts::{self, When},
    rich, t,
};
use domain::{
    chat::room::JournalEntry,
    ops::reports::{Kind, LONGEST_WORDS, ReportReason},
};
use maud::{Markup, html};

/// The form of one report, as first shown or as refused.
#[derive(Clone, Copy, Debug)]
pub struct ReportForm<'a> {
    pub kind: Kind,
    /// How what is reported is called, and where it is found.
    pub title: &'a str,
    pub back: &'a str,
    /// The words of a reported line.
    pub line: Option<&'a str>,
    /// Where the form is posted.
    pub path: &'a str,
    /// What was chosen and written.
    pub reason: &'a str,
    pub words: &'a str,
    pub errors: &'a Errors,
}

/// The name of the form in [`Errors`].
pub const REPORT: &str = "report";

pub fn form(shell: &Shell, f: &ReportForm<'_>) -> Markup {
    let title = match f.kind {
        Kind::Space => t!("report-space"),
        Kind::Show => t!("report-show"),
        Kind::Clip => t!("clips-report-a-clip"),
        Kind::Picture => t!("report-picture"),
        Kind::Post => t!("experiences-report-a-post"),
        Kind::Person if f.line.is_some() => t!("report-message"),
        Kind::Person | Kind::Letter => t!("report-person"),
    };
    let head = Page { title: &title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(f.back, f.title)]))
                h1 { (title) }
                (form::summary(f.errors))
                @if let Some(line) = f.line { p { (rich!("report-wrote"; name => |_| html! { bdi { (f.title) } })) } p.quoted dir="auto" { (line) } }
                @if f.kind == Kind::Picture { p { (rich!("report-picture-of"; name => |_| html! { bdi { (f.title) } })) } }
                p.muted { (t!("report-readers")) }
                form.card.stack method="post" action=(f.path) {
                    (form::group(REPORT, "reason", &t!("report-reason"), f.errors, reasons(f)))
                    (Field::area(REPORT, "words", &t!("report-words"), f.words).max(LONGEST_WORDS).hint(&t!("report-words-hint")).show(f.errors))
                    div.row {
                        button.button.primary { (t!("report-send")) }
                        a.button href=(f.back) { (t!("report-leave")) }
                    }
                }
                p.muted { (t!("report-danger")) }
            }
        },
    )
}

fn reasons(f: &ReportForm<'_>) -> Markup {
    html! {
        @for reason in ReportReason::OF_REPORTS {
            label.choice { input type="radio" name="reason" value=(reason.code()) checked[f.reason == reason.code()]; (names::reason(*reason)) }
        }
    }
}

/// The last lines of a chat, each with the link to report it: the way for pages without scripts.
pub fn lines(shell: &Shell, back: (&str, &str), of: ChatOf, lines: &[JournalEntry]) -> Markup {
    let title = t!("report-message");
    let head = Page { title: &title, ..Page::default() };
    let said = lines.iter().rev().filter_map(|entry| Some((entry, entry.line()?)));
    let said: Vec<_> = said.filter(|(_, line)| !line.removed).collect();
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[back]))
                h1 { (title) }
                @if said.is_empty() { (parts::empty(&t!("report-lines-none"), None)) }
                @else {
                    p.muted { (t!("report-lines-order")) }
                    ul.stack role="list" {
                        @for (entry, line) in &said {
                            li.row {
                                span.grow { small { (parts::time(entry.at, When::Clock)) } " " b { bdi { (line.name) } } " " span dir="auto" { (line.body) } }
                                a.button href={ (of) "/messages/" (entry.seq) "/report" } aria-label=(t!("report-line-of", name = &line.name)) { (t!("report-line")) }
                            }
                        }
                    }
                }
                p { a href=(back.0) { (t!("report-back")) } }
            }
        },
    )
}
