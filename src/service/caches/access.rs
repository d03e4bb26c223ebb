//! The input of admission decisions. The decision itself is not cached, because it depends on the time and the stream's
//! state.

use super::ttl::TtlCache;
use domain::{
    id::{AccountId, RoomId, SpaceId, StreamId},
    time::{Millis, Span},
};
use std::sync::{
    Arc, PoisonError, RwLock, RwLockWriteGuard,
    atomic::{AtomicU64, Ordering::SeqCst},
};
use store::{Place, Standing};

/// A safety net: every change of a fact removes it anyway.
const TTL: Span = Span::secs(30);

/// Facts that are the same for everybody are cached separately from each person's own.
#[derive(Default)]
pub struct AccessCache {
    facts: RwLock<Facts>,
    /// Incremented by each change: facts read before a change are not stored after it.
    version: AtomicU64,
}

#[derive(Default)]
struct Facts {
    /// Never untrue: a stream keeps its room.
    rooms: TtlCache<StreamId, RoomId>,
    places: TtlCache<RoomId, Arc<Place>>,
    standings: TtlCache<(SpaceId, AccountId), Arc<Standing>>,
}

impl AccessCache {
    /// Read this before the database, and pass it to the `store` functions.
    pub fn version(&self) -> u64 {
        self.version.load(SeqCst)
    }

    pub fn room(&self, stream: StreamId, now: Millis) -> Option<RoomId> {
        self.facts.read().unwrap_or_else(PoisonError::into_inner).rooms.get(&stream, now)
    }

    pub fn store_room(&self, stream: StreamId, room: RoomId, now: Millis) {
        self.write().rooms.insert(stream, room, now, now + TTL);
    }

    pub fn place(&self, room: RoomId, now: Millis) -> Option<Arc<Place>> {
        self.facts.read().unwrap_or_else(PoisonError::into_inner).places.get(&room, now)
    }

    pub fn standing(&self, space: SpaceId, account: AccountId, now: Millis) -> Option<Arc<Standing>> {
        self.facts.read().unwrap_or_else(PoisonError::into_inner).standings.get(&(space, account), now)
    }

    pub fn store_place(&self, version: u64, room: RoomId, place: Arc<Place>, now: Millis) {
        let mut facts = self.write();
        if self.version() == version {
            facts.places.insert(room, place, now, now + TTL);
        }
    }

    pub fn store_standing(
        &self,
        version: u64,
        (space, account): (SpaceId, AccountId),
        standing: Arc<Standing>,
        now: Millis,
    ) {
        let mut facts = self.write();
        if self.version() == version {
            facts.standings.insert((space, account), standing, now, now + TTL);
        }
    }

    pub(crate) fn forget_person(&self, space: SpaceId, account: AccountId) {
        self.change(|facts| facts.standings.forget(|key, _| *key == (space, account)));
    }

    pub(crate) fn forget_space(&self, space: SpaceId) {
        self.change(|facts| {
            facts.places.forget(|_, place| place.space.id == space);
            facts.standings.forget(|(of, _), _| *of == space);
        });
    }

    pub(crate) fn forget_all(&self) {
        self.change(|facts| {
            facts.places.forget(|_, _| true);
            facts.standings.forget(|_, _| true);
        });
    }

    pub(crate) fn sweep(&self, now: Millis) {
        let mut facts = self.write();
        facts.rooms.sweep(now);
        facts.places.sweep(now);
        facts.standings.sweep(now);
    }

    fn change(&self, forget: impl FnOnce(&mut Facts)) {
        let mut facts = self.write();
        self.version.fetch_add(1, SeqCst);
        forget(&mut facts);
    }

    fn write(&self) -> RwLockWriteGuard<'_, Facts> {
        self.facts.write().unwrap_or_else(PoisonError::into_inner)
    }
}
