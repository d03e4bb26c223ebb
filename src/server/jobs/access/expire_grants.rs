//! Ends expired grants.

use crate::{app::App, telemetry::Outage};
use actors::Worker;
use domain::{clock::Clock, time::Span};

/// How soon pages and media of an expired grant end.
const EVERY: Span = Span::secs(1);

/// The loop of the worker that looks for expired grants.
pub async fn work(app: App, mut worker: Worker) {
    let mut outage = Outage::default();
    while !worker.is_stopping() {
        match service::access::end_due_grants(&app.services).await {
            Ok(_) if outage.ends() => tracing::info!("expired grants are looked for again"),
            Ok(_) => {}
            Err(error) => {
                if outage.begins() {
                    tracing::warn!(%error, "expired grants cannot be looked for");
                }
                worker.failed(error.to_string());
            }
        }
        worker.sleep_until(&app.clock, app.clock.now() + EVERY).await;
    }
}
