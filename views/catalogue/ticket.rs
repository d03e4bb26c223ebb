//! The pass drawn as a ticket with a stub.

use crate::{icons, parts, t};
use domain::{
    access::relation::Relation,
    catalogue::{
        offer::{Pass, PriceKind, Space},
        slug::page_path,
    },
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
        PriceKind::Free => html! { span.price { (t!("catalogue-cost-free")) } },
        PriceKind::Once(money) => {
            html! { span.price { (parts::money(*money)) } small { (t!("catalogue-price-once")) } }
        }
    }
}

/// The single action of an offer: take it, buy it, or open what the viewer holds; none for whoever is banned.
pub fn take(space: &Space, offer: &Offer<'_>, primary: bool) -> Markup {
    let path = format!("{}/purchase", page_path(&space.slug, &offer.pass.slug));
    let class = if primary { "button primary wide" } else { "button wide" };
    html! {
        @if offer.relation == Relation::Team { p.muted { (t!("catalogue-take-team")) } }
        @else if offer.relation == Relation::Banned { p.muted { (t!("catalogue-take-banned")) } }
        @else if offer.relation == Relation::Holder { p.held { (t!("catalogue-take-held")) } a class=(class) href="/account/purchases" { (t!("catalogue-take-open")) } }
        @else if offer.relation == Relation::Covered { p.held { (t!("catalogue-take-covered")) } }
        @else if offer.pass.withdrawn_at.is_some() { p.muted { (t!("catalogue-take-withdrawn")) } }
        @else if !offer.payable { p.muted { (t!("catalogue-take-not-on-sale")) } }
        @else { form method="post" action=(path) { button class=(class) { (verb(&offer.pass.price.kind)) } } }
    }
}

/// The ticket of a page in one line, which stays at the foot of a phone's screen; nothing for whoever cannot take it. It is the
/// same form as on the ticket, so it is no second primary action.
pub fn bar(space: &Space, offer: &Offer<'_>, opens_live: bool) -> Markup {
    let pass = offer.pass;
    let offered = offer.relation == Relation::Buyer && offer.payable && pass.withdrawn_at.is_none();
    let gives = pass.about.lines().map(str::trim).find(|line| !line.is_empty());
    html! {
        @if offered {
            section.buybar aria-label=(t!("catalogue-bar")) {
                p {
                    b { bdi { (pass.title) } }
                    @if opens_live { small { (t!("catalogue-opens-live")) } }
                    @else if let Some(gives) = gives { small { bdi { (gives) } } }
                }
                form method="post" action={ (page_path(&space.slug, &pass.slug)) "/purchase" } { button.button { (verb(&pass.price.kind)) } }
            }
        }
    }
}

/// What a ticket says that opens what is on air.
pub fn flag(opens_live: bool) -> Markup {
    html! { @if opens_live { p.flag { (icons::play()) (t!("catalogue-opens-live")) } } }
}

/// What it costs to get in with a pass, on what leads to a show.
pub fn entry(price: &PriceKind) -> String {
    match price {
        PriceKind::Free => t!("catalogue-entry-free").into(),
        PriceKind::Once(money) => t!("catalogue-entry-money", amount = parts::money(*money)),
    }
}

fn verb(price: &PriceKind) -> String {
    match price {
        PriceKind::Free => t!("catalogue-take").into(),
        PriceKind::Once(money) => t!("catalogue-buy", amount = parts::money(*money)),
    }
}
