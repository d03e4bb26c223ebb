//! The people of a space: the list with its search.

use super::{source_words, trail};
use crate::{
    access::why,
    audience::{letters, person},
    dom,
    form::{self, Errors},
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{
    access::grant::GrantSource,
    audience::members::{LONGEST_WORDS, MemberSearch, MemberState},
    catalogue::offer::Space,
    id::{PassId, SpaceId},
    money::asking::Answer,
    people::account::Account,
    time::{Millis, Span},
};
use maud::{Markup, html};
use std::borrow::Cow;

/// Somebody who holds or held a pass.
#[derive(Clone, Debug)]
pub struct SpaceMemberRow<'a> {
    pub account: &'a Account,
    /// The account was deleted.
    pub gone: bool,
    pub banned: bool,
    pub since: Millis,
    /// The newest first.
    pub held: Vec<HeldRow<'a>>,
    /// When they watched last, and for how long in all.
    pub seen: Option<Millis>,
    pub watched: Span,
    pub orders: i64,
}

/// A pass of theirs.
#[derive(Clone, Copy, Debug)]
pub struct HeldRow<'a> {
    pub title: &'a str,
    /// In force now.
    pub holds: bool,
    /// When it ends or ended.
    pub until: Option<Millis>,
    pub source: GrantSource,
    /// What they answered when they got it.
    pub answers: &'a [Answer],
}

/// A pass by which the list can be narrowed, and how many hold it.
#[derive(Clone, Copy, Debug)]
pub struct PassChoice<'a> {
    pub pass: PassId,
    pub title: &'a str,
    pub people: i64,
}

/// One page of the list.
#[derive(Clone, Copy, Debug)]
pub struct MembersPage<'a> {
    pub space: &'a Space,
    /// The reader's role sees addresses.
    pub addresses: bool,
    /// Who holds a pass now, and who holds or held one.
    pub holders: u64,
    pub members: u64,
    pub passes: &'a [PassChoice<'a>],
    pub search: &'a MemberSearch,
    /// As typed.
    pub words: &'a str,
    /// Whoever joined last first.
    pub rows: &'a [SpaceMemberRow<'a>],
    /// This is not the first page.
    pub further: bool,
    /// Where the next page begins, if there is one.
    pub next: Option<&'a str>,
}

pub fn path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/people")
}

/// The search as a query; empty for everybody.
fn query(p: &MembersPage<'_>) -> String {
    let words = (!p.words.is_empty()).then(|| format!("q={}", parts::encoded(p.words)));
    let pass = p.search.pass.map(|pass| format!("pass={pass}"));
    let state = p.search.state.map(|state| format!("state={}", state.code()));
    [words, pass, state].into_iter().flatten().collect::<Vec<_>>().join("&")
}

pub fn page(shell: &Shell, p: &MembersPage<'_>) -> Markup {
    let head = Page { title: &t!("access-people"), styles: layout::DESK, ..Page::default() };
    let (path, query) = (path(p.space.id), query(p));
    let file = if query.is_empty() { format!("{path}.csv") } else { format!("{path}.csv?{query}") };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (trail(p.space))
                div.row { h1 { (t!("access-people")) } @if p.members > 0 { a.button.push href=(letters::path(p.space.id)) { (t!("letters-holders")) } } }
                @if p.members == 0 { (nobody(p.space.id)) }
                @else {
                    p {
                        (t!("access-people-count", count = p.holders, shown = parts::count(p.holders)))
                        " " (t!("members-ever", count = p.members, shown = parts::count(p.members)))
                    }
                    (search(&path, p))
                    @if p.rows.is_empty() { (parts::empty(&t!("members-not-found"), Some((&path, &t!("members-all"))))) }
                    @else {
                        (table(p))
                        (parts::pager(&path, &query, p.further, p.next))
                        p { a href=(file) download { (t!("members-csv")) } }
                    }
                }
            }
        },
    )
}

fn nobody(space: SpaceId) -> Markup {
    let passes = format!("/account/spaces/{space}/access_passes");
    parts::empty(&t!("access-people-empty"), Some((&passes, &t!("access-see-passes"))))
}

fn search(path: &str, p: &MembersPage<'_>) -> Markup {
    let (id, hint) = (dom::field("members", "q"), dom::hint("members", "q"));
    let none = Errors::default();
    html! {
        form.row.search method="get" action=(path) role="search" {
            div.field.grow {
                label for=(id) { (t!("members-search")) }
                small id=(hint) { @if p.addresses { (t!("members-search-hint")) } @else { (t!("members-search-hint-names")) } }
                input id=(id) type="search" name="q" value=(p.words) maxlength=(LONGEST_WORDS) autocomplete="off" aria-describedby=(hint);
            }
            (form::choice("members", "pass", html! { (t!("desk-pass")) }, &none, passes(p)))
            (form::choice("members", "state", html! { (t!("members-state")) }, &none, states(p.search.state)))
            button.button { (t!("desk-search-go")) }
        }
    }
}

fn passes(p: &MembersPage<'_>) -> Markup {
    html! {
        option value="" { (t!("members-any-pass")) }
        @for one in p.passes { option value=(one.pass) selected[p.search.pass == Some(one.pass)] { (one.title) " (" (one.people) ")" } }
    }
}

fn states(chosen: Option<MemberState>) -> Markup {
    html! {
        option value="" { (t!("members-any-state")) }
        @for state in MemberState::ALL { option value=(state.code()) selected[chosen == Some(state)] { (state_words(state)) } }
    }
}

fn state_words(state: MemberState) -> Cow<'static, str> {
    match state {
        MemberState::Holds => t!("members-holds"),
        MemberState::Former => t!("members-former"),
        MemberState::Banned => t!("members-banned"),
    }
}

fn table(p: &MembersPage<'_>) -> Markup {
    html! {
        table.table.roomy aria-label=(t!("access-people")) {
            thead { tr {
                th scope="col" { (t!("members-person")) }
                th scope="col" { (t!("members-passes")) }
                th.n.more scope="col" { (t!("members-watched")) }
                th.n.more scope="col" { (t!("desk-orders")) }
            } }
            tbody { @for row in p.rows { (line(p, row)) } }
        }
    }
}

fn line(p: &MembersPage<'_>, r: &SpaceMemberRow<'_>) -> Markup {
    let space = p.space.id;
    html! {
        tr {
            th scope="row" {
                a href=(person::path(space, r.account.id)) { bdi { (r.account.name) } }
                @if r.banned { " " span.badge { (t!("members-banned")) } }
                small {
                    @if r.gone { (t!("members-gone")) " · " } @else if p.addresses { bdi { (r.account.email) } " · " }
                    (rich!("money-held-since"; time => |_| parts::time(r.since, When::Date)))
                    " · " a href=(why::path(space, r.account.id)) { (t!("why-link")) }
                }
            }
            td { @for held in &r.held { (one(held)) } }
            td.n.more {
                (parts::hours(r.watched))
                @if let Some(seen) = r.seen { small { (rich!("members-seen"; time => |_| parts::time(seen, When::Date))) } }
            }
            td.n.more { (r.orders) }
        }
    }
}

/// A pass that they hold or held.
pub(super) fn one(h: &HeldRow<'_>) -> Markup {
    html! {
        div {
            bdi { (h.title) } " " span.badge { (source_words(h.source)) }
            @if let Some(until) = h.until {
                small {
                    @if h.holds { (rich!("members-until"; time => |_| parts::time(until, When::Date))) }
                    @else { (rich!("members-ended"; time => |_| parts::time(until, When::Date))) }
                }
            }
            @else if !h.holds { small { (t!("members-not-in-force")) } }
            @if !h.answers.is_empty() {
                dl.total.wide { @for one in h.answers { div { dt { bdi { (one.question) } } dd dir="auto" { (one.answer) } } } }
            }
        }
    }
}
