//! Who is on a team, and with which role. Each change locks the team first, so the roles it is decided on stay true until its
//! commit.

use super::passkeys::check_owner;
use crate::{ServiceError, ServiceResult, Services, sender};
use domain::{
    access::{
        jobs::SendDeparture,
        may::{Action, may, may_give},
    },
    catalogue::offer::Space,
    change::{Change, RenewedKeys},
    id::{AccountId, SpaceId, TeamId},
    people::account::TeamRole,
    time::Millis,
};
use store::{Member, Membership, Tx};

/// A team as one of its members sees it.
pub struct Team {
    /// The role of whoever looks.
    pub role: TeamRole,
    pub members: Vec<Member>,
    /// The spaces that it owns, the oldest first.
    pub spaces: Vec<Space>,
    /// Since when it requires passkeys.
    pub passkeys_since: Option<Millis>,
}

/// A team of the caller. A team of others does not exist for them.
pub async fn of(services: &Services, by: AccountId, team: TeamId) -> ServiceResult<Team> {
    let members = services.store.teams().members(team).await?;
    let passkeys_since = services.store.teams().passkeys_since(team).await?;
    let me = members.iter().find(|member| member.account.id == by);
    let role = sender::role(me.map(|me| Membership { role: me.role, passkeys: passkeys_since.is_some() }))?;
    let spaces = services.store.spaces().of_team(team).await?;
    Ok(Team { role, members, spaces, passkeys_since })
}

/// Whether the caller may do this for the team. What follows decides it again.
pub async fn authorise(
    services: &Services,
    by: AccountId,
    team: TeamId,
    action: Action,
) -> ServiceResult<()> {
    let role = sender::role(services.store.teams().membership(team, by).await?)?;
    if may(role, action) { Ok(()) } else { Err(ServiceError::Role) }
}

/// Whether the caller is a member, and may act as one.
pub async fn authorise_member(services: &Services, by: AccountId, team: TeamId) -> ServiceResult<()> {
    sender::role(services.store.teams().membership(team, by).await?).map(drop)
}

/// Gives a member another role. Whoever loses rights by it loses them on their open pages, too.
///
/// # Errors
/// `Role` if the caller may not decide about this member or this role, `Conflict("owner")` for the last owner, `OwesPasskey` if a
/// mailbox is not enough to make or unmake an owner.
pub async fn change_role(
    services: &Services,
    by: AccountId,
    team: TeamId,
    member: AccountId,
    role: TeamRole,
) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let spaces = tx.lock_team(team).await?;
    let mine = sender::role(tx.membership(team, by).await?)?;
    let before = tx.team_role(team, member).await?;
    if !may(mine, Action::ManageTeam) {
        return Err(ServiceError::Role);
    }
    let before = before.ok_or(ServiceError::NotFound)?;
    if !may_give(mine, before) || !may_give(mine, role) {
        return Err(ServiceError::Role);
    }
    if before == role {
        return Ok(());
    }
    if before.max(role) == TeamRole::Owner {
        check_owner(services, &mut tx, by).await?;
    }
    tx.put_member(team, member, role, now).await?;
    let mut changes = changes(&spaces, member);
    if role < before {
        changes.extend(revoke(&mut tx, team, member, (before, Some(role)), now).await?.changes());
    }
    let detail = format!("{} instead of {} of team {team}", role.code(), before.code());
    tx.commit_audited(services.act(by, "member.role", member, detail)?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Ends a membership: somebody else's, or the caller's own, which needs no right.
///
/// # Errors
/// As [`change_role`].
pub async fn remove(
    services: &Services,
    by: AccountId,
    team: TeamId,
    member: AccountId,
) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let spaces = tx.lock_team(team).await?;
    let mine = sender::role(tx.membership(team, by).await?)?;
    let leaves = by == member;
    if !leaves && !may(mine, Action::ManageTeam) {
        return Err(ServiceError::Role);
    }
    let before = tx.team_role(team, member).await?.ok_or(ServiceError::NotFound)?;
    if !leaves && !may_give(mine, before) {
        return Err(ServiceError::Role);
    }
    if before == TeamRole::Owner {
        check_owner(services, &mut tx, by).await?;
    }
    tx.remove_member(team, member).await?;
    let mut changes = changes(&spaces, member);
    changes.extend(revoke(&mut tx, team, member, (before, None), now).await?.changes());
    let (action, detail) = (if leaves { "member.leave" } else { "member.remove" }, before.code());
    let act = services.act(by, action, member, format!("{detail} of team {team}"))?;
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// What a person with a lower role, or with none, must no longer have: invitations in their name, links that let people in, the keys of
/// encoders, and shows that are sent where they chose.
pub(super) async fn revoke(
    tx: &mut Tx<'_>,
    team: TeamId,
    member: AccountId,
    (before, role): (TeamRole, Option<TeamRole>),
    now: Millis,
) -> ServiceResult<RenewedKeys> {
    let loses = |action| may(before, action) && !role.is_some_and(|role| may(role, action));
    tx.withdraw_invitations_by(team, member).await?;
    if loses(Action::GetPaid) {
        // It may be their bank account to which the money goes.
        tx.forget_seller_account(team).await?;
    }
    if loses(Action::EditOffer) {
        tx.close_invites_by(member, Some(team), now).await?;
    }
    if loses(Action::Host) {
        return Ok(tx.renew_keys(team, member).await?);
    }
    Ok(RenewedKeys::default())
}

/// The address of an owner who is told that somebody is gone. `None` if they own the team no more.
pub async fn departed(services: &Services, job: &SendDeparture) -> ServiceResult<Option<String>> {
    let role = services.store.teams().role(job.team, job.reader).await?;
    if role != Some(TeamRole::Owner) {
        return Ok(None);
    }
    Ok(Some(services.store.accounts().by_id(job.reader).await?.email))
}

/// What others learn of a changed membership.
pub(super) fn changes(spaces: &[SpaceId], account: AccountId) -> Vec<Change> {
    spaces.iter().map(|space| Change::Team { space: *space, account }).collect()
}
