//! Checkout: the ticket, the total before the button, and a page that opens the experience by itself once paid.

use crate::{
    catalogue::ticket,
    dom,
    layout::{self, LIVE, Page, Shell},
    live::stream,
    parts,
};
use domain::{
    catalogue::offer::{Experience, Pass, Price, PriceKind, Space},
    money::{
        checkout::{Checkout, OrderEnd, Payment},
        payments::Dispute,
        settlement::{PaidMoney, Refund, RefundReason},
    },
};
use maud::{Markup, html};

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
}

pub fn page(shell: &Shell, o: &Order<'_>) -> Markup {
    let title = format!("{} for {}", o.checkout.title, o.checkout.amount);
    let head = Page {
        title: &title,
        scripts: if o.checkout.state.settled() { &[] } else { LIVE },
        ..Page::default()
    };
    let base = format!("/checkouts/{}", o.checkout.id);
    let heading = html! { h2 { (o.checkout.title) } };
    // The ticket shows the price of the order, not the pass's current price.
    let price = Price { kind: PriceKind::Once(o.checkout.amount), ..o.pass.price };
    let ordered = Pass { price, ..o.pass.clone() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", o.space.slug), &o.space.name)]))
                h1 { "Your order" }
                (ticket::ticket(&ordered, heading, "chosen", total(o)))
                (status(o))
            }
            @if !o.checkout.state.settled() {
                div id=(dom::FEED) data-feed={ (base) "/events" } data-refresh={ (base) "/fragment" } hx-sse:close=(dom::events::END) {}
                (stream::notice())
            }
        },
    )
}

/// The order's new state, as an SSE message and as the answer of `/checkouts/:id/fragment`.
pub fn frame(o: &Order<'_>) -> Markup {
    dom::partial(dom::CHECKOUT, "outerHTML", status(o))
}

fn total(o: &Order<'_>) -> Markup {
    html! {
        dl.total {
            div { dt { "For" } dd { (o.checkout.email) } }
            div.sum { dt { "Total" } dd { (o.checkout.amount.to_string()) " " small { (o.checkout.amount.currency.code().to_uppercase()) } } }
        }
    }
}

fn status(o: &Order<'_>) -> Markup {
    html! {
        section.stack.settle id=(dom::CHECKOUT) data-state=(o.checkout.state.code()) aria-live="polite" {
            @match (o.checkout.state, o.ended) {
                (Payment::Held | Payment::Paying, Some(end)) => (ending(end)),
                (Payment::Held, None) => (pay(o)),
                (Payment::Paying, None) => (paying(o)),
                (Payment::Processing, _) => (processing(o)),
                (Payment::Paid, _) => (paid(o)),
                (Payment::Failed, Some(OrderEnd::Refused)) => (over(o, end_reason_text(OrderEnd::Refused),
                    "That is a mistake on our side, not your card's. Nothing was charged. Please try again later.")),
                (Payment::Failed | Payment::Expired, Some(end @ OrderEnd::Unconfirmed)) => (over(o, end_reason_text(end),
                    "This order has ended, and we do not know whether you were charged. If you are, you get the pass or a refund.")),
                (Payment::Failed, _) => (over(o, "The payment failed.", "The money did not arrive, and nothing was charged.")),
                (Payment::Expired, Some(end)) => (over(o, end_reason_text(end), "This order has ended. Nothing was charged.")),
                (Payment::Expired, None) => (over(o, "This order has run out.", "Nothing was charged.")),
            }
        }
    }
}

fn button(o: &Order<'_>, words: &str, class: &str) -> Markup {
    html! { form method="post" action={ "/checkouts/" (o.checkout.id) "/payment" } { button class={ "button wide " (class) } { (words) } } }
}

fn cancel(o: &Order<'_>) -> Markup {
    html! { form method="post" action={ "/checkouts/" (o.checkout.id) "/cancellation" } { button.button.wide { "Cancel the order" } } }
}

fn held_for(o: &Order<'_>) -> Markup {
    html! { p.muted { "Held for you " (parts::countdown("for", o.checkout.expires_at)) "." } }
}

fn pay(o: &Order<'_>) -> Markup {
    html! {
        @if o.away { p.notice { "The payment service does not answer at the moment. We keep trying; nothing was charged." } }
        (button(o, &format!("Pay {}", o.checkout.amount), "primary"))
        p.muted { "You pay on the page of our payment provider and come back here." }
        (held_for(o))
        (cancel(o))
    }
}

fn paying(o: &Order<'_>) -> Markup {
    html! {
        div.notice {
            p { b { "Waiting for your payment." } }
            p { "As soon as it is confirmed, this page opens the door. You can leave it open." }
        }
        (button(o, &format!("Pay {}", o.checkout.amount), "primary"))
        (held_for(o))
        (cancel(o))
    }
}

fn processing(o: &Order<'_>) -> Markup {
    html! {
        div.notice {
            p { b { "Your payment is being processed." } }
            p { "Your bank confirms this kind of payment within some days. We write to " (o.checkout.email) " when the pass is yours, or if the payment fails; you need not keep this page open." }
        }
    }
}

/// The order can no longer be paid, but the provider has not confirmed that yet.
fn ending(end: OrderEnd) -> Markup {
    html! { div.notice { p { b { (end_reason_text(end)) } } p { "This order is being ended. If you have paid already, the payment counts." } } }
}

/// Why an order ends, as a sentence.
pub fn end_reason_text(end: OrderEnd) -> &'static str {
    match end {
        OrderEnd::Cancelled => "You have cancelled this order.",
        OrderEnd::Price => "The price of this pass has changed.",
        OrderEnd::Withdrawn => "This pass is no longer sold.",
        OrderEnd::Unpublished => "This space is closed at the moment.",
        OrderEnd::Banned => "You were banned from this space.",
        OrderEnd::Refused => "This order could not be opened.",
        OrderEnd::Unconfirmed => "We have had no confirmation of a payment.",
    }
}

/// An order that ended without the pass: what happened, and what can be done now.
fn over(o: &Order<'_>, what: &str, safe: &str) -> Markup {
    html! {
        div.notice.bad { h2 { (what) } p { (safe) } }
        (next(o))
    }
}

/// The way on under the current terms, which may differ from those that ended the order.
fn next(o: &Order<'_>) -> Markup {
    let purchase = format!("/{}/{}/purchase", o.space.slug, o.pass.slug);
    html! {
        @match (o.closed, o.pass.price.kind) {
            (Some(end), _) => {
                @if o.ended != Some(end) { p { (end_reason_text(end)) } }
                @if matches!(end, OrderEnd::Unpublished | OrderEnd::Banned) { a.button.wide href="/explore" { "Explore other spaces" } }
                @else { a.button.wide href={ "/" (o.space.slug) } { "See what " bdi { (o.space.name) } " offers" } }
            }
            (None, PriceKind::Free) => {
                p { "The pass is free now." }
                form method="post" action=(purchase) { button.button.primary.wide { "Take the pass" } }
            }
            (None, PriceKind::Once(now)) if now != o.checkout.amount => {
                p { "It costs " b { (now.to_string()) } " now." }
                form method="post" action=(purchase) { button.button.primary.wide { "Buy for " (now.to_string()) } }
            }
            (None, PriceKind::Once(_)) => a.button.primary.wide href={ "/" (o.space.slug) "/" (o.pass.slug) } { "Back to the pass" },
        }
    }
}

fn paid(o: &Order<'_>) -> Markup {
    let Some(money) = &o.money else { return entered(o) };
    match money.refund() {
        Refund::Whole => returned(o, money),
        Refund::Failed => refund_failed(o),
        Refund::Taken => {
            over(o, "The payment was taken back.", "Your bank returned it to you after a dispute.")
        }
        Refund::Owed(reason) => going_back(o, reason, money.dispute),
        Refund::Disputed => html! {
            div.notice.bad { h2 { "Your pass is paused" } p { "The payment is disputed with your bank. When the bank has decided for the payment, the pass opens its doors again." } }
        },
        Refund::Part => html! {
            (entered(o))
            p.muted { (money.refunded.to_string()) " of it went back to you." }
        },
        Refund::None => entered(o),
    }
}

fn entered(o: &Order<'_>) -> Markup {
    if o.closed == Some(OrderEnd::Banned) {
        return html! { div.notice.bad { h2 { "The pass is yours" } p { (end_reason_text(OrderEnd::Banned)) " Until the ban ends, the pass opens nothing." } } };
    }
    html! {
        div.notice.good { h2 { "You are in" } p { "The pass is yours. A confirmation is on its way to " (o.checkout.email) "." } }
        @for (i, e) in o.opens.iter().enumerate() {
            a.button.wide.primary[i == 0] href={ "/" (o.space.slug) "/" (e.slug) } { "Enter " bdi { (e.title) } }
        }
        @if o.opens.is_empty() { a.button.primary.wide href={ "/" (o.space.slug) } { "Go to " bdi { (o.space.name) } } }
    }
}

/// Why the payment is refunded automatically.
pub fn refund_words(reason: RefundReason) -> &'static str {
    match reason {
        RefundReason::Surplus => "You held this pass already.",
        RefundReason::Banned => "You may not enter this space.",
        RefundReason::Unpublished => "The space was closed before the payment arrived.",
    }
}

/// While a bank decides about a dispute, it holds the money, and nobody can promise a mail about it.
fn going_back(o: &Order<'_>, reason: RefundReason, dispute: Option<Dispute>) -> Markup {
    html! {
        div.notice {
            h2 { "Your money goes back" }
            p {
                (refund_words(reason)) " "
                @if dispute == Some(Dispute::Open) { "The payment is disputed with your bank. If the bank does not return it to you, we do." }
                @else { "We return " (o.checkout.amount.to_string()) " to where it came from and write to you then." }
            }
        }
    }
}

fn returned(o: &Order<'_>, money: &PaidMoney) -> Markup {
    html! {
        div.notice {
            h2 { "Refunded" }
            @if let Some(reason) = money.owed { p { (refund_words(reason)) } }
            p { (money.refunded.to_string()) " went back to where it came from. Banks take up to ten days to show it." }
        }
        a.button.wide href={ "/" (o.space.slug) } { "Go to " bdi { (o.space.name) } }
    }
}

fn refund_failed(o: &Order<'_>) -> Markup {
    html! {
        div.notice.bad {
            h2 { "The refund failed" }
            p { "Your bank sent the money back to us, so it is not on your account. We know of it and will pay it back another way; a mail to " (o.checkout.email) " asks you how." }
        }
        a.button.wide href={ "/" (o.space.slug) } { "Go to " bdi { (o.space.name) } }
    }
}
