//! The audit log, and what other processes hear of a committed transaction.
//!
//! An audit line is written in the transaction of the change (`audit`), chained and sealed within a second by one worker (`seal`),
//! and checked by whoever asks (`verify`).

pub mod audit;
pub mod changes;
pub mod probe;
pub mod seal;
pub mod verify;

use crate::db::connections::Tx;
use audit::Act;
use domain::{change::Change, error::StoreError, time::Millis};

impl Tx<'_> {
    /// Commits a use case with its audit line and its changes. Resolves when all of it is durable.
    pub async fn commit_audited(
        mut self,
        act: Act,
        changes: &[Change],
        now: Millis,
    ) -> Result<(), StoreError> {
        audit::write(&mut self, &act, now).await?;
        changes::write(&mut self, changes).await?;
        self.commit().await
    }
}
