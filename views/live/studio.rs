//! The host's studio: choose a source, preview it, go live, watch the connection health and the chat.

use crate::{
    chat::{self, Chat},
    dom, icons,
    layout::{self, Page, Shell},
    live::{people, stream},
    parts::{self, When},
};
use domain::{
    catalogue::offer::{Experience, Space},
    id::StreamId,
    live::{
        media::MediaHealth,
        stream::{EndReason, Stream, StreamState},
        viewership::Viewership,
    },
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct Studio<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub stream: &'a Stream,
    pub people: usize,
    pub health: Option<MediaHealth>,
    pub viewership: Viewership,
    pub chat: Chat<'a>,
    /// The WHIP endpoint for an encoder, with scheme and host.
    pub whip_url: &'a str,
    /// The bearer token of an encoder.
    pub whip_key: &'a str,
    /// ICE servers for the browser, as a JSON array; `[]` for none.
    pub ice_servers: &'a str,
}

const SCRIPTS: &[&str] =
    &["htmx.min.js", "hx-sse.min.js", "feed.js", "chat.js", "composer.js", "publisher.js"];
/// Share of lost packets above which the studio shows a warning.
const BAD_LOSS: f32 = 0.05;

pub fn page(shell: &Shell, s: &Studio<'_>) -> Markup {
    let title = format!("Studio: {}", s.stream.title);
    let head = Page { title: &title, scripts: SCRIPTS, theatre: true, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.watch.studio #(dom::MAIN) tabindex="-1" {
                (desk(s))
                (chat::panel(&s.chat))
            }
            (stream::feed(s.stream, "studio", s.chat.seq))
        },
    )
}

/// All parts of the page that change, for pages that poll.
pub fn fragment(s: &Studio<'_>) -> Markup {
    html! {
        (stream::frame_state(s.stream, s.chat.audience, Some(s.people)))
        (frame_health(s.health.as_ref()))
        (frame_viewership(&s.viewership))
        (chat::fragment(&s.chat))
    }
}

/// The health of the publisher's media as an SSE message. `None`: nothing is published.
pub fn frame_health(health: Option<&MediaHealth>) -> Markup {
    dom::partial(dom::HEALTH, "innerHTML", figures(health))
}

/// The viewer statistics so far, as an SSE message.
pub fn frame_viewership(viewership: &Viewership) -> Markup {
    dom::partial(dom::VIEWERSHIP, "innerHTML", viewed(viewership))
}

fn viewed(v: &Viewership) -> Markup {
    html! {
        div { dt { "People so far" } dd { (parts::count(v.people)) } }
        div { dt { "Most at once" } dd { (parts::count(v.peak)) } }
        div { dt { "Watched in total" } dd { (parts::hours(v.watched)) } }
    }
}

fn desk(s: &Studio<'_>) -> Markup {
    html! {
        section.desk.stack id=(dom::STUDIO) aria-label="Studio" data-whip={ "/streams/" (s.stream.id) "/whip" } data-ice=(s.ice_servers) {
            div.row.tight {
                div {
                    h1 { (s.stream.title) }
                    small { a href={ "/" (s.space.slug) "/" (s.experience.slug) } { "See it as viewers do" } " · " (people::door(s.stream.id)) }
                }
                div.push { (parts::people(Some(s.people))) }
            }
            (people::place())
            div.preview {
                video id=(dom::PREVIEW) playsinline muted aria-label="Your picture, as it leaves here" {}
                (stream::connection())
                p.curtain data-idle { "Nothing leaves this browser yet. Choose what to show, then start it: your team sees it, and everybody else while you are live." }
            }
            (controls(s.stream))
            (source())
            dl.figures id=(dom::HEALTH) aria-label="Health of what you send" { (figures(s.health.as_ref())) }
            dl.figures id=(dom::VIEWERSHIP) aria-label="Who watched" { (viewed(&s.viewership)) }
            p.muted { small { "These figures are updated every 20 seconds while you are live." } }
            (encoder(s))
        }
    }
}

fn source() -> Markup {
    html! {
        form.source.stack data-source {
            fieldset.choices {
                legend { "What to show" }
                (choice("camera", "Camera", icons::camera(), true))
                (choice("screen", "Screen", icons::screen(), false))
                (choice("card", "Test card", icons::card(), false))
            }
            div.row data-devices {
                div.field { label for=(dom::CAMERA) { "Camera" } select id=(dom::CAMERA) { option value="" { "Your usual camera" } } }
                div.field { label for=(dom::MICROPHONE) { "Microphone" } select id=(dom::MICROPHONE) { option value="" { "Your usual microphone" } } }
            }
            div.row {
                button.button data-do="start" { "Start the camera" }
                button.button type="button" data-do="stop" hidden { "Stop sending" }
                button.button type="button" data-do="take" hidden { "Take the stream back" }
                label.level for=(dom::LEVEL) { "Sound" } meter id=(dom::LEVEL) min="0" max="1" low="0.05" high="0.9" optimum="0.5" value="0" {}
                output.muted data-status aria-live="polite" {}
            }
            noscript { p.notice { "Sending from the browser needs JavaScript. An encoder works without it: see below." } }
        }
    }
}

fn choice(value: &str, words: &str, icon: Markup, checked: bool) -> Markup {
    html! { label.choice { input type="radio" name="source" value=(value) checked[checked]; (icon) (words) } }
}

/// The host's actions in the current state. They are rendered again with every change of state.
pub fn controls(stream: &Stream) -> Markup {
    html! {
        div.onair.card.row id=(dom::STUDIO_CONTROLS) data-state=(stream.state.code()) {
            @match stream.state {
                StreamState::Scheduled => {
                    p { b { "Off air. " } (starts(stream)) "Start a source or an encoder to rehearse." }
                    button.button.primary.push type="button" disabled { "Go live" }
                }
                StreamState::Rehearsal => {
                    p { b { "Rehearsal. " } "Only your team sees this." }
                    (to(stream, "live", "primary", "Go live"))
                }
                StreamState::Live => {
                    p { (parts::badge_live()) @if let Some(at) = stream.started_at { " since " (parts::time(at, When::Clock)) } }
                    (end(stream))
                }
                StreamState::Interrupted => {
                    p {
                        b { "Your signal is gone. " } "Viewers keep their place"
                        @if let Some(at) = stream.grace_until { " " (parts::countdown("for", at)) }
                        ". Start again and the show goes on."
                    }
                    (end(stream))
                }
                StreamState::Ended => p { b { "Over. " } (over(stream)) },
            }
            @if stream.state != StreamState::Ended { (count_switch(stream)) }
        }
    }
}

fn starts(stream: &Stream) -> Markup {
    html! { @if let Some(at) = stream.scheduled_at { "Planned for " (parts::time(at, When::Moment)) ". " } }
}

fn over(stream: &Stream) -> &'static str {
    match stream.end_reason {
        Some(EndReason::Suspended) => "The operators of Backstage Pass suspended this space.",
        Some(EndReason::HostGone) => "Your signal did not come back in time.",
        Some(EndReason::TooLong) => "Eight hours are the longest a stream may take.",
        Some(EndReason::Cancelled) => "You cancelled this stream.",
        Some(EndReason::Host) | None => "You ended this stream.",
    }
}

fn to(stream: &Stream, state: &str, class: &str, words: &str) -> Markup {
    let path = format!("/streams/{}/state", stream.id);
    html! {
        form.push method="post" action=(path) hx-post=(path) hx-swap="none" hx-disable="find button" {
            input type="hidden" name="state" value=(state);
            button class={ "button " (class) } { (words) }
        }
    }
}

/// The switch that shows or hides the viewer count.
fn count_switch(stream: &Stream) -> Markup {
    let path = format!("/streams/{}/count", stream.id);
    let words = if stream.count_hidden { "Show viewers the count" } else { "Hide the count from viewers" };
    html! {
        form method="post" action=(path) hx-post=(path) hx-swap="none" hx-disable="find button" {
            input type="hidden" name="hidden" value=(!stream.count_hidden);
            button.button { (words) }
        }
    }
}

/// Ending a stream cannot be undone, so it takes a second step.
fn end(stream: &Stream) -> Markup {
    html! {
        details.confirm.push {
            summary.button.danger { "End…" }
            div.menu.stack { p { "This closes the show for everybody." } (to(stream, "ended", "danger", "End the stream")) }
        }
    }
}

fn figures(health: Option<&MediaHealth>) -> Markup {
    let Some(h) = health else { return html! { div { dt { "Sending" } dd { "nothing" } } } };
    let loss = h.loss > BAD_LOSS;
    html! {
        div { dt { "Bitrate" } dd { (format!("{:.1}", h.bits_per_second as f64 / 1e6)) " Mbit/s" } }
        div.bad[loss] { dt { "Loss" } dd { (format!("{:.1}", h.loss * 100.0)) " %" @if loss { small { " high: a cable helps" } } } }
        div { dt { "Round trip" } dd { @if let Some(ms) = h.rtt_ms { (ms) " ms" } @else { "–" } } }
        div { dt { "Receiving" } dd { (parts::count(h.viewers as u64)) } }
    }
}

fn encoder(s: &Studio<'_>) -> Markup {
    html! {
        details.card {
            summary { "Use an encoder instead" }
            div.stack {
                p { "An encoder publishes over WHIP with VP8 video and Opus sound, for example GStreamer's whipclientsink. OBS sends H264 video, which we cannot forward yet, so it is refused; start OBS's virtual camera and choose it as the camera here instead." }
                p { "Whoever has the key can publish as you, so keep it to yourself." }
                (encoder_access(s.stream.id, s.whip_url, s.whip_key))
            }
        }
    }
}

/// The WHIP endpoint and key of an encoder; also the answer when the host asks for another key.
pub fn encoder_access(id: StreamId, whip_url: &str, whip_key: &str) -> Markup {
    let path = format!("/streams/{id}/key");
    html! {
        div.stack id=(dom::ENCODER) {
            (copied(dom::WHIP_URL, "Server", whip_url, "text"))
            (copied(dom::WHIP_KEY, "Bearer key", whip_key, "password"))
            form method="post" action=(path) hx-post=(path) hx-target={ "#" (dom::ENCODER) } hx-swap="outerHTML" hx-disable="find button" {
                button.button { "Make a new key" }
                p.muted { small { "The old key stops working at once, and an encoder that publishes with it is cut off." } }
            }
        }
    }
}

fn copied(id: &str, label: &str, value: &str, kind: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            div.row { input.grow id=(id) type=(kind) value=(value) readonly autocomplete="off"; button.button type="button" data-copy=(id) { "Copy" } }
        }
    }
}
