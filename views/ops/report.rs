//! Reporting something to the operators: the form, and the lines of a chat to choose from.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
};
use domain::{
    chat::room::Entry,
    id::StreamId,
    ops::reports::{Kind, LONGEST_WORDS, Reason},
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
        Kind::Space => "Report a space",
        Kind::Show => "Report a show",
        Kind::Picture => "Report a picture",
        Kind::Person if f.line.is_some() => "Report a message",
        Kind::Person | Kind::Letter => "Report a person",
    };
    let head = Page { title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(f.back, f.title)]))
                h1 { (title) }
                (form::summary(f.errors))
                @if let Some(line) = f.line { p { bdi { (f.title) } " wrote:" } p.quoted dir="auto" { (line) } }
                @if f.kind == Kind::Picture { p { "This is about the cover or the logo of " bdi { (f.title) } "." } }
                p.muted { "The operators of Backstage Pass read it. They see who reported it; nobody else does. You get a mail when it is decided." }
                form.card.stack method="post" action=(f.path) {
                    (form::group(REPORT, "reason", "What is wrong?", f.errors, reasons(f)))
                    (Field::area(REPORT, "words", "In your words", f.words).max(LONGEST_WORDS).hint("What happened, and where we find it. Needed if nothing in the list fits.").show(f.errors))
                    div.row {
                        button.button.primary { "Send the report" }
                        a.button href=(f.back) { "Do not report" }
                    }
                }
                p.muted { "Somebody is in danger right now? Call the emergency services first." }
            }
        },
    )
}

fn reasons(f: &ReportForm<'_>) -> Markup {
    html! {
        @for reason in Reason::OF_REPORTS {
            label.choice { input type="radio" name="reason" value=(reason.code()) checked[f.reason == reason.code()]; (reason.words()) }
        }
    }
}

/// The last lines of a chat, each with the link to report it: the way for pages without scripts.
pub fn lines(shell: &Shell, back: (&str, &str), stream: StreamId, lines: &[Entry]) -> Markup {
    let head = Page { title: "Report a message", ..Page::default() };
    let said = lines.iter().rev().filter_map(|entry| Some((entry, entry.line()?)));
    let said: Vec<_> = said.filter(|(_, line)| !line.removed).collect();
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[back]))
                h1 { "Report a message" }
                @if said.is_empty() { (parts::empty("Nobody has written here yet.", None)) }
                @else {
                    p.muted { "The newest messages come first." }
                    ul.stack role="list" {
                        @for (entry, line) in &said {
                            li.row {
                                span.grow { small { (parts::time(entry.at, When::Clock)) } " " b { bdi { (line.name) } } " " span dir="auto" { (line.body) } }
                                a.button href={ "/streams/" (stream) "/messages/" (entry.seq) "/report" } aria-label={ "Report the message of " (line.name) } { "Report" }
                            }
                        }
                    }
                }
                p { a href=(back.0) { "Back to the show" } }
            }
        },
    )
}
