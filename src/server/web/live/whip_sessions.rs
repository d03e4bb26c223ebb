//! Open media sessions, by the secret in their URL and by holder. Each holder has a limited number of sessions and a
//! limited rate of opening them. It never takes a place from another holder.

use crate::secret;
use actors::{AttendanceGuard, EncoderGuard, Feed};
use domain::{
    id::*,
    people::allowance::{Allowance, Allowances},
    time::{Millis, Span},
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The maximum number of sessions of a holder in one room: a few devices, and a page that reconnects before its old
/// session has ended.
const IN_ROOM: usize = 4;
/// The maximum number of rooms in which an account, or the keys of a space, publish at once.
const PUBLISHING: usize = 16;
/// The maximum number of viewing sessions of an account in all rooms.
const VIEWING: usize = 16;
/// The offers of a holder: a page that reconnects makes one every few seconds.
const OFFERS: Allowance = Allowance { times: 12, span: Span::secs(12) };
/// The wishes for a layer of a session: a player tells one a second at most, and a person who looks through the menu some more.
const WISHES: Allowance = Allowance { times: 8, span: Span::secs(8) };

/// The holder of a session, which determines what ends it and with what it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaHolder {
    Viewer(AccountId),
    Host(AccountId),
    /// Encoders with the keys of this space's streams.
    Key(SpaceId),
}

pub struct OpenMediaSession {
    /// The room's feed; holding it keeps media events routed to the stream.
    pub feed: Arc<Feed>,
    /// The media plane's room: the stream's own, or that of one of its co-hosts.
    pub media_room: RoomId,
    pub secret: String,
    /// The ICE user name of its offer; a different one in a `PATCH` requests an ICE restart.
    pub ufrag: Option<String>,
    pub holder: MediaHolder,
    /// Leaves the room when dropped. An encoder has none, because its key belongs to no account.
    pub attendance: Option<AttendanceGuard>,
    /// It ends with its key.
    pub encoder: Option<EncoderGuard>,
}

#[derive(Default)]
pub struct MediaSessions(Mutex<SessionTable>);

struct SessionTable {
    open: HashMap<MediaSessionId, OpenMediaSession>,
    /// The sessions of each holder, oldest first.
    held: HashMap<MediaHolder, Vec<(RoomId, MediaSessionId)>>,
    offers: Allowances<MediaHolder>,
    wishes: Allowances<MediaSessionId>,
}

impl Default for SessionTable {
    fn default() -> Self {
        let (offers, wishes) = (Allowances::new(OFFERS), Allowances::new(WISHES));
        Self { open: HashMap::new(), held: HashMap::new(), offers, wishes }
    }
}

impl MediaSessions {
    fn table(&self) -> MutexGuard<'_, SessionTable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one offer of this holder, or returns how long until the next. Call this before the offer costs anything.
    pub fn take_offer(&self, holder: MediaHolder, now: Millis) -> Result<(), Span> {
        self.table().offers.take(holder, now)
    }

    /// Whether a publisher may begin in this room. One more is refused rather than ending a broadcast elsewhere.
    pub fn may_publish(&self, holder: MediaHolder, room: RoomId) -> bool {
        let table = self.table();
        let held = table.held.get(&holder).map(Vec::as_slice).unwrap_or_default();
        let others: HashSet<_> = held.iter().map(|(room, _)| *room).filter(|other| *other != room).collect();
        others.len() < PUBLISHING
    }

    /// Stores an answered session. Returns the holder's oldest sessions that must end in return.
    #[must_use = "they are to be ended in the media plane"]
    pub fn keep(&self, id: MediaSessionId, open: OpenMediaSession) -> Vec<MediaSessionId> {
        let mut table = self.table();
        let held = table.held.entry(open.holder).or_default();
        held.push((open.media_room, id));
        let here = held.iter().filter(|(room, _)| *room == open.media_room);
        let mut too_many: Vec<_> = here.map(|(_, id)| *id).rev().skip(IN_ROOM).collect();
        if let MediaHolder::Viewer(_) = open.holder {
            too_many.extend(held.iter().map(|(_, id)| *id).rev().skip(VIEWING));
        }
        too_many.dedup();
        table.open.insert(id, open);
        too_many
    }

    pub fn is_open(&self, id: MediaSessionId, secret: &str) -> bool {
        self.table().open.get(&id).is_some_and(|open| secret::same(&open.secret, secret))
    }

    /// Takes one wish for a layer, or returns how long until the next. `None`: there is no such session.
    pub fn take_wish(&self, id: MediaSessionId, secret: &str, now: Millis) -> Option<Result<(), Span>> {
        self.is_open(id, secret).then(|| self.table().wishes.take(id, now))
    }

    /// The ICE user name fragment of a session's offer.
    pub fn ufrag(&self, id: MediaSessionId) -> Option<String> {
        self.table().open.get(&id)?.ufrag.clone()
    }

    /// The session has ended in the media plane or is being ended.
    pub fn close(&self, id: MediaSessionId) {
        let mut table = self.table();
        let closed = table.open.remove(&id);
        if let Some(holder) = closed.as_ref().map(|open| open.holder)
            && let Some(held) = table.held.get_mut(&holder)
        {
            held.retain(|(_, session)| *session != id);
            if held.is_empty() {
                table.held.remove(&holder);
            }
        }
        drop(table);
        // Outside the lock, because leaving the room may call back.
        drop(closed);
    }

    #[cfg(test)]
    fn sizes(&self) -> (usize, usize) {
        let table = self.table();
        (table.open.len(), table.held.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(room: RoomId, holder: MediaHolder) -> OpenMediaSession {
        OpenMediaSession {
            feed: Arc::new(Feed::new(room)),
            media_room: room,
            secret: "secret".into(),
            ufrag: None,
            holder,
            attendance: None,
            encoder: None,
        }
    }

    #[test]
    fn one_account_keeps_its_latest_few_and_nobody_elses_end() {
        let (sessions, room) = (MediaSessions::default(), RoomId::new());
        let (greedy, other) = (AccountId::new(), AccountId::new());
        let others = MediaSessionId::new();
        assert!(sessions.keep(others, open(room, MediaHolder::Viewer(other))).is_empty());
        let mut mine = vec![];
        for _ in 0..20 {
            let id = MediaSessionId::new();
            mine.push(id);
            for gone in sessions.keep(id, open(room, MediaHolder::Viewer(greedy))) {
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
    fn a_viewers_rooms_together_have_a_limit_too() {
        let (account, other) = (AccountId::new(), MediaHolder::Viewer(AccountId::new()));
        let (sessions, others) = (MediaSessions::default(), MediaSessionId::new());
        assert!(sessions.keep(others, open(RoomId::new(), other)).is_empty());
        let mine: Vec<_> = (0..40).map(|_| MediaSessionId::new()).collect();
        for id in &mine {
            let gone = sessions.keep(*id, open(RoomId::new(), MediaHolder::Viewer(account)));
            gone.into_iter().for_each(|id| sessions.close(id));
        }
        let left: Vec<_> = mine.iter().filter(|id| sessions.is_open(**id, "secret")).collect();
        assert_eq!(left, mine[40 - VIEWING..].iter().collect::<Vec<_>>(), "the latest stay");
        assert!(sessions.is_open(others, "secret"));
        mine.iter().chain([&others]).for_each(|id| sessions.close(*id));
        assert_eq!(sessions.sizes(), (0, 0), "nothing is left");
    }

    #[test]
    fn one_more_broadcast_is_refused_and_ends_no_other() {
        for holder in [MediaHolder::Host(AccountId::new()), MediaHolder::Key(SpaceId::new())] {
            let sessions = MediaSessions::default();
            let rooms: Vec<_> = (0..PUBLISHING).map(|_| RoomId::new()).collect();
            for room in &rooms {
                assert!(sessions.may_publish(holder, *room));
                assert!(sessions.keep(MediaSessionId::new(), open(*room, holder)).is_empty());
            }
            assert!(!sessions.may_publish(holder, RoomId::new()));
            assert!(sessions.may_publish(holder, rooms[0]), "an encoder that reconnects");
            assert!(
                sessions.may_publish(MediaHolder::Host(AccountId::new()), RoomId::new()),
                "another account"
            );
        }
    }

    #[test]
    fn offers_come_in_a_burst_and_then_one_a_second() {
        let (sessions, account) = (MediaSessions::default(), AccountId::new());
        for holder in
            [MediaHolder::Viewer(account), MediaHolder::Host(account), MediaHolder::Key(SpaceId::new())]
        {
            let taken = (0..10_000).filter(|ms| sessions.take_offer(holder, Millis(*ms)).is_ok()).count();
            assert!((12 + 8..=12 + 10).contains(&taken), "{taken} in ten seconds");
        }
        let other = MediaHolder::Host(AccountId::new());
        assert_eq!(sessions.take_offer(other, Millis(10_000)), Ok(()), "another account has its own");
    }

    #[test]
    fn only_an_open_session_has_wishes_and_one_a_second() {
        let (sessions, ids) = (MediaSessions::default(), [MediaSessionId::new(), MediaSessionId::new()]);
        for id in ids {
            assert!(sessions.keep(id, open(RoomId::new(), MediaHolder::Viewer(AccountId::new()))).is_empty());
        }
        let take = |id, secret, ms| sessions.take_wish(id, secret, Millis(ms));
        assert_eq!(take(ids[0], "guess", 0), None);
        assert_eq!(take(MediaSessionId::new(), "secret", 0), None);
        let taken = (0..10_000).filter(|ms| take(ids[0], "secret", *ms) == Some(Ok(()))).count();
        assert!((8 + 8..=8 + 10).contains(&taken), "{taken} in ten seconds");
        assert_eq!(take(ids[1], "secret", 10_000), Some(Ok(())), "another session has its own");
    }
}
