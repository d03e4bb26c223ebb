use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{id::JobId, money::jobs::SendSellerRefund};

impl RunJob for SendSellerRefund {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(service::money::seller_refunds::send(&app.services, self.refund).await?)
    }
}
