//! What a person follows, and the calendar of it.

use crate::{
    dom, form,
    layout::{self, Page, Shell},
    parts, rich, t,
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
    let head = Page { title: &t!("people-follows"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account"))]))
                h1 { (t!("people-follows")) }
                @if followed.is_empty() { (parts::empty(&t!("people-follows-none"), Some(("/explore", &t!("people-explore"))))) }
                @else { ul.stack role="list" { @for one in followed { li.card.row { (row(one)) } } } }
                p.muted { a href="/account/mails" { (t!("people-follows-mail")) } }
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
            @else { b { bdi { (space.name) } } br; small { (t!("people-follows-closed")) } }
        }
        @if followed.live && followed.open { (parts::badge_live()) }
        (parts::follow(space.id, true))
    }
}

/// The address is a secret: whoever has it can read what its owner follows and holds.
fn own_calendar(address: &str) -> Markup {
    html! {
        h2 { (t!("people-calendar")) }
        p { (t!("people-calendar-about")) }
        p.told { a href=(address) { (address) } }
        p.muted { (t!("people-calendar-secret")) }
        (form::action("/account/calendar/renewal", "", &t!("people-calendar-renew")))
    }
}

/// Following a space, on a page of its own.
pub fn confirm(shell: &Shell, space: &Space, follows: bool) -> Markup {
    let head = Page { title: &t!("people-follow"), ..Page::default() };
    let path = format!("/{}", space.slug);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&path, &space.name)]))
                @if follows {
                    h1 { bdi { (space.name) } }
                    p { (t!("people-follow-done")) }
                    (parts::follow(space.id, true))
                } @else {
                    h1 { (rich!("people-follow-heading"; space => |_| html! { bdi { (space.name) } })) }
                    p { (t!("people-follow-about")) }
                    (parts::follow_first(space.id))
                }
                p { a href=(path) { (t!("people-follow-back")) } }
            }
        },
    )
}
