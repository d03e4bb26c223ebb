//! Inviting into a team, handing it over, and accepting either.

use super::teams::{TeamDrafts, path, show};
use crate::app::App;
use crate::web::{
    error::{WebError, WebResult, refused, too_often},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use domain::{
    access::may::Action,
    id::{AccountId, InvitationId, TeamId},
    people::{account::TeamRole, address},
};
use serde::Deserialize;
use service::{
    ServiceError, ServiceResult,
    people::{invitations, teams},
};
use views::{
    access::{
        invitation::{self, InvitationPage},
        team::{HandoverDraft, InvitationDraft},
    },
    form::{Errors, FieldError},
};

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct TeamInviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
}

pub async fn invite(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<TeamId>,
    Form(form): Form<TeamInviteForm>,
) -> WebResult {
    teams::authorise(&app.services, me.0.account.id, id, Action::ManageTeam).await?;
    let mut errors = Errors::of("invite");
    let email = errors.check("email", address::parse(&form.email));
    let role =
        errors.check("role", TeamRole::from_code(&form.role).ok_or_else(|| views::t!("access-role-choose")));
    let sent = match email.zip(role) {
        Some((email, role)) => {
            let sent = invitations::invite(&app.services, me.0.account.id, id, &email, role).await;
            form_result("invite", sent)?
        }
        None => Err(errors),
    };
    match sent {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &views::t!("access-invite-sent"))),
        Err(errors) => {
            let invite = InvitationDraft { email: form.email, role: form.role };
            let drafts = TeamDrafts { invite, errors, ..TeamDrafts::default() };
            Ok(refused(show(&app, &me, id, &drafts).await?, &drafts.errors))
        }
    }
}

#[derive(Deserialize)]
pub struct HandoverForm {
    #[serde(default)]
    member: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    leaves: bool,
}

pub async fn hand_over(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<TeamId>,
    Form(form): Form<HandoverForm>,
) -> WebResult {
    teams::authorise(&app.services, me.0.account.id, id, Action::CloseSpace).await?;
    let draft = HandoverDraft { member: form.member, email: form.email, leaves: form.leaves };
    let mut errors = Errors::of("handover");
    let sent = match new_owner(&app, id, &draft, &mut errors).await? {
        Some(email) => {
            let by = me.0.account.id;
            form_result(
                "handover",
                invitations::hand_over(&app.services, by, id, &email, draft.leaves).await,
            )?
        }
        None => Err(errors),
    };
    match sent {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &views::t!("access-handover-sent"))),
        Err(errors) => {
            let drafts = TeamDrafts { handover: draft, errors, ..TeamDrafts::default() };
            Ok(refused(show(&app, &me, id, &drafts).await?, &drafts.errors))
        }
    }
}

/// The address of the chosen member, or else the one that was typed.
async fn new_owner(
    app: &App,
    team: TeamId,
    draft: &HandoverDraft,
    errors: &mut Errors,
) -> WebResult<Option<String>> {
    if draft.member.is_empty() {
        return Ok(errors.check("email", address::parse(&draft.email)));
    }
    let member = draft.member.parse::<AccountId>().ok();
    let members = app.store.teams().members(team).await?;
    let found = members.into_iter().find(|one| Some(one.account.id) == member);
    Ok(errors
        .check("member", found.map(|one| one.account.email).ok_or_else(|| views::t!("access-member-choose"))))
}

/// The inner error is shown in the form; other failures become error responses.
fn form_result(form: &'static str, result: ServiceResult<InvitationId>) -> WebResult<Result<(), Errors>> {
    let words = match result {
        Ok(_) => return Ok(Ok(())),
        Err(ServiceError::TooMany { limit, what, wait }) => {
            return Ok(Err(too_often(form, limit, what, wait)));
        }
        Err(ServiceError::Conflict("member")) => views::t!("access-invite-member"),
        Err(ServiceError::Conflict("invited")) => {
            views::t!("access-invite-again")
        }
        Err(ServiceError::Conflict("invitations")) => {
            views::t!("access-invite-many")
        }
        Err(ServiceError::Conflict("members")) => views::t!("access-team-full"),
        Err(error) => return Err(error.into()),
    };
    Ok(Err(Errors::one(form, FieldError::new("email", words))))
}

pub async fn resend(State(app): State<App>, me: SignedIn, Path(id): Path<InvitationId>) -> WebResult {
    let team = invitations::resend(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(team), &views::t!("access-invite-resent")))
}

pub async fn withdraw(State(app): State<App>, me: SignedIn, Path(id): Path<InvitationId>) -> WebResult {
    let team = invitations::withdraw(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(team), &views::t!("access-invite-withdrawn")))
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<InvitationId>) -> WebResult {
    let account = &me.0.account;
    let invited = invitations::invited(&app.services, account, id).await.map_err(refusal)?;
    let page = InvitationPage {
        invitation: &invited.invitation,
        inviter: &invited.inviter,
        spaces: &invited.spaces,
    };
    let shell = app.shell(Some(account), &format!("/account/invitations/{id}"));
    Ok(invitation::page(&shell, &page).into_response())
}

pub async fn accept(State(app): State<App>, me: SignedIn, Path(id): Path<InvitationId>) -> WebResult {
    let team = invitations::accept(&app.services, &me.0.account, id).await.map_err(refusal)?;
    Ok(flash::redirect(&app, &path(team), &views::t!("access-joined")))
}

pub async fn decline(State(app): State<App>, me: SignedIn, Path(id): Path<InvitationId>) -> WebResult {
    invitations::decline(&app.services, &me.0.account, id).await.map_err(refusal)?;
    Ok(flash::redirect(&app, "/account", &views::t!("access-declined")))
}

/// Why an invitation cannot be accepted, for whoever follows its link.
fn refusal(error: ServiceError) -> WebError {
    match error {
        ServiceError::NotFound => {
            WebError::new(StatusCode::NOT_FOUND, "no_invitation", views::t!("access-invitation-gone"))
        }
        ServiceError::Conflict("address") => {
            WebError::forbidden("other_address", views::t!("access-invitation-other"))
        }
        ServiceError::Conflict("expired") => WebError::conflict(views::t!("access-invitation-expired")),
        ServiceError::Conflict("members") => WebError::conflict(views::t!("access-team-full")),
        other => other.into(),
    }
}
