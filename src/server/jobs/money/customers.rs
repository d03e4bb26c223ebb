use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    id::JobId,
    money::jobs::{EraseCustomer, UpdateCustomer},
};
use service::money::upkeep::customers;

impl RunJob for EraseCustomer {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(customers::erase(&app.services, self.account).await?)
    }
}

impl RunJob for UpdateCustomer {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(customers::update(&app.services, self.account).await?)
    }
}
