//! The public page of a space.

use crate::{
    access::sales,
    catalogue::{content, followed, spaces::LiveCard, ticket},
    dom, icons,
    layout::{self, HTMX, LIVE, Page, Shell, VENUE},
    names,
    parts::{self, When},
    rich,
    search::{self, Showing},
    t,
};
use domain::{
    access::ban::KeptOut,
    catalogue::{
        offer::{Experience, Pass, Space},
        slug::page_path,
    },
    id::{ExperienceId, StreamId},
    money::sales::SalesPage,
    ops::reports::Kind,
    people::account::Account,
    time::Millis,
};
use maud::{Markup, html};

pub use crate::catalogue::ticket::Offer;

#[derive(Clone, Copy, Debug)]
pub struct SpacePage<'a> {
    pub space: &'a Space,
    /// Its address, with scheme and host.
    pub url: &'a str,
    pub sales: &'a SalesPage,
    /// Seen by a link to a preview, which is good until then: nothing leads inside, and nothing is for sale.
    pub preview: Option<Millis>,
    pub owner: &'a Account,
    /// In display order; what opens the live stream comes first.
    pub offers: &'a [Offer<'a>],
    pub experiences: &'a [Experience],
    /// Those that the viewer's passes open.
    pub opened: &'a [ExperienceId],
    /// Index of the offer shown in detail (`?pass=slug`); 0 by default.
    pub chosen: usize,
    pub live: Option<LiveCard<'a>>,
    pub upcoming: &'a [Upcoming<'a>],
    /// The viewer is on the space's team.
    pub team: bool,
    /// The viewer follows the space.
    pub follows: bool,
    /// Shown to the team.
    pub followers: u64,
    /// A ban keeps the viewer out: nothing on the page leads inside.
    pub kept_out: Option<KeptOut>,
    /// Operators suspended the space: since when, and why. Only its team sees the page then.
    pub suspended: Option<(Millis, &'a str)>,
}

/// A scheduled stream.
#[derive(Clone, Copy, Debug)]
pub struct Upcoming<'a> {
    pub stream: StreamId,
    pub experience_slug: &'a str,
    pub title: &'a str,
    pub at: Millis,
}

/// Planned shows that search engines are told of.
const TOLD: usize = 20;

pub fn page(shell: &Shell, p: &SpacePage<'_>) -> Markup {
    let space = p.space;
    let about = match (space.published_at, space.tagline.as_str()) {
        // Only its team and whoever has a link to a preview see it. Search engines leave out what has no description.
        (None, _) => String::new(),
        (_, "") => t!("catalogue-space-on", space = &space.name),
        (_, tagline) => tagline.to_owned(),
    };
    let (image, data) = (parts::preview(&space.name, space.cover), data(shell, p));
    let head = Page {
        title: &space.name,
        description: &about,
        image: Some(&image),
        accent: space.accent,
        data: &data,
        embeddable: true,
        styles: VENUE,
        scripts: if p.preview.is_some() { HTMX } else { LIVE },
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main #(dom::MAIN) tabindex="-1" {
                div.wrap.stack.after {
                    @if p.preview.is_none() { (followed::feed(space.id)) }
                    div #(dom::SPACE_HEAD) { (heading(p, shell.me.is_some())) }
                    div.venue.stack {
                        div.stack #(dom::SPACE_ABOUT) { (followed::about(p)) }
                        (followed::chosen_passes(p))
                        div.stack #(dom::SPACE_PROGRAMME) { (programme(p)) }
                        div.stack #(dom::SPACE_QUESTIONS) { (sales::questions(p.sales)) }
                    }
                    @if !p.team { p.muted { (parts::report(Kind::Space, p.space.id, &t!("catalogue-report-space"))) @if p.space.cover.is_some() || p.space.logo.is_some() { " · " (parts::report(Kind::Picture, p.space.id, &t!("catalogue-report-pictures"))) } } }
                }
            }
        },
    )
}

impl SpacePage<'_> {
    /// Everybody may see it, and the viewer, too.
    fn is_open(&self) -> bool {
        self.space.published_at.is_some() && self.kept_out.is_none() && self.suspended.is_none()
    }

    /// What is on air in it.
    fn on_air(&self) -> Option<&Experience> {
        let live = self.live?;
        self.experiences.iter().find(|e| e.slug == live.experience_slug)
    }

    fn opens_live(&self, offer: &Offer<'_>) -> bool {
        self.on_air().is_some_and(|e| offer.pass.opens(e.id))
    }

    /// What the viewer needs for what is on air.
    pub(super) fn way_in(&self) -> Option<String> {
        let e = self.on_air()?;
        if self.team || self.opened.contains(&e.id) {
            return Some(t!("catalogue-watch").into());
        }
        let opens = self.offers.iter().filter(|offer| offer.payable && offer.pass.opens(e.id));
        let lowest_price = opens.map(|offer| offer.pass.price.kind).min_by_key(|price| price.minor());
        lowest_price.map(|price| ticket::to_enter(&price))
    }
}

/// The space and its planned shows.
fn data(shell: &Shell, p: &SpacePage<'_>) -> String {
    let events = p.upcoming.iter().take(TOLD).filter_map(|next| {
        let experience = p.experiences.iter().find(|e| e.slug == next.experience_slug)?;
        let opens = p.offers.iter().filter(|offer| offer.payable && offer.pass.opens(experience.id));
        let passes: Vec<&Pass> = opens.map(|offer| offer.pass).collect();
        let showing = Showing {
            public_url: &shell.public_url,
            space: p.space,
            owner: p.owner,
            experience_slug: next.experience_slug,
            about: &experience.about,
            title: next.title,
            at: next.at,
            cancelled: false,
            passes: &passes,
        };
        Some(showing.event())
    });
    let organization = search::organization(&shell.public_url, p.space);
    search::script(std::iter::once(organization).chain(events).collect())
}

pub(super) fn heading(p: &SpacePage<'_>, signed_in: bool) -> Markup {
    html! {
        header.front {
            (parts::cover(p.space))
            div.ident {
                (parts::logo(&p.space.name, p.space.logo, "xl"))
                div.name {
                    h1 { (p.space.name) }
                    @if !p.space.tagline.is_empty() { p.lead { bdi { (p.space.tagline) } } }
                    small { a href={ "/@" (p.owner.username) } { "@" (p.owner.username) } (topics(p.space)) }
                }
                @if p.team {
                    div.team {
                        small { (t!("catalogue-followers", count = p.followers, shown = parts::count(p.followers))) }
                        a.button href={ "/account/spaces/" (p.space.id) } { (t!("catalogue-manage")) }
                        @if p.is_open() { (parts::share(p.url, &p.space.name)) }
                    }
                } @else if p.kept_out.is_none() {
                    div.team {
                        @if signed_in { (parts::follow(p.space.id, p.follows)) } @else { (parts::follow_link(p.space.id)) }
                        @if p.is_open() { (parts::share(p.url, &p.space.name)) }
                    }
                }
            }
        }
        @if let Some((since, reason)) = p.suspended {
            div.notice.bad {
                p { b { (rich!("catalogue-suspended"; since => |_| parts::time(since, When::Moment))) } }
                p { (t!("catalogue-suspended-means")) }
                p.quoted dir="auto" { (reason) }
                p { (rich!("catalogue-suspended-contact"; contact => |words| html! { a href="/contact" { (words) } })) }
            }
        } @else if p.team && p.space.closed_at.is_some() { p.notice.bad { (t!("catalogue-space-closed")) } }
        @else if p.team && p.space.published_at.is_none() { p.notice { (t!("catalogue-space-unpublished")) } }
        @if let Some(until) = p.preview { (sales::preview_notice(until)) }
        @if let Some(ban) = p.kept_out { (parts::kept_out(ban)) }
    }
}

/// Its category and its tags, each a way to others like it.
fn topics(space: &Space) -> Markup {
    html! {
        @if let Some(category) = space.topics.category {
            " · " a href={ "/explore?category=" (category.code()) } { (names::category(category)) }
        }
        @for tag in &space.topics.tags { " · " a href={ "/explore?tag=" (parts::encoded(tag)) } { bdi { "#" (tag) } } }
    }
}

pub(super) fn passes(p: &SpacePage<'_>) -> Markup {
    let passes = format!("#{}", dom::PASSES);
    html! {
        div.stack {
            h2 { (t!("layout-passes")) }
            @if p.offers.is_empty() { (parts::empty(&if p.team { t!("catalogue-passes-none-team") } else { t!("catalogue-passes-none") }, None)) }
            div.tiles {
                @for (i, offer) in p.offers.iter().enumerate() {
                    @let chosen = i == p.chosen;
                    @let path = format!("/{}?pass={}", p.space.slug, offer.pass.slug);
                    @let heading = html! { h3 { @if p.preview.is_some() { (offer.pass.title) } @else { a href=(path) aria-current=[chosen.then_some("true")] hx-get=(path) hx-target=(passes)
                        hx-select=(passes) hx-swap="outerHTML" { (offer.pass.title) } } } };
                    @let stub = if p.preview.is_some() { html! { p.muted { (t!("catalogue-not-on-sale-yet")) } } } else { ticket::take(p.space, offer, chosen) };
                    @let heading = html! { (ticket::flag(p.opens_live(offer))) (heading) };
                    (ticket::ticket(offer.pass, heading, if chosen { "chosen" } else { "" }, stub))
                }
            }
            @if let Some(offer) = p.offers.get(p.chosen).filter(|_| p.preview.is_none()) { (ticket::bar(p.space, offer, p.opens_live(offer))) }
            (doors(p))
        }
    }
}

/// Every experience, and what opens it: its passes by name, the chosen one in bold.
fn doors(p: &SpacePage<'_>) -> Markup {
    html! {
        section.opens.card.stack aria-live="polite" {
            h3 { (t!("catalogue-doors")) }
            @if p.experiences.is_empty() { p.muted { (t!("catalogue-doors-empty")) } }
            ul.plain role="list" { @for e in p.experiences { li.row { (door(p, e)) } } }
        }
    }
}

fn door(p: &SpacePage<'_>, e: &Experience) -> Markup {
    let keys: Vec<_> = p.offers.iter().enumerate().filter(|(_, offer)| offer.pass.opens(e.id)).collect();
    let (open, closed) = (p.team || p.opened.contains(&e.id), p.kept_out.is_some());
    html! {
        @if open { (icons::unlocked()) } @else { (icons::locked()) }
        span.grow {
            @if closed || p.preview.is_some() { bdi { (e.title) } } @else { a href=(page_path(&p.space.slug, &e.slug)) { bdi { (e.title) } } }
            " " (content::label(e.kind))
            @if !e.about.is_empty() { br; small { (e.about) } }
        }
        small {
            @if closed { (t!("catalogue-door-closed")) }
            @else if open { (t!("catalogue-door-open")) }
            @else if keys.is_empty() { (t!("catalogue-door-unoffered")) }
            @else { (rich!("catalogue-door-keys"; passes => |_| html! {
                @for (n, (i, offer)) in keys.iter().enumerate() {
                    @if n > 0 { " " (t!("catalogue-door-or")) " " }
                    @if *i == p.chosen { b { bdi { (offer.pass.title) } } } @else { bdi { (offer.pass.title) } }
                }
            })) }
        }
    }
}

pub(super) fn programme(p: &SpacePage<'_>) -> Markup {
    html! {
        h2 { (t!("catalogue-coming")) }
        @if p.upcoming.is_empty() { (parts::empty(&t!("catalogue-coming-empty"), None)) }
        @else {
            ol.stack role="list" {
                @for next in p.upcoming { li { (planned(p.space, next, p.kept_out.is_none() && p.preview.is_none())) } }
            }
        }
        @if p.space.published_at.is_some() {
            p.muted { (rich!("catalogue-calendar"; calendar => |words| html! { a href={ "/" (p.space.slug) "/calendar.ics" } { (words) } })) }
        }
    }
}

/// A planned show with its date. `open`: links lead to it, and to the mail that reminds of it.
pub(super) fn planned(space: &Space, next: &Upcoming<'_>, open: bool) -> Markup {
    let title = html! { b { bdi { (next.title) } } };
    html! {
        div.card.row.dated {
            (parts::leaf(next.at))
            span.grow {
                @if open { a href=(page_path(&space.slug, next.experience_slug)) { (title) } } @else { (title) }
                br; small { (parts::time(next.at, When::Moment)) }
            }
            @if open { (parts::remind_link(next.stream)) }
        }
    }
}
