//! Expired grants, and who may see a space.

pub mod spaces;

use crate::{ServiceResult, Services};
use domain::{access::grant::Grant, change::Change};

/// Closes expired grants and ends what is still open through them. Returns their number. The doors do not depend on
/// this, because they compare the time at each entry. Nobody causes the expiry, so there is no audit line.
pub async fn end_due_grants(services: &Services) -> ServiceResult<usize> {
    let (now, mut ended) = (services.now(), 0);
    for Grant { id, space, account, .. } in services.store.grants().due(now).await? {
        let changes = [Change::GrantEnded { space, account, grant: id }];
        let mut tx = services.store.begin().await?;
        if tx.expire_grant(id, now).await? {
            tx.commit_unattended(&changes).await?;
            services.changed(&changes);
            ended += 1;
        }
    }
    Ok(ended)
}
