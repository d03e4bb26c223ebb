//! What follows from operators' decisions, and the sealer of the audit log.

pub mod seal_audit;

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{
    id::JobId,
    ops::jobs::{EndSuspendedShows, TellOfSuspension},
};
use service::ops::suspensions;

pub(super) const JOBS: &[Entry] = &[Entry::of::<EndSuspendedShows>(), Entry::of::<TellOfSuspension>()];

impl RunJob for EndSuspendedShows {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(suspensions::end_shows(&app.services, self.space).await?)
    }
}

impl RunJob for TellOfSuspension {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(suspensions::spread(&app.services, &self).await?)
    }
}
