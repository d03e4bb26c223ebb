//! Sign-in: an e-mail address, then the code mailed to it.

use crate::{
    dom,
    form::{Errors, Field, FieldError},
    layout::{self, Page, Shell},
};
use maud::{Markup, html};

/// Asks for the address. `next`: where to go afterwards, a path on this site.
pub fn email(shell: &Shell, email: &str, next: &str, error: Option<&FieldError>) -> Markup {
    let head = Page { title: "Sign in", ..Page::default() };
    let errors = error.map_or_else(Errors::default, |error| Errors::one("sign-in", error.clone()));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { "Sign in" }
                p.lead { "Tell us your e-mail address and we send you a code. There is no password." }
                form.card.stack method="post" action="/sign-in" {
                    (Field::input("sign-in", "email", "E-mail address", email).kind("email").required().max(254).autocomplete("email").autofocus().show(&errors))
                    input type="hidden" name="next" value=(next);
                    button.button.primary.wide { "Send me a code" }
                }
                p.muted { "You have lost your mailbox? " a href="/sign-in/recovery" { "Use a recovery code" } "." }
                p.muted { "New here? The same way in: your account is made when you enter the code. With it you accept our " a href="/terms" { "terms" } "; " a href="/privacy" { "privacy" } " says what we keep." }
            }
        },
    )
}

/// Asks for the code.
pub fn code(shell: &Shell, email: &str, next: &str, error: Option<&FieldError>) -> Markup {
    let head = Page { title: "Enter your code", ..Page::default() };
    let errors = error.map_or_else(Errors::default, |error| Errors::one("code", error.clone()));
    let code = Field::input("code", "code", "Six-digit code", "");
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { "Enter your code" }
                p.lead { "We sent a code to " b { (email) } ". It is good for ten minutes, in this browser." }
                form.card.stack.code method="post" action="/sign-in/code" data-code {
                    (code.required().max(20).autocomplete("one-time-code").inputmode("numeric").autofocus().show(&errors))
                    input type="hidden" name="next" value=(next);
                    button.button.primary.wide { "Sign in" }
                }
                p.muted { "If you are new here, you accept our " a href="/terms" { "terms" } " by signing in." }
                @if shell.local { p { a.button href="/dev/mailbox" { "Open the local mailbox" } } }
                p.muted { "Nothing came? Look in your spam folder, or " a href={ "/sign-in?next=" (next) } { "send another code" } "." }
            }
        },
    )
}

/// Asks to press the button that uses up a sign-in link; `page.js` presses it.
pub fn by_link(shell: &Shell, action: &str) -> Markup {
    let head = Page { title: "Sign in", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { "Sign in" }
                p.lead { "This link signs you in once." }
                form method="post" action=(action) data-submit { button.button.primary.wide autofocus { "Go in" } }
            }
        },
    )
}
