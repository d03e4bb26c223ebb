//! Taking one's data along, and deleting one's account.

use crate::{
    form::{self, Errors, Field},
    layout::{Page, Shell},
    money::desk,
    parts,
    people::below_account,
    rich, t,
};
use domain::{
    amount::Money,
    id::{CheckoutId, SpaceId, StreamId, TeamId},
    people::account::{Account, DELETED},
};
use maud::{Markup, html};

/// Says what is in the file.
pub fn export_readme() -> String {
    format!("{}\n", t!("people-export-readme"))
}

pub fn export(shell: &Shell) -> Markup {
    let head = Page { title: &t!("people-export"), ..Page::default() };
    below_account(
        shell,
        &head,
        html! {
            p.lead { (t!("people-export-lead")) }
            div.card.stack {
                p { (t!("people-export-about")) }
                (form::action("/account/export", "primary", &t!("people-export-download")))
            }
        },
    )
}

/// A space with passes that others paid for.
#[derive(Clone, Copy, Debug)]
pub struct Sold<'a> {
    pub space: SpaceId,
    pub team: TeamId,
    pub name: &'a str,
}

/// What a team of which the person is the only owner has not been paid yet.
#[derive(Clone, Copy, Debug)]
pub struct OwedShare<'a> {
    pub space: SpaceId,
    pub team: TeamId,
    pub name: &'a str,
    pub amount: Money,
    /// It is on its way to the bank.
    pub moving: bool,
}

/// What has to end before the account can be deleted.
#[derive(Clone, Copy, Debug)]
pub struct Obstacles<'a> {
    pub sold: &'a [Sold<'a>],
    /// Shows on air or in rehearsal, by id and name, as what follows.
    pub on_air: &'a [(StreamId, String)],
    /// Orders whose payment has begun.
    pub paying: &'a [(CheckoutId, String)],
    pub owed: &'a [OwedShare<'a>],
    /// Too little to be paid out. It stands in nobody's way, but the page says so.
    pub given_up: &'a [OwedShare<'a>],
}

impl Obstacles<'_> {
    fn is_empty(&self) -> bool {
        self.sold.is_empty() && self.on_air.is_empty() && self.paying.is_empty() && self.owed.is_empty()
    }
}

pub fn deletion(shell: &Shell, account: &Account, stands: &Obstacles<'_>, errors: &Errors) -> Markup {
    let head = Page { title: &t!("people-deletion"), ..Page::default() };
    below_account(
        shell,
        &head,
        html! {
            p.lead { (t!("people-deletion-lead")) }
            @if stands.is_empty() { (confirm(account, stands.given_up, errors)) } @else { (obstacles(stands)) }
        },
    )
}

fn obstacles(stands: &Obstacles<'_>) -> Markup {
    html! {
        div.card.stack.refused role="alert" {
            p { b { (t!("people-deletion-obstacles")) } }
            ul {
                @for sold in stands.sold { li { (has_sold(sold)) } }
                @for (stream, title) in stands.on_air {
                    li {
                        (rich!("people-deletion-on-air";
                            title => |_| html! { bdi { (title) } },
                            end => |words| html! { a href={ "/account/streams/" (stream) "/studio" } { (words) } }))
                    }
                }
                @for (order, title) in stands.paying {
                    li {
                        (rich!("people-deletion-paying";
                            title => |_| html! { a href={ "/checkouts/" (order) } { bdi { (title) } } }))
                    }
                }
                @for share in stands.owed { li { (is_owed(share)) } }
            }
        }
    }
}

fn has_sold(sold: &Sold<'_>) -> Markup {
    rich!(
        "people-deletion-sold";
        space => |_| html! { bdi { (sold.name) } },
        over => |words| html! { a href={ "/account/teams/" (sold.team) } { (words) } },
        close => |words| html! { a href={ "/account/spaces/" (sold.space) "/closing" } { (words) } },
    )
}

fn is_owed(share: &OwedShare<'_>) -> Markup {
    if share.moving {
        return rich!(
            "people-deletion-paid-out";
            space => |_| html! { bdi { (share.name) } },
            amount => |_| html! { (parts::money(share.amount)) },
        );
    }
    rich!(
        "people-deletion-owed";
        space => |_| html! { bdi { (share.name) } },
        amount => |_| html! { (parts::money(share.amount)) },
        money => |words| html! { a href=(desk::path(share.space)) { (words) } },
        over => |words| html! { a href={ "/account/teams/" (share.team) } { (words) } },
    )
}

fn is_given_up(share: &OwedShare<'_>) -> Markup {
    rich!(
        "people-deleted-share";
        space => |_| html! { bdi { (share.name) } },
        amount => |_| html! { (parts::money(share.amount)) },
    )
}

fn confirm(account: &Account, given_up: &[OwedShare<'_>], errors: &Errors) -> Markup {
    let export = |words: &str| html! { a href="/account/export" { (words) } };
    html! {
        section.card.stack {
            h2 { (t!("people-deleted")) }
            ul {
                li { (t!("people-deleted-profile")) }
                li { (t!("people-deleted-sessions")) }
                li { (t!("people-deleted-follows")) }
                li { (t!("people-deleted-invitations")) }
                li { (t!("people-deleted-name", name = DELETED)) }
                li { (t!("people-deleted-spaces")) }
                @for share in given_up { li { (is_given_up(share)) } }
            }
            h2 { (t!("people-stays")) }
            ul {
                li { (t!("people-stays-orders")) }
                li { (t!("people-stays-lines")) }
                li { (t!("people-stays-reports")) }
                li { (t!("people-stays-terms")) }
                li { (t!("people-stays-log")) }
                li { (t!("people-stays-provider")) }
            }
            p.muted { (rich!("people-deletion-export"; link => export)) }
        }
        (form::summary(errors))
        form.card.stack method="post" action="/account/deletion" {
            (Field::input("deletion", "username", &t!("people-deletion-username"), "").prefix("@").required().max(40).autocomplete("off").hint(&account.username).show(errors))
            button.button.danger.wide { (t!("people-deletion-confirm")) }
        }
    }
}
