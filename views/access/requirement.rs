//! Whether a team requires passkeys, on its page.

use crate::{
    access::team::TeamPage,
    parts::{self, When},
    rich, t,
};
use maud::{Markup, html};

/// What holds for all members, and the switch of its owners. They switch it on with a passkey at hand, so that nobody locks
/// the team out.
pub fn section(t: &TeamPage<'_>, owns: bool) -> Markup {
    let path = format!("/account/teams/{}/passkeys", t.team);
    let switch = |required: bool, words: &str| {
        html! {
            form method="post" action=(path) {
                input type="hidden" name="required" value=(required);
                button.button { (words) }
            }
        }
    };
    html! {
        @if owns || t.passkeys_since.is_some() { h2 { (t!("passkeys-team-title")) } }
        @if let Some(since) = t.passkeys_since {
            p { (rich!("passkeys-team-since"; time => |_| parts::time(since, When::Date))) }
            @if owns { (switch(false, &t!("passkeys-team-off"))) }
        } @else if owns && t.passkey {
            p { (t!("passkeys-team-what")) }
            (switch(true, &t!("passkeys-team-on")))
        } @else if owns {
            p { (t!("passkeys-team-what")) }
            p { (rich!("passkeys-team-first"; link => |words| html! { a href={ "/account/passkeys/requirement?next=/account/teams/" (t.team) } { (words) } })) }
        }
    }
}
