use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{id::JobId, money::jobs::ForgetCard};

impl RunJob for ForgetCard {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(service::money::buying::cards::forget(&app.services, self.card).await?)
    }
}
