//! The secret address of a person's calendar.

use crate::{ServiceResult, Services};
use domain::id::AccountId;

/// Makes a new address; the one before leads nowhere.
pub async fn renew(services: &Services, by: AccountId) -> ServiceResult<()> {
    let mut tx = services.store.begin().await?;
    tx.renew_calendar(by).await?;
    tx.commit_audited(services.act(by, "calendar.renew", by, "")?, &[], services.now()).await?;
    Ok(())
}
