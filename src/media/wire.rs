//! What the socket and the forwarding unit hand to each other: datagrams.

use std::net::SocketAddr;
use str0m::net::DatagramSend;

/// Takes datagrams: a socket, or a test.
pub trait Wire {
    /// `from` is the address of ours that the peer knows.
    fn send(&mut self, from: SocketAddr, to: SocketAddr, packets: &[DatagramSend]);
}

/// One datagram that came in, where it came from and which of our addresses it came to.
#[derive(Clone, Copy)]
pub struct Datagram<'a> {
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub body: &'a [u8],
}
