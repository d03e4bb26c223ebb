//! What the link, the transport and the shard share about one connection.

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
    state: Mutex<State>,
    gone: Notify,
}

#[derive(Default)]
struct State {
    mail: VecDeque<Frame>,
    ending: Option<Closed>,
    closed: Option<Closed>,
    home: Home,
    /// The connection of hyper that carries the answer, if it is ours.
    handoff: Option<Arc<Handoff>>,
    may_leave: bool,
    on_close: Vec<Callback>,
}

#[derive(Default)]
enum Home {
    /// Answered, but no transport has asked for bytes yet.
    #[default]
    Nowhere,
    Socket {
        slot: u32,
    },
    Stream {
        slot: u32,
        waker: Option<Waker>,
        /// Woken at this moment and not polled since.
        waiting: Option<Instant>,
    },
}

/// A slot that no connection ever has.
const NO_SLOT: u32 = u32::MAX;

/// What the private queue has for the transport, which stands on a frame boundary.
pub(crate) enum Mail {
    Frame(Frame),
    Empty,
    /// Nothing more is to be sent.
    End(Closed),
}

impl Subscriber {
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

    pub fn has_mail(&self) -> bool {
        let state = lock(&self.state);
        !state.mail.is_empty() || state.ending.is_some()
    }

    pub fn next(&self) -> Mail {
        lock(&self.state).next()
    }

    /// The first frame that waits, if it is of at most `limit` bytes.
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

    /// The shard has a slot for the stream; false if it closed before.
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

    /// The answer goes over a connection of ours, and may leave it with the socket.
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

    /// How long a stream's transport has not come for what waits for it.
    pub fn waiting(&self, now: Instant) -> Option<Duration> {
        match &lock(&self.state).home {
            Home::Stream { waiting: Some(since), .. } => Some(now.saturating_duration_since(*since)),
            _ => None,
        }
    }

    /// A stream's transport asks; it is woken when there is more.
    pub fn poll(&self, cx: &Context<'_>) -> Mail {
        let mut state = lock(&self.state);
        let slot = if let Home::Stream { slot, .. } = state.home { slot } else { NO_SLOT };
        let home = Home::Stream { slot, waker: Some(cx.waker().clone()), waiting: None };
        let old = mem::replace(&mut state.home, home);
        let mail = state.next();
        drop(state);
        // Dropping a waker may drop the task behind it and with it a body that closes its subscriber: not under the lock.
        drop(old);
        mail
    }

    pub fn on_close(&self, callback: impl FnOnce(Closed) + Send + 'static) {
        let mut state = lock(&self.state);
        match state.closed {
            None => {
                // One is what nearly all have.
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

    /// The first reason given stays. Runs what waits for the end, outside all locks.
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
            // Hyper does not ask a body for anything while the socket is full, so it would never hear of the end.
            handoff.inspect(|handoff| handoff.abort());
        }
        for callback in on_close {
            // Its panic is reported by the panic hook; the other connections of this thread go on.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| callback(reason)));
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

/// A subscriber and its place in the log. Whoever holds it carries the connection; dropped, it closes.
pub(crate) struct Reader {
    pub subscriber: Arc<Subscriber>,
    pub cursor: Cursor,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Under hyper nobody says that the kernel gave up on a peer that took nothing; a silence of a beat tells.
        let silent = self
            .subscriber
            .waiting(Instant::now())
            .is_some_and(|waiting| waiting >= self.subscriber.mailbox.config.beat);
        self.subscriber.close(if silent { Closed::TooSlow } else { Closed::Peer });
    }
}
