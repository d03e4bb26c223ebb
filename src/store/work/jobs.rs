//! The outbox: follow-up work, enqueued in the transaction that calls for it, claimed under a lease, tried again with growing
//! pauses, and parked where an operator sees it when it will not succeed.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, Value, args, decode_error, statements},
};
use domain::{
    access::ban::Ban,
    error::StoreError,
    id::*,
    mail::Mail,
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

/// After so many failed attempts a job is parked; with the pauses below that is about an hour after the first.
pub const MOST_ATTEMPTS: i64 = 12;
/// The pauses double from a second on and never exceed this.
const LONGEST_PAUSE: Span = Span::minutes(10);

statements! {
    ENQUEUE = "INSERT INTO jobs (id, kind, payload, dedupe_key, lane, run_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (dedupe_key) DO NOTHING";
    CLAIM = "UPDATE jobs SET claim = $1, leased_until = $2, attempts = attempts + 1
        WHERE id IN (
            SELECT id FROM jobs WHERE done_at IS NULL AND parked_at IS NULL AND run_at <= $3 AND leased_until <= $3
            ORDER BY lane, run_at, id LIMIT $4)
        AND done_at IS NULL AND parked_at IS NULL AND leased_until <= $3 RETURNING id, payload, attempts, lane, run_at";
    /// What was done needs its words no more.
    DONE = "UPDATE jobs SET done_at = $3, payload = '', claim = NULL WHERE id = $1 AND claim = $2 AND done_at IS NULL";
    RETRY = "UPDATE jobs SET run_at = $3, last_error = $4, claim = NULL, leased_until = 0 WHERE id = $1 AND claim = $2";
    PARK = "UPDATE jobs SET parked_at = $3, last_error = $4, claim = NULL, leased_until = 0 WHERE id = $1 AND claim = $2";
    PARKED = "SELECT * FROM jobs WHERE parked_at IS NOT NULL AND done_at IS NULL ORDER BY parked_at, id";
    REVIVE = "UPDATE jobs SET parked_at = NULL, attempts = 0, run_at = $2 WHERE id = $1 AND parked_at IS NOT NULL AND done_at IS NULL";
    BACKLOG = "SELECT COUNT(*) AS jobs FROM jobs WHERE done_at IS NULL AND parked_at IS NULL";
    NEXT_AT = "SELECT MIN(CASE WHEN leased_until > run_at THEN leased_until ELSE run_at END) AS next_at
        FROM jobs WHERE done_at IS NULL AND parked_at IS NULL";
    FORGET = "DELETE FROM jobs WHERE done_at < $1";
}

/// What is to be done; stored as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "snake_case")]
pub enum Work {
    /// Repeats the eject that followed the ban's commit, in case the process died between.
    EnforceBan { ban: Ban },
    /// Something happened to a payment: look at the provider's session (or our checkout, if that is all we know) and apply it.
    SettlePayment { session: Option<String>, reference: Option<String> },
    /// A message with its words.
    SendMail { mail: Mail },
    /// The words are made when it is sent.
    SendReceipt { purchase: PurchaseId },
}

impl Work {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::EnforceBan { .. } => "enforce_ban",
            Self::SettlePayment { .. } => "settle_payment",
            Self::SendMail { .. } => "send_mail",
            Self::SendReceipt { .. } => "send_receipt",
        }
    }

    /// Lower goes first.
    const fn lane(&self) -> i64 {
        match self {
            Self::EnforceBan { .. } | Self::SettlePayment { .. } => 0,
            Self::SendMail { .. } => 1,
            Self::SendReceipt { .. } => 2,
        }
    }
}

/// A job in a worker's hands until its lease runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: JobId,
    pub work: Work,
    /// This one included.
    pub attempts: i64,
    claim: String,
}

/// What becomes of a job that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Retry(Millis),
    Parked,
    /// Its lease ran out and somebody else has it.
    Lost,
}

/// A parked job, for operators; its words are not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedJob {
    pub id: JobId,
    pub kind: String,
    pub attempts: i64,
    pub last_error: Option<String>,
    pub parked_at: Millis,
}

pub struct Jobs<'a>(pub(crate) &'a Db);

impl Jobs<'_> {
    /// Enqueues by itself what belongs to no other change, to be done at `at`. `None`: the key was used before.
    pub async fn enqueue(
        &self,
        work: &Work,
        key: Option<&str>,
        at: Millis,
    ) -> Result<Option<JobId>, StoreError> {
        let mut tx = self.0.begin().await?;
        let id = enqueue(&mut tx, work, key, at).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Takes up to `limit` jobs that are due, the most urgent first, for the time of the lease; nobody else gets them in it.
    pub async fn claim(&self, lease: Span, limit: usize, now: Millis) -> Result<Vec<Job>, StoreError> {
        let claim = uuid::Uuid::new_v4().simple().to_string();
        let args: Vec<Value> = args![&claim, now + lease, now, limit as i64];
        let mut rows = self.0.returning(CLAIM, args).await?;
        rows.sort_by_key(|row| {
            (row.get::<i64>("lane").ok(), row.get::<i64>("run_at").ok(), row.get::<String>("id").ok())
        });
        let mut jobs = Vec::new();
        for row in &rows {
            match job(row, &claim) {
                // Beyond its attempts without an answer: whoever takes it up dies of it.
                Ok(job) if job.attempts > MOST_ATTEMPTS => {
                    self.park(job.id, &claim, "it ended its worker", now).await?
                }
                Ok(job) => jobs.push(job),
                Err(error) => self.park(row.get("id")?, &claim, &error.to_string(), now).await?,
            }
        }
        Ok(jobs)
    }

    /// False when the lease ran out and somebody else took it up.
    pub async fn done(&self, job: &Job, now: Millis) -> Result<bool, StoreError> {
        Ok(self.0.run(DONE, args![job.id, &job.claim, now]).await? == 1)
    }

    /// Puts it back for later, or parks it after [`MOST_ATTEMPTS`].
    pub async fn failed(&self, job: &Job, error: &str, now: Millis) -> Result<Fate, StoreError> {
        if job.attempts >= MOST_ATTEMPTS {
            self.park(job.id, &job.claim, error, now).await?;
            return Ok(Fate::Parked);
        }
        let at = now + pause(job.attempts);
        match self.0.run(RETRY, args![job.id, &job.claim, at, error]).await? {
            0 => Ok(Fate::Lost),
            _ => Ok(Fate::Retry(at)),
        }
    }

    async fn park(&self, id: JobId, claim: &str, error: &str, now: Millis) -> Result<(), StoreError> {
        self.0.run(PARK, args![id, claim, now, error]).await.map(drop)
    }

    pub async fn parked(&self) -> Result<Vec<ParkedJob>, StoreError> {
        let rows = self.0.rows(PARKED, args![]).await?;
        let parked = |row: &Row| {
            Ok(ParkedJob {
                id: row.get("id")?,
                kind: row.get("kind")?,
                attempts: row.get("attempts")?,
                last_error: row.get("last_error")?,
                parked_at: row.get("parked_at")?,
            })
        };
        rows.iter().map(parked).collect()
    }

    /// Lets a parked job be tried again from the beginning. False when it is not parked.
    pub async fn revive(&self, id: JobId, now: Millis) -> Result<bool, StoreError> {
        let revived = self.0.run(REVIVE, args![id, now]).await? == 1;
        self.0.enqueued.notify_one();
        Ok(revived)
    }

    /// Jobs that are waiting or being done.
    pub async fn backlog(&self) -> Result<i64, StoreError> {
        self.0.row(BACKLOG, args![]).await?.ok_or(StoreError::NotFound)?.get("jobs")
    }

    /// When the next job is due, or its lease runs out; it may have passed.
    pub async fn next_at(&self) -> Result<Option<Millis>, StoreError> {
        self.0.row(NEXT_AT, args![]).await?.ok_or(StoreError::NotFound)?.get("next_at")
    }

    /// Resolves when this process has enqueued something since the last call: for one dispatcher.
    pub async fn enqueued(&self) {
        self.0.enqueued.notified().await;
    }

    /// Deletes what was done before `before`, and with it the memory of its keys.
    pub async fn forget(&self, before: Millis) -> Result<u64, StoreError> {
        self.0.run(FORGET, args![before]).await
    }
}

/// Enqueues as a part of a transaction.
pub(crate) async fn enqueue(
    tx: &mut Tx<'_>,
    work: &Work,
    key: Option<&str>,
    at: Millis,
) -> Result<Option<JobId>, StoreError> {
    let id = JobId::new();
    let payload = serde_json::to_string(work).map_err(|e| decode_error("payload", e))?;
    let new = tx.run(ENQUEUE, args![id, work.kind(), payload, key, work.lane(), at]).await? == 1;
    tx.wakes_jobs |= new;
    Ok(new.then_some(id))
}

fn job(row: &Row, claim: &str) -> Result<Job, StoreError> {
    let payload: String = row.get("payload")?;
    let work = serde_json::from_str(&payload).map_err(|e| decode_error("payload", e))?;
    Ok(Job { id: row.get("id")?, work, attempts: row.get("attempts")?, claim: claim.to_owned() })
}

fn pause(attempts: i64) -> Span {
    Span(Span::secs(1 << attempts.clamp(0, 20)).0.min(LONGEST_PAUSE.0))
}
