//! Work that nobody waits for.

pub mod daily;

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{clock::Clock, id::JobId, work::retention::Prune};

pub const JOBS: &[Entry] = &[Entry::of::<Prune>()];

impl RunJob for Prune {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let pruned = app.store.prune(&app.settings.retention, app.clock.now()).await?;
        tracing::info!(?pruned, "old rows were deleted");
        Ok(())
    }
}
