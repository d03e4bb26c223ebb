//! How often secrets are guessed that many people share. Whoever has many accounts and networks finds none by guessing, and keeps
//! nobody else from using theirs. Part of [`crate::Limits`].

use crate::{
    Often, ServiceResult,
    bounds::{Limit, Shared},
};
use domain::{
    id::{AccountId, SpaceId},
    people::allowance::Allowance,
    time::Millis,
};
use std::hash::Hash;

/// Codes for cheaper passes that one account tries, right or wrong.
const TRIES: Allowance = Allowance::per_hour(20);
/// Those of one network: an audience in one hall that was told a code.
const TRIES_OF_A_NETWORK: Allowance = Allowance::per_hour(200);
/// Wrong ones at one place, from everybody together: with many accounts and networks, nobody tries a dictionary.
const WRONG_AT_ONE: Allowance = Allowance::per_hour(300);
/// What each account still has there when those are used up: enough for somebody who was told the secret and types it wrong once.
const SPARED: Allowance = Allowance::per_hour(2);

/// Of the secrets of places `K`.
pub(crate) struct Guesses<K> {
    tries: Shared,
    wrong: Limit<K>,
    spared: Limit<(K, AccountId)>,
}

impl<K: Copy + Eq + Hash> Guesses<K> {
    /// What accounts and networks try everywhere; the limit's name at one place, and what was done too often there.
    pub(crate) fn new(tries: Shared, (name, what): (&'static str, Often)) -> Self {
        Self { tries, wrong: Limit::new(WRONG_AT_ONE, name, what), spared: Limit::new(SPARED, name, what) }
    }

    /// A secret that somebody says, right or wrong, before it is compared. A refusal costs nothing.
    pub(crate) fn take(&self, by: AccountId, at: K, now: Millis) -> ServiceResult<()> {
        let crowded = self.wrong.check(&at, now).is_err();
        if crowded {
            self.spared.check(&(at, by), now)?;
        }
        self.tries.take(by, now)?;
        if crowded { self.spared.take((at, by), now) } else { Ok(()) }
    }

    /// It was not the right one.
    pub(crate) fn was_wrong(&self, at: K, now: Millis) {
        // When none is left, `take` knows.
        let _ = self.wrong.take(at, now);
    }
}

/// Codes for cheaper passes in a space.
pub(crate) fn of_promo_codes() -> Guesses<SpaceId> {
    let tries = Shared::new(
        (TRIES, "account_promo_codes", Often::PromoCodes),
        (TRIES_OF_A_NETWORK, "address_promo_codes", Often::PromoCodesNearby),
    );
    Guesses::new(tries, ("space_promo_codes", Often::PromoCodes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_accounts_guess_few_secrets_and_others_use_theirs() {
        let (codes, space, now) = (of_promo_codes(), SpaceId::new(), Millis(1_000));
        let guess = |by, at| codes.take(by, at, now).map(|()| codes.was_wrong(at, now)).is_ok();
        let guessed = |by| (0..99).filter(|_| guess(by, space)).count();
        let all: usize = (0..15).map(|_| guessed(AccountId::new())).sum();
        assert_eq!(all, WRONG_AT_ONE.times as usize, "twenty each");
        assert_eq!(guessed(AccountId::new()), SPARED.times as usize, "another account has few");
        assert!(codes.take(AccountId::new(), space, now).is_ok(), "somebody who was told one");
        assert!(codes.take(AccountId::new(), SpaceId::new(), now).is_ok(), "another space");
    }

    #[test]
    fn who_has_no_tries_loses_nothing_of_what_is_spared() {
        let (codes, space, now) = (of_promo_codes(), SpaceId::new(), Millis(1_000));
        for _ in 0..WRONG_AT_ONE.times {
            codes.was_wrong(space, now);
        }
        let ann = AccountId::new();
        let elsewhere = SpaceId::new();
        assert_eq!((0..99).filter(|_| codes.take(ann, elsewhere, now).is_ok()).count(), TRIES.times as usize);
        assert!(codes.take(ann, space, now).is_err() && codes.take(ann, space, now).is_err());
        assert!(codes.spared.check(&(space, ann), now).is_ok(), "nothing was taken");
    }
}
