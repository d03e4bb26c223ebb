//! What follows from the time of a stream, and from its changes.

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{
    id::JobId,
    live::jobs::{RemindAll, TellAll},
};
use service::live::{notices, reminders};

pub const JOBS: &[Entry] = &[Entry::of::<RemindAll>(), Entry::of::<TellAll>()];

impl RunJob for RemindAll {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(reminders::spread(&app.services, &self).await?)
    }
}

impl RunJob for TellAll {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(notices::spread(&app.services, self.notice).await?)
    }
}
