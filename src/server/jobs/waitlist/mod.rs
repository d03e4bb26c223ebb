//! Offers seats to whoever is first in line, and ends offers that have run out.

use crate::{app::App, telemetry::Outage};
use actors::Worker;
use domain::{clock::Clock, time::Span};

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
        tokio::select! {
            () = worker.stopping() => {}
            () = app.clock.sleep_until(app.clock.now() + EVERY) => {}
        }
    }
}
