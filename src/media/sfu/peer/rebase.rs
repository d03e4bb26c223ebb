//! Maps a publisher's numbers to a viewer's. The viewer sees one endless source, whoever publishes and whichever layer it
//! gets: sequence numbers without gaps between runs, and timestamps and picture ids that only grow. Gaps inside a run are
//! kept, so that a packet that reaches us late still has its number.

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
    layer: u8,
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
    /// The layer that this viewer is to get. It changes at a keyframe of that layer.
    wanted: u8,
    current: Option<Offsets>,
    /// The newest packet, and when the first one of its frame was sent.
    newest: Option<(Numbers, Instant)>,
}

impl Rebase {
    pub fn new(kind: Kind) -> Self {
        Self { kind, wanted: 0, current: None, newest: None }
    }

    /// Wants a layer. True if that takes a keyframe which nobody has wanted before.
    pub fn want(&mut self, layer: u8) -> bool {
        let before = std::mem::replace(&mut self.wanted, layer);
        before != layer && self.layer() != Some(layer)
    }

    pub fn wanted(&self) -> u8 {
        self.wanted
    }

    /// The layer that this viewer gets.
    pub fn layer(&self) -> Option<u8> {
        self.current.map(|current| current.layer)
    }

    /// True while this viewer waits for a keyframe.
    pub fn waits(&self) -> bool {
        self.current.is_none()
    }

    /// The packet's numbers for this viewer, or `None` if it does not get the packet: a run begins at a keyframe, of the
    /// wanted layer. The first picture may be of any.
    pub fn route(&mut self, packet: &Packet) -> Option<Numbers> {
        let offsets = match self.current {
            Some(current) if current.run == packet.run => current,
            Some(current) if current.layer == packet.layer && current.run > packet.run => return None,
            Some(_) if packet.layer != self.wanted => return None,
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
            let same = self.newest.filter(|(newest, _)| newest.ts == numbers.ts);
            self.newest = Some((numbers, same.map_or(packet.at, |(_, at)| at)));
        }
        Some(numbers)
    }

    fn begin(&self, packet: &Packet) -> Offsets {
        let (run, layer) = (packet.run, packet.layer);
        let none = Offsets { run, layer, from: 0, seq: 0, ts: 0, picture: 0, tl0: 0 };
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
