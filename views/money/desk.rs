//! The page of a team's money: what it has, and what changed that. It shows the ledger and nothing else.

use crate::{
    dom,
    layout::{self, Page, Shell},
    money::payouts::{self, PayoutSection},
    parts::{self, When},
    rich, t,
};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::Space,
    id::{PayoutId, PurchaseId, SpaceId},
    money::ledger::movement::MovementKind,
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

/// What a team has in one currency, in minor units.
#[derive(Clone, Copy, Debug)]
pub struct BalanceRow {
    pub currency: Currency,
    pub available: i64,
    pub pending: i64,
    /// Kept by banks until they have decided.
    pub disputed: i64,
    pub sold: i64,
    pub refunded: i64,
    pub fees: i64,
}

/// What changed the balance.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub kind: MovementKind,
    pub at: Millis,
    /// What was paid, refunded or withdrawn.
    pub amount: Money,
    /// What it added to the platform's fees, and to the balance, in minor units.
    pub fee: i64,
    pub own: i64,
    /// From when on it can be used, if that is not now.
    pub pending_until: Option<Millis>,
    /// Recorded by a release that knew no fees.
    pub migrated: bool,
    /// The order: its pass, its number, and where its page is.
    pub title: &'a str,
    pub number: Option<i64>,
    pub order: Option<PurchaseId>,
    /// The payout whose page says what it was made of.
    pub payout: Option<PayoutId>,
}

#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    pub space: &'a Space,
    pub balances: &'a [BalanceRow],
    /// On the first page.
    pub payouts: Option<&'a PayoutSection<'a>>,
    /// The newest first.
    pub lines: &'a [Line<'a>],
    /// This is not the first page.
    pub further: bool,
    /// Where the next page begins, if there is one.
    pub next: Option<&'a str>,
}

pub fn path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/money")
}

/// An amount with its sign: `−€3`.
pub fn signed(amount: Money) -> String {
    let minor = amount.minor.saturating_abs();
    let text = parts::money(Money { minor, ..amount });
    if amount.minor < 0 { format!("\u{2212}{text}") } else { text }
}

pub fn page(shell: &Shell, d: &Desk<'_>) -> Markup {
    let head = Page { title: &t!("desk-money"), styles: layout::DESK, ..Page::default() };
    let path = path(d.space.id);
    let passes = format!("/account/spaces/{}/access_passes", d.space.id);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (trail(d.space))
                div.row { h1 { (t!("desk-money")) } a.button.push href=(super::orders::path(d.space.id)) { (t!("desk-orders")) } }
                p.lead { (t!("desk-money-about")) }
                @if d.balances.is_empty() { (parts::empty(&t!("desk-money-none"), Some((&passes, &t!("access-see-passes"))))) }
                @for balance in d.balances { (figures(balance)) }
                @if let Some(section) = d.payouts { (payouts::section(section)) }
                @if !d.lines.is_empty() || d.further {
                    h2 { (t!("desk-statement")) }
                    (table(d.lines))
                    (parts::pager(&path, "", d.further, d.next))
                }
            }
        },
    )
}

/// The way back to the space.
pub(super) fn trail(space: &Space) -> Markup {
    let base = format!("/account/spaces/{}", space.id);
    parts::trail(&[("/account", &t!("layout-account")), (&base, &space.name)])
}

fn figures(b: &BalanceRow) -> Markup {
    let code = b.currency.code().to_uppercase();
    let shown = |minor| signed(Money { minor, currency: b.currency });
    let figure =
        |words: Cow<'static, str>, minor: i64| html! { div { dt { (words) } dd { (shown(minor)) } } };
    html! {
        section.stack aria-label=(t!("desk-balance", currency = code.as_str())) {
            h2 { (t!("desk-balance", currency = code.as_str())) }
            dl.figures {
                (figure(t!("desk-available"), b.available))
                (figure(t!("desk-pending"), b.pending))
                @if b.disputed != 0 { (figure(t!("desk-disputed"), b.disputed)) }
                (figure(t!("desk-sold"), b.sold))
                (figure(t!("desk-refunded"), b.refunded))
                (figure(t!("desk-fees"), b.fees))
            }
        }
    }
}

/// What happened, as a word on a line.
pub fn kind_words(kind: MovementKind) -> Cow<'static, str> {
    match kind {
        MovementKind::Payment => t!("desk-kind-payment"),
        MovementKind::Refund => t!("desk-kind-refund"),
        MovementKind::RefundReturned => t!("desk-kind-refund-returned"),
        MovementKind::DisputeOpened => t!("desk-kind-dispute-opened"),
        MovementKind::DisputeWon => t!("desk-kind-dispute-won"),
        MovementKind::DisputeLost => t!("desk-kind-dispute-lost"),
        MovementKind::Fee => t!("desk-kind-fee"),
        MovementKind::Available => t!("desk-kind-available"),
        MovementKind::Payout => t!("payouts-kind-payout"),
        MovementKind::PayoutReturned => t!("payouts-kind-returned"),
        MovementKind::Transfer => t!("payouts-kind-transfer"),
        MovementKind::TransferReversed => t!("payouts-kind-transfer-reversed"),
    }
}

/// `#1042`
pub fn order_number(number: Option<i64>) -> String {
    number.map_or_else(String::new, |number| format!("#{number}"))
}

pub(super) fn table(lines: &[Line<'_>]) -> Markup {
    html! {
        table.table aria-label=(t!("desk-statement")) {
            thead { tr {
                th scope="col" { (t!("desk-what")) }
                th.n.more scope="col" { (t!("desk-amount")) }
                th.n.more scope="col" { (t!("desk-fee")) }
                th.n scope="col" { (t!("desk-own")) }
            } }
            tbody { @for line in lines { (row(line)) } }
        }
    }
}

fn row(l: &Line<'_>) -> Markup {
    let shown = |minor| signed(Money { minor, ..l.amount });
    html! {
        tr {
            th scope="row" {
                (kind_words(l.kind))
                small {
                    @if let Some(order) = l.order { a href=(super::orders::one_path(order)) { (order_number(l.number)) " " bdi { (l.title) } } " · " }
                    @if let Some(payout) = l.payout { a href=(payouts::path(payout)) { (t!("payouts-statement")) } " · " }
                    (parts::time(l.at, When::Moment))
                    @if let Some(until) = l.pending_until { " · " (rich!("desk-pending-until"; time => |_| parts::time(until, When::Date))) }
                    @if l.migrated { " · " (t!("desk-migrated")) }
                }
            }
            td.n.more { (parts::money(l.amount)) }
            td.n.more { (shown(l.fee)) }
            td.n { (shown(l.own)) }
        }
    }
}
