//! Proving that an account is one's own, and changing its address.

use crate::{
    form::{self, Errors, Field, FieldError},
    layout::{Page, Shell},
    people::{below_account, passkeys},
    rich, t,
};
use maud::{Markup, html};

/// Explains why a code is asked for. `refusal`: why none was mailed. `next`: the page that needs it, a path on this site.
pub fn confirmation(shell: &Shell, email: &str, next: &str, refusal: Option<&str>) -> Markup {
    let head = Page { title: &t!("people-confirm"), scripts: passkeys::SCRIPTS, ..Page::default() };
    below_account(
        shell,
        &head,
        html! {
            p.lead { (rich!("people-confirm-lead"; email => |_| html! { b { (email) } })) }
            @if let Some(refusal) = refusal { p.error role="alert" { (refusal) } }
            form.card.stack method="post" action="/account/confirmation" {
                input type="hidden" name="next" value=(next);
                button.button.primary.wide autofocus { (t!("people-send-code")) }
            }
            (passkeys::offer(shell, "/account/confirmation/passkey", &t!("passkeys-confirm-use"), next))
            p.muted { (rich!("people-confirm-lost"; link => |words| html! { a href="/sign-in/recovery" { (words) } })) }
        },
    )
}

pub fn confirmation_code(shell: &Shell, email: &str, next: &str, error: Option<&FieldError>) -> Markup {
    let again = format!("/account/confirmation?next={next}");
    let link = |words: &str| html! { a href=(again) { (words) } };
    let again = rich!("people-code-again"; link => link);
    code_page(shell, "/account/confirmation/code", email, next, &t!("people-go-on"), again, error)
}

pub fn address(shell: &Shell, email: &str, wanted: &str, error: Option<&FieldError>) -> Markup {
    let head = Page { title: &t!("people-address"), ..Page::default() };
    let errors = error.map_or_else(Errors::default, |error| Errors::one("address", error.clone()));
    below_account(
        shell,
        &head,
        html! {
            p.lead { (rich!("people-address-lead"; email => |_| html! { b { (email) } })) }
            (form::summary(&errors))
            form.card.stack method="post" action="/account/email" {
                (Field::input("address", "email", &t!("people-address-new"), wanted).kind("email").required().max(254).autocomplete("email").autofocus().show(&errors))
                button.button.primary.wide { (t!("people-address-send")) }
            }
        },
    )
}

pub fn address_code(shell: &Shell, email: &str, error: Option<&FieldError>) -> Markup {
    let again = rich!("people-address-again"; link => |words| html! { a href="/account/email" { (words) } });
    code_page(shell, "/account/email/code", email, "/account", &t!("people-address-use"), again, error)
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
    let head = Page { title: &t!("people-code"), ..Page::default() };
    let errors = error.map_or_else(Errors::default, |error| Errors::one("code", error.clone()));
    let label = t!("people-code-label");
    let code = Field::input("code", "code", &label, "");
    below_account(
        shell,
        &head,
        html! {
            p.lead { (rich!("people-code-lead"; email => |_| html! { b { (email) } })) }
            form.card.stack.code method="post" action=(action) data-code {
                (code.required().max(20).autocomplete("one-time-code").inputmode("numeric").autofocus().show(&errors))
                input type="hidden" name="next" value=(next);
                button.button.primary.wide { (words) }
            }
            @if shell.local { p { a.button href="/dev/mailbox" { (t!("people-local-mailbox")) } } }
            p.muted { (again) }
        },
    )
}
