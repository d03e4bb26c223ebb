//! What was said while a show was on air, beside its replay: line by line at its second, and as a plain list.

use crate::{
    dom,
    layout::{self, Page, Shell},
    live::recording::{clock, path},
    parts, t,
};
use domain::{
    catalogue::offer::Space,
    chat::room::{JournalEntry, RoomChange},
    live::recording::Recording,
};
use maud::{Markup, html};

/// The lines, each with its moment of the recording.
pub fn lines(recording: &Recording, lines: &[JournalEntry]) -> Markup {
    html! {
        @for entry in lines {
            @if let RoomChange::Said(line) = &entry.change && !line.removed {
                @let at = recording.said_at(entry.at).0;
                li data-at=(at) data-seq=(entry.seq) {
                    a.muted href={ (path(recording)) "?at=" (at / 1000) } { (clock(at)) } " "
                    b { bdi { (line.name) } } " " span { (parts::linked(&line.body)) }
                }
            }
        }
    }
}

/// The chat beside the player. `replay.js` fills it; without scripts there is the list.
pub fn beside(recording: &Recording) -> Markup {
    let base = path(recording);
    html! {
        section.stack aria-labelledby=(dom::REPLAY_CHAT) {
            h2 #(dom::REPLAY_CHAT) { (t!("recordings-chat")) }
            p { a href={ (base) "/chat" } { (t!("recordings-chat-list")) } }
            ol.plain.replayed role="list" data-lines={ (base) "/lines" } tabindex="0" aria-label=(t!("recordings-chat")) {}
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ReplayChatPage<'a> {
    pub space: &'a Space,
    pub recording: &'a Recording,
    pub lines: &'a [JournalEntry],
    /// The last entry of the page, if there are more.
    pub further: Option<u64>,
}

pub fn page(shell: &Shell, p: &ReplayChatPage<'_>) -> Markup {
    let title = t!("recordings-chat-title", title = p.recording.title.as_str());
    let head = Page { title: &title, accent: p.space.accent, ..Page::default() };
    let replay = path(p.recording);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", p.space.slug), &p.space.name), (&replay, &p.recording.title)]))
                h1 { (title) }
                @if p.lines.is_empty() { (parts::empty(&t!("recordings-chat-empty"), None)) }
                ol.plain.stack role="list" { (lines(p.recording, p.lines)) }
                @if let Some(after) = p.further { p { a.button href={ (replay) "/chat?after=" (after) } { (t!("recordings-chat-further")) } } }
            }
        },
    )
}
