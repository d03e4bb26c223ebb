//! Follow-up jobs about people.

pub mod sightings;

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{id::JobId, people::jobs::ForgetName};
use service::people::deletion;

pub const JOBS: &[Entry] = &[Entry::of::<ForgetName>()];

impl RunJob for ForgetName {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(deletion::forget_name(&app.services, self.account).await?)
    }
}
