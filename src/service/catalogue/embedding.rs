//! Which sites may show the card of a space.

use crate::{ServiceResult, Services};
use domain::{
    access::may::Action,
    catalogue::embed::Sites,
    id::{AccountId, SpaceId},
};

pub async fn allow(services: &Services, by: AccountId, space: SpaceId, sites: &Sites) -> ServiceResult<()> {
    services.authorise(by, space, Action::EditSpace).await?;
    let mut tx = services.store.begin().await?;
    tx.allow_embedding(space, sites).await?;
    let act = services.act(by, "space.embedding", space, sites.frame_ancestors())?;
    tx.commit_audited(act, &[], services.now()).await?;
    Ok(())
}
