//! Recovery codes: how many are left, the new ones, and the way in with one.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
};
use domain::time::Millis;
use maud::{Markup, html};

/// `left`: codes that are still good; `made_at`: when they were made.
pub fn page(shell: &Shell, left: i64, made_at: Option<Millis>) -> Markup {
    let head = Page { title: "Recovery codes", ..Page::default() };
    let left = left.unsigned_abs();
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                h1 { "Recovery codes" }
                p.lead { "They let you in when you have lost your mailbox. Each works once. Keep them on paper or in a password manager: we cannot show them again." }
                div.card.stack {
                    @if let (Some(at), true) = (made_at, left > 0) {
                        p { b { (parts::several(left, "code", "codes")) } " left, made on " (parts::time(at, When::Date)) "." }
                        p.muted { "New codes void those before." }
                    } @else {
                        p { b { "You have no codes." } }
                    }
                    (form::action("/account/recovery", "primary", if left > 0 { "Make new codes" } else { "Make ten codes" }))
                }
            }
        },
    )
}

/// The new codes, shown this once.
pub fn made(shell: &Shell, codes: &[String]) -> Markup {
    let head = Page { title: "Your new recovery codes", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account"), ("/account/recovery", "Recovery codes")]))
                h1 { "Your new recovery codes" }
                p.lead { "Write them down now: this page is the only one that shows them. Codes from before are void." }
                ul.card.stack role="list" { @for code in codes { li { code { (code) } } } }
                p.muted { "We have sent you a mail that says that new codes were made." }
                a.button.primary.wide href="/account" { "I have kept them" }
            }
        },
    )
}

/// The way in with a code. The code itself is not kept in a refused form.
pub fn enter(shell: &Shell, email: &str, errors: &Errors) -> Markup {
    let head = Page { title: "Use a recovery code", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { "Use a recovery code" }
                p.lead { "For when you have lost your mailbox. The code lets you in once; then you give us your new address." }
                (form::summary(errors))
                form.card.stack method="post" action="/sign-in/recovery" {
                    (Field::input("recovery", "email", "The address of your account", email).kind("email").required().max(254).autocomplete("email").autofocus().show(errors))
                    (Field::input("recovery", "code", "Recovery code", "").required().max(40).hint("Like abcd-efgh-jkmn. Each works once.").show(errors))
                    button.button.primary.wide { "Go in" }
                }
                p.muted { "You can read your mailbox? " a href="/sign-in" { "Sign in with a mailed code" } "." }
            }
        },
    )
}
