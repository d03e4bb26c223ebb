//! The server's hold on one connection, whichever transport carries it.

use crate::{frame::Frame, subscriber::Subscriber};
use std::{fmt, sync::Arc};

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

/// A handle of one connection: cheap to clone, and dropping it changes nothing.
#[derive(Clone)]
pub struct Link(pub(crate) Arc<Subscriber>);

impl Link {
    /// Queues a frame for this connection alone; it goes out between two frames of the log.
    ///
    /// # Errors
    /// [`Refused`], and then the frame is gone.
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
        self.0.on_close(callback);
    }

    /// Resolves when the connection is closed. Costs the caller a task; [`on_close`](Self::on_close) costs none.
    pub async fn closed(&self) -> Closed {
        self.0.gone().await
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("closed", &self.is_closed()).finish()
    }
}
