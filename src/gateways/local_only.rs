//! Proof that no other machine can reach the service; local implementations require it.

use std::net::SocketAddr;

/// Required to create a local implementation: through one, anyone who reaches the listener can read every mail,
/// including operators' sign-in codes.
#[derive(Clone, Copy, Debug)]
pub struct LocalOnly(());

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("local mail and money exist on a loopback listener only, not on {0}")]
pub struct NotLoopback(pub SocketAddr);

impl LocalOnly {
    /// Makes the proof for the address that the service listens on, as reported by the bound socket.
    ///
    /// # Errors
    /// [`NotLoopback`] for any address that another machine can reach.
    pub fn for_listener(address: SocketAddr) -> Result<Self, NotLoopback> {
        if address.ip().to_canonical().is_loopback() { Ok(Self(())) } else { Err(NotLoopback(address)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_proves_it() {
        for (address, local) in [
            ("127.0.0.1:3000", true),
            ("127.8.8.8:1", true),
            ("[::1]:3000", true),
            ("[::ffff:127.0.0.1]:3000", true),
            ("0.0.0.0:3000", false),
            ("[::]:3000", false),
            ("192.168.1.4:3000", false),
            ("[::ffff:10.0.0.1]:3000", false),
        ] {
            let address: SocketAddr = address.parse().unwrap();
            assert_eq!(LocalOnly::for_listener(address).is_ok(), local, "{address}");
        }
    }
}
