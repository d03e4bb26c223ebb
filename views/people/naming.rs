//! Asks once what to call a person.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts, t,
};
use domain::people::account::Account;
use maud::{Markup, html};

/// `next`: where to go afterwards, a path on this site.
pub fn page(shell: &Shell, account: &Account, name: &str, next: &str, errors: &Errors) -> Markup {
    let head = Page { title: &t!("people-naming"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("people-naming")) }
                p.lead { (t!("people-naming-lead")) }
                (form::summary(errors))
                form.card.stack method="post" action="/account/name" {
                    (Field::input("name", "name", &t!("people-naming-label"), name).required().max(60).autocomplete("nickname").autofocus().show(errors))
                    input type="hidden" name="next" value=(next);
                    button.button.primary.wide { (t!("people-naming-use")) }
                }
                (parts::stay_unnamed(account, next))
                p.muted { (t!("people-naming-later")) }
            }
        },
    )
}
