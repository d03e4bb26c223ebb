//! An invitation into a team as its reader sees it, on the page and in mails.

use crate::{
    access::team::owned,
    dom, form,
    layout::{self, Page, Shell},
    mail::mail,
    parts::{self, When},
    rich, t,
};
use domain::{
    access::team::Invitation,
    catalogue::offer::Space,
    mail::Mail,
    people::account::{Account, TeamRole},
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct InvitationPage<'a> {
    pub invitation: &'a Invitation,
    pub inviter: &'a Account,
    /// What the team owns.
    pub spaces: &'a [Space],
}

pub fn page(shell: &Shell, i: &InvitationPage<'_>) -> Markup {
    let head = Page { title: &t!("access-invitation"), ..Page::default() };
    let base = format!("/account/invitations/{}", i.invitation.id);
    let handover = i.invitation.is_handover();
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account"))]))
                @let spaces = |_: &str| html! { bdi { (owned(i.spaces)) } };
                @if handover { h1 { (rich!("access-handover-heading"; spaces => spaces)) } }
                @else { h1 { (rich!("access-invitation-heading"; spaces => spaces)) } }
                div.row { (parts::face(i.inviter, "m")) p { (asks(i)) } }
                @if handover {
                    @let inviter = |_: &str| html! { bdi { (i.inviter.name) } };
                    p { @if i.invitation.leaves { (rich!("access-handover-leaves"; inviter => inviter)) } @else { (rich!("access-handover-stays"; inviter => inviter)) } }
                }
                p.muted { (rich!("access-invitation-until"; until => |_| parts::time(i.invitation.expires_at, When::Moment))) }
                @let accept = if handover { t!("access-handover-accept") } else { t!("access-invitation-accept") };
                div.row {
                    (form::action(&format!("{base}/acceptance"), "primary", &accept))
                    (form::action(&format!("{base}/refusal"), "", &t!("access-invitation-refuse")))
                }
            }
        },
    )
}

fn asks(i: &InvitationPage<'_>) -> Markup {
    let inviter = |_: &str| html! { bdi { (i.inviter.name) } " (@" (i.inviter.username) ")" };
    if i.invitation.is_handover() {
        return rich!("access-handover-asks"; inviter => inviter);
    }
    rich!("access-invitation-asks"; inviter => inviter, role => |_| html! { (as_role(i.invitation.role)) })
}

/// `an editor`, `a moderator`
fn as_role(role: TeamRole) -> Cow<'static, str> {
    match role {
        TeamRole::Owner => t!("access-as-owner"),
        TeamRole::Admin => t!("access-as-admin"),
        TeamRole::Editor => t!("access-as-editor"),
        TeamRole::Moderator => t!("access-as-moderator"),
        TeamRole::Analyst => t!("access-as-analyst"),
    }
}

/// The mail with the link. `url`: of the page, with scheme and host.
pub fn invitation(i: &InvitationPage<'_>, url: &str) -> Mail {
    let (space, who) = (owned(i.spaces), &i.inviter.name);
    let (subject, what) = match i.invitation.is_handover() {
        true => {
            (t!("mail-handover-subject", space = &space), t!("mail-handover-what", who = who, space = &space))
        }
        false => (
            t!("mail-invitation-subject", space = &space),
            t!("mail-invitation-what", who = who, space = &space, role = as_role(i.invitation.role)),
        ),
    };
    mail(&i.invitation.email, subject, t!("mail-invitation-text", what = what, url = url))
}

/// A team with a new owner.
#[derive(Clone, Copy, Debug)]
pub struct Handover<'a> {
    pub from: &'a Account,
    pub to: &'a Account,
    pub spaces: &'a [Space],
    /// `from` has left the team.
    pub left: bool,
    /// The link to the team's page, with scheme and host.
    pub url: &'a str,
}

/// To the owner before.
pub fn handed_over(h: &Handover<'_>) -> Mail {
    let space = owned(h.spaces);
    let text = t!(
        "mail-handed-over-text",
        who = &h.to.name,
        username = &h.to.username,
        space = &space,
        left = if h.left { "yes" } else { "no" }
    );
    mail(&h.from.email, t!("mail-handed-over-subject", space = &space), text)
}

/// To the owner now.
pub fn taken_over(h: &Handover<'_>) -> Mail {
    let space = owned(h.spaces);
    let text = t!(
        "mail-taken-over-text",
        who = &h.from.name,
        username = &h.from.username,
        space = &space,
        left = if h.left { "yes" } else { "no" },
        url = h.url
    );
    mail(&h.to.email, t!("mail-taken-over-subject", space = &space), text)
}
