//! Closing a space: what its owner has to know and to write, and the mail to the holders of its passes.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    mail::mail,
    parts::{self, When, count},
    rich, t,
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
    /// Passes that were paid for an address, and that nobody has taken.
    pub untaken: u64,
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
    let head = Page { title: &t!("access-close"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&base, &space.name)]))
                h1 { (rich!("access-close-heading"; space => |_| html! { bdi { (space.name) } })) }
                (form::summary(c.errors))
                ul {
                    li { (t!("access-close-page")) }
                    li { (t!("access-close-orders", count = c.orders, shown = count(c.orders))) }
                    li { (t!("access-close-on-air", count = c.on_air)) }
                    li { (t!("access-close-holders", count = c.holders, shown = count(c.holders))) }
                    @if c.untaken > 0 { li { (t!("access-close-untaken", count = c.untaken, shown = count(c.untaken))) } }
                    li { (t!("access-close-money", count = c.untaken)) }
                    li { (t!("access-close-reopen", days = days())) }
                }
                form.card.stack method="post" action={ (base) "/closing" } {
                    (Field::input("closing", "name", &t!("access-close-name"), c.typed).required().max(60).autocomplete("off").hint(&space.name).show(c.errors))
                    button.button.danger { (t!("access-close")) }
                }
                p { a href=(base) { (t!("access-close-back")) } }
            }
        },
    )
}

/// On the pages of the team. `owner`: the viewer may reopen it.
pub fn notice(space: &Space, closed_at: Millis, owner: bool, now: Millis) -> Markup {
    let until = Millis(closed_at.0 + REOPEN_WITHIN.0);
    html! {
        div.notice.bad {
            p { b { (rich!("access-closed"; at => |_| parts::time(closed_at, When::Date))) } }
            @if now < until {
                p { (rich!("access-closed-until"; until => |_| parts::time(until, When::Moment))) }
                @if owner { (form::action(&format!("/account/spaces/{}/reopening", space.id), "", &t!("access-reopen"))) }
            } @else { p { (t!("access-closed-for-good")) } }
        }
    }
}

/// To somebody who holds a pass. `url`: of their passes, with scheme and host.
pub fn closed(to: &str, space: &Space, url: &str) -> Mail {
    let name = &space.name;
    let text = t!("mail-closed-text", space = name, url = url, days = days());
    mail(to, t!("mail-closed-subject", space = name), text)
}
