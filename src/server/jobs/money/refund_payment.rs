use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{id::JobId, money::jobs::RefundPayment};

impl RunJob for RefundPayment {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(service::money::refunds::send(&app.services, self.purchase).await?)
    }
}
