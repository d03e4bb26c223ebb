//! Joining and leaving a room.

use super::{
    Sfu, Sleeper,
    command::{Command, Join, Reply, Role},
    layers::aim,
    limits::{Limit, PATIENCE},
    peer::{Peer, Said},
    room::{Room, Source},
};
use crate::{
    door::Connection,
    test_card::{Card, Film},
    wire::Wire,
};
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{Codec, Keyframe, MediaEnd, MediaError, MediaEvent},
};
use std::time::Instant;

/// Where a 2 Mbit/s stream saturates one thread: 6.1 µs per packet (measured) at 190 packets per second. A full room
/// answers `Down`.
pub const VIEWERS_PER_ROOM: usize = 800;

impl Sfu {
    /// Returns false when the thread must stop; by then every peer was notified.
    pub fn command(&mut self, command: Command, now: Instant, wire: &mut dyn Wire) -> bool {
        match command {
            Command::Join(join) => self.join(join, now, wire),
            Command::Card { film, session, room, reply } => {
                self.play_card(film, (session, room), reply, now, wire);
            }
            Command::Still { room, reply } => {
                let _ = reply.send(self.still(room, now));
            }
            Command::ChooseLayer { session, wish, reply } => {
                let _ = reply.send(self.choose_layer(session, wish, now));
            }
            Command::Unmute { room, order } => self.status.unmute(room, order),
            Command::PauseLayers(session) => self.begin_pauses(session),
            Command::End(session, end) => self.end(session, end, now, wire),
            Command::Stop => {
                let all: Vec<_> = self.peers.keys().chain(self.cards.keys()).copied().collect();
                all.into_iter().for_each(|session| self.end(session, MediaEnd::Ejected, now, wire));
                return false;
            }
        }
        self.remove_those_over(now, wire);
        true
    }

    fn join(&mut self, join: Join, now: Instant, wire: &mut dyn Wire) {
        let Join { session, room: id, role, replace, connection, reply } = join;
        let picture = connection.codecs.first().copied();
        let admitted = match role {
            Role::Publisher if !replace && self.rooms.get(&id).is_some_and(Room::is_busy) => {
                Err(MediaError::Busy)
            }
            Role::Publisher => Ok(()),
            Role::Viewer => {
                self.refuse_undecodable(id, &connection.codecs).and_then(|()| self.make_place(id, now, wire))
            }
        };
        if let Err(error) = admitted {
            let _ = reply.send(Err(error));
            return;
        }
        let Connection { rtc, ufrag, ssrcs, codecs, rids, .. } = connection;
        self.by_ufrag.insert(ufrag.clone(), session);
        let mut peer = Peer::new(id, role, rtc, ufrag, ssrcs, now);
        (peer.codecs, peer.rids) = (codecs, rids);
        self.peers.insert(session, peer);
        match role {
            Role::Publisher => self.publish(session, id, Source::Remote(picture), now, wire),
            Role::Viewer => self.rooms.entry(id).or_insert_with(|| Room::new(now)).connecting.push(session),
        }
        self.drain(session, now, wire);
        self.admit(session, id, reply, now, wire);
    }

    /// Tells a viewer that takes pictures, but not in the codec of the room's, so that it does not wait for one.
    fn refuse_undecodable(&self, id: RoomId, codecs: &[Codec]) -> Result<(), MediaError> {
        let picture = self.rooms.get(&id).and_then(Room::picture);
        match picture.filter(|picture| !codecs.is_empty() && !codecs.contains(picture)) {
            Some(codec) => Err(MediaError::Undecodable { codec }),
            None => Ok(()),
        }
    }

    /// In a full room, the viewer that has tried longest to connect gives up its place.
    fn make_place(&mut self, id: RoomId, now: Instant, wire: &mut dyn Wire) -> Result<(), MediaError> {
        let Some(room) = self.rooms.get(&id) else { return Ok(()) };
        let places = room.viewers.len() + room.connecting.len();
        if places < VIEWERS_PER_ROOM && room.connecting.len() < self.pending_per_room {
            return Ok(());
        }
        let stuck = |session: &&MediaSessionId| {
            self.peers.get(session).is_some_and(|peer| peer.waited(now) > PATIENCE)
        };
        let Some(oldest) = room.connecting.first().filter(stuck).copied() else {
            self.met.note(Limit::FullRoom);
            return Err(MediaError::Down);
        };
        self.met.note(Limit::Pending);
        self.end(oldest, MediaEnd::Unconnected, now, wire);
        Ok(())
    }

    fn play_card(
        &mut self,
        film: Film,
        (session, id): (MediaSessionId, RoomId),
        reply: Reply,
        now: Instant,
        wire: &mut dyn Wire,
    ) {
        if self.rooms.get(&id).is_some_and(Room::is_busy) {
            let _ = reply.send(Err(MediaError::Busy));
            return;
        }
        self.cards.insert(session, id);
        self.publish(session, id, Source::Card(Box::new(Card::new(film, now))), now, wire);
        self.arm_room(id);
        self.admit(session, id, reply, now, wire);
    }

    /// The newest keyframe of a room. If it is old, the publisher is asked for another one.
    fn still(&mut self, id: RoomId, now: Instant) -> Option<Keyframe> {
        let room = self.rooms.get_mut(&id)?;
        if room.is_busy() && room.picture() == Some(Codec::Vp8) && room.still.is_old(now) {
            room.main_pli().want(now);
        }
        let frame = room.still.frame();
        self.arm_room(id);
        frame
    }

    /// Makes a session the room's publisher and ends the previous one, and the viewers that cannot decode its picture.
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
        let Some(room) = self.rooms.get(&id) else { return };
        for viewer in room.viewers.iter().chain(&room.connecting) {
            let codecs = self.peers.get(viewer).map(|peer| &peer.codecs[..]).unwrap_or_default();
            if self.refuse_undecodable(id, codecs).is_err() {
                self.over.push((*viewer, MediaEnd::Undecodable));
            }
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
        self.note_health(id);
        if reply.send(Ok(())).is_err() {
            self.end(session, MediaEnd::Left, now, wire);
        }
    }

    /// Acts on what a viewer reported.
    pub(super) fn serve(
        &mut self,
        session: MediaSessionId,
        id: RoomId,
        said: &Said,
        now: Instant,
        wire: &mut dyn Wire,
    ) {
        if said.connected {
            if let Some(room) = self.rooms.get_mut(&id) {
                room.connect(session);
            }
            self.note_health(id);
            self.status.emit(MediaEvent::ViewerUp { room: id, session });
        }
        if let Some(stats) = &said.stats {
            self.note_viewer_link(session, id, stats, now);
        }
        if !said.playable && !said.wants_keyframe {
            return;
        }
        let (Some(room), Some(peer)) = (self.rooms.get_mut(&id), self.peers.get_mut(&session)) else {
            return;
        };
        if !said.playable && !peer.budget.take_keyframe(now) {
            return self.met.note(Limit::Keyframes);
        }
        if said.playable {
            aim(&room.layers, peer);
        }
        let group = if peer.waits_for_picture() { room.group(now) } else { vec![] };
        if group.is_empty() {
            let layer = peer.layer().unwrap_or(peer.wanted_layer());
            let pli = &mut room.plis[usize::from(layer)];
            match said.playable {
                true => pli.want(now),
                false => pli.want_again(now),
            }
            self.arm_room(id);
        } else {
            peer.catch_up(group, now);
            let wanted = peer.wanted_layer();
            if peer.layer().is_some_and(|layer| layer != wanted) {
                room.plis[usize::from(wanted)].want(now);
                self.arm_room(id);
            }
            self.drain(session, now, wire);
        }
    }

    /// Records the link quality that a publisher's connection reported.
    pub(super) fn note_link(&mut self, session: MediaSessionId, id: RoomId, said: &Said) {
        let Some(stats) = &said.stats else { return };
        let ice = stats.selected_candidate_pair.as_ref().and_then(|pair| pair.current_round_trip_time);
        if let Some(room) = self.rooms.get_mut(&id).filter(|room| room.is_published_by(session)) {
            room.note_link(stats.ingress_loss_fraction.unwrap_or(0.0), stats.rtt.or(ice));
        }
    }

    /// Ends a session: notifies the peer, then sends it nothing more. Unknown sessions are ignored.
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
        let (id, role) = match self.peers.remove(&session) {
            Some(peer) => {
                self.by_ufrag.remove(&peer.ufrag);
                peer.addresses.iter().for_each(|address| self.sources.release(*address, session));
                (peer.room, peer.role)
            }
            None => match self.cards.remove(&session) {
                Some(room) => (room, Role::Publisher),
                None => return,
            },
        };
        if let Some(room) = self.rooms.get_mut(&id) {
            match role {
                // A replaced publisher has already left its place.
                Role::Publisher if room.is_published_by(session) => room.remove_publisher(),
                Role::Publisher => {}
                Role::Viewer => room.remove_viewer(session),
            }
            if room.is_empty() {
                self.rooms.remove(&id);
                self.status.forget_room(id);
            } else {
                self.note_health(id);
            }
        }
        // Emitted even if it never connected: until then the caller reserves a place for it.
        self.status.emit(match role {
            Role::Publisher => MediaEvent::PublisherDown { room: id, session, end },
            Role::Viewer => MediaEvent::ViewerDown { room: id, session, end },
        });
    }

    pub(super) fn arm_room(&mut self, id: RoomId) {
        if let Some(room) = self.rooms.get_mut(&id) {
            room.set_alarm();
            self.timers.arm(Sleeper::Room(id), &mut room.alarm);
        }
    }
}
