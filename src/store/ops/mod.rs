//! The audit log, what operators decide, and the changes that other processes read after a commit.
//!
//! An audit line is written in the transaction of the change (`audit`), chained and sealed within a second by one
//! worker (`seal`), read in pages (`reading`), and verified on request (`verify`).

pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod directory;
pub(crate) mod names;
pub(crate) mod probe;
pub(crate) mod reading;
pub(crate) mod reports;
pub(crate) mod seal;
pub(crate) mod suspensions;
pub(crate) mod targets;
pub(crate) mod verify;

pub use audit::{Act, Acts, Audit, AuditLine};
pub use changes::{Changes, News, Position};
pub use directory::{Directory, PersonEntry, Sought, SpaceEntry};
pub use names::Title;
pub use reading::AuditFilter;
pub use reports::{FiledReport, Report, Reports, SaidLine};
pub use seal::{AuditHead, AuditKey};
pub use suspensions::{EndedWithAccount, Suspensions};
pub use targets::Named;
pub use verify::{AuditFinding, AuditReport, Flaw};

use crate::db::connections::Tx;
use crate::db::sql::Sql;
use domain::{change::Change, error::StoreError, time::Millis};

pub(crate) fn statements() -> Vec<Sql> {
    [
        audit::STATEMENTS,
        changes::STATEMENTS,
        directory::STATEMENTS,
        probe::STATEMENTS,
        reading::STATEMENTS,
        reports::STATEMENTS,
        seal::STATEMENTS,
        suspensions::STATEMENTS,
        verify::STATEMENTS,
    ]
    .concat()
    .into_iter()
    .chain(names::TITLES.all())
    .chain(seal::LINES.all())
    .chain(seal::SEALS.all())
    .chain(targets::NAMED.all())
    .collect()
}

impl Tx<'_> {
    /// Commits a use case with its audit lines, of which most have one, and its changes. Resolves when everything is durable.
    pub async fn commit_audited(
        mut self,
        acts: impl Into<Acts>,
        changes: &[Change],
        now: Millis,
    ) -> Result<(), StoreError> {
        let Acts(acts) = acts.into();
        for act in &acts {
            audit::write(&mut self, act, now).await?;
        }
        changes::write(&mut self, changes).await?;
        self.commit().await
    }

    /// Commits changes without an acting person, such as a counted wrong code or an expired grant. Only the changes are
    /// recorded.
    ///
    /// Everything that a person, an operator or the payment provider requests goes through [`Tx::commit_audited`].
    /// `tests/it/architecture/use_cases.rs` lists who may call this.
    pub async fn commit_unattended(mut self, changes: &[Change]) -> Result<(), StoreError> {
        changes::write(&mut self, changes).await?;
        self.commit().await
    }
}
