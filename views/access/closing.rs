//! Closing a space: what its owner has to know and to write, and the mail to the holders of its passes.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    mail::mail,
    parts::{self, When, several},
};
use domain::{
    catalogue::offer::{REOPEN_WITHIN, Space},
    mail::Mail,
    time::{Millis, Span},
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct ClosingPage<'a> {
    pub space: &'a Space,
    pub holders: u64,
    /// Open orders.
    pub orders: u64,
    /// Shows on air.
    pub on_air: u64,
    /// The name as it was written.
    pub typed: &'a str,
    pub errors: &'a Errors,
}

const fn days() -> i64 {
    REOPEN_WITHIN.0 / Span::days(1).0
}

pub fn page(shell: &Shell, c: &ClosingPage<'_>) -> Markup {
    let (space, base) = (c.space, format!("/account/spaces/{}", c.space.id));
    let head = Page { title: "Close the space", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account"), (&base, &space.name)]))
                h1 { "Close " bdi { (space.name) } }
                (form::summary(c.errors))
                ul {
                    li { "Its page and all links to it say that it has closed. Nobody else gets its address." }
                    li { "Nothing is sold any more. " (orders(c.orders)) }
                    li { (on_air(c.on_air)) " Whoever is inside has to leave at once." }
                    li { (holders(c.holders)) " Their passes open nothing while it is closed. The passes and every receipt stay in their accounts." }
                    li { "Nothing is paid back by this, and what was paid stays in the books." }
                    li { "You can reopen it within " (days()) " days: then the passes open it again. Afterwards it stays closed." }
                }
                form.card.stack method="post" action={ (base) "/closing" } {
                    (Field::input("closing", "name", "Write the name of the space", c.typed).required().max(60).autocomplete("off").hint(&space.name).show(c.errors))
                    button.button.danger { "Close the space" }
                }
                p { a href=(base) { "Back to the space" } }
            }
        },
    )
}

fn orders(n: u64) -> String {
    match n {
        0 => "No order is open.".into(),
        n => format!(
            "{} not paid yet ends; a payment that still arrives is refunded.",
            several(n, "order", "orders")
        ),
    }
}

fn on_air(n: u64) -> String {
    match n {
        0 => "Nothing is on air.".into(),
        1 => "1 show is on air and ends.".into(),
        n => format!("{n} shows are on air and end."),
    }
}

fn holders(n: u64) -> String {
    match n {
        0 => "Nobody holds a pass.".into(),
        1 => "1 person holds a pass and gets a mail.".into(),
        n => format!("{} hold a pass and get a mail.", several(n, "person", "people")),
    }
}

/// On the pages of the team. `owner`: the viewer may reopen it.
pub fn notice(space: &Space, closed_at: Millis, owner: bool, now: Millis) -> Markup {
    let until = Millis(closed_at.0 + REOPEN_WITHIN.0);
    html! {
        div.notice.bad {
            p { b { "This space was closed " (parts::time(closed_at, When::Date)) "." } }
            @if now < until {
                p { "Its owner can reopen it until " (parts::time(until, When::Moment)) "." }
                @if owner { (form::action(&format!("/account/spaces/{}/reopening", space.id), "", "Reopen the space")) }
            } @else { p { "It can no longer be reopened." } }
        }
    }
}

/// To somebody who holds a pass. `url`: of their passes, with scheme and host.
pub fn closed(to: &str, space: &Space, url: &str) -> Mail {
    let text = format!(
        "{} has closed. Your pass opens nothing there any more.\n\n\
         You keep the pass and its receipts: they stay listed in your account.\n{url}\n\n\
         If it reopens within {} days, your pass opens it again, without a new payment.\n",
        space.name,
        days()
    );
    mail(to, format!("{} has closed", space.name), text)
}
