//! Which mail a person gets, and stopping it by the link in a mail.

use crate::{
    dom, form,
    layout::{self, Page, Shell},
    people::below_account,
    rich, t,
    words::Words,
};
use domain::mail::MailKind;
use maud::{Markup, html};

pub const PATH: &str = "/account/mails";

/// What the form calls a kind, and what it is about.
fn words(kind: MailKind) -> (Words, Words) {
    match kind {
        MailKind::Planned => (t!("people-mail-planned"), t!("people-mail-planned-about")),
        MailKind::Reminders => (t!("people-mail-reminders"), t!("people-mail-reminders-about")),
        MailKind::Live => (t!("people-mail-live"), t!("people-mail-live-about")),
        MailKind::Changes => (t!("people-mail-changes"), t!("people-mail-changes-about")),
        MailKind::Posts => (t!("people-mail-posts"), t!("people-mail-posts-about")),
    }
}

/// `more`: what else can be switched on again.
pub fn page(shell: &Shell, wanted: &[MailKind], more: &Markup) -> Markup {
    let head = Page { title: &t!("people-mails"), ..Page::default() };
    below_account(
        shell,
        &head,
        html! {
            form.card.stack method="post" action=(PATH) {
                @for kind in MailKind::ALL { (choice(kind, wanted.contains(&kind))) }
                button.button.primary { (t!("form-save")) }
            }
            p.muted { (t!("people-mails-always")) }
            (more)
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
    let title = match kind {
        MailKind::Reminders => t!("people-mails-stop-reminders"),
        MailKind::Planned | MailKind::Live | MailKind::Changes | MailKind::Posts => t!("people-mails-stop"),
    };
    let about = html! { p { b { (name) } ": " (about) } };
    message(
        shell,
        &title,
        html! {
            (about)
            @if kind == MailKind::Reminders { p { (t!("people-mails-stop-reminders-about")) } }
            (form::action(path, "primary", &title))
        },
    )
}

pub fn stopped(shell: &Shell, kind: MailKind) -> Markup {
    let title = match kind {
        MailKind::Reminders => t!("people-mails-stopped-reminders"),
        MailKind::Planned | MailKind::Live | MailKind::Changes | MailKind::Posts => {
            t!("people-mails-stopped")
        }
    };
    message(
        shell,
        &title,
        html! {
            @if kind == MailKind::Reminders { p { (t!("people-mails-remind-again")) } }
            p { (rich!("people-mails-switch"; link => |words| html! { a href=(PATH) { (words) } })) }
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
