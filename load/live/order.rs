//! Puts the packets of one source into the order of their numbers, and joins them to frames.

use std::{collections::BTreeMap, sync::Arc};

/// How long a missing packet is waited for, in microseconds. A packet that was sent again comes within a few round trips.
const PATIENCE_US: u64 = 1_000_000;
/// Packets that may wait for a missing one: a second of 40 Mbit/s.
const MOST: usize = 5_000;

/// A packet, without what its codec puts before the frame's bytes.
#[derive(Clone, Debug)]
pub struct FramePart {
    pub begins: bool,
    pub ends: bool,
    pub payload: Arc<[u8]>,
    /// Where the frame's bytes begin in the payload.
    pub from: usize,
}

#[derive(Debug, Default)]
pub struct FrameJoiner {
    next: Option<u64>,
    /// Packets behind a missing one, and when they came.
    waiting: BTreeMap<u64, (u64, FramePart)>,
    frame: Vec<u8>,
    /// Whether `frame` holds a frame from its begin on.
    open: bool,
    /// How often a missing packet was given up.
    pub gaps: u64,
}

impl FrameJoiner {
    /// Takes a packet with its number, and hands on each whole frame in order.
    pub fn take(&mut self, number: u64, at_us: u64, part: FramePart, mut whole: impl FnMut(&[u8])) {
        let next = *self.next.get_or_insert(number);
        if number < next || self.waiting.contains_key(&number) {
            // It came before, or was given up.
            return;
        }
        self.waiting.insert(number, (at_us, part));
        self.join(&mut whole);
        self.give_up(at_us, &mut whole);
    }

    /// When a missing packet must be given up; `None` if none is missing.
    pub fn due_us(&self) -> Option<u64> {
        self.waiting.first_key_value().map(|(_, (since_us, _))| since_us + PATIENCE_US)
    }

    /// Stops waiting for packets that do not come any more.
    pub fn give_up(&mut self, now_us: u64, mut whole: impl FnMut(&[u8])) {
        while let Some((number, (since_us, _))) = self.waiting.first_key_value() {
            if now_us < since_us + PATIENCE_US && self.waiting.len() <= MOST {
                return;
            }
            self.gaps += 1;
            self.open = false;
            self.next = Some(*number);
            self.join(&mut whole);
        }
    }

    fn join(&mut self, whole: &mut impl FnMut(&[u8])) {
        while let Some(number) = self.next
            && let Some((_, part)) = self.waiting.remove(&number)
        {
            self.next = Some(number + 1);
            if part.begins {
                self.frame.clear();
                self.open = true;
            }
            if !self.open {
                continue;
            }
            self.frame.extend_from_slice(&part.payload[part.from..]);
            if part.ends || self.frame.len() > super::frame::LARGEST {
                self.open = false;
                whole(&self.frame);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000;

    /// Frames of three packets, whose bytes are the numbers of their packets: what comes out of packets that arrive like this, and how
    /// often packets were given up.
    fn frames(arrivals: &[(u64, u64)]) -> (Vec<Vec<u8>>, u64) {
        let (mut joiner, mut out) = (FrameJoiner::default(), Vec::new());
        for (number, at_us) in arrivals {
            let payload: Arc<[u8]> = Arc::new([0xff, *number as u8]);
            let part = FramePart { begins: number % 3 == 0, ends: number % 3 == 2, payload, from: 1 };
            joiner.take(*number, *at_us, part, |frame| out.push(frame.to_vec()));
        }
        (out, joiner.gaps)
    }

    #[test]
    fn frames_are_whole_and_in_order_whatever_the_order_of_packets() {
        let (one, two) = (vec![3, 4, 5], vec![6, 7, 8]);
        for (numbers, wanted) in [
            (&[3, 4, 5, 6, 7, 8][..], vec![one.clone(), two.clone()]),
            (&[3, 5, 4, 8, 7, 6], vec![one.clone(), two.clone()]),
            (&[3, 6, 7, 8, 4, 5], vec![one.clone(), two.clone()]),
            (&[3, 4, 4, 3, 5, 7, 7], vec![one.clone()]),
            (&[4, 5, 6, 7, 8], vec![two.clone()]),
            (&[3, 4, 6, 7, 8], vec![]),
        ] {
            let arrivals: Vec<_> = numbers.iter().map(|number| (*number, 0)).collect();
            assert_eq!(frames(&arrivals), (wanted, 0), "{numbers:?}");
        }
    }

    #[test]
    fn a_packet_that_does_not_come_in_time_costs_its_frame() {
        let late = [(3, 0), (5, 10), (6, 10), (7, 10), (8, S + 9)];
        assert_eq!(frames(&late), (vec![], 0));
        let gone = [late.as_slice(), &[(9, S + 10), (4, S + 11)]].concat();
        assert_eq!(frames(&gone), (vec![vec![6, 7, 8]], 1));
        let many: Vec<_> = [3].into_iter().chain(6..6 + MOST as u64 + 1).map(|number| (number, 0)).collect();
        let (found, gaps) = frames(&many);
        assert_eq!((found.len(), gaps), ((MOST + 1) / 3, 1), "no more than that wait");
    }
}
