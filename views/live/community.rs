//! The page of a community: its chat, and who is there.

use crate::{
    chat::{self, Chat, ChatOf},
    dom, icons,
    layout::{self, Page, ROOM, Shell},
    live::{people, stream},
    parts, t,
};
use domain::{
    access::admit::Role,
    catalogue::offer::{Experience, Space},
    id::AccountId,
    people::account::TeamRole,
};
use maud::{Markup, html};

const SCRIPTS: &[&str] = &["htmx.min.js", "hx-sse.min.js", "feed.js", "chat.js", "composer.js"];
/// How often the list of members is fetched, in seconds.
const AGAIN: u32 = 30;

/// A community as one person sees it when the page loads.
#[derive(Clone, Copy, Debug)]
pub struct Community<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    pub role: Role,
    /// The pass that gave this person access; the team needs none.
    pub pass: Option<&'a str>,
    pub members: Members<'a>,
    pub chat: Chat<'a>,
}

/// Who is there now, as one of them sees it.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    pub of: ChatOf,
    /// Everybody, listed by name or not.
    pub people: usize,
    /// Those who are listed, the team first.
    pub named: &'a [(AccountId, String)],
    pub team: &'a [(AccountId, TeamRole)],
    pub me: Option<AccountId>,
}

pub fn page(shell: &Shell, c: &Community<'_>) -> Markup {
    let (space, e) = (c.space, c.experience);
    let head =
        Page { title: &e.title, accent: space.accent, styles: ROOM, scripts: SCRIPTS, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.community #(dom::MAIN) tabindex="-1" {
                section aria-label=(t!("experiences-community-about")) { (heading(c)) (people::place()) }
                (chat::panel(&c.chat))
                aside.members aria-label=(t!("experiences-community-members")) { (list(&c.members)) }
            }
            (feed(c))
        },
    )
}

/// All parts of the page that change, for pages that poll.
pub fn fragment(c: &Community<'_>) -> Markup {
    html! {
        (stream::frame_people(c.members.people))
        (dom::partial(dom::MEMBERS, "innerMorph", members(&c.members)))
        (chat::fragment(&c.chat))
    }
}

fn heading(c: &Community<'_>) -> Markup {
    let (space, e) = (c.space, c.experience);
    html! {
        div.row {
            (parts::logo(&space.name, space.logo, "l"))
            div.grow {
                h1 { (e.title) }
                small {
                    a href={ "/" (space.slug) } { bdi { (space.name) } }
                    @if let Some(pass) = c.pass { " · " bdi { (pass) } }
                    " · " (people::door(c.chat.of))
                }
            }
            (parts::people(Some(c.members.people)))
            @if c.role == Role::Host { a.button href={ "/account/experiences/" (e.id) } { (t!("experiences-community-manage")) } }
        }
        @if !e.about.is_empty() { details { summary { (t!("experiences-community-what")) } (parts::paragraphs(&e.about)) } }
    }
}

/// The list beside the chat. It is fetched anew from time to time; the count follows at once.
fn list(m: &Members<'_>) -> Markup {
    let again = format!("load delay:2s, every {AGAIN}s");
    html! {
        h2 { (icons::person()) " " (t!("experiences-community-members")) }
        div #(dom::MEMBERS) hx-get={ (m.of) "/members" } hx-trigger=(again) hx-swap="innerMorph" { (members(m)) }
    }
}

/// The content of the list.
pub fn members(m: &Members<'_>) -> Markup {
    let unnamed = m.people.saturating_sub(m.named.len()) as u64;
    html! {
        @if m.named.is_empty() { (people::nobody_named(unnamed)) }
        @else {
            ul.stack role="list" {
                @for (account, name) in m.named {
                    li.row.line.(parts::hue(*account)) {
                        bdi { (name) }
                        @if m.team.iter().any(|(member, _)| member == account) { span.badge { (t!("experiences-community-team")) } }
                        @if m.me == Some(*account) { small { (t!("live-people-you")) } }
                    }
                }
            }
        }
        @if unnamed > 0 && !m.named.is_empty() { p.muted { (t!("live-people-unnamed", count = unnamed, shown = parts::count(unnamed))) } }
    }
}

/// The element that owns the page's feed.
fn feed(c: &Community<'_>) -> Markup {
    let base = c.chat.of;
    stream::feed_at(&format!("{base}/events?since={}", c.chat.seq), &format!("{base}/fragment"))
}
