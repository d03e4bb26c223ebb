//! Where the media thread leaves packets for recorders and restreams. It never waits: what finds no room is counted and lost.

use domain::{id::RoomId, live::media::Codec};
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Instant,
};

/// Packets that may wait for a recorder: a kept group of pictures and some seconds of 1080p, at most 6 MB.
const WAITING: usize = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackKind {
    Audio,
    Video,
}

impl TrackKind {
    /// RTP ticks per millisecond.
    pub const fn ticks(self) -> i64 {
        match self {
            Self::Audio => 48,
            Self::Video => 90,
        }
    }
}

/// A packet of a publisher, with the descriptor of its codec.
#[derive(Clone, Debug)]
pub struct TappedPacket {
    pub track: TrackKind,
    pub codec: Codec,
    /// Of its publisher's pictures, as negotiated. `None` if it sends sound alone.
    pub pictures: Option<Codec>,
    /// Grows with each new source of a track.
    pub run: u32,
    /// Extended beyond 16 bits.
    pub seq: u64,
    pub ts: u32,
    /// Whether it is the last packet of its frame.
    pub marker: bool,
    pub at: Instant,
    pub payload: Arc<[u8]>,
}

#[derive(Default)]
struct TapState {
    dropped: AtomicU64,
    wants_keyframe: AtomicBool,
    /// It has got a packet.
    begun: AtomicBool,
}

struct PacketTap {
    /// Of a recorder, of which a room has one.
    records: bool,
    to: SyncSender<TappedPacket>,
    state: Arc<TapState>,
}

impl PacketTap {
    fn take(&self, packet: TappedPacket) {
        if self.to.try_send(packet).is_err() {
            self.state.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The rooms whose packets somebody keeps.
#[derive(Default)]
pub struct Taps(RwLock<HashMap<RoomId, Vec<PacketTap>>>);

impl Taps {
    /// Begins to keep the packets of a room for its recorder. One that the room had gets no more.
    pub fn open(self: &Arc<Self>, room: RoomId) -> TappedPackets {
        self.add(room, true)
    }

    /// Begins to keep the packets of a room for somebody else, beside its recorder.
    pub fn open_beside(self: &Arc<Self>, room: RoomId) -> TappedPackets {
        self.add(room, false)
    }

    fn add(self: &Arc<Self>, room: RoomId, records: bool) -> TappedPackets {
        let (to, from) = sync_channel(WAITING);
        let state = Arc::<TapState>::default();
        let mut rooms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let taps = rooms.entry(room).or_default();
        taps.retain(|tap| !(records && tap.records));
        taps.push(PacketTap { records, to, state: state.clone() });
        TappedPackets { room, from, state, taps: self.clone() }
    }

    /// Whether somebody keeps the packets of a room. False while a tap is opened or closed.
    pub fn has(&self, room: RoomId) -> bool {
        self.0.try_read().is_ok_and(|rooms| rooms.contains_key(&room))
    }

    /// Leaves a packet for everybody who keeps those of its room. Returns true if one of them needs a keyframe. A packet that
    /// comes while a tap is opened or closed is not kept. `group`: the pictures since the last keyframe, which a recorder gets before its
    /// first packet.
    pub fn offer(
        &self,
        room: RoomId,
        packet: impl FnOnce() -> TappedPacket,
        group: impl Fn() -> Vec<TappedPacket>,
    ) -> bool {
        let Ok(rooms) = self.0.try_read() else { return false };
        let Some(taps) = rooms.get(&room) else { return false };
        let (packet, mut wanted) = (packet(), false);
        for tap in taps {
            if tap.records && !tap.state.begun.swap(true, Ordering::Relaxed) {
                group().into_iter().for_each(|earlier| tap.take(earlier));
            }
            tap.take(packet.clone());
            wanted |= tap.state.wants_keyframe.swap(false, Ordering::Relaxed);
        }
        wanted
    }
}

/// The packets of one room. The tap closes when this is dropped.
pub struct TappedPackets {
    room: RoomId,
    pub from: Receiver<TappedPacket>,
    state: Arc<TapState>,
    taps: Arc<Taps>,
}

impl TappedPackets {
    /// Packets that found no room.
    pub fn dropped(&self) -> u64 {
        self.state.dropped.load(Ordering::Relaxed)
    }

    /// Asks the publisher for a keyframe with its next packet.
    pub fn want_keyframe(&self) {
        self.state.wants_keyframe.store(true, Ordering::Relaxed);
    }
}

impl Drop for TappedPackets {
    fn drop(&mut self) {
        let mut rooms = self.taps.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut taps) = rooms.entry(self.room) {
            taps.get_mut().retain(|tap| !Arc::ptr_eq(&tap.state, &self.state));
            if taps.get().is_empty() {
                taps.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet() -> TappedPacket {
        let payload: Arc<[u8]> = Arc::from([1_u8].as_slice());
        let at = Instant::now();
        TappedPacket {
            track: TrackKind::Audio,
            codec: Codec::Opus,
            pictures: None,
            run: 1,
            seq: 1,
            ts: 0,
            marker: true,
            at,
            payload,
        }
    }

    #[test]
    fn what_finds_no_room_is_counted_and_nobody_waits() {
        let (taps, room) = (Arc::<Taps>::default(), RoomId::new());
        assert!(!taps.offer(room, || panic!("nobody records it"), Vec::new) && !taps.has(room));
        let tapped = taps.open(room);
        assert!(taps.has(room) && !taps.has(RoomId::new()));
        for _ in 0..WAITING + 7 {
            taps.offer(room, packet, Vec::new);
        }
        assert_eq!((tapped.dropped(), tapped.from.try_iter().count()), (7, WAITING));
        assert!(!taps.offer(RoomId::new(), || panic!("another room"), Vec::new));
    }

    #[test]
    fn a_keyframe_is_asked_for_once_and_the_newest_tap_stays() {
        let (taps, room) = (Arc::<Taps>::default(), RoomId::new());
        let first = taps.open(room);
        first.want_keyframe();
        assert!(taps.offer(room, packet, Vec::new) && !taps.offer(room, packet, Vec::new));
        let second = taps.open(room);
        drop(first);
        taps.offer(room, packet, Vec::new);
        assert_eq!(second.from.try_iter().count(), 1);
        drop(second);
        assert!(!taps.offer(room, || panic!("closed"), Vec::new));
    }

    #[test]
    fn a_recorder_gets_the_kept_pictures_once_and_before_its_first_packet() {
        let (taps, room) = (Arc::<Taps>::default(), RoomId::new());
        let group = || [7, 8].map(|seq| TappedPacket { seq, track: TrackKind::Video, ..packet() }).to_vec();
        let (recorder, beside) = (taps.open(room), taps.open_beside(room));
        for _ in 0..2 {
            taps.offer(room, packet, group);
        }
        let got =
            |tap: &TappedPackets| tap.from.try_iter().map(|one| (one.track, one.seq)).collect::<Vec<_>>();
        let sound = (TrackKind::Audio, 1);
        assert_eq!(got(&recorder), [(TrackKind::Video, 7), (TrackKind::Video, 8), sound, sound]);
        assert_eq!(got(&beside), [sound, sound]);
    }

    #[test]
    fn a_recorder_and_others_of_a_room_get_each_packet() {
        let (taps, room) = (Arc::<Taps>::default(), RoomId::new());
        let (recorder, first, second) = (taps.open(room), taps.open_beside(room), taps.open_beside(room));
        second.want_keyframe();
        assert!(taps.offer(room, packet, Vec::new) && !taps.offer(room, packet, Vec::new));
        drop(first);
        let newer = taps.open(room);
        taps.offer(room, packet, Vec::new);
        let got = [&recorder, &second, &newer].map(|tap| tap.from.try_iter().count());
        assert_eq!(got, [2, 3, 1], "another recorder takes the place of the first");
        drop((recorder, second, newer));
        assert!(!taps.offer(room, || panic!("closed"), Vec::new));
    }
}
