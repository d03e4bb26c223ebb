//! Sweeps the payment provider's list of events, in case webhooks are lost.

use crate::{app::App, telemetry::Outage};
use actors::Worker;
use domain::{clock::Clock, time::Span};

/// How often the worker looks whether a sweep is due. Also how long after its start.
const LOOK: Span = Span::secs(30);

/// The loop of the worker.
pub async fn work(app: App, mut worker: Worker) {
    let mut outage = Outage::default();
    while !worker.is_stopping() {
        tokio::select! {
            () = worker.stopping() => return,
            () = app.clock.sleep_until(app.clock.now() + LOOK) => {}
        }
        match service::money::upkeep::sweep::run_if_due(&app.services).await {
            Ok(true) if outage.ends() => tracing::info!("the provider's events are swept again"),
            Ok(_) => {}
            Err(error) => {
                if outage.begins() {
                    tracing::warn!(%error, "the provider's events cannot be swept");
                }
                worker.failed(error.to_string());
            }
        }
    }
}
