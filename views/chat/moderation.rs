//! Moderation: tools on a line, the room's modes, and the list of bans and mutes.

use crate::{
    chat::ChatOf,
    dom, icons,
    layout::{self, Page, ROOM, Shell},
    parts::{self, When},
    rich, t,
    words::Words,
};
use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    chat::room::{ChatLine, JournalEntry, Modes, UNDO},
};
use maud::{Markup, html};

/// Slow mode choices in the room's menu, in seconds between two messages; all are within
/// `domain::chat::modes::SLOW_MODE`.
const SLOW_CHOICES: [i64; 7] = [0, 3, 5, 10, 30, 60, 120];

/// Durations offered for a mute or ban, in seconds; empty means until lifted.
fn offered_lengths() -> [(&'static str, Words); 5] {
    [
        ("60", t!("chat-length-minute")),
        ("600", t!("chat-length-ten-minutes")),
        ("3600", t!("chat-length-hour")),
        ("86400", t!("chat-length-day")),
        ("", t!("chat-length-ever")),
    ]
}

/// Units of another length, in seconds.
fn units() -> [(&'static str, Words); 3] {
    [("60", t!("chat-unit-minutes")), ("3600", t!("chat-unit-hours")), ("86400", t!("chat-unit-days"))]
}

/// The link to a line's [`card`]. With scripts the card opens over the page.
pub fn tools(of: ChatOf, seq: u64, said: &ChatLine) -> Markup {
    let path = format!("{of}/messages/{seq}");
    html! { a.tools href=(path) aria-label=(t!("chat-moderate-line", name = said.name.as_str())) { (icons::dots()) } }
}

/// The layer that cards open in, above everything else on the page.
pub fn layer() -> Markup {
    html! { div.card.layer id=(dom::CARD) popover role="dialog" aria-label=(t!("chat-moderate")) {} }
}

/// A line, and what this role may do about it and its author. `toasts`: what is done is answered with an undo.
pub fn card(of: ChatOf, entry: &JournalEntry, role: Role, bans: &[Ban], toasts: bool) -> Markup {
    let Some(said) = entry.line() else { return html! {} };
    let seq = entry.seq;
    html! {
        h2 { bdi { (said.name) } " " small { (parts::time(entry.at, When::Clock)) } }
        @if said.removed { p.muted { (t!("chat-card-removed")) } } @else {
            p.quoted dir="auto" { (said.body) }
            (verb(&format!("{of}/messages/{seq}/removal"), html! { button.button { (t!("chat-remove")) } }))
        }
        @for ban in bans { p.row { small { (card_state(ban)) } (lift(of, ban, &lift_words(ban.kind), false)) } }
        @if role > said.role {
            (lengths(of, said, BanKind::Mute, &t!("chat-mute"), None))
            (lengths(of, said, BanKind::Ban, &t!("chat-ban-legend"), Some(&ban_means(toasts))))
        } @else {
            p.muted { @if said.role == Role::Host { (t!("chat-outranked-host")) } @else { (t!("chat-outranked-moderator")) } }
        }
        p { a href={ (of) "/access/" (said.author) } { (t!("why-link")) } }
        p { a href={ (of) "/messages/" (seq) "/report" } { (t!("chat-card-report")) } }
    }
}

/// The card as a page of its own.
pub fn card_page(shell: &Shell, back: &str, card: Markup) -> Markup {
    let head = Page { title: &t!("chat-moderate"), styles: ROOM, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! { main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" { h1 { (t!("chat-moderate")) } (card) p { a href=(back) { (t!("chat-card-back")) } } } },
    )
}

/// What a ban does beside keeping the person out, and what brings it back.
fn ban_means(toasts: bool) -> Words {
    match toasts {
        true => t!("chat-ban-means-undo", seconds = UNDO.ceil_secs()).into(),
        false => t!("chat-ban-means"),
    }
}

/// One mute or ban button for each duration: the label states the consequence, and the hint what else happens.
fn lengths(of: ChatOf, said: &ChatLine, kind: BanKind, words: &str, hint: Option<&str>) -> Markup {
    let path = format!("{of}/bans");
    let who = html! {
        input type="hidden" name="account" value=(said.author);
        input type="hidden" name="kind" value=(kind.code());
    };
    let form = format!("{}-{}", kind.code(), said.author);
    let described = hint.map(|_| dom::hint(&form, "kind"));
    html! {
        fieldset.lengths.(kind.code()) aria-describedby=[&described] {
            legend { (words) }
            @if let Some(hint) = hint { small id=[&described] { (hint) } }
            (verb(&path, html! {
                (who)
                div.row { @for (seconds, length) in offered_lengths() { button.button name="seconds" value=(seconds) { (length) } } }
            }))
            details {
                summary { (t!("chat-length-other")) }
                (verb(&path, html! {
                    (who)
                    div.row {
                        label.hidden for=(dom::field(&form, "length")) { (t!("chat-length")) }
                        input id=(dom::field(&form, "length")) type="number" name="length" min="1" max="20160" value="30" required;
                        select name="unit" aria-label=(t!("chat-unit")) { @for (seconds, unit) in units() { option value=(seconds) { (unit) } } }
                        button.button { @match kind { BanKind::Ban => (t!("chat-ban")), BanKind::Mute => (t!("chat-mute")), } }
                    }
                }))
            }
        }
    }
}

fn verb(path: &str, fields: Markup) -> Markup {
    html! { form method="post" action=(path) hx-post=(path) hx-swap="none" { (fields) } }
}

/// The room's modes and the list of bans and mutes.
pub fn panel(of: ChatOf, modes: Modes, bans: &[Ban]) -> Markup {
    html! {
        details.modes.push {
            summary.button { (t!("chat-moderate")) }
            div.menu.stack hx-swap:inherited="none" {
                (mode_controls(of, modes))
                h3 { (t!("chat-bans")) }
                ul.bans id=(dom::BANS) role="list" { @for b in bans { (ban(of, b)) } }
                p.none.muted { (t!("chat-bans-none")) }
            }
        }
    }
}

/// A form for each mode. They update when another moderator changes one.
pub fn mode_controls(of: ChatOf, modes: Modes) -> Markup {
    let slow = format!("{of}/slow_mode");
    html! {
        div.stack id=(dom::MODE_CONTROLS) {
            form.field method="post" action=(slow) hx-post=(slow) hx-trigger="change, submit" {
                label for=(dom::field("slow", "seconds")) { (t!("chat-slow-mode")) }
                div.row {
                    select id=(dom::field("slow", "seconds")) name="seconds" {
                        @for n in SLOW_CHOICES { option value=(n) selected[n == modes.slow_mode] { (slow_words(n)) } }
                    }
                    noscript { button.button { (t!("chat-slow-mode-set")) } }
                }
            }
        }
    }
}

fn slow_words(seconds: i64) -> Words {
    if seconds == 0 { t!("chat-slow-mode-off") } else { t!("chat-slow-mode-every", seconds = seconds).into() }
}

/// One row of the list, with a button to lift the ban.
pub fn ban(of: ChatOf, ban: &Ban) -> Markup {
    html! {
        li.row id=(dom::ban(ban.id)) {
            span {
                b { bdi { (ban.name) } } " " small { (state(ban)) }
                @if !ban.reason.is_empty() { br; small { bdi { (ban.reason) } } }
            }
            span.push { (lift(of, ban, &lift_words(ban.kind), false)) }
        }
    }
}

/// In the list, after the name.
fn state(ban: &Ban) -> Markup {
    match (ban.kind, ban.until) {
        (BanKind::Ban, None) => html! { (t!("chat-state-banned")) },
        (BanKind::Ban, Some(at)) => {
            rich!("chat-state-banned-until"; time => |_| parts::time(at, When::Moment))
        }
        (BanKind::Mute, None) => html! { (t!("chat-state-muted")) },
        (BanKind::Mute, Some(at)) => {
            rich!("chat-state-muted-until"; time => |_| parts::time(at, When::Moment))
        }
    }
}

/// The same on a card, where it stands alone.
fn card_state(ban: &Ban) -> Markup {
    match (ban.kind, ban.until) {
        (BanKind::Ban, None) => html! { (t!("chat-card-banned")) },
        (BanKind::Ban, Some(at)) => {
            rich!("chat-card-banned-until"; time => |_| parts::time(at, When::Moment))
        }
        (BanKind::Mute, None) => html! { (t!("chat-card-muted")) },
        (BanKind::Mute, Some(at)) => {
            rich!("chat-card-muted-until"; time => |_| parts::time(at, When::Moment))
        }
    }
}

fn lift_words(kind: BanKind) -> Words {
    match kind {
        BanKind::Ban => t!("chat-lift-ban"),
        BanKind::Mute => t!("chat-lift-mute"),
    }
}

/// `undo`: also restores the lines that the ban removed.
fn lift(of: ChatOf, ban: &Ban, words: &str, undo: bool) -> Markup {
    let undo = if undo { "?undo=yes" } else { "" };
    verb(&format!("{of}/bans/{}/lift{undo}", ban.id), html! { button.button { (words) } })
}

/// The answer to a ban or mute made through htmx: what was done, and a button to undo it.
pub fn toast_banned(of: ChatOf, ban: &Ban) -> Markup {
    let name = |_: &str| html! { bdi { (ban.name) } };
    let words = match (ban.kind, ban.until) {
        (BanKind::Ban, None) => rich!("chat-toast-banned"; name => name),
        (BanKind::Ban, Some(at)) => {
            rich!("chat-toast-banned-until"; name => name, time => |_| parts::time(at, When::Moment))
        }
        (BanKind::Mute, None) => rich!("chat-toast-muted"; name => name),
        (BanKind::Mute, Some(at)) => {
            rich!("chat-toast-muted-until"; name => name, time => |_| parts::time(at, When::Moment))
        }
    };
    // A ban can be lifted at any time; only the lines that it removed come back no more.
    crate::errors::toast_undo(
        words,
        &format!("#{}", dom::ban(ban.id)),
        lift(of, ban, &t!("chat-undo"), true),
        false,
    )
}

/// The answer to a removal made through htmx.
pub fn toast_removed(of: ChatOf, seq: u64) -> Markup {
    let path = format!("{of}/messages/{seq}/restoration");
    crate::errors::toast_undo(
        html! { (t!("chat-toast-removed")) },
        &format!("#{}.gone", dom::said(seq)),
        verb(&path, html! { button.button { (t!("chat-undo")) } }),
        true,
    )
}
