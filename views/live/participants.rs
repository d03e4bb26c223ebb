//! The stage beside the host: the pictures of co-hosts, a viewer's own hand, and the host's list of both.

use crate::{dom, form::live_action, icons, in_words::InWords, t};
use domain::{
    id::{ParticipantId, StreamId},
    live::{
        participants::{Participant, ParticipantState, Stage, StageError},
        stream::{Stream, StreamState},
    },
};
use maud::{Markup, html};
use std::borrow::Cow;

/// Who is up, for `cohosts.js`, which draws a picture for each that sends, and asks at one of the doors below their address. Everybody
/// sees the same.
pub fn up(stream: StreamId, stage: &Stage) -> Markup {
    html! {
        ul.hidden id=(dom::PARTICIPANTS) aria-label=(t!("live-stage-up")) {
            @for one in stage.participants.up() {
                li data-participant=(one.id) data-doors=(path(stream, one.id)) data-sends[stage.sends(one.id)] data-muted[one.muted] {
                    bdi { (one.name) } @if one.muted { " " (t!("live-stage-is-muted")) }
                }
            }
        }
    }
}

/// The same as an SSE message.
pub fn frame_up(stream: StreamId, stage: &Stage) -> Markup {
    dom::partial(dom::PARTICIPANTS, "outerMorph", up(stream, stage))
}

/// The stage as an SSE message. `desk`: for the studio, with its list.
pub fn frame_stage(id: StreamId, stage: &Stage, desk: Option<&Stream>) -> Markup {
    html! {
        (frame_up(id, stage))
        @if let Some(stream) = desk { (frame_desk(stream, stage)) }
    }
}

/// Where the pictures of co-hosts are; `cohosts.js` fills it.
pub fn pictures() -> Markup {
    html! { div.guests id=(dom::GUESTS) {} }
}

/// What a viewer can do about the stage: ask, answer, or send. `may`: they may write, and so ask. Off air it is hidden by the
/// style sheet, so no page has to be told.
pub fn hand(stream: &Stream, mine: Option<&Participant>, may: bool) -> Markup {
    let id = stream.id;
    let state = mine.map(|one| one.state);
    html! {
        div.hand.row id=(dom::HAND) data-place=[mine.map(|one| one.id)] data-doors=[mine.filter(|one| one.state == ParticipantState::Up).map(|one| path(id, one.id))] data-muted[mine.is_some_and(|one| one.muted)] {
            @match state {
                None if may => (raise(id, true, &t!("live-hand-raise"))),
                None => {}
                Some(ParticipantState::Raised) => {
                    span { (t!("live-hand-raised")) }
                    (raise(id, false, &t!("live-hand-lower")))
                }
                Some(ParticipantState::Invited) => {
                    b { (t!("live-hand-invited")) }
                    (live_action(&format!("/streams/{id}/stage"), None, "primary", &t!("live-hand-come")))
                    (raise(id, false, &t!("live-hand-decline")))
                }
                Some(ParticipantState::Up) => {
                    b { (t!("live-hand-up")) }
                    @if mine.is_some_and(|one| one.muted) { span { (t!("live-hand-muted")) } }
                    (raise(id, false, &t!("live-hand-leave")))
                }
            }
        }
    }
}

/// The same as an SSE message or in a fragment.
pub fn frame_hand(stream: &Stream, mine: Option<&Participant>, may: bool) -> Markup {
    dom::partial(dom::HAND, "outerMorph", hand(stream, mine, may))
}

/// What a co-host sends, below their hand; `cohosts.js` shows it while they are up.
pub fn own() -> Markup {
    html! {
        div.row id=(dom::OWN_PICTURE) hidden {
            video playsinline muted aria-label=(t!("live-hand-picture")) {}
            button.button type="button" data-do="begin" { (icons::camera()) (t!("live-hand-begin")) }
            button.button type="button" data-do="hush" aria-pressed="false" hidden { (icons::silent()) (t!("live-mic-off")) }
            output.muted data-said aria-live="polite" {}
        }
    }
}

/// The host's list: who is up, who asks, who is invited.
pub fn desk(stream: &Stream, stage: &Stage) -> Markup {
    html! {
        section.card.stack id=(dom::STAGE_DESK) aria-label=(t!("live-stage")) hidden[stream.state == StreamState::Ended] {
            h2 { (t!("live-stage-desk")) }
            @if stage.participants.is_empty() { p.muted { (t!("live-stage-nobody-yet")) } }
            @else {
                ul.plain.stack role="list" {
                    @for one in stage.participants.iter() { (listed(stream.id, one, stage.sends(one.id))) }
                }
            }
            (invite(stream.id))
        }
    }
}

pub fn frame_desk(stream: &Stream, stage: &Stage) -> Markup {
    dom::partial(dom::STAGE_DESK, "outerMorph", desk(stream, stage))
}

fn listed(stream: StreamId, one: &Participant, sends: bool) -> Markup {
    let at = |act: &str| format!("{}/{act}", path(stream, one.id));
    html! {
        li.row {
            div.grow { bdi { (one.name) } " " small.muted { (standing(one.state, sends)) } }
            div.row {
                @match one.state {
                    ParticipantState::Raised => {
                        (live_action(&at("acceptance"), None, "primary", &t!("live-stage-accept")))
                        (live_action(&at("removal"), None, "", &t!("live-stage-decline")))
                    }
                    ParticipantState::Invited => (live_action(&at("removal"), None, "", &t!("live-stage-take-back"))),
                    ParticipantState::Up => {
                        @let words = if one.muted { t!("live-stage-unmute") } else { t!("live-stage-mute") };
                        (live_action(&at("mute"), Some(("muted", !one.muted)), "", &words))
                        (live_action(&at("removal"), None, "danger", &t!("live-stage-remove")))
                    }
                }
            }
        }
    }
}

fn standing(state: ParticipantState, sends: bool) -> Cow<'static, str> {
    match (state, sends) {
        (ParticipantState::Raised, _) => t!("live-stage-asks"),
        (ParticipantState::Invited, _) => t!("live-stage-invited"),
        (ParticipantState::Up, true) => t!("live-stage-sends"),
        (ParticipantState::Up, false) => t!("live-stage-silent"),
    }
}

fn invite(stream: StreamId) -> Markup {
    let path = format!("/streams/{stream}/participants");
    html! {
        form.row method="post" action=(path) hx-post=(path) hx-swap="none" hx-disable="find button" {
            div.field {
                label for=(dom::INVITED) { (t!("live-stage-invite")) }
                input id=(dom::INVITED) name="username" required maxlength="64" autocomplete="off" autocapitalize="none";
            }
            button.button { (t!("live-stage-invite-do")) }
            p.muted { small { (t!("live-stage-invite-means")) } }
        }
    }
}

fn raise(stream: StreamId, up: bool, words: &str) -> Markup {
    live_action(&format!("/streams/{stream}/hand"), Some(("up", up)), "", words)
}

fn path(stream: StreamId, whom: ParticipantId) -> String {
    format!("/streams/{stream}/participants/{whom}")
}

impl InWords for StageError {
    fn in_words(&self) -> String {
        match self {
            Self::OffAir => t!("live-stage-off-air"),
            Self::Full => t!("live-stage-full"),
            Self::ManyHands => t!("live-stage-many-hands"),
            Self::Unknown => t!("live-stage-unknown"),
        }
        .into()
    }
}
