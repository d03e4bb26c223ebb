//! Pages of a team: its members, an invitation, the sales page, the end of a space.

use crate::{market::sales_page, sample::*};
use domain::{
    access::team::Invitation, catalogue::offer::Space, money::sales::SalesPage, people::account::TeamRole,
    time::Span,
};
use maud::Markup;
use views::{
    access::{
        closing::{self, ClosingPage},
        invitation::{self, InvitationPage},
        sales::{self, QuestionDraft, SalesDraft, SalesForm},
        team::{self, HandoverDraft, InvitationDraft, MemberRow, TeamPage},
    },
    form::{Errors, FieldError},
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let bad = FieldError::new("email", "An e-mail address looks like name@example.org.");
    let bad = Errors::one("invite", bad);
    vec![
        ("team", team_page(TeamRole::Owner, &Errors::default())),
        ("team-admin", team_page(TeamRole::Admin, &bad)),
        ("team-analyst", team_page(TeamRole::Analyst, &Errors::default())),
        ("invitation", invitation_page(TeamRole::Editor)),
        ("invitation-handover", invitation_page(TeamRole::Owner)),
        ("sales", sales_form(false)),
        ("sales-draft", sales_form(true)),
        ("sales-question", question()),
        ("closing", closing_page(3, &Errors::default())),
        (
            "closing-refused",
            closing_page(
                0,
                &Errors::one("closing", FieldError::new("name", "Write the name of the space: Maya Lin")),
            ),
        ),
    ]
}

fn invitation_of(n: u64, role: TeamRole, expired: bool) -> Invitation {
    let expires_at = if expired { NOW } else { NOW + Span::days(5) };
    Invitation {
        id: id(n),
        team: id(11),
        email: "kim@example.org".into(),
        role,
        leaves: false,
        invited_by: id(1),
        created_at: NOW,
        sent_at: NOW,
        expires_at,
    }
}

fn team_page(role: TeamRole, errors: &Errors) -> Markup {
    let people = [
        (maya(), TeamRole::Owner),
        (account(2, "Ada"), TeamRole::Admin),
        (account(3, "Bo"), TeamRole::Analyst),
    ];
    let members: Vec<MemberRow<'_>> =
        people.iter().map(|(account, role)| MemberRow { account, role: *role, since: NOW }).collect();
    let me = &people.iter().find(|(_, of)| *of == role).unwrap_or(&people[0]).0;
    let invitations = [invitation_of(90, TeamRole::Editor, false), invitation_of(91, TeamRole::Owner, true)];
    let invite = InvitationDraft { email: "kim@".into(), ..InvitationDraft::default() };
    let page = TeamPage {
        team: id(11),
        me: me.id,
        role,
        passkeys_since: (role == TeamRole::Analyst).then_some(NOW),
        passkey: role == TeamRole::Owner,
        spaces: &[space()],
        members: &members,
        invitations: &invitations,
        now: NOW,
        invite: if errors.is_empty() { &InvitationDraft::default() } else { &invite },
        handover: &HandoverDraft::default(),
        errors,
    };
    team::page(&shell("/account/teams/11", Some(me)), &page)
}

fn invitation_page(role: TeamRole) -> Markup {
    let invitation = invitation_of(90, role, false);
    let page = InvitationPage { invitation: &invitation, inviter: &maya(), spaces: &[space()] };
    invitation::page(&shell("/account/invitations/90", Some(&account(2, "Ada"))), &page)
}

fn sales_form(unpublished: bool) -> Markup {
    let space = Space { published_at: (!unpublished).then_some(NOW), ..space() };
    let saved = if unpublished { SalesPage::default() } else { sales_page() };
    let saved = SalesPage { preview: sales_page().preview, ..saved };
    let form = SalesForm {
        space: &space,
        sales: &saved,
        draft: &SalesDraft::from(&saved),
        question: &QuestionDraft::default(),
        preview: unpublished.then_some("https://backstage.example/maya?preview=1767984840000-0f3a"),
        errors: &Errors::default(),
    };
    sales::page(&shell("/account/spaces/10/sales", Some(&maya())), &form)
}

fn question() -> Markup {
    let saved = sales_page();
    let one = &saved.questions[0];
    let shell = shell("/account/spaces/10/questions/60", Some(&maya()));
    sales::question(&shell, &space(), one.id, &QuestionDraft::from(one), &Errors::default())
}

fn closing_page(holders: u64, errors: &Errors) -> Markup {
    let page =
        ClosingPage { space: &space(), holders, orders: 1, untaken: 1, on_air: 1, typed: "Maya", errors };
    closing::page(&shell("/account/spaces/10/closing", Some(&maya())), &page)
}
