//! Enqueues the daily jobs, and does hourly what is too small for one. Each job's key contains the day, so it is enqueued once,
//! however many processes try.

use crate::app::App;
use actors::Worker;
use domain::{
    catalogue::content::files::PruneFiles,
    clock::Clock,
    error::StoreError,
    time::{Millis, Span},
    work::{
        Job,
        retention::{Prune, PrunePictures},
    },
};

const EVERY: Span = Span::hours(1);

/// The loop of the worker.
pub async fn work(app: App, mut worker: Worker) {
    while !worker.is_stopping() {
        let now = app.clock.now();
        let daily = [
            once_a_day(&app, &Prune {}, now).await,
            once_a_day(&app, &PrunePictures {}, now).await,
            once_a_day(&app, &PruneFiles {}, now).await,
        ];
        for error in daily.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "the daily jobs cannot be enqueued");
            worker.failed(error.to_string());
        }
        if let Err(error) = app.store.purchases().enqueue_owed_refunds(now).await {
            tracing::warn!(%error, "owed refunds cannot be enqueued");
            worker.failed(error.to_string());
        }
        if let Err(error) = app.store.listings().move_on(now).await {
            tracing::warn!(%error, "spaces cannot be placed by their next shows");
            worker.failed(error.to_string());
        }
        tokio::select! {
            () = worker.stopping() => {}
            () = app.clock.sleep_until(now + EVERY) => {}
        }
    }
}

async fn once_a_day<J: Job>(app: &App, job: &J, now: Millis) -> Result<(), StoreError> {
    let key = format!("{}:{}", J::NAME, now.0.div_euclid(Span::days(1).0));
    app.store.jobs().enqueue(job, Some(&key), now).await.map(drop)
}
