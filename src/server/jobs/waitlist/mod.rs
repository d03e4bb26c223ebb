//! Offers seats to whoever is first in line, ends offers that have run out, and charges the cards of those who were admitted.

use super::{Entry, RunJob};
use crate::{app::App, telemetry::Outage};
use actors::Worker;
use anyhow::Result;
use domain::{
    clock::Clock, id::JobId, money::checkout::PaymentUrls, time::Span, waitlist::jobs::ChargeAdmitted,
};

pub(super) const JOBS: &[Entry] = &[Entry::of::<ChargeAdmitted>()];

impl RunJob for ChargeAdmitted {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let urls = |order| {
            let here = app.url(&format!("/checkouts/{order}"));
            PaymentUrls { success: here.clone(), cancel: here }
        };
        Ok(service::waitlist::charges::charge(&app.services, &self, urls).await?)
    }
}

/// How soon a seat that becomes free is offered.
const EVERY: Span = Span::secs(1);

/// The loop of the worker that serves waitlists.
pub async fn work(app: App, mut worker: Worker) {
    let mut outage = Outage::default();
    while !worker.is_stopping() {
        match service::waitlist::serve(&app.services).await {
            Ok(_) if outage.ends() => tracing::info!("waitlists are served again"),
            Ok(_) => {}
            Err(error) => {
                if outage.begins() {
                    tracing::warn!(%error, "waitlists cannot be served");
                }
                worker.failed(error.to_string());
            }
        }
        worker.sleep_until(&app.clock, app.clock.now() + EVERY).await;
    }
}
