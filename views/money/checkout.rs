//! Checkout: the ticket, the total before the button, and a page that opens the experience by itself once paid.

use crate::{
    catalogue::ticket,
    dom,
    in_words::InWords,
    layout::{self, LIVE, Page, Shell},
    live::stream,
    parts, rich, t,
};
use domain::{
    amount::Money,
    catalogue::{
        offer::{Experience, Pass, Price, PriceKind, Space},
        slug::page_path,
    },
    money::{
        checkout::{Checkout, CheckoutError, OrderEnd, Payment},
        payments::Dispute,
        settlement::{PaidMoney, Refund, RefundReason},
    },
    people::account::Account,
};
use maud::{Markup, html};
use std::borrow::Cow;

type Words = Cow<'static, str>;

#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    pub checkout: &'a Checkout,
    pub space: &'a Space,
    pub pass: &'a Pass,
    /// The experiences that the pass opens.
    pub opens: &'a [Experience],
    /// The payment provider cannot be reached at the moment; the server retries.
    pub away: bool,
    /// Why the order is ending or has ended.
    pub ended: Option<OrderEnd>,
    /// Why the buyer cannot get the pass now, at whatever price.
    pub closed: Option<OrderEnd>,
    /// What happened to the money, once paid.
    pub money: Option<PaidMoney>,
    /// The buyer, if nobody has asked yet what to call them.
    pub unnamed: Option<&'a Account>,
}

pub fn page(shell: &Shell, o: &Order<'_>) -> Markup {
    let (title, amount) = (o.checkout.title.as_str(), parts::money(o.checkout.amount));
    let title = t!("money-order-title", title = title, amount = amount);
    let head = Page {
        title: &title,
        scripts: if o.checkout.state.settled() { &[] } else { LIVE },
        ..Page::default()
    };
    let base = format!("/checkouts/{}", o.checkout.id);
    let heading = html! {
        div.row { (parts::logo(&o.space.name, o.space.logo, "m")) div.grow { h2 { (o.checkout.title) } small { bdi { (o.space.name) } } } }
    };
    // The ticket shows the price of the order, not the pass's current price.
    let price = Price { kind: PriceKind::Once(o.checkout.amount), ..o.pass.price };
    let ordered = Pass { price, ..o.pass.clone() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", o.space.slug), &o.space.name)]))
                h1 { (t!("money-order")) }
                (ticket::ticket(&ordered, heading, "chosen", total(o)))
                (status(o))
            }
            @if !o.checkout.state.settled() {
                (stream::follow(&base, ""))
            }
        },
    )
}

/// The order's new state, as an SSE message and as the answer of `/checkouts/:id/fragment`.
pub fn frame(o: &Order<'_>) -> Markup {
    dom::partial(dom::CHECKOUT, "outerHTML", status(o))
}

fn total(o: &Order<'_>) -> Markup {
    let agreed = o.checkout.agreed.filter(|version| *version > 0);
    html! {
        dl.total {
            div { dt { (t!("money-order-for")) } dd { (o.checkout.email) } }
            div.sum { dt { (t!("money-order-total")) } dd { (parts::money(o.checkout.amount)) " " small { (o.checkout.amount.currency.code().to_uppercase()) } } }
            @if let Some(version) = agreed { div { dt { (t!("text-title-terms")) } dd { a href={ "/terms?version=" (version) } { (t!("order-terms-version", version = version)) } } } }
        }
    }
}

fn status(o: &Order<'_>) -> Markup {
    html! {
        section.stack.settle id=(dom::CHECKOUT) data-state=(o.checkout.state.code()) aria-live="polite" {
            @match (o.checkout.state, o.ended) {
                (Payment::Held | Payment::Paying, Some(end)) => (ending(o, end)),
                (Payment::Held, None) => (pay(o)),
                (Payment::Paying, None) => (paying(o)),
                (Payment::Processing, _) => (processing(o)),
                (Payment::Paid, _) => (paid(o)),
                (Payment::Failed, Some(end @ OrderEnd::Refused)) => (over(o, &end_reason_text(end), &t!("money-safe-refused"))),
                (Payment::Failed | Payment::Expired, Some(end @ OrderEnd::Unconfirmed)) => {
                    (over(o, &end_reason_text(end), &t!("money-safe-unconfirmed")))
                }
                (Payment::Failed, _) => (over(o, &t!("money-failed"), &t!("money-safe-failed"))),
                (Payment::Expired, Some(end)) => (over(o, &end_reason_text(end), &t!("money-safe-ended"))),
                (Payment::Expired, None) => (over(o, &t!("money-run-out"), &t!("money-safe-run-out"))),
            }
        }
    }
}

fn button(o: &Order<'_>, words: &str, class: &str) -> Markup {
    html! { form method="post" action={ "/checkouts/" (o.checkout.id) "/payment" } { button class={ "button wide " (class) } { (words) } } }
}

fn cancel(o: &Order<'_>) -> Markup {
    html! { form method="post" action={ "/checkouts/" (o.checkout.id) "/cancellation" } { button.button.wide { (t!("money-cancel")) } } }
}

fn held_for(o: &Order<'_>) -> Markup {
    html! { p.muted { (rich!("money-held-for"; time => |_| parts::countdown("for", o.checkout.expires_at))) } }
}

/// On the button that leads to the provider.
pub fn pay_words(amount: Money) -> String {
    t!("money-pay", amount = parts::money(amount))
}

fn pay(o: &Order<'_>) -> Markup {
    html! {
        @if o.away { p.notice { (t!("money-away")) } }
        (button(o, &pay_words(o.checkout.amount), "primary"))
        p.muted { (t!("money-pay-where")) }
        (held_for(o))
        (cancel(o))
    }
}

fn paying(o: &Order<'_>) -> Markup {
    html! {
        div.notice {
            p { b { (t!("money-waiting")) } }
            p { (t!("money-waiting-page")) }
        }
        (button(o, &pay_words(o.checkout.amount), "primary"))
        (held_for(o))
        (cancel(o))
    }
}

fn processing(o: &Order<'_>) -> Markup {
    html! {
        div.notice {
            p { b { (t!("money-processing")) } }
            p { (t!("money-processing-mail", email = o.checkout.email.as_str())) }
        }
        (onward(o))
    }
}

/// The order can no longer be paid, but the provider has not confirmed that yet.
fn ending(o: &Order<'_>, end: OrderEnd) -> Markup {
    html! {
        div.notice { p { b { (end_reason_text(end)) } } p { (t!("money-ending")) } }
        (onward(o))
    }
}

/// Why an order ends, as a sentence.
pub fn end_reason_text(end: OrderEnd) -> Words {
    match end {
        OrderEnd::Cancelled => t!("money-end-cancelled"),
        OrderEnd::Price => t!("money-end-price"),
        OrderEnd::Withdrawn => t!("money-end-withdrawn"),
        OrderEnd::Unpublished => t!("money-end-unpublished"),
        OrderEnd::Banned => t!("money-end-banned"),
        OrderEnd::Refused => t!("money-end-refused"),
        OrderEnd::Unconfirmed => t!("money-end-unconfirmed"),
    }
}

/// Why an order cannot go on.
impl InWords for CheckoutError {
    fn in_words(&self) -> String {
        let Self::Over(payment) = self;
        let state = match payment {
            Payment::Held => t!("money-state-held"),
            Payment::Paying => t!("money-state-paying"),
            Payment::Processing => t!("money-state-processing"),
            Payment::Paid => t!("money-state-paid"),
            Payment::Failed => t!("money-state-failed"),
            Payment::Expired => t!("money-state-expired"),
        };
        t!("money-over", state = state)
    }
}

/// An order that ended without the pass: what happened, and what can be done now.
fn over(o: &Order<'_>, what: &str, safe: &str) -> Markup {
    html! {
        // Whoever cancelled their order meant it: that is no failure.
        div.notice.bad[o.ended != Some(OrderEnd::Cancelled)] { h2 { (what) } p { (safe) } }
        (next(o))
    }
}

/// The way on under the current terms, which may differ from those that ended the order.
fn next(o: &Order<'_>) -> Markup {
    let purchase = format!("{}/purchase", page_path(&o.space.slug, &o.pass.slug));
    html! {
        @match (o.closed, o.pass.price.kind) {
            (Some(end), _) => {
                @if o.ended != Some(end) { p { (end_reason_text(end)) } }
                @if matches!(end, OrderEnd::Unpublished | OrderEnd::Banned) { a.button.wide href="/explore" { (t!("money-explore-others")) } }
                @else { a.button.wide href={ "/" (o.space.slug) } { (rich!("money-see-offers"; space => |_| html! { bdi { (o.space.name) } })) } }
            }
            (None, PriceKind::Free) => {
                p { (t!("money-free-now")) }
                form method="post" action=(purchase) { button.button.primary.wide { (t!("money-take")) } }
            }
            (None, PriceKind::Once(now)) if now != o.checkout.amount => {
                p { (rich!("money-costs-now"; amount => |_| html! { b { (parts::money(now)) } })) }
                form method="post" action=(purchase) { button.button.primary.wide { (t!("money-buy-for", amount = parts::money(now))) } }
            }
            (None, PriceKind::Once(_)) => a.button.primary.wide href=(page_path(&o.space.slug, &o.pass.slug)) { (t!("money-back-to-pass")) },
        }
    }
}

fn paid(o: &Order<'_>) -> Markup {
    let Some(money) = &o.money else { return entered(o) };
    match money.refund() {
        Refund::Whole => returned(o, money),
        Refund::Failed => refund_failed(o),
        Refund::Taken => over(o, &t!("money-taken-back"), &t!("money-taken-back-why")),
        Refund::Owed(reason) => going_back(o, reason, money.dispute),
        Refund::Disputed => html! {
            div.notice.bad { h2 { (t!("money-paused")) } p { (t!("money-paused-why")) } }
            (onward(o))
        },
        Refund::Part => html! {
            (entered(o))
            p.muted { (t!("money-part-back", amount = parts::money(money.refunded))) }
        },
        Refund::None => entered(o),
    }
}

fn entered(o: &Order<'_>) -> Markup {
    if o.closed == Some(OrderEnd::Banned) {
        return html! {
            div.notice.bad {
                h2 { (t!("money-yours")) }
                p { (end_reason_text(OrderEnd::Banned)) " " (t!("money-yours-banned")) }
            }
            (onward(o))
        };
    }
    html! {
        div.notice.good { h2 { (t!("money-in")) } p { (t!("money-confirmed", email = o.checkout.email.as_str())) } }
        @for (i, e) in o.opens.iter().enumerate() {
            @let (door, words) = (page_path(&o.space.slug, &e.slug), rich!("money-enter"; title => |_| html! { bdi { (e.title) } }));
            @match o.unnamed {
                Some(buyer) if i == 0 => (parts::name_and_enter(buyer, &door, &words)),
                _ => a.button.wide.primary[i == 0] href=(door) { (words) },
            }
        }
        @if o.opens.is_empty() { a.button.primary.wide href={ "/" (o.space.slug) } { (go_to(o)) } }
        @else { p.muted { (rich!("catalogue-calendar"; calendar => |words| html! { a href={ "/" (o.space.slug) "/calendar.ics" } { (words) } })) } }
    }
}

/// The way on where nothing is left to do here: to the space, or past one that is closed to the buyer.
fn onward(o: &Order<'_>) -> Markup {
    html! {
        @if matches!(o.closed, Some(OrderEnd::Unpublished | OrderEnd::Banned)) { a.button.wide href="/explore" { (t!("money-explore-others")) } }
        @else { a.button.wide href={ "/" (o.space.slug) } { (go_to(o)) } }
    }
}

fn go_to(o: &Order<'_>) -> Markup {
    rich!("money-go-to"; space => |_| html! { bdi { (o.space.name) } })
}

/// Why the payment is refunded automatically.
pub fn refund_words(reason: RefundReason) -> Words {
    match reason {
        RefundReason::Surplus => t!("money-refund-surplus"),
        RefundReason::Banned => t!("money-refund-banned"),
        RefundReason::Unpublished => t!("money-refund-unpublished"),
    }
}

/// While a bank decides about a dispute, it holds the money, and nobody can promise a mail about it.
fn going_back(o: &Order<'_>, reason: RefundReason, dispute: Option<Dispute>) -> Markup {
    html! {
        div.notice {
            h2 { (t!("money-going-back")) }
            p {
                (refund_words(reason)) " "
                @if dispute == Some(Dispute::Open) { (t!("money-going-back-disputed")) }
                @else { (t!("money-going-back-amount", amount = parts::money(o.checkout.amount))) }
            }
        }
        (onward(o))
    }
}

fn returned(o: &Order<'_>, money: &PaidMoney) -> Markup {
    html! {
        div.notice {
            h2 { (t!("money-refunded")) }
            @if let Some(reason) = money.owed { p { (refund_words(reason)) } }
            p { (t!("money-refunded-amount", amount = parts::money(money.refunded))) }
        }
        (onward(o))
    }
}

fn refund_failed(o: &Order<'_>) -> Markup {
    html! {
        div.notice.bad {
            h2 { (t!("money-refund-failed")) }
            p { (t!("money-refund-failed-mail", email = o.checkout.email.as_str())) }
        }
        (onward(o))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_is_over_is_told_in_the_words_of_the_domain() {
        for error in Payment::ALL.map(CheckoutError::Over) {
            assert_eq!(error.in_words(), error.to_string());
        }
    }
}
