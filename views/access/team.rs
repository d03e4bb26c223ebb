//! The page of a team: its members, its invitations, and handing it over.

use crate::{
    access::requirement,
    dom,
    form::{self, Errors, Field},
    layout::{self, LIVE, Page, Shell},
    live::stream,
    parts::{self, When},
    picture::Picture,
    rich, t,
};
use domain::{
    access::{
        may::{Action, may, may_give},
        team::Invitation,
    },
    catalogue::offer::Space,
    id::{AccountId, TeamId},
    people::account::{Account, TeamRole},
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct TeamPage<'a> {
    pub team: TeamId,
    /// The viewer, and their role.
    pub me: AccountId,
    pub role: TeamRole,
    /// Since when the team requires passkeys, and whether the viewer's session began with one.
    pub passkeys_since: Option<Millis>,
    pub passkey: bool,
    /// What the team owns.
    pub spaces: &'a [Space],
    pub members: &'a [MemberRow<'a>],
    /// Those that were not accepted; empty for whoever may not invite.
    pub invitations: &'a [Invitation],
    pub now: Millis,
    /// Contents of the forms: nothing, or the rejected input.
    pub invite: &'a InvitationDraft,
    pub handover: &'a HandoverDraft,
    pub errors: &'a Errors,
}

#[derive(Clone, Copy, Debug)]
pub struct MemberRow<'a> {
    pub account: &'a Account,
    pub role: TeamRole,
    pub since: Millis,
}

/// An invitation as submitted.
#[derive(Clone, Debug)]
pub struct InvitationDraft {
    pub email: String,
    /// A role's code; the server rejects other values.
    pub role: String,
}

impl Default for InvitationDraft {
    fn default() -> Self {
        Self { email: String::new(), role: TeamRole::Moderator.code().into() }
    }
}

/// A handover as submitted.
#[derive(Clone, Debug, Default)]
pub struct HandoverDraft {
    /// The id of a member, or empty.
    pub member: String,
    /// The address of somebody else.
    pub email: String,
    /// The owner leaves, instead of becoming an admin.
    pub leaves: bool,
}

/// The names of what a team owns: `Maya Lin`, `Maya Lin and Kiln`.
pub fn owned(spaces: &[Space]) -> String {
    let names: Vec<&str> = spaces.iter().map(|space| space.name.as_str()).collect();
    match names.as_slice() {
        [] => t!("access-no-space").into(),
        [one] => (*one).into(),
        [most @ .., last] => t!("access-spaces-and", most = most.join(", "), last = *last),
    }
}

pub fn role_name(role: TeamRole) -> Cow<'static, str> {
    match role {
        TeamRole::Owner => t!("access-role-owner"),
        TeamRole::Admin => t!("access-role-admin"),
        TeamRole::Editor => t!("access-role-editor"),
        TeamRole::Moderator => t!("access-role-moderator"),
        TeamRole::Analyst => t!("access-role-analyst"),
    }
}

/// What the roles differ in, with what decides about it.
fn all_rights() -> [(Cow<'static, str>, Option<Action>); 6] {
    [
        (t!("access-right-enter"), None),
        (t!("access-right-moderate"), Some(Action::Moderate)),
        (t!("access-right-host"), Some(Action::Host)),
        (t!("access-right-edit"), Some(Action::EditOffer)),
        (t!("access-right-manage"), Some(Action::ManageTeam)),
        (t!("access-right-close"), Some(Action::CloseSpace)),
    ]
}

pub fn page(shell: &Shell, t: &TeamPage<'_>) -> Markup {
    // A page that says what is wrong with a form keeps what was typed.
    let follows = t.errors.is_empty();
    let head =
        Page { title: &t!("access-team"), scripts: if follows { LIVE } else { &[] }, ..Page::default() };
    let (picture, path) = (picture(t), format!("/account/teams/{}", t.team));
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account"))]))
                h1 { (rich!("access-team-of"; spaces => |_| html! { bdi { (owned(t.spaces)) } })) }
                p.lead { (t!("access-team-lead")) }
                (form::summary(t.errors))
                h2 { (t!("access-members")) }
                ul.stack #(dom::TEAM_MEMBERS) role="list" { (picture.content(dom::TEAM_MEMBERS)) }
                div.stack #(dom::TEAM_INVITATIONS) { (picture.content(dom::TEAM_INVITATIONS)) }
                div.stack #(dom::TEAM_INVITE) { (picture.content(dom::TEAM_INVITE)) }
                div.stack #(dom::TEAM_PASSKEYS) { (picture.content(dom::TEAM_PASSKEYS)) }
                div.stack #(dom::TEAM_HANDOVER) { (picture.content(dom::TEAM_HANDOVER)) }
                h2 { (t!("access-rights")) }
                (rights())
            }
            @if follows {
                (stream::follow(&path, ""))
            }
        },
    )
}

/// The parts that change while the page is open: with who is on the team, and with what the viewer may do.
pub fn picture(t: &TeamPage<'_>) -> Picture {
    let (manages, owns) = (may(t.role, Action::ManageTeam), may(t.role, Action::CloseSpace));
    Picture::default()
        .with(dom::TEAM_MEMBERS, html! { @for member in t.members { li.card.row { (row(t, member)) } } })
        .with(dom::TEAM_INVITATIONS, html! { @if manages { (invitations(t)) } })
        .with(dom::TEAM_INVITE, html! { @if manages { (invite(t)) } })
        .with(dom::TEAM_PASSKEYS, requirement::section(t, owns))
        .with(dom::TEAM_HANDOVER, html! { @if owns { h2 { (t!("access-handover")) } (hand_over(t)) } })
}

fn invitations(t: &TeamPage<'_>) -> Markup {
    html! {
        h2 { (t!("access-invitations")) }
        @if !t.invitations.is_empty() {
            ul.stack role="list" { @for invitation in t.invitations { li.card.row { (invited(t, invitation)) } } }
        }
    }
}

/// The last owner can neither leave nor take a lower role.
fn is_last_owner(t: &TeamPage<'_>, member: &MemberRow<'_>) -> bool {
    let owners = t.members.iter().filter(|other| other.role == TeamRole::Owner).count();
    member.role == TeamRole::Owner && owners == 1
}

fn row(t: &TeamPage<'_>, member: &MemberRow<'_>) -> Markup {
    let (who, me) = (member.account, member.account.id == t.me);
    let base = format!("/account/teams/{}/members/{}", t.team, who.id);
    let last = is_last_owner(t, member);
    let decides = may_give(t.role, member.role);
    html! {
        (parts::face(who, "m"))
        div.grow {
            b { bdi { (who.name) } } " "
            @if me { span.badge { (t!("access-you")) } " " }
            @if last || !decides { span.badge { (role_name(member.role)) } }
            br;
            small { a href={ "/@" (who.username) } { "@" (who.username) } " · " (rich!("access-member-since"; at => |_| parts::time(member.since, When::Date))) }
        }
        @if last && me { small { (t!("access-last-owner")) } }
        @if !last && decides { (change_role(t, member, &base)) }
        @if !last && (me || decides) { (end(member, &base, me)) }
    }
}

fn change_role(t: &TeamPage<'_>, member: &MemberRow<'_>, base: &str) -> Markup {
    let form = format!("member-{}", member.account.id);
    let label = rich!("access-role-of"; member => |_| html! { bdi { (member.account.name) } });
    let roles = TeamRole::ALL.into_iter().filter(|role| may_give(t.role, *role));
    html! {
        form.row method="post" action=(base) {
            (form::choice(&form, "role", label, &Errors::default(), options(roles, member.role.code())))
            button.button { (t!("access-role-change")) }
        }
    }
}

fn options(roles: impl Iterator<Item = TeamRole>, chosen: &str) -> Markup {
    html! { @for role in roles { option value=(role.code()) selected[role.code() == chosen] { (role_name(role)) } } }
}

fn end(member: &MemberRow<'_>, base: &str, me: bool) -> Markup {
    let path = format!("{base}/removal");
    html! {
        details.confirm {
            summary.button { @if me { (t!("access-leave-ask")) } @else { (t!("access-remove-ask")) } }
            div.menu.stack {
                @if me {
                    p { (t!("access-leave-words")) }
                    (form::action(&path, "danger", &t!("access-leave")))
                } @else {
                    p { (rich!("access-remove-words"; member => |_| html! { bdi { (member.account.name) } })) }
                    (form::action(&path, "danger", &t!("access-remove")))
                }
            }
        }
    }
}

fn invited(t: &TeamPage<'_>, invitation: &Invitation) -> Markup {
    let base = format!("/account/invitations/{}", invitation.id);
    let over = invitation.expires_at <= t.now;
    let expires = |_: &str| parts::time(invitation.expires_at, When::Moment);
    html! {
        div.grow {
            b { bdi { (invitation.email) } } " " span.badge { (role_name(invitation.role)) }
            br;
            small {
                @if over { (rich!("access-invited-expired"; at => expires)) } @else { (rich!("access-invited-until"; at => expires)) }
                @if invitation.is_handover() { " · " (t!("access-invited-handover")) }
            }
        }
        @if may_give(t.role, invitation.role) {
            (form::action(&format!("{base}/resending"), "", &t!("access-invited-again")))
            (form::action(&format!("{base}/withdrawal"), "", &t!("access-invited-withdraw")))
        }
    }
}

fn invite(t: &TeamPage<'_>) -> Markup {
    let roles = TeamRole::ALL.into_iter().filter(|role| *role < TeamRole::Owner && may_give(t.role, *role));
    let label = html! { (t!("form-field-role")) };
    html! {
        form.card.stack method="post" action={ "/account/teams/" (t.team) "/invitations" } {
            (Field::input("invite", "email", &t!("form-field-email"), &t.invite.email).kind("email").required().max(254).autocomplete("off")
                .hint(&t!("access-invite-hint")).show(t.errors))
            (form::choice("invite", "role", label, t.errors, options(roles, &t.invite.role)))
            button.button { (t!("access-invite")) }
        }
    }
}

/// Read from the rules themselves, so that it cannot say anything else.
fn rights() -> Markup {
    let all = all_rights();
    let of = |role| {
        let rights = all.iter().filter(|(_, action)| action.is_none_or(|action| may(role, action)));
        rights.map(|(words, _)| &**words).collect::<Vec<_>>().join(", ")
    };
    html! { ul.stack { @for role in TeamRole::ALL.into_iter().rev() { li { b { (role_name(role)) } ": " (of(role)) "." } } } }
}

fn hand_over(t: &TeamPage<'_>) -> Markup {
    let d = t.handover;
    let others = || t.members.iter().filter(|member| member.account.id != t.me);
    let to = html! { (t!("access-handover-to")) };
    let people = html! {
        option value="" { (t!("access-handover-by-email")) }
        @for member in others() { option value=(member.account.id) selected[d.member == member.account.id.to_string()] { (member.account.name) " (@" (member.account.username) ")" } }
    };
    let afterwards = html! {
        label.choice { input type="radio" name="leaves" value="false" checked[!d.leaves]; (t!("access-handover-stay")) }
        label.choice { input type="radio" name="leaves" value="true" checked[d.leaves]; (t!("access-handover-leave")) }
    };
    html! {
        p { (rich!("access-handover-about"; spaces => |_| html! { bdi { (owned(t.spaces)) } })) }
        form.card.stack method="post" action={ "/account/teams/" (t.team) "/handover" } {
            (form::choice("handover", "member", to, t.errors, people))
            (Field::input("handover", "email", &t!("form-field-email"), &d.email).kind("email").needed(&t!("access-handover-if-nobody")).max(254).autocomplete("off").show(t.errors))
            (form::group("handover", "leaves", &t!("access-handover-afterwards"), t.errors, afterwards))
            button.button { (t!("access-handover-offer")) }
        }
    }
}
