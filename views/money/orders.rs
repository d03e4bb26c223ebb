//! The orders of a team: the list with its search, and one order with its story and its refund.

use super::desk::{self, Line, order_number};
use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    money::{
        back::{
            evidence,
            wishes::{self, WishRow},
        },
        checkout::refund_words,
    },
    parts::{self, When},
    t,
};
use domain::{
    amount::Money,
    catalogue::offer::Space,
    id::{PurchaseId, SpaceId},
    money::{
        number::{InvoiceNumber, LONGEST_SEARCH},
        settlement::{PaidMoney, Refund},
    },
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

/// An order in a list.
#[derive(Clone, Copy, Debug)]
pub struct OrderRow<'a> {
    pub id: PurchaseId,
    pub number: Option<i64>,
    pub title: &'a str,
    pub buyer: &'a str,
    /// Empty if the account was deleted.
    pub email: &'a str,
    pub at: Millis,
    pub money: PaidMoney,
    /// The buyer asks for a refund.
    pub asks: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    pub space: &'a Space,
    /// As typed.
    pub search: &'a str,
    /// The newest first.
    pub rows: &'a [OrderRow<'a>],
    /// Orders whose buyers ask for a refund, and whether only those are listed.
    pub asking: i64,
    pub only_asking: bool,
    pub further: bool,
    pub next: Option<&'a str>,
}

/// A refund that somebody of the team has decided.
#[derive(Clone, Copy, Debug)]
pub struct Decided {
    pub amount: Money,
    pub at: Millis,
    pub done: bool,
    /// By the provider. Its words are for operators.
    pub refused: bool,
}

/// One order with everything that happened to its money.
#[derive(Clone, Copy, Debug)]
pub struct OneOrder<'a> {
    pub space_id: SpaceId,
    pub space: &'a str,
    pub row: OrderRow<'a>,
    /// The address that it was bought for, if that is somebody else's; empty once it was forgotten.
    pub gift: Option<&'a str>,
    pub invoice: Option<InvoiceNumber>,
    /// The platform's part of the price.
    pub fee: Money,
    /// The oldest first.
    pub story: &'a [Line<'a>],
    pub refunds: &'a [Decided],
    /// What can still be refunded; `None` where nothing can be.
    pub left: Option<Money>,
    /// The team has decided as many refunds as one order may have.
    pub used_up: bool,
    /// What the buyer asked for, the oldest first.
    pub wishes: &'a [WishRow<'a>],
    /// As submitted, or nothing: the amount, and why a refund is declined.
    pub draft: &'a str,
    pub words: &'a str,
    pub errors: &'a Errors,
}

pub const FORM: &str = "refund";

pub fn path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/orders")
}

pub fn one_path(order: PurchaseId) -> String {
    format!("/account/orders/{order}")
}

pub fn page(shell: &Shell, o: &Orders<'_>) -> Markup {
    let head = Page { title: &t!("desk-orders"), styles: layout::DESK, ..Page::default() };
    let path = path(o.space.id);
    let query = match o.search {
        _ if o.only_asking => "asking=1".to_owned(),
        "" => String::new(),
        words => format!("q={}", parts::encoded(words)),
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (desk::trail(o.space))
                div.row { h1 { (t!("desk-orders")) } a.button.push href=(desk::path(o.space.id)) { (t!("desk-money")) } }
                (search(&path, o.search))
                @if o.asking > 0 && !o.only_asking { p { a href={ (path) "?asking=1" } { (t!("wish-open", count = o.asking)) } } }
                @if o.only_asking && !o.rows.is_empty() { p { (t!("wish-open", count = o.asking)) " · " a href=(path) { (t!("desk-orders-all")) } } }
                @if o.rows.is_empty() { (none(o, &path)) }
                @else { (table(o.rows)) }
                (parts::pager(&path, &query, o.further, o.next))
            }
        },
    )
}

/// Why the list is empty, and the way on.
fn none(o: &Orders<'_>, path: &str) -> Markup {
    if o.only_asking {
        return parts::empty(&t!("wish-none-open"), Some((path, &t!("desk-orders-all"))));
    }
    if !o.search.is_empty() {
        return parts::empty(&t!("desk-orders-not-found"), Some((path, &t!("desk-orders-all"))));
    }
    let passes = format!("/account/spaces/{}/access_passes", o.space.id);
    parts::empty(&t!("desk-orders-none"), Some((&passes, &t!("access-see-passes"))))
}

fn search(path: &str, words: &str) -> Markup {
    let (id, hint) = (dom::field("orders", "q"), dom::hint("orders", "q"));
    html! {
        form.row.search method="get" action=(path) role="search" {
            div.field.grow {
                label for=(id) { (t!("desk-search")) }
                small id=(hint) { (t!("desk-search-hint")) }
                input id=(id) type="search" name="q" value=(words) maxlength=(LONGEST_SEARCH) autocomplete="off" aria-describedby=(hint);
            }
            button.button { (t!("desk-search-go")) }
        }
    }
}

fn table(rows: &[OrderRow<'_>]) -> Markup {
    html! {
        table.table aria-label=(t!("desk-orders")) {
            thead { tr {
                th scope="col" { (t!("desk-order")) }
                th.more scope="col" { (t!("desk-buyer")) }
                th.n scope="col" { (t!("desk-amount")) }
            } }
            tbody { @for row in rows { (line(row)) } }
        }
    }
}

fn line(r: &OrderRow<'_>) -> Markup {
    html! {
        tr {
            th scope="row" {
                a href=(one_path(r.id)) { (order_number(r.number)) " " bdi { (r.title) } }
                small { span.less { bdi { (r.buyer) } " · " } (parts::time(r.at, When::Moment)) @if let Some(words) = refund_state(r.money.refund()) { " · " (words) } @if r.asks { " · " b { (t!("wish-badge-asks")) } } }
            }
            td.more { bdi { (r.buyer) } @if !r.email.is_empty() { small { (r.email) } } }
            td.n { (parts::money(r.money.paid)) }
        }
    }
}

/// What became of the money, in a few words; `None` if it stays where it is.
pub fn refund_state(refund: Refund) -> Option<Cow<'static, str>> {
    Some(match refund {
        Refund::None => return None,
        Refund::Owed(_) => t!("money-badge-going-back"),
        Refund::Part => t!("money-badge-partly-refunded"),
        Refund::Whole => t!("money-badge-refunded"),
        Refund::Failed => t!("money-badge-refund-failed"),
        Refund::Disputed => t!("money-badge-disputed"),
        Refund::Taken => t!("money-badge-taken-back"),
    })
}

pub fn one(shell: &Shell, o: &OneOrder<'_>) -> Markup {
    let title = t!("desk-order-title", number = order_number(o.row.number));
    let head = Page { title: &title, styles: layout::DESK, ..Page::default() };
    let base = format!("/account/spaces/{}", o.space_id);
    let refund = o.left.map(|left| refund(o, left));
    // An open wish has the form among its answers.
    let alone = refund.as_ref().filter(|_| !wishes::is_open(o.wishes));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&base, o.space), (&path(o.space_id), &t!("desk-orders"))]))
                div.row { h1 { (title) } @if let Some(words) = refund_state(o.row.money.refund()) { span.badge { (words) } } }
                (form::summary(o.errors))
                (facts(o))
                @if let Some(reason) = o.row.money.owed { p.muted { (refund_words(reason)) } }
                @if o.row.money.dispute.is_some() { (evidence::link(o.row.id)) }
                div.row {
                    @if !o.row.email.is_empty() && o.row.money.owed.is_none() { (form::action(&format!("{}/receipt", one_path(o.row.id)), "", &t!("receipt-again"))) }
                    @if let Some(refund) = alone { (refund) }
                }
                (wishes::asked(o.row.id, o.wishes, o.words, o.errors, refund.as_ref()))
                @if o.used_up { p.muted { (t!("desk-refund-used-up", count = o.refunds.len())) } }
                @if !o.refunds.is_empty() { (decided(o.refunds)) }
                h2 { (t!("desk-story")) }
                (desk::table(o.story))
            }
        },
    )
}

fn facts(o: &OneOrder<'_>) -> Markup {
    html! {
        dl.facts {
            div { dt { (t!("desk-pass")) } dd { bdi { (o.row.title) } } }
            div { dt { (t!("desk-buyer")) } dd { bdi { (o.row.buyer) } @if !o.row.email.is_empty() { " · " (o.row.email) } } }
            @if let Some(to) = o.gift { div { dt { (t!("desk-gift")) } dd { @if to.is_empty() { (t!("desk-gift-gone")) } @else { (to) } } } }
            div { dt { (t!("desk-paid-at")) } dd { (parts::time(o.row.at, When::Moment)) } }
            @if let Some(number) = o.invoice { div { dt { (t!("invoice-number")) } dd { (number) } } }
            div { dt { (t!("desk-amount")) } dd { (parts::money(o.row.money.paid)) } }
            div { dt { (t!("desk-fee")) } dd { (parts::money(o.fee)) } }
            div { dt { (t!("desk-refunded")) } dd { (parts::money(o.row.money.refunded)) } }
        }
    }
}

/// The form, in a fold: nobody refunds by one wrong click. It is open where it says what is wrong.
fn refund(o: &OneOrder<'_>, left: Money) -> Markup {
    let all = left.plain();
    let amount = if o.draft.is_empty() { all.as_str() } else { o.draft };
    let currency = format!("{}\u{a0}", left.currency.code().to_uppercase());
    let hint = t!("desk-refund-hint", amount = parts::money(left));
    html! {
        details.confirm.inline open[o.errors.has(FORM, "amount")] {
            summary.button { (t!("desk-refund-ask")) }
            div.menu.stack {
                p { (t!("desk-refund-words")) }
                form.stack method="post" action={ (one_path(o.row.id)) "/refunds" } {
                    (Field::input(FORM, "amount", &t!("form-field-amount"), amount).required().max(16).prefix(&currency).inputmode("decimal").hint(&hint).show(o.errors))
                    // What was left when the page was drawn: a second click finds another amount and refunds nothing.
                    input type="hidden" name="left" value=(left.minor);
                    button.button.danger { (t!("desk-refund-do")) }
                }
            }
        }
    }
}

fn decided(refunds: &[Decided]) -> Markup {
    html! {
        h2 { (t!("desk-decided")) }
        ul.stack role="list" {
            @for refund in refunds {
                li.card.row {
                    span.grow {
                        b { (parts::money(refund.amount)) } br;
                        small { (parts::time(refund.at, When::Moment)) @if refund.refused { " · " (t!("desk-decided-refused-why")) } }
                    }
                    span.badge {
                        @if refund.done { (t!("desk-decided-done")) }
                        @else if refund.refused { (t!("desk-decided-refused")) }
                        @else { (t!("desk-decided-open")) }
                    }
                }
            }
        }
    }
}
