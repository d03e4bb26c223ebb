//! The pass drawn as a ticket with a stub.

use crate::{
    catalogue::selling::{chosen, plans},
    dom, icons,
    parts::{self, When},
    rich, t,
};
use domain::{
    access::relation::Relation,
    catalogue::{
        offer::{Pass, PriceKind, Space},
        slug::page_path,
    },
    money::selling::{Availability, Lasting, Waitlist},
};
use maud::{Markup, html};

/// A pass as offered to one person.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    pub pass: &'a Pass,
    pub relation: Relation,
    /// It can be obtained: it is free, or payments are set up.
    pub payable: bool,
    /// Whether it is sold at the moment. This is the same for everybody, and open pages follow it.
    pub sale: Availability,
}

/// A ticket: what it gives above, its price on the stub. `heading` is its title, at the heading level that the page
/// needs.
pub fn ticket(pass: &Pass, heading: Markup, class: &str, stub: Markup) -> Markup {
    html! {
        article class={ "pass " (class) } {
            div.body.stack {
                (heading)
                (benefits(pass))
                (lasting(pass.selling.lasting))
            }
            div.stub { div.row { (price(&pass.price.kind)) } (stub) }
        }
    }
}

/// The title with the space, for a ticket that is shown outside of it.
pub fn heading(space: &Space, title: &str) -> Markup {
    html! { div.row { (parts::logo(&space.name, space.logo, "m")) div.grow { h2 { (title) } small { bdi { (space.name) } } } } }
}

pub fn benefits(pass: &Pass) -> Markup {
    let mut lines = pass.about.lines().map(str::trim).filter(|l| !l.is_empty()).peekable();
    html! { @if lines.peek().is_some() { ul.ticks { @for line in lines { li { (line) } } } } }
}

/// How long it is good, if that has an end.
pub fn lasting(lasting: Lasting) -> Markup {
    html! {
        @match lasting {
            Lasting::Forever => {}
            Lasting::Days(days) => p.muted { (t!("catalogue-lasts-days", count = days)) },
            Lasting::Until(at) => p.muted { (rich!("catalogue-lasts-until"; at => |_| parts::time(at, When::Moment))) },
        }
    }
}

/// Whether it is sold, and how many are left. What is closed hides the form beside it.
pub fn sale_words(sale: Availability) -> Markup {
    html! {
        @match sale {
            Availability::Open { left: None } => {}
            Availability::Open { left: Some(left) } => p.left { (t!("catalogue-sale-left", shown = parts::count(left.unsigned_abs()))) },
            Availability::SoldOut => p.closed.out { b { (t!("catalogue-sale-sold-out")) } },
            Availability::OpensAt(at) => p.closed { (rich!("catalogue-sale-opens"; at => |_| parts::time(at, When::Moment))) " " small { (parts::countdown("in", at)) } },
            Availability::Closed => p.closed.muted { (t!("catalogue-sale-closed")) },
        }
    }
}

/// The price, with how often it is paid in words beside the figure.
pub fn price(price: &PriceKind) -> Markup {
    match price {
        PriceKind::Free => html! { span.price { (t!("catalogue-cost-free")) } },
        PriceKind::Once(money) => {
            html! { span.price { (parts::money(*money)) } " " small { (t!("catalogue-price-once")) } }
        }
        PriceKind::Chosen(chosen) => chosen::price(chosen),
        PriceKind::Recurring(plan) => plans::price(plan),
    }
}

/// The single action of an offer: take it, buy it, or open what the viewer holds; none for whoever is banned. A pass that asks
/// something is taken on its own page, and so is one whose buyer chooses what to pay.
pub fn take(space: &Space, offer: &Offer<'_>, primary: bool) -> Markup {
    if !on_own_page(offer.pass) || offer.pass.selling.waitlist == Waitlist::Apply {
        return action(space, offer, primary);
    }
    let page = page_path(&space.slug, &offer.pass.slug);
    let class = if primary { "button primary wide" } else { "button wide" };
    let buy =
        html! { a class=(class) href=(page) { (verb(&offer.pass.price.kind)) } (queue(space, offer.pass)) };
    way(offer, class, buy)
}

/// Whether it takes more than a button to get it.
fn on_own_page(pass: &Pass) -> bool {
    !pass.asked.is_empty() || pass.price.kind.chosen().is_some()
}

/// The same on the page of the pass itself.
pub fn action(space: &Space, offer: &Offer<'_>, primary: bool) -> Markup {
    let path = format!("{}/purchase", page_path(&space.slug, &offer.pass.slug));
    let class = if primary { "button primary wide" } else { "button wide" };
    if offer.pass.selling.waitlist == Waitlist::Apply {
        let apply = waitlist_path(space, offer.pass);
        return way(
            offer,
            class,
            html! { a class={ "apply " (class) } href=(apply) { (t!("waitlist-apply")) } },
        );
    }
    let buy = html! {
        form method="post" action=(path) { (plans::choice(offer.pass.price.kind)) button class=(class) { (verb(&offer.pass.price.kind)) } }
        (queue(space, offer.pass))
    };
    way(offer, class, buy)
}

/// Where people apply for a pass, or stand in line for it.
pub fn waitlist_path(space: &Space, pass: &Pass) -> String {
    format!("{}/waitlist", page_path(&space.slug, &pass.slug))
}

/// The way into the queue of a pass that keeps one; styles show it while the pass is sold out.
pub fn queue(space: &Space, pass: &Pass) -> Markup {
    html! {
        @if pass.selling.waitlist == Waitlist::Queue { a.button.wide.queue href=(waitlist_path(space, pass)) { (t!("waitlist-queue")) } }
    }
}

/// What leads in: `buy`, for whoever may.
pub fn way(offer: &Offer<'_>, class: &str, buy: Markup) -> Markup {
    html! {
        @if offer.relation == Relation::Team { p.muted { (t!("catalogue-take-team")) } }
        @else if offer.relation == Relation::Banned { p.muted { (t!("catalogue-take-banned")) } }
        @else if offer.relation == Relation::Holder { p.held { (t!("catalogue-take-held")) } a class=(class) href="/account/purchases" { (t!("catalogue-take-open")) } }
        @else if offer.relation == Relation::Covered { p.held { (t!("catalogue-take-covered")) } }
        @else if offer.pass.withdrawn_at.is_some() { p.muted { (t!("catalogue-take-withdrawn")) } }
        @else if !offer.payable { p.muted { (t!("catalogue-take-not-on-sale")) } }
        @else {
            div.sale #(dom::sale(offer.pass.id)) aria-live="polite" { (sale_words(offer.sale)) }
            (buy)
        }
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
                div.sale #(dom::sale_bar(pass.id)) { (sale_words(offer.sale)) }
                @if pass.selling.waitlist == Waitlist::Apply { a.button.apply href=(waitlist_path(space, pass)) { (t!("waitlist-apply")) } }
                @else if !on_own_page(pass) { form method="post" action={ (page_path(&space.slug, &pass.slug)) "/purchase" } { button.button { (verb(&pass.price.kind)) } } }
                @else { a.button href=(page_path(&space.slug, &pass.slug)) { (verb(&pass.price.kind)) } }
            }
        }
    }
}

/// What a ticket says that opens what is on air.
pub fn flag(opens_live: bool) -> Markup {
    html! { @if opens_live { p.flag { (icons::play()) (t!("catalogue-opens-live")) } } }
}

/// What the lowest price means for whoever wants to get in, on what leads to a show.
pub fn to_enter(price: &PriceKind) -> String {
    if price.minor() == 0 {
        t!("catalogue-enter-free").into()
    } else {
        t!("catalogue-enter-money", amount = parts::charged(*price))
    }
}

pub fn verb(price: &PriceKind) -> String {
    match price {
        PriceKind::Free => t!("catalogue-take").into(),
        PriceKind::Once(money) => t!("catalogue-buy", amount = parts::money(*money)),
        PriceKind::Chosen(_) => t!("chosen-verb").into(),
        PriceKind::Recurring(plan) => match plan.instalments {
            Some(times) => t!("plans-buy-instalments", count = times),
            None => t!("plans-subscribe").into(),
        },
    }
}
