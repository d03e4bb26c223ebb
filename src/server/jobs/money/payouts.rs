use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    id::JobId,
    money::payouts::jobs::{AskSellerAccount, RunPayouts, SendPayout},
};
use service::money::payouts::{self, onboarding};

impl RunJob for RunPayouts {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let decided = payouts::run(&app.services, self.week).await?;
        tracing::info!(week = self.week, decided, "payouts were decided");
        Ok(())
    }
}

impl RunJob for SendPayout {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(payouts::send(&app.services, self.payout).await?)
    }
}

impl RunJob for AskSellerAccount {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(onboarding::apply_account(&app.services, &self.account).await?)
    }
}
