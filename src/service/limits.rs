//! Rate limits on actions of an account that cost others something. Counted in memory, so a restart resets them.

use crate::{ServiceError, ServiceResult};
use domain::{
    id::{AccountId, SpaceId},
    people::allowance::{Allowance, Allowances},
    time::Millis,
};
use std::{
    hash::Hash,
    sync::{Mutex, PoisonError},
};

/// New addresses of one space per hour. Nobody renames a space more often, and each new address makes others wait for
/// an old one to be freed.
const RENAMES: Allowance = Allowance::per_hour(5);

/// New addresses of the passes and experiences of one space per hour.
const INNER_RENAMES: Allowance = Allowance::per_hour(30);

pub struct Limits {
    orders: Limit<AccountId>,
    payments: Limit<AccountId>,
    renames: Limit<SpaceId>,
    inner_renames: Limit<SpaceId>,
}

impl Limits {
    /// `orders`: orders that one account may open per hour, and payments that it may begin at the provider.
    pub fn new(orders: u32) -> Self {
        Self {
            orders: Limit::new(Allowance::per_hour(orders), "You have opened many orders lately."),
            payments: Limit::new(Allowance::per_hour(orders), "You have begun many payments lately."),
            renames: Limit::new(RENAMES, "The address of this space has changed often lately."),
            inner_renames: Limit::new(INNER_RENAMES, "Addresses in this space have changed often lately."),
        }
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
    /// The refusal, without the time to wait.
    words: &'static str,
}

impl<K: Eq + Hash> Limit<K> {
    fn new(allowance: Allowance, words: &'static str) -> Self {
        Self { used: Mutex::new(Allowances::new(allowance)), words }
    }

    fn take(&self, key: K, now: Millis) -> ServiceResult<()> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.take(key, now).map_err(|wait| ServiceError::TooMany { what: self.words, wait })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Span;

    #[test]
    fn each_account_and_space_has_its_own_allowance() {
        let (limits, now) = (Limits::new(3), Millis(1_000));
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
