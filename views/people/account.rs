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
    rich, t,
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
    /// It began with a passkey.
    pub passkey: bool,
    pub created_at: Millis,
    /// When it was last seen; noted once an hour.
    pub seen_at: Millis,
    pub current: bool,
}

pub fn home(shell: &Shell, h: &Home<'_>) -> Markup {
    let head = Page { title: &t!("layout-account"), scripts: &["upload.js"], ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                div.row.person {
                    (parts::face(h.account, "l"))
                    div.grow { h1 { bdi { (h.account.name) } } small { a href={ "/@" (h.account.username) } { "@" (h.account.username) } " · " (h.account.email) } }
                }
                h2 { (t!("people-space")) }
                @if h.spaces.is_empty() { (parts::empty(&t!("people-no-team"), None)) }
                @for own in h.spaces { (own_space(own)) }
                @if !h.spaces.iter().any(|own| own.role == TeamRole::Owner && own.space.closed_at.is_none()) { (another_space()) }
                h2 { (t!("people-passes")) }
                @if h.passes.is_empty() { (purchases::no_passes()) }
                @else { (purchases::held(h.passes)) }
                nav.row aria-label=(t!("people-follow-and-get")) {
                    a.button href="/account/following" { (t!("people-follow-and-calendar")) }
                    a.button href="/account/mails" { (t!("people-mails")) }
                }
                h2 { (t!("people-profile")) }
                (avatar::form(h.account, h.errors))
                (profile(h))
                (listing(h.listed))
                h2 { (t!("people-your-account")) }
                ul.card.stack role="list" {
                    li { a href="/account/sessions" { (t!("people-sessions")) } }
                    li { a href="/account/email" { (t!("people-change-address")) } }
                    li { a href="/account/passkeys" { (t!("passkeys-link")) } small { " " (t!("passkeys-link-hint")) } }
                    li { a href="/account/recovery" { (t!("people-recovery")) } small { " " (t!("people-recovery-for")) } }
                    li { a href="/account/export" { (t!("people-export-link")) } }
                    li { a href="/account/deletion" { (t!("people-deletion")) } }
                }
                (form::action("/sign-out", "", &t!("people-sign-out")))
            }
        },
    )
}

/// For whoever owns no space that is open.
fn another_space() -> Markup {
    html! { div.card.stack { p { (t!("another-space-what")) } (form::action("/account/spaces", "", &t!("another-space-button"))) } }
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
                    span.badge { @if own.checklist.published { (t!("people-published")) } @else { (t!("people-unpublished")) } }
                }
            }
            @if edits && !own.checklist.done() { (manage::checklist(space, own.checklist)) }
            div.row {
                @if edits { a.button href={ "/account/spaces/" (space.id) } { (t!("people-manage-space")) } }
                @else if may(own.role, Action::SeeAnalytics) { a.button href={ "/account/spaces/" (space.id) "/figures" } { (t!("figures")) } }
                a.button href={ "/account/teams/" (space.team) } { (t!("people-team")) }
                @if own.checklist.published { a.button href={ "/" (space.slug) } { (t!("people-see-space")) } }
            }
        }
    }
}

fn profile(h: &Home<'_>) -> Markup {
    let d = h.draft;
    html! {
        (form::summary(h.errors))
        form.card.stack method="post" action="/account" {
            (Field::input("profile", "name", &t!("people-name"), &d.name).required().max(60).autocomplete("name").show(h.errors))
            (Field::input("profile", "username", &t!("people-username"), &d.username).prefix("@").required().max(30).autocomplete("username")
                .hint(&t!("people-username-hint")).show(h.errors))
            (Field::area("profile", "bio", &t!("people-bio"), &d.bio).max(1000).show(h.errors))
            (Field::input("profile", "site", &t!("people-site"), &d.site).kind("url").max(200).autocomplete("url").hint(&t!("people-site-hint")).show(h.errors))
            button.button { (t!("people-save-profile")) }
        }
    }
}

/// The viewer count covers everybody; names are shown only of those who opt in.
fn listing(listed: bool) -> Markup {
    html! {
        form.card.row method="post" action="/account/listing" {
            p { @if listed { (t!("people-listed")) } @else { (t!("people-not-listed")) } }
            input type="hidden" name="listed" value=(!listed);
            button.button.push { @if listed { (t!("people-unlist")) } @else { (t!("people-list")) } }
        }
    }
}

/// `notice`: what happened to the account from another browser, until it is read; a line for each.
pub fn sessions(shell: &Shell, rows: &[SessionRow<'_>], notice: Option<&str>) -> Markup {
    let head = Page { title: &t!("people-sessions"), ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account"))]))
                h1 { (t!("people-sessions")) }
                @if let Some(notice) = notice {
                    div.card.stack.refused {
                        @for line in notice.lines() { p { (line) } }
                        form method="post" action="/account/sessions/notice" {
                            input type="hidden" name="read" value=(notice);
                            button.button { (t!("people-notice-read")) }
                        }
                    }
                }
                p.lead { (t!("people-sessions-lead")) }
                ul.stack role="list" { @for row in rows { li.card.row { (session(row)) } } }
                @if rows.len() > 1 {
                    div.row {
                        (form::action("/account/sessions/revocation", "", &t!("people-sign-out-elsewhere")))
                        (form::action("/account/sessions/revocation?here=true", "danger", &t!("people-sign-out-everywhere")))
                    }
                }
            }
        },
    )
}

fn session(row: &SessionRow<'_>) -> Markup {
    let path = format!("/account/sessions/{}/revocation", row.id);
    let sign_out = if row.current { t!("people-sign-out-here") } else { t!("people-sign-out-it") };
    html! {
        div {
            b { bdi { (agent::words(row.agent)) } }
            @if row.current { " " span.badge { (t!("people-session-this")) } }
            @if row.passkey { " " span.badge { (t!("passkeys-began")) } }
            br;
            small {
                (rich!("people-session-since"; time => |_| parts::time(row.created_at, When::Date)))
                @if !row.current { " · " (rich!("people-session-seen"; time => |_| parts::time(row.seen_at, When::Moment))) }
            }
        }
        div.push { (form::action(&path, "", &sign_out)) }
    }
}
