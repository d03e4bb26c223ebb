//! What follows from the time of a stream.

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{id::JobId, live::jobs::RemindAll};
use service::live::reminders;

pub const JOBS: &[Entry] = &[Entry::of::<RemindAll>()];

impl RunJob for RemindAll {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(reminders::spread(&app.services, &self).await?)
    }
}
