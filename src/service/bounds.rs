//! What counts for a limit: uses of one key, of the networks that a request came from, or of an account and its networks.

use crate::{Often, ServiceError, ServiceResult, sender};
use domain::{
    id::AccountId,
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

pub(crate) struct Limit<K> {
    used: Mutex<Allowances<K>>,
    /// In the metrics.
    name: &'static str,
    what: Often,
}

impl<K: Eq + Hash> Limit<K> {
    pub(crate) fn new(allowance: Allowance, name: &'static str, what: Often) -> Self {
        Self { used: Mutex::new(Allowances::new(allowance)), name, what }
    }

    pub(crate) fn take(&self, key: K, now: Millis) -> ServiceResult<()> {
        self.used().take(key, now).map_err(|wait| self.refusal(wait))
    }

    pub(crate) fn check(&self, key: &K, now: Millis) -> ServiceResult<()> {
        self.used().check(key, now).map_err(|wait| self.refusal(wait))
    }

    fn used(&self) -> MutexGuard<'_, Allowances<K>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusal(&self, wait: Span) -> ServiceError {
        ServiceError::TooMany { limit: self.name, what: self.what, wait }
    }
}

pub(crate) struct NetworkLimit {
    used: Mutex<NetworkAllowances<IpAddr>>,
    name: &'static str,
    what: Often,
}

impl NetworkLimit {
    pub(crate) fn new(narrowest: Allowance, name: &'static str, what: Often) -> Self {
        Self { used: Mutex::new(NetworkAllowances::new(narrowest)), name, what }
    }

    /// Takes one use of the networks that the request came from.
    pub(crate) fn take(&self, now: Millis) -> ServiceResult<()> {
        let Some(from) = sender::networks() else { return Ok(()) };
        let taken = self.used.lock().unwrap_or_else(PoisonError::into_inner).take(from, now);
        taken.map_err(|wait| ServiceError::TooMany { limit: self.name, what: self.what, wait })
    }
}

/// How much is allowed, the limit's name, and what was done too often.
pub(crate) type Bound = (Allowance, &'static str, Often);

/// Counts for the account and for its networks. A refusal by either costs nothing of the other.
pub(crate) struct Shared {
    accounts: Limit<AccountId>,
    networks: NetworkLimit,
}

impl Shared {
    pub(crate) fn new(account: Bound, network: Bound) -> Self {
        let accounts = Limit::new(account.0, account.1, account.2);
        Self { accounts, networks: NetworkLimit::new(network.0, network.1, network.2) }
    }

    pub(crate) fn take(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        let mut accounts = self.accounts.used();
        let one = accounts.find(by, now).map_err(|wait| self.accounts.refusal(wait))?;
        self.networks.take(now)?;
        one.take();
        Ok(())
    }
}
