//! The pass drawn as a ticket with a stub.

use domain::{
    access::relation::Relation,
    catalogue::offer::{Pass, PriceKind, Space},
};
use maud::{Markup, html};

/// A pass as offered to one person.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    pub pass: &'a Pass,
    pub relation: Relation,
    /// It can be obtained: it is free, or payments are set up.
    pub payable: bool,
}

/// A ticket: what it gives above, its price on the stub. `heading` is its title, at the heading level that the page
/// needs.
pub fn ticket(pass: &Pass, heading: Markup, class: &str, stub: Markup) -> Markup {
    html! {
        article class={ "pass " (class) } {
            div.body.stack {
                (heading)
                (benefits(pass))
            }
            div.stub { div.row { (price(&pass.price.kind)) } (stub) }
        }
    }
}

pub fn benefits(pass: &Pass) -> Markup {
    let mut lines = pass.about.lines().map(str::trim).filter(|l| !l.is_empty()).peekable();
    html! { @if lines.peek().is_some() { ul.ticks { @for line in lines { li { (line) } } } } }
}

/// The price, with how often it is paid in words beside the figure.
pub fn price(price: &PriceKind) -> Markup {
    match price {
        PriceKind::Free => html! { span.price { "Free" } },
        PriceKind::Once(money) => html! { span.price { (money.to_string()) } small { "once" } },
    }
}

/// The single action of an offer: take it, buy it, or open what the viewer holds; none for whoever is banned.
pub fn take(space: &Space, offer: &Offer<'_>, primary: bool) -> Markup {
    let path = format!("/{}/{}/purchase", space.slug, offer.pass.slug);
    let class = if primary { "button primary wide" } else { "button wide" };
    html! {
        @if offer.relation == Relation::Team { p.muted { "Your own pass: others can take or buy it here." } }
        @else if offer.relation == Relation::Banned { p.muted { "Closed to you while you are banned." } }
        @else if offer.relation == Relation::Holder { p.held { "You hold this pass." } a class=(class) href="/account/purchases" { "Open my passes" } }
        @else if offer.relation == Relation::Covered { p.held { "Your passes open all of this already." } }
        @else if offer.pass.withdrawn_at.is_some() { p.muted { "No longer offered. Those who hold it keep it." } }
        @else if !offer.payable { p.muted { "Not on sale at the moment." } }
        @else { form method="post" action=(path) { button class=(class) { (verb(&offer.pass.price.kind)) } } }
    }
}

fn verb(price: &PriceKind) -> String {
    match price {
        PriceKind::Free => "Take the pass".into(),
        PriceKind::Once(money) => format!("Buy for {money}"),
    }
}

/// The lowest price of a space, in a few words.
pub fn from(price: Option<PriceKind>) -> String {
    match price {
        None => "no pass on sale yet".into(),
        Some(PriceKind::Free) => "has a free pass".into(),
        Some(PriceKind::Once(money)) => format!("passes from {money}"),
    }
}
