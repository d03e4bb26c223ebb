//! Inviting somebody into a team by e-mail, and handing a team over. Both are accepted by whoever signs in with the address.

use super::{
    passkeys::check_owner,
    teams::{changes, revoke},
};
use crate::{ServiceError, ServiceResult, Services, sender, unbounded_act};
use domain::{
    access::{
        jobs::{SendHandover, SendInvitation},
        may::{Action, may, may_give},
        team::{Invitation, MOST_MEMBERS, NotAccepted},
    },
    catalogue::offer::Space,
    id::{AccountId, InvitationId, TeamId},
    people::{
        account::{Account, TeamRole},
        address::mailbox,
    },
};
use store::NewInvitation;

/// Invites an address into a team.
///
/// # Errors
/// `Role` if the caller may not give this role, `Conflict` with `member`, `invited`, `invitations` or `members`, and
/// `TooMany` invitations by the caller or to the mailbox.
pub async fn invite(
    services: &Services,
    by: AccountId,
    team: TeamId,
    email: &str,
    role: TeamRole,
) -> ServiceResult<InvitationId> {
    // Ownership is handed over, so that its giver decides what becomes of theirs.
    if role == TeamRole::Owner {
        return Err(ServiceError::Role);
    }
    let new = NewInvitation { team, email, role, leaves: false, invited_by: by };
    send(services, &new, "invitation.send", Action::ManageTeam).await
}

/// Offers a team and its spaces to an address. Whoever accepts becomes its owner, and the caller an admin, or leaves.
///
/// # Errors
/// As [`invite`]; a member may be the new owner, but not the caller. `OwesPasskey` if a mailbox is not enough.
pub async fn hand_over(
    services: &Services,
    by: AccountId,
    team: TeamId,
    email: &str,
    leaves: bool,
) -> ServiceResult<InvitationId> {
    let new = NewInvitation { team, email, role: TeamRole::Owner, leaves, invited_by: by };
    send(services, &new, "invitation.hand_over", Action::CloseSpace).await
}

async fn send(
    services: &Services,
    new: &NewInvitation<'_>,
    action: &str,
    needed: Action,
) -> ServiceResult<InvitationId> {
    let (now, team, by) = (services.now(), new.team, new.invited_by);
    let me = services.store.accounts().by_id(by).await?;
    let mut tx = services.store.begin().await?;
    tx.lock_team(team).await?;
    let mine = sender::role(tx.membership(team, by).await?)?;
    if !may(mine, needed) || !may_give(mine, new.role) {
        return Err(ServiceError::Role);
    }
    let member = tx.has_member(team, new.email).await?;
    if me.email == new.email || (member && new.role != TeamRole::Owner) {
        return Err(ServiceError::Conflict("member"));
    }
    if !member && tx.count_members(team).await? >= MOST_MEMBERS {
        return Err(ServiceError::Conflict("members"));
    }
    if new.role == TeamRole::Owner {
        check_owner(services, &mut tx, by).await?;
    }
    let id = tx.add_invitation(new, now).await?;
    let detail = format!("{} of team {team}", new.role.code());
    let act = services.act(by, action, id, detail)?;
    services.limits.invite(by, mailbox(new.email), now)?;
    tx.commit_audited(act, &[], now).await?;
    Ok(id)
}

/// Mails an invitation once more; it can be accepted for as long as a new one. Returns its team.
///
/// # Errors
/// `Role` if the caller may not give this role, `OwesPasskey` if it hands the team over and a mailbox is not enough, and `TooMany` as
/// [`invite`].
pub async fn resend(services: &Services, by: AccountId, id: InvitationId) -> ServiceResult<TeamId> {
    let now = services.now();
    let team = services.store.invitations().by_id(id).await?.team;
    let mut tx = services.store.begin().await?;
    tx.lock_team(team).await?;
    let mine = sender::role(tx.membership(team, by).await?)?;
    let invitation = tx.resend_invitation(id, now).await?;
    if !may_give(mine, invitation.role) {
        return Err(ServiceError::Role);
    }
    if invitation.role == TeamRole::Owner {
        check_owner(services, &mut tx, by).await?;
    }
    let act = services.act(by, "invitation.resend", id, format!("of team {team}"))?;
    services.limits.invite(by, mailbox(&invitation.email), now)?;
    tx.commit_audited(act, &[], now).await?;
    Ok(team)
}

/// Withdraws an invitation: its link leads nowhere then. Returns its team.
pub async fn withdraw(services: &Services, by: AccountId, id: InvitationId) -> ServiceResult<TeamId> {
    let team = services.store.invitations().by_id(id).await?.team;
    let mut tx = services.store.begin().await?;
    tx.lock_team(team).await?;
    let mine = sender::role(tx.membership(team, by).await?)?;
    let invitation = tx.take_invitation(id).await?;
    if !may_give(mine, invitation.role) {
        return Err(ServiceError::Role);
    }
    let act = services.act(by, "invitation.withdraw", id, format!("of team {team}"))?;
    tx.commit_audited(act, &[], services.now()).await?;
    Ok(team)
}

/// An invitation, with what whoever got it should know.
pub struct Invited {
    pub invitation: Invitation,
    pub inviter: Account,
    /// What the team owns, the oldest first.
    pub spaces: Vec<Space>,
}

/// The invitation, if the caller may accept it now.
///
/// # Errors
/// `NotFound` if it was accepted or withdrawn, `Conflict("address")` if it is somebody else's, `Conflict("expired")`.
pub async fn invited(services: &Services, by: &Account, id: InvitationId) -> ServiceResult<Invited> {
    let invitation = services.store.invitations().by_id(id).await?;
    let role = services.store.teams().role(invitation.team, invitation.invited_by).await?;
    invitation.accept(&by.email, role, services.now()).map_err(refusal)?;
    let inviter = services.store.accounts().by_id(invitation.invited_by).await?;
    let spaces = services.store.spaces().of_team(invitation.team).await?;
    Ok(Invited { invitation, inviter, spaces })
}

fn refusal(reason: NotAccepted) -> ServiceError {
    match reason {
        NotAccepted::Address => ServiceError::Conflict("address"),
        NotAccepted::Expired => ServiceError::Conflict("expired"),
        NotAccepted::Withdrawn => ServiceError::NotFound,
    }
}

/// Makes the caller a member. A member keeps a role that is higher. A team that is handed over changes its owner. Returns
/// the team.
///
/// # Errors
/// As [`invited`], and `Conflict("members")` if the team is full.
pub async fn accept(services: &Services, by: &Account, id: InvitationId) -> ServiceResult<TeamId> {
    let (now, me) = (services.now(), by.id);
    let team = services.store.invitations().by_id(id).await?.team;
    let mut tx = services.store.begin().await?;
    let spaces = tx.lock_team(team).await?;
    let invitation = tx.take_invitation(id).await?;
    let sender = tx.team_role(team, invitation.invited_by).await?;
    invitation.accept(&by.email, sender, now).map_err(refusal)?;
    let before = tx.team_role(team, me).await?;
    if before.is_none() && tx.count_members(team).await? >= MOST_MEMBERS {
        return Err(ServiceError::Conflict("members"));
    }
    let role = before.map_or(invitation.role, |before| before.max(invitation.role));
    tx.put_member(team, me, role, now).await?;
    let mut changed = changes(&spaces, me);
    let mut detail = format!("{} of team {team}", role.code());
    if invitation.is_handover() && invitation.invited_by != me {
        let from = invitation.invited_by;
        let after = (!invitation.leaves).then_some(TeamRole::Admin);
        match after {
            Some(role) => tx.put_member(team, from, role, now).await?,
            None => tx.remove_member(team, from).await?,
        }
        changed.extend(revoke(&mut tx, team, from, (TeamRole::Owner, after), now).await?.changes());
        tx.mail_handover(team, (from, me), invitation.leaves, now).await?;
        changed.extend(changes(&spaces, from));
        let becomes = after.map_or("leaves", TeamRole::code);
        detail = format!("{detail}, {from} {becomes}");
    }
    // An owner's name is shown with the space.
    tx.commit_audited(services.act(me, "member.join", me, detail)?, &changed, now).await?;
    services.changed(&changed);
    Ok(team)
}

/// Turns an invitation down, so that nobody waits for it.
pub async fn decline(services: &Services, by: &Account, id: InvitationId) -> ServiceResult<()> {
    let mut tx = services.store.begin().await?;
    let invitation = tx.take_invitation(id).await?;
    if invitation.email != by.email {
        return Err(ServiceError::Conflict("address"));
    }
    // Each needs an invitation that somebody's allowance has paid for.
    let act = unbounded_act(by.id, "invitation.decline", id, format!("of team {}", invitation.team));
    tx.commit_audited(act, &[], services.now()).await?;
    Ok(())
}

/// What the mail of an invitation says. `None` if it was accepted, withdrawn or sent again since.
pub async fn due(services: &Services, job: &SendInvitation) -> ServiceResult<Option<Invited>> {
    let invitation =
        match services.store.invitations().by_id(job.invitation).await.map_err(ServiceError::from) {
            Err(ServiceError::NotFound) => return Ok(None),
            found => found?,
        };
    if invitation.sent_at != job.sent_at {
        return Ok(None);
    }
    let inviter = services.store.accounts().by_id(invitation.invited_by).await?;
    let spaces = services.store.spaces().of_team(invitation.team).await?;
    Ok(Some(Invited { invitation, inviter, spaces }))
}

/// What the mails of a handover say.
pub struct HandedOver {
    pub from: Account,
    pub to: Account,
    pub spaces: Vec<Space>,
}

pub async fn handed_over(services: &Services, job: &SendHandover) -> ServiceResult<HandedOver> {
    let from = services.store.accounts().by_id(job.from).await?;
    let to = services.store.accounts().by_id(job.to).await?;
    let spaces = services.store.spaces().of_team(job.team).await?;
    Ok(HandedOver { from, to, spaces })
}
