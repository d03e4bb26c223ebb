//! The port to the payment provider: Stripe, or the stand-in over loopback by the same client.

use crate::{amount::Money, clock::BoxFuture, id::*, time::Millis};

/// What is asked of the payment provider for one attempt to pay. Serialised beside its idempotency key before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PaymentRequest {
    pub checkout: CheckoutId,
    pub purchase: PurchaseId,
    pub title: String,
    pub amount: Money,
    pub email: String,
    pub success_url: String,
    pub cancel_url: String,
    pub expires_at: Millis,
    /// `{purchase}:{operation}:{attempt}`.
    pub idempotency_key: String,
}

/// The provider's own view of a checkout session: the state that is applied, whatever event hinted at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSession {
    pub id: String,
    pub url: Option<String>,
    pub status: ProviderStatus,
    /// What was charged; the settling refuses a session whose amount is not ours.
    pub amount: Option<Money>,
    /// Our checkout, as we named it in `client_reference_id`.
    pub reference: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderStatus {
    Open,
    Paid,
    /// The card was refused; the session may still be open for another try.
    Declined,
    Expired,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum PaymentError {
    /// Try again with the same key: time-outs, 5xx, the provider away.
    #[error("the payment provider is away: {0}")]
    Away(String),
    /// The provider refused the request itself; the same request will be refused again.
    #[error("the payment provider refused: {0}")]
    Refused(String),
}

/// The payment provider (Stripe, or the stand-in over loopback by the same client).
pub trait Payments: Send + Sync {
    fn open(&self, request: PaymentRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    fn fetch(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    fn expire(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    /// Checks the signature of a webhook (header `Stripe-Signature`, tolerance 5 minutes against the real clock) and reads
    /// what it is about. Fails on a bad signature only: an event that is not understood has no session.
    fn verify(&self, payload: &str, signature: &str) -> Result<WebhookEvent, BadSignature>;
}

/// A verified event: a hint that a provider session has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEvent {
    pub id: String,
    pub kind: String,
    pub session: Option<String>,
    /// Our checkout, where the event names it: events about a payment intent carry no session.
    pub reference: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match")]
pub struct BadSignature;
