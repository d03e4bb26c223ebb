//! Proving that an account is one's own, and changing its address.

use crate::{
    dom,
    form::{self, Errors, Field, FieldError},
    layout::{self, Page, Shell},
    parts,
};
use maud::{Markup, html};

/// Explains why a code is asked for. `refusal`: why none was mailed. `next`: the page that needs it, a path on this site.
pub fn confirmation(shell: &Shell, email: &str, next: &str, refusal: Option<&str>) -> Markup {
    let head = Page { title: "Is it you?", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                h1 { "Is it you?" }
                p.lead { "What comes next could take the account away from you, so we ask again whether it is yours. We send a code to " b { (email) } "." }
                @if let Some(refusal) = refusal { p.error role="alert" { (refusal) } }
                form.card.stack method="post" action="/account/confirmation" {
                    input type="hidden" name="next" value=(next);
                    button.button.primary.wide autofocus { "Send me a code" }
                }
                p.muted { "You cannot read that mailbox any more? " a href="/sign-in/recovery" { "Use a recovery code" } "." }
            }
        },
    )
}

pub fn confirmation_code(shell: &Shell, email: &str, next: &str, error: Option<&FieldError>) -> Markup {
    let again = html! { a href={ "/account/confirmation?next=" (next) } { "send another code" } };
    code_page(shell, "/account/confirmation/code", email, next, "Go on", again, error)
}

pub fn address(shell: &Shell, email: &str, wanted: &str, error: Option<&FieldError>) -> Markup {
    let head = Page { title: "Your e-mail address", ..Page::default() };
    let errors = error.map_or_else(Errors::default, |error| Errors::one("address", error.clone()));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                h1 { "Your e-mail address" }
                p.lead { "Codes for signing in, receipts and reminders go to " b { (email) } ". We send a code to the new address, and tell both of the change." }
                (form::summary(&errors))
                form.card.stack method="post" action="/account/email" {
                    (Field::input("address", "email", "New e-mail address", wanted).kind("email").required().max(254).autocomplete("email").autofocus().show(&errors))
                    button.button.primary.wide { "Send a code there" }
                }
            }
        },
    )
}

pub fn address_code(shell: &Shell, email: &str, error: Option<&FieldError>) -> Markup {
    let again = html! { a href="/account/email" { "begin again" } };
    code_page(shell, "/account/email/code", email, "/account", "Use this address", again, error)
}

fn code_page(
    shell: &Shell,
    action: &str,
    email: &str,
    next: &str,
    words: &str,
    again: Markup,
    error: Option<&FieldError>,
) -> Markup {
    let head = Page { title: "Enter your code", ..Page::default() };
    let errors = error.map_or_else(Errors::default, |error| Errors::one("code", error.clone()));
    let code = Field::input("code", "code", "Six-digit code", "");
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                h1 { "Enter your code" }
                p.lead { "We sent a code to " b { (email) } ". It is good for ten minutes, in this browser." }
                form.card.stack.code method="post" action=(action) data-code {
                    (code.required().max(20).autocomplete("one-time-code").inputmode("numeric").autofocus().show(&errors))
                    input type="hidden" name="next" value=(next);
                    button.button.primary.wide { (words) }
                }
                @if shell.local { p { a.button href="/dev/mailbox" { "Open the local mailbox" } } }
                p.muted { "Nothing came? Look in your spam folder, or " (again) "." }
            }
        },
    )
}
