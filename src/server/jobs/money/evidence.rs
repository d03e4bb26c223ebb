use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{id::JobId, money::back::evidence::SendEvidence};

impl RunJob for SendEvidence {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(service::money::back::evidence::send(&app.services, &self).await?)
    }
}
