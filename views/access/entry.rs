//! Team page of what lets people into an experience beside passes: a passphrase, and links that invite.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{
    access::entry::{DAYS, Invite, InviteState, LONGEST_NOTE, LockRule, PASSPHRASE, PREVIEW_MINUTES, USES},
    catalogue::offer::{Experience, Space},
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct EntryPage<'a> {
    pub space: &'a Space,
    pub experience: &'a Experience,
    /// What the passphrase is for, if one is asked for.
    pub lock: Option<LockRule>,
    /// The newest first.
    pub invites: &'a [InviteRow<'a>],
    pub draft: &'a LockDraft,
    pub invite: &'a InviteDraft,
    /// The free minutes, as they are or as they were written; empty for none.
    pub minutes: &'a str,
    pub errors: &'a Errors,
    pub now: Millis,
}

#[derive(Clone, Debug)]
pub struct InviteRow<'a> {
    pub invite: &'a Invite,
    /// With scheme and host.
    pub url: String,
}

#[derive(Clone, Debug, Default)]
pub struct LockDraft {
    pub passphrase: String,
    pub rule: String,
}

#[derive(Clone, Debug)]
pub struct InviteDraft {
    pub note: String,
    pub most: String,
    pub days: String,
}

impl Default for InviteDraft {
    /// For one person, for a week.
    fn default() -> Self {
        Self { note: String::new(), most: "1".into(), days: "7".into() }
    }
}

pub fn page(shell: &Shell, e: &EntryPage<'_>) -> Markup {
    let title = t!("entry-title");
    let head = Page { title: &title, ..Page::default() };
    let experience = format!("/account/experiences/{}", e.experience.id);
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::team_trail(e.space, &[(&experience, &e.experience.title)]))
                h1 { (title) }
                (form::summary(e.errors))
                p { (rich!("entry-lead"; passes => |words| html! { a href={ "/account/spaces/" (e.space.id) "/access_passes" } { (words) } })) }
                h2 { (t!("entry-passphrase")) }
                (passphrase(e, &experience))
                @if e.experience.kind.has_streams() {
                    h2 { (t!("entry-preview")) }
                    p { (t!("entry-preview-about")) }
                    (preview(e, &experience))
                }
                h2 { (t!("entry-invites")) }
                p { (t!("entry-invites-about")) }
                (new_invite(e, &experience))
                (invites(e, &experience))
            }
        },
    )
}

fn passphrase(e: &EntryPage<'_>, experience: &str) -> Markup {
    let (hint, verb) = match e.lock {
        Some(_) => (t!("entry-passphrase-keep"), t!("entry-passphrase-save")),
        None => (t!("entry-passphrase-hint"), t!("entry-passphrase-ask")),
    };
    let field = Field::input("lock", "passphrase", &t!("entry-passphrase"), &e.draft.passphrase)
        .max(*PASSPHRASE.end())
        .autocomplete("off")
        .hint(&hint)
        .show(e.errors);
    html! {
        p {
            @match e.lock {
                None => (t!("entry-passphrase-none")),
                Some(LockRule::Also) => (t!("entry-passphrase-also")),
                Some(LockRule::Instead) => (t!("entry-passphrase-instead")),
            }
        }
        form.card.stack method="post" action={ (experience) "/entry" } {
            (field)
            (rules(e))
            button.button.primary { (verb) }
        }
        @if e.lock.is_some() { (form::action(&format!("{experience}/entry/removal"), "", &t!("entry-passphrase-remove"))) }
    }
}

/// What the passphrase is for.
fn rules(e: &EntryPage<'_>) -> Markup {
    let chosen = LockRule::from_code(&e.draft.rule).or(e.lock).unwrap_or(LockRule::Also);
    let options = LockRule::ALL.map(|rule| {
        let (words, means) = match rule {
            LockRule::Also => (t!("entry-rule-also"), t!("entry-rule-also-means")),
            LockRule::Instead => (t!("entry-rule-instead"), t!("entry-rule-instead-means")),
        };
        (rule, words, means)
    });
    let controls = html! {
        @for (rule, words, means) in &options {
            label.choice {
                input type="radio" name="rule" value=(rule.code()) checked[*rule == chosen];
                span { b { (words) } br; small { (means) } }
            }
        }
    };
    form::group("lock", "rule", &t!("entry-rule"), e.errors, controls)
}

fn preview(e: &EntryPage<'_>, experience: &str) -> Markup {
    let hint = t!("entry-preview-hint", most = *PREVIEW_MINUTES.end());
    html! {
        form.card.stack method="post" action={ (experience) "/preview" } {
            (Field::input("preview", "minutes", &t!("entry-preview-minutes"), e.minutes).inputmode("numeric").max(2).hint(&hint).show(e.errors))
            button.button { (t!("entry-preview-save")) }
        }
    }
}

fn new_invite(e: &EntryPage<'_>, experience: &str) -> Markup {
    let d = e.invite;
    let most = t!("entry-most-hint", most = *USES.end());
    let days = t!("entry-days-hint", most = *DAYS.end());
    let number = |name: &'static str, label: &str, value: &str, hint: &str| {
        Field::input("guests", name, label, value).required().inputmode("numeric").hint(hint).show(e.errors)
    };
    html! {
        form.card.stack method="post" action={ (experience) "/invites" } {
            (Field::input("guests", "note", &t!("entry-note"), &d.note).max(LONGEST_NOTE).hint(&t!("entry-note-hint")).show(e.errors))
            (number("most", &t!("entry-most"), &d.most, &most))
            (number("days", &t!("entry-days"), &d.days, &days))
            button.button { (t!("entry-invite-make")) }
        }
    }
}

fn invites(e: &EntryPage<'_>, experience: &str) -> Markup {
    html! {
        @if e.invites.is_empty() { (parts::empty(&t!("entry-invites-none"), None)) }
        ul.stack role="list" {
            @for row in e.invites {
                @let invite = row.invite;
                @let state = invite.state(e.now);
                li.card.stack {
                    p.row {
                        b { @if invite.note.is_empty() { (t!("entry-unnamed")) } @else { bdi { (invite.note) } } }
                        span.badge { (state_words(state)) }
                    }
                    p { small { (t!("entry-uses", count = invite.uses, most = invite.most)) " " (rich!("entry-until"; time => |_| parts::time(invite.expires_at, When::Moment))) } }
                    @if state == InviteState::Open { p { code { (row.url) } } }
                    @if state != InviteState::Revoked {
                        details.confirm {
                            summary.button { (t!("entry-revoke")) }
                            div.menu.stack {
                                p { (t!("entry-revoke-means", count = invite.uses)) }
                                (form::action(&format!("{experience}/invites/{}/revocation", invite.id), "danger", &t!("entry-revoke-verb")))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn state_words(state: InviteState) -> Cow<'static, str> {
    match state {
        InviteState::Open => t!("entry-state-open"),
        InviteState::Full => t!("entry-state-full"),
        InviteState::Expired => t!("entry-state-expired"),
        InviteState::Closed => t!("entry-state-closed"),
        InviteState::Revoked => t!("entry-state-revoked"),
    }
}
