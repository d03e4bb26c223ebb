//! The account page: the person's spaces, profile and signed-in browsers.

use crate::{
    access::team::role_name,
    catalogue::manage::{self, Checklist},
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    money::purchases::{self, Held},
    parts::{self, When},
    people::{agent, avatar},
};
use domain::{
    access::may::{Action, may},
    catalogue::offer::Space,
    id::SessionId,
    people::account::{Account, TeamRole},
    time::Millis,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct Home<'a> {
    pub account: &'a Account,
    /// Contents of the form: the saved profile, or the rejected input.
    pub draft: &'a ProfileDraft,
    /// Whether the person's name is listed among the people of a room.
    pub listed: bool,
    pub spaces: &'a [OwnSpace<'a>],
    pub passes: &'a [Held<'a>],
    pub errors: &'a Errors,
}

#[derive(Clone, Debug, Default)]
pub struct ProfileDraft {
    pub name: String,
    pub username: String,
    pub bio: String,
    pub site: String,
}

impl From<&Account> for ProfileDraft {
    fn from(a: &Account) -> Self {
        Self { name: a.name.clone(), username: a.username.clone(), bio: a.bio.clone(), site: a.site.clone() }
    }
}

/// A space whose team the person is on.
#[derive(Clone, Copy, Debug)]
pub struct OwnSpace<'a> {
    pub space: &'a Space,
    pub role: TeamRole,
    pub checklist: Checklist,
}

/// A signed-in browser.
#[derive(Clone, Copy, Debug)]
pub struct SessionRow<'a> {
    pub id: SessionId,
    /// The browser's user agent.
    pub agent: &'a str,
    pub created_at: Millis,
    /// When it was last seen; noted once an hour.
    pub seen_at: Millis,
    pub current: bool,
}

pub fn home(shell: &Shell, h: &Home<'_>) -> Markup {
    let head = Page { title: "Account", scripts: &["upload.js"], ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                div.row.person {
                    (parts::face(h.account, "l"))
                    div { h1 { bdi { (h.account.name) } } small { a href={ "/@" (h.account.username) } { "@" (h.account.username) } " · " (h.account.email) } }
                }
                h2 { "Your space" }
                @if h.spaces.is_empty() { (parts::empty("You are on no team at the moment.", None)) }
                @for own in h.spaces { (own_space(own)) }
                h2 { "Your passes" }
                @if h.passes.is_empty() { (parts::empty("Passes that you take or buy are kept here.", Some(("/explore", "Explore spaces")))) }
                @else { (purchases::held(h.passes)) }
                nav.row aria-label="What you follow and get" {
                    a.button href="/account/following" { "What you follow, and your calendar" }
                    a.button href="/account/mails" { "Your mail" }
                }
                h2 { "Your profile" }
                (avatar::form(h.account, h.errors))
                (profile(h))
                (listing(h.listed))
                h2 { "Your account" }
                ul.card.stack role="list" {
                    li { a href="/account/sessions" { "Where you are signed in" } }
                    li { a href="/account/email" { "Change your e-mail address" } }
                    li { a href="/account/recovery" { "Recovery codes" } small { " for when you have lost your mailbox" } }
                    li { a href="/account/export" { "Download your data" } }
                    li { a href="/account/deletion" { "Delete your account" } }
                }
                (form::action("/sign-out", "", "Sign out"))
            }
        },
    )
}

fn own_space(own: &OwnSpace<'_>) -> Markup {
    let space = own.space;
    let edits = may(own.role, Action::EditOffer);
    html! {
        section.card.stack {
            div.row {
                (parts::logo(&space.name, space.logo, "m"))
                div { h3 { bdi { (space.name) } } small { "/" (space.slug) } }
                span.push {
                    @if own.role != TeamRole::Owner { span.badge { (role_name(own.role)) } " " }
                    span.badge { @if own.checklist.published { "Published" } @else { "Not published" } }
                }
            }
            @if edits && !own.checklist.done() { (manage::checklist(space, own.checklist)) }
            div.row {
                @if edits { a.button href={ "/account/spaces/" (space.id) } { "Manage the space" } }
                a.button href={ "/account/teams/" (space.team) } { "Team" }
                @if own.checklist.published { a.button href={ "/" (space.slug) } { "See it" } }
            }
        }
    }
}

fn profile(h: &Home<'_>) -> Markup {
    let d = h.draft;
    html! {
        (form::summary(h.errors))
        form.card.stack method="post" action="/account" {
            (Field::input("profile", "name", "Name", &d.name).required().max(60).autocomplete("name").show(h.errors))
            (Field::input("profile", "username", "Username", &d.username).prefix("@").required().max(30).autocomplete("username")
                .hint("2 to 30 letters, digits, underscores or hyphens.").show(h.errors))
            (Field::area("profile", "bio", "About you", &d.bio).max(1000).show(h.errors))
            (Field::input("profile", "site", "Your site", &d.site).kind("url").max(200).autocomplete("url").hint("Begins with https://").show(h.errors))
            button.button { "Save the profile" }
        }
    }
}

/// The viewer count covers everybody; names are shown only of those who opt in.
fn listing(listed: bool) -> Markup {
    html! {
        form.card.row method="post" action="/account/listing" {
            p { @if listed { "Your name is listed among the people of the rooms that you are in." } @else { "You are counted in the rooms that you are in, and not listed by name." } }
            input type="hidden" name="listed" value=(!listed);
            button.button.push { @if listed { "Do not list me" } @else { "List me" } }
        }
    }
}

/// `notice`: what happened to the account from another browser, until it is read.
pub fn sessions(shell: &Shell, rows: &[SessionRow<'_>], notice: Option<&str>) -> Markup {
    let head = Page { title: "Where you are signed in", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                h1 { "Where you are signed in" }
                @if let Some(notice) = notice {
                    div.card.stack.refused {
                        p { (notice) }
                        (form::action("/account/sessions/notice", "", "I have read this"))
                    }
                }
                p.lead { "Sign a browser out and everything that it has open stops at once. When each was last seen is noted once an hour." }
                ul.stack role="list" { @for row in rows { li.card.row { (session(row)) } } }
                @if rows.len() > 1 {
                    div.row {
                        (form::action("/account/sessions/revocation", "", "Sign out everywhere else"))
                        (form::action("/account/sessions/revocation?here=true", "danger", "Sign out everywhere, here too"))
                    }
                }
            }
        },
    )
}

fn session(row: &SessionRow<'_>) -> Markup {
    let path = format!("/account/sessions/{}/revocation", row.id);
    html! {
        div {
            b { bdi { (agent::words(row.agent)) } }
            @if row.current { " " span.badge { "this one" } }
            br;
            small {
                "since " (parts::time(row.created_at, When::Date))
                @if !row.current { " · last seen " (parts::time(row.seen_at, When::Moment)) }
            }
        }
        div.push { (form::action(&path, "", if row.current { "Sign out here" } else { "Sign it out" })) }
    }
}
