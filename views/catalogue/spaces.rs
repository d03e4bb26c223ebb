//! The front page, and the cards of spaces and live streams.

use crate::{
    dom,
    layout::{self, Page, Shell},
    live::now::{self, Coming},
    names,
    parts::{self, Still},
    rich, t,
};
use domain::{
    catalogue::{
        offer::{PriceKind, Space},
        slug::page_path,
    },
    picture::PictureId,
};
use maud::{Markup, html};

/// A published space in a list.
#[derive(Clone, Copy, Debug)]
pub struct SpaceCard<'a> {
    pub space: &'a Space,
    pub owner: &'a str,
    /// Of the passes on offer.
    pub lowest_price: Option<PriceKind>,
    pub live: bool,
    /// A ban keeps the viewer out.
    pub kept_out: bool,
}

/// A live stream.
#[derive(Clone, Copy, Debug)]
pub struct LiveCard<'a> {
    pub space_slug: &'a str,
    pub space_name: &'a str,
    pub experience_slug: &'a str,
    pub title: &'a str,
    pub cover: Option<PictureId>,
    pub logo: Option<PictureId>,
    /// Shown in place of the cover.
    pub still: Option<Still>,
    /// `None` if it is not told outside (`Stream::public_count`).
    pub people: Option<usize>,
    /// The lowest price of a pass that opens it, where the page does not know what the viewer holds.
    pub lowest_price: Option<PriceKind>,
}

/// `coming`: planned shows, the soonest first.
pub fn front(shell: &Shell, live: &[LiveCard<'_>], coming: &[Coming<'_>], cards: &[SpaceCard<'_>]) -> Markup {
    let head =
        Page { title: &t!("catalogue-front"), description: &t!("catalogue-front-about"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main #(dom::MAIN) tabindex="-1" {
                section.hero {
                    div.wrap.stack {
                        h1 { (t!("catalogue-front-heading")) }
                        p.lead { (t!("catalogue-front-lead")) }
                        div.row { (ways(shell, cards.is_empty())) }
                    }
                }
                div.wrap.stack.after {
                    @if !live.is_empty() {
                        h2 { (t!("catalogue-live-now")) }
                        div.stack { @for card in live { (live_card(card, None)) } }
                    }
                    @if !coming.is_empty() {
                        h2 { (t!("catalogue-coming")) }
                        ol.stack role="list" { @for show in coming { li { (now::planned(show)) } } }
                        p { a href=(now::PATH) { (t!("catalogue-coming-all")) } }
                    }
                    h2 { (t!("catalogue-spaces")) }
                    @if cards.is_empty() { (parts::empty(&t!("catalogue-spaces-empty"), None)) }
                    @else { (tiles(cards)) }
                }
            }
        },
    )
}

/// What helps most comes first: where no space is open, there is nothing to explore.
fn ways(shell: &Shell, nothing: bool) -> Markup {
    let own = if shell.me.is_none() { "/sign-in?next=/account" } else { "/account" };
    html! {
        @if nothing { a.button.primary href=(own) { (t!("catalogue-open-own")) } }
        @else {
            a.button.primary href="/explore" { (t!("errors-explore")) }
            @if shell.me.is_none() { a.button href=(own) { (t!("catalogue-open-own")) } }
        }
    }
}

pub fn tiles(cards: &[SpaceCard<'_>]) -> Markup {
    html! { ul.tiles role="list" { @for card in cards { li { (tile(card)) } } } }
}

fn tile(card: &SpaceCard<'_>) -> Markup {
    html! {
        a.card.tile href={ "/" (card.space.slug) } {
            (parts::card_cover(&card.space.name, card.space.cover))
            div.row { (parts::logo(&card.space.name, card.space.logo, "m")) @if card.live && !card.kept_out { span.push { (parts::badge_live()) } } }
            h3 { (card.space.name) }
            @if !card.space.tagline.is_empty() { p { (card.space.tagline) } }
            small { (rich!("catalogue-by"; owner => |_| html! { bdi { (card.owner) } })) " · " @if let Some(category) = card.space.topics.category { (names::category(category)) " · " } @if card.kept_out { (t!("catalogue-card-banned")) } @else { (parts::lowest_price(card.lowest_price)) } }
        }
    }
}

/// `enter`: what it takes to get in, if the page knows.
pub fn live_card(card: &LiveCard<'_>, enter: Option<&str>) -> Markup {
    html! {
        a.card.row.onstage href=(page_path(card.space_slug, card.experience_slug)) {
            @match card.still {
                Some(still) => (still.show("still cover")),
                None => (parts::card_cover(card.space_name, card.cover)),
            }
            (parts::logo(card.space_name, card.logo, "m"))
            (parts::badge_live())
            span.grow { b { bdi { (card.title) } } br; small { bdi { (card.space_name) } @if card.lowest_price.is_some() { " · " (parts::lowest_price(card.lowest_price)) } } }
            @if let Some(people) = card.people { span.badge { (parts::count_people(people)) } }
            @if let Some(words) = enter { span.button { (words) } }
        }
    }
}
