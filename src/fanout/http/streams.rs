//! The activity of one HTTP/2 connection, and when the connection must end. Answering pings is not enough to keep it.

use crate::{Serve, connection::Connection};
use http_body::{Body, Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::Instant;

/// The streams of a connection. Requests and parts of request and response bodies count as activity; window updates and
/// ping answers do not.
pub(crate) struct Streams {
    connection: Arc<Connection>,
    opened: Instant,
    /// Milliseconds from `opened` to the last activity; 0 before the first request.
    last: AtomicU64,
    active: AtomicU32,
}

impl Streams {
    pub fn new(connection: Arc<Connection>) -> Self {
        Self { connection, opened: Instant::now(), last: AtomicU64::new(0), active: AtomicU32::new(0) }
    }

    pub fn touch(&self) {
        self.last.store((self.opened.elapsed().as_millis() as u64).max(1), Relaxed);
    }

    /// Registers a request. It is in progress until its response body is dropped.
    pub fn begin(self: &Arc<Self>) -> Stream {
        self.touch();
        self.active.fetch_add(1, Relaxed);
        self.connection.set_busy(true);
        Stream(self.clone())
    }

    pub fn look(&self) -> Look {
        let last = self.last.load(Relaxed);
        let active = (last > 0).then(|| Duration::from_millis(last));
        Look { age: self.opened.elapsed(), active, busy: self.active.load(Relaxed) > 0 }
    }
}

/// One request in progress.
pub(crate) struct Stream(Arc<Streams>);

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.touch();
        if self.0.active.fetch_sub(1, Relaxed) == 1 {
            self.0.connection.set_busy(false);
        }
    }
}

/// How long a connection stays open to write its GOAWAY. The client need not acknowledge it.
const FAREWELL: Duration = Duration::from_millis(20);

/// A connection's times, measured from when it opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub age: Duration,
    /// The last activity; `None` before the first request.
    pub active: Option<Duration>,
    /// Requests are in progress.
    pub busy: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Check again after this time.
    Stay(Duration),
    /// Accept no new requests; finish those in progress.
    Leave,
    End,
}

impl Look {
    /// `left` is the age at which the connection was asked to leave.
    pub fn judge(&self, left: Option<Duration>, limits: &Serve) -> Verdict {
        let (due, then) = match (left, self.active) {
            (Some(left), active) if self.busy => {
                (left.max(active.unwrap_or_default()) + limits.grace, Verdict::End)
            }
            (Some(left), Some(_)) => (left + FAREWELL, Verdict::End),
            // No request ever arrived, so no GOAWAY is owed.
            (Some(left), None) => (left, Verdict::End),
            (None, None) => (limits.handshake, Verdict::End),
            (None, Some(active)) => ((active + limits.idle).min(limits.lifetime), Verdict::Leave),
        };
        if self.age >= due { then } else { Verdict::Stay(due - self.age) }
    }
}

/// A response body over HTTP/2 that counts as activity while it is sent.
pub(crate) struct Counted<B> {
    body: Pin<Box<B>>,
    stream: Stream,
}

impl<B> Counted<B> {
    pub fn new(body: B, stream: Stream) -> Self {
        Self { body: Box::pin(body), stream }
    }
}

impl<B: Body> Body for Counted<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let next = self.body.as_mut().poll_frame(cx);
        if next.is_ready() {
            self.stream.0.touch();
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_age_end_a_connection() {
        let secs = Duration::from_secs;
        let limits = Serve {
            handshake: secs(10),
            idle: secs(75),
            lifetime: secs(900),
            grace: secs(10),
            ..Serve::default()
        };
        // Age, last activity, age at which it was asked to leave, verdict.
        let table = [
            (0, None, None, Verdict::Stay(secs(10))),
            (9, None, None, Verdict::Stay(secs(1))),
            (10, None, None, Verdict::End),
            (10, Some(4), None, Verdict::Stay(secs(69))),
            (79, Some(4), None, Verdict::Leave),
            (899, Some(899), None, Verdict::Stay(secs(1))),
            (900, Some(900), None, Verdict::Leave),
            (901, Some(4), Some(900), Verdict::Stay(secs(9))),
            (910, Some(4), Some(900), Verdict::End),
            // A feed that is being read continues.
            (2000, Some(1999), Some(900), Verdict::Stay(secs(9))),
            (2000, None, Some(2000), Verdict::End),
        ];
        for (age, active, left, want) in table {
            let look = Look { age: secs(age), active: active.map(secs), busy: active.is_some() };
            assert_eq!(look.judge(left.map(secs), &limits), want, "{look:?} left at {left:?}");
        }
        let idle = Look { age: secs(100), active: Some(secs(50)), busy: false };
        assert_eq!(idle.judge(Some(secs(100)), &limits), Verdict::Stay(FAREWELL));
    }
}
