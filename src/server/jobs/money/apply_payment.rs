use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    id::JobId,
    money::jobs::{ApplyPayment, SettlePayment},
};
use service::money::payments;

impl RunJob for ApplyPayment {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(payments::apply_object(&app.services, &self.object).await?)
    }
}

impl RunJob for SettlePayment {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let checkout = self.reference.and_then(|reference| reference.parse().ok());
        match (self.session, checkout) {
            (Some(session), _) => payments::apply_session(&app.services, &session).await?,
            (None, Some(id)) => payments::apply_checkout(&app.services, id).await?,
            (None, None) => {}
        }
        Ok(())
    }
}
