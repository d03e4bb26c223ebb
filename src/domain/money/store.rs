//! The port to checkout sessions as rows.

use crate::{
    clock::BoxFuture,
    error::StoreError,
    id::*,
    money::checkout::{Checkout, OrderEnd, Payment},
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
    /// Those that are not settled: what the engine resumes when the process starts.
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<CheckoutId>, StoreError>>;
    /// Unsettled → failed or expired, with what ended it. `Conflict` when it is settled already.
    fn close(
        &self,
        id: CheckoutId,
        payment: Payment,
        ended_by: Option<OrderEnd>,
        now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Enqueues the job that fetches this session of the provider and applies its state.
    fn apply_later(&self, provider_session: String, now: Millis) -> BoxFuture<'_, Result<(), StoreError>>;
}
