//! The server's hold on one connection, whichever transport carries it.

use crate::{counters::Tally, frame::Frame, lock, shard::Mailbox};
use std::{
    collections::VecDeque,
    fmt, mem,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Waker},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// Why a connection is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The peer closed, its network died, or the answer was dropped before it began.
    Peer,
    /// It took nothing for the deadline, or stood inside a frame that was trimmed.
    TooSlow,
    /// [`Link::end`] was called and all was sent.
    Ended,
    /// The fan-out shut down.
    Shutdown,
}

/// Why a private frame was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The connection's private queue is full: its reader does not keep up.
    Full,
    /// It is closed, or its last frame was already given.
    Closed,
}

type Callback = Box<dyn FnOnce(Closed) + Send>;

/// What the link, the transport and the shard share about one connection.
pub(crate) struct Seat {
    mailbox: Arc<Mailbox>,
    state: Mutex<State>,
    gone: Notify,
}

#[derive(Default)]
struct State {
    mail: VecDeque<Frame>,
    ending: Option<Closed>,
    closed: Option<Closed>,
    home: Home,
    on_close: Vec<Callback>,
}

#[derive(Default)]
enum Home {
    /// Answered, but no transport has asked for bytes yet.
    #[default]
    Nowhere,
    Stream {
        slot: u32,
        waker: Option<Waker>,
        /// Woken at this moment and not polled since.
        waiting: Option<Instant>,
    },
}

/// What the private queue has for the transport, which stands on a frame boundary.
pub(crate) enum Mail {
    Frame(Frame),
    Empty,
    /// Nothing more is to be sent.
    End(Closed),
}

impl Seat {
    pub fn new(mailbox: Arc<Mailbox>, first: Option<Frame>) -> Self {
        let state = State { mail: first.into_iter().collect(), ..State::default() };
        Self { mailbox, state: Mutex::new(state), gone: Notify::new() }
    }

    pub const fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    pub fn tally(&self) -> &Tally {
        &self.mailbox.tally
    }

    pub fn closed(&self) -> Option<Closed> {
        lock(&self.state).closed
    }

    fn push(&self, frame: Frame) -> Result<(), Refused> {
        let mut state = lock(&self.state);
        if state.ending.or(state.closed).is_some() {
            return Err(Refused::Closed);
        }
        if state.mail.len() >= self.mailbox.config.private_frames {
            return Err(Refused::Full);
        }
        state.mail.push_back(frame);
        drop(state);
        self.wake();
        Ok(())
    }

    /// Sends what is queued, then `frame`, then nothing ever.
    pub fn end(&self, frame: &Frame, reason: Closed) {
        let mut state = lock(&self.state);
        if state.ending.or(state.closed).is_some() {
            return;
        }
        state.ending = Some(reason);
        state.mail.push_back(frame.closing());
        drop(state);
        self.wake();
    }

    /// Jumps the queue: the frame stands for log frames that would have come now.
    pub fn push_front(&self, frame: Frame) {
        lock(&self.state).mail.push_front(frame);
    }

    /// The shard has a slot for the connection; false if it closed before.
    pub fn settle(&self, slot: u32) -> bool {
        let mut state = lock(&self.state);
        if state.closed.is_some() {
            return false;
        }
        match &mut state.home {
            Home::Nowhere => state.home = Home::Stream { slot, waker: None, waiting: None },
            Home::Stream { slot: settled, .. } => *settled = slot,
        }
        true
    }

    pub fn wake(&self) {
        let mut state = lock(&self.state);
        let Home::Stream { waker, waiting, .. } = &mut state.home else { return };
        waiting.get_or_insert_with(Instant::now);
        let waker = waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// How long the transport has not come for what waits for it.
    pub fn waiting(&self, now: Instant) -> Option<Duration> {
        match &lock(&self.state).home {
            Home::Stream { waiting: Some(since), .. } => Some(now.saturating_duration_since(*since)),
            _ => None,
        }
    }

    /// A stream transport asks; it is woken when there is more.
    pub fn poll(&self, cx: &Context<'_>) -> Mail {
        let mut state = lock(&self.state);
        let slot = if let Home::Stream { slot, .. } = state.home { slot } else { u32::MAX };
        let home = Home::Stream { slot, waker: Some(cx.waker().clone()), waiting: None };
        let old = mem::replace(&mut state.home, home);
        let mail = state.next();
        drop(state);
        // Dropping a waker may drop the task behind it and with it a body that closes its seat: not under the lock.
        drop(old);
        mail
    }

    /// The first reason given stays. Runs what waits for the end, outside all locks.
    pub fn close(&self, reason: Closed) {
        let mut state = lock(&self.state);
        if state.closed.is_some() {
            return;
        }
        state.closed = Some(reason);
        state.mail = VecDeque::new();
        let on_close = mem::take(&mut state.on_close);
        if let Home::Stream { slot, .. } = state.home {
            self.mailbox.look_at(slot);
        }
        drop(state);
        if reason == Closed::TooSlow {
            self.tally().closed_slow.add(1);
        }
        for callback in on_close {
            callback(reason);
        }
        self.gone.notify_waiters();
        self.wake();
    }
}

impl State {
    fn next(&mut self) -> Mail {
        if let Some(reason) = self.closed {
            return Mail::End(reason);
        }
        match self.mail.pop_front() {
            Some(frame) => {
                if self.mail.is_empty() {
                    self.mail = VecDeque::new();
                }
                Mail::Frame(frame)
            }
            None => self.ending.map_or(Mail::Empty, Mail::End),
        }
    }
}

/// A handle of one connection: cheap to clone, and dropping it changes nothing.
#[derive(Clone)]
pub struct Link(pub(crate) Arc<Seat>);

impl Link {
    /// Queues a frame for this connection alone; it goes out between two frames of the log.
    pub fn send(&self, frame: impl Into<Frame>) -> Result<(), Refused> {
        self.0.push(frame.into())
    }

    /// Queues a last frame, after which the connection ends; frames of the log are no longer sent.
    pub fn end(&self, frame: impl Into<Frame>) {
        self.0.end(&frame.into(), Closed::Ended);
    }

    /// The reason, once it is closed.
    pub fn is_closed(&self) -> Option<Closed> {
        self.0.closed()
    }

    /// Runs `callback` once when the connection is closed, at once if it is. It runs on the thread that noticed, often
    /// a shard's: hand the news on and return.
    pub fn on_close(&self, callback: impl FnOnce(Closed) + Send + 'static) {
        let mut state = lock(&self.0.state);
        match state.closed {
            None => state.on_close.push(Box::new(callback)),
            Some(reason) => {
                drop(state);
                callback(reason);
            }
        }
    }

    pub async fn closed(&self) -> Closed {
        loop {
            let mut gone = pin!(self.0.gone.notified());
            gone.as_mut().enable();
            if let Some(reason) = self.is_closed() {
                return reason;
            }
            gone.await;
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("closed", &self.is_closed()).finish()
    }
}
