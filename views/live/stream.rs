//! The watch page: the stage, what is on it, and the chat beside it.

use crate::{
    chat::{self, Audience, Chat},
    dom, icons,
    layout::{self, Page, Shell},
    live::{people, reminder, studio},
    parts::{self, When},
};
use domain::{
    access::{admit::Role, eject::EjectReason},
    catalogue::offer::{Experience, Space},
    live::stream::{EndReason, Stream, StreamState},
    ops::reports::Kind,
};
use maud::{Markup, html};

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
    /// ICE servers for the browser, as a JSON array; `[]` for none.
    pub ice_servers: &'a str,
}

const SCRIPTS: &[&str] = &["htmx.min.js", "hx-sse.min.js", "feed.js", "chat.js", "composer.js", "player.js"];

pub fn watch(shell: &Shell, w: &Watch<'_>) -> Markup {
    let head = Page {
        title: &w.stream.title,
        accent: w.space.accent,
        scripts: SCRIPTS,
        theatre: true,
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main.watch #(dom::MAIN) tabindex="-1" {
                (stage(w))
                section.programme aria-label="Programme" {
                    (programme(w))
                    noscript { p.muted { "The video needs JavaScript. The chat works without it: reload to read on." } }
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
        (chat::fragment(&w.chat))
    }
}

/// The stream's new state as an SSE message, with the number of people, which the state may show or hide.
pub fn frame_state(stream: &Stream, audience: Audience, people: Option<usize>) -> Markup {
    html! {
        (dom::partial(dom::PEOPLE, "outerMorph", parts::people(people)))
        (dom::partial(dom::STREAM_STATE, "outerMorph", state(stream)))
        @if stream.state == StreamState::Ended { (chat::frame_ended()) }
        @if audience == Audience::Moderator {
            (dom::partial(dom::STUDIO_CONTROLS, "outerMorph", studio::controls(stream)))
        }
    }
}

/// The number of people as an SSE message.
pub fn frame_people(n: usize) -> Markup {
    dom::partial(dom::PEOPLE, "innerHTML", parts::count_people(n))
}

/// The data of the feed's final event: why it ended, in plain words.
pub fn end_text(reason: EjectReason) -> &'static str {
    match reason {
        EjectReason::Banned => "A moderator banned you from this space, so this page has stopped.",
        EjectReason::GrantEnded => "Your pass has ended, so this page has stopped. Thank you for being here.",
        EjectReason::SignedOut => "You signed out, so this page has stopped.",
        EjectReason::RoleLost => "You are no longer an operator, so this page has stopped.",
        EjectReason::Unpublished => "This space is closed at the moment, so this page has stopped.",
        EjectReason::PassChanged => {
            "What your pass opens has changed, so this page has stopped. Reload it to see what it opens now."
        }
        EjectReason::TeamChanged => {
            "Your role in the team of this space has changed, so this page has stopped. Reload it to see what is open to you now."
        }
        EjectReason::StreamDeleted => "The host deleted this stream, so this page has stopped.",
        EjectReason::AccountSuspended => {
            "Your account was suspended, so this page has stopped. We sent you a mail about it."
        }
        EjectReason::SpaceSuspended => "This space was suspended, so this page has stopped.",
        EjectReason::StreamEnded => "The stream is over. Thank you for being here.",
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
                    (parts::empty("Nothing is scheduled here yet.", Some((&format!("/account/experiences/{}", experience.id), "Schedule a stream"))))
                } @else {
                    (parts::empty("You are in. Nothing is scheduled yet; what comes next will open here.", None))
                }
            }
        },
    )
}

/// The element that owns a page's feed. `since` is the last sequence number that the page shows; `data-refresh` is the
/// URL of the fragment, for a resync and for pages that poll.
pub fn feed(stream: &Stream, page: &str, since: u64) -> Markup {
    let base = format!("/streams/{}", stream.id);
    html! {
        div id=(dom::FEED) data-feed={ (base) "/events?page=" (page) "&since=" (since) } data-refresh={ (base) "/fragment?page=" (page) }
            hx-sse:close=(dom::events::END) {}
        (notice())
    }
}

/// Filled by `feed.js` when a feed ends or cannot be reached.
pub fn notice() -> Markup {
    html! {
        div.curtain id=(dom::NOTICE) role="alert" hidden {
            p id=(dom::NOTICE_TEXT) {}
            a.button href="" { "Reload the page" }
        }
    }
}

fn stage(w: &Watch<'_>) -> Markup {
    html! {
        section.stage id=(dom::STAGE) aria-label="Stage" data-whep={ "/streams/" (w.stream.id) "/whep" } data-ice=(w.ice_servers) {
            video id=(dom::VIDEO) playsinline muted {}
            (state(w.stream))
            div.over.end { (parts::people(w.people)) }
            (player())
            (connection())
            (keys())
        }
    }
}

/// Filled by `feed.js` while the server cannot be reached.
pub fn connection() -> Markup {
    html! { p.lost id=(dom::CONNECTION) role="status" {} }
}

/// The player's controls; `player.js` shows them.
fn player() -> Markup {
    html! {
        div.player hidden data-player {
            button.button.big type="button" data-do="start" hidden { (icons::play()) "Play" }
            button.button.big type="button" data-do="unmute" hidden { (icons::silent()) "Turn the sound on" }
            p.waiting data-waiting hidden { "Connecting…" }
            div.controls {
                button type="button" data-do="play" aria-label="Pause" aria-keyshortcuts="k" {
                    span data-when="playing" { (icons::pause()) } span data-when="paused" hidden { (icons::play()) }
                }
                button type="button" data-do="mute" aria-label="Mute" aria-keyshortcuts="m" {
                    span data-when="sound" { (icons::sound()) } span data-when="silent" hidden { (icons::silent()) }
                }
                input type="range" min="0" max="100" value="100" aria-label="Volume" data-volume;
                span.push {}
                button type="button" data-do="chat" aria-label="Chat beside the video" aria-pressed="true" aria-keyshortcuts="c" { (icons::chat()) }
                button type="button" data-do="help" aria-label="Keys" aria-keyshortcuts="?" { "?" }
                button type="button" data-do="pip" aria-label="Picture in picture" hidden { (icons::window()) }
                button type="button" data-do="full" aria-label="Full screen" aria-pressed="false" aria-keyshortcuts="f" { (icons::fullscreen()) }
            }
        }
    }
}

const KEYS: [(&str, &str); 6] = [
    ("Space, K", "Pause or play"),
    ("M", "Sound on or off"),
    ("↑ ↓", "Louder, quieter"),
    ("F", "Full screen"),
    ("C", "Chat beside the full screen"),
    ("?", "These keys"),
];

fn keys() -> Markup {
    html! {
        div.card.keys id=(dom::PLAYER_KEYS) popover role="dialog" aria-label="Keys" {
            p { b { "Keys" } }
            dl { @for (key, what) in KEYS { div { dt { kbd { (key) } } dd { (what) } } } }
        }
    }
}

fn programme(w: &Watch<'_>) -> Markup {
    html! {
        div.row {
            (parts::logo(&w.space.name, w.space.logo, "l"))
            div {
                h1 { (w.stream.title) }
                small {
                    a href={ "/" (w.space.slug) } { bdi { (w.space.name) } }
                    @if let Some(at) = w.stream.started_at { " · since " (parts::time(at, When::Clock)) }
                    @if let Some(pass) = w.pass { " · " (pass) " pass" }
                    @if w.stream.scheduled_at.is_some() && w.stream.state != StreamState::Ended {
                        " · " a href={ "/" (w.space.slug) "/" (w.experience.slug) "/calendar.ics" } { "Add to calendar" }
                    }
                    @if w.stream.scheduled_at.is_some() && w.stream.may_be_cancelled() { " · " (reminder::link(w.stream)) }
                    " · " (people::door(w.stream.id))
                    @if !w.role.moderates() { " · " (parts::report(Kind::Show, w.stream.id, "Report")) }
                }
            }
            @if w.role == Role::Host { a.button.push href={ "/account/streams/" (w.stream.id) "/studio" } { "Studio" } }
        }
        (people::place())
    }
}

/// The state that all pages of a stream share; `player.js` plays when it says so.
fn state(stream: &Stream) -> Markup {
    html! {
        div.state id=(dom::STREAM_STATE) data-state=(stream.state.code()) data-version=(stream.version) {
            @match stream.state {
                StreamState::Scheduled | StreamState::Rehearsal => (waiting(stream)),
                StreamState::Live => div.over { (parts::badge_live()) },
                StreamState::Interrupted => (interrupted()),
                StreamState::Ended => (ended(stream)),
            }
        }
    }
}

fn waiting(stream: &Stream) -> Markup {
    html! {
        div.over { span.badge { "Waiting room" } }
        div.curtain role="status" {
            @if let Some(at) = stream.scheduled_at {
                p.big { (parts::countdown("in", at)) }
                p { "Starts " (parts::time(at, When::Moment)) "." }
            } @else {
                p.big { "Not live yet" }
            }
            p.muted { "Stay here: the picture appears by itself when the host goes live." }
        }
    }
}

fn interrupted() -> Markup {
    html! {
        div.over { span.badge { "Host reconnecting" } }
        div.curtain role="status" {
            p.big { "The host's connection dropped." }
            p { "We keep your place; chat goes on." }
        }
    }
}

fn ended(stream: &Stream) -> Markup {
    let why = match stream.end_reason {
        Some(EndReason::HostGone) => "The host's connection did not come back.",
        Some(EndReason::Cancelled) => "The host has called it off.",
        Some(EndReason::Suspended) => "The operators of Backstage Pass suspended this space.",
        Some(EndReason::TooLong) => "It reached the longest time that a stream may take.",
        Some(EndReason::Host) | None => "The host has closed the show. Thank you for being here.",
    };
    html! {
        div.over { span.badge { "Ended" } }
        div.curtain role="status" {
            p.big { @if stream.end_reason == Some(EndReason::Cancelled) { "This stream was cancelled" } @else { "This stream is over" } }
            p { (why) }
        }
    }
}
