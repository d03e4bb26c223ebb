use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{id::JobId, money::jobs::EndSubscription};

impl RunJob for EndSubscription {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(service::money::subscriptions::end(&app.services, &self).await?)
    }
}
