//! The page of one pass, and the page of an experience for visitors without access.

use crate::{
    catalogue::{
        content::{self, files},
        space::{Upcoming, planned},
        ticket::{self, Offer},
    },
    dom,
    layout::{self, Page, Shell, VENUE},
    parts::{self, Still, When},
    rich,
    search::{self, Showing},
    t,
};
use domain::{
    access::ban::KeptOut,
    catalogue::{
        content::{files::File, posts::Teaser},
        offer::{Experience, Pass, Space},
        slug::page_path,
    },
    live::stream::{EndReason, Stream, StreamState},
    ops::reports::Kind,
    people::account::Account,
    text::documents::Document,
    time::Millis,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct PassPage<'a> {
    pub space: &'a Space,
    pub owner: &'a Account,
    pub offer: Offer<'a>,
    pub opens: &'a [Experience],
    /// A ban keeps the viewer out.
    pub kept_out: Option<KeptOut>,
}

/// An experience as shown to a visitor without access.
#[derive(Clone, Copy, Debug)]
pub struct Door<'a> {
    pub space: &'a Space,
    pub owner: &'a Account,
    pub experience: &'a Experience,
    pub stream: Option<&'a Stream>,
    /// Of what is on air, shown in place of the cover.
    pub still: Option<Still>,
    /// How many people are inside, as far as that is told.
    pub people: Option<usize>,
    /// What its newest posts are called, if it holds posts.
    pub posts: &'a [Teaser],
    /// The passes that open it, in display order.
    pub offers: &'a [Offer<'a>],
    /// What can be downloaded there.
    pub files: &'a [File],
    /// What comes next elsewhere in the space.
    pub others: &'a [Upcoming<'a>],
    /// The viewer follows the space.
    pub follows: bool,
}

pub fn page(shell: &Shell, p: &PassPage<'_>) -> Markup {
    let (space, pass) = (p.space, p.offer.pass);
    let title = format!("{}: {}", space.name, pass.title);
    let about = pass.about.replace('\n', " · ");
    let image = parts::preview(&space.name, space.cover);
    let head = Page {
        title: &title,
        description: if about.is_empty() { &title } else { &about },
        image: Some(&image),
        accent: space.accent,
        styles: VENUE,
        ..Page::default()
    };
    let heading = html! { h1 { (pass.title) } };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", space.slug), &space.name)]))
                (ticket::ticket(pass, heading, "chosen", ticket::take(space, &p.offer, true)))
                @if let Some(ban) = p.kept_out { (parts::kept_out(ban)) }
                h2 { (t!("catalogue-pass-opens")) }
                @if p.opens.is_empty() { p.muted { (t!("catalogue-pass-opens-nothing")) } }
                ul.plain.stack role="list" {
                    @for e in p.opens { li { b { bdi { (e.title) } } " " (content::label(e.kind)) @if !e.about.is_empty() { br; small { (e.about) } } } }
                }
                p.muted { (rich!("catalogue-sold-by"; owner => |_| person(p.owner))) " " (after()) }
                @if space.published_at.is_some() && pass.withdrawn_at.is_none() && p.kept_out.is_none() { (share(shell, &title)) }
            }
        },
    )
}

pub fn door(shell: &Shell, d: &Door<'_>) -> Markup {
    let (space, e) = (d.space, d.experience);
    let title = d.stream.map_or(&e.title, |s| &s.title);
    let about = t!("catalogue-show-at", title = title, space = &space.name);
    let (image, data) = (parts::preview(&space.name, space.cover), data(shell, d));
    let head = Page {
        title,
        description: &about,
        image: Some(&image),
        accent: space.accent,
        data: &data,
        embeddable: true,
        styles: VENUE,
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", space.slug), &space.name)]))
                @match d.still {
                    Some(still) => (still.show("still banner")),
                    None => (parts::cover(space)),
                }
                div.venue.stack {
                    div.stack {
                        (heading(shell, d))
                        (content::posts::teasers(d.posts))
                        (files::teaser(d.files))
                    }
                    div.side.stack { (way_in(shell, d)) }
                    @if !d.others.is_empty() {
                        div.stack {
                            h2 { (t!("catalogue-door-others")) }
                            ol.stack role="list" { @for next in d.others { li { (planned(space, next, true)) } } }
                        }
                    }
                }
                @if let Some(stream) = d.stream { p.muted { (parts::report(Kind::Show, stream.id, &t!("catalogue-report-show"))) } }
            }
        },
    )
}

/// What it is, when, and whose.
fn heading(shell: &Shell, d: &Door<'_>) -> Markup {
    let (space, e) = (d.space, d.experience);
    let title = d.stream.map_or(&e.title, |s| &s.title);
    let planned_for = d.stream.filter(|s| s.may_be_cancelled()).and_then(|s| Some((s, s.scheduled_at?)));
    html! {
        header.door.stack {
            (status(d))
            @if !e.kind.has_streams() { p { (content::label(e.kind)) } }
            h1 { (title) }
            @if let Some((stream, at)) = planned_for { (date(d, stream, at)) }
            (parts::paragraphs(&e.about))
            div.row {
                (parts::logo(&space.name, space.logo, "m"))
                p.muted { (rich!("catalogue-with"; owner => |_| person(d.owner))) }
                div.push.row {
                    @if shell.me.is_some() { (parts::follow(space.id, d.follows)) } @else { (parts::follow_link(space.id)) }
                    @if space.published_at.is_some() { (share(shell, title)) }
                }
            }
        }
    }
}

/// The passes that open it.
fn way_in(shell: &Shell, d: &Door<'_>) -> Markup {
    let space = d.space;
    let live = d.stream.is_some_and(|stream| stream.state.on_air());
    html! {
        h2 { (t!("catalogue-door")) }
        @if d.offers.is_empty() { (parts::empty(&t!("catalogue-door-no-pass"), Some((&format!("/{}", space.slug), &t!("catalogue-see-space"))))) }
        div.tiles {
            @for (i, offer) in d.offers.iter().enumerate() {
                @let heading = html! { h3 { a href=(page_path(&space.slug, &offer.pass.slug)) { (offer.pass.title) } } };
                (ticket::ticket(offer.pass, heading, if i == 0 { "chosen" } else { "" }, ticket::take(space, offer, i == 0)))
            }
        }
        @if let Some(first) = d.offers.first() {
            p.muted { (after()) }
            (ticket::bar(space, first, live))
        }
        @if shell.me.is_none() { p { (rich!("catalogue-door-sign-in"; link => |words| html! { a href={ "/sign-in?next=" (shell.path) } { (words) } })) } }
    }
}

/// What happens once somebody has a pass.
fn after() -> Markup {
    rich!("catalogue-pass-after"; refunds => |words| html! { a href=(Document::Refunds.path()) { (words) } })
}

fn share(shell: &Shell, title: &str) -> Markup {
    parts::share(&shell.url(), title)
}

fn person(who: &Account) -> Markup {
    html! { a href={ "/@" (who.username) } { bdi { (who.name) } } }
}

/// The show, if it has a date.
fn data(shell: &Shell, d: &Door<'_>) -> String {
    let Some((stream, at)) = d.stream.and_then(|stream| Some((stream, Showing::dated(stream)?))) else {
        return String::new();
    };
    let passes: Vec<&Pass> = d.offers.iter().filter(|offer| offer.payable).map(|offer| offer.pass).collect();
    let showing = Showing {
        public_url: &shell.public_url,
        space: d.space,
        owner: d.owner,
        experience_slug: &d.experience.slug,
        about: &d.experience.about,
        title: &stream.title,
        at,
        cancelled: stream.end_reason == Some(EndReason::Cancelled),
        passes: &passes,
    };
    search::script(vec![showing.event()])
}

fn status(d: &Door<'_>) -> Markup {
    html! {
        @if let Some(s) = d.stream {
            p.row {
                @match (s.state, s.scheduled_at) {
                    (StreamState::Live | StreamState::Interrupted, _) => {
                        (parts::badge_live())
                        @if let Some(people) = d.people { span.badge { (parts::count_people(people)) } }
                    },
                    (StreamState::Ended, _) => span.badge { (t!("catalogue-show-ended")) },
                    (_, Some(_)) => span.badge { (t!("catalogue-show-next")) },
                    (_, None) => span.badge { (t!("catalogue-show-undated")) },
                }
            }
        }
    }
}

/// When it begins, as an object: the day, the moment with its zone, how long until then, and what keeps it in mind.
fn date(d: &Door<'_>, stream: &Stream, at: Millis) -> Markup {
    html! {
        div.row.dated {
            (parts::leaf(at))
            p { b { (parts::time(at, When::Moment)) } br; small { (parts::countdown("in", at)) } }
            a.button href={ (page_path(&d.space.slug, &d.experience.slug)) "/calendar.ics" } { (t!("catalogue-show-calendar")) }
            (parts::remind_link(stream.id))
        }
    }
}
