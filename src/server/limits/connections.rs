//! Decides which connections to keep when one address opens many, or few places are left.

use super::{
    ClientAddress, ConnectionPlaces, TrustedProxies,
    client_address::NetworkKey,
    slots::{Admission, Caps, SlotHolder, Slots},
};
use fanout::{Connection, Entry, Gate, SlowPart};
use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Counts connections by their remote address. A trusted proxy is limited only by the total, because it speaks for
/// others.
#[derive(Debug)]
pub struct ConnectionGate {
    slots: Mutex<Slots<NetworkKey, Arc<Connection>>>,
    caps: Caps,
    trusted: TrustedProxies,
}

impl ConnectionGate {
    pub fn new(places: ConnectionPlaces, per_address: usize, trusted: TrustedProxies) -> Self {
        let ConnectionPlaces { connections: total, reserve, .. } = places;
        let caps = Caps { total, per_key: per_address, reserve, scarce: (total / 16).max(4) };
        Self { slots: Mutex::default(), caps, trusted }
    }

    fn slots(&self) -> MutexGuard<'_, Slots<NetworkKey, Arc<Connection>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SlotHolder for Arc<Connection> {
    fn is_gone(&self) -> bool {
        Connection::is_gone(self)
    }
    fn may_end(&self) -> bool {
        self.is_idle()
    }
}

impl Gate for ConnectionGate {
    fn enter(&self, connection: &Arc<Connection>) -> Entry {
        let peer = connection.peer();
        let caps = if self.trusted.contains(peer) {
            Caps { per_key: self.caps.total, scarce: self.caps.total, ..self.caps }
        } else {
            self.caps
        };
        let admission = self.slots().admit(ClientAddress::from(peer).networks(), connection, caps);
        match admission {
            Admission::Free => Entry::Free,
            Admission::InsteadOf(oldest) => {
                super::count("connections", "ended");
                oldest.end();
                Entry::InsteadOfAnother
            }
            Admission::Full => {
                super::count("connections", "refused");
                Entry::Full
            }
        }
    }

    fn leave(&self, peer: IpAddr) {
        self.slots().leave(ClientAddress::from(peer).networks());
    }

    fn too_slow(&self, part: SlowPart) {
        let limit = match part {
            SlowPart::Head => "slow_heads",
            SlowPart::Body => "slow_bodies",
            SlowPart::Response => "slow_responses",
        };
        super::count(limit, "ended");
    }
}
