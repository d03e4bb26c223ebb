//! One accepted connection, as connection limits see it.

use crate::{Serve, lock};
use std::{
    fmt,
    future::poll_fn,
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
};

/// A request is in progress, or the connection carries a feed.
const BUSY: u8 = 1;
/// It was asked to end.
const TOLD: u8 = 2;
/// It is closed, or a shard sends it a feed: it cannot be ended any more.
const GONE: u8 = 4;
/// Bytes have arrived that may belong to an unfinished request.
const UNREAD: u8 = 8;

/// Decides which connections to keep. Called for every accepted connection, from several threads.
pub trait Gate: fmt::Debug + Send + Sync {
    /// A connection was accepted.
    fn enter(&self, connection: &Arc<Connection>) -> Entry;
    /// An admitted connection of this peer has closed.
    fn leave(&self, peer: IpAddr);
    /// A peer was ended because this came, or was taken, below its minimum rate.
    fn too_slow(&self, _part: SlowPart) {}
}

/// What a peer was too slow with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlowPart {
    /// The head of its first request.
    Head,
    /// The body of a request.
    Body,
    /// It did not read a response.
    Response,
}

/// A gate's decision on a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Free,
    /// Admit it. Another connection was asked to end, and gets a moment to do so before the next accept.
    InsteadOfAnother,
    /// Refuse it with a 503.
    Full,
}

/// An accepted connection: tells whether it is in use, and can end it.
pub struct Connection {
    peer: IpAddr,
    state: AtomicU8,
    waker: Mutex<Option<Waker>>,
}

impl Connection {
    pub fn new(peer: IpAddr) -> Self {
        Self { peer, state: AtomicU8::new(UNREAD), waker: Mutex::new(None) }
    }

    /// The remote address; behind a proxy, the proxy's.
    pub const fn peer(&self) -> IpAddr {
        self.peer
    }

    /// No request is in progress, and nobody has asked it to end.
    pub fn is_idle(&self) -> bool {
        self.state.load(SeqCst) & (BUSY | TOLD | GONE) == 0
    }

    pub fn is_gone(&self) -> bool {
        self.has(GONE)
    }

    /// Ends the connection after the requests in progress are answered; ends an idle one at once. Feeds continue.
    pub fn end(&self) {
        self.set(TOLD);
        let waker = lock(&self.waker).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(crate) fn set_busy(&self, busy: bool) {
        if busy { self.set(BUSY) } else { self.clear(BUSY) }
    }

    pub(crate) fn set_unread(&self, unread: bool) {
        if unread { self.set(UNREAD) } else { self.clear(UNREAD) }
    }

    pub(crate) fn is_unread(&self) -> bool {
        self.has(UNREAD)
    }

    /// Ready once the connection was asked to end.
    pub(crate) fn poll_told(&self, cx: &Context<'_>) -> Poll<()> {
        let old = lock(&self.waker).replace(cx.waker().clone());
        drop(old);
        if self.has(TOLD) { Poll::Ready(()) } else { Poll::Pending }
    }

    pub(crate) async fn told(&self) {
        poll_fn(|cx| self.poll_told(cx)).await;
    }

    /// Drops the waker when the serving task ends before the connection does, so that the task's memory is freed.
    pub(crate) fn forget_task(&self) {
        let waker = lock(&self.waker).take();
        drop(waker);
    }

    fn has(&self, flag: u8) -> bool {
        self.state.load(SeqCst) & flag != 0
    }

    fn set(&self, flag: u8) {
        self.state.fetch_or(flag, SeqCst);
    }

    fn clear(&self, flag: u8) {
        self.state.fetch_and(!flag, SeqCst);
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("peer", &self.peer).field("idle", &self.is_idle()).finish()
    }
}

/// An admitted connection: its counted place, and the handle through which the gate may end it.
pub(crate) struct Permit {
    connection: Ongoing,
    place: ConnectionPlace,
}

/// The place that a connection takes. It is dropped with the socket, and then notifies the gate. Ten thousand feeds keep
/// only this.
pub(crate) struct ConnectionPlace {
    peer: IpAddr,
    options: Arc<Serve>,
}

/// Marks the connection as gone when it is dropped.
struct Ongoing(Arc<Connection>);

impl Permit {
    /// Asks the gate. Without a permit the connection is refused.
    pub fn ask(options: &Arc<Serve>, peer: IpAddr) -> (Entry, Option<Self>) {
        let connection = Arc::new(Connection::new(peer));
        let entry = options.gate.as_ref().map_or(Entry::Free, |gate| gate.enter(&connection));
        let permit = (entry != Entry::Full).then(|| Self {
            connection: Ongoing(connection),
            place: ConnectionPlace { peer, options: options.clone() },
        });
        (entry, permit)
    }

    pub const fn connection(&self) -> &Arc<Connection> {
        &self.connection.0
    }

    /// For a feed, which the gate cannot end.
    pub fn into_place(self) -> ConnectionPlace {
        self.place
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        self.0.set(GONE);
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        if let Some(gate) = &self.options.gate {
            gate.leave(self.peer);
        }
    }
}
