//! Team pages of experiences and their streams.

use crate::{
    catalogue::{
        content::{
            self,
            writing::{self, PostRow},
        },
        planned::{self, StreamDraft},
    },
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
    words::numbers::count,
};
use domain::{
    catalogue::{
        offer::{Experience, ExperienceKind, Space},
        slug::page_path,
    },
    live::stream::{EndReason, Stream, StreamState},
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct ExperienceForm<'a> {
    pub space: &'a Space,
    /// `None` for a new one.
    pub existing: Option<&'a Experience>,
    /// Whether it asks who gets in: for a new one in a space that has no pass yet and can be published.
    pub asks_entry: bool,
    pub draft: &'a ExperienceDraft,
    /// The streams of `existing`, newest first.
    pub streams: &'a [Stream],
    /// The newest posts of `existing`, drafts first.
    pub posts: &'a [PostRow<'a>],
    /// Contents of the form for the next stream.
    pub next: &'a StreamDraft,
    pub errors: &'a Errors,
}

#[derive(Clone, Debug, Default)]
pub struct ExperienceDraft {
    /// The code of its kind; if empty, a show.
    pub kind: String,
    pub title: String,
    /// If empty, it is derived from the title.
    pub slug: String,
    pub about: String,
    /// Who gets in: [`ONLY_TEAM`] or [`EVERYBODY`]; if empty, the team.
    pub entry: String,
}

/// Nobody else gets in until there is a pass.
pub const ONLY_TEAM: &str = "team";
/// Whoever takes the free pass that comes with it.
pub const EVERYBODY: &str = "everybody";

impl From<&Experience> for ExperienceDraft {
    fn from(e: &Experience) -> Self {
        Self {
            kind: e.kind.code().into(),
            title: e.title.clone(),
            slug: e.slug.clone(),
            about: e.about.clone(),
            entry: String::new(),
        }
    }
}

pub fn list(shell: &Shell, space: &Space, experiences: &[Experience]) -> Markup {
    let head = Page { title: &t!("catalogue-experiences"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (trail(space))
                h1 { (t!("catalogue-experiences")) }
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
            (parts::empty(&t!("catalogue-experiences-empty"), Some((&new, &t!("catalogue-experience-add")))))
        } @else {
            ul.stack role="list" {
                @for e in experiences {
                    li { a.card.row href={ "/account/experiences/" (e.id) } { b { bdi { (e.title) } } (content::label(e.kind)) small.push { (page_path(&space.slug, &e.slug)) } } }
                }
            }
            p { a.button href=(new) { (t!("catalogue-experience-add")) } }
        }
    }
}

pub fn form(shell: &Shell, f: &ExperienceForm<'_>) -> Markup {
    let new = t!("catalogue-experience-new");
    let title = f.existing.map_or(&*new, |e| &e.title);
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
                    p { a href=(page_path(&f.space.slug, &e.slug)) { (page_path(&f.space.slug, &e.slug)) } }
                    p.row { (content::label(e.kind)) }
                    p { a.button href={ "/account/experiences/" (e.id) "/entry" } { (t!("entry-link")) } }
                    @if e.kind.has_files() { p { a.button.primary href=(content::files::manage_path(e)) { @if e.kind == ExperienceKind::Files { (t!("files-manage")) } @else { (t!("videos-manage")) } } } }
                    @if e.kind.has_streams() {
                        h2 { (t!("catalogue-streams")) }
                        (streams(f.streams))
                        (planned::schedule(e, f.next, f.space.zone.as_ref(), f.errors))
                    }
                    @if e.kind == ExperienceKind::Posts { (writing::rows(f.space, e, f.posts)) }
                    h2 { (t!("catalogue-experience-about")) }
                }
                (edit(f))
                @if let Some(e) = f.existing {
                    (confirmed(&t!("catalogue-experience-delete-ask"), &t!("catalogue-experience-delete-words"), &format!("/account/experiences/{}/deletion", e.id), &t!("catalogue-experience-delete")))
                }
            }
        },
    )
}

fn trail(space: &Space) -> Markup {
    parts::team_trail(space, &[])
}

fn edit(f: &ExperienceForm<'_>) -> Markup {
    let (d, prefix) = (f.draft, format!("/{}/", f.space.slug));
    let (action, verb) = match f.existing {
        Some(e) => (format!("/account/experiences/{}", e.id), t!("catalogue-experience-save")),
        None => (format!("/account/spaces/{}/experiences", f.space.id), t!("catalogue-experience-create")),
    };
    // Elsewhere the page offers something else first: a stream, a post, the files.
    let first = f.existing.is_none_or(|e| e.kind == ExperienceKind::Community);
    let button = if first { "button primary" } else { "button" };
    html! {
        form.card.stack method="post" action=(action) {
            @if f.existing.is_none() { (content::choice(&d.kind, f.errors)) }
            (Field::input("experience", "title", &t!("form-field-title"), &d.title).required().max(80).show(f.errors))
            (Field::input("experience", "slug", &t!("form-field-slug"), &d.slug).prefix(&prefix).max(60).hint(&t!("catalogue-address-hint")).show(f.errors))
            (Field::area("experience", "about", &t!("form-field-about"), &d.about).max(2000).show(f.errors))
            @if f.asks_entry { (entry(f)) }
            button class=(button) { (verb) }
        }
    }
}

/// Who gets in to the first experience of a space.
fn entry(f: &ExperienceForm<'_>) -> Markup {
    let address = format!("/{}", f.space.slug);
    let options = [
        (ONLY_TEAM, t!("experiences-entry-team"), t!("experiences-entry-team-means").into_owned()),
        (
            EVERYBODY,
            t!("experiences-entry-everybody"),
            t!("experiences-entry-everybody-means", address = address.as_str()),
        ),
    ];
    let chosen = if f.draft.entry == EVERYBODY { EVERYBODY } else { ONLY_TEAM };
    let controls = html! {
        @for (value, words, means) in &options {
            label.choice {
                input type="radio" name="entry" value=(value) checked[*value == chosen];
                span { b { (words) } br; small { (means) } }
            }
        }
    };
    form::group("experience", "entry", &t!("form-field-entry"), f.errors, controls)
}

fn streams(streams: &[Stream]) -> Markup {
    html! {
        @if streams.is_empty() { (parts::empty(&t!("catalogue-streams-empty"), None)) }
        ul.stack role="list" {
            @for s in streams {
                li.card.row {
                    span.grow { b { bdi { (s.title) } } br; small { (state(s)) " · " a href={ "/account/streams/" (s.id) "/copies" } { (t!("catalogue-again")) } } }
                    div.row {
                        @if let Some(words) = change(s) { a.button href={ "/account/streams/" (s.id) "/schedule" } { (words) } }
                        a.button href={ "/account/streams/" (s.id) "/studio" } { @if s.state == StreamState::Ended { (t!("catalogue-studio-back")) } @else { (t!("catalogue-studio-open")) } }
                    }
                }
            }
        }
    }
}

/// What its own page still offers; `None` for a stream that was on air and is over.
fn change(s: &Stream) -> Option<Cow<'static, str>> {
    match s.state {
        _ if s.state.on_air() => Some(t!("catalogue-change-cancel")),
        _ if s.started_at.is_some() => None,
        StreamState::Scheduled => Some(t!("catalogue-change-move")),
        StreamState::Ended => Some(t!("catalogue-change-delete")),
        _ => Some(t!("catalogue-change-cancel")),
    }
}

pub(super) fn state(s: &Stream) -> Markup {
    let cancelled = s.end_reason == Some(EndReason::Cancelled);
    let moment = |at| move |_: &str| parts::time(at, When::Moment);
    let peak = count(s.peak.unsigned_abs());
    match (s.state, s.scheduled_at, s.ended_at) {
        (StreamState::Scheduled, Some(at), _) => rich!("catalogue-state-planned"; at => moment(at)),
        (StreamState::Scheduled, None, _) => html! { (t!("catalogue-state-undated")) },
        (StreamState::Rehearsal, ..) => html! { (t!("catalogue-state-rehearsal")) },
        (StreamState::Live, ..) => parts::badge_live(),
        (StreamState::Interrupted, ..) => html! { (t!("catalogue-state-interrupted")) },
        (StreamState::Ended, _, Some(at)) if cancelled => {
            rich!("catalogue-state-cancelled-at"; at => moment(at))
        }
        (StreamState::Ended, _, None) if cancelled => html! { (t!("catalogue-state-cancelled")) },
        (StreamState::Ended, _, Some(at)) => {
            rich!("catalogue-state-ended-at"; at => moment(at), peak => |_| html! { (peak) })
        }
        (StreamState::Ended, _, None) => html! { (t!("catalogue-state-ended", peak = peak)) },
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
