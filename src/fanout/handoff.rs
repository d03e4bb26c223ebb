//! Hands a socket from hyper to a shard. The transport under hyper knows when the response head is sent; from then on
//! the socket can be taken.

use crate::{lock, subscriber::Reader};
use std::{
    sync::{
        Mutex,
        atomic::{
            AtomicU8, AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    task::{Context, Waker},
    time::Duration,
};

/// Hyper serves requests.
const SERVING: u8 = 0;
/// A response is pending that will probably hand off the socket.
const EXPECTING: u8 = 1;
/// The response body was polled and has left its reader here.
const OFFERED: u8 = 2;
/// Everything before the body is sent: the socket can be taken.
const FLUSHED: u8 = 3;
/// The connection must be dropped.
const ABORTED: u8 = 4;

/// The handoff state of one hyper connection, shared with the responses sent on it.
pub(crate) struct Handoff {
    phase: AtomicU8,
    reader: Mutex<Option<Reader>>,
    waker: Mutex<Option<Waker>>,
    /// In milliseconds; 0 if the response is one like others.
    patience: AtomicU64,
}

impl Handoff {
    pub const fn new() -> Self {
        Self {
            phase: AtomicU8::new(SERVING),
            reader: Mutex::new(None),
            waker: Mutex::new(None),
            patience: AtomicU64::new(0),
        }
    }

    /// Never leaves `ABORTED`.
    fn step(&self, from: u8, to: u8) -> bool {
        self.phase.compare_exchange(from, to, SeqCst, SeqCst).is_ok()
    }

    /// Stops reading from the socket until the response is ready: after a handoff the shard reads from it.
    pub fn expect(&self) {
        self.step(SERVING, EXPECTING);
    }

    /// Keeps the socket in hyper. Wakes the connection's task, which must poll reads that it skipped.
    pub fn stay(&self) {
        if self.step(EXPECTING, SERVING) {
            self.wake();
        }
    }

    pub fn is_expecting(&self) -> bool {
        self.phase.load(SeqCst) == EXPECTING
    }

    pub fn offer(&self, reader: Reader) {
        *lock(&self.reader) = Some(reader);
        let _ = self.step(EXPECTING, OFFERED) || self.step(SERVING, OFFERED);
    }

    pub fn flushed(&self) {
        self.step(OFFERED, FLUSHED);
    }

    pub fn abort(&self) {
        self.phase.store(ABORTED, SeqCst);
        self.wake();
    }

    /// How long the reader of the response that begins may take nothing of it, if longer than others.
    pub fn set_patience(&self, patience: Option<Duration>) {
        let millis = patience.map_or(0, |patience| u64::try_from(patience.as_millis()).unwrap_or(u64::MAX));
        self.patience.store(millis, Relaxed);
    }

    pub fn patience(&self) -> Option<Duration> {
        let millis = self.patience.load(Relaxed);
        (millis > 0).then(|| Duration::from_millis(millis))
    }

    fn wake(&self) {
        if let Some(waker) = lock(&self.waker).take() {
            waker.wake();
        }
    }

    /// Registers the connection's task, to be woken by an abort or when an expected handoff is cancelled.
    pub fn watch(&self, cx: &Context<'_>) {
        let old = lock(&self.waker).replace(cx.waker().clone());
        drop(old);
    }

    pub fn is_aborted(&self) -> bool {
        self.phase.load(SeqCst) == ABORTED
    }

    pub fn has_flushed(&self) -> bool {
        self.phase.load(SeqCst) == FLUSHED
    }

    pub fn take_reader(&self) -> Option<Reader> {
        lock(&self.reader).take()
    }
}
