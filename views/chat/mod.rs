//! The chat of a room: its lines, as viewers and as moderators see them, and the SSE frames that change them.

pub mod composer;
pub mod moderation;

use crate::{chat::composer::Speaking, dom, parts, t};
use domain::{
    access::{admit::Role, ban::Ban},
    chat::room::{ChatLine, JournalEntry, Modes, RoomChange},
    id::{AccountId, ClientId, ExperienceId, StreamId},
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;
use std::fmt;

pub use moderation::toast_banned;

/// The people who share the same rendered bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    Viewer,
    /// Moderators and hosts: they see tombstones, moderation tools and the list of bans and mutes.
    Moderator,
}

impl Audience {
    pub const fn of(role: Role) -> Self {
        if role.moderates() { Self::Moderator } else { Self::Viewer }
    }
}

/// Whose chat it is. It is written as the beginning of the chat's addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChatOf {
    Stream(StreamId),
    Community(ExperienceId),
}

impl fmt::Display for ChatOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(id) => write!(f, "/streams/{id}"),
            Self::Community(id) => write!(f, "/experiences/{id}"),
        }
    }
}

/// A room's chat as one person sees it when the page loads.
#[derive(Clone, Copy, Debug)]
pub struct Chat<'a> {
    pub of: ChatOf,
    /// The initial `Said` entries, in order; other entries are skipped.
    pub lines: &'a [JournalEntry],
    /// The last sequence number that `lines` covers; the feed continues from there.
    pub seq: u64,
    pub modes: Modes,
    pub audience: Audience,
    pub speaking: Speaking,
    /// A fresh message id for a send without scripts.
    pub client: ClientId,
    /// Those in force, for moderators; empty for viewers.
    pub bans: &'a [Ban],
    /// The room is parked until an operator resumes it: it accepts no lines.
    pub parked: bool,
}

/// The panel beside the stage.
pub fn panel(chat: &Chat<'_>) -> Markup {
    html! {
        section.chat aria-label=(t!("chat-title")) {
            header.row {
                h2 { (t!("chat-title")) }
                (modes(chat.modes))
                @if chat.audience == Audience::Viewer { a.report.push href={ (chat.of) "/messages" } aria-label=(t!("chat-report-label")) { (t!("chat-report")) } }
                @if chat.audience == Audience::Moderator { (moderation::panel(chat.of, chat.modes, chat.bans)) }
            }
            div.history {
                div.log #(dom::LOG) role="log" aria-live="polite" aria-label=(t!("chat-log")) tabindex="0" {
                    ol #(dom::LINES) role="list" data-none=(t!("chat-log-none")) { (lines(chat)) }
                    // Filled by `composer.js`: lines written here that the server has not confirmed.
                    ol #(dom::UNSENT) role="list" aria-live="off" aria-label=(t!("chat-unsent")) {}
                }
                button.button.newer #(dom::NEWER) type="button" hidden {}
            }
            small #(dom::UNSENT_HINT) role="status" hidden {}
            (parked(chat.parked))
            (composer::composer(chat.of, chat.modes, chat.speaking, chat.client))
            @if chat.audience == Audience::Moderator { (moderation::layer()) }
        }
    }
}

/// All parts of the panel that change, for pages that poll instead of following the feed.
pub fn fragment(chat: &Chat<'_>) -> Markup {
    let bans = html! { @for ban in chat.bans { (moderation::ban(chat.of, ban)) } };
    let composer = composer::composer(chat.of, chat.modes, chat.speaking, chat.client);
    html! {
        (dom::partial(dom::LINES, "innerMorph", lines(chat)))
        (dom::partial(dom::MODES, "outerHTML", modes(chat.modes)))
        @if chat.audience == Audience::Moderator { (dom::partial(dom::BANS, "innerMorph", bans)) }
        (dom::partial(dom::COMPOSER, "outerMorph", composer))
        (frame_parked(chat.parked))
    }
}

/// The composer of a stream that is over, as an SSE message.
pub fn frame_ended() -> Markup {
    dom::partial(dom::COMPOSER, "outerMorph", composer::ended())
}

/// Whether the room accepts lines, as an SSE message.
pub fn frame_parked(is_parked: bool) -> Markup {
    dom::partial(dom::CHAT_PARKED, "outerHTML", parked(is_parked))
}

/// Shown in place of the composer while the room is parked; the composer keeps what was typed.
fn parked(is_parked: bool) -> Markup {
    html! { p.outage id=(dom::CHAT_PARKED) role="status" { @if is_parked { (t!("chat-parked")) } } }
}

fn lines(chat: &Chat<'_>) -> Markup {
    html! {
        @for entry in chat.lines {
            @if let RoomChange::Said(said) = &entry.change && shows(said, chat.audience) { (line(chat.of, entry, said, chat.audience)) }
        }
    }
}

/// Viewers do not see removed lines, on page load either.
fn shows(said: &ChatLine, audience: Audience) -> bool {
    !said.removed || audience == Audience::Moderator
}

/// One journal entry as an SSE message. A change that an audience does not see is an empty message, which still carries
/// its sequence number.
pub fn frame(of: ChatOf, entry: &JournalEntry, audience: Audience) -> Markup {
    let moderator = audience == Audience::Moderator;
    match &entry.change {
        RoomChange::Said(said) if !shows(said, audience) => html! {},
        RoomChange::Said(said) => dom::partial(dom::LINES, "beforeend", line(of, entry, said, audience)),
        RoomChange::Removed { targets, .. } => html! {
            @for seq in targets {
                @if moderator { (dom::partial(&dom::said(*seq), "outerHTML", tombstone(*seq))) }
                @else { (dom::partial(&dom::line(*seq), "delete", html! {})) }
            }
        },
        RoomChange::Banned(ban) if moderator => {
            dom::partial(dom::BANS, "beforeend", moderation::ban(of, ban))
        }
        RoomChange::Lifted { ban, .. } if moderator => dom::partial(&dom::ban(*ban), "delete", html! {}),
        RoomChange::Banned(_) | RoomChange::Lifted { .. } => html! {},
        RoomChange::Restored { line: entry, .. } => match entry.line() {
            // It was removed again since.
            Some(said) if said.removed => html! {},
            Some(said) if moderator => {
                dom::partial(&dom::said(entry.seq), "outerHTML", words(entry.seq, said, audience))
            }
            // `chat.js` moves it to its original place.
            Some(said) => dom::partial(dom::LINES, "beforeend", line(of, entry, said, audience)),
            None => html! {},
        },
        RoomChange::Modes { to, .. } => html! {
            (dom::partial(dom::MODES, "outerHTML", modes(*to)))
            (dom::partial(dom::COMPOSER_HINT, "textContent", html! { (composer::hint(*to)) }))
            @if moderator {
                (dom::partial(dom::MODE_CONTROLS, "outerHTML", moderation::mode_controls(of, *to)))
            }
        },
    }
}

fn line(of: ChatOf, entry: &JournalEntry, said: &ChatLine, audience: Audience) -> Markup {
    let moderator = audience == Audience::Moderator;
    html! {
        li id=(dom::line(entry.seq)) class={ "line " (parts::hue(said.author)) } data-author=(mark(said.author)) {
            (time(entry.at)) " "
            @if let Some(role) = role(said.role) { span.role { (role) } " " }
            bdi { (said.name) } " "
            @if said.removed { (tombstone(entry.seq)) } @else { (words(entry.seq, said, audience)) }
            @if moderator { (moderation::tools(of, entry.seq, said)) }
        }
    }
}

/// The random end of an account id: enough for a browser to recognise its own lines. The whole id would add 20 bytes to
/// every line.
fn mark(author: AccountId) -> impl fmt::Display {
    const DIGITS: u128 = 1 << (4 * 12);
    fmt::from_fn(move |f| write!(f, "{:012x}", author.0.as_u128() % DIGITS))
}

/// Only moderators' pages address the text by id. Viewers' frames omit the id to save bytes.
fn words(seq: u64, said: &ChatLine, audience: Audience) -> Markup {
    let id = (audience == Audience::Moderator).then(|| dom::said(seq));
    html! { span id=[id] dir="auto" { (parts::linked(&said.body)) } }
}

/// The time, to the minute to keep `datetime` short. `chat.js` shows it in the reader's zone.
fn time(at: Millis) -> Markup {
    let at = at.timestamp();
    html! { time datetime=(at.strftime("%Y-%m-%dT%H:%MZ")) { (at.strftime("%H:%M")) } }
}

fn tombstone(seq: u64) -> Markup {
    html! { em.gone id=(dom::said(seq)) { (t!("chat-tombstone")) } }
}

fn role(role: Role) -> Option<Cow<'static, str>> {
    match role {
        Role::Host => Some(t!("chat-role-host")),
        Role::Moderator => Some(t!("chat-role-moderator")),
        Role::Viewer => None,
    }
}

fn modes(modes: Modes) -> Markup {
    let on = composer::modes(modes);
    html! { span.row id=(dom::MODES) hidden[on.is_empty()] { @for mode in &on { span.badge { (mode.name) } } } }
}
