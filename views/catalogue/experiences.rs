//! Experiences as their team works on them, with the streams in them.

use crate::{
    dom,
    form::{Field, FieldError},
    layout::{self, Page, Shell},
    parts::{self, When},
};
use domain::{
    catalogue::offer::{Experience, Space},
    live::stream::{Stream, StreamState},
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct ExperienceForm<'a> {
    pub space: &'a Space,
    /// `None`: a new one.
    pub existing: Option<&'a Experience>,
    pub draft: &'a ExperienceDraft,
    /// The streams of the existing one, newest first.
    pub streams: &'a [Stream],
    pub error: Option<&'a FieldError>,
}

#[derive(Clone, Debug, Default)]
pub struct ExperienceDraft {
    pub title: String,
    /// May be empty: the title makes one.
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

/// The list, empty or full, with the way to the next one.
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
                @if let Some(e) = f.existing {
                    p { a href={ "/" (f.space.slug) "/" (e.slug) } { "/" (f.space.slug) "/" (e.slug) } }
                    h2 { "Streams" }
                    (streams(f.streams))
                    (schedule(e, f.error))
                    h2 { "About the experience" }
                }
                (edit(f))
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
            (Field::input("experience", "title", "Title", &d.title).required().max(80).show(f.error))
            (Field::input("experience", "slug", "Address", &d.slug).prefix(&prefix).max(60).hint("Left empty, the title makes it.").show(f.error))
            (Field::area("experience", "about", "About", &d.about).max(2000).show(f.error))
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
                    span { b { bdi { (s.title) } } br; small { (state(s)) } }
                    a.button.push href={ "/account/streams/" (s.id) "/studio" } { @if s.state == StreamState::Ended { "Look back" } @else { "Open the studio" } }
                }
            }
        }
    }
}

fn state(s: &Stream) -> Markup {
    html! {
        @match (s.state, s.scheduled_at) {
            (StreamState::Scheduled, Some(at)) => { "planned for " (parts::time(at, When::Moment)) },
            (StreamState::Scheduled, None) => "no date yet",
            (StreamState::Rehearsal, _) => "rehearsal",
            (StreamState::Live, _) => (parts::badge_live()),
            (StreamState::Interrupted, _) => "waiting for your signal",
            (StreamState::Ended, _) => { "ended" @if let Some(at) = s.ended_at { " " (parts::time(at, When::Moment)) } " · " (s.peak) " at the peak" },
        }
    }
}

/// `tz` is the browser's zone, which `page.js` fills in; an empty one is UTC.
fn schedule(e: &Experience, error: Option<&FieldError>) -> Markup {
    html! {
        form.card.stack method="post" action={ "/account/experiences/" (e.id) "/streams" } {
            h3 { "Schedule a stream" }
            (Field::input("stream", "title", "Title of the stream", &e.title).required().max(80).show(error.filter(|e| e.field == "stream_title")))
            (Field::input("stream", "scheduled_at", "When", "").kind("datetime-local").hint("In your own time zone. Left empty, it has no date yet.").show(error))
            input type="hidden" name="tz" value="" data-zone;
            button.button.primary { "Schedule the stream" }
        }
    }
}
