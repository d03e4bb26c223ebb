//! The way out of hyper: a transport that knows when the head of an answer is on the wire, so that the socket can be
//! taken from under it.

use crate::{lock, seat::Reader};
use bytes::{Buf, Bytes};
use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Hyper serves requests.
const SERVING: u8 = 0;
/// The answer's body has been asked for bytes and has put its reader here instead.
const BOARDED: u8 = 1;
/// Everything before the body is on the wire: the socket may go.
const FLUSHED: u8 = 2;
/// The connection is to be dropped.
const ABORTED: u8 = 3;

/// One connection of hyper's, as seen by the answers that go over it.
pub(crate) struct Hatch {
    phase: AtomicU8,
    reader: Mutex<Option<Reader>>,
    waker: Mutex<Option<Waker>>,
}

impl Hatch {
    pub const fn new() -> Self {
        Self { phase: AtomicU8::new(SERVING), reader: Mutex::new(None), waker: Mutex::new(None) }
    }

    pub fn board(&self, reader: Reader) {
        *lock(&self.reader) = Some(reader);
        // An abort in the meantime stays one.
        let _ = self.phase.compare_exchange(SERVING, BOARDED, SeqCst, SeqCst);
    }

    fn flushed(&self) {
        let _ = self.phase.compare_exchange(BOARDED, FLUSHED, SeqCst, SeqCst);
    }

    pub fn abort(&self) {
        self.phase.store(ABORTED, SeqCst);
        if let Some(waker) = lock(&self.waker).take() {
            waker.wake();
        }
    }

    /// The connection's task sleeps; it is woken by an abort.
    pub fn watch(&self, cx: &Context<'_>) {
        let old = lock(&self.waker).replace(cx.waker().clone());
        drop(old);
    }

    pub fn is_aborted(&self) -> bool {
        self.phase.load(SeqCst) == ABORTED
    }

    pub fn has_flushed(&self) -> bool {
        self.phase.load(SeqCst) == FLUSHED
    }

    pub fn take_reader(&self) -> Option<Reader> {
        lock(&self.reader).take()
    }
}

/// The transport under hyper: what was read before hyper began, then the socket.
pub(crate) struct Tap {
    pub first: Bytes,
    pub stream: TcpStream,
    pub hatch: Arc<Hatch>,
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, out);
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

impl AsyncWrite for Tap {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Hyper flushes its transport only when its own buffer is empty.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.hatch.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
