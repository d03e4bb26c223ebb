//! Following a space: its planned shows and its live ones are told by mail, and stand in the follower's calendar. Its posts are
//! told by mail.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::ban::BanKind,
    catalogue::offer::{NotOffered, Space},
    id::{AccountId, SpaceId},
};

/// The space, if this person may see it.
pub async fn visible(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<Space> {
    let (space, role) = services.store.spaces().with_role(space, by).await?;
    if space.published_at.is_none() && role.is_none() {
        return Err(ServiceError::NotFound);
    }
    Ok(space)
}

/// Whether a ban keeps this person out of the space.
pub(crate) async fn is_banned(
    services: &Services,
    account: AccountId,
    space: SpaceId,
) -> ServiceResult<bool> {
    let bans = services.store.bans().of_account(space, account, services.now()).await?;
    Ok(bans.iter().any(|ban| ban.kind == BanKind::Ban))
}

/// Follows a space. `Conflict("follows")` if the caller follows too many.
pub async fn follow(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<Space> {
    let space = visible(services, by, space).await?;
    if is_banned(services, by, space.id).await? {
        return Err(NotOffered::Banned.into());
    }
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.follow(space.id, by, now).await? {
        tx.commit_audited(services.act(by, "space.follow", space.id, "")?, &[], now).await?;
    }
    Ok(space)
}

/// Follows it no more. This is possible also when the space is closed to the caller.
pub async fn unfollow(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<Space> {
    let space = services.store.spaces().by_id(space).await?;
    let mut tx = services.store.begin().await?;
    if !tx.unfollow(space.id, by).await? {
        drop(tx);
        return visible(services, by, space.id).await;
    }
    tx.commit_audited(services.act(by, "space.unfollow", space.id, "")?, &[], services.now()).await?;
    Ok(space)
}
