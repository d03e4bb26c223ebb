//! All spaces and all people for operators, and the two steps by which they are suspended and restored.

use super::engine;
use crate::{
    dom,
    form::{self, Errors, Field},
    layout::Shell,
    parts::{self, When},
    rich, t,
};
use domain::{
    id::{AccountId, SpaceId},
    ops::suspension::LONGEST_REASON,
    time::Millis,
};
use maud::{Markup, html};

pub const SPACES_PATH: &str = "/ops/spaces";
pub const PEOPLE_PATH: &str = "/ops/people";

/// What was searched for, and where the next page is.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub words: String,
    pub suspended: bool,
    pub next: Option<String>,
}

#[derive(Clone, Debug)]
pub struct SpaceRow {
    pub id: SpaceId,
    pub name: String,
    pub slug: String,
    /// Its username.
    pub owner: Option<String>,
    pub published_at: Option<Millis>,
    pub suspended: Option<(Millis, String)>,
    pub on_air: i64,
    pub holders: i64,
    pub reports: i64,
}

#[derive(Clone, Debug)]
pub struct PersonRow {
    pub id: AccountId,
    pub name: String,
    pub username: String,
    /// Without what would tell it.
    pub masked_email: String,
    pub operator: bool,
    pub created_at: Millis,
    pub suspended: Option<(Millis, String)>,
    pub sessions: i64,
    pub spaces: i64,
    pub reports: i64,
}

pub fn spaces(shell: &Shell, search: &Search, rows: &[SpaceRow]) -> Markup {
    engine(
        shell,
        &t!("ops-spaces"),
        &[],
        html! {
            h1 { (t!("ops-spaces")) }
            (search_form(SPACES_PATH, search, &t!("ops-spaces-search")))
            @if search.words.is_empty() && !search.suspended { p.muted { (t!("ops-spaces-left-out")) } }
            @if rows.is_empty() { p.muted { (t!("ops-spaces-none")) } }
            @else {
                div.scroll tabindex="0" role="region" aria-label=(t!("ops-spaces")) {
                    table.tree.named {
                        thead { tr {
                            th scope="col" { (t!("ops-space")) }
                            th scope="col" { (t!("ops-state")) }
                            th.n scope="col" { (t!("ops-space-on-air")) }
                            th.n scope="col" { (t!("ops-space-holders")) }
                            th.n scope="col" { (t!("ops-reports")) }
                            th scope="col" { span.hidden { (t!("ops-actions")) } }
                        } }
                        tbody { @for row in rows { (space(row)) } }
                    }
                }
            }
            (next(search))
        },
    )
}

fn space(row: &SpaceRow) -> Markup {
    html! {
        tr.sick[row.suspended.is_some()] {
            th scope="row" {
                // Others are seen only by their team.
                @if row.published_at.is_some() { a href={ "/" (row.slug) } { bdi { (row.name) } } } @else { bdi { (row.name) } }
                span.id { "/" (row.slug) @if let Some(owner) = &row.owner { " · @" (owner) } }
            }
            td data-name=(t!("ops-state")) { (space_state(row)) }
            td.n data-name=(t!("ops-space-on-air")) { (row.on_air) } td.n data-name=(t!("ops-space-holders")) { (row.holders) } td.n data-name=(t!("ops-reports")) { (row.reports) }
            td { (actions(SPACES_PATH, &row.id.to_string(), &row.name, row.suspended.is_some(), true)) }
        }
    }
}

fn space_state(row: &SpaceRow) -> Markup {
    html! {
        @match (&row.suspended, row.published_at) {
            (Some((at, reason)), _) => (suspended(*at, reason)),
            (None, Some(at)) => (rich!("ops-space-public"; at => |_| parts::time(at, When::Date))),
            (None, None) => (t!("ops-space-private")),
        }
    }
}

fn suspended(at: Millis, reason: &str) -> Markup {
    html! { (rich!("ops-suspended-at"; at => |_| parts::time(at, When::Moment))) br; small { (reason) } }
}

pub fn people(shell: &Shell, search: &Search, rows: &[PersonRow]) -> Markup {
    engine(
        shell,
        &t!("ops-people"),
        &[],
        html! {
            h1 { (t!("ops-people")) }
            (search_form(PEOPLE_PATH, search, &t!("ops-people-search")))
            @if rows.is_empty() { p.muted { (t!("ops-people-none")) } }
            @else {
                div.scroll tabindex="0" role="region" aria-label=(t!("ops-people")) {
                    table.tree.named {
                        thead { tr {
                            th scope="col" { (t!("ops-person")) }
                            th scope="col" { (t!("ops-state")) }
                            th.n scope="col" { (t!("ops-person-sessions")) }
                            th.n scope="col" { (t!("ops-spaces")) }
                            th.n scope="col" { (t!("ops-reports")) }
                            th scope="col" { span.hidden { (t!("ops-actions")) } }
                        } }
                        tbody { @for row in rows { (person(row)) } }
                    }
                }
            }
            (next(search))
        },
    )
}

fn person(row: &PersonRow) -> Markup {
    html! {
        tr.sick[row.suspended.is_some()] {
            th scope="row" {
                a href={ "/@" (row.username) } { bdi { (row.name) } }
                span.id { "@" (row.username) " · " (row.masked_email) }
            }
            td data-name=(t!("ops-state")) {
                @match &row.suspended {
                    Some((at, reason)) => (suspended(*at, reason)),
                    None if row.operator => (t!("ops-operator")),
                    None => (rich!("ops-person-since"; at => |_| parts::time(row.created_at, When::Date))),
                }
            }
            td.n data-name=(t!("ops-person-sessions")) { (row.sessions) } td.n data-name=(t!("ops-spaces")) { (row.spaces) } td.n data-name=(t!("ops-reports")) { (row.reports) }
            td { (actions(PEOPLE_PATH, &row.id.to_string(), &row.name, row.suspended.is_some(), !row.operator)) }
        }
    }
}

/// `may`: it can be suspended.
fn actions(base: &str, id: &str, name: &str, suspended: bool, may: bool) -> Markup {
    html! {
        div.row {
            @if suspended { a.button href={ (base) "/" (id) "/restoration" } aria-label=(t!("ops-restore-named", name = name)) { (t!("ops-restore")) } }
            @else if may { a.button href={ (base) "/" (id) "/suspension" } aria-label=(t!("ops-suspend-named", name = name)) { (t!("ops-suspend")) } }
            a.button href={ "/ops/audit?about=" (id) } aria-label=(t!("ops-audit-lines-of", name = name)) { (t!("ops-audit")) }
        }
    }
}

fn search_form(action: &str, search: &Search, placeholder: &str) -> Markup {
    html! {
        form.row.search role="search" action=(action) {
            div.field.grow {
                label for=(dom::field("directory", "q")) { (t!("ops-search")) }
                input id=(dom::field("directory", "q")) name="q" type="search" value=(search.words) placeholder=(placeholder) autocomplete="off" maxlength="254";
            }
            label.choice { input type="checkbox" name="suspended" value="1" checked[search.suspended]; (t!("ops-suspended-only")) }
            button.button { (t!("ops-search")) }
        }
    }
}

fn next(search: &Search) -> Markup {
    html! { @if let Some(next) = &search.next { p { a.button href=(next) { (t!("ops-older")) } } } }
}

/// One of the four acts, in its first or its second step.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// A verb and its object; also the label of the button.
    pub title: &'a str,
    /// Of the space or the person, and what was done there before.
    pub name: &'a str,
    pub audit: &'a str,
    pub consequence: &'a str,
    /// Where the form is posted, and the page that it leads back to.
    pub path: &'a str,
    pub back: (&'a str, &'a str),
    pub reason: &'a str,
    pub errors: &'a Errors,
    /// Of the second step.
    pub token: Option<&'a str>,
    /// Spaces that a person owns and that stay open: name and path of their suspension.
    pub beside: &'a [(String, String)],
}

/// The name of the form in [`Errors`].
pub const SUSPENSION: &str = "suspension";

/// Asks for the reason; with a token, asks to confirm it.
pub fn act(shell: &Shell, a: &Act<'_>) -> Markup {
    engine(
        shell,
        a.title,
        &[],
        html! {
            (parts::trail(&[a.back]))
            h1 { (a.title) }
            (form::summary(a.errors))
            p.lead { (a.consequence) }
            @if let Some(token) = a.token { (confirm(a, token)) } @else { (ask(a)) }
            @if !a.beside.is_empty() {
                p { (t!("ops-suspend-beside")) }
                ul { @for (name, path) in a.beside { li { a href=(path) { bdi { (name) } } } } }
            }
            p { a href=(a.audit) { (t!("ops-audit-lines-of", name = a.name)) } }
        },
    )
}

fn ask(a: &Act<'_>) -> Markup {
    let (label, hint) = (t!("ops-suspend-why"), t!("ops-suspend-why-hint"));
    let reason = Field::area(SUSPENSION, "reason", &label, a.reason);
    html! {
        form.card.stack method="post" action=(a.path) {
            (reason.required().max(LONGEST_REASON).hint(&hint).show(a.errors))
            div.row {
                button.button.primary { (t!("ops-go-on")) }
                a.button href=(a.back.0) { (t!("ops-leave-as-is")) }
            }
        }
    }
}

fn confirm(a: &Act<'_>, token: &str) -> Markup {
    html! {
        p { (t!("ops-suspend-why-is")) }
        p.quoted dir="auto" { (a.reason) }
        div.row {
            form method="post" action=(a.path) {
                input type="hidden" name="reason" value=(a.reason);
                input type="hidden" name="confirm" value=(token);
                button.button.primary { (a.title) }
            }
            a.button href=(a.back.0) { (t!("ops-leave-as-is")) }
        }
    }
}
