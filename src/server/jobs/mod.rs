//! Follow-up jobs. A job is enqueued in the transaction that makes it necessary. Here it is claimed under a lease, run,
//! retried with backoff, and parked if it keeps failing. While the payment provider is away, jobs that need it wait.
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
use domain::{clock::BoxFuture, id::JobId, mail::MailError, money::payments::PaymentError, work::Job};
use service::ServiceError;
use std::future::Future;
use store::ClaimedJob;

/// All jobs that this release can run, as listed by each noun.
const REGISTRY: &[&[Entry]] = &[
    audience::JOBS,
    chat::JOBS,
    live::JOBS,
    mail::JOBS,
    money::JOBS,
    ops::JOBS,
    people::JOBS,
    waitlist::JOBS,
    work::JOBS,
];

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
    /// The payment provider is away: the job goes on when it is back.
    Wait(anyhow::Error),
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
    job.run(&app, id).await.map_err(Failure::of)
}

impl Failure {
    fn of(error: anyhow::Error) -> Self {
        if let Some(MailError::Refused(_)) = error.downcast_ref() {
            return Self::Park(format!("{error:#}"));
        }
        match error.downcast_ref() {
            Some(ServiceError::Payment(PaymentError::Away(_) | PaymentError::Failed(_))) => Self::Wait(error),
            _ => Self::Retry(error),
        }
    }
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
    fn jobs_wait_for_a_provider_that_is_away_and_for_nothing_else() {
        let told = |error: PaymentError| Failure::of(ServiceError::from(error).into());
        let waits = |failure| matches!(failure, Failure::Wait(_));
        assert!(waits(told(PaymentError::Away("no answer in time".into()))));
        assert!(waits(told(PaymentError::Failed("500".into()))));
        assert!(matches!(told(PaymentError::Refused("400".into())), Failure::Retry(_)));
        assert!(matches!(told(PaymentError::Short("400".into())), Failure::Retry(_)));
        assert!(matches!(Failure::of(ServiceError::NotFound.into()), Failure::Retry(_)));
        assert!(matches!(Failure::of(MailError::Refused("550".into()).into()), Failure::Park(_)));
    }

    #[test]
    fn a_name_is_one_job() {
        let names: HashSet<_> = jobs().map(|entry| entry.name).collect();
        assert_eq!(names.len(), jobs().count());
    }
}
