//! What one viewer must have received, and did: each frame number once and in order, and never nothing for long.

use super::frame::FrameMark;
use serde::Serialize;

/// A longer time without a frame is a stall, in microseconds.
pub const STALL_US: u64 = 2_000_000;

/// Sums up over viewers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FrameCounts {
    pub came: u64,
    pub lost: u64,
    pub twice: u64,
    pub disordered: u64,
    /// Frames whose content differs from what was sent, or that are of another room.
    pub damaged: u64,
    /// Times without a frame that were longer than two seconds.
    pub stalls: u64,
    pub longest_gap_us: u64,
    /// Changes between layers; each begins with a key frame.
    pub switches: u64,
}

impl FrameCounts {
    pub fn due(&self) -> u64 {
        self.came + self.lost
    }

    /// Each frame once, whole and in order.
    pub fn exact(&self) -> bool {
        self.lost == 0 && self.right()
    }

    /// The same, but some are missing.
    pub fn right(&self) -> bool {
        self.twice + self.disordered + self.damaged + self.stalls == 0
    }

    pub fn add(&mut self, other: &Self) {
        self.came += other.came;
        self.lost += other.lost;
        self.twice += other.twice;
        self.disordered += other.disordered;
        self.damaged += other.damaged;
        self.stalls += other.stalls;
        self.longest_gap_us = self.longest_gap_us.max(other.longest_gap_us);
        self.switches += other.switches;
    }
}

/// The numbers that came of one layer, as bits.
#[derive(Debug, Default)]
struct SeenNumbers(Vec<u64>);

impl SeenNumbers {
    /// False if it was there.
    fn insert(&mut self, number: u32) -> bool {
        let (word, bit) = (number as usize / 64, 1 << (number % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }
}

/// A viewer's time on one layer.
#[derive(Clone, Copy, Debug)]
struct LayerVisit {
    layer: u8,
    first: u32,
    newest: u32,
}

/// The record of one viewer, of one camera or one microphone.
#[derive(Debug, Default)]
pub struct FrameLedger {
    counts: FrameCounts,
    seen: Vec<SeenNumbers>,
    visit: Option<LayerVisit>,
    last_us: u64,
}

impl FrameLedger {
    pub fn damage(&mut self) {
        self.counts.damaged += 1;
    }

    /// Takes a whole frame, in the order of its source; false if it came before, or cannot be decoded because no key frame has come
    /// yet.
    pub fn take(&mut self, mark: &FrameMark, at_us: u64) -> bool {
        if self.visit.is_none() && !mark.key {
            return false;
        }
        let layer = usize::from(mark.layer);
        if self.seen.len() <= layer {
            self.seen.resize_with(layer + 1, SeenNumbers::default);
        }
        if !self.seen[layer].insert(mark.number) {
            self.counts.twice += 1;
            return false;
        }
        self.counts.came += 1;
        self.pause(at_us);
        self.last_us = at_us;
        match &mut self.visit {
            Some(visit) if visit.layer == mark.layer && mark.number > visit.newest => {
                self.counts.lost += u64::from(mark.number - visit.newest - 1);
                visit.newest = mark.number;
            }
            Some(visit) if visit.layer == mark.layer => {
                self.counts.disordered += 1;
                // It was counted as lost when a later one came.
                if mark.number > visit.first {
                    self.counts.lost -= 1;
                }
            }
            visit => {
                let begun = visit.is_some();
                self.counts.switches += u64::from(begun);
                // A decoder can begin with a key frame only, and time goes forward.
                let backwards = visit.is_some_and(|visit| mark.number < visit.newest);
                self.counts.disordered += u64::from(!mark.key || backwards);
                *visit = Some(LayerVisit { layer: mark.layer, first: mark.number, newest: mark.number });
            }
        }
        true
    }

    fn pause(&mut self, now_us: u64) {
        if self.visit.is_some() {
            let gap = now_us.saturating_sub(self.last_us);
            self.counts.longest_gap_us = self.counts.longest_gap_us.max(gap);
            self.counts.stalls += u64::from(gap > STALL_US);
        }
    }

    /// Closes the record. `last`: the number of the last frame that must be there, of which the sender knows, and when it was
    /// sent.
    pub fn close(mut self, last: Option<(u32, u64)>) -> FrameCounts {
        if let (Some(visit), Some((number, sent_us))) = (self.visit, last)
            && number > visit.newest
        {
            self.counts.lost += u64::from(number - visit.newest);
            self.pause(sent_us);
        }
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME_US: u64 = 33_333;

    /// Numbers that came, as `(layer, number, key)`, and the last one that was sent.
    fn counts(came: &[(u8, u32, bool)], last: u32) -> FrameCounts {
        let mut ledger = FrameLedger::default();
        for (layer, number, key) in came {
            let mark = FrameMark { run: 1, room: 0, layer: *layer, key: *key, number: *number, sent_us: 0 };
            ledger.take(&mark, u64::from(*number) * FRAME_US);
        }
        let counts = ledger.close(Some((last, u64::from(last) * FRAME_US)));
        FrameCounts { longest_gap_us: 0, ..counts }
    }

    fn of(numbers: &[u32], last: u32) -> FrameCounts {
        let came: Vec<_> = numbers.iter().enumerate().map(|(n, number)| (0, *number, n == 0)).collect();
        counts(&came, last)
    }

    #[test]
    fn each_number_is_due_once_and_in_order() {
        let none = FrameCounts::default();
        for (numbers, last, wanted) in [
            (&[7, 8, 9, 10][..], 10, FrameCounts { came: 4, ..none }),
            // What comes after the last one that must be there is no fault.
            (&[7, 8, 9, 10], 8, FrameCounts { came: 4, ..none }),
            (&[7, 8, 10], 10, FrameCounts { came: 3, lost: 1, ..none }),
            (&[7, 8], 11, FrameCounts { came: 2, lost: 3, ..none }),
            (&[7, 8, 8, 9], 9, FrameCounts { came: 3, twice: 1, ..none }),
            (&[7, 9, 8, 10], 10, FrameCounts { came: 4, disordered: 1, ..none }),
            (&[7, 10, 8, 8], 10, FrameCounts { came: 3, lost: 1, twice: 1, disordered: 1, ..none }),
            // Before the viewer's first frame nothing is due.
            (&[7, 6, 8], 8, FrameCounts { came: 3, disordered: 1, ..none }),
            (&[], 10, none),
        ] {
            let found = of(numbers, last);
            assert_eq!(found, wanted, "{numbers:?} of {last}");
            assert_eq!(found.exact(), found.lost + found.twice + found.disordered == 0, "{numbers:?}");
        }
    }

    #[test]
    fn a_viewer_begins_and_changes_the_layer_with_a_key_frame() {
        let none = FrameCounts::default();
        let change = [(2, 7, true), (2, 8, false), (0, 10, true), (0, 11, false)];
        assert_eq!(counts(&change, 11), FrameCounts { came: 4, switches: 1, ..none });
        for (came, wanted) in [
            (&[(2, 7, false)][..], none),
            (&[(2, 6, false), (2, 7, true)], FrameCounts { came: 1, ..none }),
            (&[(2, 7, true), (0, 8, false)], FrameCounts { came: 2, switches: 1, disordered: 1, ..none }),
            (&[(2, 7, true), (0, 5, true)], FrameCounts { came: 2, switches: 1, disordered: 1, ..none }),
        ] {
            assert_eq!(counts(came, 5), wanted, "{came:?}");
        }
        // The same number of two layers is no repetition.
        let twice = [(2, 7, true), (0, 7, true), (0, 8, false), (0, 8, false)];
        assert_eq!(counts(&twice, 8), FrameCounts { came: 3, switches: 1, twice: 1, ..none });
    }

    #[test]
    fn more_than_two_seconds_without_a_frame_are_a_stall() {
        let stalls = |numbers: &[u32], last| of(numbers, last).stalls;
        assert_eq!(stalls(&[0, 60], 60), 0);
        assert_eq!(stalls(&[0, 61], 61), 1);
        assert_eq!(stalls(&[0, 1], 62), 1, "at the end");
        assert_eq!(stalls(&[0, 1], 61), 0);
    }
}
