//! Which mail a person gets, and stopping it by the link in a mail.

use crate::{
    dom, form,
    layout::{self, Page, Shell},
    parts,
};
use domain::mail::MailKind;
use maud::{Markup, html};

pub const PATH: &str = "/account/mails";

/// What the form calls a kind, and what it is about.
const fn words(kind: MailKind) -> (&'static str, &'static str) {
    match kind {
        MailKind::Planned => ("New shows", "When a space that you follow plans shows."),
        MailKind::Reminders => {
            ("Reminders", "A day and an hour before a show that you asked to be reminded of.")
        }
        MailKind::Live => (
            "Live now",
            "When a show goes live that your pass opens, that you follow, or that you asked to be reminded of.",
        ),
        MailKind::Changes => (
            "Changes",
            "When such a show is moved or cancelled. If you have paid for it, you are told in any case.",
        ),
    }
}

pub fn page(shell: &Shell, wanted: &[MailKind]) -> Markup {
    let head = Page { title: "Your mail", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                h1 { "Your mail" }
                form.card.stack method="post" action=(PATH) {
                    @for kind in MailKind::ALL { (choice(kind, wanted.contains(&kind))) }
                    button.button.primary { "Save" }
                }
                p.muted { "Codes to sign in, receipts, refunds and what else concerns your money always come." }
            }
        },
    )
}

fn choice(kind: MailKind, on: bool) -> Markup {
    let (name, about) = words(kind);
    html! {
        label.choice {
            input type="checkbox" name=(kind.code()) value="true" checked[on];
            span { b { (name) } br; small { (about) } }
        }
    }
}

/// `path`: the secret link by which the person came.
pub fn stop(shell: &Shell, kind: MailKind, path: &str) -> Markup {
    let (name, about) = words(kind);
    let title = if kind == MailKind::Reminders { "Stop all reminders" } else { "Stop these mails" };
    let about = html! { p { b { (name) } ": " (about) } };
    message(
        shell,
        title,
        html! {
            (about)
            @if kind == MailKind::Reminders { p { "You get no more mail before streams begin, also for those that you asked to be reminded of." } }
            (form::action(path, "primary", title))
        },
    )
}

pub fn stopped(shell: &Shell, kind: MailKind) -> Markup {
    let title = if kind == MailKind::Reminders { "No more reminders" } else { "No more of these mails" };
    message(
        shell,
        title,
        html! {
            @if kind == MailKind::Reminders { p { "You can ask for one again on the page of a show." } }
            p { "You can switch each kind of mail on and off under " a href=(PATH) { "your mail" } "." }
        },
    )
}

fn message(shell: &Shell, title: &str, words: Markup) -> Markup {
    let head = Page { title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! { main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" { h1 { (title) } (words) } },
    )
}
