//! The forwarding unit. It has no sockets and no clock: datagrams, commands and the time go in, datagrams leave through
//! a [`Wire`]. str0m's rule: after each mutation of a connection, poll all its output before the next mutation.

mod command;
mod forward;
mod layers;
mod limits;
mod members;
mod outbox;
mod packet;
mod peer;
mod receive;
mod room;
mod run_loop;
mod shared_status;
mod sources;
mod stun;
mod timers;

pub use command::{Command, Join, Reply, Role};
pub use members::VIEWERS_PER_ROOM;
pub use packet::Kind;
pub use room::MOST_LAYERS;
pub use run_loop::run;
pub use shared_status::SharedStatus;

use crate::wire::Wire;
use domain::id::{MediaSessionId, RoomId};
use domain::live::media::MediaEnd;
use limits::Limit;
use outbox::Outbox;
use peer::Peer;
use room::Room;
use sources::Sources;
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use timers::Timers;

/// How often publishers are checked for silence: it is noticed 2.0 to 2.1 s after the last packet.
const TICK: Duration = Duration::from_millis(100);
/// Every tenth tick checks which peers are still there and measures their health.
const TICKS_A_SURVEY: u64 = 10;

/// What a timer wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sleeper {
    Peer(MediaSessionId),
    Room(RoomId),
}

/// All rooms and the connections in them.
pub struct Sfu {
    status: Arc<SharedStatus>,
    pending_per_room: usize,
    rooms: HashMap<RoomId, Room>,
    peers: HashMap<MediaSessionId, Peer>,
    /// The rooms in which the test card plays.
    cards: HashMap<MediaSessionId, RoomId>,
    sources: Sources,
    by_ufrag: HashMap<String, MediaSessionId>,
    timers: Timers,
    /// Rooms that hold packets until the rest of their frame arrives.
    holding: Vec<RoomId>,
    outbox: Outbox,
    /// Ended connections, removed when no iteration is in progress.
    over: Vec<(MediaSessionId, MediaEnd)>,
    met: limits::Met,
    next_tick: Instant,
    ticks: u64,
}

impl Sfu {
    pub fn new(status: Arc<SharedStatus>, pending_per_room: usize, now: Instant) -> Self {
        Self {
            status,
            pending_per_room,
            rooms: HashMap::new(),
            peers: HashMap::new(),
            cards: HashMap::new(),
            sources: Sources::default(),
            by_ufrag: HashMap::new(),
            timers: Timers::default(),
            holding: vec![],
            outbox: Outbox::default(),
            over: vec![],
            met: limits::Met::default(),
            next_tick: now + TICK,
            ticks: 0,
        }
    }

    /// When [`Self::wake`] must be called if nothing arrives before.
    pub fn deadline(&self) -> Instant {
        let held = self.holding.iter().filter_map(|room| self.rooms.get(room)?.held_until());
        held.chain(self.timers.next()).fold(self.next_tick, Instant::min)
    }

    /// Handles everything that is due at `now`.
    pub fn wake(&mut self, now: Instant, wire: &mut dyn Wire) {
        while let Some((at, sleeper)) = self.timers.due(now) {
            match sleeper {
                Sleeper::Peer(session) => self.wake_peer(session, at, now, wire),
                Sleeper::Room(room) => self.wake_room(room, at, now, wire),
            }
        }
        self.forward_held(now, wire);
        if now >= self.next_tick {
            self.next_tick = now + TICK;
            self.ticks += 1;
            self.tick(now);
        }
        self.remove_those_over(now, wire);
    }

    fn wake_peer(&mut self, session: MediaSessionId, at: Instant, now: Instant, wire: &mut dyn Wire) {
        let Some(peer) = self.peers.get_mut(&session) else { return };
        if peer.alarm.rings(at, now) {
            peer.timeout(now);
            self.drain(session, now, wire);
        } else {
            self.timers.arm(Sleeper::Peer(session), &mut peer.alarm);
        }
    }

    /// Sends a connection's output, acts on its events, and sets its alarm.
    fn drain(&mut self, session: MediaSessionId, now: Instant, wire: &mut dyn Wire) {
        let Some(peer) = self.peers.get_mut(&session) else { return };
        let mut said = peer.poll(&mut self.outbox, wire);
        if peer.take_panic() {
            self.met.note(Limit::Panics);
        }
        self.timers.arm(Sleeper::Peer(session), &mut peer.alarm);
        let (room, role) = (peer.room, peer.role);
        for packet in said.packets.drain(..) {
            self.take_packet(session, room, packet, now);
        }
        match role {
            Role::Publisher => self.note_link(session, room, &said),
            Role::Viewer => self.serve(session, room, &said, now, wire),
        }
        self.over.extend(said.over.map(|end| (session, end)));
    }

    fn tick(&mut self, now: Instant) {
        let (mut changed, mut heeded) = (vec![], vec![]);
        for (id, room) in &mut self.rooms {
            if let Some(event) = room.notice_silence(*id, now) {
                self.status.emit(event);
            }
            room.layers.notice_stopped(now);
            changed.extend(room.layers.take_changed().then_some(*id));
            heeded.extend(room.pauses.heeded.then_some(*id));
        }
        changed.into_iter().for_each(|id| self.choose_layers(id, now));
        heeded.into_iter().for_each(|id| self.pause_layers(id, now));
        if self.ticks.is_multiple_of(TICKS_A_SURVEY) {
            self.survey(now);
        }
    }

    fn survey(&mut self, now: Instant) {
        let dead: Vec<_> = self.peers.iter().filter_map(|(id, p)| Some((*id, p.is_dead(now)?))).collect();
        for (_, end) in &dead {
            if *end == MediaEnd::Unconnected {
                self.met.note(Limit::Pending);
            }
        }
        self.over.extend(dead);
        self.rooms.values_mut().for_each(|room| room.measure(now));
        self.rooms.keys().for_each(|id| self.note_health(*id));
    }

    fn note_health(&self, id: RoomId) {
        if let Some(room) = self.rooms.get(&id) {
            self.status.note_health(id, room.health());
        }
    }
}
