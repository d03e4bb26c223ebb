//! The export of everything that is stored about a person.

use crate::{ServiceResult, Services, people::passkeys::check_owner};
use domain::id::AccountId;

/// Counts an export of the caller. What it contains is read by [`store::Exports`], while it is sent.
///
/// # Errors
/// `OwesPasskey` if a mailbox is not enough, `TooMany` exports of the account or its networks lately.
pub async fn begin(services: &Services, by: AccountId) -> ServiceResult<()> {
    let now = services.now();
    services.limits.export(by, now)?;
    let mut tx = services.store.begin().await?;
    check_owner(services, &mut tx, by).await?;
    Ok(tx.commit_audited(services.act(by, "account.export", by, "")?, &[], now).await?)
}
