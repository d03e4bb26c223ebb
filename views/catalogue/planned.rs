//! Forms of streams that have not begun: when they take place, and whether at all.

use crate::{
    catalogue::experiences::{confirmed, state},
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts, rich, t,
};
use domain::{
    catalogue::{
        offer::{Experience, Space},
        schedule,
        zone::Zone,
    },
    live::stream::{EndReason, Stream, StreamState},
    time::Millis,
};
use maud::{Markup, html};

/// A stream form as submitted.
#[derive(Clone, Debug, Default)]
pub struct StreamDraft {
    pub title: String,
    /// In the format of `datetime-local` inputs.
    pub at: String,
    /// The time zone of `at`; empty means UTC.
    pub tz: String,
    /// How many weeks in a row.
    pub weeks: String,
    /// The server filled in `at`, in UTC: the browser converts it to its own zone.
    pub in_utc: bool,
}

impl StreamDraft {
    /// A saved stream, with its time in the zone of its space.
    pub fn of(s: &Stream, zone: Option<&Zone>) -> Self {
        Self::at(s, s.scheduled_at, zone)
    }

    /// The same stream again, a week later or in the next week to come.
    pub fn again(s: &Stream, zone: Option<&Zone>, now: Millis) -> Self {
        let hours = zone.cloned().unwrap_or(Zone::UTC);
        let last = s.scheduled_at.or(s.started_at);
        Self::at(s, last.and_then(|last| schedule::next_week(last, &hours, now)), zone)
    }

    fn at(s: &Stream, at: Option<Millis>, zone: Option<&Zone>) -> Self {
        let hours = zone.cloned().unwrap_or(Zone::UTC);
        let at = at.map_or(String::new(), |at| schedule::written(at, &hours));
        let tz = zone.map_or("", Zone::name).to_owned();
        Self { title: s.title.clone(), at, tz, weeks: String::new(), in_utc: zone.is_none() }
    }
}

/// The next stream of an experience.
pub fn schedule(e: &Experience, draft: &StreamDraft, zone: Option<&Zone>, errors: &Errors) -> Markup {
    html! {
        form.card.stack method="post" action={ "/account/experiences/" (e.id) "/streams" } {
            h3 { (t!("catalogue-schedule-title")) }
            (fields(draft, zone, errors))
            (weeks(draft, errors))
            button.button.primary { (t!("catalogue-schedule")) }
        }
    }
}

/// Title and time. The time is in the zone of the space; where it has none, `page.js` fills in that of the browser as `tz`.
fn fields(draft: &StreamDraft, zone: Option<&Zone>, errors: &Errors) -> Markup {
    let utc = draft.in_utc.then_some("");
    let hint = match zone {
        None => t!("catalogue-schedule-utc"),
        Some(zone) => t!("catalogue-schedule-zone", zone = zone.name()).into(),
    };
    html! {
        (Field::input("stream", "title", &t!("catalogue-stream-title"), &draft.title).required().max(80).show(errors))
        div.zoned data-utc=[utc] {
            (Field::input("stream", "scheduled_at", &t!("form-field-scheduled-at"), &draft.at).kind("datetime-local").hint(&hint).show(errors))
        }
        @match zone {
            Some(zone) => { input type="hidden" name="tz" value=(zone.name()); },
            None => { input type="hidden" name="tz" value=(draft.tz) data-zone; },
        }
    }
}

/// Whether it takes place once, or week by week.
fn weeks(draft: &StreamDraft, errors: &Errors) -> Markup {
    let options = html! {
        @for n in 1..=schedule::MOST_WEEKS {
            option value=(n) selected[draft.weeks.trim() == n.to_string()] { @if n == 1 { (t!("catalogue-weeks-once")) } @else { (t!("catalogue-weeks", count = n)) } }
        }
    };
    form::choice("stream", "weeks", html! { (t!("form-field-weeks")) }, errors, options)
}

/// A stream that is planned again.
pub struct CopyForm<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    /// The one to follow.
    pub stream: &'a Stream,
    pub draft: &'a StreamDraft,
    pub errors: &'a Errors,
}

pub fn copy(shell: &Shell, f: &CopyForm<'_>) -> Markup {
    let head = Page { title: &t!("catalogue-again"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (trail(f.space, f.experience))
                h1 { (t!("catalogue-again")) }
                p { (rich!("catalogue-again-after"; stream => |_| html! { b { bdi { (f.stream.title) } } }, state => |_| state(f.stream))) }
                (form::summary(f.errors))
                form.card.stack method="post" action={ "/account/streams/" (f.stream.id) "/copies" } {
                    (fields(f.draft, f.space.zone.as_ref(), f.errors))
                    (weeks(f.draft, f.errors))
                    button.button.primary { (t!("catalogue-schedule")) }
                }
                p.muted { (t!("catalogue-again-each")) }
            }
        },
    )
}

/// A stream that has not begun: edit, cancel or delete it.
pub struct StreamForm<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub stream: &'a Stream,
    /// Those of its series that have not begun, itself among them if it is one.
    pub series: &'a [Stream],
    /// Something was said or decided in its chat, which keeps it.
    pub written: bool,
    /// The viewer may refund its buyers.
    pub refunds: bool,
    pub draft: &'a StreamDraft,
    pub errors: &'a Errors,
}

pub fn page(shell: &Shell, f: &StreamForm<'_>) -> Markup {
    let head = Page { title: &f.stream.title, ..Page::default() };
    let base = format!("/account/streams/{}", f.stream.id);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (trail(f.space, f.experience))
                h1 { (f.stream.title) }
                p { (state(f.stream)) }
                (form::summary(f.errors))
                @if f.stream.state == StreamState::Scheduled {
                    form.card.stack method="post" action={ (base) "/schedule" } {
                        (fields(f.draft, f.space.zone.as_ref(), f.errors))
                        button.button.primary { (t!("catalogue-stream-save")) }
                    }
                }
                div.row {
                    @if f.stream.may_be_cancelled() {
                        (confirmed(&t!("catalogue-stream-cancel-ask"), &t!("catalogue-stream-cancel-words"), &format!("{base}/cancellation"), &t!("catalogue-stream-cancel")))
                    }
                    @if f.stream.may_be_deleted() && !f.written {
                        (confirmed(&t!("catalogue-stream-delete-ask"), &t!("catalogue-stream-delete-words"), &format!("{base}/deletion"), &t!("catalogue-stream-delete")))
                    }
                }
                @if f.stream.may_be_deleted() && f.written { p.muted { (t!("catalogue-stream-kept")) } }
                @if f.stream.state.on_air() { p.muted { (t!("showrefund-on-air")) } }
                @if f.refunds { (refunds(f.stream)) }
                @if f.series.iter().any(|other| other.id != f.stream.id) { (series(f)) }
            }
        },
    )
}

/// The way to call it off with refunds, or to how far they are.
fn refunds(s: &Stream) -> Markup {
    let path = format!("/account/streams/{}/refunds", s.id);
    html! {
        @if s.state != StreamState::Ended { p { a href=(path) { (t!("showrefund-link")) } br; small { (t!("showrefund-link-words")) } } }
        @else if s.end_reason == Some(EndReason::Cancelled) { p { a href=(path) { (t!("showrefund-link-state")) } } }
    }
}

/// The others that were planned with it, and the one act for all.
fn series(f: &StreamForm<'_>) -> Markup {
    let count = f.series.len();
    let words = t!("catalogue-series-cancel-words", count = count);
    html! {
        h2 { (t!("catalogue-series")) }
        ul.plain role="list" {
            @for s in f.series {
                li { @if s.id == f.stream.id { b { (t!("catalogue-series-this")) } } @else { a href={ "/account/streams/" (s.id) "/schedule" } { bdi { (s.title) } } } ", " (state(s)) }
            }
        }
        (confirmed(&t!("catalogue-series-cancel-ask"), &words, &format!("/account/streams/{}/series/cancellation", f.stream.id), &t!("catalogue-series-cancel")))
    }
}

fn trail(space: &Space, experience: &Experience) -> Markup {
    parts::team_trail(space, &[(&format!("/account/experiences/{}", experience.id), &experience.title)])
}
