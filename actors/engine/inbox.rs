//! The limit in front of an actor's unbounded mailbox, and its counters.
//!
//! A message travels in an [`Envelope`] whose ticket counts it as waiting until the actor takes it, or until it is
//! dropped with a dead actor's mailbox. The depth is therefore always exact.

use crate::engine::{mask::mask, request};
use domain::{id::RequestId, time::Span};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{sync::oneshot, time::Instant};

/// How long a call waits for its answer, including restarts of the actor.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Why an actor did not take or answer a message. All but `Unknown` become a 503 that is worth retrying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    #[error("too much is waiting here already")]
    Full,
    #[error("this room fell too often and waits for an operator")]
    Parked,
    #[error("it is being restarted")]
    Resting,
    #[error("no answer came in time")]
    Timeout,
    #[error("the answer was lost")]
    Lost,
    #[error("the engine is closing")]
    Closed,
    #[error("there is nothing under this name")]
    Unknown,
}

impl CallError {
    /// The retry delay given to clients.
    pub const fn retry_after(self) -> Span {
        match self {
            Self::Parked => Span::secs(30),
            Self::Closed => Span::secs(5),
            _ => Span::secs(1),
        }
    }
}

/// Where an answer is sent. If it is dropped without an answer, the caller gets `Lost`.
#[derive(Debug)]
pub struct Reply<T>(oneshot::Sender<T>);

impl<T> Reply<T> {
    pub(crate) fn pair() -> (Self, oneshot::Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }
    /// Answers. It is not an error if the caller no longer waits.
    pub fn send(self, answer: T) {
        drop(self.0.send(answer));
    }
    /// The caller has given up and got an error.
    pub fn is_abandoned(&self) -> bool {
        self.0.is_closed()
    }
}

/// The counters of a slot, over all lives of its actor.
#[derive(Debug)]
pub struct Meter {
    waiting: AtomicUsize,
    /// What a worker reports as waiting elsewhere.
    backlog: AtomicUsize,
    handled: AtomicU64,
    spent_micros: AtomicU64,
    slowest_micros: AtomicU64,
    last_error: Mutex<Option<String>>,
    last_use: Mutex<Instant>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            waiting: AtomicUsize::default(),
            backlog: AtomicUsize::default(),
            handled: AtomicU64::default(),
            spent_micros: AtomicU64::default(),
            slowest_micros: AtomicU64::default(),
            last_error: Mutex::default(),
            last_use: Mutex::new(Instant::now()),
        }
    }
}

impl Meter {
    /// Messages accepted and not yet taken.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Relaxed) + self.backlog.load(Relaxed)
    }
    pub fn handled(&self) -> u64 {
        self.handled.load(Relaxed)
    }
    pub fn last_error(&self) -> Option<String> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// The mean and the longest time from acceptance to the end of handling.
    pub fn latency(&self) -> (Duration, Duration) {
        let mean = self.spent_micros.load(Relaxed).checked_div(self.handled()).unwrap_or_default();
        (Duration::from_micros(mean), Duration::from_micros(self.slowest_micros.load(Relaxed)))
    }
    /// The total time from acceptance to the end of handling, over all messages, in microseconds.
    pub(crate) fn spent_micros(&self) -> u64 {
        self.spent_micros.load(Relaxed)
    }
    /// How long ago the last message arrived or was handled.
    pub(crate) fn idle(&self) -> Duration {
        self.last_use.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    pub(crate) fn count(&self, handled: u64) {
        self.handled.fetch_add(handled, Relaxed);
    }
    pub(crate) fn set_backlog(&self, waiting: usize) {
        self.backlog.store(waiting, Relaxed);
    }
    pub(crate) fn failed(&self, error: impl Into<String>) {
        *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(mask(&error.into()));
    }
    pub(crate) fn finished(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.spent_micros.fetch_add(micros, Relaxed);
        self.slowest_micros.fetch_max(micros, Relaxed);
        self.count(1);
        self.touch();
    }
    fn touch(&self) {
        *self.last_use.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Admits one more message if fewer than `bound` wait.
    pub(crate) fn admit(self: &Arc<Self>, bound: usize) -> Option<Ticket> {
        let room = |waiting| (waiting < bound).then_some(waiting + 1);
        self.waiting.fetch_update(Relaxed, Relaxed, room).ok()?;
        self.touch();
        Some(Ticket { meter: Arc::clone(self), since: Instant::now(), request: request::current() })
    }
}

/// A place in the queue, released when dropped.
#[derive(Debug)]
pub(crate) struct Ticket {
    meter: Arc<Meter>,
    pub since: Instant,
    /// The request that caused the message.
    pub request: Option<RequestId>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.meter.waiting.fetch_sub(1, Relaxed);
    }
}

/// An item of the mailbox.
pub(crate) struct Envelope<M> {
    pub ticket: Ticket,
    pub content: Content<M>,
}

pub(crate) enum Content<M> {
    Message(M),
    /// Chaos: the actor panics when it takes this.
    Panic,
}
