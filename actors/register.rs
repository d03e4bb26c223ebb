//! The attendances and the indexes by which they are found. No locks, no time.

use crate::attendance::{Attendance, AttendanceKind};
use domain::{feed::EjectTarget, id::*};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::Hash,
};

#[derive(Default)]
pub(crate) struct Register {
    all: HashMap<AttendanceId, Attendance>,
    rooms: Index<RoomId>,
    spaces: Index<SpaceId>,
    accounts: Index<(SpaceId, AccountId)>,
    sessions: Index<SessionId>,
    grants: Index<GrantId>,
    media: HashMap<MediaSessionId, AttendanceId>,
    /// Media sessions that ended without an attendance, newest first.
    gone: VecDeque<MediaSessionId>,
}

/// So many ended media sessions are kept in mind.
const GONE: usize = 256;

impl Register {
    /// False when it is of a media session that has ended already.
    pub fn add(&mut self, a: Attendance) -> bool {
        let id = a.id;
        if let AttendanceKind::Media(session) = a.kind {
            if self.gone.contains(&session) {
                return false;
            }
            self.media.insert(session, id);
        }
        self.rooms.add(Some(a.room), id);
        self.spaces.add(Some(a.space), id);
        self.accounts.add(a.account.map(|account| (a.space, account)), id);
        self.sessions.add(a.session, id);
        self.grants.add(a.grant, id);
        self.all.insert(id, a);
        true
    }

    pub fn remove(&mut self, id: AttendanceId) -> Option<Attendance> {
        let a = self.all.remove(&id)?;
        self.rooms.remove(Some(a.room), id);
        self.spaces.remove(Some(a.space), id);
        self.accounts.remove(a.account.map(|account| (a.space, account)), id);
        self.sessions.remove(a.session, id);
        self.grants.remove(a.grant, id);
        if let AttendanceKind::Media(session) = a.kind {
            self.media.remove(&session);
        }
        Some(a)
    }

    pub fn of(&self, target: EjectTarget) -> Vec<AttendanceId> {
        match target {
            EjectTarget::Account(space, account) => self.accounts.of((space, account)),
            EjectTarget::Session(session) => self.sessions.of(session),
            EjectTarget::Grant(grant) => self.grants.of(grant),
            EjectTarget::Space(space) => {
                let mut found = self.spaces.of(space);
                found.retain(|id| !self.all[id].team);
                found
            }
        }
    }

    pub fn media_of(&self, room: RoomId) -> Vec<AttendanceId> {
        let mut found = self.rooms.of(room);
        found.retain(|id| self.all[id].kind != AttendanceKind::Page);
        found
    }
    /// Whose session has ended. One that nobody attends with is kept in mind for a while: it may have died before its
    /// attendance was entered.
    pub fn media_gone(&mut self, session: MediaSessionId) -> Option<AttendanceId> {
        let found = self.media.get(&session).copied();
        if found.is_none() {
            self.gone.truncate(GONE - 1);
            self.gone.push_front(session);
        }
        found
    }
    pub fn anybody_in(&self, room: RoomId) -> bool {
        self.rooms.has(room)
    }
    pub fn len(&self) -> usize {
        self.all.len()
    }
}

struct Index<K>(HashMap<K, HashSet<AttendanceId>>);

impl<K> Default for Index<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Copy + Eq + Hash> Index<K> {
    fn add(&mut self, key: Option<K>, id: AttendanceId) {
        if let Some(key) = key {
            self.0.entry(key).or_default().insert(id);
        }
    }
    fn remove(&mut self, key: Option<K>, id: AttendanceId) {
        let Some(key) = key else { return };
        if let Some(ids) = self.0.get_mut(&key) {
            ids.remove(&id);
            if ids.is_empty() {
                self.0.remove(&key);
            }
        }
    }
    fn of(&self, key: K) -> Vec<AttendanceId> {
        self.0.get(&key).map(|ids| ids.iter().copied().collect()).unwrap_or_default()
    }
    fn has(&self, key: K) -> bool {
        self.0.contains_key(&key)
    }
}
