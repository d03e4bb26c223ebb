//! Collects a connection's outgoing packets until the destination changes.

use crate::wire::{Remote, Wire};
use std::net::SocketAddr;
use str0m::net::DatagramSend;

#[derive(Default)]
pub struct Outbox {
    path: Option<(SocketAddr, Remote)>,
    held: Vec<DatagramSend>,
}

impl Outbox {
    pub fn push(&mut self, from: SocketAddr, to: Remote, packet: DatagramSend, wire: &mut dyn Wire) {
        let path = Some((from, to));
        if self.path != path {
            self.flush(wire);
            self.path = path;
        }
        self.held.push(packet);
    }

    pub fn flush(&mut self, wire: &mut dyn Wire) {
        if let Some((from, to)) = self.path.take() {
            wire.send(from, to, &self.held);
            self.held.clear();
        }
    }
}
