//! Follow-up jobs. A job is enqueued in the transaction that makes it necessary. Here it is claimed under a lease, run,
//! retried with backoff, and parked if it keeps failing.
//!
//! To add a job: define its name, lane and fields in `domain` ([`domain::work::Job`]); implement [`RunJob`] and add a
//! line to `JOBS` in the file of its noun here; then enqueue it.

mod access;
mod audience;
mod chat;
mod lanes;
mod live;
mod mail;
mod money;
pub mod ops;
mod people;
pub mod waitlist;
mod work;

pub use access::expire_grants;
pub use lanes::run_lane;
pub use money::sweep;
pub use people::sightings;
pub use work::daily;

use crate::app::App;
use anyhow::Result;
use domain::{clock::BoxFuture, id::JobId, work::Job};
use std::future::Future;
use store::ClaimedJob;

/// All jobs that this release can run, as listed by each noun.
const REGISTRY: &[&[Entry]] =
    &[audience::JOBS, chat::JOBS, live::JOBS, mail::JOBS, money::JOBS, ops::JOBS, people::JOBS, work::JOBS];

fn jobs() -> impl Iterator<Item = &'static Entry> {
    REGISTRY.iter().copied().flatten()
}

/// Runs a job. It may run twice, and the second run must change nothing more. Errors are retried.
trait RunJob: Job {
    fn run(self, app: &App, id: JobId) -> impl Future<Output = Result<()>> + Send;
}

struct Entry {
    name: &'static str,
    run: fn(App, ClaimedJob) -> BoxFuture<'static, Result<(), Failure>>,
}

enum Failure {
    Retry(anyhow::Error),
    /// Retrying will not help.
    Park(String),
}

impl Entry {
    const fn of<J: RunJob>() -> Self {
        Self { name: J::NAME, run: |app, job| Box::pin(run_as::<J>(app, job)) }
    }
}

async fn run_as<J: RunJob>(app: App, job: ClaimedJob) -> Result<(), Failure> {
    let id = job.id;
    let job: J = job.read().map_err(|error| Failure::Park(error.to_string()))?;
    job.run(&app, id).await.map_err(|error| match error.downcast_ref::<domain::mail::MailError>() {
        Some(domain::mail::MailError::Refused(_)) => Failure::Park(format!("{error:#}")),
        _ => Failure::Retry(error),
    })
}

async fn run(app: App, job: ClaimedJob) -> Result<(), Failure> {
    match jobs().find(|entry| entry.name == job.name) {
        Some(entry) => (entry.run)(app, job).await,
        None => Err(Failure::Park(format!("this release has no job {}", job.name))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_name_is_one_job() {
        let names: HashSet<_> = jobs().map(|entry| entry.name).collect();
        assert_eq!(names.len(), jobs().count());
    }
}
