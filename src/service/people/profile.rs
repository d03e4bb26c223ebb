//! What people publish about themselves.

use crate::{ServiceResult, Services, act};
use domain::{change::Change, id::AccountId, people::account::Account};
use store::Profile;

/// `Conflict("username")` when somebody else has it.
pub async fn update(services: &Services, by: AccountId, profile: &Profile) -> ServiceResult<Account> {
    let changes = [Change::Account { account: by }];
    let mut tx = services.store.begin().await?;
    let account = tx.update_profile(by, profile).await?;
    tx.commit_audited(act(by, "account.update", by, ""), &changes, services.now()).await?;
    services.changed(&changes);
    Ok(account)
}
