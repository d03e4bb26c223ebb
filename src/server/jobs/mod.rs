//! Follow-up work. A job is enqueued in the transaction that makes it necessary; here it is claimed under a lease, done,
//! tried again with backoff, and parked when it will not go. A job may run twice: each is idempotent.

mod access;
mod chat;
mod mail;
mod money;
pub mod ops;

use crate::app::App;
use access::expire_grants;
use actors::Worker;
use chat::enforce_ban;
use domain::{clock::Clock, time::Span};
use mail::send_mail;
use money::settle_payment;
use store::{Fate, Job, Work};

/// A worker that dies leaves its jobs to the others after this long.
const LEASE: Span = Span::secs(60);
/// Jobs claimed at once.
const BATCH: usize = 16;
/// How long a worker sleeps when nothing wakes it.
const IDLE: Span = Span::secs(5);

/// The loop of one worker; the house supervises it and starts it again when it panics.
pub async fn work(app: App, mut worker: Worker) {
    while !worker.is_stopping() {
        match round(&app, &worker).await {
            Ok(0) => rest(&app, &mut worker).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "jobs cannot be claimed");
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        }
    }
}

/// Claims what is due and does it. Returns how many jobs there were.
async fn round(app: &App, worker: &Worker) -> anyhow::Result<usize> {
    expire_grants::sweep(app).await?;
    let jobs = app.store.jobs().claim(LEASE, BATCH, app.clock.now()).await?;
    for job in &jobs {
        metrics::counter!("backstage_jobs_run").increment(1);
        let now = || app.clock.now();
        match run(app, job).await {
            Ok(()) => {
                app.store.jobs().done(job, now()).await?;
                worker.handled(1);
            }
            Err(error) => {
                worker.failed(format!("{error:#}"));
                let fate = app.store.jobs().failed(job, &format!("{error:#}"), now()).await?;
                tracing::warn!(job = %job.id, error = %format!("{error:#}"), parked = matches!(fate, Fate::Parked), "a job failed");
            }
        }
    }
    Ok(jobs.len())
}

async fn run(app: &App, job: &Job) -> anyhow::Result<()> {
    match &job.work {
        Work::SendMail { mail } => send_mail::send(app, job.id, mail.clone()).await,
        Work::SendReceipt { purchase } => send_mail::receipt(app, job.id, *purchase).await,
        Work::SettlePayment { session, reference } => {
            settle_payment::settle(app, session.as_deref(), reference.as_deref()).await
        }
        Work::EnforceBan { ban } => enforce_ban::enforce(app, ban).await,
    }
}

/// Until somebody enqueues, the next job is due, or a while has passed.
async fn rest(app: &App, worker: &mut Worker) {
    let now = app.clock.now();
    let mut until = now + IDLE;
    if let Ok(Some(next)) = app.store.jobs().next_at().await {
        until = until.min(next);
    }
    let jobs = app.store.jobs();
    tokio::select! {
        () = jobs.enqueued() => {}
        () = worker.stopping() => {}
        () = app.clock.sleep_until(until) => {}
    }
}
