//! The form of a person's picture, on the account page.

use crate::{
    catalogue::look,
    form::{self, Errors},
    parts, t,
};
use domain::{people::account::Account, picture::Purpose};
use maud::{Markup, html};

pub fn form(account: &Account, errors: &Errors) -> Markup {
    let picture =
        html! { (form::picture("avatar", &t!("people-picture"), &t!("people-picture-hint"), errors)) };
    html! {
        section.card.stack aria-label=(t!("people-picture")) {
            div.row {
                (parts::face(account, "l"))
                div.grow { (look::upload(Purpose::Avatar, "/account/avatar", picture, &t!("people-picture-use"))) }
            }
            @if account.avatar.is_some() { (form::action("/account/avatar/removal", "", &t!("people-picture-remove"))) }
        }
    }
}
