//! Ceremonies that are under way: we have asked a browser for a passkey, and wait for its answer. Kept in memory, so a restart
//! only makes people ask again.

use super::{
    allowance::{Allowance, Allowances},
    networks::{NetworkAllowances, Networks},
};
use crate::{
    id::AccountId,
    time::{Millis, Span},
};
use std::{collections::HashMap, hash::Hash};

/// How long a browser may take for its answer: unlocking a phone, finding a security key.
pub const CEREMONY_LASTS: Span = Span::minutes(5);
/// Those of one account.
const OF_AN_ACCOUNT: Allowance = Allowance { times: 20, span: Span::minutes(10) };
/// Those of one network of the narrowest kind: an office of 500 people who sign in within the morning.
const OF_A_NETWORK: Allowance = Allowance { times: 120, span: Span::minutes(10) };
/// Those of everybody that are open at a time; each takes less than a kilobyte.
const MOST_OPEN: usize = 5_000;

/// The hash of a token that only the browser has.
pub type CeremonyKey = [u8; 32];

struct Open<S> {
    state: S,
    until: Millis,
}

/// `S`: what is needed to check the answer. `N`: a network address.
pub struct Ceremonies<S, N> {
    open: HashMap<CeremonyKey, Open<S>>,
    accounts: Allowances<AccountId>,
    networks: NetworkAllowances<N>,
}

impl<S, N: Copy + Eq + Hash> Default for Ceremonies<S, N> {
    fn default() -> Self {
        Self {
            open: HashMap::new(),
            accounts: Allowances::new(OF_AN_ACCOUNT),
            networks: NetworkAllowances::new(OF_A_NETWORK),
        }
    }
}

impl<S, N: Copy + Eq + Hash> Ceremonies<S, N> {
    /// Begins one. `account`: whose it is, if that is known.
    ///
    /// # Errors
    /// How long to wait, if the account or its network has begun too many. If everybody has, the oldest one makes room, or a few
    /// networks could shut everybody else out.
    pub fn begin(
        &mut self,
        key: CeremonyKey,
        state: S,
        (account, networks): (Option<AccountId>, Networks<N>),
        now: Millis,
    ) -> Result<(), Span> {
        if let Some(account) = &account {
            self.accounts.check(account, now)?;
        }
        self.networks.take(networks, now)?;
        if let Some(account) = account {
            self.accounts.take(account, now)?;
        }
        self.open.retain(|_, open| open.until > now);
        if self.open.len() >= MOST_OPEN {
            let oldest = self.open.iter().min_by_key(|(_, open)| open.until).map(|(key, _)| *key);
            if let Some(oldest) = oldest {
                self.open.remove(&oldest);
            }
        }
        self.open.insert(key, Open { state, until: now + CEREMONY_LASTS });
        Ok(())
    }

    /// Ends one, whatever becomes of its answer. `None` if there is none, or no longer.
    pub fn take(&mut self, key: &CeremonyKey, now: Millis) -> Option<S> {
        self.open.remove(key).filter(|open| open.until > now).map(|open| open.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Small = Ceremonies<u8, u8>;

    fn key(n: u32) -> CeremonyKey {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&n.to_be_bytes());
        key
    }

    fn at(network: u8) -> (Option<AccountId>, Networks<u8>) {
        (None, Networks([Some(network), None, None]))
    }

    #[test]
    fn an_answer_is_taken_once_and_in_time() {
        let (mut all, now) = (Small::default(), Millis(1_000));
        for (n, after, want) in [
            (1, Span(0), Some(7)),
            (2, Span(CEREMONY_LASTS.0 - 1), Some(7)),
            (3, CEREMONY_LASTS, None),
            (4, Span::days(1), None),
        ] {
            all.begin(key(n), 7, at(1), now).unwrap();
            assert_eq!(all.take(&key(n), now + after), want, "{after:?}");
            assert_eq!(all.take(&key(n), now), None, "once");
        }
        assert_eq!(all.take(&key(9), now), None, "never begun");
    }

    #[test]
    fn what_an_account_and_a_network_may_begin_is_bounded() {
        let (mut all, now) = (Small::default(), Millis(1_000));
        let (ann, ben) = (AccountId::new(), AccountId::new());
        let mut n = 0;
        let mut begun = |account: Option<AccountId>, network: u8, times: usize, now| {
            let mut begin = |_: &usize| {
                n += 1;
                all.begin(key(n), 0, (account, at(network).1), now).is_ok()
            };
            (0..times).filter(|time| begin(time)).count()
        };
        assert_eq!(begun(Some(ann), 1, 99, now), 20, "one account");
        assert_eq!(begun(Some(ben), 1, 99, now), 20, "another one");
        assert_eq!(begun(None, 1, 999, now), 80, "what the network has left");
        assert_eq!(begun(None, 2, 999, now), 120, "another network");
        assert_eq!(begun(Some(ann), 3, 99, now + Span::minutes(10)), 20, "later");
    }

    #[test]
    fn what_is_open_is_bounded_and_what_is_over_is_forgotten() {
        let (mut all, now) = (Ceremonies::<u8, u32>::default(), Millis(1_000));
        let most = MOST_OPEN as u32;
        let mut begin = |n: u32, network: u32, now| {
            all.begin(key(n), 0, (None, Networks([Some(network), None, None])), now)
        };
        for n in 0..most {
            assert_eq!(begin(n, n, now + Span(i64::from(n))), Ok(()), "{n}");
        }
        let full = now + Span(i64::from(most));
        for n in most..most + 120 {
            assert_eq!(begin(n, most, full), Ok(()), "{n}: the oldest makes room");
        }
        assert!(begin(most + 120, most, full).is_err(), "whoever is over their allowance pushes nobody out");
        assert_eq!(all.open.len(), MOST_OPEN);
        for (n, want) in [
            (0, None),
            (119, None),
            (120, Some(0)),
            (most - 1, Some(0)),
            (most + 119, Some(0)),
            (most + 120, None),
        ] {
            assert_eq!(all.take(&key(n), full), want, "{n}");
        }
        let over = full + CEREMONY_LASTS;
        all.begin(key(0), 0, (None, Networks([Some(1), None, None])), over).unwrap();
        assert_eq!(all.open.len(), 1, "and it is empty again");
    }
}
