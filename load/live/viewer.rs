//! A viewer: joins packets to frames, reads what is burnt into them, and keeps its record.

use super::{
    frame::{self, FrameMark},
    ledger::{FrameCounts, FrameLedger},
    order::{FrameJoiner, FramePart},
    peer::Peer,
};
use crate::truth::latency::Latency;
use str0m::{media::KeyframeRequestKind, rtp::RtpPacket};

/// A decoder that misses a frame asks for a key frame, but not more often than this, in microseconds.
const ASK_US: u64 = 500_000;

/// Who a viewer is.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    /// Counts up by one over the run.
    pub number: usize,
    pub run: u32,
    pub room: u16,
    /// When it asked to play, by the tool's clock.
    pub asked_us: u64,
    /// It joined in the run, not before.
    pub late: bool,
}

#[derive(Debug)]
pub struct Viewer {
    pub ticket: Ticket,
    video: FrameJoiner,
    sound: FrameJoiner,
    pictures: FrameLedger,
    sounds: FrameLedger,
    /// From asking until the first key frame was whole, in microseconds.
    pub first_key_us: Option<u64>,
    asked_key_us: u64,
}

/// What a viewer leaves.
#[derive(Clone, Copy, Debug)]
pub struct ViewerRecord {
    pub ticket: Ticket,
    pub pictures: FrameCounts,
    pub sounds: FrameCounts,
    pub first_key_us: Option<u64>,
    /// Whether the server ended it.
    pub ended: bool,
}

impl Viewer {
    pub fn new(ticket: Ticket) -> Self {
        Self {
            ticket,
            video: FrameJoiner::default(),
            sound: FrameJoiner::default(),
            pictures: FrameLedger::default(),
            sounds: FrameLedger::default(),
            first_key_us: None,
            asked_key_us: 0,
        }
    }

    /// `latency`: where the time from sending to receiving is recorded, of frames that were sent after it asked to play.
    pub fn take(&mut self, peer: &mut Peer, packet: &RtpPacket, now_us: u64, latency: Option<&mut Latency>) {
        let (number, payload) = (*packet.seq_no, &packet.payload);
        if peer.tracks.sound.is_some_and(|(_, pt)| pt == packet.header.payload_type) {
            let part = FramePart { begins: true, ends: true, payload: payload.clone(), from: 1 };
            let (ticket, sounds) = (self.ticket, &mut self.sounds);
            self.sound.take(number, now_us, part, |frame| {
                note(ticket, sounds, frame, now_us);
            });
            return;
        }
        // Probes for bandwidth have no payload.
        let Some((begins, from)) = frame::descriptor(payload) else { return };
        let part = FramePart { begins, ends: packet.header.marker, payload: payload.clone(), from };
        let gaps = self.video.gaps;
        let mut view = View { ticket: self.ticket, first_key_us: &mut self.first_key_us, latency, now_us };
        self.video.take(number, now_us, part, |frame| view.take(&mut self.pictures, frame));
        if self.video.gaps > gaps && now_us > self.asked_key_us + ASK_US {
            self.asked_key_us = now_us;
            let mut direct = peer.rtc().direct_api();
            if let Some(stream) = direct.stream_rx(&packet.header.ssrc) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
            }
        }
    }

    /// Whether it has seen a picture.
    pub fn sees(&self) -> bool {
        self.first_key_us.is_some()
    }

    /// When [`Self::give_up`] must be called.
    pub fn due_us(&self) -> Option<u64> {
        [self.video.due_us(), self.sound.due_us()].into_iter().flatten().min()
    }

    /// Stops waiting for packets that do not come any more.
    pub fn give_up(&mut self, now_us: u64, latency: Option<&mut Latency>) {
        let (ticket, pictures, sounds) = (self.ticket, &mut self.pictures, &mut self.sounds);
        let mut view = View { ticket, first_key_us: &mut self.first_key_us, latency, now_us };
        self.video.give_up(now_us, |frame| view.take(pictures, frame));
        self.sound.give_up(now_us, |frame| {
            note(ticket, sounds, frame, now_us);
        });
    }

    /// Closes its record. `last`: the last picture and packet of sound that must be there.
    pub fn close(mut self, now_us: u64, last: [Option<(u32, u64)>; 2], ended: bool) -> ViewerRecord {
        self.give_up(now_us, None);
        ViewerRecord {
            ticket: self.ticket,
            pictures: self.pictures.close(last[0]),
            sounds: self.sounds.close(last[1]),
            first_key_us: self.first_key_us,
            ended,
        }
    }
}

struct View<'a> {
    ticket: Ticket,
    first_key_us: &'a mut Option<u64>,
    latency: Option<&'a mut Latency>,
    now_us: u64,
}

impl View<'_> {
    fn take(&mut self, pictures: &mut FrameLedger, frame: &[u8]) {
        let Some(mark) = note(self.ticket, pictures, frame, self.now_us) else { return };
        if mark.key {
            self.first_key_us.get_or_insert(self.now_us.saturating_sub(self.ticket.asked_us));
        }
        if let Some(latency) = self.latency.as_deref_mut().filter(|_| mark.sent_us >= self.ticket.asked_us) {
            latency.record(self.now_us.saturating_sub(mark.sent_us));
        }
    }
}

/// Reads a frame into the record; `None` if it is not new, or not what was sent into this room.
fn note(ticket: Ticket, ledger: &mut FrameLedger, frame: &[u8], now_us: u64) -> Option<FrameMark> {
    let mark = FrameMark::read(frame).filter(|mark| mark.run == ticket.run && mark.room == ticket.room);
    if mark.is_none() {
        ledger.damage();
    }
    mark.filter(|mark| ledger.take(mark, now_us))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_of_its_room_is_damage() {
        let ticket = Ticket { number: 0, run: 5, room: 1, asked_us: 0, late: false };
        let mark = FrameMark { run: 5, room: 1, layer: 0, key: true, number: 3, sent_us: 4 };
        let counts = |frames: &[Vec<u8>]| {
            let mut ledger = FrameLedger::default();
            for frame in frames {
                note(ticket, &mut ledger, frame, 9);
            }
            let FrameCounts { came, damaged, twice, .. } = ledger.close(None);
            (came, damaged, twice)
        };
        let good = mark.draw(300);
        assert_eq!(counts(&[good.clone(), good.clone()]), (1, 0, 1));
        let other_room = FrameMark { room: 2, ..mark }.draw(300);
        let other_run = FrameMark { run: 6, ..mark }.draw(300);
        assert_eq!(counts(&[other_room, other_run, good[..200].to_vec(), good]), (1, 3, 0));
    }
}
