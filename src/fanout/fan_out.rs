//! The public handle of all shards.

use crate::{
    body::Body,
    config::Config,
    counters::{Counters, Tally},
    frame::Frame,
    link::Link,
    log::{Cursor, Log},
    mailbox::Mailbox,
    shard::Shard,
    subscriber::{Reader, Subscriber},
};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

/// The threads that write logs to connections. Clones share them; the threads end with [`shutdown`](Self::shutdown) or
/// when the last clone is dropped.
#[derive(Clone)]
pub struct Fanout(Arc<FanoutInner>);

struct FanoutInner {
    config: Arc<Config>,
    tally: Arc<Tally>,
    shards: Vec<Arc<Mailbox>>,
    turn: AtomicUsize,
}

impl Fanout {
    /// Starts the shard threads.
    ///
    /// # Errors
    /// The system's error when it has no thread or file descriptor left.
    pub fn start(config: Config) -> io::Result<Self> {
        let (config, tally) = (Arc::new(config), Arc::new(Tally::default()));
        let mut inner = FanoutInner { config, tally, shards: Vec::new(), turn: AtomicUsize::new(0) };
        for index in 0..inner.config.shards.max(1) {
            let mailbox = Arc::new(Mailbox::new(inner.config.clone(), inner.tally.clone())?);
            Shard::spawn(mailbox.clone(), index)?;
            inner.shards.push(mailbox);
        }
        Ok(Self(Arc::new(inner)))
    }

    /// Creates a log that continues a journal after `head_id`. Pass 0 for an empty journal or none.
    pub fn log(&self, head_id: u64) -> Log {
        Log::new(self.0.config.budget(), head_id, self.0.tally.clone())
    }

    /// Adds a reader: it receives `first`, which no other connection gets, and then the log from `cursor`.
    pub fn subscribe(&self, cursor: Cursor, first: impl IntoIterator<Item = Frame>) -> (Link, Body) {
        let turn = self.0.turn.fetch_add(1, Relaxed) % self.0.shards.len();
        let subscriber = Arc::new(Subscriber::new(self.0.shards[turn].clone(), Frame::join(first)));
        (Link(subscriber.clone()), Body::new(Reader { subscriber, cursor }))
    }

    pub fn counters(&self) -> Counters {
        self.0.tally.read()
    }

    /// Sends `event: bye` with a reconnect delay to every reader, ends all bodies and stops the threads. Resolves when
    /// all readers have left, at the latest after [`Config::farewell`].
    pub async fn shutdown(&self) {
        for shard in &self.0.shards {
            shard.shut_down();
        }
        for shard in &self.0.shards {
            shard.finished().await;
        }
    }
}

impl Drop for FanoutInner {
    fn drop(&mut self) {
        for shard in &self.shards {
            shard.shut_down();
        }
    }
}
