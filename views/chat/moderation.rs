//! Moderation: tools on a line, the room's modes, and the list of bans and mutes.

use crate::{
    dom, icons,
    layout::{self, Page, Shell},
    parts::{self, When},
};
use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    chat::room::{Entry, Line, Modes, UNDO},
    id::StreamId,
};
use maud::{Markup, html};

/// Slow mode choices in the room's menu, in seconds between two messages; all are within
/// `domain::chat::modes::SLOW_MODE`.
const SLOW_CHOICES: [i64; 7] = [0, 3, 5, 10, 30, 60, 120];
/// Durations offered for a mute or ban, in seconds; empty means until lifted.
const LENGTHS: [(&str, &str); 5] =
    [("60", "1 min"), ("600", "10 min"), ("3600", "1 hour"), ("86400", "1 day"), ("", "For ever")];
const UNITS: [(&str, &str); 3] = [("60", "minutes"), ("3600", "hours"), ("86400", "days")];

/// The link to a line's [`card`]. With scripts the card opens over the page.
pub fn tools(stream: StreamId, seq: u64, said: &Line) -> Markup {
    let path = format!("/streams/{stream}/messages/{seq}");
    html! { a.tools href=(path) aria-label={ "Moderate " (said.name) } { (icons::dots()) } }
}

/// The layer that cards open in, above everything else on the page.
pub fn layer() -> Markup {
    html! { div.card.layer id=(dom::CARD) popover role="dialog" aria-label="Moderate" {} }
}

/// A line, and what this role may do about it and its author. `toasts`: what is done is answered with an undo.
pub fn card(stream: StreamId, entry: &Entry, role: Role, bans: &[Ban], toasts: bool) -> Markup {
    let Some(said) = entry.line() else { return html! {} };
    let seq = entry.seq;
    html! {
        h2 { bdi { (said.name) } " " small { (parts::time(entry.at, When::Clock)) } }
        @if said.removed { p.muted { "This message was removed." } } @else {
            p.quoted dir="auto" { (said.body) }
            (verb(&format!("/streams/{stream}/messages/{seq}/removal"), html! { button.button { "Remove message" } }))
        }
        @for ban in bans { p.row { small { (capital(ban.kind)) (until(ban)) } (lift(stream, ban, lift_words(ban.kind), false)) } }
        @if role > said.role {
            (lengths(stream, said, BanKind::Mute, "Mute", None))
            (lengths(stream, said, BanKind::Ban, "Ban from this space", Some(&ban_means(toasts))))
        } @else {
            p.muted { "A " (if said.role == Role::Host { "host" } else { "moderator" }) " can be neither muted nor banned by you." }
        }
        p { a href={ "/streams/" (stream) "/messages/" (seq) "/report" } { "Report to the operators" } }
    }
}

/// The card as a page of its own.
pub fn card_page(shell: &Shell, back: &str, card: Markup) -> Markup {
    let head = Page { title: "Moderate", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! { main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" { h1 { "Moderate" } (card) p { a href=(back) { "Back to the stream" } } } },
    )
}

/// What a ban does beside keeping the person out, and what brings it back.
fn ban_means(toasts: bool) -> String {
    let undo = match toasts {
        true => format!("Undo within {} seconds brings them back; lifting", UNDO.ceil_secs()),
        false => "Lifting".into(),
    };
    format!("Also removes their lines from this chat. {undo} the ban later only lets the person in again.")
}

/// One mute or ban button for each duration: the label states the consequence, and the hint what else happens.
fn lengths(stream: StreamId, said: &Line, kind: BanKind, words: &str, hint: Option<&str>) -> Markup {
    let path = format!("/streams/{stream}/bans");
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
                div.row { @for (seconds, length) in LENGTHS { button.button name="seconds" value=(seconds) { (length) } } }
            }))
            details {
                summary { "Another length" }
                (verb(&path, html! {
                    (who)
                    div.row {
                        label.hidden for=(dom::field(&form, "length")) { "Length" }
                        input id=(dom::field(&form, "length")) type="number" name="length" min="1" max="20160" value="30" required;
                        select name="unit" aria-label="Unit" { @for (seconds, unit) in UNITS { option value=(seconds) { (unit) } } }
                        button.button { (if kind == BanKind::Ban { "Ban" } else { "Mute" }) }
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
pub fn panel(stream: StreamId, modes: Modes, bans: &[Ban]) -> Markup {
    html! {
        details.modes.push {
            summary.button { "Moderate" }
            div.menu.stack hx-swap:inherited="none" {
                (mode_controls(stream, modes))
                h3 { "Muted and banned" }
                ul.bans id=(dom::BANS) role="list" { @for b in bans { (ban(stream, b)) } }
                p.none.muted { "Nobody is muted or banned in this space." }
            }
        }
    }
}

/// A form for each mode. They update when another moderator changes one.
pub fn mode_controls(stream: StreamId, modes: Modes) -> Markup {
    let slow = format!("/streams/{stream}/slow_mode");
    html! {
        div.stack id=(dom::MODE_CONTROLS) {
            form.field method="post" action=(slow) hx-post=(slow) hx-trigger="change, submit" {
                label for=(dom::field("slow", "seconds")) { "Slow mode" }
                div.row {
                    select id=(dom::field("slow", "seconds")) name="seconds" {
                        @for n in SLOW_CHOICES { option value=(n) selected[n == modes.slow_mode] { (slow_words(n)) } }
                    }
                    noscript { button.button { "Set slow mode" } }
                }
            }
        }
    }
}

fn slow_words(seconds: i64) -> String {
    if seconds == 0 { "Off".into() } else { format!("every {seconds} s") }
}

/// One row of the list, with a button to lift the ban.
pub fn ban(stream: StreamId, ban: &Ban) -> Markup {
    html! {
        li.row id=(dom::ban(ban.id)) {
            span {
                b { bdi { (ban.name) } } " " small { (state(ban)) }
                @if !ban.reason.is_empty() { br; small { bdi { (ban.reason) } } }
            }
            span.push { (lift(stream, ban, lift_words(ban.kind), false)) }
        }
    }
}

fn state(ban: &Ban) -> Markup {
    html! { (done(ban.kind)) (until(ban)) }
}

fn until(ban: &Ban) -> Markup {
    html! { @if let Some(until) = ban.until { " until " (parts::time(until, When::Moment)) } }
}

const fn done(kind: BanKind) -> &'static str {
    match kind {
        BanKind::Ban => "banned",
        BanKind::Mute => "muted",
    }
}

const fn capital(kind: BanKind) -> &'static str {
    match kind {
        BanKind::Ban => "Banned",
        BanKind::Mute => "Muted",
    }
}

const fn lift_words(kind: BanKind) -> &'static str {
    match kind {
        BanKind::Ban => "Lift ban",
        BanKind::Mute => "Lift mute",
    }
}

/// `undo`: also restores the lines that the ban removed.
fn lift(stream: StreamId, ban: &Ban, words: &str, undo: bool) -> Markup {
    let undo = if undo { "?undo=yes" } else { "" };
    verb(&format!("/streams/{stream}/bans/{}/lift{undo}", ban.id), html! { button.button { (words) } })
}

/// The answer to a ban or mute made through htmx: what was done, and a button to undo it.
pub fn toast_banned(stream: StreamId, ban: &Ban) -> Markup {
    let words = html! {
        bdi { (ban.name) } " "
        @match ban.kind {
            BanKind::Ban => { "was banned from this space" (until(ban)) ", and their lines were removed." }
            BanKind::Mute => { "was muted" (until(ban)) "." }
        }
    };
    // A ban can be lifted at any time; only the lines that it removed come back no more.
    crate::errors::toast_undo(
        words,
        &format!("#{}", dom::ban(ban.id)),
        lift(stream, ban, "Undo", true),
        false,
    )
}

/// The answer to a removal made through htmx.
pub fn toast_removed(stream: StreamId, seq: u64) -> Markup {
    let path = format!("/streams/{stream}/messages/{seq}/restoration");
    crate::errors::toast_undo(
        html! { "The message was removed." },
        &format!("#{}.gone", dom::said(seq)),
        verb(&path, html! { button.button { "Undo" } }),
        true,
    )
}
