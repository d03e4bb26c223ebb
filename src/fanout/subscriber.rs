//! The state of one connection that link, transport and shard share.

use crate::{
    counters::Tally,
    frame::Frame,
    handoff::Handoff,
    link::{Closed, Refused},
    lock,
    log::Cursor,
    mailbox::Mailbox,
};
use std::{
    collections::VecDeque,
    mem,
    panic::{self, AssertUnwindSafe},
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Waker},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

type Callback = Box<dyn FnOnce(Closed) + Send>;

pub(crate) struct Subscriber {
    mailbox: Arc<Mailbox>,
    state: Mutex<SubscriberState>,
    gone: Notify,
}

#[derive(Default)]
struct SubscriberState {
    mail: VecDeque<Frame>,
    ending: Option<Closed>,
    closed: Option<Closed>,
    home: Home,
    /// The hyper connection that carries the response, if `serve` made it.
    handoff: Option<Arc<Handoff>>,
    may_leave: bool,
    on_close: Vec<Callback>,
}

#[derive(Default)]
enum Home {
    /// The response exists, but no transport has polled its body yet.
    #[default]
    Nowhere,
    Socket {
        slot: u32,
    },
    Stream {
        slot: u32,
        waker: Option<Waker>,
        /// When it was woken, if it was not polled since.
        waiting: Option<Instant>,
    },
}

/// A slot number that no connection gets.
const NO_SLOT: u32 = u32::MAX;

/// What the private queue has for a transport that stands on a frame boundary.
pub(crate) enum Mail {
    Frame(Frame),
    Empty,
    /// Nothing more is to be sent.
    End(Closed),
}

impl Subscriber {
    pub fn new(mailbox: Arc<Mailbox>, first: Option<Frame>) -> Self {
        let state = SubscriberState { mail: first.into_iter().collect(), ..SubscriberState::default() };
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

    pub fn push(&self, frame: Frame) -> Result<(), Refused> {
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

    /// Sends the queued frames, then `frame`, then nothing more.
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

    /// Puts a frame at the head of the queue: it replaces log frames that would be due now.
    pub fn push_front(&self, frame: Frame) {
        lock(&self.state).mail.push_front(frame);
    }

    pub fn has_mail(&self) -> bool {
        let state = lock(&self.state);
        !state.mail.is_empty() || state.ending.is_some()
    }

    pub fn next(&self) -> Mail {
        lock(&self.state).next()
    }

    /// Takes the first queued frame if it has at most `limit` bytes.
    pub fn take_small_frame(&self, limit: usize) -> Option<Frame> {
        let mut state = lock(&self.state);
        let short = state.closed.is_none() && state.mail.front()?.chunk().len() <= limit;
        if !short {
            return None;
        }
        match state.next() {
            Mail::Frame(frame) => Some(frame),
            Mail::Empty | Mail::End(_) => None,
        }
    }

    /// Sets the stream's slot in its shard; false if it has already closed.
    pub fn settle_stream(&self, slot: u32) -> bool {
        let mut state = lock(&self.state);
        match &mut state.home {
            Home::Stream { slot: settled, .. } => *settled = slot,
            home => *home = Home::Stream { slot, waker: None, waiting: None },
        }
        state.closed.is_none()
    }

    pub fn settle_socket(&self, slot: u32) {
        lock(&self.state).home = Home::Socket { slot };
    }

    /// Records that the response goes over a connection of `serve`, and whether the socket may leave hyper.
    pub fn offer(&self, handoff: Arc<Handoff>, may_leave: bool) {
        let mut state = lock(&self.state);
        state.handoff = Some(handoff);
        state.may_leave = may_leave;
    }

    pub fn take_handoff(&self) -> Option<Arc<Handoff>> {
        let mut state = lock(&self.state);
        if state.may_leave { state.handoff.take() } else { None }
    }

    pub fn wake(&self) {
        let mut state = lock(&self.state);
        let waker = match &mut state.home {
            Home::Nowhere => None,
            Home::Socket { slot } => {
                self.mailbox.look_at(*slot);
                None
            }
            Home::Stream { waker, waiting, .. } => {
                waiting.get_or_insert_with(Instant::now);
                waker.take()
            }
        };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// How long the stream's transport has not polled although it was woken.
    pub fn waiting(&self, now: Instant) -> Option<Duration> {
        match &lock(&self.state).home {
            Home::Stream { waiting: Some(since), .. } => Some(now.saturating_duration_since(*since)),
            _ => None,
        }
    }

    /// Polls on behalf of the stream's transport, which is woken when there is more.
    pub fn poll(&self, cx: &Context<'_>) -> Mail {
        let mut state = lock(&self.state);
        let slot = if let Home::Stream { slot, .. } = state.home { slot } else { NO_SLOT };
        let home = Home::Stream { slot, waker: Some(cx.waker().clone()), waiting: None };
        let old = mem::replace(&mut state.home, home);
        let mail = state.next();
        drop(state);
        // Dropping a waker may drop its task, and with it a body that closes its subscriber: never under the lock.
        drop(old);
        mail
    }

    pub fn on_close(&self, callback: impl FnOnce(Closed) + Send + 'static) {
        let mut state = lock(&self.state);
        match state.closed {
            None => {
                // Nearly all connections have exactly one callback.
                state.on_close.reserve_exact(1);
                state.on_close.push(Box::new(callback));
            }
            Some(reason) => {
                drop(state);
                callback(reason);
            }
        }
    }

    pub async fn gone(&self) -> Closed {
        loop {
            let mut gone = pin!(self.gone.notified());
            gone.as_mut().enable();
            if let Some(reason) = self.closed() {
                return reason;
            }
            gone.await;
        }
    }

    /// Closes the connection; only the first reason counts. Runs the close callbacks outside all locks.
    pub fn close(&self, reason: Closed) {
        let mut state = lock(&self.state);
        if state.closed.is_some() {
            return;
        }
        state.closed = Some(reason);
        let mail = mem::take(&mut state.mail);
        let on_close = mem::take(&mut state.on_close);
        let handoff = state.handoff.take();
        if let Home::Stream { slot, .. } = state.home {
            self.mailbox.look_at(slot);
        }
        drop(state);
        drop(mail);
        if reason == Closed::TooSlow {
            self.tally().closed_slow.add(1);
            // Hyper does not poll a body while the socket is full, so it would never notice the end.
            handoff.inspect(|handoff| handoff.abort());
        }
        for callback in on_close {
            // The panic hook reports a panic; the other connections of this thread continue.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| callback(reason)));
        }
        self.gone.notify_waiters();
        self.wake();
    }
}

impl SubscriberState {
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

/// A subscriber and its position in the log. Its holder carries the connection; dropping it closes the connection.
pub(crate) struct Reader {
    pub subscriber: Arc<Subscriber>,
    pub cursor: Cursor,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Hyper does not report that the kernel gave up on a blocked peer. Not polling for a whole beat indicates it.
        let silent = self
            .subscriber
            .waiting(Instant::now())
            .is_some_and(|waiting| waiting >= self.subscriber.mailbox.config.beat);
        self.subscriber.close(if silent { Closed::TooSlow } else { Closed::Peer });
    }
}
