//! The listening socket. Options set on it are inherited by every accepted connection: that saves two system calls per
//! connection, and no connection is ever without them.

use crate::{http::lazy_stream::LazyStream, http::serve::Serve, shard::sys};
use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    net::TcpSocket,
};

/// Long enough for a crowd that connects at once. The kernel drops connections beyond it.
const BACKLOG: u32 = 4096;
/// The kernel holds a connection back until its first bytes arrive, for about this long at most; most accepted
/// connections thus already have a request.
const SILENT: Duration = Duration::from_secs(3);

/// A listening socket and its options. The kernel accepts connections from its creation on.
#[derive(Debug)]
pub struct Listener {
    socket: AsyncFd<TcpListener>,
    pub(crate) options: Serve,
}

impl Listener {
    pub(crate) fn open(address: SocketAddr, options: Serve) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.set_nodelay(true)?;
        sys::set_user_timeout(&socket, options.user_timeout)?;
        socket.set_send_buffer_size(options.send_buffer)?;
        sys::set_defer_accept(&socket, SILENT)?;
        socket.bind(address)?;
        Ok(Self { socket: sys::polled(socket.listen(BACKLOG)?.into_std()?)?, options })
    }

    /// The bound address. The kernel chose the port if none was given.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.get_ref().local_addr()
    }

    pub(crate) async fn accept(&self) -> io::Result<(LazyStream, SocketAddr)> {
        let (stream, peer) = self.socket.async_io(Interest::READABLE, TcpListener::accept).await?;
        Ok((LazyStream::new(stream)?, peer))
    }
}
