//! The server's handle of one connection, whichever transport carries it.

use crate::{frame::Frame, subscriber::Subscriber};
use std::{fmt, sync::Arc};

/// Why a connection closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The peer closed it, its network died, or the response was dropped before it began.
    Peer,
    /// It accepted no bytes until the deadline, or stood inside a frame that was trimmed.
    TooSlow,
    /// [`Link::end`] was called and everything was sent.
    Ended,
    /// The fan-out shut down.
    Shutdown,
}

/// Why a private frame was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The connection's private queue is full: its reader is too slow.
    Full,
    /// It is closed, or its last frame is already queued.
    Closed,
}

/// A handle of one connection. It is cheap to clone, and dropping it does not close the connection.
#[derive(Clone)]
pub struct Link(pub(crate) Arc<Subscriber>);

impl Link {
    /// Queues a frame for this connection only; it is sent between two frames of the log.
    ///
    /// # Errors
    /// [`Refused`]; the frame is dropped.
    pub fn send(&self, frame: impl Into<Frame>) -> Result<(), Refused> {
        self.0.push(frame.into())
    }

    /// Queues a last frame and ends the connection after it. No more log frames are sent.
    pub fn end(&self, frame: impl Into<Frame>) {
        self.0.end(&frame.into(), Closed::Ended);
    }

    /// The reason, if it is closed.
    pub fn is_closed(&self) -> Option<Closed> {
        self.0.closed()
    }

    /// Runs `callback` once when the connection closes, or at once if it is closed. It runs on the thread that noticed,
    /// often a shard's, so it must pass the event on and return quickly.
    pub fn on_close(&self, callback: impl FnOnce(Closed) + Send + 'static) {
        self.0.on_close(callback);
    }

    /// Resolves when the connection is closed. This costs the caller a task; [`on_close`](Self::on_close) costs none.
    pub async fn closed(&self) -> Closed {
        self.0.gone().await
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("closed", &self.is_closed()).finish()
    }
}
