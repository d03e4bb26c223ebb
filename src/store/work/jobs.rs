//! The outbox: follow-up jobs. A job is enqueued in the transaction that requires it, claimed under a lease, retried
//! with growing pauses, and parked for an operator if it keeps failing.
//!
//! The store knows a job by its name and payload. The server's registry of jobs defines what a name means.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, Sql, Value, args, decode_error, statements},
};
use domain::{
    error::StoreError,
    id::*,
    time::{Millis, Span},
    work::{Job, Lane},
};

use std::cmp::Reverse;

/// After this many failed attempts a job is parked; with the pauses below, about an hour after the first.
pub const MOST_ATTEMPTS: i64 = 12;
/// The pauses start at one second, double each time, and never exceed this.
const LONGEST_PAUSE: Span = Span::minutes(10);
/// The same for a job that waits for a service that is away, which may be for hours.
const LONGEST_WAIT: Span = Span::hours(1);

statements! {
    ENQUEUE = "INSERT INTO jobs (id, kind, payload, dedupe_key, lane, run_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (dedupe_key) DO NOTHING";
    CLAIM_OLDEST = "UPDATE jobs SET claim = $1, leased_until = $2, attempts = attempts + 1
        WHERE id IN (
            SELECT id FROM jobs WHERE done_at IS NULL AND parked_at IS NULL AND lane = $5 AND run_at <= $3 AND leased_until <= $3
                AND (expires_at IS NULL OR expires_at > $3)
            ORDER BY run_at, id LIMIT $4)
        AND done_at IS NULL AND parked_at IS NULL AND leased_until <= $3 RETURNING id, kind, payload, attempts, waits, run_at";
    /// Ordered by id, the order of enqueuing: a retried job does not count as new.
    CLAIM_NEWEST = "UPDATE jobs SET claim = $1, leased_until = $2, attempts = attempts + 1
        WHERE id IN (
            SELECT id FROM jobs WHERE done_at IS NULL AND parked_at IS NULL AND lane = $5 AND run_at <= $3 AND leased_until <= $3
                AND (expires_at IS NULL OR expires_at > $3)
            ORDER BY id DESC LIMIT $4)
        AND done_at IS NULL AND parked_at IS NULL AND leased_until <= $3 RETURNING id, kind, payload, attempts, waits, run_at";
    /// The payload of a finished job is no longer needed and may be confidential.
    DONE = "UPDATE jobs SET done_at = $3, payload = '', claim = NULL WHERE id = $1 AND claim = $2 AND done_at IS NULL";
    DROP_EXPIRED = "UPDATE jobs SET done_at = $2, payload = '', claim = NULL
        WHERE lane = $1 AND expires_at <= $2 AND leased_until <= $2 AND done_at IS NULL AND parked_at IS NULL";
    /// The attempt is given back, but for the first, which says that the job does not succeed now.
    WAIT = "UPDATE jobs SET run_at = $3, last_error = $4, claim = NULL, leased_until = 0, waits = waits + 1,
            attempts = CASE WHEN attempts > 1 THEN attempts - 1 ELSE attempts END
        WHERE id = $1 AND claim = $2";
    RETRY = "UPDATE jobs SET waits = 0, run_at = $3, last_error = $4, claim = NULL, leased_until = 0 WHERE id = $1 AND claim = $2";
    PARK = "UPDATE jobs SET parked_at = $3, last_error = $4, claim = NULL, leased_until = 0 WHERE id = $1 AND claim = $2";
    REVIVE = "UPDATE jobs SET parked_at = NULL, attempts = 0, waits = 0, run_at = $2
        WHERE id = $1 AND parked_at IS NOT NULL AND done_at IS NULL RETURNING lane";
    REVIVE_ALL = "UPDATE jobs SET parked_at = NULL, attempts = 0, waits = 0, run_at = $1 WHERE parked_at IS NOT NULL AND done_at IS NULL RETURNING lane";
    BACKLOG = "SELECT COUNT(*) AS jobs FROM jobs WHERE done_at IS NULL AND parked_at IS NULL";
    OUTLOOK = "SELECT MIN(CASE WHEN leased_until > run_at THEN leased_until ELSE run_at END) AS next_at, MIN(expires_at) AS expires_at
        FROM jobs WHERE done_at IS NULL AND parked_at IS NULL AND lane = $1";
    NEWEST_DUE = "SELECT id FROM jobs WHERE done_at IS NULL AND parked_at IS NULL AND lane = $1 AND run_at <= $2 AND leased_until <= $2
        AND (expires_at IS NULL OR expires_at > $2) ORDER BY id DESC LIMIT 1";
}

/// A job held by a worker until its lease expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedJob {
    pub id: JobId,
    pub name: String,
    pub payload: String,
    /// Includes the current attempt.
    pub attempts: i64,
    /// How often in a row it has waited for a service that was away, before this attempt.
    pub waits: i64,
    claim: String,
}

impl ClaimedJob {
    /// Parses the job if it has this name.
    pub fn read<J: Job>(&self) -> Result<J, StoreError> {
        if self.name != J::NAME {
            return Err(decode_error("kind", format!("{} is not {}", self.name, J::NAME)));
        }
        serde_json::from_str(&self.payload).map_err(|e| decode_error("payload", e))
    }
}

/// What happens to a failed job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Retry(Millis),
    Parked,
    /// Its lease expired and another worker has claimed it.
    Lost,
}

/// What comes next in a lane. Both may be in the past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// When a job is due, or its lease expires.
    pub next_at: Option<Millis>,
    /// When the first job is of no use any more.
    pub expires_at: Option<Millis>,
}

pub struct Jobs<'a>(pub(crate) &'a Db);

impl Jobs<'_> {
    /// Enqueues a job that belongs to no other change, due at `at`. Returns `None` if the key was used before.
    pub async fn enqueue(
        &self,
        job: &impl Job,
        key: Option<&str>,
        at: Millis,
    ) -> Result<Option<JobId>, StoreError> {
        let mut tx = self.0.begin().await?;
        let id = enqueue(&mut tx, job, key, at).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Claims up to `limit` due jobs of a lane for the duration of the lease. Nobody else gets them during that time.
    pub async fn claim(
        &self,
        lane: Lane,
        lease: Span,
        limit: usize,
        now: Millis,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        let claim = uuid::Uuid::new_v4().simple().to_string();
        let args: Vec<Value> = args![&claim, now + lease, now, limit as i64, lane as i64];
        let mut rows = self.0.returning(claim_statement(lane), args).await?;
        let (run_at, id) =
            (|row: &Row| row.get::<i64>("run_at").ok(), |row: &Row| row.get::<String>("id").ok());
        match lane.newest_first() {
            true => rows.sort_by_key(|row| Reverse(id(row))),
            false => rows.sort_by_key(|row| (run_at(row), id(row))),
        }
        let mut jobs = Vec::new();
        for row in &rows {
            let job = claimed(row, &claim)?;
            // It exceeded its attempts without ever reporting a result, so it probably kills its worker.
            if job.attempts > MOST_ATTEMPTS {
                self.park(&job, "it ended its worker", now).await?;
            } else {
                jobs.push(job);
            }
        }
        Ok(jobs)
    }

    /// Returns false if the lease expired and another worker claimed the job.
    pub async fn done(&self, job: &ClaimedJob, now: Millis) -> Result<bool, StoreError> {
        Ok(self.0.run(DONE, args![job.id, &job.claim, now]).await? == 1)
    }

    /// Schedules a retry, or parks the job after [`MOST_ATTEMPTS`].
    pub async fn failed(&self, job: &ClaimedJob, error: &str, now: Millis) -> Result<Fate, StoreError> {
        if job.attempts >= MOST_ATTEMPTS {
            self.park(job, error, now).await?;
            return Ok(Fate::Parked);
        }
        self.again(RETRY, job, error, now + pause(job.attempts, LONGEST_PAUSE)).await
    }

    /// Schedules the next attempt of a job that needs a service that is away: it goes on by itself, however long that takes.
    pub async fn waits(&self, job: &ClaimedJob, error: &str, now: Millis) -> Result<Fate, StoreError> {
        self.again(WAIT, job, error, now + pause(job.waits + 1, LONGEST_WAIT)).await
    }

    async fn again(&self, sql: Sql, job: &ClaimedJob, error: &str, at: Millis) -> Result<Fate, StoreError> {
        match self.0.run(sql, args![job.id, &job.claim, at, error]).await? {
            0 => Ok(Fate::Lost),
            _ => Ok(Fate::Retry(at)),
        }
    }

    /// Parks a job that will not succeed by itself.
    pub async fn park(&self, job: &ClaimedJob, error: &str, now: Millis) -> Result<(), StoreError> {
        self.0.run(PARK, args![job.id, &job.claim, now, error]).await.map(drop)
    }

    /// Marks expired jobs of a lane as finished. Returns their number.
    pub async fn drop_expired(&self, lane: Lane, now: Millis) -> Result<u64, StoreError> {
        self.0.run(DROP_EXPIRED, args![lane as i64, now]).await
    }

    /// The number of jobs that are waiting or running.
    pub async fn backlog(&self) -> Result<i64, StoreError> {
        self.0.row(BACKLOG, args![]).await?.ok_or(StoreError::NotFound)?.get("jobs")
    }

    /// What comes next in a lane.
    pub async fn outlook(&self, lane: Lane) -> Result<Outlook, StoreError> {
        let row = self.0.row(OUTLOOK, args![lane as i64]).await?.ok_or(StoreError::NotFound)?;
        Ok(Outlook { next_at: row.get("next_at")?, expires_at: row.get("expires_at")? })
    }

    /// The due job of a lane that was enqueued last.
    pub async fn newest_due(&self, lane: Lane, now: Millis) -> Result<Option<JobId>, StoreError> {
        self.0.row(NEWEST_DUE, args![lane as i64, now]).await?.map(|row| row.get("id")).transpose()
    }

    /// Resolves when this process has enqueued a job in a lane since the last call. Only one worker per lane may wait.
    pub async fn enqueued(&self, lane: Lane) {
        self.0.enqueued[lane.index()].notified().await;
    }
}

impl Tx<'_> {
    /// Revives a parked job with a fresh number of attempts. Returns false if it is not parked.
    pub async fn revive_job(&mut self, id: JobId, now: Millis) -> Result<bool, StoreError> {
        Ok(self.revived(REVIVE, args![id, now]).await? == 1)
    }

    /// Revives all parked jobs. Returns their number.
    pub async fn revive_all_jobs(&mut self, now: Millis) -> Result<usize, StoreError> {
        self.revived(REVIVE_ALL, args![now]).await
    }

    async fn revived(&mut self, sql: Sql, args: Vec<Value>) -> Result<usize, StoreError> {
        let rows = self.rows(sql, args).await?;
        for row in &rows {
            self.wakes.extend(Lane::from_number(row.get("lane")?));
        }
        Ok(rows.len())
    }
}

/// Enqueues a job as part of a transaction.
pub(crate) async fn enqueue<J: Job>(
    tx: &mut Tx<'_>,
    job: &J,
    key: Option<&str>,
    at: Millis,
) -> Result<Option<JobId>, StoreError> {
    let id = JobId::new();
    let payload = serde_json::to_string(job).map_err(|e| decode_error("payload", e))?;
    let args = args![id, J::NAME, payload, key, J::LANE as i64, at, job.expires_at()];
    if tx.run(ENQUEUE, args).await? == 0 {
        return Ok(None);
    }
    tx.wakes.push(J::LANE);
    Ok(Some(id))
}

/// Accounts for which [`enqueue_for_each`] enqueues in one transaction.
pub(crate) const BATCH: i64 = 500;

/// Enqueues a job for each account of a list, however long. `page`: the statement that reads at most [`BATCH`] of its accounts
/// after the given one, as `account_id` and in the order of their ids. Each job is enqueued once under its `key`,
/// so a second call enqueues those that are missing.
pub(crate) async fn enqueue_for_each<J: Job>(
    db: &Db,
    page: impl Fn(&str) -> (Sql, Vec<Value>),
    job: impl Fn(AccountId) -> J,
    key: fn(&J) -> String,
    now: Millis,
) -> Result<(), StoreError> {
    let mut last = String::new();
    loop {
        let (sql, args) = page(&last);
        let rows = db.rows(sql, args).await?;
        let mut tx = db.begin().await?;
        for row in &rows {
            let job = job(row.get("account_id")?);
            enqueue(&mut tx, &job, Some(&key(&job)), now).await?;
        }
        tx.commit().await?;
        match rows.last() {
            Some(row) if rows.len() as i64 == BATCH => last = row.get("account_id")?,
            _ => return Ok(()),
        }
    }
}

const fn claim_statement(lane: Lane) -> Sql {
    if lane.newest_first() { CLAIM_NEWEST } else { CLAIM_OLDEST }
}

fn claimed(row: &Row, claim: &str) -> Result<ClaimedJob, StoreError> {
    Ok(ClaimedJob {
        id: row.get("id")?,
        name: row.get("kind")?,
        payload: row.get("payload")?,
        attempts: row.get("attempts")?,
        waits: row.get("waits")?,
        claim: claim.to_owned(),
    })
}

fn pause(attempts: i64, longest: Span) -> Span {
    Span(Span::secs(1 << attempts.clamp(0, 20)).0.min(longest.0))
}
