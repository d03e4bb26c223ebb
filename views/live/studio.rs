//! The host's studio: choose a source, preview it, go live, watch the connection health and the chat.

pub mod encoder;

use crate::{
    chat::{self, Chat},
    dom,
    form::live_action,
    icons,
    layout::{self, Page, ROOM, Shell},
    live::{captions, participants, people, recording, restream, stream},
    parts::{self, When},
    rich, t, words,
};
use domain::{
    catalogue::{
        offer::{Experience, Space},
        slug::page_path,
    },
    id::MediaSessionId,
    live::{
        media::{LayerSet, MediaHealth, PictureHealth},
        participants::Stage,
        passes::{Ingest, Plane},
        restream::RestreamOutput,
        stream::{EndReason, Stream, StreamState},
        viewership::Viewership,
    },
    text::language::Language,
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
    pub stage: &'a Stage,
    pub chat: Chat<'a>,
    /// The WHIP endpoint for an encoder, with scheme and host.
    pub whip_url: &'a str,
    /// The bearer token of an encoder.
    pub whip_key: &'a str,
    /// Where programs send captions, with scheme, host and key.
    pub captions: &'a str,
    /// Where the stream's media runs.
    pub plane: Plane,
    /// Whether the host may choose it.
    pub has_livekit: bool,
    /// Whether LiveKit records what runs there.
    pub livekit_records: bool,
    /// What LiveKit has opened for encoders; `None` where they reach this server.
    pub ingests: Option<&'a [Ingest]>,
    /// Where it can be sent, too; `None` if nothing can be.
    pub restreams: Option<&'a [RestreamOutput]>,
}

const SCRIPTS: &[&str] = &[
    "htmx.min.js",
    "hx-sse.min.js",
    "feed.js",
    "chat.js",
    "composer.js",
    "captions.js",
    "rtc.js",
    "whep.js",
    "sources.js",
    "devices.js",
    "publisher.js",
    "cohosts.js",
];
/// The same with LiveKit's client.
const LIVEKIT_SCRIPTS: &[&str] = &[
    "htmx.min.js",
    "hx-sse.min.js",
    "livekit-client.min.js",
    "feed.js",
    "chat.js",
    "composer.js",
    "captions.js",
    "rtc.js",
    "whep.js",
    "sources.js",
    "devices.js",
    "livekit.js",
    "publisher.js",
    "cohosts.js",
];
/// Milliseconds between keyframes above which the studio shows a warning: people who join wait that long.
const FEW_KEYFRAMES: u32 = 4_000;
/// Share of lost packets above which the studio shows a warning.
const BAD_LOSS: f32 = 0.05;

pub fn page(shell: &Shell, s: &Studio<'_>) -> Markup {
    let title = t!("live-studio-title", title = s.stream.title.as_str());
    let scripts = match s.plane {
        Plane::Embedded => SCRIPTS,
        Plane::LiveKit => LIVEKIT_SCRIPTS,
    };
    let head = Page { title: &title, styles: ROOM, scripts, theatre: true, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.watch.studio #(dom::MAIN) tabindex="-1" {
                (desk(shell, s))
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
        (participants::frame_up(s.stream.id, s.stage))
        (participants::frame_desk(s.stream, s.stage))
        (frame_health(s.health.as_ref()))
        (frame_viewership(&s.viewership))
        @if let Some(all) = s.restreams { (restream::frame_outputs(s.stream, all)) }
        (chat::fragment(&s.chat))
    }
}

/// The health of the publisher's media as an SSE message. `None`: nothing is published.
pub fn frame_health(health: Option<&MediaHealth>) -> Markup {
    dom::partial(dom::HEALTH, "innerHTML", figures(health))
}

/// The layers that the publisher with this session pauses, for `publisher.js`, as an SSE message.
pub fn frame_paused_layers(session: MediaSessionId, layers: LayerSet) -> Markup {
    dom::partial(dom::PAUSED_LAYERS, "outerMorph", paused_layers(Some((session, layers))))
}

fn paused_layers(told: Option<(MediaSessionId, LayerSet)>) -> Markup {
    let numbers =
        |layers: LayerSet| layers.iter().map(|layer| layer.to_string()).collect::<Vec<_>>().join(" ");
    html! {
        div id=(dom::PAUSED_LAYERS) hidden data-session=[told.map(|(session, _)| session)] data-layers=[told.map(|(_, layers)| numbers(layers))] {}
    }
}

/// The viewer statistics so far, as an SSE message.
pub fn frame_viewership(viewership: &Viewership) -> Markup {
    dom::partial(dom::VIEWERSHIP, "innerHTML", viewed(viewership))
}

fn viewed(v: &Viewership) -> Markup {
    html! {
        div { dt { (t!("live-people-so-far")) } dd { (parts::count(v.people)) } }
        div { dt { (t!("live-most-at-once")) } dd { (parts::count(v.peak)) } }
        div { dt { (t!("live-watched")) } dd { (parts::hours(v.watched)) } }
    }
}

fn desk(shell: &Shell, s: &Studio<'_>) -> Markup {
    html! {
        section.desk.stack id=(dom::STUDIO) aria-label=(t!("live-studio")) data-whip={ "/streams/" (s.stream.id) "/whip" }
            data-whep={ "/streams/" (s.stream.id) "/whep" } data-pass=[stream::pass(s.plane, s.stream, "host")] data-records[s.livekit_records] {
            div.row.tight {
                div {
                    h1 { (s.stream.title) }
                    small { a href=(page_path(&s.space.slug, &s.experience.slug)) { (t!("live-see-as-viewer")) } " · " (people::door(s.chat.of)) }
                }
                div.push.row.tight { (parts::people(Some(s.people))) (stream::share(shell, s.space, s.experience, s.stream)) }
            }
            (people::place())
            div.preview {
                video id=(dom::PREVIEW) playsinline muted aria-label=(t!("live-preview")) {}
                (participants::pictures())
                (participants::up(s.stream.id, s.stage))
                (captions::place())
                (stream::connection())
                p.curtain data-idle { (t!("live-preview-idle")) }
            }
            (paused_layers(None))
            (controls(s.stream))
            (source())
            (participants::desk(s.stream, s.stage))
            dl.figures data-sent hidden aria-label=(t!("live-sent")) {
                div { dt { (t!("scripts-frames")) } dd data-frames {} }
                div { dt { (t!("scripts-size")) } dd { span data-size {} small data-paused hidden { (t!("live-sent-paused")) } } }
                div.bad { dt { span.hidden { (t!("live-sent-limit")) } } dd { small data-limit {} } }
            }
            // LiveKit tells no figures, so nothing is claimed there.
            dl.figures id=(dom::HEALTH) aria-label=(t!("live-health")) hidden[s.plane == Plane::LiveKit] { (figures(s.health.as_ref())) }
            dl.figures id=(dom::VIEWERSHIP) aria-label=(t!("live-who-watched")) { (viewed(&s.viewership)) }
            p.muted.pace { small { (t!("live-figures-pace")) } }
            (plane_choice(s))
            (encoder::panel(s))
            (captions::panel(s.stream.id, s.captions))
            @if let Some(all) = s.restreams { (restream::panel(s.space.id, s.stream, all)) }
        }
    }
}

/// Where the video will run, while that can be chosen.
fn plane_choice(s: &Studio<'_>) -> Markup {
    let path = format!("/streams/{}/plane", s.stream.id);
    let named = [(Plane::Embedded, t!("live-plane-embedded")), (Plane::LiveKit, t!("live-plane-livekit"))];
    html! {
        @if s.has_livekit && s.stream.state == StreamState::Scheduled {
            form.card.stack method="post" action=(path) hx-post=(path) hx-swap="none" hx-disable="find button" data-plane {
                fieldset.choices {
                    legend { (t!("live-plane")) }
                    @for (plane, name) in named {
                        label.choice { input type="radio" name="plane" value=(plane.code()) checked[plane == s.plane]; (name) }
                    }
                }
                p.muted { small { (t!("live-plane-about")) } }
                button.button { (t!("live-plane-choose")) }
            }
        }
    }
}

fn source() -> Markup {
    html! {
        form.source.stack data-source {
            fieldset.choices {
                legend { (t!("live-source")) }
                (choice("camera", &t!("live-camera"), icons::camera(), true))
                (choice("screen", &t!("live-screen"), icons::screen(), false))
                (choice("card", &t!("live-test-card"), icons::card(), false))
            }
            div.row {
                button.button data-do="start" { (t!("live-start-camera")) }
                button.button type="button" data-do="stop" hidden { (t!("live-stop-sending")) }
                button.button type="button" data-do="take" hidden { (t!("live-take-back")) }
                span.row.tight {
                    label.level for=(dom::LEVEL) { (t!("live-sound")) }
                    meter id=(dom::LEVEL) min="0" max="1" low="0.05" high="0.9" optimum="0.5" value="0" {}
                }
                output.muted data-status aria-live="polite" {}
            }
            (tools())
            div.row data-devices {
                div.field { label for=(dom::CAMERA) { (t!("live-camera")) } select id=(dom::CAMERA) { option value="" { (t!("live-usual-camera")) } } }
                div.field { label for=(dom::MICROPHONE) { (t!("live-microphone")) } select id=(dom::MICROPHONE) { option value="" { (t!("live-usual-microphone")) } } }
            }
            div.row {
                label { input type="checkbox" name="music" value="yes"; " " (t!("live-music")) }
                label data-beside hidden { input type="checkbox" name="beside" value="yes"; " " (t!("live-beside")) }
                button.button type="button" data-do="test" { (icons::sound()) (t!("live-speaker-test")) }
            }
            noscript { p.notice { (t!("live-sending-no-scripts")) } }
        }
    }
}

/// What the host does with a source that is shown; `publisher.js` shows them.
fn tools() -> Markup {
    html! {
        div.row {
            button.button type="button" data-do="mic" aria-pressed="false" hidden { (icons::silent()) (t!("live-mic-off")) }
            button.button type="button" data-do="cam" aria-pressed="false" hidden { (icons::camera()) (t!("live-cam-off")) }
            button.button type="button" data-do="flip" hidden { (t!("live-flip")) }
            button.button type="button" data-do="received" aria-pressed="false" hidden { (t!("live-received")) }
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
                    p { (off_air(stream)) }
                    button.button.primary.push type="button" disabled { (t!("live-go")) }
                }
                StreamState::Rehearsal => {
                    p { (rich!("live-rehearsal"; b => bold)) }
                    (to(stream, "live", "primary", &t!("live-go")))
                }
                StreamState::Live => {
                    p { (parts::badge_live()) @if let Some(at) = stream.started_at { " " (rich!("live-since"; time => |_| parts::time(at, When::Clock))) } }
                    (end(stream))
                }
                StreamState::Interrupted => {
                    p { (signal_gone(stream)) }
                    (end(stream))
                }
                StreamState::Ended => p { (over(stream)) },
            }
            @if stream.state != StreamState::Ended { (count_switch(stream)) (recording::switch(stream)) }
        }
    }
}

fn bold(words: &str) -> Markup {
    html! { b { (words) } }
}

fn off_air(stream: &Stream) -> Markup {
    match stream.scheduled_at {
        Some(at) => rich!("live-off-air-planned"; b => bold, time => |_| parts::time(at, When::Moment)),
        None => rich!("live-off-air"; b => bold),
    }
}

fn signal_gone(stream: &Stream) -> Markup {
    match stream.grace_until {
        Some(at) => rich!("live-signal-gone-until"; b => bold, time => |_| parts::countdown("for", at)),
        None => rich!("live-signal-gone"; b => bold),
    }
}

fn over(stream: &Stream) -> Markup {
    match stream.end_reason {
        Some(EndReason::Suspended) => rich!("live-over-suspended"; b => bold),
        Some(EndReason::HostGone) => rich!("live-over-signal"; b => bold),
        Some(EndReason::TooLong) => rich!("live-over-too-long"; b => bold),
        Some(EndReason::Empty) => rich!("live-over-empty"; b => bold),
        Some(EndReason::Cancelled) => rich!("live-over-cancelled"; b => bold),
        Some(EndReason::Host) | None => rich!("live-over-host"; b => bold),
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
    let words = if stream.count_hidden { t!("live-count-show") } else { t!("live-count-hide") };
    live_action(&path, Some(("hidden", !stream.count_hidden)), "", &words)
}

/// Ending a stream cannot be undone, so it takes a second step.
fn end(stream: &Stream) -> Markup {
    html! {
        details.confirm.push {
            summary.button.danger { (t!("live-end")) }
            div.menu.stack { p { (t!("live-end-means")) } (to(stream, "ended", "danger", &t!("live-end-stream"))) }
        }
    }
}

fn figures(health: Option<&MediaHealth>) -> Markup {
    let Some(h) = health else {
        return html! { div { dt { (t!("live-sending")) } dd { (t!("live-sending-nothing")) } } };
    };
    let loss = h.loss > BAD_LOSS;
    html! {
        @if let Some(picture) = &h.picture { (picture_figures(picture)) }
        div { dt { (t!("live-bitrate")) } dd { (tenths(h.bits_per_second as f64 / 1e6)) " Mbit/s" } }
        div.bad[loss] { dt { (t!("live-loss")) } dd { (tenths(f64::from(h.loss * 100.0))) " %" @if loss { small { " " (t!("live-loss-high")) } } } }
        div { dt { (t!("live-round-trip")) } dd { @if let Some(ms) = h.rtt_ms { (ms) " ms" } @else { "–" } } }
        div { dt { (t!("live-receiving")) } dd { (parts::count(h.viewers as u64)) } }
    }
}

fn picture_figures(picture: &PictureHealth) -> Markup {
    html! {
        div {
            dt { (t!("live-picture")) }
            dd {
                (picture.codec.name())
                @if let Some((width, height)) = picture.size { " " small { (width) " × " (height) } }
                " " small { (t!("live-frame-rate", rate = picture.frames_per_second)) }
            }
        }
        @if let Some(ms) = picture.keyframe_ms {
            @let few = ms > FEW_KEYFRAMES;
            div.bad[few] {
                dt { (t!("live-keyframes")) }
                dd {
                    (t!("live-keyframes-every", seconds = tenths(f64::from(ms) / 1e3)))
                    @if few { small { " " (t!("live-keyframes-few")) } }
                }
            }
        }
    }
}

/// A number with one digit after its decimal sign.
pub(super) fn tenths(number: f64) -> String {
    let text = format!("{number:.1}");
    match words::spoken() {
        Language::English => text,
        Language::German => text.replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_have_the_decimal_sign_of_the_language() {
        for (number, english, german) in
            [(0.0, "0.0", "0,0"), (2.46, "2.5", "2,5"), (1234.0, "1234.0", "1234,0")]
        {
            assert_eq!(words::speak(Language::English, || tenths(number)), english);
            assert_eq!(words::speak(Language::German, || tenths(number)), german);
        }
    }
}
