//! A team that requires passkeys: whoever's session began otherwise may do nothing in its name.

use crate::{ServiceError, ServiceResult, Services, people::teams::changes, sender};
use domain::{
    access::may::{Action, may},
    id::{AccountId, TeamId},
};

/// Requires passkeys of a team, or no longer. Whoever does so has one at hand, so that nobody locks the team out.
///
/// # Errors
/// `Role` for whoever is no owner, `OwesPasskey` if the caller's session began without one.
pub async fn set(services: &Services, by: AccountId, team: TeamId, required: bool) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let spaces = tx.lock_team(team).await?;
    let member = tx.membership(team, by).await?;
    if !may(sender::role(member)?, Action::CloseSpace) {
        return Err(ServiceError::Role);
    }
    if !sender::has_passkey() {
        return Err(ServiceError::OwesPasskey);
    }
    if member.is_some_and(|member| member.passkeys == required) {
        return Ok(());
    }
    let members = tx.require_passkeys(team, required.then_some(now)).await?;
    // Open pages of members show what they may do: they begin anew.
    let changes: Vec<_> = members.into_iter().flat_map(|member| changes(&spaces, member)).collect();
    let detail = if required { "required" } else { "not required" };
    tx.commit_audited(services.act(by, "team.passkeys", team, detail)?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}
