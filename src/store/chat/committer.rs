//! Group commit: one task per database merges the waiting batches of all rooms into one transaction, so that a hundred
//! busy rooms share an fsync. While one transaction is in flight, the next batches gather in the queue.
//!
//! If a merged transaction fails, its batches are tried one by one, so that only a bad one fails. Each caller is
//! answered after the COMMIT that contains its batch, or with the error that kept it out.

use crate::{chat::journal, db::connections::Db};
use domain::{
    chat::room::{Batch, JournalEntry},
    error::StoreError,
    id::RoomId,
};
use futures_util::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};
use tracing::Span;

/// A transaction with this many entries takes no further batch, because the callers of the first are waiting.
const ENOUGH: usize = 4096;
/// The number of waiting batches at which callers must wait for a place.
const QUEUE: usize = 1024;
/// How long the batches of a failed transaction are tried one by one before the rest fails.
const PATIENCE: Duration = Duration::from_secs(10);

struct Waiting {
    batch: Batch,
    answer: oneshot::Sender<Result<(), StoreError>>,
    /// Fails before its COMMIT; set by [`Committer::fail_next`].
    doomed: bool,
    /// Identifies the requests that caused it.
    span: Span,
}

pub(crate) struct Committer {
    queue: mpsc::Sender<Waiting>,
    to_fail: AtomicU64,
}

impl Committer {
    /// Starts the task; it ends when the committer is dropped and the queue is empty.
    pub fn start(db: Arc<Db>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(run(db, waiting));
        Self { queue, to_fail: AtomicU64::new(0) }
    }

    pub fn fail_next(&self, batches: u64) {
        self.to_fail.store(batches, Relaxed);
    }

    pub async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        if !in_order(&batch) {
            return Err(StoreError::Conflict("seq"));
        }
        let doomed = self.to_fail.fetch_update(Relaxed, Relaxed, |n| n.checked_sub(1)).is_ok();
        let (answer, answered) = oneshot::channel();
        let gone = |_| StoreError::Unavailable("the committer is gone".into());
        self.queue
            .send(Waiting { batch, answer, doomed, span: Span::current() })
            .await
            .map_err(|_| gone(()))?;
        answered.await.map_err(|_| gone(()))?
    }
}

impl Committer {
    /// Resolves when everything submitted before is answered: an empty batch waits in the queue like the others.
    pub async fn finish(&self) {
        let nothing = Batch { room: RoomId::new(), entries: Vec::new() };
        drop(self.commit(nothing).await);
    }
}

/// Whether all entries belong to one room and their numbers are consecutive.
fn in_order(batch: &Batch) -> bool {
    batch.entries.iter().all(|entry| entry.room == batch.room)
        && batch.entries.is_sorted_by(|a, b| a.seq + 1 == b.seq)
}

async fn run(db: Arc<Db>, mut queue: mpsc::Receiver<Waiting>) {
    while let Some(first) = queue.recv().await {
        let gathered = gather(first, &mut queue);
        // A panic fails these batches, whose callers see their channel close. It does not affect later ones.
        if AssertUnwindSafe(settle(&db, gathered)).catch_unwind().await.is_err() {
            tracing::error!("a group commit died");
        }
    }
}

fn gather(first: Waiting, queue: &mut mpsc::Receiver<Waiting>) -> Vec<Waiting> {
    let mut entries = first.batch.entries.len();
    let mut gathered = vec![first];
    while entries < ENOUGH {
        let Ok(next) = queue.try_recv() else { break };
        entries += next.batch.entries.len();
        gathered.push(next);
    }
    gathered
}

async fn settle(db: &Db, gathered: Vec<Waiting>) {
    if attempt(db, &gathered).await.is_ok() {
        return gathered.into_iter().for_each(|one| reply(one, Ok(())));
    }
    let give_up = Instant::now() + PATIENCE;
    for one in gathered {
        let result = match Instant::now() < give_up {
            true => match attempt(db, std::slice::from_ref(&one)).await {
                Err(StoreError::Conflict("unique")) => Err(which_conflict(db, &one.batch).await),
                result => result,
            },
            false => Err(StoreError::Unavailable("the database takes too long".into())),
        };
        reply(one, result);
    }
}

/// The caller may be gone: its entries are stored anyway, and found when the room is loaded.
fn reply(one: Waiting, result: Result<(), StoreError>) {
    let entries = one.batch.entries.len();
    one.span.in_scope(|| match &result {
        Ok(()) => tracing::debug!(entries, "stored"),
        Err(error) => tracing::debug!(entries, %error, "not stored"),
    });
    drop(one.answer.send(result));
}

async fn attempt(db: &Db, batches: &[Waiting]) -> Result<(), StoreError> {
    let entries: Vec<&JournalEntry> =
        batches.iter().flat_map(|one| &one.batch.entries).map(|entry| &**entry).collect();
    let doomed = batches.iter().any(|one| one.doomed);
    if !doomed && journal::is_one_statement(&entries) {
        return journal::write_alone(db, &entries).await;
    }
    let mut tx = db.begin().await?;
    journal::write(&mut tx, &entries).await?;
    if doomed {
        return Err(StoreError::Unavailable("this commit was made to fail".into()));
    }
    tx.commit().await
}

/// Finds out which of the journal's two unique rules a batch broke, because SQLite does not say.
async fn which_conflict(db: &Db, batch: &Batch) -> StoreError {
    let first = batch.entries.first().map_or(0, |entry| entry.seq);
    match journal::last_seq(db, batch.room).await {
        Ok(last) if last >= first => StoreError::Conflict("seq"),
        Ok(_) => StoreError::Conflict("client_id"),
        Err(error) => error,
    }
}
