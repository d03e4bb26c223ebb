//! Forms of streams that have not begun: when they take place, and whether at all.

use crate::{
    catalogue::experiences::{confirmed, state},
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts,
};
use domain::{
    catalogue::{
        offer::{Experience, Space},
        schedule,
        zone::Zone,
    },
    live::stream::{Stream, StreamState},
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
    /// The server filled in `at`, in UTC: the browser converts it to its own zone.
    pub in_utc: bool,
}

impl StreamDraft {
    /// A saved stream, with its time in the zone of its space.
    pub fn of(s: &Stream, zone: Option<&Zone>) -> Self {
        let at = s.scheduled_at.map(|at| match zone {
            Some(zone) => schedule::written(at, zone),
            None => schedule::written(at, &Zone::UTC),
        });
        let tz = zone.map_or("", Zone::name).to_owned();
        Self { title: s.title.clone(), at: at.unwrap_or_default(), tz, in_utc: zone.is_none() }
    }
}

/// The next stream of an experience.
pub fn schedule(e: &Experience, draft: &StreamDraft, zone: Option<&Zone>, errors: &Errors) -> Markup {
    html! {
        form.card.stack method="post" action={ "/account/experiences/" (e.id) "/streams" } {
            h3 { "Schedule a stream" }
            (fields(draft, zone, errors))
            button.button.primary { "Schedule the stream" }
        }
    }
}

/// Title and time. The time is in the zone of the space; where it has none, `page.js` fills in that of the browser as `tz`.
fn fields(draft: &StreamDraft, zone: Option<&Zone>, errors: &Errors) -> Markup {
    let utc = draft.in_utc.then_some("");
    let place = zone.map_or("In UTC".into(), |zone| format!("In {}, the time zone of the space", zone.name()));
    let hint = format!("{place}. If left empty, it has no date yet.");
    html! {
        (Field::input("stream", "title", "Title of the stream", &draft.title).required().max(80).show(errors))
        div.zoned data-utc=[utc] {
            (Field::input("stream", "scheduled_at", "When", &draft.at).kind("datetime-local").hint(&hint).show(errors))
        }
        @match zone {
            Some(zone) => { input type="hidden" name="tz" value=(zone.name()); },
            None => { input type="hidden" name="tz" value=(draft.tz) data-zone; },
        }
    }
}

/// A stream that has not begun: edit, cancel or delete it.
pub struct StreamForm<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub stream: &'a Stream,
    /// Its chat has lines, which keep it.
    pub written: bool,
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
                        button.button.primary { "Save the stream" }
                    }
                }
                div.row {
                    @if f.stream.may_be_cancelled() {
                        (confirmed("Cancel the stream…", "It stays in the list as cancelled, and everybody who waits for it sees that at once.", &format!("{base}/cancellation"), "Cancel the stream"))
                    }
                    @if f.stream.may_be_deleted() && !f.written {
                        (confirmed("Delete the stream…", "It is gone for good.", &format!("{base}/deletion"), "Delete the stream"))
                    }
                }
                @if f.stream.may_be_deleted() && f.written { p.muted { "People have written in its chat, so it cannot be deleted." } }
            }
        },
    )
}

fn trail(space: &Space, experience: &Experience) -> Markup {
    parts::trail(&[
        ("/account", "Account"),
        (&format!("/account/spaces/{}", space.id), &space.name),
        (&format!("/account/experiences/{}", experience.id), &experience.title),
    ])
}
