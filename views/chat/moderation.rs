//! What moderators have at hand: tools on a line, the room's modes, and those who are kept out.

use crate::{
    dom, icons,
    parts::{self, When},
};
use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    chat::room::{Line, Modes},
    id::StreamId,
};
use maud::{Markup, html};

/// Seconds between two messages that the room's menu offers; within `domain::access::ban::SLOW_MODE`.
const SLOW_CHOICES: [i64; 7] = [0, 3, 5, 10, 30, 60, 120];
const MUTE_SECONDS: i64 = 600;

/// A menu on a line. It opens without scripts, by mouse, key and touch.
pub fn tools(stream: StreamId, seq: u64, said: &Line) -> Markup {
    html! {
        details.tools {
            summary aria-label={ "Moderate " (said.name) } { (icons::dots()) }
            div.menu {
                @if !said.removed {
                    (verb(&format!("/streams/{stream}/messages/{seq}/removal"), "removal", html! {}, "Remove message"))
                }
                @if said.role == Role::Viewer {
                    (ban_verb(stream, said, BanKind::Mute, Some(MUTE_SECONDS), "Mute for 10 minutes"))
                    (ban_verb(stream, said, BanKind::Ban, None, "Ban from this space"))
                }
            }
        }
    }
}

fn ban_verb(stream: StreamId, said: &Line, kind: BanKind, seconds: Option<i64>, words: &str) -> Markup {
    let fields = html! {
        input type="hidden" name="account" value=(said.author);
        input type="hidden" name="kind" value=(kind.code());
        @if let Some(seconds) = seconds { input type="hidden" name="seconds" value=(seconds); }
    };
    verb(&format!("/streams/{stream}/bans"), kind.code(), fields, words)
}

fn verb(path: &str, class: &str, fields: Markup, words: &str) -> Markup {
    html! { form class=(class) method="post" action=(path) hx-post=(path) { (fields) button { (words) } } }
}

/// The room's modes and the list of those who are kept out or quiet.
pub fn panel(stream: StreamId, modes: Modes, bans: &[Ban]) -> Markup {
    let slow = format!("/streams/{stream}/slow_mode");
    html! {
        details.modes.push {
            summary.button { "Moderate" }
            div.menu.stack hx-swap:inherited="none" {
                form.field method="post" action=(slow) hx-post=(slow) hx-trigger="change, submit" {
                    label for=(dom::field("slow", "seconds")) { "Slow mode" }
                    div.row {
                        (slow_choice(modes.slow_mode))
                        noscript { button.button { "Set slow mode" } }
                    }
                }
                h3 { "Muted and banned" }
                ul.bans id=(dom::BANS) role="list" { @for b in bans { (ban(stream, b)) } }
                p.none.muted { "Nobody is muted or banned in this space." }
            }
        }
    }
}

/// The menu of the slow mode; it follows when another moderator changes it.
pub fn slow_choice(seconds: i64) -> Markup {
    html! {
        select id=(dom::field("slow", "seconds")) name="seconds" {
            @for n in SLOW_CHOICES { option value=(n) selected[n == seconds] { (slow_words(n)) } }
        }
    }
}

fn slow_words(seconds: i64) -> String {
    if seconds == 0 { "Off".into() } else { format!("{seconds} seconds between messages") }
}

/// One row of the list, with the way back.
pub fn ban(stream: StreamId, ban: &Ban) -> Markup {
    html! {
        li.row id=(dom::ban(ban.id)) {
            span {
                b { bdi { (ban.name) } } " " small { (state(ban)) }
                @if !ban.reason.is_empty() { br; small { bdi { (ban.reason) } } }
            }
            span.push { (lift(stream, ban, if ban.kind == BanKind::Ban { "Lift ban" } else { "Lift mute" })) }
        }
    }
}

fn state(ban: &Ban) -> Markup {
    let what = if ban.kind == BanKind::Ban { "banned" } else { "muted" };
    html! { (what) @if let Some(until) = ban.until { " until " (parts::time(until, When::Clock)) } }
}

fn lift(stream: StreamId, ban: &Ban, words: &str) -> Markup {
    let path = format!("/streams/{stream}/bans/{}/lift", ban.id);
    html! { form method="post" action=(path) hx-post=(path) hx-swap="none" { button.button { (words) } } }
}

/// The answer to a ban or mute made through htmx: what was done, and its undoing.
pub fn toast_banned(stream: StreamId, ban: &Ban) -> Markup {
    let what = if ban.kind == BanKind::Ban { "was banned from this space." } else { "was muted." };
    crate::errors::toast_done(&format!("{} {what}", ban.name), lift(stream, ban, "Undo"))
}
