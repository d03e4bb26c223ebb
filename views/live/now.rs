//! Who is live now in all spaces, and what comes next.

use crate::{
    dom,
    layout::{self, LIVE, Page, Shell, VENUE},
    live::stream,
    names,
    parts::{self, Still, When},
    picture::Picture,
    t,
};
use domain::{
    catalogue::{offer::PriceKind, slug::page_path, topics::Category},
    id::StreamId,
    picture::PictureId,
    time::Millis,
};
use maud::{Markup, html};

pub const PATH: &str = "/live";
/// Seconds after which the page reloads if scripts do not run.
const REFRESH: i64 = 30;

/// A stream on air.
#[derive(Clone, Copy, Debug)]
pub struct OnAir<'a> {
    pub space_slug: &'a str,
    pub space_name: &'a str,
    pub cover: Option<PictureId>,
    pub logo: Option<PictureId>,
    pub experience_slug: &'a str,
    pub title: &'a str,
    pub category: Option<Category>,
    /// Shown in place of the cover.
    pub still: Option<Still>,
    /// `None` if it is not told outside (`Stream::public_count`).
    pub people: Option<usize>,
    /// The lowest price of a pass that opens it.
    pub lowest_price: Option<PriceKind>,
}

/// A planned show.
#[derive(Clone, Copy, Debug)]
pub struct Coming<'a> {
    pub stream: StreamId,
    pub space_slug: &'a str,
    pub space_name: &'a str,
    pub experience_slug: &'a str,
    pub title: &'a str,
    pub at: Millis,
}

#[derive(Clone, Copy, Debug)]
pub struct Now<'a> {
    pub category: Option<Category>,
    /// The most people first.
    pub live: &'a [OnAir<'a>],
    /// Streams on air that are not in `live`.
    pub further: usize,
    /// The soonest first.
    pub coming: &'a [Coming<'a>],
}

/// The parts that follow what happens.
pub fn picture(now: &Now<'_>) -> Picture {
    Picture::default().with(dom::ON_AIR, on_air(now)).with(dom::COMING, coming(now))
}

pub fn page(shell: &Shell, category: Option<Category>, picture: &Picture) -> Markup {
    let title = match category {
        None => t!("live-now"),
        Some(category) => t!("live-now-category", category = names::category(category)).into(),
    };
    let head = Page {
        title: &title,
        description: &t!("live-now-description"),
        styles: VENUE,
        scripts: LIVE,
        refresh: Some(REFRESH),
        ..Page::default()
    };
    let query = category.map_or(String::new(), |category| format!("?category={}", category.code()));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("live-now")) }
                (categories(category))
                (stream::follow(PATH, &query))
                div.stack #(dom::ON_AIR) { (picture.content(dom::ON_AIR)) }
                div.stack #(dom::COMING) { (picture.content(dom::COMING)) }
            }
        },
    )
}

fn categories(chosen: Option<Category>) -> Markup {
    let current = |category| (category == chosen).then_some("true");
    html! {
        nav.chips aria-label=(t!("live-categories")) {
            a.chip href=(PATH) aria-current=[current(None)] { (t!("live-categories-all")) }
            @for category in Category::ALL {
                a.chip href={ (PATH) "?category=" (category.code()) } aria-current=[current(Some(category))] { (names::category(category)) }
            }
        }
    }
}

fn on_air(now: &Now<'_>) -> Markup {
    html! {
        @if now.live.is_empty() { (nobody(now)) }
        @else { ul.tiles role="list" { @for show in now.live { li { (card(show)) } } } }
        @if now.further > 0 { p { a href="/explore?live=1" { (t!("live-further", count = parts::count(now.further as u64))) } } }
    }
}

/// With what one can do instead.
fn nobody(now: &Now<'_>) -> Markup {
    let (explore, all) = (t!("live-explore"), t!("live-categories-every"));
    let next = now.coming.is_empty().then_some(("/explore", &*explore));
    match now.category {
        Some(category) => {
            let words = t!("live-nobody-category", category = names::category(category));
            parts::empty(&words, Some((PATH, &all)))
        }
        None => parts::empty(&t!("live-nobody"), next),
    }
}

fn card(show: &OnAir<'_>) -> Markup {
    html! {
        a.card.tile href=(page_path(show.space_slug, show.experience_slug)) {
            @match show.still {
                Some(still) => (still.show("still cover")),
                None => (parts::card_cover(show.space_name, show.cover)),
            }
            div.row {
                (parts::logo(show.space_name, show.logo, "m"))
                span.push.row {
                    (parts::badge_live())
                    @if let Some(people) = show.people { span.badge { (parts::count_people(people)) } }
                }
            }
            h2 { bdi { (show.title) } }
            small {
                bdi { (show.space_name) }
                @if let Some(category) = show.category { " · " (names::category(category)) }
                @if show.lowest_price.is_some() { " · " (parts::lowest_price(show.lowest_price)) }
            }
        }
    }
}

fn coming(now: &Now<'_>) -> Markup {
    html! {
        @if !now.coming.is_empty() {
            h2 { (t!("live-coming")) }
            ol.stack role="list" { @for show in now.coming { li { (planned(show)) } } }
        }
    }
}

/// A planned show as a row that leads to it, and to the mail that reminds of it.
pub fn planned(show: &Coming<'_>) -> Markup {
    html! {
        div.card.row.dated {
            (parts::leaf(show.at))
            span.grow {
                a href=(page_path(show.space_slug, show.experience_slug)) { b { bdi { (show.title) } } }
                br; small { (parts::time(show.at, When::Moment)) " · " bdi { (show.space_name) } }
            }
            (parts::remind_link(show.stream))
        }
    }
}
