//! Open media sessions, by the secret in their URL and by account. Each account has a limited number of sessions and a
//! limited rate of opening them. It never takes a place from another account.

use crate::secret;
use actors::{AttendanceGuard, Feed};
use domain::id::*;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The maximum number of viewing sessions of an account in one room: a few devices, and a page that reconnects before
/// its old session has ended.
const IN_ROOM: usize = 4;
/// The maximum number of viewing sessions of an account in all rooms.
const IN_ALL: usize = 16;
/// The number of offers that an account may make at once. A page that reconnects makes one every few seconds.
const BURST: u32 = 12;
/// An account may make one more offer after each of these periods.
const REFILL: Duration = Duration::from_secs(1);
/// How many accounts without a session are remembered before those that may be forgotten are removed.
const IDLE_ACCOUNTS: usize = 1_024;

/// The holder of a session, which determines what ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    Viewer(AccountId),
    Host(AccountId),
    /// An encoder with the stream's key.
    Key,
}

pub struct Open {
    /// Of its room. Holding it keeps the way from the room's media events to its stream.
    pub feed: Arc<Feed>,
    pub secret: String,
    /// The ICE user name of its offer; a different one in a `PATCH` requests an ICE restart.
    pub ufrag: Option<String>,
    pub holder: Holder,
    /// Leaves the room when dropped. An encoder has none, because its key belongs to no account.
    pub attendance: Option<AttendanceGuard>,
}

#[derive(Default)]
pub struct MediaSessions(Mutex<Table>);

#[derive(Default)]
struct Table {
    open: HashMap<MediaSessionId, Open>,
    viewers: HashMap<AccountId, Viewer>,
}

/// An account's viewing sessions, oldest first, and the offers that it may still make.
struct Viewer {
    sessions: Vec<(RoomId, MediaSessionId)>,
    offers: u32,
    since: Instant,
}

impl Viewer {
    fn take_offer(&mut self, now: Instant) -> bool {
        let gained = (now.saturating_duration_since(self.since).as_millis() / REFILL.as_millis()) as u32;
        if gained > 0 {
            self.offers = self.offers.saturating_add(gained).min(BURST);
            self.since = now;
        }
        let allowed = self.offers > 0;
        self.offers = self.offers.saturating_sub(1);
        allowed
    }

    fn is_idle(&self, now: Instant) -> bool {
        self.sessions.is_empty() && now.saturating_duration_since(self.since) > REFILL * BURST
    }
}

impl MediaSessions {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this account may make one more offer. Call this before the offer costs anything.
    pub fn take_offer(&self, account: AccountId, now: Instant) -> bool {
        let viewers = &mut self.table().viewers;
        if viewers.len() > IDLE_ACCOUNTS && !viewers.contains_key(&account) {
            viewers.retain(|_, viewer| !viewer.is_idle(now));
        }
        let viewer = viewers.entry(account);
        viewer.or_insert_with(|| Viewer { sessions: vec![], offers: BURST, since: now }).take_offer(now)
    }

    /// Stores an answered session. Returns the account's oldest sessions that must end in return.
    #[must_use = "they are to be ended in the media plane"]
    pub fn keep(&self, id: MediaSessionId, open: Open) -> Vec<MediaSessionId> {
        let mut table = self.table();
        let mut too_many = vec![];
        if let Holder::Viewer(account) = open.holder {
            let now = Instant::now();
            let viewer = table.viewers.entry(account);
            let viewer = viewer.or_insert_with(|| Viewer { sessions: vec![], offers: BURST, since: now });
            viewer.sessions.push((open.feed.room(), id));
            let here = viewer.sessions.iter().filter(|(room, _)| *room == open.feed.room());
            too_many.extend(here.map(|(_, id)| *id).rev().skip(IN_ROOM));
            too_many.extend(viewer.sessions.iter().map(|(_, id)| *id).rev().skip(IN_ALL));
            too_many.dedup();
        }
        table.open.insert(id, open);
        too_many
    }

    pub fn is_open(&self, id: MediaSessionId, secret: &str) -> bool {
        self.table().open.get(&id).is_some_and(|open| secret::same(&open.secret, secret))
    }

    /// The ICE user name fragment of a session's offer.
    pub fn ufrag(&self, id: MediaSessionId) -> Option<String> {
        self.table().open.get(&id)?.ufrag.clone()
    }

    /// The sessions opened with a stream's key.
    pub fn opened_with_key(&self, room: RoomId) -> Vec<MediaSessionId> {
        let table = self.table();
        let found =
            table.open.iter().filter(|(_, open)| open.feed.room() == room && open.holder == Holder::Key);
        found.map(|(id, _)| *id).collect()
    }

    /// The session has ended in the media plane or is being ended.
    pub fn close(&self, id: MediaSessionId) {
        let mut table = self.table();
        let closed = table.open.remove(&id);
        if let Some(Holder::Viewer(account)) = closed.as_ref().map(|open| open.holder)
            && let Some(viewer) = table.viewers.get_mut(&account)
        {
            viewer.sessions.retain(|(_, session)| *session != id);
        }
        drop(table);
        // Outside the lock, because leaving the room may call back.
        drop(closed);
    }

    #[cfg(test)]
    fn sizes(&self) -> (usize, usize) {
        let table = self.table();
        (table.open.len(), table.viewers.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(room: RoomId, holder: Holder) -> Open {
        Open {
            feed: Arc::new(Feed::new(room)),
            secret: "secret".into(),
            ufrag: None,
            holder,
            attendance: None,
        }
    }

    #[test]
    fn one_account_keeps_its_latest_few_and_nobody_elses_end() {
        let (sessions, room) = (MediaSessions::default(), RoomId::new());
        let (greedy, other) = (AccountId::new(), AccountId::new());
        let others = MediaSessionId::new();
        assert!(sessions.keep(others, open(room, Holder::Viewer(other))).is_empty());
        let mut mine = vec![];
        for _ in 0..20 {
            let id = MediaSessionId::new();
            mine.push(id);
            for gone in sessions.keep(id, open(room, Holder::Viewer(greedy))) {
                assert_eq!(gone, mine[mine.len() - 1 - IN_ROOM], "the oldest ends");
                sessions.close(gone);
            }
        }
        assert_eq!(sessions.sizes().0, IN_ROOM + 1);
        assert!(sessions.is_open(others, "secret"));
        for id in mine {
            sessions.close(id);
        }
        assert_eq!(sessions.sizes().0, 1);
    }

    #[test]
    fn all_rooms_together_have_a_bound_too() {
        let (sessions, account) = (MediaSessions::default(), AccountId::new());
        for _ in 0..40 {
            let gone = sessions.keep(MediaSessionId::new(), open(RoomId::new(), Holder::Viewer(account)));
            gone.into_iter().for_each(|id| sessions.close(id));
        }
        assert_eq!(sessions.sizes().0, IN_ALL);
    }

    #[test]
    fn offers_come_in_a_burst_and_then_one_a_second() {
        let (sessions, account, start) = (MediaSessions::default(), AccountId::new(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        let taken = (0..10_000).filter(|ms| sessions.take_offer(account, at(*ms))).count();
        assert!((BURST as usize + 8..=BURST as usize + 10).contains(&taken), "{taken} in ten seconds");
        assert!(sessions.take_offer(AccountId::new(), at(10_000)), "another account has its own");
    }

    #[test]
    fn accounts_that_left_are_forgotten() {
        let (sessions, start) = (MediaSessions::default(), Instant::now());
        for n in 0..10 * IDLE_ACCOUNTS {
            sessions.take_offer(AccountId::new(), start + Duration::from_secs(n as u64));
        }
        assert!(sessions.sizes().1 <= IDLE_ACCOUNTS + 1, "{}", sessions.sizes().1);
    }

    #[test]
    fn a_key_names_its_own_sessions() {
        let (sessions, room) = (MediaSessions::default(), RoomId::new());
        let ids: Vec<_> = (0..3).map(|_| MediaSessionId::new()).collect();
        for (id, (room, holder)) in ids.iter().zip([
            (room, Holder::Key),
            (room, Holder::Host(AccountId::new())),
            (RoomId::new(), Holder::Key),
        ]) {
            assert!(sessions.keep(*id, open(room, holder)).is_empty());
        }
        assert_eq!(sessions.opened_with_key(room), [ids[0]]);
    }
}
