//! The people in a room: the names of those who chose to be listed.

use crate::{
    chat::ChatOf,
    dom,
    layout::{self, Page, ROOM, Shell},
    parts, t,
};
use domain::id::AccountId;
use maud::{Markup, html};

/// The people of a room, as one of them sees the list.
#[derive(Clone, Copy, Debug)]
pub struct People<'a> {
    pub of: ChatOf,
    pub title: &'a str,
    /// Everybody in the room, listed or not. `None` if the host shows this to the team only.
    pub count: Option<usize>,
    pub named: &'a [(AccountId, String)],
    pub me: AccountId,
    /// Whether the viewer is listed by name.
    pub listed: bool,
}

/// The element that [`door`] loads the list into.
pub fn place() -> Markup {
    html! { div id=(dom::HERE) {} }
}

/// The link that opens the list below the stage; without scripts it opens a page.
pub fn door(of: ChatOf) -> Markup {
    let path = path(of);
    html! { a href=(path) hx-get=(path) hx-target={ "#" (dom::HERE) } hx-swap="innerHTML" { (t!("live-people-door")) } }
}

pub fn page(shell: &Shell, p: &People<'_>) -> Markup {
    let head = Page { title: &t!("live-people"), styles: ROOM, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&p.of.to_string(), p.title)]))
                h1 { (t!("live-people")) }
                (list(p))
                (switch(p, false))
            }
        },
    )
}

/// The list below the stage.
pub fn fragment(p: &People<'_>) -> Markup {
    html! {
        section.card.stack aria-label=(t!("live-people")) {
            div.row {
                h2 tabindex="-1" autofocus { (t!("live-people")) }
                button.button.push type="button" data-empty=(dom::HERE) { (t!("live-people-close")) }
            }
            (list(p))
            (switch(p, true))
        }
    }
}

fn path(of: ChatOf) -> String {
    format!("{of}/people")
}

fn list(p: &People<'_>) -> Markup {
    let unnamed = p.count.unwrap_or(0).saturating_sub(p.named.len()) as u64;
    html! {
        @if p.count.is_none() { p.muted { (t!("live-people-hidden")) } }
        @else if p.named.is_empty() { (nobody_named(unnamed)) }
        @else {
            ul.names role="list" {
                @for (account, name) in p.named {
                    li class={ "line " (parts::hue(*account)) } { bdi { (name) } @if *account == p.me { small { " " (t!("live-people-you")) } } }
                }
            }
        }
        @if unnamed > 0 && !p.named.is_empty() { p.muted { (t!("live-people-unnamed", count = unnamed, shown = parts::count(unnamed))) } }
    }
}

/// Where nobody is listed: how many are there all the same.
pub(super) fn nobody_named(unnamed: u64) -> Markup {
    html! {
        p.muted {
            @if unnamed == 0 { (t!("live-people-nobody")) }
            @else { (t!("live-people-all-unnamed", count = unnamed, shown = parts::count(unnamed))) }
        }
    }
}

/// The switch that lists or hides the viewer's own name, in all rooms. `inside`: the list is part of another page and
/// is swapped.
fn switch(p: &People<'_>, inside: bool) -> Markup {
    let path = path(p.of);
    let (now, then) = if p.listed {
        (t!("live-people-listed"), t!("people-unlist"))
    } else {
        (t!("live-people-counted"), t!("people-list"))
    };
    html! {
        form.row method="post" action=(path) hx-post=[inside.then_some(&path)] hx-target=[inside.then(|| format!("#{}", dom::HERE))] hx-swap=[inside.then_some("innerHTML")] {
            p.muted { (now) }
            input type="hidden" name="listed" value=(!p.listed);
            button.button { (then) }
        }
    }
}
