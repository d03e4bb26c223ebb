//! The datagrams exchanged between the socket and the forwarding unit.

use std::net::SocketAddr;
use str0m::net::DatagramSend;

/// Sends datagrams: a socket, or a test double.
pub trait Wire {
    /// `from` is our address as the peer knows it.
    fn send(&mut self, from: SocketAddr, to: SocketAddr, packets: &[DatagramSend]);
}

/// A received datagram, its source, and the local address that it came to.
#[derive(Clone, Copy)]
pub struct Datagram<'a> {
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub body: &'a [u8],
}
