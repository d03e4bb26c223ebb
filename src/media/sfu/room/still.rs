//! The newest keyframe of VP8 video, for a still picture of what is on air. We have no decoder for the other codecs, so a
//! show in one of them has no still. The packets of a keyframe are kept as they were forwarded, so it costs their memory
//! and no copying.

use crate::{codec::vp8, sfu::packet::Packet};
use domain::live::media::{Codec, Keyframe};
use std::time::{Duration, Instant};
use str0m::rtp::VideoOrientation;

/// A larger keyframe is not kept. At 1080p they have 100 to 200 KB.
const BYTES: usize = 512 * 1024;
const PACKETS: usize = 600;
/// A keyframe younger than this is new enough.
const FRESH: Duration = Duration::from_secs(8);

#[derive(Default)]
pub struct Still {
    /// Of the keyframe that is arriving; its first packet is the first.
    arriving: Vec<Packet>,
    bytes: usize,
    whole: Vec<Packet>,
    since: Option<Instant>,
}

impl Still {
    /// Records a packet of the publisher.
    pub fn push(&mut self, packet: &Packet, now: Instant) {
        if packet.codec != Codec::Vp8 {
            return;
        }
        if packet.key {
            self.give_up();
        } else if !self.arriving.first().is_some_and(|first| first.run == packet.run && first.ts == packet.ts)
            || self.arriving.iter().any(|there| there.seq == packet.seq)
        {
            return;
        }
        self.bytes += packet.payload.len();
        self.arriving.push(packet.clone());
        if self.bytes > BYTES || self.arriving.len() > PACKETS {
            self.give_up();
        } else if self.is_whole() {
            self.whole = std::mem::take(&mut self.arriving);
            self.whole.sort_by_key(|packet| packet.seq);
            self.since = Some(now);
        }
    }

    fn give_up(&mut self) {
        self.arriving.clear();
        self.bytes = 0;
    }

    /// Whether every packet from the first to the one with the marker has arrived.
    fn is_whole(&self) -> bool {
        let Some(first) = self.arriving.first() else { return false };
        let last = self.arriving.iter().find(|packet| packet.marker);
        // Numbers are the sender's: the last one may have one below the first.
        last.and_then(|last| last.seq.checked_sub(first.seq)) == Some(self.arriving.len() as u64 - 1)
    }

    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether the publisher should be asked for another keyframe.
    pub fn is_old(&self, now: Instant) -> bool {
        self.since.is_none_or(|since| now.saturating_duration_since(since) > FRESH)
    }

    pub fn frame(&self) -> Option<Keyframe> {
        let parts: Option<Vec<&[u8]>> =
            self.whole.iter().map(|packet| vp8::without_descriptor(&packet.payload)).collect();
        let vp8 = parts?.concat();
        let turn = self.whole.iter().find_map(|packet| packet.orientation).map_or(0, |turn| match turn {
            VideoOrientation::Deg0 => 0,
            VideoOrientation::Deg90 => 90,
            VideoOrientation::Deg180 => 180,
            VideoOrientation::Deg270 => 270,
        });
        (!vp8.is_empty()).then_some(Keyframe { vp8, turn })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `head`: the descriptor.
    fn packet(seq: u64, ts: u32, marker: bool, head: &[u8], body: &[u8]) -> Packet {
        let payload = [head, body].concat();
        Packet::new(1, Codec::Vp8, seq, ts, marker, Instant::now(), payload.into())
    }

    /// The first packet of a keyframe, and another packet of a frame.
    const FIRST: &[u8] = &[0x10];
    const NEXT: &[u8] = &[0x00];

    fn frame(packets: &[Packet]) -> Option<Vec<u8>> {
        let (mut still, now) = (Still::default(), Instant::now());
        packets.iter().for_each(|packet| still.push(packet, now));
        still.frame().map(|frame| frame.vp8)
    }

    #[test]
    fn the_newest_whole_keyframe_is_kept() {
        let one = [packet(1, 0, false, FIRST, &[0, 1]), packet(2, 0, true, NEXT, &[2])];
        assert_eq!(frame(&one), Some(vec![0, 1, 2]));
        let late = [one[0].clone(), packet(3, 0, true, NEXT, &[3]), packet(2, 0, false, NEXT, &[2])];
        assert_eq!(frame(&late), Some(vec![0, 1, 2, 3]), "in the order of their numbers");
        let before = [one[0].clone(), packet(0, 0, true, NEXT, &[3])];
        assert_eq!(frame(&before), None, "it ends before it begins");
        let lost = [one[0].clone(), packet(3, 0, true, NEXT, &[3])];
        assert_eq!(frame(&lost), None, "with a hole");
        let twice = [one[0].clone(), packet(3, 0, true, NEXT, &[3]), packet(3, 0, true, NEXT, &[3])];
        assert_eq!(frame(&twice), None, "a packet that comes twice fills no hole");
        let older = [&one[..], &[packet(4, 9, false, FIRST, &[0, 7])]].concat();
        assert_eq!(frame(&older), Some(vec![0, 1, 2]), "until the next one is whole");
        let newer = [&older[..], &[packet(5, 9, true, NEXT, &[8])]].concat();
        assert_eq!(frame(&newer), Some(vec![0, 7, 8]));
        assert_eq!(frame(&[packet(1, 0, true, FIRST, &[1])]), None, "no keyframe");
        let huge = vec![0; BYTES + 1];
        assert_eq!(frame(&[packet(1, 0, true, FIRST, &huge)]), None);
    }

    #[test]
    fn of_what_cannot_be_decoded_nothing_is_kept() {
        let (mut still, now) = (Still::default(), Instant::now());
        let parameters = [0x67, 0x42, 0xc0, 0x1f];
        still.push(&Packet::new(1, Codec::H264, 1, 0, true, now, parameters.as_slice().into()), now);
        assert!(still.frame().is_none() && still.arriving.is_empty());
    }

    #[test]
    fn an_old_keyframe_is_to_be_replaced() {
        let (mut still, now) = (Still::default(), Instant::now());
        assert!(still.is_old(now));
        still.push(&packet(1, 0, true, FIRST, &[0]), now);
        assert!(!still.is_old(now) && still.is_old(now + FRESH * 2));
        still.forget();
        assert!(still.is_old(now) && still.frame().is_none());
    }
}
