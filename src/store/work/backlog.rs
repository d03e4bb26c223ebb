//! The outbox as operators see it: what waits, what has failed, and what was set aside. Payloads are not shown.

use crate::db::{
    connections::Db,
    sql::{Row, args, statements},
};
use domain::{error::StoreError, id::JobId, time::Millis, work::Lane};

statements! {
    LANES = "SELECT lane, COUNT(*) AS waiting, COUNT(CASE WHEN leased_until > $1 THEN 1 END) AS running,
            COUNT(CASE WHEN attempts > 0 AND last_error IS NOT NULL THEN 1 END) AS failing, MIN(run_at) AS oldest
        FROM jobs WHERE done_at IS NULL AND parked_at IS NULL GROUP BY lane";
    PARKED = "SELECT id, kind, attempts, last_error, parked_at AS at FROM jobs
        WHERE parked_at IS NOT NULL AND done_at IS NULL ORDER BY parked_at DESC, id DESC LIMIT $1";
    PARKED_COUNT = "SELECT COUNT(*) AS jobs, MIN(parked_at) AS since FROM jobs WHERE parked_at IS NOT NULL AND done_at IS NULL";
    FAILING = "SELECT id, kind, attempts, last_error, run_at AS at FROM jobs
        WHERE done_at IS NULL AND parked_at IS NULL AND attempts > 0 AND last_error IS NOT NULL ORDER BY run_at, id LIMIT $1";
}

/// What waits in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneBacklog {
    pub lane: Lane,
    /// Those that run included.
    pub waiting: i64,
    pub running: i64,
    /// Have failed and will be tried again.
    pub failing: i64,
    /// When the oldest was due, or will be.
    pub oldest: Option<Millis>,
}

/// A job that has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedJob {
    pub id: JobId,
    pub name: String,
    pub attempts: i64,
    /// As it came: may name people.
    pub last_error: Option<String>,
    /// Parked: since when. Otherwise: when it is tried again.
    pub at: Millis,
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

    /// The newest first, at most `limit`.
    pub async fn parked(&self, limit: usize) -> Result<Vec<FailedJob>, StoreError> {
        self.0.rows(PARKED, args![limit as i64]).await?.iter().map(failed).collect()
    }

    pub async fn parked_count(&self) -> Result<i64, StoreError> {
        Ok(self.parked_since().await?.0)
    }

    /// How many are parked, and since when the first of them.
    pub async fn parked_since(&self) -> Result<(i64, Option<Millis>), StoreError> {
        let row = self.0.row(PARKED_COUNT, args![]).await?.ok_or(StoreError::NotFound)?;
        Ok((row.get("jobs")?, row.get("since")?))
    }

    /// Those that are tried again soonest first, at most `limit`.
    pub async fn failing(&self, limit: usize) -> Result<Vec<FailedJob>, StoreError> {
        self.0.rows(FAILING, args![limit as i64]).await?.iter().map(failed).collect()
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
