//! Stores when sessions were last seen, and who looked at which page.

use crate::app::App;
use actors::Worker;
use domain::{clock::Clock, time::Span};

/// How long sightings are collected.
const EVERY: Span = Span::secs(60);

/// The loop of the worker. It stores once more when it stops.
pub async fn work(app: App, mut worker: Worker) {
    while !worker.is_stopping() {
        worker.sleep_until(&app.clock, app.clock.now() + EVERY).await;
        match service::people::sessions::store_sightings(&app.services).await {
            Ok(stored) => worker.handled(stored as u64),
            Err(error) => {
                tracing::warn!(%error, "when sessions were last seen cannot be stored");
                worker.failed(error.to_string());
            }
        }
        if let Err(error) = service::audience::visits::store(&app.services).await {
            tracing::warn!(%error, "looks at pages cannot be stored");
            worker.failed(error.to_string());
        }
    }
}
