//! Clips of a show: the forms that make them, their list, and the page of one.

use super::{clock, path as replay_path};
use crate::{
    dom,
    form::{self, Errors, Field},
    in_words::InWords,
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{
    catalogue::offer::Space,
    id::{AccountId, StreamId},
    live::{
        recording::{
            Recorded, Recording,
            clips::{Clip, ClipRefused, LONGEST, MOST, MOST_OFTEN, OFFERED, SHORTEST},
        },
        stream::Stream,
    },
    ops::reports::Kind,
    time::Span,
};
use maud::{Markup, html};

/// Why no clip is made.
impl InWords for ClipRefused {
    fn in_words(&self) -> String {
        match self {
            Self::Team => t!("clips-refused-team").into(),
            Self::NotRecorded => t!("clips-refused-not-recorded").into(),
            Self::Outside => t!("clips-refused-outside").into(),
            Self::Short => t!("clips-refused-short", seconds = SHORTEST.ceil_secs()),
            Self::Long => t!("clips-refused-long", seconds = LONGEST.ceil_secs()),
            Self::Full => t!("clips-refused-full", most = MOST),
            Self::Often => t!("clips-refused-often", most = MOST_OFTEN),
        }
    }
}

pub fn list_path(stream: StreamId) -> String {
    format!("/streams/{stream}/clips")
}

pub fn path(clip: &Clip) -> String {
    format!("/streams/{}/clips/{}", clip.stream, clip.id)
}

/// What was typed into a form.
#[derive(Clone, Debug, Default)]
pub struct ClipDraft {
    pub title: String,
    pub from: String,
    pub until: String,
}

/// Whether somebody who may enter the show may make clips of it.
const fn allows(stream: &Stream, moderates: bool) -> bool {
    moderates || !stream.clips_by_team
}

/// On the stage of a recorded show: its last seconds as a clip, without leaving the page.
pub fn menu(stream: &Stream, moderates: bool) -> Markup {
    let path = list_path(stream.id);
    html! {
        @if stream.recorded == Recorded::On && allows(stream, moderates) {
            details.confirm.rewind {
                summary.button { (t!("clips-clip")) }
                form.menu.stack method="post" action=(path) hx-post=(path) hx-swap="none" hx-disable="find button" {
                    (last_fields("stage-clip", "", &Errors::default()))
                    a href=(path) { (t!("clips-all")) }
                }
            }
        }
    }
}

fn last_fields(name: &str, title: &str, errors: &Errors) -> Markup {
    html! {
        (Field::input(name, "title", &t!("clips-title"), title).max(120).show(errors))
        div.row {
            @for seconds in OFFERED {
                button.button name="seconds" value=(seconds) { (t!("clips-last", seconds = seconds)) }
            }
        }
    }
}

/// The answer to the form of the stage.
pub fn toast_made(clip: &Clip) -> Markup {
    let toast = html! {
        div.toast { p { (t!("clips-made")) " " a href=(path(clip)) target="_blank" { bdi { (clip.title) } } } }
    };
    dom::partial(dom::TOASTS, "beforeend", toast)
}

/// The host's switch.
pub fn switch(stream: &Stream) -> Markup {
    let path = format!("/streams/{}/clip_makers", stream.id);
    let words = if stream.clips_by_team { t!("clips-open") } else { t!("clips-restrict") };
    form::live_action(&path, Some(("team", !stream.clips_by_team)), "", &words)
}

/// Makes a clip of a replay, or of the last seconds of a show on air.
fn maker(stream: &Stream, recording: &Recording, draft: &ClipDraft, errors: &Errors) -> Markup {
    html! {
        form.card.stack method="post" action=(list_path(stream.id)) {
            h3 { (t!("clips-make")) }
            @if recording.is_ready() {
                div.row.moments {
                    (Field::input("clip", "from", &t!("clips-from"), &draft.from).required().max(8).autocomplete("off").show(errors))
                    (Field::input("clip", "until", &t!("clips-until"), &draft.until).required().max(8).autocomplete("off")
                        .hint(&t!("clips-moments", seconds = LONGEST.ceil_secs())).show(errors))
                }
                div.row {
                    button.button type="button" data-take=(dom::field("clip", "from")) hidden { (t!("clips-take-from")) }
                    button.button type="button" data-take=(dom::field("clip", "until")) hidden { (t!("clips-take-until")) }
                }
                (Field::input("clip", "title", &t!("clips-title"), &draft.title).max(120).show(errors))
                button.button.primary { (t!("clips-make-now")) }
            } @else { (last_fields("clip", &draft.title, errors)) }
        }
    }
}

/// The clips of a show and the form for another one, below its replay and on a page of their own.
#[derive(Clone, Copy, Debug)]
pub struct ClipsOf<'a> {
    pub stream: &'a Stream,
    pub recording: &'a Recording,
    /// The newest first.
    pub clips: &'a [Clip],
    /// Who reads it, and whether they moderate the show.
    pub reader: (AccountId, bool),
    pub draft: &'a ClipDraft,
    pub errors: &'a Errors,
}

pub fn section(c: &ClipsOf<'_>) -> Markup {
    let (me, moderates) = c.reader;
    html! {
        section.stack aria-labelledby=(dom::CLIPS) {
            h2 #(dom::CLIPS) { (t!("clips-clips")) }
            p.muted { (kept(c.recording)) }
            @if c.clips.is_empty() { p { (t!("clips-none")) } }
            ul.plain.stack role="list" {
                @for clip in c.clips {
                    li.row {
                        div.grow { a href=(path(clip)) { bdi { (clip.title) } } " " small { (facts(clip)) } }
                        @if clip.may_be_removed(me, moderates) { (removal(clip)) }
                    }
                }
            }
            @if allows(c.stream, moderates) { (maker(c.stream, c.recording, c.draft, c.errors)) }
            @else { p.muted { (t!("clips-refused-team")) } }
        }
    }
}

/// How long clips are kept.
fn kept(recording: &Recording) -> Markup {
    html! {
        @match recording.expires_at {
            Some(at) => (rich!("clips-kept-until"; date => |_| parts::time(at, When::Date))),
            None => (t!("clips-kept")),
        }
    }
}

fn facts(clip: &Clip) -> Markup {
    html! {
        (clock(clip.begins.0)) "–" (clock(clip.until.0)) " · " (rich!("clips-by"; name => |_| html! { bdi { (clip.by) } }))
        " · " (parts::time(clip.created_at, When::Date))
    }
}

fn removal(clip: &Clip) -> Markup {
    html! {
        details.confirm.push {
            summary.button.danger { (t!("clips-remove")) }
            div.menu.stack { p { (t!("clips-remove-means")) } (form::action(&format!("{}/removal", path(clip)), "danger", &t!("clips-remove-now"))) }
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ClipsPage<'a> {
    pub space: &'a Space,
    /// The page of the show's experience, and its title.
    pub experience: (&'a str, &'a str),
    pub stream: &'a Stream,
    /// `None` if there is none for this reader.
    pub recording: Option<&'a Recording>,
    /// The newest first.
    pub clips: &'a [Clip],
    /// Who reads it, and whether they moderate the show.
    pub reader: (AccountId, bool),
    /// The reader hosts the show.
    pub hosts: bool,
    pub draft: &'a ClipDraft,
    pub errors: &'a Errors,
}

pub fn list(shell: &Shell, p: &ClipsPage<'_>) -> Markup {
    let title = t!("clips-of", title = p.stream.title.as_str());
    let head = Page { title: &title, accent: p.space.accent, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", p.space.slug), &p.space.name), p.experience]))
                h1 { (title) }
                (form::summary(p.errors))
                @if let Some(recording) = p.recording {
                    @if recording.is_ready() { p { a href=(replay_path(recording)) { (t!("clips-replay")) } } }
                    (section(&ClipsOf { stream: p.stream, recording, clips: p.clips, reader: p.reader, draft: p.draft, errors: p.errors }))
                } @else { (parts::empty(&t!("clips-not-recorded"), None)) }
                @if p.hosts { (switch(p.stream)) }
            }
        },
    )
}

/// What the page of a clip plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClipPlay {
    /// Its last segments are on their way.
    Waits,
    /// Nothing was published.
    Empty,
    /// The file begins so long before the clip.
    Plays { lead: Span },
}

#[derive(Clone, Copy, Debug)]
pub struct ClipPage<'a> {
    pub space: &'a Space,
    /// The page of the show's experience, and its title.
    pub experience: (&'a str, &'a str),
    pub recording: &'a Recording,
    pub clip: &'a Clip,
    pub play: ClipPlay,
    /// The replay can be watched.
    pub replay: bool,
    /// By the reader, whom it belongs to or who moderates the show. Others may report it.
    pub removable: bool,
}

/// Seconds after which a page is loaded again whose clip is on its way.
const AGAIN: i64 = 3;

pub fn one(shell: &Shell, p: &ClipPage<'_>) -> Markup {
    let title = t!("clips-page-title", title = p.clip.title.as_str());
    let head = Page {
        title: &title,
        accent: p.space.accent,
        styles: layout::VENUE,
        scripts: &["clips.js", "unplayable.js"],
        refresh: (p.play == ClipPlay::Waits).then_some(AGAIN),
        ..Page::default()
    };
    let url = format!("{}{}", shell.public_url, path(p.clip));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", p.space.slug), &p.space.name), p.experience, (&list_path(p.clip.stream), &t!("clips-clips"))]))
                h1 { bdi { (p.clip.title) } }
                small { (facts(p.clip)) }
                (player(p, &title))
                p.muted { (t!("clips-who")) " " (kept(p.recording)) }
                div.row {
                    @if p.space.published_at.is_some() { (parts::share(&url, &p.clip.title)) }
                    @if p.replay { a.button href={ (replay_path(p.recording)) "?at=" (p.clip.begins.0 / 1000) } { (t!("clips-in-replay")) } }
                    @if p.removable { (removal(p.clip)) }
                    @else { (parts::report(Kind::Clip, p.clip.id, &t!("clips-report"))) }
                }
            }
        },
    )
}

fn player(p: &ClipPage<'_>, title: &str) -> Markup {
    let seconds = |span: Span| format!("{}.{:03}", span.0 / 1000, span.0 % 1000);
    html! {
        @match p.play {
            ClipPlay::Waits => p.notice role="status" data-again=(AGAIN) { (t!("clips-waits")) },
            ClipPlay::Empty => p.notice { (t!("clips-empty")) },
            ClipPlay::Plays { lead } => {
                @let (end, picture) = (Span(lead.0 + p.clip.length().0), p.recording.picture());
                video.replay #(dom::REPLAY) controls playsinline preload="metadata" data-plays=(picture.plays()) aria-label=(title)
                    src={ "/media/clips/" (p.clip.stream) "/" (p.clip.id) "#t=" (seconds(lead)) "," (seconds(end)) } {}
                (super::unplayable(picture.codec))
                p.muted { (super::plays_where(picture.codec)) }
            }
        }
    }
}
