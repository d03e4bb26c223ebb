//! The transport under hyper: the bytes read before hyper started, then the socket. It enforces the write pace, and
//! closes so that the last response arrives.

use crate::{
    connection::{Connection, SlowPart},
    handoff::Handoff,
    http::{
        lazy_stream::LazyStream,
        pace::{Deadline, Pace},
        serve::Serve,
    },
};
use bytes::{Buf, Bytes};
use std::{
    io::{self, ErrorKind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{self, Sleep},
};

/// How long the peer may keep sending after our last byte. Posting a page from a phone takes a second or two.
const LINGER: Duration = Duration::from_secs(5);
/// How many bytes it may send in that time, so that a client that sends a body we refuse still receives the refusal.
const LINGER_BYTES: usize = 16 << 20;
const AT_ONCE: usize = 4 << 10;

pub(crate) struct HandoffIo {
    pub first: Bytes,
    pub stream: LazyStream,
    pub handoff: Arc<Handoff>,
    connection: Arc<Connection>,
    options: Arc<Serve>,
    stalled: Option<Deadline>,
    linger: Option<Linger>,
    /// The kernel waits longer for this peer.
    patient: bool,
}

impl HandoffIo {
    pub fn new(
        first: Bytes,
        stream: LazyStream,
        handoff: Arc<Handoff>,
        connection: Arc<Connection>,
        options: &Arc<Serve>,
    ) -> Self {
        Self {
            first,
            stream,
            handoff,
            connection,
            options: options.clone(),
            stalled: None,
            linger: None,
            patient: false,
        }
    }

    /// Ends a write that makes no progress within the pace.
    fn watch(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &done {
            Poll::Ready(Ok(bytes)) => {
                if let Some(stalled) = &mut self.stalled {
                    stalled.count(*bytes);
                }
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                let mut stalled = self.stalled.take().unwrap_or_else(|| self.stall());
                let passed = stalled.poll_passed(cx);
                self.stalled = Some(stalled);
                ready!(passed);
                self.options.count_slow(SlowPart::Response);
                return Poll::Ready(Err(ErrorKind::TimedOut.into()));
            }
        }
        done
    }

    /// A write begins to wait. Only then the kernel hears of a response's patience: most of them never wait.
    fn stall(&mut self) -> Deadline {
        let Some(grace) = self.handoff.patience() else {
            self.lose_patience();
            return Deadline::start(self.options.answer_pace);
        };
        self.patient |= self.stream.set_user_timeout(grace).is_ok();
        Deadline::start(Pace { grace, ..self.options.answer_pace })
    }

    /// What follows a patient response on its connection is one like others.
    pub fn lose_patience(&mut self) {
        self.patient = self.patient && self.stream.set_user_timeout(self.options.user_timeout).is_err();
    }
}

impl AsyncRead for HandoffIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() && self.stream.is_fresh() && self.handoff.is_expecting() {
            return Poll::Pending;
        }
        if self.first.is_empty() {
            let before = out.filled().len();
            ready!(Pin::new(&mut self.stream).poll_read(cx, out))?;
            if out.filled().len() > before {
                self.connection.set_unread(true);
            }
            return Poll::Ready(Ok(()));
        }
        let n = self.first.len().min(out.remaining());
        out.put_slice(&self.first[..n]);
        self.first.advance(n);
        if self.first.is_empty() {
            self.first = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for HandoffIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(cx, done)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.watch(cx, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Hyper flushes its transport only when its own buffer is empty.
    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stalled = None;
        self.handoff.flushed();
        Poll::Ready(Ok(()))
    }

    /// Closes the sending side, then drains what the peer still sends. Closing a socket with unread bytes resets the
    /// connection, and the reset would destroy the response in flight.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.linger.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
            if !this.connection.is_unread() {
                return Poll::Ready(Ok(()));
            }
        }
        let linger = this.linger.get_or_insert_with(Linger::start);
        linger.poll(&mut this.stream, cx).map(Ok)
    }
}

struct Linger {
    timer: Pin<Box<Sleep>>,
    left: usize,
}

impl Linger {
    fn start() -> Self {
        Self { timer: Box::pin(time::sleep(LINGER)), left: LINGER_BYTES }
    }

    /// Ready when the peer has closed, or sends too much or for too long.
    fn poll(&mut self, stream: &mut LazyStream, cx: &mut Context<'_>) -> Poll<()> {
        use std::future::Future;
        loop {
            if self.timer.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            let mut space = [0; AT_ONCE];
            let mut space = ReadBuf::new(&mut space);
            let read = ready!(Pin::new(&mut *stream).poll_read(cx, &mut space));
            let length = space.filled().len();
            if read.is_err() || length == 0 || length >= self.left {
                return Poll::Ready(());
            }
            self.left -= length;
        }
    }
}
