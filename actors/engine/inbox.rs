//! The bounded door in front of an actor's unbounded mailbox, and what is counted at it.
//!
//! A message travels in an [`Envelope`] whose ticket counts it as waiting until the actor takes it up, or until it is dropped
//! with a dead actor's mailbox: so the depth is exact at any moment and after any end.

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

/// A call waits this long for its answer, restarts of the actor included.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Why an actor did not take or answer a message. All but `Unknown` are a 503 that is worth another try.
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
    /// What a client is told to wait.
    pub const fn retry_after(self) -> Span {
        match self {
            Self::Parked => Span::secs(30),
            Self::Closed => Span::secs(5),
            _ => Span::secs(1),
        }
    }
}

/// Where an answer goes. Dropped unanswered, the caller learns that it was lost.
#[derive(Debug)]
pub struct Reply<T>(oneshot::Sender<T>);

impl<T> Reply<T> {
    pub(crate) fn pair() -> (Self, oneshot::Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }
    /// Answers; one who no longer waits does not mind.
    pub fn send(self, answer: T) {
        drop(self.0.send(answer));
    }
    /// Whoever asked waits no more, and was told so.
    pub fn is_abandoned(&self) -> bool {
        self.0.is_closed()
    }
}

/// What a slot counts, over all lives of its actor.
#[derive(Debug)]
pub struct Meter {
    waiting: AtomicUsize,
    /// What a worker says is waiting for it elsewhere.
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
    /// Messages accepted and not yet taken up.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Relaxed) + self.backlog.load(Relaxed)
    }
    pub fn handled(&self) -> u64 {
        self.handled.load(Relaxed)
    }
    pub fn last_error(&self) -> Option<String> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// Mean and longest time from acceptance to the end of handling.
    pub fn latency(&self) -> (Duration, Duration) {
        let mean = self.spent_micros.load(Relaxed).checked_div(self.handled()).unwrap_or_default();
        (Duration::from_micros(mean), Duration::from_micros(self.slowest_micros.load(Relaxed)))
    }
    /// Time from acceptance to the end of handling, of all messages together.
    pub(crate) fn spent_micros(&self) -> u64 {
        self.spent_micros.load(Relaxed)
    }
    /// How long no message has come or been handled.
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

    /// Lets one more in while fewer than `bound` wait.
    pub(crate) fn admit(self: &Arc<Self>, bound: usize) -> Option<Ticket> {
        let room = |waiting| (waiting < bound).then_some(waiting + 1);
        self.waiting.fetch_update(Relaxed, Relaxed, room).ok()?;
        self.touch();
        Some(Ticket { meter: Arc::clone(self), since: Instant::now(), request: request::current() })
    }
}

/// A place in the queue; given back when dropped.
#[derive(Debug)]
pub(crate) struct Ticket {
    meter: Arc<Meter>,
    pub since: Instant,
    /// The one that the message came from.
    pub request: Option<RequestId>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.meter.waiting.fetch_sub(1, Relaxed);
    }
}

/// What the mailbox carries.
pub(crate) struct Envelope<M> {
    pub ticket: Ticket,
    pub content: Content<M>,
}

pub(crate) enum Content<M> {
    Message(M),
    /// Chaos: the actor panics when it takes this up.
    Panic,
}
