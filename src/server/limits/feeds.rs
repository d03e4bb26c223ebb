//! How many feeds an account, a session and an address may follow at once. Nobody is refused: the oldest feed ends, and
//! its page continues by fetching its fragment.

use super::{
    ClientAddress,
    client_address::NetworkKey,
    slots::{Caps, Holder, Key, Slots},
};
use domain::{
    id::{AccountId, SessionId},
    people::account::Identity,
};
use fanout::{Event, Link};
use std::{
    iter,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

#[derive(Clone, Copy, Debug)]
pub struct FeedCaps {
    /// For all addresses together.
    pub total: usize,
    pub per_address: usize,
    pub per_account: usize,
    pub per_session: usize,
}

/// The feeds that are open.
pub struct Feeds {
    tables: Mutex<Tables>,
    caps: FeedCaps,
}

#[derive(Default)]
struct Tables {
    accounts: Slots<AccountId, Feed>,
    addresses: Slots<NetworkKey, Feed>,
}

struct Feed {
    who: Identity,
    address: ClientAddress,
    link: Link,
    /// It was asked to end, or is closed.
    over: AtomicBool,
}

impl Key for AccountId {}

impl Holder for Feed {
    fn is_gone(&self) -> bool {
        self.over.load(Relaxed)
    }
    fn may_end(&self) -> bool {
        !self.is_gone()
    }
}

impl Feed {
    fn end(&self) {
        self.over.store(true, Relaxed);
        self.link.end(Event::named(views::dom::events::DISPLACED, ""));
    }
}

/// The place of one open feed. Drop it with the feed.
pub struct FeedPlace {
    feeds: Arc<Feeds>,
    feed: Arc<Feed>,
}

impl Drop for FeedPlace {
    fn drop(&mut self) {
        self.feed.over.store(true, Relaxed);
        let mut tables = self.feeds.tables();
        tables.accounts.leave(iter::once(self.feed.who.account));
        tables.addresses.leave(self.feed.address.networks());
    }
}

impl Feeds {
    pub fn new(caps: FeedCaps) -> Arc<Self> {
        Arc::new(Self { tables: Mutex::default(), caps })
    }

    /// Registers a feed. Keep the place until the feed is closed.
    pub fn open(self: &Arc<Self>, who: Identity, address: ClientAddress, link: &Link) -> FeedPlace {
        let feed = Arc::new(Feed { who, address, link: link.clone(), over: AtomicBool::new(false) });
        let ended = self.tables().admit(&feed, self.caps);
        for (limit, oldest) in ended.into_iter().flatten() {
            super::count(limit, "ended");
            oldest.end();
        }
        FeedPlace { feeds: self.clone(), feed }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Ended = Option<(&'static str, Arc<Feed>)>;

impl Tables {
    /// The feeds that must end for this one. They are counted until they are closed.
    fn admit(&mut self, feed: &Arc<Feed>, caps: FeedCaps) -> [Ended; 3] {
        let session = self.of_session(feed.who.account, feed.who.session, caps.per_session);
        let account =
            place(&mut self.accounts, iter::once(feed.who.account), feed, usize::MAX, caps.per_account);
        let address = place(&mut self.addresses, feed.address.networks(), feed, caps.total, caps.per_address);
        [
            session.map(|feed| ("session_feeds", feed)),
            account.map(|feed| ("account_feeds", feed)),
            address.map(|feed| ("address_feeds", feed)),
        ]
    }

    fn of_session(&self, account: AccountId, session: SessionId, cap: usize) -> Option<Arc<Feed>> {
        let open =
            || self.accounts.holders(&account).filter(|feed| feed.who.session == session && !feed.is_gone());
        if open().count() < cap { None } else { open().next().cloned() }
    }
}

/// Always grants a place, because any feed may be ended at any time.
fn place<K: Key>(
    slots: &mut Slots<K, Feed>,
    keys: impl Iterator<Item = K> + Clone,
    feed: &Arc<Feed>,
    total: usize,
    per_key: usize,
) -> Option<Arc<Feed>> {
    slots.admit_always(keys, feed, Caps { total, per_key, reserve: 0, scarce: usize::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanout::{Config, Fanout};

    const CAPS: FeedCaps = FeedCaps { total: 12, per_address: 6, per_account: 4, per_session: 3 };

    struct World {
        fanout: Fanout,
        feeds: Arc<Feeds>,
        open: Vec<Option<(fanout::Body, FeedPlace)>>,
        links: Vec<Link>,
    }

    impl World {
        fn new(caps: FeedCaps) -> Self {
            let fanout = Fanout::start(Config::default()).expect("threads");
            Self { fanout, feeds: Feeds::new(caps), open: Vec::new(), links: Vec::new() }
        }

        /// Opens a feed. Returns the feeds that were asked to end; they are closed now.
        fn open(&mut self, account: AccountId, session: SessionId, address: &str) -> Vec<usize> {
            let (link, body) = self.fanout.subscribe(self.fanout.log(0).head(), []);
            let address = address.parse::<std::net::IpAddr>().expect("an address").into();
            let place = self.feeds.open(Identity { account, session, operator: false }, address, &link);
            self.open.push(Some((body, place)));
            self.links.push(link);
            let told =
                |open: &Option<(_, FeedPlace)>| open.as_ref().is_some_and(|(_, place)| place.feed.is_gone());
            let over: Vec<usize> = (0..self.open.len()).filter(|name| told(&self.open[*name])).collect();
            for name in &over {
                self.open[*name] = None;
            }
            over
        }
    }

    #[test]
    fn the_oldest_feed_of_whoever_has_too_many_ends() {
        let mut world = World::new(CAPS);
        let (mia, ben) = (AccountId::new(), AccountId::new());
        let (phone, laptop, bens) = (SessionId::new(), SessionId::new(), SessionId::new());
        for _ in 0..3 {
            assert_eq!(world.open(mia, phone, "10.0.0.1"), [0; 0]);
        }
        assert_eq!(world.open(mia, phone, "10.0.0.1"), [0], "three for a session");
        assert_eq!(world.open(ben, bens, "10.0.0.1"), [0; 0], "another account");
        assert_eq!(world.open(mia, laptop, "10.0.0.2"), [0; 0]);
        assert_eq!(world.open(mia, laptop, "10.0.0.2"), [1], "four for an account");
        assert!(
            world.links[1].send(Event::new("late")).is_err() && world.links[2].send(Event::new("x")).is_ok()
        );
    }

    #[test]
    fn an_address_and_all_have_their_caps() {
        let mut world = World::new(CAPS);
        let mut anybody = |address: &str| world.open(AccountId::new(), SessionId::new(), address);
        for _ in 0..6 {
            assert_eq!(anybody("10.0.0.1"), [0; 0]);
        }
        assert_eq!(anybody("10.0.0.1"), [0]);
        for address in ["10.0.0.2", "10.0.0.3", "10.0.0.4"] {
            assert_eq!((anybody(address), anybody(address)), (vec![], vec![]), "{address}");
        }
        assert_eq!(anybody("10.0.0.5"), [1], "at the total, the largest address loses its oldest");
        world.open.clear();
        let tables = world.feeds.tables();
        assert_eq!((tables.accounts.total(), tables.addresses.total()), (0, 0));
    }

    #[test]
    fn the_subnets_of_a_site_have_a_cap_together() {
        let mut world = World::new(FeedCaps { total: 100, per_address: 2, ..CAPS });
        let mut ended = |subnet: u16| {
            world.open(AccountId::new(), SessionId::new(), &format!("2001:db8:0:{subnet:x}::1")).len()
        };
        assert_eq!((0..5).map(&mut ended).sum::<usize>(), 1, "a /56 has twice as much");
        assert_eq!((1..6).map(|n| ended(n << 8)).sum::<usize>(), 1, "a /48 four times");
        assert_eq!(world.open(AccountId::new(), SessionId::new(), "2001:db8:1::1"), [0; 0]);
    }
}
