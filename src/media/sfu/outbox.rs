//! Collects a connection's outgoing packets until the destination changes.

use crate::wire::Wire;
use std::net::SocketAddr;
use str0m::net::{DatagramSend, Transmit};

#[derive(Default)]
pub struct Outbox {
    path: Option<(SocketAddr, SocketAddr)>,
    held: Vec<DatagramSend>,
}

impl Outbox {
    pub fn push(&mut self, transmit: Transmit, wire: &mut dyn Wire) {
        let path = Some((transmit.source, transmit.destination));
        if self.path != path {
            self.flush(wire);
            self.path = path;
        }
        self.held.push(transmit.contents);
    }

    pub fn flush(&mut self, wire: &mut dyn Wire) {
        if let Some((from, to)) = self.path.take() {
            wire.send(from, to, &self.held);
            self.held.clear();
        }
    }
}
