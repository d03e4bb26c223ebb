//! The export of everything that is stored about a person.

use crate::{ServiceResult, Services};
use domain::id::AccountId;

/// Counts an export of the caller. What it contains is read by [`store::Exports`], while it is sent.
///
/// # Errors
/// `TooMany` exports of the account or its networks lately.
pub async fn begin(services: &Services, by: AccountId) -> ServiceResult<()> {
    let now = services.now();
    services.limits.export(by, now)?;
    let tx = services.store.begin().await?;
    Ok(tx.commit_audited(services.act(by, "account.export", by, "")?, &[], now).await?)
}
