//! The datagrams exchanged between the sockets and the forwarding unit.

use std::net::SocketAddr;
use str0m::net::{DatagramSend, Protocol};

/// A peer's address. By UDP and by TCP there may be two with the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Remote {
    pub protocol: Protocol,
    pub at: SocketAddr,
}

impl Remote {
    pub fn udp(at: SocketAddr) -> Self {
        Self { protocol: Protocol::Udp, at }
    }

    pub fn tcp(at: SocketAddr) -> Self {
        Self { protocol: Protocol::Tcp, at }
    }
}

/// Sends datagrams: sockets, or a test double.
pub trait Wire {
    /// `from` is our address as the peer knows it.
    fn send(&mut self, from: SocketAddr, to: Remote, packets: &[DatagramSend]);
}

/// A received datagram, its source, and the local address that it came to.
#[derive(Clone, Copy)]
pub struct Datagram<'a> {
    pub from: Remote,
    pub to: SocketAddr,
    pub body: &'a [u8],
}

/// What became of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// A peer took it: it is theirs by their signature, or by their address.
    Taken,
    /// The same, but the peer's media comes by another address.
    Spare,
    /// It exceeds a limit of the peer that it names.
    OverLimit,
    /// It is nobody's.
    Unclaimed,
}
