//! Sign-in: an e-mail address, then the code mailed to it.

use crate::{
    dom,
    form::{Errors, Field, FieldError},
    layout::{self, Page, Shell},
    people::passkeys,
    rich, t,
};
use maud::{Markup, html};

/// Asks for the address. `next`: where to go afterwards, a path on this site.
pub fn email(shell: &Shell, email: &str, next: &str, error: Option<&FieldError>) -> Markup {
    let head = Page { title: &t!("people-sign-in"), scripts: passkeys::SCRIPTS, ..Page::default() };
    let errors = error.map_or_else(Errors::default, |error| Errors::one("sign-in", error.clone()));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("people-sign-in")) }
                p.lead { (t!("people-sign-in-lead")) }
                form.card.stack method="post" action="/sign-in" {
                    (Field::input("sign-in", "email", &t!("people-sign-in-address"), email).kind("email").required().max(254).autocomplete("email").autofocus().show(&errors))
                    input type="hidden" name="next" value=(next);
                    button.button.primary.wide { (t!("people-send-code")) }
                }
                (passkeys::offer(shell, "/sign-in/passkey", &t!("passkeys-sign-in"), next))
                p.muted { (rich!("people-sign-in-lost"; link => |words| html! { a href="/sign-in/recovery" { (words) } })) }
                p.muted { (rich!("people-sign-in-new"; terms => terms, privacy => |words| html! { a href="/privacy" { (words) } })) }
            }
        },
    )
}

fn terms(words: &str) -> Markup {
    html! { a href="/terms" { (words) } }
}

/// Asks for the code.
pub fn code(shell: &Shell, email: &str, next: &str, error: Option<&FieldError>) -> Markup {
    let head = Page { title: &t!("people-code"), ..Page::default() };
    let errors = error.map_or_else(Errors::default, |error| Errors::one("code", error.clone()));
    let label = t!("people-code-label");
    let code = Field::input("code", "code", &label, "");
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("people-code")) }
                p.lead { (rich!("people-code-lead"; email => |_| html! { b { (email) } })) }
                form.card.stack.code method="post" action="/sign-in/code" data-code {
                    (code.required().max(20).autocomplete("one-time-code").inputmode("numeric").autofocus().show(&errors))
                    input type="hidden" name="next" value=(next);
                    button.button.primary.wide { (t!("people-sign-in")) }
                }
                p.muted { (rich!("people-sign-in-accept"; terms => terms)) }
                @if shell.local { p { a.button href="/dev/mailbox" { (t!("people-local-mailbox")) } } }
                p.muted { (t!("people-code-nothing")) }
                div.row {
                    form method="post" action="/sign-in" {
                        input type="hidden" name="email" value=(email);
                        input type="hidden" name="next" value=(next);
                        button.button { (t!("people-code-resend")) }
                    }
                    a.button href={ "/sign-in?next=" (next) } { (t!("people-code-address")) }
                }
            }
        },
    )
}

/// Asks to press the button that uses up a sign-in link; `page.js` presses it.
pub fn by_link(shell: &Shell, action: &str) -> Markup {
    let head = Page { title: &t!("people-sign-in"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("people-sign-in")) }
                p.lead { (t!("people-sign-in-by-link")) }
                form method="post" action=(action) data-submit { button.button.primary.wide autofocus { (t!("people-go-in")) } }
            }
        },
    )
}
