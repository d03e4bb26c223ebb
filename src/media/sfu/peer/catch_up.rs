//! The group that a newcomer gets to catch up, in bursts that its socket buffer holds. What is forwarded meanwhile waits
//! behind it, so that the newcomer gets everything in order.

use crate::sfu::packet::{Kind, Packet};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Bytes at a time: with 20 ms between them 26 Mbit/s. They fit the default socket buffer of a player (208 KiB, where a
/// packet takes twice its size).
pub const BURST: usize = 64 * 1024;
const PAUSE: Duration = Duration::from_millis(20);
/// Packets that may wait: four seconds of 8 Mbit/s. A newcomer with more is too slow for the stream.
const WAITING: usize = 4_000;

#[derive(Default)]
pub struct CatchUp {
    waiting: VecDeque<Packet>,
    due: Option<Instant>,
}

impl CatchUp {
    pub fn begin(&mut self, group: Vec<Packet>, now: Instant) {
        self.waiting = group.into();
        self.due = Some(now);
    }

    /// When the next burst must leave.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Keeps a packet that must wait its turn; false if it can be sent now. Sound and other layers never wait.
    pub fn keep(&mut self, packet: &Packet) -> bool {
        let follows = self.waiting.back().is_some_and(|last| last.run == packet.run);
        if !follows || packet.kind != Kind::Video {
            return false;
        }
        if self.waiting.len() >= WAITING {
            *self = Self::default();
            return false;
        }
        self.waiting.push_back(packet.clone());
        true
    }

    /// Drops what waits: a keyframe of another run has been sent.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The burst to send at `now`.
    pub fn take(&mut self, now: Instant) -> Vec<Packet> {
        let mut burst = vec![];
        if self.due.is_none_or(|due| now < due) {
            return burst;
        }
        let mut bytes = 0;
        while let Some(packet) = self.waiting.pop_front_if(|packet| bytes + packet.payload.len() <= BURST) {
            bytes += packet.payload.len();
            burst.push(packet);
        }
        self.due = (!self.waiting.is_empty()).then_some(now + PAUSE);
        burst
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::live::media::Codec;

    fn packet(codec: Codec, seq: u64) -> Packet {
        Packet::new(1, codec, seq, 0, true, Instant::now(), vec![0x10; 1_000].into())
    }

    #[test]
    fn a_group_leaves_in_bursts_and_the_present_follows_it_in_order() {
        let (mut late, start) = (CatchUp::default(), Instant::now());
        assert!(!late.keep(&packet(Codec::Vp8, 0)), "nothing to wait for");
        late.begin((0..150).map(|seq| packet(Codec::Vp8, seq)).collect(), start);
        let (mut sent, mut bursts) = (vec![], vec![]);
        for ms in 0..100 {
            let burst = late.take(start + Duration::from_millis(ms));
            if !burst.is_empty() {
                bursts.push((ms, burst.len()));
            }
            sent.extend(burst.iter().map(|packet| packet.seq));
            if ms == 10 {
                assert!(late.keep(&packet(Codec::Vp8, 150)), "behind the group");
                assert!(!late.keep(&packet(Codec::Opus, 7)), "sound goes on");
            }
        }
        assert_eq!(sent, (0..=150).collect::<Vec<_>>());
        assert_eq!(bursts, [(0, 65), (20, 65), (40, 21)]);
        assert!(late.due().is_none() && !late.keep(&packet(Codec::Vp8, 151)));
    }

    #[test]
    fn one_that_never_catches_up_keeps_little() {
        let (mut late, now) = (CatchUp::default(), Instant::now());
        late.begin(vec![packet(Codec::Vp8, 0)], now);
        let kept = (1..10_000).take_while(|seq| late.keep(&packet(Codec::Vp8, *seq))).count();
        assert_eq!(kept, WAITING - 1);
        assert!(late.take(now).is_empty() && late.due().is_none());
    }
}
