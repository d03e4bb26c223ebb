//! Chooses the address that a peer's media is sent to. str0m decides by checks, and keeps an address for 15 s after it
//! falls silent. When a NAT gives the peer another port, this module notices at once: media comes from an address that
//! has answered a check, and no longer from the old one.

use crate::wire::Remote;
use std::time::{Duration, Instant};

/// How long the old address must have been silent.
const SILENCE: Duration = Duration::from_millis(500);
/// A path that brought media within this time carries the peer; players report every second.
const LIVELY: Duration = Duration::from_secs(3);

pub struct Path {
    nominated: Option<Remote>,
    /// When media last came from the nominated address.
    heard: Instant,
    /// The last other address that answered a check.
    proven: Option<Remote>,
    /// The address that media is sent to instead of the nominated one.
    detour: Option<Remote>,
}

impl Path {
    pub fn new(now: Instant) -> Self {
        Self { nominated: None, heard: now, proven: None, detour: None }
    }

    pub fn carries(&self, address: Remote) -> bool {
        self.nominated == Some(address) || self.detour == Some(address)
    }

    /// Whether the peer's media comes by other addresses, so that it can do without this one.
    pub fn spares(&self, address: Remote, now: Instant) -> bool {
        let lively = now.saturating_duration_since(self.heard) < LIVELY;
        lively && self.nominated.is_some() && !self.carries(address)
    }

    /// Records that an address has answered a check.
    pub fn prove(&mut self, address: Remote) {
        if self.nominated != Some(address) {
            self.proven = Some(address);
        }
    }

    /// Records media from an address of the peer.
    pub fn hear(&mut self, from: Remote, now: Instant) {
        if self.nominated == Some(from) {
            self.heard = now;
            self.detour = None;
        } else if self.proven == Some(from) && now.saturating_duration_since(self.heard) > SILENCE {
            self.detour = Some(from);
        }
    }

    /// The destination for what str0m sends to `nominated`.
    pub fn choose(&mut self, nominated: Remote, now: Instant) -> Remote {
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
        let address = |port| Remote::udp(([192, 0, 2, 7], port).into());
        let (start, old, new) = (Instant::now(), address(1), address(2));
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
        assert!(!path.spares(old, at(2_000)) && !path.spares(new, at(2_000)), "both carry it");
        path.hear(old, at(1_700));
        assert_eq!(path.choose(old, at(1_700)), old, "it came back");
        assert_eq!(path.choose(new, at(1_800)), new, "nominated");
        assert!(path.spares(old, at(2_000)) && !path.spares(new, at(2_000)));
        assert!(!path.spares(old, at(4_800)), "nothing has come by the new one for long");
        assert!(!Path::new(start).spares(old, start), "nothing is nominated");
    }
}
