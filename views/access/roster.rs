//! Team page of who holds a pass of the space.

use crate::{
    dom,
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{catalogue::offer::Space, id::SpaceId, people::account::Account, time::Millis};
use maud::{Markup, html};

/// A person and one pass that they hold.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub account: &'a Account,
    pub pass: &'a str,
    pub since: Millis,
}

/// One page of the list.
#[derive(Clone, Copy, Debug)]
pub struct Roster<'a> {
    pub space: &'a Space,
    /// On all pages together.
    pub people: u64,
    /// The newest first.
    pub rows: &'a [Row<'a>],
    /// This is not the first page.
    pub further: bool,
    /// Where the next page begins, if there is one.
    pub next: Option<&'a str>,
}

pub fn path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/people")
}

pub fn page(shell: &Shell, r: &Roster<'_>) -> Markup {
    let head = Page { title: &t!("access-people"), ..Page::default() };
    let path = path(r.space.id);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&format!("/account/spaces/{}", r.space.id), &r.space.name)]))
                h1 { (t!("access-people")) }
                (count(r.people))
                (list(r.rows))
                @if r.further || r.next.is_some() {
                    nav.row.pager aria-label=(t!("catalogue-pages")) {
                        @if r.further { a.button href=(path) { (t!("catalogue-beginning")) } }
                        @if let Some(next) = r.next { a.button rel="next" href={ (path) "?after=" (next) } { (t!("layout-more")) } }
                    }
                }
            }
        },
    )
}

/// How many there are, in a sentence.
fn count(people: u64) -> Markup {
    html! {
        @if people == 0 { (parts::empty(&t!("access-people-empty"), None)) }
        @else { p { (t!("access-people-count", count = people, shown = parts::count(people))) } }
    }
}

fn list(rows: &[Row<'_>]) -> Markup {
    html! { @if !rows.is_empty() { ul.stack role="list" { @for row in rows { li.card.row { (one(row)) } } } } }
}

fn one(row: &Row<'_>) -> Markup {
    html! {
        (parts::face(row.account, "m"))
        span.grow { a href={ "/@" (row.account.username) } { b { bdi { (row.account.name) } } } br; small { bdi { (row.pass) } } }
        small { (rich!("money-held-since"; time => |_| parts::time(row.since, When::Date))) }
    }
}
