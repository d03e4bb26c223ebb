//! A socket that registers with the runtime's poller only when it has to wait. Most feeds never wait: their request has
//! arrived before the accept, the response head fits into the socket buffer, and then a shard takes over. Registering
//! each of them in one poller only to move it to another was a twentieth of the cost of a connect.

use crate::shard::sys;
use bytes::Bytes;
use std::{
    future::poll_fn,
    io::{self, ErrorKind, IoSlice, Read, Write},
    mem,
    net::{Shutdown, TcpStream},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net,
};

/// Most requests fit, so that reading the first bytes needs no extra system call.
const SOME: usize = 2048;

pub(crate) enum LazyStream {
    /// Non-blocking, registered with no poller.
    Fresh(TcpStream),
    Polled(net::TcpStream),
    /// The runtime refused to register it.
    Lost,
}

impl LazyStream {
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self::Fresh(stream))
    }

    pub const fn is_fresh(&self) -> bool {
        matches!(self, Self::Fresh(_))
    }

    /// Reads the next bytes, at most `SOME`; empty at the end of the stream.
    pub async fn some(&mut self) -> io::Result<Bytes> {
        match self.some_now() {
            Some(done) => done,
            None => poll_fn(|cx| self.poll_some(cx)).await,
        }
    }

    /// Reads if that needs no waiting. Separate from `some`, so that its future does not hold the buffer.
    fn some_now(&self) -> Option<io::Result<Bytes>> {
        let Self::Fresh(stream) = self else { return None };
        let mut space = [0; SOME];
        let read = { stream }.read(&mut space).map(|length| Bytes::copy_from_slice(&space[..length]));
        Some(read).filter(|done| !done.as_ref().is_err_and(is_passing))
    }

    /// Writes a last response, if that needs no waiting.
    pub fn turn_away(self, words: &[u8]) {
        if let Self::Fresh(mut stream) = self {
            // Closing with an unread request would reset the connection and lose the response.
            let _ = stream.read(&mut [0; SOME]);
            let _ = stream.write(words);
            let _ = stream.shutdown(Shutdown::Write);
        }
    }

    fn poll_some(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let mut space = [0; SOME];
        let mut space = ReadBuf::new(&mut space);
        ready!(Pin::new(self.polled()?).poll_read(cx, &mut space))?;
        Poll::Ready(Ok(Bytes::copy_from_slice(space.filled())))
    }

    fn polled(&mut self) -> io::Result<&mut net::TcpStream> {
        if self.is_fresh()
            && let Self::Fresh(stream) = mem::replace(self, Self::Lost)
        {
            *self = Self::Polled(net::TcpStream::from_std(stream)?);
        }
        match self {
            Self::Polled(stream) => Ok(stream),
            Self::Fresh(_) | Self::Lost => Err(ErrorKind::NotConnected.into()),
        }
    }

    /// How long the kernel lets its peer take nothing.
    pub fn set_user_timeout(&self, timeout: Duration) -> io::Result<()> {
        match self {
            Self::Fresh(stream) => sys::set_user_timeout(stream, timeout),
            Self::Polled(stream) => sys::set_user_timeout(stream, timeout),
            Self::Lost => Err(ErrorKind::NotConnected.into()),
        }
    }

    pub fn into_std(self) -> io::Result<TcpStream> {
        match self {
            Self::Fresh(stream) => Ok(stream),
            Self::Polled(stream) => stream.into_std(),
            Self::Lost => Err(ErrorKind::NotConnected.into()),
        }
    }

    /// Writes if that needs no waiting.
    fn write_now(&self, write: impl FnOnce(&TcpStream) -> io::Result<usize>) -> Option<io::Result<usize>> {
        let Self::Fresh(stream) = self else { return None };
        Some(write(stream)).filter(|done| !done.as_ref().is_err_and(is_passing))
    }
}

/// The call can be retried, perhaps after waiting.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

impl AsyncRead for LazyStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.get_mut().polled()?).poll_read(cx, out)
    }
}

impl AsyncWrite for LazyStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match this.write_now(|mut stream| stream.write(bytes)) {
            Some(done) => Poll::Ready(done),
            None => Pin::new(this.polled()?).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match this.write_now(|mut stream| stream.write_vectored(bytes)) {
            Some(done) => Poll::Ready(done),
            None => Pin::new(this.polled()?).poll_write_vectored(cx, bytes),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Nothing is buffered here.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Fresh(stream) => Poll::Ready(stream.shutdown(Shutdown::Write)),
            Self::Polled(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Lost => Poll::Ready(Ok(())),
        }
    }
}
