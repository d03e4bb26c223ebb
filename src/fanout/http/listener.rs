//! The socket that connections come to. What is set on it the kernel gives to each of them: two system calls less for every
//! newcomer, and none is ever without.

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

/// A queue long enough for a crowd that comes at once: the kernel turns away what does not fit.
const BACKLOG: u32 = 4096;
/// The kernel keeps a connection to itself until its first bytes have come, at most about so long: whoever is accepted has asked.
const SILENT: Duration = Duration::from_secs(3);

/// An address of ours, and how the connections to it are served. From now on the kernel takes them in.
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

    /// Where it listens; the port was chosen by the kernel if none was asked for.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.get_ref().local_addr()
    }

    pub(crate) async fn accept(&self) -> io::Result<(LazyStream, SocketAddr)> {
        let (stream, peer) = self.socket.async_io(Interest::READABLE, TcpListener::accept).await?;
        Ok((LazyStream::new(stream)?, peer))
    }
}
