//! The form of a person's picture, on the account page.

use crate::{
    catalogue::look,
    form::{self, Errors},
    parts,
};
use domain::{people::account::Account, picture::Purpose};
use maud::{Markup, html};

pub fn form(account: &Account, errors: &Errors) -> Markup {
    let hint = "JPEG, PNG or WebP, at least 104 by 104 pixels. We keep its middle, and nothing of what your camera wrote into it.";
    html! {
        section.card.stack aria-label="Your picture" {
            div.row {
                (parts::face(account, "l"))
                div.grow { (look::upload(Purpose::Avatar, "/account/avatar", html! { (form::picture("avatar", "Your picture", hint, errors)) }, "Use this picture")) }
            }
            @if account.avatar.is_some() { (form::action("/account/avatar/removal", "", "Remove my picture")) }
        }
    }
}
