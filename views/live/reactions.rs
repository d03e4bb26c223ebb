//! Reactions: the buttons, and how many of each there were.

use crate::{dom, t};
use domain::{
    chat::reactions::{Reaction, ReactionCounts},
    id::StreamId,
};
use maud::{Markup, html};
use std::borrow::Cow;

/// The buttons of somebody who may write, and the sums. The sums are told to no screen reader by themselves.
pub fn bar(stream: StreamId, counts: ReactionCounts, may: bool) -> Markup {
    let path = format!("/streams/{stream}/reactions");
    html! {
        div.reactions.row.tight {
            @if may {
                form.row.tight method="post" action=(path) hx-post=(path) hx-swap="none" {
                    @for kind in Reaction::ALL {
                        button.button name="kind" value=(kind.code()) aria-label=(name(kind)) { (kind.symbol()) }
                    }
                }
            }
            (sums(counts))
        }
    }
}

fn sums(counts: ReactionCounts) -> Markup {
    html! {
        p.muted id=(dom::REACTIONS) {
            @for (kind, count) in counts.iter().filter(|(_, count)| *count > 0) {
                span data-kind=(kind.symbol()) data-count=(count) { span aria-hidden="true" { (kind.symbol()) } span.hidden { (name(kind)) } " " (count) " " }
            }
        }
    }
}

/// The sums as an SSE message.
pub fn frame(counts: ReactionCounts) -> Markup {
    dom::partial(dom::REACTIONS, "outerMorph", sums(counts))
}

fn name(kind: Reaction) -> Cow<'static, str> {
    match kind {
        Reaction::Heart => t!("live-react-heart"),
        Reaction::Clap => t!("live-react-clap"),
        Reaction::Laugh => t!("live-react-laugh"),
        Reaction::Wow => t!("live-react-wow"),
        Reaction::Fire => t!("live-react-fire"),
    }
}
