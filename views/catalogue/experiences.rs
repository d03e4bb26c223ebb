//! Team pages of experiences and their streams.

use crate::{
    catalogue::planned::{self, StreamDraft},
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
};
use domain::{
    catalogue::offer::{Experience, Space},
    live::stream::{EndReason, Stream, StreamState},
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct ExperienceForm<'a> {
    pub space: &'a Space,
    /// `None` for a new one.
    pub existing: Option<&'a Experience>,
    pub draft: &'a ExperienceDraft,
    /// The streams of `existing`, newest first.
    pub streams: &'a [Stream],
    /// Contents of the form for the next stream.
    pub next: &'a StreamDraft,
    pub errors: &'a Errors,
}

#[derive(Clone, Debug, Default)]
pub struct ExperienceDraft {
    pub title: String,
    /// If empty, it is derived from the title.
    pub slug: String,
    pub about: String,
}

impl From<&Experience> for ExperienceDraft {
    fn from(e: &Experience) -> Self {
        Self { title: e.title.clone(), slug: e.slug.clone(), about: e.about.clone() }
    }
}

pub fn list(shell: &Shell, space: &Space, experiences: &[Experience]) -> Markup {
    let head = Page { title: "Experiences", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (trail(space))
                h1 { "Experiences" }
                (rows(space, experiences))
            }
        },
    )
}

/// The list, and a link to create the next experience.
pub fn rows(space: &Space, experiences: &[Experience]) -> Markup {
    let new = format!("/account/spaces/{}/experiences/new", space.id);
    html! {
        @if experiences.is_empty() {
            (parts::empty("An experience is a place in your space where streams happen, one after another.", Some((&new, "Add an experience"))))
        } @else {
            ul.stack role="list" {
                @for e in experiences {
                    li { a.card.row href={ "/account/experiences/" (e.id) } { b { bdi { (e.title) } } small.push { "/" (space.slug) "/" (e.slug) } } }
                }
            }
            p { a.button href=(new) { "Add an experience" } }
        }
    }
}

pub fn form(shell: &Shell, f: &ExperienceForm<'_>) -> Markup {
    let title = f.existing.map_or("New experience", |e| &e.title);
    let head = Page { title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (trail(f.space))
                h1 { (title) }
                (form::summary(f.errors))
                @if let Some(e) = f.existing {
                    p { a href={ "/" (f.space.slug) "/" (e.slug) } { "/" (f.space.slug) "/" (e.slug) } }
                    h2 { "Streams" }
                    (streams(f.streams))
                    (planned::schedule(e, f.next, f.space.zone.as_ref(), f.errors))
                    h2 { "About the experience" }
                }
                (edit(f))
                @if let Some(e) = f.existing {
                    (confirmed("Delete the experience…", "Only an experience that nobody has a pass for, and in which nothing was shown, said or decided, can be deleted. Its planned streams go with it.", &format!("/account/experiences/{}/deletion", e.id), "Delete the experience"))
                }
            }
        },
    )
}

fn trail(space: &Space) -> Markup {
    parts::trail(&[("/account", "Account"), (&format!("/account/spaces/{}", space.id), &space.name)])
}

fn edit(f: &ExperienceForm<'_>) -> Markup {
    let (d, prefix) = (f.draft, format!("/{}/", f.space.slug));
    let (action, verb) = match f.existing {
        Some(e) => (format!("/account/experiences/{}", e.id), "Save the experience"),
        None => (format!("/account/spaces/{}/experiences", f.space.id), "Add the experience"),
    };
    let button = if f.existing.is_some() { "button" } else { "button primary" };
    html! {
        form.card.stack method="post" action=(action) {
            (Field::input("experience", "title", "Title", &d.title).required().max(80).show(f.errors))
            (Field::input("experience", "slug", "Address", &d.slug).prefix(&prefix).max(60).hint("If left empty, it is made from the title.").show(f.errors))
            (Field::area("experience", "about", "About", &d.about).max(2000).show(f.errors))
            button class=(button) { (verb) }
        }
    }
}

fn streams(streams: &[Stream]) -> Markup {
    html! {
        @if streams.is_empty() { (parts::empty("No stream yet. Schedule one, then open its studio.", None)) }
        ul.stack role="list" {
            @for s in streams {
                li.card.row {
                    span { b { bdi { (s.title) } } br; small { (state(s)) " · " a href={ "/account/streams/" (s.id) "/copies" } { "Plan it again" } } }
                    @let change = change(s);
                    @if let Some(words) = change { a.button.push href={ "/account/streams/" (s.id) "/schedule" } { (words) } }
                    a.button.push[change.is_none()] href={ "/account/streams/" (s.id) "/studio" } { @if s.state == StreamState::Ended { "Look back" } @else { "Open the studio" } }
                }
            }
        }
    }
}

/// What its own page still offers; `None` for a stream that was on air.
fn change(s: &Stream) -> Option<&'static str> {
    match s.state {
        _ if s.started_at.is_some() => None,
        StreamState::Scheduled => Some("Move or cancel"),
        StreamState::Ended => Some("Delete"),
        _ => Some("Cancel"),
    }
}

pub(super) fn state(s: &Stream) -> Markup {
    html! {
        @match (s.state, s.scheduled_at) {
            (StreamState::Scheduled, Some(at)) => { "planned for " (parts::time(at, When::Moment)) },
            (StreamState::Scheduled, None) => "no date yet",
            (StreamState::Rehearsal, _) => "rehearsal",
            (StreamState::Live, _) => (parts::badge_live()),
            (StreamState::Interrupted, _) => "waiting for your signal",
            (StreamState::Ended, _) if s.end_reason == Some(EndReason::Cancelled) => {
                "cancelled" @if let Some(at) = s.ended_at { " " (parts::time(at, When::Moment)) }
            },
            (StreamState::Ended, _) => { "ended" @if let Some(at) = s.ended_at { " " (parts::time(at, When::Moment)) } " · " (s.peak) " at the peak" },
        }
    }
}

/// A change that is asked for twice.
pub(super) fn confirmed(open: &str, words: &str, path: &str, verb: &str) -> Markup {
    html! {
        details.confirm {
            summary.button { (open) }
            div.menu.stack { p { (words) } (form::action(path, "danger", verb)) }
        }
    }
}
