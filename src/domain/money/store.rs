//! The port to the stored checkout sessions.

use crate::{
    clock::BoxFuture,
    error::StoreError,
    id::*,
    money::{
        buying::cards::CardRefusal,
        checkout::{Checkout, OrderEnd, Payment},
    },
    time::Millis,
};

/// The stored checkout sessions.
pub trait CheckoutStore: Send + Sync {
    fn load(&self, id: CheckoutId) -> BoxFuture<'_, Result<Checkout, StoreError>>;
    /// Stores an attempt's idempotency key and parameters, with the buyer's audit line, before anything is sent to the
    /// provider. Of an order that leaves its session also paying → held.
    fn begin_attempt(
        &self,
        id: CheckoutId,
        attempt: i64,
        key: String,
        params: String,
        now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// held → paying, with the provider's session id and pay page, or the secret for the form on ours.
    fn paying(
        &self,
        id: CheckoutId,
        provider_session: String,
        pay_url: String,
        client_secret: Option<String>,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Stores the parameters of what is asked for in place of the session, once that has ended. The next attempt is it.
    fn leave(&self, id: CheckoutId, params: String) -> BoxFuture<'_, Result<(), StoreError>>;
    /// paying → held: the saved card was refused, and the order goes on without it, as one that has not begun.
    fn fall_back(&self, id: CheckoutId, refused: CardRefusal) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Unsettled checkouts, which the engine resumes when the process starts.
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<CheckoutId>, StoreError>>;
    /// Unsettled → failed or expired, with the reason. `Conflict` if it is already settled.
    fn close(
        &self,
        id: CheckoutId,
        payment: Payment,
        ended_by: Option<OrderEnd>,
        now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Enqueues the job that fetches this provider session and applies its state.
    fn apply_later(&self, provider_session: String, now: Millis) -> BoxFuture<'_, Result<(), StoreError>>;
}
