//! One accepted connection as its limits see it.

use crate::lock;
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

/// A request is being answered, or the connection carries a feed.
const BUSY: u8 = 1;
/// It was told to end.
const TOLD: u8 = 2;
/// It is closed.
const GONE: u8 = 4;
/// Bytes came that are not known to be the end of a request: more of it may be on its way.
const UNREAD: u8 = 8;

/// Decides which connections are kept. Called for every accepted connection, from several threads.
pub trait Gate: fmt::Debug + Send + Sync {
    /// A connection was accepted.
    fn enter(&self, connection: &Arc<Connection>) -> Entry;
    /// A connection that had entered is closed.
    fn leave(&self, connection: &Connection);
}

/// What a gate says of a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Free,
    /// It may stay, and another one was told to end: that one is given time to do so before the next accept.
    InsteadOfAnother,
    /// It is turned away with a 503.
    Full,
}

/// An accepted connection: whether it is in use, and the way to end it.
pub struct Connection {
    peer: IpAddr,
    state: AtomicU8,
    waker: Mutex<Option<Waker>>,
}

impl Connection {
    pub fn new(peer: IpAddr) -> Self {
        Self { peer, state: AtomicU8::new(UNREAD), waker: Mutex::new(None) }
    }

    /// The address at the other end; a proxy's, where there is one.
    pub const fn peer(&self) -> IpAddr {
        self.peer
    }

    /// No request is being answered, and nobody has told it to end.
    pub fn is_idle(&self) -> bool {
        self.state.load(SeqCst) & (BUSY | TOLD | GONE) == 0
    }

    pub fn is_gone(&self) -> bool {
        self.has(GONE)
    }

    /// Ends the connection once the requests in progress are answered; an idle one at once. Feeds go on.
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

    /// Ready once it was told to end.
    pub(crate) fn poll_told(&self, cx: &Context<'_>) -> Poll<()> {
        let old = lock(&self.waker).replace(cx.waker().clone());
        drop(old);
        if self.has(TOLD) { Poll::Ready(()) } else { Poll::Pending }
    }

    pub(crate) async fn told(&self) {
        poll_fn(|cx| self.poll_told(cx)).await;
    }

    /// The task that served it ends, though the connection does not: its memory must not be kept for a wake-up.
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

/// The right to hold a connection open. Dropped with the socket, it tells the gate.
pub(crate) struct Permit {
    connection: Arc<Connection>,
    gate: Option<Arc<dyn Gate>>,
}

impl Permit {
    /// Asks the gate; without a permit the connection is turned away.
    pub fn ask(gate: Option<&Arc<dyn Gate>>, peer: IpAddr) -> (Entry, Option<Self>) {
        let connection = Arc::new(Connection::new(peer));
        let entry = gate.map_or(Entry::Free, |gate| gate.enter(&connection));
        let permit = (entry != Entry::Full).then(|| Self { connection, gate: gate.cloned() });
        (entry, permit)
    }

    pub const fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.connection.set(GONE);
        if let Some(gate) = &self.gate {
            gate.leave(&self.connection);
        }
    }
}
