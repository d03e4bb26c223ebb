//! Counting the days of spaces.

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{audience::figures::CountDays, id::JobId};

pub const JOBS: &[Entry] = &[Entry::of::<CountDays>()];

impl RunJob for CountDays {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let days = service::audience::figures::keep_up(&app.services).await?;
        tracing::debug!(days, "days of spaces were counted");
        Ok(())
    }
}
