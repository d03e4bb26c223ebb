//! Maps a publisher's numbers to a viewer's. The viewer sees one endless source, whoever publishes: sequence numbers
//! without gaps between runs, and timestamps and picture ids that only grow. Gaps inside a run are kept, so that a
//! packet that reaches us late still has its number.

use crate::sfu::packet::{Kind, Packet};
use std::time::Instant;

/// A viewer's first sequence number. It is below 2^16 because a receiver assumes zero upper bits in the first packet
/// (SRTP).
const FIRST: u64 = 1000;
/// Picture ids have 15 bits.
const PICTURE: u16 = 0x7fff;

/// A packet's numbers for one viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    pub seq: u64,
    pub ts: u32,
    /// The VP8 picture id, if the packet has one.
    pub picture: Option<u16>,
    pub tl0: Option<u8>,
}

/// The offsets added to the numbers of a run.
#[derive(Clone, Copy)]
struct Offsets {
    run: u32,
    /// The run's first number for this viewer; earlier packets are never sent to it.
    from: u64,
    seq: u64,
    ts: u32,
    picture: u16,
    tl0: u8,
}

impl Offsets {
    fn apply(self, packet: &Packet) -> Numbers {
        let (picture, tl0) =
            (packet.vp8.and_then(|v| v.picture_id()), packet.vp8.and_then(|v| v.tl0_pic_idx()));
        Numbers {
            seq: packet.seq.wrapping_add(self.seq),
            ts: packet.ts.wrapping_add(self.ts),
            picture: picture.map(|n| n.wrapping_add(self.picture) & PICTURE),
            tl0: tl0.map(|n| n.wrapping_add(self.tl0)),
        }
    }
}

/// One outgoing source of one viewer.
pub struct Rebase {
    kind: Kind,
    current: Option<Offsets>,
    newest: Option<(Numbers, Instant)>,
}

impl Rebase {
    pub fn new(kind: Kind) -> Self {
        Self { kind, current: None, newest: None }
    }

    /// True while this viewer waits for a keyframe.
    pub fn waits(&self) -> bool {
        self.current.is_none()
    }

    /// The packet's numbers for this viewer, or `None` if it does not get the packet: a run begins at a keyframe.
    pub fn route(&mut self, packet: &Packet) -> Option<Numbers> {
        let offsets = match self.current {
            Some(current) if current.run == packet.run => current,
            Some(current) if current.run > packet.run => return None,
            _ if packet.key || self.kind == Kind::Audio => self.begin(packet),
            _ => return None,
        };
        let numbers = offsets.apply(packet);
        // A packet from before the run wraps around or is below the run's first number.
        if numbers.seq < offsets.from || numbers.seq > offsets.from + (1 << 48) {
            return None;
        }
        self.current = Some(offsets);
        if self.newest.is_none_or(|(newest, _)| numbers.seq > newest.seq) {
            self.newest = Some((numbers, packet.at));
        }
        Some(numbers)
    }

    fn begin(&self, packet: &Packet) -> Offsets {
        let none = Offsets { run: packet.run, from: 0, seq: 0, ts: 0, picture: 0, tl0: 0 };
        let theirs = none.apply(packet);
        let Some((last, at)) = self.newest else {
            return Offsets { from: FIRST, seq: FIRST.wrapping_sub(theirs.seq), ..none };
        };
        let silence = packet.at.saturating_duration_since(at).as_millis() as u32;
        let ts = last.ts.wrapping_add(silence.max(1).wrapping_mul(self.kind.ticks()));
        let follow = |last: Option<u16>, next: Option<u16>| match (last, next) {
            (Some(last), Some(next)) => last.wrapping_add(1).wrapping_sub(next),
            _ => 0,
        };
        Offsets {
            from: last.seq + 1,
            seq: (last.seq + 1).wrapping_sub(theirs.seq),
            ts: ts.wrapping_sub(theirs.ts),
            picture: follow(last.picture, theirs.picture) & PICTURE,
            tl0: follow(last.tl0.map(u16::from), theirs.tl0.map(u16::from)) as u8,
            ..none
        }
    }
}

#[cfg(test)]
#[path = "rebase_tests.rs"]
mod tests;
