//! Recovery codes: how many are left, the new ones, and the way in with one.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
    people::below_account,
    rich, t,
};
use domain::time::Millis;
use maud::{Markup, html};

/// `left`: codes that are still good; `made_at`: when they were made.
pub fn page(shell: &Shell, left: i64, made_at: Option<Millis>) -> Markup {
    let make = if left > 0 { t!("people-recovery-make-new") } else { t!("people-recovery-make") };
    let head = Page { title: &t!("people-recovery"), ..Page::default() };
    below_account(
        shell,
        &head,
        html! {
            p.lead { (t!("people-recovery-lead")) }
            div.card.stack {
                @if let (Some(at), true) = (made_at, left > 0) {
                    p { (codes_left(left, at)) }
                    p.muted { (t!("recovery-page-replaces")) }
                } @else {
                    p { b { (t!("people-recovery-none")) } }
                }
                (form::action("/account/recovery", "primary", &make))
            }
        },
    )
}

fn codes_left(left: i64, made_at: Millis) -> Markup {
    let bold = |words: &str| html! { b { (words) } };
    rich!("people-recovery-left", count = left; b => bold, time => |_| parts::time(made_at, When::Date))
}

/// The new codes, shown this once. `until`: how long those before stay good; `None` if they are void.
pub fn made(shell: &Shell, codes: &[String], until: Option<&str>) -> Markup {
    let head = Page { title: &t!("people-recovery-made"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), ("/account/recovery", &t!("people-recovery"))]))
                h1 { (t!("people-recovery-made")) }
                p.lead { (t!("people-recovery-made-lead")) }
                ul.card.stack role="list" { @for code in codes { li { code { (code) } } } }
                p.muted { @match until { Some(until) => (t!("recovery-made-kept", until = until)), None => (t!("recovery-made-void")) } }
                p.muted { (t!("people-recovery-made-mail")) }
                a.button.primary.wide href="/account" { (t!("people-recovery-kept")) }
            }
        },
    )
}

/// The way in with a code. The code itself is not kept in a refused form.
pub fn enter(shell: &Shell, email: &str, errors: &Errors) -> Markup {
    let head = Page { title: &t!("people-recovery-use"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("people-recovery-use")) }
                p.lead { (t!("people-recovery-use-lead")) }
                (form::summary(errors))
                form.card.stack method="post" action="/sign-in/recovery" {
                    (Field::input("recovery", "email", &t!("people-recovery-address"), email).kind("email").required().max(254).autocomplete("email").autofocus().show(errors))
                    (Field::input("recovery", "code", &t!("people-recovery-code"), "").required().max(40).hint(&t!("people-recovery-hint")).show(errors))
                    button.button.primary.wide { (t!("people-go-in")) }
                }
                p.muted { (rich!("people-recovery-not-lost"; link => |words| html! { a href="/sign-in" { (words) } })) }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speak;
    use domain::text::language::Language;

    #[test]
    fn one_code_is_told_in_the_singular() {
        let made_at = Millis(1_796_414_400_000);
        let told = |language, left| {
            let html = speak(language, || codes_left(left, made_at)).into_string();
            html.split("<time").next().unwrap_or_default().to_owned()
        };
        assert_eq!(told(Language::English, 1), "<b>1 code</b> left, made on ");
        assert_eq!(told(Language::English, 10), "<b>10 codes</b> left, made on ");
        assert_eq!(told(Language::German, 1), "Noch <b>1 Code</b>, erstellt am ");
        assert_eq!(told(Language::German, 10), "Noch <b>10 Codes</b>, erstellt am ");
    }
}
