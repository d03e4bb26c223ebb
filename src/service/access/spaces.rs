//! Whether a person may see a space, and whether a ban keeps them out of it.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::ban::BanKind,
    catalogue::offer::Space,
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
