//! The data of purchases that mails need, and whom their invoices name.

use super::buying::guests;
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    catalogue::offer::Space,
    id::{AccountId, PurchaseId},
    money::buying::billed::BilledCompany,
    time::Millis,
};
use store::Purchase;

/// A purchase, its space, and the address for mail about it.
pub struct Sold {
    pub purchase: Purchase,
    pub space: Space,
    pub email: String,
    /// When what was bought ends.
    pub until: Option<Millis>,
    /// The address of whoever gets the pass, if it is not for the buyer.
    pub gift: Option<String>,
    /// A visitor bought it, who has not proven their address yet.
    pub guest: bool,
}

pub async fn sold(services: &Services, id: PurchaseId) -> ServiceResult<Sold> {
    let purchase = services.store.purchases().by_id(id).await?;
    let space = services.store.spaces().by_id(purchase.space).await?;
    let until = services.store.grants().end_of(id).await?;
    let order = services.store.checkouts().by_id(purchase.checkout).await?;
    let email = guests::address(services, purchase.account).await?;
    Ok(Sold { purchase, space, email, until, gift: order.gift, guest: order.guest })
}

/// Makes the invoice of the caller's purchase out to a company, or to them alone.
///
/// # Errors
/// `NotFound` if it is none of theirs.
pub async fn bill(
    services: &Services,
    by: AccountId,
    id: PurchaseId,
    company: Option<&BilledCompany>,
) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if !tx.bill_company(id, by, company).await? {
        return Err(ServiceError::NotFound);
    }
    Ok(tx.commit_audited(services.act(by, "invoice.bill", id, "")?, &[], now).await?)
}
