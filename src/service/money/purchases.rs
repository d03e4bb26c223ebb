//! Purchases as the mails about them need them.

use crate::{ServiceResult, Services};
use domain::{catalogue::offer::Space, id::PurchaseId};
use store::Purchase;

/// A purchase with its space, and where to write about it.
pub struct Sold {
    pub purchase: Purchase,
    pub space: Space,
    pub email: String,
}

pub async fn sold(services: &Services, id: PurchaseId) -> ServiceResult<Sold> {
    let purchase = services.store.purchases().by_id(id).await?;
    let email = services.store.accounts().by_id(purchase.account).await?.email;
    let space = services.store.spaces().by_id(purchase.space).await?;
    Ok(Sold { purchase, space, email })
}
