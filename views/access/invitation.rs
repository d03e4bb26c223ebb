//! An invitation into a team as its reader sees it, on the page and in mails.

use crate::{
    access::team::{owned, role_name},
    dom, form,
    layout::{self, Page, Shell},
    mail::mail,
    parts::{self, When},
};
use domain::{access::team::Invitation, catalogue::offer::Space, mail::Mail, people::account::Account};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct InvitationPage<'a> {
    pub invitation: &'a Invitation,
    pub inviter: &'a Account,
    /// What the team owns.
    pub spaces: &'a [Space],
}

pub fn page(shell: &Shell, i: &InvitationPage<'_>) -> Markup {
    let head = Page { title: "An invitation", ..Page::default() };
    let base = format!("/account/invitations/{}", i.invitation.id);
    let handover = i.invitation.is_handover();
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                @if handover { h1 { bdi { (owned(i.spaces)) } " can be yours" } }
                @else { h1 { "Join the team of " bdi { (owned(i.spaces)) } } }
                div.row { (parts::face(i.inviter, "m")) p { bdi { (i.inviter.name) } " (@" (i.inviter.username) ") " (asks(i.invitation)) } }
                @if handover {
                    p { "As its owner you decide about its team, its money and its end. " bdi { (i.inviter.name) } @if i.invitation.leaves { " leaves the team." } @else { " stays as an admin." } }
                }
                p.muted { "You can accept until " (parts::time(i.invitation.expires_at, When::Moment)) "." }
                div.row {
                    (form::action(&format!("{base}/acceptance"), "primary", if handover { "Become the owner" } else { "Join the team" }))
                    (form::action(&format!("{base}/refusal"), "", "No, thanks"))
                }
            }
        },
    )
}

fn asks(invitation: &Invitation) -> String {
    match invitation.is_handover() {
        true => "offers to hand it over to you.".into(),
        false => format!("invites you as {}.", article(role_name(invitation.role))),
    }
}

/// `an editor`, `a moderator`
fn article(role: &str) -> String {
    let role = role.to_lowercase();
    let vowel = role.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {role}", if vowel { "an" } else { "a" })
}

/// The mail with the link. `url`: of the page, with scheme and host.
pub fn invitation(i: &InvitationPage<'_>, url: &str) -> Mail {
    let (name, who) = (owned(i.spaces), &i.inviter.name);
    let (what, subject) = match i.invitation.is_handover() {
        true => (
            format!("{who} offers to hand {name} over to you on Backstage Pass. You would be its owner."),
            format!("{name} can be yours"),
        ),
        false => (
            format!(
                "{who} invites you into the team of {name} on Backstage Pass as {}.",
                article(role_name(i.invitation.role))
            ),
            format!("An invitation into the team of {name}"),
        ),
    };
    let text = format!(
        "{what}\n\nTo accept, open this within seven days and sign in with this e-mail address:\n{url}\n\n\
         You do not know them? Then you need do nothing.\n"
    );
    mail(&i.invitation.email, subject, text)
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
    let name = owned(h.spaces);
    let after = if h.left { "You have left its team." } else { "You stay on its team as an admin." };
    let text =
        format!("{} (@{}) has accepted {name} and is its owner now. {after}\n", h.to.name, h.to.username);
    mail(&h.from.email, format!("{name} has a new owner"), text)
}

/// To the owner now.
pub fn taken_over(h: &Handover<'_>) -> Mail {
    let name = owned(h.spaces);
    let after = if h.left { "has left its team" } else { "stays on its team as an admin" };
    let text =
        format!("{name} is yours. {} (@{}) {after}.\n\nIts team:\n{}\n", h.from.name, h.from.username, h.url);
    mail(&h.to.email, format!("{name} is yours"), text)
}
