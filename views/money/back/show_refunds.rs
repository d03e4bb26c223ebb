//! Calling a show off: what its team has to know and to write, how far the refunds are, and the mail to each buyer.

use crate::{
    Picture, dom,
    form::{self, Errors, Field},
    layout::{self, LIVE, Page, Shell},
    live::stream,
    mail::mail,
    money::{desk::order_number, orders},
    parts::{self, When, count},
    rich, t,
};
use domain::{
    amount::Money,
    catalogue::offer::Space,
    id::{PurchaseId, StreamId},
    mail::Mail,
    money::back::show_refunds::{FailedRefundWhy, PassDue, ShowRefundSum, fingerprint},
    time::Millis,
};
use maud::{Markup, html};

pub const FORM: &str = "show-refund";

/// What was chosen and written.
#[derive(Clone, Debug, Default)]
pub struct ShowRefundDraft {
    /// Ids, not yet validated.
    pub passes: Vec<String>,
    pub typed: String,
}

#[derive(Clone, Copy, Debug)]
pub struct ShowRefundPage<'a> {
    pub space: &'a Space,
    pub stream: StreamId,
    pub title: &'a str,
    /// It has not ended yet.
    pub goes_on: bool,
    /// It has taken place: nothing is called off any more.
    pub over: bool,
    pub dues: &'a [PassDue],
    pub draft: &'a ShowRefundDraft,
    pub errors: &'a Errors,
}

/// A refund that was not made.
#[derive(Clone, Copy, Debug)]
pub struct FailedRow {
    pub order: PurchaseId,
    pub number: Option<i64>,
    pub amount: Money,
    pub why: FailedRefundWhy,
}

/// How far the refunds of a show are.
#[derive(Clone, Copy, Debug)]
pub struct ShowRefundState<'a> {
    pub space: &'a Space,
    pub stream: StreamId,
    pub title: &'a str,
    pub decided_at: Millis,
    /// Each order is known. Otherwise there may be more.
    pub listed: bool,
    /// One for each currency.
    pub sums: &'a [ShowRefundSum],
    pub failed: &'a [FailedRow],
}

pub fn path(stream: StreamId) -> String {
    format!("/account/streams/{stream}/refunds")
}

fn trail(space: &Space) -> Markup {
    let base = format!("/account/spaces/{}", space.id);
    parts::trail(&[
        ("/account", &t!("layout-account")),
        (&base, &space.name),
        (&orders::path(space.id), &t!("desk-orders")),
    ])
}

pub fn page(shell: &Shell, p: &ShowRefundPage<'_>) -> Markup {
    let head = Page { title: &t!("showrefund-title"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (trail(p.space))
                h1 {
                    @if p.over || p.dues.is_empty() { (rich!("showrefund-done-heading"; title => |_| html! { bdi { (p.title) } })) }
                    @else { (rich!("showrefund-heading"; title => |_| html! { bdi { (p.title) } })) }
                }
                (form::summary(p.errors))
                @if p.over { (parts::empty(&t!("showrefund-over"), Some((&orders::path(p.space.id), &t!("desk-orders"))))) }
                @else if p.dues.is_empty() { (nobody(p)) }
                @else { (form(p)) }
            }
        },
    )
}

/// Nobody bought anything: the show is cancelled as any other.
fn nobody(p: &ShowRefundPage<'_>) -> Markup {
    let back = format!("/account/streams/{}/schedule", p.stream);
    parts::empty(&t!("showrefund-nobody"), Some((&back, &t!("showrefund-back"))))
}

fn form(p: &ShowRefundPage<'_>) -> Markup {
    html! {
        ul {
            @if p.goes_on { li { (t!("showrefund-ends")) } }
            li { (t!("showrefund-money")) }
            li { (t!("showrefund-mail")) }
            li { (t!("showrefund-without")) }
            li { b { (t!("showrefund-final")) } }
        }
        form.card.stack method="post" action=(path(p.stream)) {
            (form::group(FORM, "passes", &t!("showrefund-passes"), p.errors, passes(p)))
            input type="hidden" name="seen" value=(fingerprint(p.dues));
            (Field::input(FORM, "name", &t!("showrefund-name"), &p.draft.typed).required().max(80).autocomplete("off").hint(p.title).show(p.errors))
            button.button.danger { (t!("showrefund-do")) }
        }
        p { a href={ "/account/streams/" (p.stream) "/schedule" } { (t!("showrefund-back")) } }
    }
}

/// Each pass once, with what its orders would cost in each currency.
fn passes(p: &ShowRefundPage<'_>) -> Markup {
    let mut shown: Vec<&PassDue> = Vec::new();
    for due in p.dues {
        if shown.iter().all(|one| one.pass != due.pass) {
            shown.push(due);
        }
    }
    html! {
        p.muted { (t!("showrefund-passes-hint")) }
        @for pass in shown {
            label.choice {
                input type="checkbox" name="passes" value=(pass.pass) checked[p.draft.passes.contains(&pass.pass.to_string())];
                span {
                    bdi { (pass.title) }
                    @for due in p.dues.iter().filter(|due| due.pass == pass.pass) {
                        br;
                        small { (t!("showrefund-orders", count = due.orders, shown = count(due.orders.unsigned_abs()), amount = parts::money(due.due))) }
                    }
                }
            }
        }
    }
}

pub fn progress(shell: &Shell, s: &ShowRefundState<'_>) -> Markup {
    let head = Page { title: &t!("showrefund-title"), scripts: LIVE, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (trail(s.space))
                h1 { (rich!("showrefund-done-heading"; title => |_| html! { bdi { (s.title) } })) }
                p.muted { (rich!("showrefund-decided"; at => |_| parts::time(s.decided_at, When::Moment))) }
                div.stack #(dom::SHOW_REFUNDS) { (content(s)) }
                (stream::follow(&path(s.stream), ""))
            }
        },
    )
}

/// What follows the refunds.
pub fn picture(s: &ShowRefundState<'_>) -> Picture {
    Picture::default().with(dom::SHOW_REFUNDS, content(s))
}

fn content(s: &ShowRefundState<'_>) -> Markup {
    let (orders, done, failed) = s.sums.iter().fold((0, 0, 0), |(orders, done, failed), sum| {
        (orders + sum.orders, done + sum.done, failed + sum.failed)
    });
    let state = match (s.listed, done >= orders, failed > 0) {
        (true, true, _) => "done",
        (_, _, true) => "failed",
        _ => "running",
    };
    html! {
        div.card.stack data-state=(state) {
            @if orders > 0 || s.listed {
                p { b { (t!("showrefund-progress", done = count(i64::unsigned_abs(done)), count = orders, shown = count(i64::unsigned_abs(orders)))) } }
            }
            @if orders > 0 { progress max=(orders) value=(done) aria-label=(t!("showrefund-progress-label")) {} }
            @if !s.listed { p.muted { @if orders > 0 { (t!("showrefund-listing")) } @else { (t!("showrefund-begun")) } } }
            @for sum in s.sums {
                p { (t!("showrefund-returned", returned = parts::money(Money { minor: sum.returned, ..sum.amount }), amount = parts::money(sum.amount))) }
            }
            @if state == "done" { p role="status" { (t!("showrefund-all-done")) } }
        }
        @if failed > 0 { (failures(s, failed)) }
    }
}

fn failures(s: &ShowRefundState<'_>, failed: i64) -> Markup {
    html! {
        section.card.stack {
            h2 { (t!("showrefund-failed", count = failed)) }
            ul.plain role="list" {
                @for one in s.failed {
                    li {
                        a href=(orders::one_path(one.order)) { (t!("desk-order-title", number = order_number(one.number))) } ", " (parts::money(one.amount)) ": "
                        @match one.why {
                            FailedRefundWhy::Refused => (t!("showrefund-refused")),
                            FailedRefundWhy::CameBack => (t!("showrefund-came-back")),
                            FailedRefundWhy::NoAnswer => (t!("showrefund-stuck")),
                        }
                    }
                }
            }
            (form::action(&format!("{}/retry", path(s.stream)), "primary", &t!("showrefund-retry")))
        }
    }
}

/// The mail about a cancelled show to somebody who bought for it.
#[derive(Clone, Copy, Debug)]
pub struct CancelledNotice<'a> {
    pub title: &'a str,
    pub space: &'a str,
    /// What goes back, in each currency.
    pub amounts: &'a [Money],
    /// The link to the person's purchases, with scheme and host.
    pub url: &'a str,
}

pub fn cancelled(to: &str, n: &CancelledNotice<'_>) -> Mail {
    let amounts: Vec<String> = n.amounts.iter().map(|amount| parts::money(*amount)).collect();
    let text = t!(
        "mail-show-refund-text",
        title = n.title,
        space = n.space,
        amount = amounts.join(" + "),
        url = n.url
    );
    mail(to, t!("mail-cancelled-subject", title = n.title, space = n.space), text)
}
