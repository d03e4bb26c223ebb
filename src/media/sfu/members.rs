//! Who comes into a room, and who goes.

use super::{
    Sfu, Sleeper,
    command::{Command, Join, Reply, Role},
    outbox::Wire,
    peer::{Peer, Said},
    room::{Room, Source},
};
use crate::test_card::Card;
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{MediaEnd, MediaError, MediaEvent},
};
use std::time::Instant;

/// Where one thread's time for a 2 Mbit/s stream ends: 6.1 µs a packet were measured, and it has 190 packets a second. A full
/// room answers `Down`.
pub const VIEWERS_PER_ROOM: usize = 800;

impl Sfu {
    /// False when it is time to stop; then everybody has been told.
    pub fn command(&mut self, command: Command, now: Instant, wire: &mut dyn Wire) -> bool {
        match command {
            Command::Join(join) => self.join(join, now, wire),
            Command::Card { session, room, reply } => self.play_card(session, room, reply, now, wire),
            Command::Trickle(session, candidates) => {
                let Some(peer) = self.peers.get_mut(&session) else { return true };
                candidates.into_iter().for_each(|candidate| peer.add_candidate(candidate));
                peer.timeout(now);
                self.drain(session, now, wire);
            }
            Command::End(session, end) => self.end(session, end, now, wire),
            Command::Stop => {
                let cards = self.rooms.values().filter_map(|room| Some(room.publisher.as_ref()?.session));
                let all: Vec<_> = self.peers.keys().copied().chain(cards).collect();
                all.into_iter().for_each(|session| self.end(session, MediaEnd::Ejected, now, wire));
                return false;
            }
        }
        self.remove_those_over(now, wire);
        true
    }

    fn join(&mut self, join: Join, now: Instant, wire: &mut dyn Wire) {
        let Join { session, room: id, role, rtc, ufrag, reply } = join;
        let refused = match self.rooms.get(&id) {
            Some(room) if role == Role::Publisher && room.is_busy() => Some(MediaError::Busy),
            Some(room) if role == Role::Viewer && room.viewers.len() >= VIEWERS_PER_ROOM => {
                tracing::warn!(room = %id, viewers = room.viewers.len(), "a media room is full");
                Some(MediaError::Down)
            }
            _ => None,
        };
        if let Some(error) = refused {
            let _ = reply.send(Err(error));
            return;
        }
        self.by_ufrag.insert(ufrag.clone(), session);
        self.peers.insert(session, Peer::new(id, role, rtc, ufrag, now));
        match role {
            Role::Publisher => self.publish(session, id, Source::Remote, now, wire),
            Role::Viewer => self.rooms.entry(id).or_insert_with(|| Room::new(now)).viewers.push(session),
        }
        self.drain(session, now, wire);
        self.admit(session, id, reply, now, wire);
    }

    fn play_card(
        &mut self,
        session: MediaSessionId,
        id: RoomId,
        reply: Reply,
        now: Instant,
        wire: &mut dyn Wire,
    ) {
        if self.rooms.get(&id).is_some_and(Room::is_busy) {
            let _ = reply.send(Err(MediaError::Busy));
            return;
        }
        self.publish(session, id, Source::Card(Box::new(Card::new(now))), now, wire);
        self.arm_room(id);
        self.admit(session, id, reply, now, wire);
    }

    /// Puts a publisher in its place; one that was silent there has to go.
    fn publish(
        &mut self,
        session: MediaSessionId,
        id: RoomId,
        source: Source,
        now: Instant,
        wire: &mut dyn Wire,
    ) {
        let room = self.rooms.entry(id).or_insert_with(|| Room::new(now));
        if let Some(before) = room.set_publisher(session, source) {
            self.end(before, MediaEnd::Ejected, now, wire);
        }
    }

    fn admit(
        &mut self,
        session: MediaSessionId,
        id: RoomId,
        reply: Reply,
        now: Instant,
        wire: &mut dyn Wire,
    ) {
        self.board.note_joined(session);
        self.note_health(id);
        if reply.send(Ok(())).is_err() {
            self.end(session, MediaEnd::Left, now, wire);
        }
    }

    /// What a viewer reported.
    pub(super) fn serve(
        &mut self,
        session: MediaSessionId,
        id: RoomId,
        said: &Said,
        now: Instant,
        wire: &mut dyn Wire,
    ) {
        if said.connected {
            self.note_health(id);
            self.board.emit(MediaEvent::ViewerUp { room: id, session });
        }
        if !said.playable && !said.wants_keyframe {
            return;
        }
        let (Some(room), Some(peer)) = (self.rooms.get_mut(&id), self.peers.get_mut(&session)) else {
            return;
        };
        let replay = if peer.waits_for_picture() { room.gop.replay(now) } else { vec![] };
        if replay.is_empty() {
            room.pli.want(now);
            self.arm_room(id);
        } else if peer.write(&replay, now) {
            self.drain(session, now, wire);
        }
    }

    /// What a publisher's connection knows of its link.
    pub(super) fn note_link(&mut self, session: MediaSessionId, id: RoomId, said: &Said) {
        let Some(stats) = &said.stats else { return };
        let ice = stats.selected_candidate_pair.as_ref().and_then(|pair| pair.current_round_trip_time);
        if let Some(room) = self.rooms.get_mut(&id).filter(|room| room.is_published_by(session)) {
            room.note_link(stats.ingress_loss_fraction.unwrap_or(0.0), stats.rtt.or(ice));
        }
    }

    /// Ends a session: it is told, and nothing more is sent to it. Unknown ones are ignored.
    fn end(&mut self, session: MediaSessionId, end: MediaEnd, now: Instant, wire: &mut dyn Wire) {
        if let Some(peer) = self.peers.get_mut(&session) {
            peer.close(now);
            peer.poll(&mut self.outbox, wire);
        }
        self.remove(session, end);
    }

    pub(super) fn remove_those_over(&mut self, now: Instant, wire: &mut dyn Wire) {
        for (session, end) in std::mem::take(&mut self.over) {
            self.end(session, end, now, wire);
        }
    }

    fn remove(&mut self, session: MediaSessionId, end: MediaEnd) {
        self.board.note_left(session);
        let peer = self.peers.remove(&session);
        if let Some(peer) = &peer {
            self.by_ufrag.remove(&peer.ufrag);
            self.by_source.retain(|source, owner| *owner != session || !peer.sources.contains(source));
        }
        let published =
            || self.rooms.iter().find(|(_, room)| room.is_published_by(session)).map(|(id, _)| *id);
        let Some(id) = peer.as_ref().map(|peer| peer.room).or_else(published) else { return };
        let Some(room) = self.rooms.get_mut(&id) else { return };
        if room.is_published_by(session) {
            if room.remove_publisher() {
                self.board.emit(MediaEvent::PublisherDown { room: id, session, end });
            }
        } else if let Some(at) = room.viewers.iter().position(|viewer| *viewer == session) {
            room.viewers.swap_remove(at);
            // Also of one that never connected: whoever let it in holds a place for it until then.
            self.board.emit(MediaEvent::ViewerDown { room: id, session, end });
        }
        if room.is_empty() {
            self.rooms.remove(&id);
            self.board.forget_room(id);
        } else {
            self.note_health(id);
        }
    }

    pub(super) fn arm_room(&mut self, id: RoomId) {
        if let Some(room) = self.rooms.get_mut(&id) {
            room.set_alarm();
            self.timers.arm(Sleeper::Room(id), &mut room.alarm);
        }
    }
}
