//! Puts the packets of one track into the order in which they were sent. A hole is left open for a while, because what was
//! lost is sent again.

use super::tap::TappedPacket;
use std::{collections::BTreeMap, time::Duration};

/// How long a missing packet is waited for: two retransmissions over a slow link.
const PATIENCE: Duration = Duration::from_millis(400);
/// Packets that may wait behind a hole.
const HELD: usize = 512;

#[derive(Debug)]
pub struct OrderedPacket {
    pub packet: TappedPacket,
    /// Packets before it are missing, or it is the first of its source.
    pub after_gap: bool,
}

#[derive(Default)]
pub struct PacketOrder {
    /// Run and number of the packet to come.
    next: Option<(u32, u64)>,
    held: BTreeMap<u64, TappedPacket>,
    /// Packets that never came.
    pub missing: u64,
}

impl PacketOrder {
    /// Takes a packet and returns those whose turn it is. What comes twice or too late is ignored.
    pub fn push(&mut self, packet: TappedPacket) -> Vec<OrderedPacket> {
        let mut ready = vec![];
        let (run, seq) = self.next.unwrap_or((0, 0));
        if self.next.is_none() || packet.run > run {
            ready = self.flush();
            self.next = Some((packet.run, packet.seq + 1));
            ready.push(OrderedPacket { packet, after_gap: true });
            return ready;
        }
        if packet.run < run || packet.seq < seq {
            return ready;
        }
        let newest = packet.at;
        self.held.insert(packet.seq, packet);
        self.take_following(&mut ready);
        while let Some(first) = self.held.first_entry() {
            if newest.saturating_duration_since(first.get().at) < PATIENCE && self.held.len() <= HELD {
                break;
            }
            self.skip(&mut ready);
        }
        ready
    }

    /// Gives up on all holes.
    pub fn flush(&mut self) -> Vec<OrderedPacket> {
        let mut ready = vec![];
        while !self.held.is_empty() {
            self.skip(&mut ready);
        }
        ready
    }

    /// Gives up on the first hole.
    fn skip(&mut self, ready: &mut Vec<OrderedPacket>) {
        let (Some((run, next)), Some((seq, packet))) = (self.next, self.held.pop_first()) else { return };
        self.missing += seq - next;
        self.next = Some((run, seq + 1));
        ready.push(OrderedPacket { packet, after_gap: seq > next });
        self.take_following(ready);
    }

    fn take_following(&mut self, ready: &mut Vec<OrderedPacket>) {
        while let Some((run, next)) = self.next
            && let Some(packet) = self.held.remove(&next)
        {
            self.next = Some((run, next + 1));
            ready.push(OrderedPacket { packet, after_gap: false });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tap::TrackKind, *};
    use domain::live::media::Codec;
    use proptest::prelude::*;
    use std::time::Instant;

    fn packet(run: u32, seq: u64, at: Instant) -> TappedPacket {
        let payload = [0_u8].as_slice().into();
        TappedPacket {
            track: TrackKind::Video,
            codec: Codec::Vp8,
            pictures: Some(Codec::Vp8),
            run,
            seq,
            ts: seq as u32,
            marker: true,
            at,
            payload,
        }
    }

    #[test]
    fn a_hole_is_waited_for_and_then_given_up() {
        let (start, mut order) = (Instant::now(), PacketOrder::default());
        let at = |ms| start + Duration::from_millis(ms);
        let mut push = |run, seq, ms| {
            let ready = order.push(packet(run, seq, at(ms)));
            ready.iter().map(|ready| (ready.packet.seq, ready.after_gap)).collect::<Vec<_>>()
        };
        assert_eq!(push(1, 10, 0), [(10, true)]);
        assert_eq!(push(1, 12, 10), []);
        assert_eq!(push(1, 11, 300), [(11, false), (12, false)], "it came again");
        assert_eq!(push(1, 11, 310), [], "twice");
        assert_eq!(push(1, 14, 400), []);
        assert_eq!(push(1, 15, 799), []);
        assert_eq!(push(1, 16, 800), [(14, true), (15, false), (16, false)]);
        assert_eq!(push(1, 13, 801), [], "too late");
        assert_eq!(push(1, 18, 810), []);
        assert_eq!(push(2, 5, 820), [(18, true), (5, true)], "another source");
        assert_eq!(push(1, 19, 830), [], "of the one before");
        assert_eq!(order.missing, 2);
    }

    proptest! {
        /// However packets are shuffled, doubled and lost: each comes out at most once, in order, and a gap is marked.
        #[test]
        fn what_comes_out_is_in_order(numbers in proptest::collection::vec(0_u64..80, 1..200)) {
            let (start, mut order, mut out) = (Instant::now(), PacketOrder::default(), vec![]);
            for (nth, seq) in numbers.iter().enumerate() {
                out.extend(order.push(packet(1, *seq, start + Duration::from_millis(nth as u64 * 7))));
            }
            out.extend(order.flush());
            for pair in out.windows(2) {
                let (before, after) = (pair[0].packet.seq, pair[1].packet.seq);
                prop_assert!(before < after);
                prop_assert_eq!(pair[1].after_gap, after != before + 1);
            }
            prop_assert!(out.iter().all(|ready| numbers.contains(&ready.packet.seq)));
        }
    }
}
