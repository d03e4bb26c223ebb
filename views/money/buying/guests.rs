//! The order of a visitor who pays first and proves the address after.

use crate::{
    catalogue::{selling::till, ticket},
    dom,
    layout::{self, Page, Shell},
    mail::mail,
    money::{
        buying::gifts::receiver,
        checkout::{end_reason_text, pay_words, refund_words},
        mail::Receipt,
    },
    parts, rich, t,
    words::Words,
};
use domain::{
    amount::Money,
    catalogue::{
        offer::{Pass, Price, PriceKind, Space},
        slug::page_path,
    },
    mail::Mail,
    money::{
        checkout::{Checkout, OrderEnd, Payment},
        selling::Selling,
        settlement::RefundReason,
    },
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct GuestPage<'a> {
    pub order: &'a Checkout,
    pub space: &'a Space,
    pub pass: &'a Pass,
    /// The address of this page, which only the buyer has.
    pub path: &'a str,
    /// Whoever looks has proven the address.
    pub own: bool,
    /// Why the order is ending or has ended.
    pub ended: Option<OrderEnd>,
    /// The current version of the text on refunds.
    pub refunds: i64,
    /// The money goes back.
    pub returned: bool,
}

pub fn page(shell: &Shell, p: &GuestPage<'_>) -> Markup {
    let (order, space) = (p.order, p.space);
    let head = Page { title: &t!("money-order"), accent: space.accent, ..Page::default() };
    // The ticket shows the price of the order, not the pass's current price.
    let price = Price { kind: PriceKind::Once(order.amount), ..p.pass.price };
    let selling = Selling { lasting: order.lasting, ..p.pass.selling };
    let ordered = Pass { price, selling, ..p.pass.clone() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", space.slug), &space.name)]))
                h1 { (t!("money-order")) }
                (ticket::ticket(&ordered, ticket::heading(space, &order.title), "chosen", total(order)))
                section.stack data-state=(order.state.code()) { (status(p)) }
            }
        },
    )
}

fn total(order: &Checkout) -> Markup {
    html! {
        dl.total {
            div { dt { (t!("money-order-for")) } dd { (order.email) } }
            div.sum { dt { (t!("money-order-total")) } dd { (parts::money(order.amount)) " " small { (order.amount.currency.code().to_uppercase()) } } }
        }
    }
}

fn status(p: &GuestPage<'_>) -> Markup {
    let back = page_path(&p.space.slug, &p.pass.slug);
    match (p.order.state, p.ended) {
        (Payment::Held | Payment::Paying, None) => html! {
            @if p.order.state == Payment::Paying { p.notice { (t!("money-waiting")) " " (t!("guest-look-again")) } }
            @else if p.order.request.is_some() { p.notice { (t!("money-away")) } }
            form method="post" action={ (p.path) "/payment" } { (till::seen(p.refunds)) button.button.primary.wide { (pay_words(p.order.amount)) } }
            (till::notice())
            @if p.order.state == Payment::Held { p.muted { (t!("money-pay-where")) } }
            form method="post" action={ (p.path) "/cancellation" } { button.button.wide { (t!("money-cancel")) } }
        },
        (Payment::Processing, _) => html! {
            div.notice { p { b { (t!("money-processing")) } } p { (t!("money-processing-mail", email = p.order.email.as_str())) } }
        },
        (Payment::Paid, _) if p.returned => html! {
            div.notice { h2 { (t!("money-going-back")) } p { (t!("guest-returned", amount = parts::money(p.order.amount))) } }
            a.button.wide href=(back) { (t!("money-back-to-pass")) }
        },
        (Payment::Paid, _) => paid(p),
        (_, ended) => html! {
            @let (what, safe) = over(p.order.state, ended);
            div.notice { h2 { (what) } p { (safe) } }
            a.button.primary.wide href=(back) { (t!("money-back-to-pass")) }
        },
    }
}

/// Why an order ends without the pass, and what that means for the money.
fn over(state: Payment, ended: Option<OrderEnd>) -> (Words, Words) {
    match (state, ended) {
        (Payment::Failed, Some(end @ OrderEnd::Refused)) => (end_reason_text(end), t!("money-safe-refused")),
        (Payment::Failed | Payment::Expired, Some(end @ OrderEnd::Unconfirmed)) => {
            (end_reason_text(end), t!("money-safe-unconfirmed"))
        }
        (Payment::Failed, _) => (t!("money-failed"), t!("money-safe-failed")),
        (Payment::Expired, Some(end)) => (end_reason_text(end), t!("money-safe-ended")),
        (_, Some(end)) => (end_reason_text(end), t!("money-ending")),
        (_, None) => (t!("money-run-out"), t!("money-safe-run-out")),
    }
}

/// Paid: what is left is to prove the address.
fn paid(p: &GuestPage<'_>) -> Markup {
    let to = receiver(p.order.gift.as_deref().unwrap_or_default());
    html! {
        div.notice.good { h2 { (t!("gift-paid")) } p { @if p.own { (rich!("guest-proven"; email => |_| html! { b { bdi { (to) } } })) } @else { (rich!("guest-prove"; email => |_| html! { b { bdi { (to) } } })) } } }
        @if p.own {
            form method="post" action={ (p.path) "/claim" } { button.button.primary.wide { (t!("comp-take")) } }
        } @else {
            form method="post" action="/sign-in" {
                input type="hidden" name="email" value=(to);
                input type="hidden" name="next" value=(p.path);
                button.button.primary.wide { (t!("guest-send-code")) }
            }
        }
    }
}

/// What somebody got of what was paid for their address before they proved it, by pass and space, or why the money goes back. Empty if
/// there was nothing.
pub fn claimed<'a>(all: impl Iterator<Item = (&'a str, &'a str, Option<RefundReason>)>) -> String {
    let words = all.map(|(pass, space, back)| match back {
        None => t!("guest-claimed", pass = pass, space = space),
        Some(why) => t!("guest-claimed-back", pass = pass, space = space, why = refund_words(why)),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Reminds whoever has paid of the pass that waits. Its link leads to the order.
pub fn reminder(to: &str, pass: &str, space: &str, amount: Money, url: &str) -> Mail {
    let amount = parts::money(amount);
    let text = t!("mail-guest-reminder-text", pass = pass, space = space, amount = amount, url = url);
    mail(to, t!("mail-guest-reminder-subject", pass = pass, space = space), text)
}

/// The receipt, which says how to get in. Its link leads to the order.
pub fn receipt(to: &str, r: &Receipt<'_>) -> Mail {
    let text = t!(
        "mail-guest-receipt-text",
        pass = r.pass,
        space = r.space,
        amount = parts::money(r.amount),
        currency = r.amount.currency.code().to_uppercase(),
        url = r.url,
        reference = r.reference,
        invoice = r.invoice
    );
    mail(to, t!("mail-guest-receipt-subject", pass = r.pass, space = r.space), text)
}
