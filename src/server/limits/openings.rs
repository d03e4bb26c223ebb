//! How often an account and an address may open something. Of a feed, what a page missed is replayed to it, so a client that opens
//! and closes feeds in a loop costs far more than one that stays.

use super::ClientAddress;
use domain::{
    id::AccountId,
    people::{
        allowance::{Allowance, Allowances},
        networks::NetworkAllowances,
    },
    time::{Millis, Span},
};
use std::sync::{Mutex, MutexGuard, PoisonError};

const SPAN: Span = Span::minutes(1);

pub struct Openings {
    /// The names of the two limits.
    names: (&'static str, &'static str),
    used: Mutex<OpeningAllowances>,
}

struct OpeningAllowances {
    accounts: Allowances<AccountId>,
    networks: NetworkAllowances<ClientAddress>,
}

impl Openings {
    /// Of feeds, per minute.
    pub fn new(per_account: u32, per_address: u32) -> Self {
        Self::named(("account_openings", per_account), ("address_openings", per_address))
    }

    /// Of something else, per minute, with the name of each limit.
    pub fn named(per_account: (&'static str, u32), per_address: (&'static str, u32)) -> Self {
        let allow = |times| Allowance { times, span: SPAN };
        let used = OpeningAllowances {
            accounts: Allowances::new(allow(per_account.1)),
            networks: NetworkAllowances::new(allow(per_address.1)),
        };
        Self { names: (per_account.0, per_address.0), used: Mutex::new(used) }
    }

    /// Counts an opening, or returns how long until there may be one.
    pub fn take(
        &self,
        account: impl Into<Option<AccountId>>,
        address: ClientAddress,
        now: Millis,
    ) -> Result<(), Span> {
        let (account, mut used, names) = (account.into(), self.used(), self.names);
        let check = |account| used.accounts.check(&account, now).map_err(|wait| (names.0, wait));
        let of_account = account.map_or(Ok(()), check);
        // A refusal by either costs nothing of the other.
        let taken = of_account.and_then(|()| {
            used.networks.take(address.into(), now).map_err(|wait| (names.1, wait))?;
            let account = account.map(|account| used.accounts.take(account, now));
            account.unwrap_or(Ok(())).map_err(|wait| (names.0, wait))
        });
        drop(used);
        taken.map_err(|(limit, wait)| {
            super::count(limit, "refused");
            wait
        })
    }

    fn used(&self) -> MutexGuard<'_, OpeningAllowances> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::LimitSettings;
    use std::net::IpAddr;

    const NOW: Millis = Millis(1_700_000_000_000);

    fn address(text: &str) -> ClientAddress {
        text.parse::<IpAddr>().expect(text).into()
    }

    #[test]
    fn an_account_has_so_many_wherever_it_is_and_an_address_whoever_it_is() {
        let openings = Openings::new(3, 5);
        let (ann, ben) = (AccountId::new(), AccountId::new());
        let opened = |account, at: &str, times: usize| {
            (0..times).filter(|_| openings.take(account, address(at), NOW).is_ok()).count()
        };
        assert_eq!(opened(ann, "192.0.2.1", 9) + opened(ann, "192.0.2.2", 9), 3);
        assert_eq!(opened(ben, "192.0.2.1", 9), 2, "what the address has left");
        assert_eq!(opened(ben, "192.0.2.3", 9), 1, "what the account has left");
        let wait = openings.take(ben, address("192.0.2.4"), NOW).expect_err("nothing is left");
        assert_eq!(wait, Span::secs(20));
        assert!(openings.take(ben, address("192.0.2.4"), NOW + wait).is_ok());
        assert_eq!(
            (0..99).map(|n| opened(AccountId::new(), &format!("2001:db8:0:{n:x}::1"), 1)).sum::<usize>(),
            10
        );
    }

    #[test]
    fn an_office_may_reload_everything_at_once_and_again() {
        let limits = LimitSettings::default();
        let openings = limits.openings();
        let office = address("192.0.2.1");
        for _ in 0..500 {
            let person = AccountId::new();
            assert!((0..2 * 4).all(|_| openings.take(person, office, NOW).is_ok()));
        }
        let tidy = AccountId::new();
        let pages = limits.account_feeds;
        assert!((0..2 * pages).all(|_| openings.take(tidy, address("192.0.2.2"), NOW).is_ok()));
    }
}
