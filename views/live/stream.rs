//! The watch page: the stage, what is on it, and the chat beside it.

use crate::{
    chat::{self, Audience, Chat, composer::Speaking},
    dom, icons,
    in_words::InWords,
    layout::{self, Page, ROOM, Shell},
    live::{
        captions,
        now::{self, Coming},
        participants, people, reach, reactions, recording, reminder, studio,
    },
    parts::{self, When},
    rich, t,
};
use domain::{
    access::{admit::Role, eject::EjectReason},
    catalogue::{
        offer::{Experience, Space},
        slug::page_path,
    },
    chat::reactions::ReactionCounts,
    live::{
        participants::{Participant, Stage},
        passes::Plane,
        recording::Recording,
        stream::{EndReason, Stream, StreamError, StreamState},
    },
    ops::reports::Kind,
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

/// A stream as one person sees it when the page loads.
#[derive(Clone, Copy, Debug)]
pub struct Watch<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub stream: &'a Stream,
    pub role: Role,
    /// `None` if the host shows the count to the team only.
    pub people: Option<usize>,
    pub chat: Chat<'a>,
    /// The pass that gave this person access; the team needs none.
    pub pass: Option<&'a str>,
    /// When the free minutes of this person end, and in how many seconds the page is loaded again.
    pub free: Option<(Millis, i64)>,
    /// Who is on the stage, and this person's own place there.
    pub stage: &'a Stage,
    pub mine: Option<&'a Participant>,
    pub reactions: ReactionCounts,
    /// What comes next in the space, if this is over.
    pub next: Option<Coming<'a>>,
    /// Replays of the experience, the newest first.
    pub replays: &'a [Recording],
    /// Where the stream's media runs.
    pub plane: Plane,
}

const SCRIPTS: &[&str] =
    &["htmx.min.js", "hx-sse.min.js", "feed.js", "chat.js", "composer.js", "rtc.js", "player.js"];
/// What the first picture does not need.
const LATER: &[&str] = &["rewind.js", "whep.js", "cohosts.js", "quality.js", "reactions.js", "captions.js"];
/// [`SCRIPTS`] with LiveKit's client, ten times as large as all of them.
const LIVEKIT_SCRIPTS: &[&str] = &[
    "htmx.min.js",
    "hx-sse.min.js",
    "livekit-client.min.js",
    "feed.js",
    "chat.js",
    "composer.js",
    "livekit.js",
    "rtc.js",
    "player.js",
];

pub fn watch(shell: &Shell, w: &Watch<'_>) -> Markup {
    let head = Page {
        title: &w.stream.title,
        accent: w.space.accent,
        styles: ROOM,
        scripts: match w.plane {
            Plane::Embedded => SCRIPTS,
            Plane::LiveKit => LIVEKIT_SCRIPTS,
        },
        later: LATER,
        theatre: true,
        refresh: w.free.map(|(_, seconds)| seconds),
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main.watch #(dom::MAIN) tabindex="-1" {
                (stage(w))
                section.programme aria-label=(t!("live-programme")) {
                    (programme(shell, w))
                    noscript { p.muted { (t!("live-no-scripts")) } }
                }
                (chat::panel(&w.chat))
            }
            (feed(w.stream, "watch", w.chat.seq))
        },
    )
}

/// All parts of the page that change, for pages that poll.
pub fn fragment(w: &Watch<'_>) -> Markup {
    html! {
        (frame_state(w.stream, w.chat.audience, w.people))
        (participants::frame_up(w.stream.id, w.stage))
        (participants::frame_hand(w.stream, w.mine, asks(w)))
        (reactions::frame(w.reactions))
        @if let Some(next) = &w.next { (frame_next(next)) }
        @if w.stream.state == StreamState::Ended { (frame_replays(w.replays)) }
        (chat::fragment(&w.chat))
    }
}

/// The stream's new state as an SSE message, with the number of people, which the state may show or hide.
pub fn frame_state(stream: &Stream, audience: Audience, people: Option<usize>) -> Markup {
    html! {
        (dom::partial(dom::PEOPLE, "outerMorph", parts::people(people)))
        (dom::partial(dom::STREAM_STATE, "outerMorph", state(stream, audience)))
        @if stream.state == StreamState::Ended { (chat::frame_ended()) }
        @if audience == Audience::Moderator {
            (dom::partial(dom::STUDIO_CONTROLS, "outerMorph", studio::controls(stream)))
        }
    }
}

/// What comes next as an SSE message, once the stream is over.
pub fn frame_next(next: &Coming<'_>) -> Markup {
    dom::partial(dom::NEXT, "innerMorph", coming(next))
}

/// The replays as an SSE message, for the pages of a stream that is over.
pub fn frame_replays(replays: &[Recording]) -> Markup {
    dom::partial(dom::SHELF, "innerMorph", recording::shelf(replays))
}

/// The number of people as an SSE message.
pub fn frame_people(n: usize) -> Markup {
    dom::partial(dom::PEOPLE, "innerHTML", parts::count_people(n))
}

/// The data of the feed's final event: why it ended, in plain words.
pub fn end_text(reason: EjectReason) -> Cow<'static, str> {
    match reason {
        EjectReason::Banned => t!("live-end-banned"),
        EjectReason::GrantEnded => t!("live-end-grant"),
        EjectReason::GrantSuspended => t!("live-end-suspended-pass"),
        EjectReason::PreviewEnded => t!("entry-preview-over"),
        EjectReason::Moved => t!("devices-moved"),
        EjectReason::SignedOut => t!("live-end-signed-out"),
        EjectReason::RoleLost => t!("live-end-role"),
        EjectReason::Unpublished => t!("live-end-unpublished"),
        EjectReason::PassChanged => t!("live-end-pass"),
        EjectReason::TeamChanged => t!("live-end-team"),
        EjectReason::StreamDeleted => t!("live-end-deleted"),
        EjectReason::AccountSuspended => t!("live-end-account-suspended"),
        EjectReason::SpaceSuspended => t!("live-end-space-suspended"),
        EjectReason::StreamEnded => t!("live-end-over"),
    }
}

/// Why a stream's state cannot be changed.
impl InWords for StreamError {
    fn in_words(&self) -> String {
        match *self {
            Self::Illegal { from, to } if from == to => t!("live-refused-already", state = state_name(to)),
            Self::Illegal { from, to } => {
                t!("live-refused-illegal", from = state_name(from), to = state_name(to))
            }
            Self::NoPublisher => t!("live-refused-no-publisher").into(),
        }
    }
}

fn state_name(state: StreamState) -> Cow<'static, str> {
    match state {
        StreamState::Scheduled => t!("live-state-scheduled"),
        StreamState::Rehearsal => t!("live-state-rehearsal"),
        StreamState::Live => t!("live-state-live"),
        StreamState::Interrupted => t!("live-state-interrupted"),
        StreamState::Ended => t!("live-state-ended"),
    }
}

/// For a person with access when no stream is scheduled.
pub fn quiet(shell: &Shell, space: &Space, experience: &Experience, team: bool) -> Markup {
    let head = Page { title: &experience.title, accent: space.accent, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", space.slug), &space.name)]))
                (parts::cover(space))
                h1 { (experience.title) }
                (parts::paragraphs(&experience.about))
                @if team {
                    (parts::empty(&t!("live-quiet-team"), Some((&format!("/account/experiences/{}", experience.id), &t!("live-quiet-schedule")))))
                } @else {
                    (parts::empty(&t!("live-quiet"), None))
                }
            }
        },
    )
}

/// The feed of a page of a stream. `since` is the last sequence number that the page shows.
pub fn feed(stream: &Stream, page: &str, since: u64) -> Markup {
    let base = format!("/streams/{}", stream.id);
    feed_at(&format!("{base}/events?page={page}&since={since}"), &format!("{base}/fragment?page={page}"))
}

/// The feed of a page below one path. `query`: of its feed and its fragment, with the `?`; may be empty.
pub fn follow(path: &str, query: &str) -> Markup {
    feed_at(&format!("{path}/events{query}"), &format!("{path}/fragment{query}"))
}

/// The element that owns a page's feed. `fragment` is its URL for a resync and for pages that poll.
pub fn feed_at(events: &str, fragment: &str) -> Markup {
    html! {
        div id=(dom::FEED) data-feed=(events) data-refresh=(fragment) hx-sse:close=(dom::events::END) {}
        (notice())
    }
}

/// Filled by `feed.js` when a feed ends or cannot be reached.
fn notice() -> Markup {
    html! {
        div.curtain id=(dom::NOTICE) role="alert" hidden {
            p id=(dom::NOTICE_TEXT) {}
            a.button href="" { (t!("live-reload")) }
        }
    }
}

fn stage(w: &Watch<'_>) -> Markup {
    html! {
        section.stage id=(dom::STAGE) aria-label=(t!("live-stage")) data-whep={ "/streams/" (w.stream.id) "/whep" }
            data-pass=[pass(w.plane, w.stream, "watch")] data-title=(w.stream.title) data-space=(w.space.name)
            data-free[w.free.is_some()] {
            video id=(dom::VIDEO) playsinline muted {}
            (participants::pictures())
            (participants::up(w.stream.id, w.stage))
            dl.stats id=(dom::PLAYER_STATS) aria-label=(t!("live-statistics")) hidden {}
            (state(w.stream, w.chat.audience))
            div.over.end { (parts::people(w.people)) }
            (captions::place())
            (player(w.plane))
            (connection())
            (keys())
        }
    }
}

/// Where a browser gets its pass, on a plane that it speaks to by itself.
pub(super) fn pass(plane: Plane, stream: &Stream, door: &str) -> Option<String> {
    (plane == Plane::LiveKit).then(|| format!("/streams/{}/pass/{door}", stream.id))
}

/// Filled by `feed.js` while the server cannot be reached.
pub fn connection() -> Markup {
    html! { p.lost id=(dom::CONNECTION) role="status" {} }
}

/// The player's controls; `player.js` shows them.
fn player(plane: Plane) -> Markup {
    html! {
        div.player hidden data-player {
            button.button.big type="button" data-do="start" hidden { (icons::play()) (t!("live-play")) }
            button.button.big type="button" data-do="unmute" hidden { (icons::silent()) (t!("live-unmute")) }
            p.waiting data-waiting role="status" hidden { (t!("live-connecting")) }
            // It checks the way to the embedded plane.
            @if plane == Plane::Embedded { a.button.big data-reach href=(reach::PATH) target="_blank" hidden { (t!("reach-link")) } }
            div.controls {
                button type="button" data-do="play" aria-label=(t!("live-pause")) aria-keyshortcuts="k" {
                    span data-when="playing" { (icons::pause()) } span data-when="paused" hidden { (icons::play()) }
                }
                button type="button" data-do="mute" aria-label=(t!("live-mute")) aria-keyshortcuts="m" {
                    span data-when="sound" { (icons::sound()) } span data-when="silent" hidden { (icons::silent()) }
                }
                input type="range" min="0" max="100" value="100" aria-label=(t!("live-volume")) data-volume;
                span.push {}
                (captions::switches())
                select data-quality aria-label=(t!("live-quality")) hidden {}
                button type="button" data-do="listen" aria-label=(t!("live-sound-only")) aria-pressed="false" aria-keyshortcuts="a" { (icons::headphones()) }
                button type="button" data-do="chat" aria-label=(t!("live-chat-beside")) aria-pressed="true" aria-keyshortcuts="c" { (icons::chat()) }
                button type="button" data-do="stats" aria-label=(t!("live-statistics")) aria-pressed="false" aria-keyshortcuts="s" { (icons::figures()) }
                button type="button" data-do="layout" aria-label=(t!("live-layout")) aria-pressed="false" hidden { (icons::grid()) }
                button type="button" data-do="help" aria-label=(t!("live-keys")) aria-keyshortcuts="?" { "?" }
                button type="button" data-do="pip" aria-label=(t!("live-picture-in-picture")) hidden { (icons::window()) }
                button type="button" data-do="full" aria-label=(t!("live-full-screen")) aria-pressed="false" aria-keyshortcuts="f" { (icons::fullscreen()) }
            }
        }
    }
}

fn keys() -> Markup {
    let keys = [
        (t!("live-key-space"), t!("live-key-play")),
        ("M".into(), t!("live-key-sound")),
        ("↑ ↓".into(), t!("live-key-volume")),
        ("A".into(), t!("live-sound-only")),
        ("F".into(), t!("live-full-screen")),
        ("C".into(), t!("live-key-chat")),
        ("S".into(), t!("live-statistics")),
        ("?".into(), t!("live-key-keys")),
    ];
    html! {
        div.card.keys id=(dom::PLAYER_KEYS) popover role="dialog" aria-label=(t!("live-keys")) {
            p { b { (t!("live-keys")) } }
            dl { @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } } }
        }
    }
}

/// Shares the page of a stream, while others can come to it.
pub(super) fn share(shell: &Shell, space: &Space, experience: &Experience, stream: &Stream) -> Markup {
    let url = format!("{}{}", shell.public_url, page_path(&space.slug, &experience.slug));
    let open = space.published_at.is_some() && stream.state != StreamState::Ended;
    html! { @if open { (parts::share(&url, &stream.title)) } }
}

/// Whether this person may ask to come up: whoever may write, and does not host.
fn asks(w: &Watch<'_>) -> bool {
    w.role != Role::Host && w.chat.speaking == Speaking::Yes
}

fn coming(next: &Coming<'_>) -> Markup {
    html! { p { (t!("live-next")) } (now::planned(next)) }
}

fn began(stream: &Stream, at: Millis) -> Markup {
    match stream.state {
        StreamState::Ended => parts::time(at, When::Moment),
        _ => rich!("live-since"; time => |_| parts::time(at, When::Clock)),
    }
}

fn programme(shell: &Shell, w: &Watch<'_>) -> Markup {
    html! {
        div.row {
            (parts::logo(&w.space.name, w.space.logo, "l"))
            div {
                h1 { (w.stream.title) }
                small {
                    a href={ "/" (w.space.slug) } { bdi { (w.space.name) } }
                    @if let Some(at) = w.stream.started_at { " · " (began(w.stream, at)) }
                    @if let Some(pass) = w.pass { " · " (t!("live-with-pass", pass = pass)) }
                    @if let Some((until, _)) = w.free { " · " b { (rich!("entry-free-until"; time => |_| parts::time(until, When::Clock))) } }
                    @if w.stream.scheduled_at.is_some() && w.stream.state != StreamState::Ended {
                        " · " a href={ (page_path(&w.space.slug, &w.experience.slug)) "/calendar.ics" } { (t!("live-calendar")) }
                    }
                    @if w.stream.scheduled_at.is_some() && w.stream.may_be_cancelled() { " · " (reminder::link(w.stream)) }
                    " · " (people::door(w.chat.of))
                    @if !w.role.moderates() { " · " (parts::report(Kind::Show, w.stream.id, &t!("live-report"))) }
                }
            }
            div.push.row.tight {
                (share(shell, w.space, w.experience, w.stream))
                @if w.role == Role::Host { a.button href={ "/account/streams/" (w.stream.id) "/studio" } { (t!("live-studio")) } }
            }
        }
        (reactions::bar(w.stream.id, w.reactions, w.chat.speaking == Speaking::Yes))
        (participants::hand(w.stream, w.mine, asks(w)))
        (participants::own())
        div id=(dom::NEXT) { @if let Some(next) = &w.next { (coming(next)) } }
        // Free minutes open no replay: a page of theirs has no place for what the feed offers to all.
        @if w.free.is_none() { div id=(dom::SHELF) { (recording::shelf(w.replays)) } }
        (people::place())
    }
}

/// The state that all pages of a stream share; `player.js` plays when it says so.
fn state(stream: &Stream, audience: Audience) -> Markup {
    // The team watches a rehearsal as viewers will watch the show.
    let rehearses = stream.state == StreamState::Rehearsal && audience == Audience::Moderator;
    html! {
        div.state id=(dom::STREAM_STATE) data-state=(stream.state.code()) data-version=(stream.version) data-plays[stream.state.on_air() || rehearses] {
            @match stream.state {
                StreamState::Rehearsal if rehearses => div.over { span.badge { (t!("live-rehearsal-team")) } },
                StreamState::Scheduled | StreamState::Rehearsal => (waiting(stream)),
                StreamState::Live => div.over { (parts::badge_live()) (recording::badge(stream)) (recording::rewind(stream)) (recording::clips::menu(stream, audience == Audience::Moderator)) },
                StreamState::Interrupted => (interrupted(stream)),
                StreamState::Ended => (ended(stream, audience)),
            }
        }
    }
}

fn waiting(stream: &Stream) -> Markup {
    html! {
        div.over { span.badge { (t!("live-waiting")) } (recording::badge(stream)) }
        div.curtain role="status" {
            @if let Some(at) = stream.scheduled_at {
                p.big { (parts::countdown("in", at)) }
                p { (rich!("live-starts"; time => |_| parts::time(at, When::Moment))) }
            } @else {
                p.big { (t!("live-not-yet")) }
            }
            p.muted { (t!("live-stay")) }
        }
    }
}

fn interrupted(stream: &Stream) -> Markup {
    html! {
        div.over { span.badge { (t!("live-reconnecting")) } (recording::badge(stream)) }
        div.curtain role="status" {
            p.big { (t!("live-dropped")) }
            p { (t!("live-dropped-stay")) }
        }
    }
}

fn ended(stream: &Stream, audience: Audience) -> Markup {
    // Its team follows nothing, and in a space that is not public only the team gets here.
    let may_follow = audience == Audience::Viewer && stream.end_reason != Some(EndReason::Suspended);
    let why = match stream.end_reason {
        Some(EndReason::HostGone) => t!("live-ended-host-gone"),
        Some(EndReason::Cancelled) => t!("live-ended-cancelled"),
        Some(EndReason::Suspended) => t!("live-ended-suspended"),
        Some(EndReason::TooLong) => t!("live-ended-too-long"),
        Some(EndReason::Empty) => t!("live-ended-empty"),
        Some(EndReason::Host) | None => t!("live-ended-host"),
    };
    html! {
        div.over { span.badge { (t!("live-ended")) } }
        div.curtain role="status" {
            p.big { @if stream.end_reason == Some(EndReason::Cancelled) { (t!("live-was-cancelled")) } @else { (t!("live-over")) } }
            p { (why) }
            @if may_follow { p { a.button href={ "/spaces/" (stream.space) "/follow" } { (t!("live-ended-follow")) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::speak;
    use domain::{live::participants::StageError, text::language::Language};

    #[test]
    fn a_refused_change_is_told_in_sentences_of_the_reader() {
        fn check(error: impl InWords + ToString) {
            let german = speak(Language::German, || error.in_words());
            assert_eq!(error.in_words(), error.to_string());
            assert_ne!(german, error.to_string());
            for words in [error.in_words(), german] {
                assert!(words.starts_with(char::is_uppercase) && words.ends_with('.'), "{words}");
            }
        }
        StreamState::ALL
            .into_iter()
            .for_each(|from| check(StreamError::Illegal { from, to: StreamState::Live }));
        check(StreamError::NoPublisher);
        let stage = [StageError::OffAir, StageError::Full, StageError::ManyHands, StageError::Unknown];
        stage.into_iter().for_each(check);
    }
}
