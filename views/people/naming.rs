//! Asks once what to call a person.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
};
use domain::people::account::Account;
use maud::{Markup, html};

/// `next`: where to go afterwards, a path on this site.
pub fn page(shell: &Shell, account: &Account, name: &str, next: &str, errors: &Errors) -> Markup {
    let head = Page { title: "What should we call you?", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { "What should we call you?" }
                p.lead { "This name stands beside what you write, and among the people who are here. Nobody sees your e-mail address." }
                (form::summary(errors))
                form.card.stack method="post" action="/account/name" {
                    (Field::input("name", "name", "Your name here", name).required().max(60).autocomplete("nickname").autofocus().show(errors))
                    input type="hidden" name="next" value=(next);
                    button.button.primary.wide { "Use this name" }
                }
                form method="post" action="/account/name" {
                    input type="hidden" name="next" value=(next);
                    input type="hidden" name="later" value="1";
                    button.button.wide { "Go on as " bdi { (account.name) } }
                }
                p.muted { "You can change it in your account at any time." }
            }
        },
    )
}
