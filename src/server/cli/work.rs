//! `backstage jobs` and `backstage prune`, which also work next to a running service.

use super::{DataLocation, say};
use crate::{clock::ServiceClock, retention::RetentionSettings};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use domain::{clock::Clock, id::JobId};
use service::ServiceError;
use std::fmt::Write as _;
use store::{FailedJob, Store};

#[derive(Subcommand)]
pub enum JobsCommand {
    /// List the waiting, failing and parked jobs of each lane.
    List {
        #[command(flatten)]
        place: DataLocation,
    },
    /// Run parked jobs again, with a fresh number of attempts.
    Revive {
        /// One job, by its id.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<JobId>,
        /// All parked jobs.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        place: DataLocation,
    },
}

#[derive(Args)]
pub struct PruneArgs {
    #[command(flatten)]
    place: DataLocation,
    #[command(flatten)]
    retention: RetentionSettings,
}

pub async fn jobs(command: JobsCommand) -> Result<()> {
    match command {
        JobsCommand::List { place } => {
            let store = place.open().await?;
            let text = list(&store).await.context("cannot read the outbox");
            store.close().await;
            say(format_args!("{}", text?))
        }
        JobsCommand::Revive { id, place, .. } => {
            let store = place.open().await?;
            let revived = revive(&store, id).await;
            store.close().await;
            say(format_args!("{} revived. A running service takes them up within five seconds.\n", revived?))
        }
    }
}

/// Rows of each list.
const SHOWN: usize = 200;

async fn list(store: &Store) -> Result<String> {
    let backlog = store.backlog();
    let mut text = format!("{:<10} {:>8} {:>8} {:>8}\n", "lane", "waiting", "running", "failing");
    for lane in backlog.lanes(ServiceClock::default().now()).await? {
        writeln!(
            text,
            "{:<10} {:>8} {:>8} {:>8}",
            lane.lane.name(),
            lane.waiting,
            lane.running,
            lane.failing
        )?;
    }
    for (title, jobs) in
        [("parked", backlog.parked(SHOWN).await?), ("failing", backlog.failing(SHOWN).await?)]
    {
        writeln!(text, "\n{title}: {}", if jobs.is_empty() { "none" } else { "" })?;
        for FailedJob { id, name, attempts, last_error, .. } in jobs {
            let error = actors::mask(last_error.as_deref().unwrap_or_default());
            writeln!(text, "{id} {name} after {attempts} attempts: {error}")?;
        }
    }
    Ok(text)
}

async fn revive(store: &Store, id: Option<JobId>) -> Result<usize> {
    match service::ops::jobs::revive(store, None, id, ServiceClock::default().now()).await {
        Err(ServiceError::Conflict(_)) => {
            bail!("this job is not parked; `backstage jobs list` shows the ids of those that are")
        }
        revived => revived.context("cannot revive jobs"),
    }
}

pub async fn prune(args: PruneArgs) -> Result<()> {
    let store = args.place.open().await?;
    let pruned = store.prune(&args.retention.into(), ServiceClock::default().now()).await;
    store.close().await;
    let pruned = pruned.context("cannot delete old rows")?;
    say(format_args!(
        "deleted: {} sign-in codes and their counts, {} sessions, {} webhooks, {} jobs\n",
        pruned.codes, pruned.sessions, pruned.inbox, pruned.jobs
    ))
}
