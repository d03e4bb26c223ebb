//! Buying: the ticket in view, the total before the button, and a page that opens the door by itself.

use crate::{
    catalogue::ticket,
    dom,
    layout::{self, LIVE, Page, Shell},
    live::stream,
    parts,
};
use domain::{
    catalogue::offer::{Experience, Pass, Space},
    money::checkout::{Checkout, Payment},
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    pub checkout: &'a Checkout,
    pub space: &'a Space,
    pub pass: &'a Pass,
    /// What the pass opens.
    pub opens: &'a [Experience],
    /// The provider cannot be reached at the moment: it is tried again.
    pub away: bool,
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
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", o.space.slug), &o.space.name)]))
                h1 { "Your order" }
                (ticket::ticket(o.pass, heading, "chosen", total(o)))
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
            @match o.checkout.state {
                Payment::Held => (pay(o)),
                Payment::Paying => (paying(o)),
                Payment::Paid => (paid(o)),
                Payment::Failed => (again(o, "The payment did not go through.", "Nothing was charged. You can try again with the same card or another one.")),
                Payment::Expired => (again(o, "This order has run out.", "Nothing was charged. The pass is still there if you want it.")),
            }
        }
    }
}

fn button(o: &Order<'_>, words: &str, class: &str) -> Markup {
    html! { form method="post" action={ "/checkouts/" (o.checkout.id) "/payment" } { button class={ "button wide " (class) } { (words) } } }
}

fn held_for(o: &Order<'_>) -> Markup {
    html! { p.muted { "Yours " (parts::countdown("for", o.checkout.expires_at)) "." } }
}

fn pay(o: &Order<'_>) -> Markup {
    html! {
        @if o.away { p.notice { "The payment service does not answer at the moment. We keep trying; nothing was charged." } }
        (button(o, &format!("Pay {}", o.checkout.amount), "primary"))
        p.muted { "You pay on the page of our payment provider and come back here." }
        (held_for(o))
    }
}

fn paying(o: &Order<'_>) -> Markup {
    html! {
        div.notice {
            p { b { "Waiting for your payment." } }
            p { "As soon as it is confirmed, this page opens the door. You can leave it open." }
        }
        (button(o, "Go to the payment page", ""))
        (held_for(o))
    }
}

fn paid(o: &Order<'_>) -> Markup {
    html! {
        div.notice.good { h2 { "You are in" } p { "The pass is yours. A confirmation is on its way to " (o.checkout.email) "." } }
        @for (i, e) in o.opens.iter().enumerate() {
            a.button.wide.primary[i == 0] href={ "/" (o.space.slug) "/" (e.slug) } { "Enter " bdi { (e.title) } }
        }
        @if o.opens.is_empty() { a.button.primary.wide href={ "/" (o.space.slug) } { "Go to " bdi { (o.space.name) } } }
    }
}

fn again(o: &Order<'_>, what: &str, safe: &str) -> Markup {
    html! {
        div.notice.bad { h2 { (what) } p { (safe) } }
        a.button.primary.wide href={ "/" (o.space.slug) "/" (o.pass.slug) } { "Back to the pass" }
    }
}
