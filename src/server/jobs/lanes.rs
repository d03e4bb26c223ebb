//! The worker of a lane: claims due jobs, up to the lane's concurrency, and runs them concurrently.
//!
//! Lanes share nothing, so mail to a server that hangs never delays a payment or a ban. In the lane of codes, hanging
//! mail does not delay other mail either: a job that has run long makes room for a newer one.

use super::{Failure, run};
use crate::{app::App, telemetry::Outage};
use actors::Worker;
use domain::{
    clock::Clock,
    time::{Millis, Span},
    work::Lane,
};
use std::{
    collections::HashMap,
    future::pending,
    time::{Duration, Instant},
};
use store::{ClaimedJob, Fate};
use tokio::{
    task::{AbortHandle, Id, JoinError, JoinSet},
    time::MissedTickBehavior,
};

/// After a worker dies, its jobs are released after this long. It is longer than any job takes.
const LEASE: Span = Span::secs(60);
/// How long an idle worker sleeps. Jobs enqueued by another process may wait this long.
const IDLE: Span = Span::secs(5);
/// In a newest-first lane, a job that has run this long is ended if all places are taken and a newer one waits.
const LONG: Duration = Duration::from_secs(1);
/// How often a full lane looks for a newer job.
const LOOK: Duration = Duration::from_millis(250);

/// The number of jobs of a lane that run concurrently. All mail together stays below the 50 connections per client that
/// Postfix accepts by default (`smtpd_client_connection_count_limit`).
const fn places(lane: Lane) -> usize {
    match lane {
        Lane::Doors => 4,
        Lane::Money => 8,
        Lane::Receipts | Lane::Notices => 8,
        Lane::Codes => 32,
        Lane::Upkeep => 1,
        Lane::Payouts => 4,
    }
}

/// The loop of a lane's worker. When it ends, its running jobs end, too, and are claimed again after the lease.
pub async fn run_lane(app: App, lane: Lane, mut worker: Worker) {
    let mut hands = LaneRunner {
        app: app.clone(),
        lane,
        worker: worker.clone(),
        tasks: JoinSet::new(),
        jobs: HashMap::new(),
    };
    let jobs = app.store.jobs();
    let mut outage = Outage::default();
    // Of its own pace, so that one place whose jobs are quick does not put it off while all others hang.
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !worker.is_stopping() {
        let due = match hands.look().await {
            Ok(due) => {
                if outage.ends() {
                    tracing::info!(lane = lane.name(), "jobs are claimed again");
                }
                due
            }
            Err(error) => {
                if outage.begins() {
                    tracing::warn!(lane = lane.name(), %error, "jobs cannot be claimed");
                }
                Some(app.clock.now() + Span::secs(1))
            }
        };
        tokio::select! {
            () = worker.stopping() => {}
            Some(ended) = hands.tasks.join_next_with_id(), if !hands.jobs.is_empty() => {
                hands.finish(ended).await;
                // One claim for all places that are free by now, because a claim is a commit.
                while let Some(ended) = hands.tasks.try_join_next_with_id() {
                    hands.finish(ended).await;
                }
            }
            () = jobs.enqueued(lane), if due.is_some() => {}
            () = until(&app, due) => {}
            _ = look.tick(), if due.is_none() && lane.newest_first() => hands.make_room().await,
        }
    }
    while let Some(ended) = hands.tasks.join_next_with_id().await {
        hands.finish(ended).await;
    }
}

async fn until(app: &App, due: Option<Millis>) {
    match due {
        Some(at) => app.clock.sleep_until(at).await,
        None => pending().await,
    }
}

/// The running jobs of a worker.
struct LaneRunner {
    app: App,
    lane: Lane,
    worker: Worker,
    tasks: JoinSet<()>,
    jobs: HashMap<Id, RunningJob>,
}

struct RunningJob {
    job: ClaimedJob,
    since: Instant,
    handle: AbortHandle,
}

impl LaneRunner {
    fn free(&self) -> usize {
        places(self.lane) - self.jobs.len()
    }

    /// Starts due jobs until all places are taken. Returns when to look again; `None` while every place is taken. While nothing is
    /// due, this is one statement.
    async fn look(&mut self) -> anyhow::Result<Option<Millis>> {
        let (app, lane) = (self.app.clone(), self.lane);
        let (jobs, now) = (app.store.jobs(), app.clock.now());
        let is_past = |at: Option<Millis>| at.is_some_and(|at| at <= now);
        if self.free() == 0 {
            return Ok(None);
        }
        let mut outlook = jobs.outlook(lane).await?;
        if is_past(outlook.expires_at)
            && let Err(error) = jobs.drop_expired(lane, now).await
        {
            tracing::warn!(lane = lane.name(), %error, "expired jobs cannot be dropped");
        }
        if is_past(outlook.next_at) {
            for job in jobs.claim(lane, LEASE, self.free(), now).await? {
                self.start(job);
            }
            if self.free() == 0 {
                return Ok(None);
            }
            outlook = jobs.outlook(lane).await?;
        }
        Ok(Some(outlook.next_at.map_or(now + IDLE, |at| at.min(now + IDLE))))
    }

    fn start(&mut self, job: ClaimedJob) {
        metrics::counter!("backstage_jobs_run").increment(1);
        let (app, worker) = (self.app.clone(), self.worker.clone());
        let handle = self.tasks.spawn(run_one(app, worker, job.clone()));
        self.jobs.insert(handle.id(), RunningJob { job, since: Instant::now(), handle });
    }

    /// Records the result of a job. A job that ended without reporting has failed.
    async fn finish(&mut self, ended: Result<(Id, ()), JoinError>) {
        let (id, error) = match ended {
            Ok((id, ())) => (id, None),
            Err(error) => (error.id(), Some(error)),
        };
        let Some(running) = self.jobs.remove(&id) else { return };
        if let Some(error) = error {
            let failure = Failure::Retry(anyhow::anyhow!(describe(&error)));
            fail(&self.app, &self.worker, &running.job, failure).await;
        }
    }

    /// Ends the longest-running job if a newer one waits for its place. The ended job is retried later.
    async fn make_room(&self) {
        let Some(longest) = self.jobs.values().min_by_key(|running| running.since) else { return };
        if longest.since.elapsed() < LONG {
            return;
        }
        let waiting = self.app.store.jobs().newest_due(self.lane, self.app.clock.now()).await;
        if waiting.is_ok_and(|waiting| waiting.is_some_and(|id| id > longest.job.id)) {
            longest.handle.abort();
        }
    }
}

fn describe(error: &JoinError) -> &'static str {
    if error.is_panic() { "it panicked" } else { "it took long and gave way to newer jobs" }
}

async fn run_one(app: App, worker: Worker, job: ClaimedJob) {
    match run(app.clone(), job.clone()).await {
        Ok(()) => {
            if let Err(error) = app.store.jobs().done(&job, app.clock.now()).await {
                tracing::error!(job = %job.id, %error, "a job is done, but that could not be stored: it will run again");
            }
            worker.handled(1);
        }
        Err(failure) => fail(&app, &worker, &job, failure).await,
    }
}

async fn fail(app: &App, worker: &Worker, job: &ClaimedJob, failure: Failure) {
    let (jobs, now) = (app.store.jobs(), app.clock.now());
    let (error, stored) = match failure {
        Failure::Park(error) => {
            let stored = jobs.park(job, &error, now).await.map(|()| Fate::Parked);
            (error, stored)
        }
        Failure::Retry(error) => {
            let error = format!("{error:#}");
            let stored = jobs.failed(job, &error, now).await;
            (error, stored)
        }
        Failure::Wait(error) => {
            let error = format!("{error:#}");
            let stored = jobs.waits(job, &error, now).await;
            (error, stored)
        }
    };
    tracing::warn!(job = %job.id, name = job.name, error, fate = ?stored, "a job failed");
    worker.failed(error);
}
