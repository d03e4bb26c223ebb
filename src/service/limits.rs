//! How often an account, and everybody in its network, may do what costs others something. Counted in memory: a restart
//! restores every allowance.
//!
//! Whatever a person can make us keep for good is bounded here or at one of the places below:
//!
//! | what grows | by which requests | its bound |
//! |---|---|---|
//! | the audit log | changes of profile, spaces, passes, experiences, streams and orders | [`Limits::change`], which [`crate::Services::act`] asks |
//! | the audit log, journals, jobs | removing and restoring lines, bans, mutes and modes, also by the host of an own space | [`Limits::moderate`] |
//! | journals | chat lines, in all rooms together | [`Limits::say`], beside the pace of each room |
//! | the audit log | signing in, signing out | a session needs a mailed code ([`domain::people::sign_in`]) and ends once |
//! | codes, jobs, mails | asking for a code, guessing | [`domain::people::sign_in`], by mailbox, network and browser |
//! | orders, payments, their mails | opening an order, beginning a payment | [`Limits::open_order`], [`Limits::begin_payment`] |
//! | follows, reminders | following, asking to be reminded | [`store::MOST_FOLLOWED`], [`store::MOST_REMINDERS`], and [`Limits::change`] |
//! | mails about shows | planning, moving, cancelling, going live | one for each person and period ([`domain::live::notices`]), [`Limits::change`] |
//! | spaces' rows | adding to an offer, renaming | [`domain::catalogue::quota`], [`Limits::rename`] |
//! | webhooks | refused ones | one row for each reason and period ([`crate::money::webhooks`]) |

use crate::{ServiceError, ServiceResult, networks};
use domain::{
    id::{AccountId, SpaceId},
    people::{
        allowance::{Allowance, Allowances},
        networks::NetworkAllowances,
    },
    time::{Millis, Span},
};
use std::{
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// New addresses of one space per hour. Nobody renames a space more often, and each new address makes others wait for
/// an old one to be freed.
const RENAMES: Allowance = Allowance::per_hour(5);

/// New addresses of the passes and experiences of one space per hour.
const INNER_RENAMES: Allowance = Allowance::per_hour(30);

/// Chat lines of one account in all rooms: as fast as one room allows for long, and enough at once for a page that
/// sends again what was not answered.
const LINES: Allowance = Allowance { times: 300, span: Span::secs(150) };

/// Moderation by one account. A raid takes hundreds of removals within minutes, so this is far from what hands do.
const MODERATION: Allowance = Allowance::per_hour(3600);
/// That of one network: ten teams in the middle of a raid.
const MODERATION_OF_A_NETWORK: Allowance = Allowance::per_hour(36_000);

/// The name of the limits on new addresses. Forms show their refusal at the address.
pub const RENAMED: &str = "renames";

/// What an operator may set.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Orders that one account may open per hour, and payments that it may begin at the provider.
    pub account_orders: u32,
    /// Changes of profile, spaces, passes and streams per hour by one account, and by one network of the narrowest
    /// kind.
    pub account_changes: u32,
    pub address_changes: u32,
    /// Chat lines per minute in all rooms by one network of the narrowest kind.
    pub address_lines: u32,
}

pub struct Limits {
    changes: Shared,
    lines: Shared,
    moderation: Shared,
    orders: Limit<AccountId>,
    payments: Limit<AccountId>,
    renames: Limit<SpaceId>,
    inner_renames: Limit<SpaceId>,
}

impl Limits {
    pub fn new(rates: Rates) -> Self {
        let orders = Allowance::per_hour(rates.account_orders);
        let changes = Allowance::per_hour(rates.account_changes);
        Self {
            changes: Shared {
                accounts: Limit::new(changes, "account_changes", "You have changed a lot lately."),
                networks: NetworkLimit::new(
                    Allowance::per_hour(rates.address_changes),
                    "address_changes",
                    "Many changes came from your network lately.",
                ),
            },
            lines: Shared {
                accounts: Limit::new(LINES, "account_lines", "You have written a lot lately."),
                networks: NetworkLimit::new(
                    Allowance { times: rates.address_lines, span: Span::minutes(1) },
                    "address_lines",
                    "Many lines came from your network lately.",
                ),
            },
            moderation: Shared {
                accounts: Limit::new(MODERATION, "account_moderation", "You have moderated a lot lately."),
                networks: NetworkLimit::new(
                    MODERATION_OF_A_NETWORK,
                    "address_moderation",
                    "Much was moderated from your network lately.",
                ),
            },
            orders: Limit::new(orders, "account_orders", "You have opened many orders lately."),
            payments: Limit::new(orders, "account_payments", "You have begun many payments lately."),
            renames: Limit::new(RENAMES, RENAMED, "The address of this space has changed often lately."),
            inner_renames: Limit::new(
                INNER_RENAMES,
                RENAMED,
                "Addresses in this space have changed often lately.",
            ),
        }
    }

    /// A change that leaves a line in the audit log.
    pub(crate) fn change(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.changes.take(by, now)
    }

    /// A chat line.
    pub(crate) fn say(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.lines.take(by, now)
    }

    /// An entry in the journal of a room that is no chat line.
    pub(crate) fn moderate(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.moderation.take(by, now)
    }

    pub(crate) fn open_order(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.orders.take(by, now)
    }

    pub(crate) fn begin_payment(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.payments.take(by, now)
    }

    pub(crate) fn rename(&self, space: SpaceId, now: Millis) -> ServiceResult<()> {
        self.renames.take(space, now)
    }

    /// Counts a new address of a pass or an experience of the space.
    pub(crate) fn rename_inside(&self, space: SpaceId, now: Millis) -> ServiceResult<()> {
        self.inner_renames.take(space, now)
    }
}

struct Limit<K> {
    used: Mutex<Allowances<K>>,
    /// In the metrics.
    name: &'static str,
    /// The refusal, without the time to wait.
    words: &'static str,
}

impl<K: Eq + Hash> Limit<K> {
    fn new(allowance: Allowance, name: &'static str, words: &'static str) -> Self {
        Self { used: Mutex::new(Allowances::new(allowance)), name, words }
    }

    fn take(&self, key: K, now: Millis) -> ServiceResult<()> {
        self.used().take(key, now).map_err(|wait| self.refusal(wait))
    }

    fn check(&self, key: &K, now: Millis) -> ServiceResult<()> {
        self.used().check(key, now).map_err(|wait| self.refusal(wait))
    }

    fn used(&self) -> MutexGuard<'_, Allowances<K>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusal(&self, wait: Span) -> ServiceError {
        ServiceError::TooMany { limit: self.name, what: self.words, wait }
    }
}

struct NetworkLimit {
    used: Mutex<NetworkAllowances<IpAddr>>,
    name: &'static str,
    words: &'static str,
}

impl NetworkLimit {
    fn new(narrowest: Allowance, name: &'static str, words: &'static str) -> Self {
        Self { used: Mutex::new(NetworkAllowances::new(narrowest)), name, words }
    }

    /// Takes one use of the networks that the request came from.
    fn take(&self, now: Millis) -> ServiceResult<()> {
        let Some(from) = networks::current() else { return Ok(()) };
        let taken = self.used.lock().unwrap_or_else(PoisonError::into_inner).take(from, now);
        taken.map_err(|wait| ServiceError::TooMany { limit: self.name, what: self.words, wait })
    }
}

/// Counts for the account and for its networks. A refusal by either costs nothing of the other.
struct Shared {
    accounts: Limit<AccountId>,
    networks: NetworkLimit,
}

impl Shared {
    fn take(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.accounts.check(&by, now)?;
        self.networks.take(now)?;
        self.accounts.take(by, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::from_networks;
    use domain::people::networks::Networks;

    const RATES: Rates =
        Rates { account_orders: 3, account_changes: 4, address_changes: 10, address_lines: 1_000 };
    const NOW: Millis = Millis(1_000);

    /// How many of `times` changes of a new account in this network succeed.
    async fn changed(limits: &Limits, subnet: u8, times: usize) -> usize {
        let home = |last| IpAddr::from([10, subnet, last, 1]);
        let networks = Networks([Some(home(1)), Some(home(0)), None]);
        let account = AccountId::new();
        from_networks(networks, async { (0..times).filter(|_| limits.change(account, NOW).is_ok()).count() })
            .await
    }

    #[tokio::test]
    async fn a_network_has_a_bound_however_many_accounts_it_makes() {
        let limits = Limits::new(RATES);
        assert_eq!(changed(&limits, 1, 99).await, 4, "one account");
        assert_eq!(changed(&limits, 1, 99).await, 4, "another one in the same network");
        assert_eq!(changed(&limits, 1, 99).await, 2, "what the network has left");
        assert_eq!(changed(&limits, 1, 99).await, 0);
        assert_eq!(changed(&limits, 2, 99).await, 4, "another network");
    }

    #[test]
    fn lines_in_many_rooms_and_moderation_are_bounded_together() {
        let (limits, me) = (Limits::new(RATES), AccountId::new());
        assert_eq!((0..9_999).filter(|_| limits.say(me, NOW).is_ok()).count(), LINES.times as usize);
        assert_eq!(
            (0..9_999).filter(|_| limits.moderate(me, NOW).is_ok()).count(),
            MODERATION.times as usize
        );
        assert!(limits.say(me, NOW + Span::secs(1)).is_ok(), "two lines a second");
        assert!(limits.say(AccountId::new(), NOW).is_ok() && limits.change(me, NOW).is_ok());
    }

    #[test]
    fn each_account_and_space_has_its_own_allowance() {
        let (limits, now) = (Limits::new(RATES), NOW);
        let (ann, ben, space) = (AccountId::new(), AccountId::new(), SpaceId::new());
        for _ in 0..3 {
            assert!(limits.open_order(ann, now).is_ok() && limits.begin_payment(ann, now).is_ok());
        }
        for refused in [limits.open_order(ann, now), limits.begin_payment(ann, now)] {
            let Err(ServiceError::TooMany { wait, .. }) = refused else { panic!("{refused:?}") };
            assert_eq!(wait, Span::minutes(20));
        }
        assert!(limits.open_order(ben, now).is_ok() && limits.begin_payment(ben, now).is_ok());
        assert!(limits.open_order(ann, now + Span::minutes(20)).is_ok());
        assert_eq!((0..20).filter(|_| limits.rename(space, now).is_ok()).count(), RENAMES.times as usize);
        assert!(limits.rename(SpaceId::new(), now).is_ok());
        let inside = (0..99).filter(|_| limits.rename_inside(space, now).is_ok()).count();
        assert_eq!(inside, INNER_RENAMES.times as usize);
        assert!(limits.rename_inside(SpaceId::new(), now).is_ok());
    }
}
