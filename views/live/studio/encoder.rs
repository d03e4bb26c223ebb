//! The studio's part for encoders: where they send to, and with which key.

use super::Studio;
use crate::{dom, t};
use domain::{
    id::StreamId,
    live::passes::{Ingest, IngestKind},
};
use maud::{Markup, html};

pub(super) fn panel(s: &Studio<'_>) -> Markup {
    html! {
        details.card {
            summary { (t!("live-encoder")) }
            div.stack {
                @match s.ingests {
                    None => {
                        p { (t!("live-encoder-about")) }
                        ol {
                            li { (t!("live-encoder-obs-service")) }
                            li { (t!("live-encoder-obs-output")) }
                            li { (t!("live-encoder-obs-start")) }
                        }
                        p { (t!("live-encoder-secret")) }
                        (access(s.stream.id, s.whip_url, s.whip_key))
                    }
                    Some(opened) => {
                        p { (t!("live-ingest-about")) }
                        p { (t!("live-encoder-secret")) }
                        (ingests(s.stream.id, opened))
                    }
                }
                p.muted { small { (t!("live-encoder-takeover")) } }
            }
        }
    }
}

/// The WHIP endpoint and key of an encoder; also the answer when the host asks for another key.
pub fn access(id: StreamId, whip_url: &str, whip_key: &str) -> Markup {
    html! {
        div.stack id=(dom::ENCODER) {
            (copied(dom::WHIP_URL, &t!("live-encoder-server"), whip_url, "text"))
            (copied(dom::WHIP_KEY, &t!("live-encoder-key"), whip_key, "password"))
            (new_key(id))
        }
    }
}

/// The same on LiveKit, which makes server and key when the host asks for them.
pub fn ingests(id: StreamId, opened: &[Ingest]) -> Markup {
    html! {
        div.stack id=(dom::ENCODER) {
            @for kind in IngestKind::ALL {
                @match opened.iter().find(|ingest| ingest.owner.kind == kind) {
                    Some(ingest) => (way_in(ingest)),
                    None => (asked(id, kind)),
                }
            }
            @if !opened.is_empty() { (new_key(id)) }
        }
    }
}

fn way_in(ingest: &Ingest) -> Markup {
    let (url, key, words) = match ingest.owner.kind {
        IngestKind::Whip => (dom::WHIP_URL, dom::WHIP_KEY, t!("live-encoder-key")),
        IngestKind::Rtmp => (dom::RTMP_URL, dom::RTMP_KEY, t!("live-ingest-key")),
    };
    html! {
        b { (ingest.owner.kind.name()) }
        (copied(url, &t!("live-encoder-server"), &ingest.url, "text"))
        (copied(key, &words, &ingest.key, "password"))
    }
}

fn asked(id: StreamId, kind: IngestKind) -> Markup {
    let path = format!("/streams/{id}/ingest");
    html! {
        form method="post" action=(path) hx-post=(path) hx-target={ "#" (dom::ENCODER) } hx-swap="outerHTML" hx-disable="find button" {
            input type="hidden" name="kind" value=(kind.code());
            button.button { (t!("live-ingest-open", kind = kind.name())) }
        }
    }
}

fn new_key(id: StreamId) -> Markup {
    let path = format!("/streams/{id}/key");
    html! {
        form method="post" action=(path) hx-post=(path) hx-target={ "#" (dom::ENCODER) } hx-swap="outerHTML" hx-disable="find button" {
            button.button { (t!("live-encoder-new-key")) }
            p.muted { small { (t!("live-encoder-new-key-means")) } }
        }
    }
}

/// A field with what a program of the host needs, and its button.
pub(in crate::live) fn copied(id: &str, label: &str, value: &str, kind: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            div.row { input.grow id=(id) type=(kind) value=(value) readonly autocomplete="off"; button.button type="button" data-copy=(id) { (t!("live-copy")) } }
        }
    }
}
