//! How many feeds an account, a session and an address may follow at once. Nobody is refused: the oldest feed ends, and
//! its page continues by fetching its fragment.

use super::{
    ClientAddress,
    client_address::NetworkKey,
    slots::{Caps, SlotHolder, Slots},
};
use actors::Engine;
use domain::{
    id::{AttendanceId, SessionId},
    people::account::Identity,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone, Copy, Debug)]
pub struct FeedCaps {
    /// For all addresses together.
    pub total: usize,
    pub per_address: usize,
    pub per_account: usize,
    pub per_session: usize,
}

/// The feeds that are open, by network. The engine's attendances know them by account.
pub struct Feeds {
    networks: Mutex<Slots<NetworkKey, FeedPage>>,
    caps: FeedCaps,
}

/// A page that follows a feed.
#[derive(Clone)]
struct FeedPage {
    id: AttendanceId,
    engine: Engine,
}

impl SlotHolder for FeedPage {
    fn is_gone(&self) -> bool {
        !self.engine.attends(self.id)
    }
    fn may_end(&self) -> bool {
        true
    }
}

/// The place of one open feed. Drop it with the feed.
pub struct FeedPlace {
    feeds: Arc<Feeds>,
    address: ClientAddress,
}

impl Drop for FeedPlace {
    fn drop(&mut self) {
        self.feeds.networks().leave(self.address.networks());
    }
}

impl Feeds {
    pub fn new(caps: FeedCaps) -> Arc<Self> {
        Arc::new(Self { networks: Mutex::default(), caps })
    }

    /// Registers the feed of a page that attends, and ends those that are too many with it. Keep the place until the feed is
    /// closed.
    pub fn open(
        self: &Arc<Self>,
        engine: &Engine,
        page: AttendanceId,
        who: Option<Identity>,
        address: ClientAddress,
    ) -> FeedPlace {
        let pages = who.map_or_else(Vec::new, |who| engine.pages_of(who.account));
        let surplus = who.into_iter().flat_map(|who| self.caps.surplus(&pages, who.session));
        let surplus = surplus.map(|(limit, id)| (limit, *id));
        let caps =
            Caps { total: self.caps.total, per_key: self.caps.per_address, reserve: 0, scarce: usize::MAX };
        let newcomer = FeedPage { id: page, engine: engine.clone() };
        let oldest = self.networks().admit_always(address.networks(), &newcomer, caps);
        for (limit, id) in surplus.chain(oldest.map(|page| ("address_feeds", page.id))) {
            if engine.displace(id) {
                super::count(limit, "ended");
            }
        }
        FeedPlace { feeds: self.clone(), address }
    }

    fn networks(&self) -> MutexGuard<'_, Slots<NetworkKey, FeedPage>> {
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FeedCaps {
    /// The pages of an account, oldest first, that are too many for its `session` or for itself.
    fn surplus<'a, P>(
        &self,
        pages: &'a [(P, Option<SessionId>)],
        session: SessionId,
    ) -> impl Iterator<Item = (&'static str, &'a P)> {
        let is_of_session = move |of: &Option<SessionId>| *of == Some(session);
        let in_session = pages.iter().filter(|(_, of)| is_of_session(of)).count();
        let mut of_session = in_session.saturating_sub(self.per_session);
        let mut of_account = pages.len().saturating_sub(of_session).saturating_sub(self.per_account);
        pages.iter().filter_map(move |(page, of)| {
            if of_session > 0 && is_of_session(of) {
                of_session -= 1;
                return Some(("session_feeds", page));
            }
            of_account = of_account.checked_sub(1)?;
            Some(("account_feeds", page))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_pages_of_whoever_has_too_many_end() {
        let (phone, laptop) = (SessionId::new(), SessionId::new());
        let caps = FeedCaps { total: 12, per_address: 6, per_account: 4, per_session: 3 };
        // For each page in order of age, whether it is the phone's; the newest has just been opened on the phone.
        for (pages, wanted) in [
            ("", vec![]),
            ("ppp", vec![]),
            ("pppp", vec![("session_feeds", 0)]),
            ("lppp", vec![]),
            ("plplp", vec![("account_feeds", 0)]),
            ("lpppp", vec![("session_feeds", 1)]),
            ("llpppp", vec![("account_feeds", 0), ("session_feeds", 2)]),
            (
                "ppllpppp",
                vec![("session_feeds", 0), ("session_feeds", 1), ("account_feeds", 2), ("session_feeds", 4)],
            ),
        ] {
            let pages: Vec<_> = pages
                .chars()
                .enumerate()
                .map(|(n, of)| (n, Some(if of == 'p' { phone } else { laptop })))
                .collect();
            let ended: Vec<_> = caps.surplus(&pages, phone).map(|(limit, page)| (limit, *page)).collect();
            assert_eq!(ended, wanted, "{pages:?}");
        }
    }
}
