//! Forwards packets from a publisher to its room.

use super::{
    Sfu, Sleeper,
    packet::{Kind, LONGEST_PAYLOAD, Packet},
    room::{MOST_LAYERS, Source},
};
use crate::wire::Wire;
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::MediaEvent,
};
use std::time::Instant;
use str0m::rtp::RtpPacket;

impl Sfu {
    /// Handles a packet of a connection. Packets of anyone but the room's publisher are ignored.
    pub(super) fn take_packet(&mut self, session: MediaSessionId, id: RoomId, rtp: RtpPacket, now: Instant) {
        let Some(room) = self.rooms.get_mut(&id).filter(|room| room.is_published_by(session)) else { return };
        let Some(peer) = self.peers.get_mut(&session) else { return };
        let known = peer.codec_of(rtp.header.payload_type);
        let Some(codec) = known.filter(|_| rtp.payload.len() <= LONGEST_PAYLOAD) else { return };
        let kind = Kind::of(codec);
        let layer = || if kind == Kind::Audio { Some(0) } else { peer.layer_of(&rtp) };
        let Some(place) = room.flows.take(kind, *rtp.header.ssrc, layer, now) else { return };
        if let Some(packet) = peer.guard(|_| Ok(Packet::from_rtp(place, codec, rtp))) {
            self.push(id, packet, now);
        }
    }

    fn push(&mut self, id: RoomId, packet: Packet, now: Instant) {
        let muted = packet.kind == Kind::Audio && self.status.is_muted(id);
        let packet = if muted { packet.silenced() } else { packet };
        let Some(room) = self.rooms.get_mut(&id) else { return };
        if room.held_until().is_none() {
            self.holding.push(id);
        }
        let session = room.publisher.as_ref().map(|publisher| publisher.session);
        let recorded = room.place(&packet);
        let tapped = |run| packet.tapped(run, room.picture());
        let taps = &self.status.taps;
        if recorded.is_some_and(|run| taps.offer(id, || tapped(run), || room.recorded_group())) {
            room.main_pli().want(now);
        }
        let first = room.push(packet, now);
        if room.layers.take_changed() {
            self.choose_layers(id, now);
        } else if room.plis.iter().any(|pli| pli.due().is_some()) {
            self.arm_room(id);
        }
        if let (true, Some(session)) = (first, session) {
            self.status.emit(MediaEvent::PublisherUp { room: id, session });
        }
    }

    /// Sends held packets to each viewer once their frame is whole or has waited long enough. Called after each batch.
    pub fn forward_held(&mut self, now: Instant, wire: &mut dyn Wire) {
        for id in std::mem::take(&mut self.holding) {
            let Some(room) = self.rooms.get_mut(&id) else { continue };
            let packets = room.take_ready(now);
            if room.held_until().is_some() {
                self.holding.push(id);
            }
            if packets.is_empty() {
                continue;
            }
            let viewers = std::mem::take(&mut room.viewers);
            for viewer in &viewers {
                if self.peers.get_mut(viewer).is_some_and(|peer| peer.write(&packets, now)) {
                    self.drain(*viewer, now, wire);
                }
            }
            if let Some(room) = self.rooms.get_mut(&id) {
                let connected_meanwhile = std::mem::replace(&mut room.viewers, viewers);
                room.viewers.extend(connected_meanwhile);
                room.reuse(packets);
            }
        }
    }

    pub(super) fn wake_room(&mut self, id: RoomId, at: Instant, now: Instant, wire: &mut dyn Wire) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        if room.alarm.rings(at, now) {
            self.play(id, now);
            self.help_waiting(id, now, wire);
            (0..MOST_LAYERS).for_each(|layer| self.ask_for_keyframe(id, layer, now, wire));
            self.arm_room(id);
        } else {
            self.timers.arm(Sleeper::Room(id), &mut room.alarm);
        }
    }

    /// Forwards the test card's packets that are due.
    fn play(&mut self, id: RoomId, now: Instant) {
        while let Some(room) = self.rooms.get_mut(&id) {
            let Some(Source::Card(card)) = room.publisher.as_mut().map(|publisher| &mut publisher.source)
            else {
                return;
            };
            let Some(next) = card.next(now) else { return };
            let kind = Kind::of(next.codec);
            let taken = room.flows.take(kind, kind as u32, || Some(0), now);
            let Some((run, _)) = taken else { return };
            let packet = Packet::new(run, next.codec, next.seq, next.ts, next.marker, next.at, next.payload);
            self.push(id, packet, now);
        }
    }

    /// Sends the kept group to those who wait for a keyframe that the publisher does not send when it is asked.
    fn help_waiting(&mut self, id: RoomId, now: Instant, wire: &mut dyn Wire) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        let missed = room.plis.iter_mut().filter_map(|pli| pli.misses_answer(now).then_some(())).count();
        if missed == 0 {
            return;
        }
        let group = room.group(now);
        for viewer in room.viewers.clone() {
            let waits =
                self.peers.get_mut(&viewer).filter(|peer| peer.waits_for_picture() && !group.is_empty());
            if let Some(peer) = waits {
                peer.catch_up(group.clone(), now);
                self.drain(viewer, now, wire);
            }
        }
    }

    fn ask_for_keyframe(&mut self, id: RoomId, layer: usize, now: Instant, wire: &mut dyn Wire) {
        let Some(room) = self.rooms.get_mut(&id) else { return };
        if !room.plis[layer].take_due(now) {
            return;
        }
        let remote =
            room.publisher.as_ref().filter(|publisher| matches!(publisher.source, Source::Remote(_)));
        let (Some(session), Some(ssrc)) =
            (remote.map(|publisher| publisher.session), room.flows.video(layer))
        else {
            // A film cannot be asked: it has a keyframe every second or two.
            return room.plis[layer].forget();
        };
        if let Some(peer) = self.peers.get_mut(&session) {
            peer.request_keyframe(ssrc, now);
            self.drain(session, now, wire);
        }
    }
}
