//! Following a space: its planned shows and its live ones are told by mail, and stand in the follower's calendar. Its posts are
//! told by mail.

use crate::{
    ServiceResult, Services,
    access::spaces::{is_banned, visible},
};
use domain::{
    catalogue::offer::{NotOffered, Space},
    id::{AccountId, SpaceId},
};

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
