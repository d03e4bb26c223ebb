use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{id::JobId, money::back::show_refunds::RefundShow};

impl RunJob for RefundShow {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(service::money::back::show_refunds::carry_on(&app.services, &self).await?)
    }
}
