//! What a person follows, and the calendar of it.

use crate::{
    dom, form,
    layout::{self, Page, Shell},
    parts,
};
use domain::catalogue::offer::Space;
use maud::{Markup, html};

pub const PATH: &str = "/account/following";

/// A followed space.
#[derive(Clone, Copy, Debug)]
pub struct Followed<'a> {
    pub space: &'a Space,
    pub live: bool,
    /// Everybody may see it, and no ban keeps the follower out.
    pub open: bool,
}

pub fn page(shell: &Shell, followed: &[Followed<'_>], calendar: &str) -> Markup {
    let head = Page { title: "What you follow", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                h1 { "What you follow" }
                @if followed.is_empty() { (parts::empty("You follow no space. On the page of a space you can.", Some(("/explore", "Explore spaces")))) }
                @else { ul.stack role="list" { @for one in followed { li.card.row { (row(one)) } } } }
                p.muted { a href="/account/mails" { "Which mail you get of it" } }
                (own_calendar(calendar))
            }
        },
    )
}

fn row(followed: &Followed<'_>) -> Markup {
    let space = followed.space;
    html! {
        (parts::logo(&space.name, space.logo, "m"))
        span.grow {
            @if followed.open { a href={ "/" (space.slug) } { b { bdi { (space.name) } } } }
            @else { b { bdi { (space.name) } } br; small { "Closed to you at the moment" } }
        }
        @if followed.live && followed.open { (parts::badge_live()) }
        (parts::follow(space.id, true))
    }
}

/// The address is a secret: whoever has it can read what its owner follows and holds.
fn own_calendar(address: &str) -> Markup {
    html! {
        h2 { "Your calendar" }
        p { "Every show of the spaces that you follow or hold a pass for. Give this address to your calendar program: what is moved or cancelled follows by itself." }
        p.told { a href=(address) { (address) } }
        p.muted { "Whoever knows the address can read it. A new address ends the one before." }
        (form::action("/account/calendar/renewal", "", "Make a new address"))
    }
}

/// Following a space, on a page of its own.
pub fn confirm(shell: &Shell, space: &Space, follows: bool) -> Markup {
    let head = Page { title: "Follow", ..Page::default() };
    let path = format!("/{}", space.slug);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&path, &space.name)]))
                h1 { bdi { (space.name) } }
                @if follows { p { "You follow it." } }
                @else { p { "We mail you when it plans a show and when one goes live. Each can be switched off." } }
                (parts::follow(space.id, follows))
                p { a href=(path) { "Back to the space" } }
            }
        },
    )
}
