//! The outbox for operators: waiting, failed and parked jobs. Payloads are not shown.

use crate::db::{
    connections::Db,
    sql::{Row, args, statements},
};
use domain::{error::StoreError, id::JobId, time::Millis, work::Lane};

statements! {
    LANES = "SELECT lane, COUNT(*) AS waiting, COUNT(CASE WHEN leased_until > $1 THEN 1 END) AS running,
            COUNT(CASE WHEN attempts > 0 AND last_error IS NOT NULL THEN 1 END) AS failing, MIN(run_at) AS oldest
        FROM jobs WHERE done_at IS NULL AND parked_at IS NULL GROUP BY lane";
    PARKED_COUNT = "SELECT COUNT(*) AS jobs, MIN(parked_at) AS since FROM jobs WHERE parked_at IS NOT NULL AND done_at IS NULL";
    /// Parked jobs, the newest first, with the number of all of them; then failing ones, those retried soonest first.
    FAILED = "SELECT f.id, f.kind, f.attempts, f.last_error, f.at, f.parked, f.parked_jobs FROM (
        SELECT p.id, p.kind, p.attempts, p.last_error, p.at, 1 AS parked, p.parked_jobs FROM (
            SELECT id, kind, attempts, last_error, parked_at AS at, COUNT(*) OVER () AS parked_jobs FROM jobs
            WHERE parked_at IS NOT NULL AND done_at IS NULL ORDER BY parked_at DESC, id DESC LIMIT $1) p
        UNION ALL SELECT r.id, r.kind, r.attempts, r.last_error, r.at, 0 AS parked, 0 AS parked_jobs FROM (
            SELECT id, kind, attempts, last_error, run_at AS at FROM jobs
            WHERE done_at IS NULL AND parked_at IS NULL AND attempts > 0 AND last_error IS NOT NULL
            ORDER BY run_at, id LIMIT $1) r) f
        ORDER BY f.parked DESC, CASE WHEN f.parked = 1 THEN -f.at ELSE f.at END, f.id";
}

/// The jobs of one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneBacklog {
    pub lane: Lane,
    /// Includes running jobs.
    pub waiting: i64,
    pub running: i64,
    /// Jobs that have failed and will be retried.
    pub failing: i64,
    /// When the oldest job was or will be due.
    pub oldest: Option<Millis>,
}

/// A failed job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedJob {
    pub id: JobId,
    pub name: String,
    pub attempts: i64,
    /// The unedited error; it may name people.
    pub last_error: Option<String>,
    /// When it was parked, or when it will be retried.
    pub at: Millis,
}

/// What has failed, for one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailedJobs {
    /// The newest first.
    pub parked: Vec<FailedJob>,
    /// All parked jobs, those that are not listed included.
    pub parked_count: i64,
    /// Those retried soonest first.
    pub failing: Vec<FailedJob>,
}

pub struct Backlog<'a>(pub(crate) &'a Db);

impl Backlog<'_> {
    /// Every lane, in the order of [`Lane::ALL`].
    pub async fn lanes(&self, now: Millis) -> Result<Vec<LaneBacklog>, StoreError> {
        let mut lanes =
            Lane::ALL.map(|lane| LaneBacklog { lane, waiting: 0, running: 0, failing: 0, oldest: None });
        for row in self.0.rows(LANES, args![now]).await? {
            let Some(lane) = Lane::from_number(row.get("lane")?) else { continue };
            lanes[lane.index()] = LaneBacklog {
                lane,
                waiting: row.get("waiting")?,
                running: row.get("running")?,
                failing: row.get("failing")?,
                oldest: row.get("oldest")?,
            };
        }
        Ok(lanes.into())
    }

    /// Newest first, at most `limit`.
    pub async fn parked(&self, limit: usize) -> Result<Vec<FailedJob>, StoreError> {
        Ok(self.failed(limit).await?.parked)
    }

    /// Parked and failing jobs, at most `limit` of each, in one statement.
    pub async fn failed(&self, limit: usize) -> Result<FailedJobs, StoreError> {
        let mut jobs = FailedJobs::default();
        for row in self.0.rows(FAILED, args![limit as i64]).await? {
            if row.get("parked")? {
                jobs.parked_count = row.get("parked_jobs")?;
                jobs.parked.push(failed(&row)?);
            } else {
                jobs.failing.push(failed(&row)?);
            }
        }
        Ok(jobs)
    }

    pub async fn parked_count(&self) -> Result<i64, StoreError> {
        Ok(self.parked_since().await?.0)
    }

    /// How many jobs are parked, and since when the oldest of them.
    pub async fn parked_since(&self) -> Result<(i64, Option<Millis>), StoreError> {
        let row = self.0.row(PARKED_COUNT, args![]).await?.ok_or(StoreError::NotFound)?;
        Ok((row.get("jobs")?, row.get("since")?))
    }

    /// Those retried soonest first, at most `limit`.
    pub async fn failing(&self, limit: usize) -> Result<Vec<FailedJob>, StoreError> {
        Ok(self.failed(limit).await?.failing)
    }
}

fn failed(row: &Row) -> Result<FailedJob, StoreError> {
    Ok(FailedJob {
        id: row.get("id")?,
        name: row.get("kind")?,
        attempts: row.get("attempts")?,
        last_error: row.get("last_error")?,
        at: row.get("at")?,
    })
}
