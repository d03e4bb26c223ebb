//! Chooses the address that a peer's media is sent to. str0m decides by checks, and keeps an address for 15 s after it
//! falls silent. When a NAT gives the peer another port, this module notices at once: media comes from an address that
//! has answered a check, and no longer from the old one.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// How long the old address must have been silent.
const SILENCE: Duration = Duration::from_millis(500);

pub struct Path {
    nominated: Option<SocketAddr>,
    /// When media last came from the nominated address.
    heard: Instant,
    /// The last other address that answered a check.
    proven: Option<SocketAddr>,
    /// The address that media is sent to instead of the nominated one.
    detour: Option<SocketAddr>,
}

impl Path {
    pub fn new(now: Instant) -> Self {
        Self { nominated: None, heard: now, proven: None, detour: None }
    }

    pub fn carries(&self, address: SocketAddr) -> bool {
        self.nominated == Some(address) || self.detour == Some(address)
    }

    /// Records that an address has answered a check.
    pub fn prove(&mut self, address: SocketAddr) {
        if self.nominated != Some(address) {
            self.proven = Some(address);
        }
    }

    /// Records media from an address of the peer.
    pub fn hear(&mut self, from: SocketAddr, now: Instant) {
        if self.nominated == Some(from) {
            self.heard = now;
            self.detour = None;
        } else if self.proven == Some(from) && now.saturating_duration_since(self.heard) > SILENCE {
            self.detour = Some(from);
        }
    }

    /// The destination for what str0m sends to `nominated`.
    pub fn choose(&mut self, nominated: SocketAddr, now: Instant) -> SocketAddr {
        if self.nominated != Some(nominated) {
            *self = Self { nominated: Some(nominated), heard: now, proven: self.proven, detour: None };
        }
        self.detour.unwrap_or(nominated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_follows_a_peer_that_moved_and_only_then() {
        let (start, old, new) = (Instant::now(), ([192, 0, 2, 7], 1).into(), ([192, 0, 2, 7], 2).into());
        let at = |ms| start + Duration::from_millis(ms);
        let mut path = Path::new(start);
        assert_eq!(path.choose(old, at(0)), old);
        path.hear(old, at(1_000));
        path.hear(new, at(2_000));
        assert_eq!(path.choose(old, at(2_000)), old, "it has answered no check");
        path.prove(new);
        path.hear(new, at(1_400));
        assert_eq!(path.choose(old, at(1_400)), old, "the old one was active a moment ago");
        path.hear(new, at(1_600));
        assert_eq!(path.choose(old, at(1_600)), new);
        assert!(path.carries(old) && path.carries(new));
        path.hear(old, at(1_700));
        assert_eq!(path.choose(old, at(1_700)), old, "it came back");
        assert_eq!(path.choose(new, at(1_800)), new, "nominated");
    }
}
