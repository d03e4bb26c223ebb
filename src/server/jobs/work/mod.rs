//! Work that nobody waits for.

pub mod daily;

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{
    catalogue::content::files::{FinishFile, PruneFiles},
    clock::Clock,
    id::JobId,
    live::recording::PruneRecordings,
    work::retention::{Prune, PrunePictures},
};

pub const JOBS: &[Entry] = &[
    Entry::of::<Prune>(),
    Entry::of::<PrunePictures>(),
    Entry::of::<PruneFiles>(),
    Entry::of::<FinishFile>(),
    Entry::of::<PruneRecordings>(),
];

impl RunJob for Prune {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let pruned = app.store.prune(&app.settings.retention, app.clock.now()).await?;
        service::audience::visits::forget(&app.services).await?;
        let visitors = service::money::buying::guests::forget(&app.services).await?;
        tracing::info!(?pruned, visitors, "old rows were deleted");
        Ok(())
    }
}

impl RunJob for PrunePictures {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let pictures = service::catalogue::pictures::prune(&app.services).await?;
        tracing::info!(pictures, "pictures that nothing shows were deleted");
        Ok(())
    }
}

impl RunJob for PruneFiles {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let files = service::catalogue::content::files::prune(&app.services).await?;
        tracing::info!(files, "files that nobody can download any more were deleted");
        Ok(())
    }
}

impl RunJob for FinishFile {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(service::catalogue::content::files::finish(&app.services, self.file).await?)
    }
}

impl RunJob for PruneRecordings {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let recordings = service::live::recordings::prune(&app.services).await?;
        tracing::info!(recordings, "recordings that nobody can watch any more were deleted");
        Ok(())
    }
}
