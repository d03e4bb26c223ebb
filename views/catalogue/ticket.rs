//! The pass as a ticket with a stub.

use domain::catalogue::offer::{Pass, Price, Space};
use maud::{Markup, html};

/// What somebody who looks at a pass is to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// May take or buy it.
    Buyer,
    /// Holds it.
    Holder,
    /// Holds other passes that open all that it opens.
    Covered,
    /// Works on its space: every door is open anyway.
    Team,
}

/// A pass on offer to one person.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    pub pass: &'a Pass,
    pub relation: Relation,
    /// It can be taken: it is free, or payments are set up.
    pub payable: bool,
}

/// A ticket with what it gives above and what it costs on the stub. `heading` is its title, as a heading of the page's order.
pub fn ticket(pass: &Pass, heading: Markup, class: &str, stub: Markup) -> Markup {
    html! {
        article class={ "pass " (class) } {
            div.body.stack {
                (heading)
                (benefits(pass))
            }
            div.stub { div.row { (price(&pass.price)) } (stub) }
        }
    }
}

pub fn benefits(pass: &Pass) -> Markup {
    let mut lines = pass.about.lines().map(str::trim).filter(|l| !l.is_empty()).peekable();
    html! { @if lines.peek().is_some() { ul.ticks { @for line in lines { li { (line) } } } } }
}

/// What it costs and how: the words stand beside the figure.
pub fn price(price: &Price) -> Markup {
    match price {
        Price::Free => html! { span.price { "Free" } },
        Price::Once(money) => html! { span.price { (money.to_string()) } small { "once" } },
    }
}

/// The one thing to do with an offer: take it, buy it, or open what one holds.
pub fn take(space: &Space, offer: &Offer<'_>, primary: bool) -> Markup {
    let path = format!("/{}/{}/purchase", space.slug, offer.pass.slug);
    let class = if primary { "button primary wide" } else { "button wide" };
    html! {
        @if offer.relation == Relation::Team { p.muted { "Your own pass: others can take or buy it here." } }
        @else if offer.relation == Relation::Holder { p.held { "You hold this pass." } a class=(class) href="/account/purchases" { "Open my passes" } }
        @else if offer.relation == Relation::Covered { p.held { "Your passes open all of this already." } }
        @else if offer.pass.withdrawn_at.is_some() { p.muted { "No longer offered. Those who hold it keep it." } }
        @else if !offer.payable { p.muted { "Not on sale at the moment." } }
        @else { form method="post" action=(path) { button class=(class) { (verb(&offer.pass.price)) } } }
    }
}

fn verb(price: &Price) -> String {
    match price {
        Price::Free => "Take the pass".into(),
        Price::Once(money) => format!("Buy for {money}"),
    }
}

/// The cheapest of a space, in a few words.
pub fn from(price: Option<Price>) -> String {
    match price {
        None => "not on sale yet".into(),
        Some(Price::Free) => "free to enter".into(),
        Some(Price::Once(money)) => format!("from {money}"),
    }
}
