//! Limits on what one peer may store and do on the thread that serves all rooms. Each leaves a wide margin above what
//! browsers and encoders really send.

use std::time::{Duration, Instant};
use str0m::net::Protocol;

/// Addresses per peer. A machine with Wi-Fi, cable and a VPN sends from five or six, counting both families.
pub const ADDRESSES: usize = 8;
/// Peers that may claim an address besides its owner: those behind a NAT that reassigned the address.
pub const RIVALS: usize = 4;
/// Our own checks (STUN requests) of one peer that may still be answered.
pub const CHECKS: usize = 64;
/// Commands and batches of datagrams handled before timers get their turn.
pub const COMMANDS_PER_TURN: usize = 64;
pub const BATCHES_PER_TURN: usize = 16;

/// The limit that was exceeded; the `kind` of `media_limits_total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A peer came from too many new addresses: by UDP it was ended, by TCP the new one was refused.
    Addresses,
    /// Datagrams above the peer's rate; dropped.
    Datagrams,
    /// Datagrams from unproven addresses above the rate for one peer; dropped.
    Strangers,
    /// Malformed datagrams; dropped.
    Unreadable,
    /// RTP from a viewer, before the handshake, or from a source that was not declared; dropped.
    Undeclared,
    /// Keyframe requests above the viewer's rate; ignored.
    Keyframes,
    /// A peer lost its place: it did not connect in time, or a newcomer needed the place first.
    Pending,
    /// A newcomer was refused because the room was full.
    FullRoom,
    /// A connection panicked and was ended.
    Panics,
}

impl Limit {
    pub const ALL: [Self; 9] = [
        Self::Addresses,
        Self::Datagrams,
        Self::Strangers,
        Self::Unreadable,
        Self::Undeclared,
        Self::Keyframes,
        Self::Pending,
        Self::FullRoom,
        Self::Panics,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Addresses => "addresses",
            Self::Datagrams => "datagrams",
            Self::Strangers => "strangers",
            Self::Unreadable => "unreadable",
            Self::Undeclared => "undeclared",
            Self::Keyframes => "keyframes",
            Self::Pending => "pending",
            Self::FullRoom => "full_room",
            Self::Panics => "panics",
        }
    }
}

/// How often each limit was exceeded since the thread started.
#[derive(Clone, Copy, Default)]
pub struct Met([u64; Limit::ALL.len()]);

impl Met {
    pub fn note(&mut self, limit: Limit) {
        self.0[limit as usize] += 1;
    }

    pub fn count(&self, limit: Limit) -> u64 {
        self.0[limit as usize]
    }
}

#[derive(Clone, Copy)]
pub struct Rate {
    pub burst: f32,
    pub per_second: f32,
}

/// A token bucket, initially full.
pub struct Bucket {
    rate: Rate,
    level: f32,
    filled: Instant,
}

impl Bucket {
    pub fn new(rate: Rate, now: Instant) -> Self {
        Self { rate, level: rate.burst, filled: now }
    }

    /// Takes `amount` if the bucket holds that much; false otherwise.
    pub fn take(&mut self, amount: f32, now: Instant) -> bool {
        let gained = now.saturating_duration_since(self.filled).as_secs_f32() * self.rate.per_second;
        // Adding only a few millionths would lose them to rounding.
        if gained > 0.01 {
            self.level = (self.level + gained).min(self.rate.burst);
            self.filled = now;
        }
        let enough = self.level >= amount;
        if enough {
            self.level -= amount;
        }
        enough
    }
}

/// A publisher of 8 Mbit/s sends 900 datagrams a second, and a burst of 200 for a keyframe.
const PUBLISHER: (Rate, Rate) =
    (Rate { burst: 8_000.0, per_second: 4_000.0 }, Rate { burst: 10e6, per_second: 5e6 });
/// A viewer sends reports and checks: 60 datagrams and 6 kB a second under heavy loss.
const VIEWER: (Rate, Rate) =
    (Rate { burst: 400.0, per_second: 200.0 }, Rate { burst: 200e3, per_second: 64e3 });
const STRANGERS: Rate = Rate { burst: 60.0, per_second: 20.0 };
const NEW_ADDRESSES: Rate = Rate { burst: 24.0, per_second: 0.2 };
const KEYFRAMES: Rate = Rate { burst: 3.0, per_second: 0.5 };

/// The remaining allowance of one peer.
pub struct Budget {
    datagrams: Bucket,
    bytes: Bucket,
    strangers: Bucket,
    addresses: Bucket,
    connections: Bucket,
    keyframes: Bucket,
}

impl Budget {
    pub fn new(publishes: bool, now: Instant) -> Self {
        let (datagrams, bytes) = if publishes { PUBLISHER } else { VIEWER };
        Self {
            datagrams: Bucket::new(datagrams, now),
            bytes: Bucket::new(bytes, now),
            strangers: Bucket::new(STRANGERS, now),
            addresses: Bucket::new(NEW_ADDRESSES, now),
            connections: Bucket::new(NEW_ADDRESSES, now),
            keyframes: Bucket::new(KEYFRAMES, now),
        }
    }

    /// Accounts for a datagram of the peer; `Err` means drop it. Datagrams from unknown addresses have their own
    /// allowance, so they cannot use up that of the known ones.
    pub fn take_datagram(&mut self, known: bool, length: usize, now: Instant) -> Result<(), Limit> {
        if !known {
            return self.strangers.take(1.0, now).then_some(()).ok_or(Limit::Strangers);
        }
        let within = self.datagrams.take(1.0, now) && self.bytes.take(length as f32, now);
        within.then_some(()).ok_or(Limit::Datagrams)
    }

    /// Accounts for a new address. Connections by TCP have their own allowance.
    pub fn take_address(&mut self, protocol: Protocol, now: Instant) -> bool {
        let allowance = if protocol == Protocol::Tcp { &mut self.connections } else { &mut self.addresses };
        allowance.take(1.0, now)
    }

    pub fn take_keyframe(&mut self, now: Instant) -> bool {
        self.keyframes.take(1.0, now)
    }
}

/// A peer that has not connected by then never will.
pub const CONNECT: Duration = Duration::from_secs(15);
/// A peer that has not connected by then gives up its place if a newcomer needs it.
pub const PATIENCE: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(Rate { burst: 3.0, per_second: 0.5 }, start);
        let taken = (0..10_000).filter(|ms| bucket.take(1.0, start + Duration::from_millis(*ms))).count();
        assert!((7..=8).contains(&taken), "{taken} in ten seconds");
    }

    #[test]
    fn a_publisher_of_8_mbit_with_bursts_stays_within_its_budget() {
        let start = Instant::now();
        let mut budget = Budget::new(true, start);
        for frame in 0..600u64 {
            let now = start + Duration::from_millis(frame * 33);
            let packets = if frame.is_multiple_of(60) { 200 } else { 28 };
            assert!((0..packets).all(|_| budget.take_datagram(true, 1_200, now).is_ok()), "frame {frame}");
        }
    }

    #[test]
    fn strangers_cannot_use_up_what_the_own_addresses_have() {
        let now = Instant::now();
        let mut budget = Budget::new(false, now);
        assert!((0..10_000).any(|_| budget.take_datagram(false, 100, now) == Err(Limit::Strangers)));
        assert_eq!(budget.take_datagram(true, 100, now), Ok(()));
        assert!((0..10_000).any(|_| budget.take_datagram(true, 100, now) == Err(Limit::Datagrams)));
    }
}
