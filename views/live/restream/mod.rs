//! Sending shows to other platforms: the panel of the studio, and the page of a space's destinations.

use super::studio::tenths;
use crate::{
    dom,
    form::{self, Errors, Field},
    in_words::InWords,
    layout::{self, Page, Shell},
    parts, t,
};
use domain::{
    catalogue::offer::Space,
    id::SpaceId,
    live::{
        restream::{
            LONGEST_ADDRESS, RestreamAddressError, RestreamDestination, RestreamFailure, RestreamOutput,
            RestreamState, ShownRestream, ShownRestreams, StreamKey, StreamKeyError,
        },
        stream::{Stream, StreamState},
    },
};
use maud::{Markup, html};
use std::borrow::Cow;

/// The name of the form that adds a destination.
pub const FORM: &str = "restream";

pub fn list_path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/restreams")
}

/// The part of the studio. What becomes of each output comes with the page's feed.
pub fn panel(space: SpaceId, stream: &Stream, all: &[RestreamOutput]) -> Markup {
    html! {
        details.card open[all.iter().any(|one| one.restream.is_some())] {
            summary { (t!("restreams-panel")) }
            div.stack {
                p.muted { small { (t!("restreams-about")) " " (t!("restreams-codecs")) } }
                (outputs(stream, all))
                p { a.button href=(list_path(space)) { (t!("restreams-manage")) } }
            }
        }
    }
}

/// The switches; also the answer when the host uses one.
pub fn outputs(stream: &Stream, all: &[RestreamOutput]) -> Markup {
    let shown = all.iter().filter_map(|one| {
        let (id, state) = one.restream.filter(|(_, state)| *state != RestreamState::Off)?;
        Some((id, ShownRestream { name: one.destination.name.clone(), state }))
    });
    html! {
        div.stack #(dom::RESTREAMS) {
            @if all.is_empty() { (parts::empty(&t!("restreams-none"), None)) }
            ul.plain.stack role="list" { @for one in all { li.row { (output(stream, one)) } } }
            div #(dom::RESTREAM_STATES) { (states(&shown.collect())) }
        }
    }
}

/// The same for pages that poll.
pub fn frame_outputs(stream: &Stream, all: &[RestreamOutput]) -> Markup {
    dom::partial(dom::RESTREAMS, "outerHTML", outputs(stream, all))
}

fn output(stream: &Stream, one: &RestreamOutput) -> Markup {
    let path = format!("/streams/{}/restreams/{}", stream.id, one.destination.id);
    let on = one.restream.is_some();
    html! {
        div { b { bdi { (one.destination.name) } } @if on { " " span.badge { (t!("restreams-on")) } } }
        @if stream.state != StreamState::Ended {
            div.row.tight.push {
                // What has given up meanwhile is told by the feed, which leaves the buttons as they are.
                @if on { (switch(&path, true, &t!("restreams-again"))) (switch(&path, false, &t!("restreams-switch-off"))) }
                @else { (switch(&path, true, &t!("restreams-switch-on"))) }
            }
        }
    }
}

fn switch(path: &str, on: bool, words: &str) -> Markup {
    html! {
        form method="post" action=(path) hx-post=(path) hx-target={ "#" (dom::RESTREAMS) } hx-swap="outerHTML" hx-disable="find button" {
            input type="hidden" name="on" value=(on);
            button.button { (words) }
        }
    }
}

/// How the restreams of a show are, as an SSE message.
pub fn frame(shown: &ShownRestreams) -> Markup {
    dom::partial(dom::RESTREAM_STATES, "innerHTML", states(shown))
}

fn states(shown: &ShownRestreams) -> Markup {
    html! {
        @if !shown.is_empty() {
            ul.plain { @for one in shown.values() { li { bdi { (one.name) } ": " (state(one.state)) } } }
        }
    }
}

fn state(state: RestreamState) -> Markup {
    match state {
        RestreamState::Off => html! { (t!("restreams-state-off")) },
        RestreamState::Connecting => html! { (t!("restreams-state-connecting")) },
        RestreamState::Sending { bits_per_second } => {
            let rate = tenths(bits_per_second as f64 / 1e6);
            html! { b { (t!("restreams-state-sending", rate = rate)) } }
        }
        RestreamState::Waiting { why, until } => html! {
            span.bad { (why.in_words()) } " " (t!("restreams-state-waiting")) " " (parts::countdown("in", until))
        },
        RestreamState::GaveUp { why } => html! {
            span.bad { (why.in_words()) } " " (t!("restreams-state-gave-up"))
        },
    }
}

impl InWords for RestreamFailure {
    fn in_words(&self) -> String {
        let words: Cow<'static, str> = match self {
            Self::NoPicture => t!("restreams-failed-no-picture"),
            Self::Unknown => t!("restreams-failed-unknown"),
            Self::Private => t!("restreams-failed-private"),
            Self::Unreachable => t!("restreams-failed-unreachable"),
            Self::Untrusted => t!("restreams-failed-untrusted"),
            Self::Refused => t!("restreams-failed-refused"),
            Self::Lost => t!("restreams-failed-lost"),
            Self::Stalled => t!("restreams-failed-stalled"),
            Self::Changed => t!("restreams-failed-changed"),
            Self::Full => t!("restreams-failed-full"),
            Self::AccountFull => t!("restreams-failed-account-full"),
            Self::Broken => t!("restreams-failed-broken"),
        };
        words.into()
    }
}

impl InWords for RestreamAddressError {
    fn in_words(&self) -> String {
        match self {
            Self::Scheme => t!("restreams-address-scheme").into(),
            Self::Host => t!("restreams-address-host").into(),
            Self::Path => t!("restreams-address-path").into(),
            Self::Long => t!("restreams-address-long", most = LONGEST_ADDRESS as i64),
            Self::Private => t!("restreams-address-private").into(),
            Self::Unknown => t!("restreams-address-unknown").into(),
        }
    }
}

impl InWords for StreamKeyError {
    fn in_words(&self) -> String {
        match self {
            Self::Length => t!("restreams-key-length", most = StreamKey::LONGEST as i64),
            Self::Characters => t!("restreams-key-characters").into(),
        }
    }
}

/// What was written into the form, without the key.
#[derive(Clone, Debug, Default)]
pub struct DestinationDraft {
    pub name: String,
    pub address: String,
}

#[derive(Clone, Copy, Debug)]
pub struct DestinationsPage<'a> {
    pub space: &'a Space,
    pub destinations: &'a [RestreamDestination],
    pub draft: &'a DestinationDraft,
    pub errors: &'a Errors,
}

pub fn list(shell: &Shell, p: &DestinationsPage<'_>) -> Markup {
    let title = t!("restreams-title");
    let head = Page { title: &title, styles: layout::DESK, ..Page::default() };
    let base = format!("/account/spaces/{}", p.space.id);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&base, &p.space.name)]))
                h1 { (title) }
                p { (t!("restreams-page-about")) }
                p { (t!("restreams-codecs")) }
                (form::summary(p.errors))
                @if p.destinations.is_empty() { (parts::empty(&t!("restreams-none"), None)) }
                ul.plain.stack role="list" { @for one in p.destinations { li.card.row { (entry(one)) } } }
                form.card.stack method="post" action=(list_path(p.space.id)) {
                    h2 { (t!("restreams-add")) }
                    (Field::input(FORM, "name", &t!("restreams-name"), &p.draft.name).required().max(60).hint(&t!("restreams-name-hint")).show(p.errors))
                    (Field::input(FORM, "address", &t!("restreams-address"), &p.draft.address).required().max(LONGEST_ADDRESS).inputmode("url").hint(&t!("restreams-address-hint")).show(p.errors))
                    (Field::input(FORM, "key", &t!("restreams-key"), "").kind("password").required().max(StreamKey::LONGEST).autocomplete("off").hint(&t!("restreams-key-hint")).show(p.errors))
                    button.button.primary { (t!("restreams-add-now")) }
                }
            }
        },
    )
}

fn entry(one: &RestreamDestination) -> Markup {
    let path = format!("/account/restreams/{}/deletion", one.id);
    html! {
        div {
            b { bdi { (one.name) } } br;
            small { bdi { (one.address) } @if !one.key.end().is_empty() { " · " (t!("restreams-key-ends", end = one.key.end())) } }
        }
        details.confirm.push {
            summary.button.danger { (t!("restreams-remove")) }
            div.menu.stack { p { (t!("restreams-remove-means")) } (form::action(&path, "danger", &t!("restreams-remove-now"))) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        id::{DestinationId, RestreamId},
        time::Millis,
    };

    #[test]
    fn each_state_is_told_with_its_reason() {
        let told = |at| state(at).into_string();
        let sending = told(RestreamState::Sending { bits_per_second: 2_460_000 });
        assert!(sending.contains("2.5 Mbit/s"), "{sending}");
        for why in RestreamFailure::ALL {
            let words = why.in_words();
            assert!(!words.contains("restreams-"), "{words}");
            assert!(told(RestreamState::Waiting { why, until: Millis(0) }).contains(&words));
            assert!(told(RestreamState::GaveUp { why }).contains(&words));
        }
    }

    #[test]
    fn a_name_is_text_and_a_key_is_never_whole() {
        let one = RestreamDestination {
            id: DestinationId::new(),
            space: SpaceId::new(),
            name: "<b>Elsewhere".into(),
            address: "rtmp://live.example/app".parse().unwrap(),
            key: StreamKey::parse("live_0123456789abcd").unwrap(),
        };
        let shown = entry(&one).into_string();
        assert!(shown.contains("&lt;b&gt;Elsewhere") && shown.contains("abcd"), "{shown}");
        assert!(!shown.contains("789abcd"), "{shown}");
        let mut all = ShownRestreams::new();
        all.insert(RestreamId::new(), ShownRestream { name: one.name, state: RestreamState::Connecting });
        assert!(frame(&all).into_string().contains("&lt;b&gt;Elsewhere"));
    }
}
