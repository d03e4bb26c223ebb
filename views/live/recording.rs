//! Recordings: the host's switch, what viewers are told, the replay of a show, and the team's list.

pub mod clips;

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    live::{captions, replay_chat},
    parts::{self, When},
    t,
    words::numbers::size,
};
use clips::{ClipDraft, ClipsOf};
use domain::{
    catalogue::offer::Space,
    id::{AccountId, SpaceId},
    live::{
        media::Codec,
        recording::{Recorded, Recording, StopReason, clips::Clip},
        stream::{Stream, StreamState},
    },
};
use maud::{Markup, html};
use std::borrow::Cow;

/// The host's switch in the studio, and what becomes of the recording.
pub fn switch(stream: &Stream) -> Markup {
    let on = stream.recorded.is_wanted();
    let words = if on { t!("recordings-switch-off") } else { t!("recordings-switch-on") };
    html! {
        (form::live_action(&format!("/streams/{}/recording", stream.id), Some(("on", !on)), "", &words))
        @match stream.recorded {
            Recorded::Off => {}
            Recorded::On => {
                p.muted { @if stream.state.on_air() { (t!("recordings-runs")) } @else { (t!("recordings-will-run")) } }
                (clips::switch(stream))
            }
            Recorded::Asked => p.muted { @if stream.state.on_air() { (t!("recordings-asked")) } @else { (t!("recordings-will-be-asked")) } },
            Recorded::Elsewhere => p.muted { (t!("recordings-runs-elsewhere")) },
            Recorded::Stopped(why) => p.notice role="status" { (stopped(why)) },
        }
    }
}

fn stopped(why: StopReason) -> Cow<'static, str> {
    match why {
        StopReason::Disk => t!("recordings-stopped-disk"),
        StopReason::Room => t!("recordings-stopped-room"),
        StopReason::Failed => t!("recordings-stopped-failed"),
        StopReason::Codec => t!("recordings-stopped-codec"),
        StopReason::NoRecorder => t!("recordings-stopped-no-recorder"),
        StopReason::Outside => t!("recordings-stopped-outside"),
    }
}

/// Tells viewers that the show is recorded.
pub fn badge(stream: &Stream) -> Markup {
    let recorded = matches!(stream.recorded, Recorded::On | Recorded::Elsewhere);
    let on = recorded && stream.state != StreamState::Ended;
    html! { @if on { " " span.badge title=(t!("recordings-told")) { (t!("recordings-badge")) } } }
}

/// Some minutes back while the show is on air: links to what a browser plays by itself, which `rewind.js` plays on the stage.
pub fn rewind(stream: &Stream) -> Markup {
    let back = |seconds: u32, words: Cow<'static, str>| {
        html! {
            a.button data-back data-edge=(t!("recordings-rewind-edge")) data-unplayable=(t!("recordings-rewind-unplayable")) href={ "/media/rewinds/" (stream.id) "?seconds=" (seconds) } { (words) }
        }
    };
    html! {
        @if stream.recorded == Recorded::On {
            details.confirm.rewind {
                summary.button { (t!("recordings-rewind")) }
                div.menu.stack {
                    (back(30, t!("recordings-rewind-half")))
                    (back(60, t!("recordings-rewind-one")))
                    (back(300, t!("recordings-rewind-five")))
                }
            }
        }
    }
}

/// The address of a replay.
pub fn path(recording: &Recording) -> String {
    format!("/streams/{}/replay", recording.stream)
}

/// The replays that somebody with access finds beside a show.
pub fn shelf(recordings: &[Recording]) -> Markup {
    html! {
        @if !recordings.is_empty() {
            section.stack aria-labelledby=(dom::REPLAYS) {
                h2 #(dom::REPLAYS) { (t!("recordings-replays")) }
                ul.plain.stack role="list" {
                    @for recording in recordings {
                        li { a href=(path(recording)) { bdi { (recording.title) } } " " small { (facts(recording)) @if !recording.is_outside() { " · " a href=(clips::list_path(recording.stream)) { (t!("clips-clips")) } } } }
                    }
                }
            }
        }
    }
}

fn facts(recording: &Recording) -> Markup {
    html! { (parts::time(recording.began_at, When::Date)) " · " (clock(recording.length.0)) }
}

/// Milliseconds as a player shows them: `1:02:03` or `2:03`.
pub fn clock(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[derive(Clone, Copy, Debug)]
pub struct ReplayPage<'a> {
    pub space: &'a Space,
    /// The page of its experience.
    pub experience: (&'a str, &'a str),
    pub recording: &'a Recording,
    /// It has some.
    pub captions: bool,
    pub stream: &'a Stream,
    /// Of it, the newest first.
    pub clips: &'a [Clip],
    /// Who reads it, and whether they moderate the show.
    pub reader: (AccountId, bool),
    /// The reader may change it.
    pub manages: bool,
    /// The second at which it begins.
    pub at: u32,
}

pub fn replay(shell: &Shell, p: &ReplayPage<'_>) -> Markup {
    let picture = p.recording.picture();
    let title = t!("recordings-replay-title", title = p.recording.title.as_str());
    let head = Page {
        title: &title,
        accent: p.space.accent,
        styles: layout::VENUE,
        scripts: &["replay.js", "clips.js", "unplayable.js"],
        ..Page::default()
    };
    let (draft, errors) = (ClipDraft::default(), Errors::default());
    let made = ClipsOf {
        stream: p.stream,
        recording: p.recording,
        clips: p.clips,
        reader: p.reader,
        draft: &draft,
        errors: &errors,
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", p.space.slug), &p.space.name), p.experience]))
                h1 { bdi { (p.recording.title) } }
                small { (facts(p.recording)) @if p.recording.hidden { " · " (t!("recordings-hidden")) } }
                video.replay #(dom::REPLAY) controls playsinline preload="metadata" src={ "/media/recordings/" (p.recording.stream) "#t=" (p.at) } data-plays=(picture.plays()) aria-label=(title) {
                    @if p.captions { (captions::track(p.recording)) }
                }
                (unplayable(picture.codec))
                p.muted { (plays_where(picture.codec)) }
                (replay_chat::beside(p.recording))
                @if !p.recording.is_outside() { (clips::section(&made)) }
                @if p.manages { p { a.button href=(list_path(p.space.id)) { (t!("recordings-manage")) } } }
            }
        },
    )
}

/// `unplayable.js` shows it where the video does not play.
fn unplayable(codec: Codec) -> Markup {
    html! { p.notice role="status" data-unplayable hidden { (t!("recordings-unplayable", codec = codec.name())) } }
}

/// Which browsers play it by themselves.
fn plays_where(codec: Codec) -> Cow<'static, str> {
    match codec {
        Codec::H264 => t!("recordings-plays-everywhere"),
        Codec::Av1 => t!("recordings-plays-newest"),
        Codec::Vp8 | Codec::Vp9 | Codec::Opus => t!("recordings-plays-where"),
    }
}

pub fn list_path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/recordings")
}

#[derive(Clone, Copy, Debug)]
pub struct RecordingsPage<'a> {
    pub space: &'a Space,
    /// The newest first.
    pub recordings: &'a [Recording],
    /// Bytes that they take, and that they may take.
    pub used: i64,
    pub room: i64,
    pub errors: &'a Errors,
    /// The stream whose recording was renamed, and what was typed.
    pub draft: Option<(&'a str, &'a str)>,
}

pub fn list(shell: &Shell, p: &RecordingsPage<'_>) -> Markup {
    let title = t!("recordings-title");
    let head = Page { title: &title, styles: layout::DESK, ..Page::default() };
    let base = format!("/account/spaces/{}", p.space.id);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&base, &p.space.name)]))
                h1 { (title) }
                p { (t!("recordings-used", used = size(p.used), room = size(p.room))) }
                (form::summary(p.errors))
                @if p.recordings.is_empty() { (parts::empty(&t!("recordings-none"), None)) }
                ul.plain.stack role="list" { @for recording in p.recordings { li.card.stack { (entry(recording, p)) } } }
            }
        },
    )
}

fn entry(recording: &Recording, p: &RecordingsPage<'_>) -> Markup {
    let (id, base) = (recording.stream.to_string(), format!("/account/recordings/{}", recording.stream));
    // Its errors are those of the form that was sent.
    let sent = p.draft.filter(|(stream, _)| *stream == id);
    let (name, draft) =
        sent.map_or((id.as_str(), recording.title.as_str()), |(_, typed)| ("recording", typed));
    html! {
        div {
            b { @if recording.is_ready() { a href=(path(recording)) { bdi { (recording.title) } } } @else { bdi { (recording.title) } } } br;
            small {
                (facts(recording)) " · " (size(recording.size()))
                @if recording.hidden { " · " (t!("recordings-hidden")) }
                @if recording.lost > 0 { " · " (t!("recordings-lost", count = recording.lost)) }
                @if let Some(at) = recording.expires_at { " · " (t!("recordings-kept-until")) " " (parts::time(at, When::Date)) }
            }
        }
        @if recording.is_ready() {
            div.row {
                a.button href={ "/media/recordings/" (id) "?download=true" } { (t!("recordings-download")) }
                @if !recording.is_outside() { a.button href=(clips::list_path(recording.stream)) { (t!("clips-clips")) } }
                a.button href=(captions::desk_path(recording.stream)) { (t!("captions-captions")) }
                form method="post" action={ (base) "/visibility" } {
                    input type="hidden" name="hidden" value=(!recording.hidden);
                    button.button { @if recording.hidden { (t!("recordings-publish")) } @else { (t!("recordings-hide")) } }
                }
                details.confirm.push {
                    summary.button.danger { (t!("recordings-delete")) }
                    div.menu.stack { p { (t!("recordings-delete-means")) } (form::action(&format!("{base}/deletion"), "danger", &t!("recordings-delete-now"))) }
                }
            }
            form.row.renaming method="post" action=(base) {
                (Field::input(name, "title", &t!("recordings-name"), draft).required().max(120).show(p.errors))
                button.button { (t!("recordings-rename")) }
            }
        } @else { p.muted { (t!("recordings-not-yet")) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_players_show_them() {
        for (ms, text) in [(0, "0:00"), (59_999, "0:59"), (61_000, "1:01"), (3_723_000, "1:02:03")] {
            assert_eq!(clock(ms), text);
        }
    }
}
