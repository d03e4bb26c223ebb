//! Enqueues the daily jobs and the weekly run of payouts, and does hourly what is too small for one. Each job's key contains its
//! day or week, so it is enqueued once, however many processes try.

use crate::app::App;
use actors::Worker;
use domain::{
    audience::figures::CountDays,
    catalogue::content::files::PruneFiles,
    clock::Clock,
    error::StoreError,
    live::recording::PruneRecordings,
    money::payouts::{jobs::RunPayouts, schedule::week_of},
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
            once_a_day(&app, &PruneRecordings {}, now).await,
            once_a_week(&app, now).await,
            once_an_hour(&app, &CountDays {}, now).await,
        ];
        for error in daily.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "the daily jobs cannot be enqueued");
            worker.failed(error.to_string());
        }
        if let Err(error) = app.store.purchases().enqueue_owed_refunds(now).await {
            tracing::warn!(%error, "owed refunds cannot be enqueued");
            worker.failed(error.to_string());
        }
        if let Err(error) = service::access::comps::end_late(&app.services).await {
            tracing::warn!(%error, "passes that nobody took still wait");
            worker.failed(error.to_string());
        }
        if let Err(error) = app.store.purchases().adopt(now).await {
            tracing::warn!(%error, "payments that another release recorded have no numbers yet");
            worker.failed(error.to_string());
        }
        if let Err(error) = service::money::ledger::keep_up(&app.services).await {
            tracing::warn!(%error, "the ledger is not kept up");
            worker.failed(error.to_string());
        }
        if let Err(error) = service::money::upkeep::customers::keep_up(&app.services).await {
            tracing::warn!(%error, "the provider still knows people whose accounts were deleted");
            worker.failed(error.to_string());
        }
        if let Err(error) = service::money::payouts::keep_up(&app.services).await {
            tracing::warn!(%error, "payouts and accounts of sellers are not asked about");
            worker.failed(error.to_string());
        }
        if let Err(error) = app.store.listings().move_on(now).await {
            tracing::warn!(%error, "spaces cannot be placed by their next shows");
            worker.failed(error.to_string());
        }
        worker.sleep_until(&app.clock, now + EVERY).await;
    }
}

async fn once_a_day<J: Job>(app: &App, job: &J, now: Millis) -> Result<(), StoreError> {
    let key = format!("{}:{}", J::NAME, now.0.div_euclid(Span::days(1).0));
    app.store.jobs().enqueue(job, Some(&key), now).await.map(drop)
}

/// The run of payouts: as soon as its week has begun, or when the service runs again.
async fn once_a_week(app: &App, now: Millis) -> Result<(), StoreError> {
    let week = week_of(now);
    let key = format!("{}:{week}", RunPayouts::NAME);
    app.store.jobs().enqueue(&RunPayouts { week }, Some(&key), now).await.map(drop)
}

/// What is due at midnight, which is at another hour in each zone.
async fn once_an_hour<J: Job>(app: &App, job: &J, now: Millis) -> Result<(), StoreError> {
    let key = format!("{}:{}", J::NAME, now.0.div_euclid(EVERY.0));
    app.store.jobs().enqueue(job, Some(&key), now).await.map(drop)
}
