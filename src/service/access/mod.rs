//! Expired grants, who gets in beside passes, who may see a space, and why.

pub(crate) mod again;
pub mod comps;
pub mod devices;
pub mod entry;
pub mod spaces;
pub mod why;

use crate::{ServiceResult, Services};
use domain::{access::grant::Grant, change::Change};

/// Grants that end in one transaction.
const BATCH: usize = 200;

/// Closes expired grants and ends what is still open through them. Returns their number. The doors do not depend on
/// this, because they compare the time at each entry. Nobody causes the expiry, so there is no audit line. Of a pass with a fixed end,
/// thousands end at one moment: some of them in each transaction, so that nobody else waits long.
pub async fn end_due_grants(services: &Services) -> ServiceResult<usize> {
    let mut ended = 0;
    loop {
        let now = services.now();
        let due = services.store.grants().due(now, BATCH).await?;
        if due.is_empty() {
            return Ok(ended);
        }
        let (mut changes, mut seats) = (Vec::new(), Vec::new());
        let mut tx = services.store.begin().await?;
        for Grant { id, space, account, pass, .. } in &due {
            if tx.expire_grant(*id, now).await? {
                changes.push(Change::GrantEnded { space: *space, account: *account, grant: *id });
                let seat = Change::Stock { space: *space, pass: *pass };
                if !seats.contains(&seat) {
                    seats.push(seat);
                }
            }
        }
        ended += changes.len();
        changes.extend(seats);
        tx.commit_unattended(&changes).await?;
        services.changed(&changes);
        if due.len() < BATCH {
            return Ok(ended);
        }
    }
}
