//! Enqueues the daily jobs. Each job's key contains the day, so it is enqueued once, however many processes try.

use crate::app::App;
use actors::Worker;
use domain::{clock::Clock, time::Span, work::retention::Prune};

const EVERY: Span = Span::hours(1);

/// The loop of the worker.
pub async fn work(app: App, mut worker: Worker) {
    while !worker.is_stopping() {
        let now = app.clock.now();
        let key = format!("prune:{}", now.0.div_euclid(Span::days(1).0));
        if let Err(error) = app.store.jobs().enqueue(&Prune {}, Some(&key), now).await {
            tracing::warn!(%error, "the daily jobs cannot be enqueued");
            worker.failed(error.to_string());
        }
        if let Err(error) = app.store.purchases().enqueue_owed_refunds(now).await {
            tracing::warn!(%error, "owed refunds cannot be enqueued");
            worker.failed(error.to_string());
        }
        tokio::select! {
            () = worker.stopping() => {}
            () = app.clock.sleep_until(now + EVERY) => {}
        }
    }
}
