//! The attendances and their indexes. Uses no locks and no time.

use crate::presence::attendance::{Attendance, AttendanceKind};
use domain::{access::eject::EjectTarget, id::*};
use std::collections::{BTreeSet, HashMap, VecDeque};
use uuid::Uuid;

/// An attendance is one allocation and a few index entries: ten thousand readers take a few megabytes.
#[derive(Default)]
pub(crate) struct Register {
    all: HashMap<AttendanceId, Box<Attendance>>,
    /// The number of attendances in each room.
    rooms: HashMap<RoomId, usize>,
    /// Sorted pairs, which take a fraction of the memory of one set per person.
    accounts: BTreeSet<(AccountId, AttendanceId)>,
    media: HashMap<MediaSessionId, AttendanceId>,
    /// Media sessions that ended without an attendance, newest first.
    gone: VecDeque<MediaSessionId>,
}

/// How many ended media sessions are remembered.
const GONE: usize = 256;

impl Register {
    /// Returns false if its media session has already ended.
    pub fn add(&mut self, a: Attendance) -> bool {
        let id = a.id;
        if let AttendanceKind::Media(session) = a.kind {
            if self.gone.contains(&session) {
                return false;
            }
            self.media.insert(session, id);
        }
        if let Some((_, room)) = a.room {
            *self.rooms.entry(room).or_default() += 1;
        }
        self.accounts.extend(a.person.account().map(|account| (account, id)));
        self.all.insert(id, Box::new(a));
        true
    }

    pub fn remove(&mut self, id: AttendanceId) -> Option<Attendance> {
        let a = *self.all.remove(&id)?;
        if let Some((_, room)) = a.room
            && let Some(left) = self.rooms.get_mut(&room)
        {
            *left -= 1;
            if *left == 0 {
                self.rooms.remove(&room);
            }
        }
        if let Some(account) = a.person.account() {
            self.accounts.remove(&(account, id));
        }
        if let AttendanceKind::Media(session) = a.kind {
            self.media.remove(&session);
        }
        Some(a)
    }

    pub fn get(&self, id: AttendanceId) -> Option<&Attendance> {
        self.all.get(&id).map(Box::as_ref)
    }

    pub fn of(&self, target: EjectTarget) -> Vec<AttendanceId> {
        match target {
            EjectTarget::Account(space, account) => self.of_account(account, |a| a.space() == Some(space)),
            EjectTarget::Operator(account) => {
                self.of_account(account, |a| a.kind == AttendanceKind::OperatorPage)
            }
            EjectTarget::Room(room) => self.those(|a| a.room.is_some_and(|(_, of)| of == room)),
            EjectTarget::InRoom(room, account) => {
                self.of_account(account, |a| a.room.is_some_and(|(_, of)| of == room))
            }
            EjectTarget::Session(session) => self.those(|a| a.session == Some(session)),
            EjectTarget::Grant(grant) => self.those(|a| a.grant == Some(grant)),
            EjectTarget::Device(grant, session) => {
                self.those(|a| a.grant == Some(grant) && a.session == Some(session))
            }
            EjectTarget::Space(space) => self.those(|a| a.space() == Some(space) && !a.team),
            EjectTarget::WholeSpace(space) => self.those(|a| a.space() == Some(space)),
        }
    }

    /// The account's pages that follow a feed, oldest first: ids are ordered by time.
    pub fn pages_of(&self, account: AccountId) -> Vec<(AttendanceId, Option<SessionId>)> {
        let follows = |a: &Attendance| matches!(a.kind, AttendanceKind::Page | AttendanceKind::OperatorPage);
        let ids = self.of_account(account, follows).into_iter();
        ids.map(|id| (id, self.all[&id].session)).collect()
    }

    fn of_account(&self, account: AccountId, which: impl Fn(&Attendance) -> bool) -> Vec<AttendanceId> {
        let all = (account, AttendanceId(Uuid::nil()))..=(account, AttendanceId(Uuid::max()));
        let ids = self.accounts.range(all).map(|(_, id)| *id);
        ids.filter(|id| which(&self.all[id])).collect()
    }

    pub fn media_of(&self, room: RoomId) -> Vec<AttendanceId> {
        self.those(|a| a.room.is_some_and(|(_, of)| of == room) && matches!(a.kind, AttendanceKind::Media(_)))
    }
    /// Scans all attendances; for rare operations.
    fn those(&self, which: impl Fn(&Attendance) -> bool) -> Vec<AttendanceId> {
        self.all.values().filter(|a| which(a)).map(|a| a.id).collect()
    }
    /// Returns the attendance of an ended session. A session without one is remembered for a while: it may have ended
    /// before its attendance was added.
    pub fn media_gone(&mut self, session: MediaSessionId) -> Option<AttendanceId> {
        let found = self.media.get(&session).copied();
        if found.is_none() {
            self.gone.truncate(GONE - 1);
            self.gone.push_front(session);
        }
        found
    }
    pub fn anybody_in(&self, room: RoomId) -> bool {
        self.rooms.contains_key(&room)
    }
    /// The attendances in all rooms; pages outside of rooms do not count.
    pub fn len(&self) -> usize {
        self.rooms.values().sum()
    }
}
