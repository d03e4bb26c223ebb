//! Follow-up work. A job is enqueued in the transaction that makes it necessary; here it is claimed under a lease, done,
//! tried again with backoff, and parked when it will not succeed.
//!
//! To add a job: a type with [`domain::work::Job`] (its name, lane and fields), [`RunJob`] for it in a file beside its noun, and
//! a line in [`REGISTRY`].

mod access;
mod chat;
mod lanes;
mod mail;
mod money;
pub mod ops;
mod work;

pub use access::expire_grants;
pub use lanes::run_lane;
pub use work::daily;

use crate::app::App;
use anyhow::Result;
use domain::{
    access::jobs::EnforceBan,
    clock::BoxFuture,
    id::JobId,
    mail::{SendCode, SendMail},
    money::jobs::{ApplyPayment, RefundPayment, SendReceipt, SendRefundNotice, SettlePayment},
    work::{Job, retention::Prune},
};
use std::future::Future;
use store::ClaimedJob;

/// Every job that this release can do.
const REGISTRY: &[Entry] = &[
    Entry::of::<EnforceBan>(),
    Entry::of::<ApplyPayment>(),
    Entry::of::<SettlePayment>(),
    Entry::of::<RefundPayment>(),
    Entry::of::<SendReceipt>(),
    Entry::of::<SendRefundNotice>(),
    Entry::of::<SendCode>(),
    Entry::of::<SendMail>(),
    Entry::of::<Prune>(),
];

/// What is done for a job. It may run twice and must then change nothing more. An error is tried again later.
trait RunJob: Job {
    fn run(self, app: &App, id: JobId) -> impl Future<Output = Result<()>> + Send;
}

struct Entry {
    name: &'static str,
    run: fn(App, ClaimedJob) -> BoxFuture<'static, Result<(), Failure>>,
}

enum Failure {
    Retry(anyhow::Error),
    /// Trying again will not help.
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
    match REGISTRY.iter().find(|entry| entry.name == job.name) {
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
        let names: HashSet<_> = REGISTRY.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), REGISTRY.len());
    }
}
