//! The way out of hyper: a transport that knows when the head of an answer is on the wire, so that the socket can be
//! taken from under it.

use crate::{lock, subscriber::Reader};
use std::{
    sync::{
        Mutex,
        atomic::{AtomicU8, Ordering::SeqCst},
    },
    task::{Context, Waker},
};

/// Hyper serves requests.
const SERVING: u8 = 0;
/// The answer to one is awaited with which the socket probably goes.
const EXPECTING: u8 = 1;
/// The answer's body has been asked for bytes and has put its reader here instead.
const OFFERED: u8 = 2;
/// Everything before the body is on the wire: the socket may go.
const FLUSHED: u8 = 3;
/// The connection is to be dropped.
const ABORTED: u8 = 4;

/// One connection of hyper's, as seen by the answers that go over it.
pub(crate) struct Handoff {
    phase: AtomicU8,
    reader: Mutex<Option<Reader>>,
    waker: Mutex<Option<Waker>>,
}

impl Handoff {
    pub const fn new() -> Self {
        Self { phase: AtomicU8::new(SERVING), reader: Mutex::new(None), waker: Mutex::new(None) }
    }

    /// An abort in the meantime stays one.
    fn step(&self, from: u8, to: u8) -> bool {
        self.phase.compare_exchange(from, to, SeqCst, SeqCst).is_ok()
    }

    /// Until it is answered nothing is to be read: the shard listens to the socket then.
    pub fn expect(&self) {
        self.step(SERVING, EXPECTING);
    }

    /// The socket stays. The task comes by once more, to wait for what it did not listen to.
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

    fn wake(&self) {
        if let Some(waker) = lock(&self.waker).take() {
            waker.wake();
        }
    }

    /// The connection's task sleeps; it is woken by an abort, and when the socket stays that was expected to go.
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
