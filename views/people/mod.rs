//! Accounts, profiles, sign-in.

pub mod account;
pub mod address;
pub mod agent;
pub mod avatar;
pub mod following;
pub mod former;
pub mod leaving;
pub mod mail;
pub mod mails;
pub mod naming;
pub mod passkeys;
pub mod profile;
pub mod recovery;
pub mod sign_in;

use crate::{
    dom,
    layout::{self, Page, Shell},
    parts, t,
};
use maud::{Markup, html};

/// A page that leads back to the account. Its title is its heading, too.
fn below_account(shell: &Shell, head: &Page<'_>, content: Markup) -> Markup {
    layout::page(
        shell,
        head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account"))]))
                h1 { (head.title) }
                (content)
            }
        },
    )
}
