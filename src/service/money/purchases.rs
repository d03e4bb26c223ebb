//! The data of purchases that mails need.

use crate::{ServiceResult, Services};
use domain::{catalogue::offer::Space, id::PurchaseId};
use store::Purchase;

/// A purchase, its space, and the address for mail about it.
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
