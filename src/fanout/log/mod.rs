//! A log: one pump appends to it, many readers follow it.

pub(crate) mod ring;
pub(crate) mod span;

use crate::{
    counters::Tally,
    frame::Frame,
    lock,
    log::ring::{Budget, Next, Reach, Ring, RingPosition},
    log::span::Span,
    mailbox::Mailbox,
};
use std::{
    fmt,
    pin::pin,
    sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering::SeqCst},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// The frames of one audience, in order. Clones share the log.
#[derive(Clone)]
pub struct Log(Arc<LogInner>);

struct LogInner {
    state: Mutex<LogState>,
    readers: AtomicUsize,
    deserted: Notify,
    tally: Arc<Tally>,
}

struct LogState {
    ring: Ring,
    watchers: Vec<Watcher>,
    last_beat: Instant,
}

/// A shard with readers of this log. It is notified once of new frames, and again only after it has collected them.
struct Watcher {
    mailbox: Arc<Mailbox>,
    key: u32,
    told: bool,
}

/// What follows a given id, decided atomically with respect to appends on other threads.
#[derive(Debug)]
pub enum After {
    /// The log continues where the reader stopped.
    Covered(Cursor),
    /// The log was trimmed past the reader. Send the entries after `since` up to `head_id` privately; the cursor
    /// continues after them.
    Behind { cursor: Cursor, head_id: u64 },
}

impl Log {
    pub(crate) fn new(budget: Budget, head_id: u64, tally: Arc<Tally>) -> Self {
        let state =
            LogState { ring: Ring::new(budget, head_id), watchers: Vec::new(), last_beat: Instant::now() };
        Self(Arc::new(LogInner {
            state: Mutex::new(state),
            readers: AtomicUsize::new(0),
            deserted: Notify::new(),
            tally,
        }))
    }

    /// Appends a frame and wakes the shards that read this log; never waits for a reader.
    ///
    /// Returns false, and appends nothing, if the frame's id is not above the log's head. A restarted pump may thus
    /// repeat frames without duplicating a line.
    pub fn append(&self, frame: impl Into<Frame>) -> bool {
        self.extend(&[frame.into()]) > 0
    }

    /// Appends frames atomically, so that one flush sends them all. Returns how many were new.
    pub fn extend(&self, frames: &[Frame]) -> usize {
        let mut state = lock(&self.0.state);
        let fresh = state.extend(frames);
        drop(state);
        self.0.tally.frames_appended.add(fresh as u64);
        fresh
    }

    /// The id of the entry just before the first one that the log holds.
    pub fn base_id(&self) -> u64 {
        lock(&self.0.state).ring.base_id()
    }

    /// Bytes that can be appended before anything is trimmed.
    pub fn spare(&self) -> u64 {
        lock(&self.0.state).ring.spare()
    }

    /// Prepends older frames, as many as fit, for readers that missed more than the log holds. Their ids must have no
    /// gaps and end with [`base_id`](Self::base_id), else nothing is added. Current readers do not receive them.
    pub fn reach_back(&self, older: &[Frame]) {
        lock(&self.0.state).ring.reach_back(older);
    }

    /// Blanks the frame with this id: new readers receive its id but not its content.
    pub fn blank(&self, id: u64) {
        lock(&self.0.state).ring.blank(id);
    }

    /// Records that the journal has reached `id` although its last entries have no frame for this audience.
    pub fn advance(&self, id: u64) {
        lock(&self.0.state).ring.advance(id);
    }

    /// The id of the newest journal entry that the log knows of.
    pub fn head_id(&self) -> u64 {
        lock(&self.0.state).ring.head_id()
    }

    /// A cursor at the end of the log. Take it *before* you read a snapshot, then [`Cursor::skip_to`] the snapshot's
    /// id.
    pub fn head(&self) -> Cursor {
        let state = lock(&self.0.state);
        self.cursor(&state.ring, None, 0)
    }

    /// Where a reader that has seen `id` continues (`Last-Event-ID`, or `?since=` of its page).
    ///
    /// An id beyond the head comes from a page that was rendered before the pump caught up: frames up to it are skipped
    /// when they arrive. Frames without an id just after `id` are not repeated; send the newest values privately.
    pub fn after(&self, id: u64) -> After {
        let state = lock(&self.0.state);
        match state.ring.after(id) {
            Some(offset) => {
                let ahead = id > state.ring.head_id();
                After::Covered(self.cursor(&state.ring, Some(offset), if ahead { id } else { 0 }))
            }
            None => {
                After::Behind { cursor: self.cursor(&state.ring, None, 0), head_id: state.ring.head_id() }
            }
        }
    }

    fn cursor(&self, ring: &Ring, offset: Option<u64>, skip: u64) -> Cursor {
        self.0.readers.fetch_add(1, SeqCst);
        Cursor { log: self.clone(), place: RingPosition { offset: offset.unwrap_or(ring.head()), skip } }
    }

    /// Existing cursors, whether or not they are connected yet.
    pub fn readers(&self) -> usize {
        self.0.readers.load(SeqCst)
    }

    /// Resolves when there are no readers, at once if there are none: a pump must hold or see its first cursor before
    /// it waits. Check [`readers`](Self::readers) again under your registry's lock before you drop the log.
    pub async fn deserted(&self) {
        loop {
            let mut left = pin!(self.0.deserted.notified());
            left.as_mut().enable();
            if self.readers() == 0 {
                return;
            }
            left.await;
        }
    }

    pub(crate) fn beat(&self, now: Instant, every: Duration, frame: &Frame) {
        let mut state = lock(&self.0.state);
        if now.saturating_duration_since(state.last_beat) >= every {
            state.last_beat = now;
            state.extend(std::slice::from_ref(frame));
        }
    }

    /// Registers a shard, which is notified when the log grows beyond the returned offset.
    pub(crate) fn watch(&self, mailbox: Arc<Mailbox>, key: u32) -> u64 {
        let mut state = lock(&self.0.state);
        state.watchers.push(Watcher { mailbox, key, told: false });
        state.ring.head()
    }

    pub(crate) fn unwatch(&self, mailbox: &Arc<Mailbox>) {
        lock(&self.0.state).watchers.retain(|watcher| !Arc::ptr_eq(&watcher.mailbox, mailbox));
    }

    /// Copies everything from `offset` on and rearms the shard's notification. Returns the end of the log.
    pub(crate) fn collect(&self, mailbox: &Arc<Mailbox>, offset: u64, span: &mut Span) -> u64 {
        let mut state = lock(&self.0.state);
        for watcher in state.watchers.iter_mut().filter(|watcher| Arc::ptr_eq(&watcher.mailbox, mailbox)) {
            watcher.told = false;
        }
        state.ring.rest(offset, span);
        state.ring.head()
    }

    /// An identity: equal for clones of this log, different from every other live log.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl LogState {
    fn extend(&mut self, frames: &[Frame]) -> usize {
        let fresh = frames.iter().filter(|frame| self.ring.push((*frame).clone())).count();
        if fresh > 0 {
            for watcher in self.watchers.iter_mut().filter(|watcher| !watcher.told) {
                watcher.told = true;
                watcher.mailbox.log_grew(watcher.key);
            }
        }
        fresh
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("head_id", &self.head_id()).field("readers", &self.readers()).finish()
    }
}

/// One reader's position in a log. It counts as a reader from its creation until it is dropped.
#[derive(Debug)]
pub struct Cursor {
    log: Log,
    place: RingPosition,
}

impl Cursor {
    /// Skips frames with an id up to `id`, because a snapshot or a replay has shown them.
    pub fn skip_to(mut self, id: u64) -> Self {
        self.place.skip = self.place.skip.max(id);
        self
    }

    pub const fn log(&self) -> &Log {
        &self.log
    }

    pub(crate) fn next(&mut self) -> Next {
        lock(&self.log.0.state).ring.next(&mut self.place)
    }

    pub(crate) const fn place(&self) -> RingPosition {
        self.place
    }

    pub(crate) const fn advance(&mut self, offset: u64) {
        self.place.offset = offset;
    }

    pub(crate) fn span(&mut self, limit: usize, span: &mut Span) -> Reach {
        lock(&self.log.0.state).ring.span(&mut self.place, limit, span)
    }

    /// Gives up the trimmed frames and moves to the head. Returns the head's id.
    pub(crate) fn jump(&mut self) -> u64 {
        let state = lock(&self.log.0.state);
        self.place.offset = state.ring.head();
        state.ring.head_id()
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        if self.log.0.readers.fetch_sub(1, SeqCst) == 1 {
            self.log.0.deserted.notify_waiters();
        }
    }
}
