//! The chat of a room: its lines, as viewers and as moderators see them, and the frames that change them.

pub mod composer;
pub mod moderation;

use crate::{
    chat::composer::Speaking,
    dom,
    parts::{self, When},
};
use domain::{
    access::{admit::Role, ban::Ban},
    chat::room::{Change, Entry, Line, Modes},
    id::{ClientId, StreamId},
};
use maud::{Markup, html};

pub use moderation::toast_banned;

/// Who shares the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    Viewer,
    /// Moderators and hosts: they see tombstones, tools and the list of those kept out.
    Moderator,
}

impl Audience {
    pub const fn of(role: Role) -> Self {
        if role.moderates() { Self::Moderator } else { Self::Viewer }
    }
}

/// A room's chat as one person finds it.
#[derive(Clone, Copy, Debug)]
pub struct Chat<'a> {
    pub stream: StreamId,
    /// The `Said` entries to begin with, in order; others are passed over.
    pub lines: &'a [Entry],
    /// The last number that `lines` covers: the feed goes on from there.
    pub seq: u64,
    pub modes: Modes,
    pub audience: Audience,
    pub speaking: Speaking,
    /// A fresh name for the line that is written without scripts.
    pub client: ClientId,
    /// Those in force, for moderators; empty for viewers.
    pub bans: &'a [Ban],
}

/// The panel beside the stage.
pub fn panel(chat: &Chat<'_>) -> Markup {
    html! {
        section.chat aria-label="Chat" {
            header.row {
                h2 { "Chat" }
                (slow_mode(chat.modes.slow_mode))
                @if chat.audience == Audience::Moderator { (moderation::panel(chat.stream, chat.modes, chat.bans)) }
            }
            div.history {
                div.log #(dom::LOG) role="log" aria-live="polite" aria-label="Messages" tabindex="0" {
                    ol #(dom::LINES) role="list" hx-swap:inherited="none" { (lines(chat)) }
                }
                button.button.newer #(dom::NEWER) type="button" hidden {}
            }
            (composer::composer(chat.stream, chat.modes, chat.speaking, chat.client))
        }
    }
}

/// Everything of the panel that changes, for pages that fetch it instead of following.
pub fn fragment(chat: &Chat<'_>) -> Markup {
    let bans = html! { @for ban in chat.bans { (moderation::ban(chat.stream, ban)) } };
    let composer = composer::composer(chat.stream, chat.modes, chat.speaking, chat.client);
    html! {
        (dom::partial(dom::LINES, "innerMorph", lines(chat)))
        (dom::partial(dom::SLOW_MODE, "outerHTML", slow_mode(chat.modes.slow_mode)))
        @if chat.audience == Audience::Moderator { (dom::partial(dom::BANS, "innerMorph", bans)) }
        (dom::partial(dom::COMPOSER, "outerMorph", composer))
    }
}

fn lines(chat: &Chat<'_>) -> Markup {
    html! {
        @for entry in chat.lines {
            @if let Change::Said(said) = &entry.change && shows(said, chat.audience) { (line(entry, said, chat.audience)) }
        }
    }
}

/// What was removed is gone for viewers, also from what they find when they come.
fn shows(said: &Line, audience: Audience) -> bool {
    !said.removed || audience == Audience::Moderator
}

/// One journal entry as an SSE message. A change that an audience does not see is an empty message, which still carries its
/// number.
pub fn frame(entry: &Entry, audience: Audience) -> Markup {
    let moderator = audience == Audience::Moderator;
    match &entry.change {
        Change::Said(said) if !shows(said, audience) => html! {},
        Change::Said(said) => dom::partial(dom::LINES, "beforeend", line(entry, said, audience)),
        Change::Removed { targets, .. } => html! {
            @for seq in targets {
                @if moderator { (dom::partial(&dom::said(*seq), "outerHTML", tombstone(*seq))) }
                @else { (dom::partial(&dom::line(*seq), "delete", html! {})) }
            }
        },
        Change::Banned(ban) if moderator => {
            dom::partial(dom::BANS, "beforeend", moderation::ban(entry.room, ban))
        }
        Change::Lifted { ban, .. } if moderator => dom::partial(&dom::ban(*ban), "delete", html! {}),
        Change::Banned(_) | Change::Lifted { .. } => html! {},
        Change::SlowMode { seconds, .. } => html! {
            (dom::partial(dom::SLOW_MODE, "outerHTML", slow_mode(*seconds)))
            (dom::partial(dom::COMPOSER_HINT, "textContent", html! { (composer::manners(*seconds)) }))
            @if moderator {
                (dom::partial(&dom::field("slow", "seconds"), "outerHTML", moderation::slow_choice(*seconds)))
            }
        },
    }
}

fn line(entry: &Entry, said: &Line, audience: Audience) -> Markup {
    let moderator = audience == Audience::Moderator;
    html! {
        li id=(dom::line(entry.seq)) class={ "line " (parts::hue(said.author)) } data-author=(said.author) {
            @if moderator { (parts::time(entry.at, When::Clock)) " " }
            @if let Some(role) = role(said.role) { span.role { (role) } " " }
            b.who { bdi { (said.name) } } " "
            @if said.removed { (tombstone(entry.seq)) }
            @else { span.said id=(dom::said(entry.seq)) dir="auto" { (parts::linked(&said.body)) } }
            @if moderator { (moderation::tools(entry.room, entry.seq, said)) }
        }
    }
}

fn tombstone(seq: u64) -> Markup {
    html! { em.gone id=(dom::said(seq)) { "message removed" } }
}

fn role(role: Role) -> Option<&'static str> {
    match role {
        Role::Host => Some("host"),
        Role::Moderator => Some("moderator"),
        Role::Viewer => None,
    }
}

fn slow_mode(seconds: i64) -> Markup {
    html! { span.badge id=(dom::SLOW_MODE) hidden[seconds == 0] { "slow mode " (seconds) " s" } }
}
