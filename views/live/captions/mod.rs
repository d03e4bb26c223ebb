//! Captions: the line under the picture with its switches, the host's address for programs, and the track of a replay.

use super::studio::copied;
use crate::{dom, icons, live::recording::path, t};
use domain::{
    id::StreamId,
    live::{
        captions::{Caption, LONGEST},
        recording::Recording,
    },
};
use maud::{Markup, html};

/// Where the line appears that is said now. `captions.js` lets screen readers announce it if the person wishes that.
pub fn place() -> Markup {
    html! { p.caption #(dom::CAPTION) dir="auto" aria-live="off" {} }
}

/// A line as an SSE message.
pub fn frame(caption: &Caption) -> Markup {
    dom::partial(dom::CAPTION, "innerHTML", html! { span { (caption.text) } })
}

/// The switches of the player; `captions.js` shows them once there is something to switch.
pub fn switches() -> Markup {
    html! {
        button type="button" data-do="captions" aria-label=(t!("captions-captions")) aria-pressed="true" hidden { (icons::captions()) }
        button type="button" data-do="aloud" aria-label=(t!("captions-aloud")) aria-pressed="false" hidden { (icons::speech()) }
    }
}

/// The part of the studio. `address`: where lines are sent, with scheme and host.
pub fn panel(id: StreamId, address: &str) -> Markup {
    html! {
        details.card {
            summary { (t!("captions-captions")) }
            div.stack {
                p { (t!("captions-about")) }
                p { code { (t!("captions-example")) } }
                p { (t!("captions-secret")) }
                (access(id, address))
                p.muted { small { (t!("captions-kept", most = LONGEST)) } }
            }
        }
    }
}

/// The address for programs; also the answer when the host asks for another one.
pub fn access(id: StreamId, address: &str) -> Markup {
    let path = format!("/streams/{id}/caption_key");
    html! {
        div.stack id=(dom::CAPTION_ACCESS) {
            (copied(dom::CAPTION_ADDRESS, &t!("captions-address"), address, "password"))
            form method="post" action=(path) hx-post=(path) hx-target={ "#" (dom::CAPTION_ACCESS) } hx-swap="outerHTML" hx-disable="find button" {
                button.button { (t!("captions-new-address")) }
                p.muted { small { (t!("captions-new-address-means")) } }
            }
        }
    }
}

/// Inside the player of a replay.
pub fn track(recording: &Recording) -> Markup {
    html! { track kind="captions" label=(t!("captions-captions")) src={ (path(recording)) "/captions.vtt" }; }
}
