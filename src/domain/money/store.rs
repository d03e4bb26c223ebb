//! The port to checkout sessions as rows.

use crate::{
    clock::BoxFuture,
    error::StoreError,
    id::*,
    money::checkout::{Checkout, Payment},
    time::Millis,
};

/// Checkout sessions as rows.
pub trait CheckoutStore: Send + Sync {
    fn load(&self, id: CheckoutId) -> BoxFuture<'_, Result<Checkout, StoreError>>;
    /// Stores the idempotency key of an attempt with its parameters, before anything is sent to the provider.
    fn begin_attempt(
        &self,
        id: CheckoutId,
        attempt: i64,
        key: String,
        params: String,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// held → paying, with the provider's session id and pay page.
    fn paying(
        &self,
        id: CheckoutId,
        provider_session: String,
        pay_url: String,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Those held or paying: what the engine resumes when the process starts.
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<CheckoutId>, StoreError>>;
    /// held or paying → failed or expired. `Conflict` when it is settled already.
    fn close(&self, id: CheckoutId, payment: Payment, now: Millis) -> BoxFuture<'_, Result<(), StoreError>>;
}
