//! The video since the last keyframe, replayed to a viewer that joins: it sees a picture at once, and the publisher is
//! not asked for a keyframe. Of a publisher that answers requests only a small group is kept: the start of a long one, or
//! all of a short one like the test card's. Of others a whole one is.

use crate::sfu::{
    packet::{Kind, Packet},
    peer::BURST,
};
use std::time::Instant;

/// At 500 kbit/s it is a second of video.
const SMALL: Bounds = Bounds { bytes: BURST, packets: 80 };
/// Four seconds of 4 Mbit/s. It is as much as one room keeps.
const LARGE: Bounds = Bounds { bytes: 2 * 1024 * 1024, packets: 2_500 };
/// RTP ticks between replayed frames (1 ms). With their original times a player would assume that it is late by the
/// whole group and keep that delay. The group is therefore played fast and ends at the present.
const STEP: u32 = 90;

struct Bounds {
    bytes: usize,
    packets: usize,
}

#[derive(Default)]
pub struct Gop {
    packets: Vec<Packet>,
    bytes: usize,
}

impl Gop {
    /// Records a forwarded video packet. `answers`: the publisher is known to answer requests for a keyframe.
    pub fn push(&mut self, packet: &Packet, answers: bool) {
        if packet.kind != Kind::Video {
            return;
        }
        if packet.key {
            self.forget();
        } else if self.packets.first().is_none_or(|first| first.run != packet.run || packet.seq < first.seq) {
            return;
        }
        self.bytes += packet.payload.len();
        self.packets.push(packet.clone());
        if !self.is_within(if answers { SMALL } else { LARGE }) {
            self.forget();
        }
    }

    fn is_within(&self, bounds: Bounds) -> bool {
        self.bytes <= bounds.bytes && self.packets.len() <= bounds.packets
    }

    /// Whether a player takes all of it at once.
    pub fn is_small(&self) -> bool {
        self.is_within(SMALL)
    }

    /// Those that are kept, as they came.
    pub fn packets(&self) -> &[Packet] {
        &self.packets
    }

    pub fn forget(&mut self) {
        self.packets.clear();
        self.bytes = 0;
    }

    /// The packets to send to a viewer that joins at `now`. Empty if the group is not complete.
    pub fn replay(&self, now: Instant) -> Vec<Packet> {
        let mut packets = self.packets.clone();
        packets.sort_by_key(|packet| packet.seq);
        if packets.windows(2).any(|pair| pair[1].seq != pair[0].seq + 1) {
            return vec![];
        }
        let Some(mut later) = packets.last().map(|last| last.ts) else { return packets };
        let mut ts = later;
        for packet in packets.iter_mut().rev() {
            if packet.ts != later {
                later = packet.ts;
                ts = ts.wrapping_sub(STEP);
            }
            packet.ts = ts;
            packet.at = now;
        }
        packets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::live::media::Codec;

    fn packet(seq: u64, ts: u32, key: bool, size: usize) -> Packet {
        let mut payload = vec![0x10, u8::from(!key)];
        payload.resize(size.max(3), 0);
        Packet::new(1, Codec::Vp8, seq, ts, true, Instant::now(), payload.into())
    }

    fn replayed(packets: &[Packet]) -> Vec<(u64, u32)> {
        let mut gop = Gop::default();
        packets.iter().for_each(|packet| gop.push(packet, true));
        gop.replay(Instant::now()).iter().map(|packet| (packet.seq, packet.ts)).collect()
    }

    #[test]
    fn a_newcomer_gets_the_group_played_quickly() {
        let frames = [(4, 0, false), (5, 3600, true), (6, 7200, false), (7, 7200, false), (8, 10800, false)];
        let packets: Vec<_> = frames.map(|(seq, ts, key)| packet(seq, ts, key, 100)).into();
        assert_eq!(replayed(&packets), [(5, 10620), (6, 10710), (7, 10710), (8, 10800)]);
    }

    #[test]
    fn a_keyframe_begins_anew_and_a_hole_or_a_long_group_replays_nothing() {
        assert_eq!(
            replayed(&[packet(1, 0, true, 9), packet(2, 1, false, 9), packet(3, 2, true, 9)]),
            [(3, 2)]
        );
        assert_eq!(replayed(&[packet(1, 0, true, 9), packet(3, 1, false, 9)]), []);
        let long: Vec<_> = (0..200).map(|n| packet(n, n as u32, n == 0, 9)).collect();
        assert_eq!(replayed(&long), []);
        let heavy: Vec<_> = (0..120).map(|n| packet(n, n as u32, n == 0, 1200)).collect();
        assert_eq!(replayed(&heavy), []);
    }

    #[test]
    fn of_a_publisher_that_answers_nothing_a_whole_group_is_kept_within_a_bound() {
        let kept = |frames: u64| {
            let mut gop = Gop::default();
            (0..frames).for_each(|n| gop.push(&packet(n, n as u32, n == 0, 1_200), false));
            assert!(gop.bytes <= LARGE.bytes);
            (gop.replay(Instant::now()).len(), gop.is_small())
        };
        assert_eq!(kept(50), (50, true));
        assert_eq!(kept(1_000), (1_000, false));
        assert_eq!(kept(2_000).0, 0);
    }

    #[test]
    fn packets_that_came_in_disorder_are_replayed_in_order() {
        let packets =
            [packet(1, 0, true, 9), packet(3, 2, false, 9), packet(2, 1, false, 9), packet(0, 9, false, 9)];
        assert_eq!(replayed(&packets).iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
