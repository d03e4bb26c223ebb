//! The statement of one payout: the lines of the ledger that it was made of, to the cent. Made to be printed.

use super::{PayoutRow, path, payout_words};
use crate::{
    dom,
    layout::{self, Page, Shell},
    money::desk::{self, Line},
    parts::{self, When},
    t,
};
use domain::{amount::Money, id::SpaceId};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct PayoutPage<'a> {
    /// A space of the team, where its money is shown: its id and name.
    pub space: Option<(SpaceId, &'a str)>,
    pub payout: &'a PayoutRow,
    /// What came back to the balance since.
    pub returned: Money,
    /// What the payout before had left for open disputes and refunds, and what this one leaves.
    pub carried: Money,
    pub held: Money,
    /// The oldest first.
    pub lines: &'a [Line<'a>],
    /// There are more lines, which the file has.
    pub more: bool,
}

pub fn page(shell: &Shell, p: &PayoutPage<'_>) -> Markup {
    let title = t!("payouts-statement");
    let head = Page { title: &title, styles: layout::DESK, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                @if let Some((space, name)) = p.space {
                    @let base = format!("/account/spaces/{space}");
                    (parts::trail(&[("/account", &t!("layout-account")), (&base, name), (&desk::path(space), &t!("desk-money"))]))
                }
                div.row {
                    h1 { (title) }
                    a.button.push href={ (path(p.payout.id)) "/lines.csv" } download { (t!("payouts-csv")) }
                }
                (facts(p))
                @if p.payout.state.has_failed() { p.notice.bad { (t!("payouts-failed-why")) } }
                p.muted { (t!("payouts-statement-about")) }
                (desk::table(p.lines))
                @if p.more { p.notice { (t!("payouts-more-lines", count = p.lines.len())) } }
                (total(p))
                p.muted { (t!("invoice-reference")) ": " (p.payout.id) }
                p.muted { (t!("invoice-print")) }
            }
        },
    )
}

fn facts(p: &PayoutPage<'_>) -> Markup {
    html! {
        dl.facts {
            @if let Some((_, name)) = p.space { div { dt { (t!("invoice-seller")) } dd { bdi { (name) } } } }
            div { dt { (t!("payouts-decided-at")) } dd { (parts::time(p.payout.at, When::Moment)) } }
            div { dt { (t!("payouts-where")) } dd { (payout_words(p.payout.state)) } }
            div { dt { (t!("desk-amount")) } dd { (parts::money(p.payout.amount)) " " small { (p.payout.amount.currency.code().to_uppercase()) } } }
            @if p.returned.minor > 0 {
                div { dt { (t!("payouts-given-back")) } dd { (parts::money(p.returned)) } }
            }
        }
    }
}

/// What the lines add up to.
fn total(p: &PayoutPage<'_>) -> Markup {
    html! {
        dl.total {
            @if p.carried.minor > 0 { div { dt { (t!("payouts-carried")) } dd { (parts::money(p.carried)) } } }
            @if p.held.minor > 0 { div { dt { (t!("payouts-held")) } dd { (desk::signed(Money { minor: -p.held.minor, ..p.held })) } } }
            div.sum { dt { (t!("payouts-total")) } dd { (parts::money(p.payout.amount)) } }
        }
    }
}
