//! The port to the payment provider: Stripe, or the stand-in over loopback, with the same client.

use crate::{
    amount::Money,
    clock::BoxFuture,
    id::*,
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

/// The request to the payment provider for one attempt to pay. It is stored beside its idempotency key before it is
/// sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A refund of everything that is left of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// The provider's id of the payment.
    pub intent: String,
    pub purchase: PurchaseId,
    /// `{purchase}:refund:{attempt}`.
    pub idempotency_key: String,
}

/// The provider's view of a checkout session and its payment. This state is applied, whatever event hinted at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSession {
    pub id: String,
    pub url: Option<String>,
    pub status: ProviderStatus,
    /// The charged amount. A session whose amount is not ours is not applied.
    pub amount: Option<Money>,
    /// The id of our checkout, as we sent it in `client_reference_id`.
    pub reference: Option<String>,
    /// The provider's id of the payment, once somebody has tried to pay.
    pub intent: Option<String>,
    /// The refunded amount in minor units.
    pub refunded: i64,
    /// The newest dispute about the payment.
    pub dispute: Option<Dispute>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderStatus {
    Open,
    /// The card was declined; the session may still be open for another attempt.
    Declined,
    /// Paid by a slow method (a bank debit): it takes days to know whether the money arrives.
    Processing,
    Paid,
    /// The slow payment failed.
    Failed,
    Expired,
}

/// The position of a buyer's bank on a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dispute {
    /// The bank asks, but has not withdrawn the money; or it asked and is satisfied.
    Inquiry,
    /// The bank has withdrawn the money until it decides.
    Open,
    Won,
    Lost,
}

impl Dispute {
    pub const ALL: [Self; 4] = [Self::Inquiry, Self::Open, Self::Won, Self::Lost];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Inquiry => "inquiry",
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.code() == code)
    }
}

/// The object of the provider that an event is about: something to fetch, never to trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderObject {
    pub kind: ObjectKind,
    pub id: String,
}

impl ProviderObject {
    pub fn session(id: impl Into<String>) -> Self {
        Self { kind: ObjectKind::CheckoutSession, id: id.into() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    CheckoutSession,
    PaymentIntent,
    Charge,
    Refund,
    Dispute,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum PaymentError {
    /// Retry with the same key: time-outs, 5xx, provider unreachable.
    #[error("the payment provider is away: {0}")]
    Away(String),
    /// The provider refused the request itself; a retry would be refused again.
    #[error("the payment provider refused: {0}")]
    Refused(String),
}

/// The payment provider (Stripe, or the stand-in over loopback with the same client). Every call ends within seconds.
pub trait Payments: Send + Sync {
    fn open(&self, request: PaymentRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    /// The checkout session that an object belongs to; `None` for a payment that no session of ours made.
    fn session_of(&self, object: ProviderObject) -> BoxFuture<'_, Result<Option<String>, PaymentError>>;
    fn fetch(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    fn expire(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    /// Requests a refund. Also `Refused` if nothing is left to refund: fetch the session to find out.
    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<(), PaymentError>>;
    /// Checks a webhook's signature (header `Stripe-Signature`, tolerance 5 minutes on the real clock) and reads what
    /// it is about. An event of an unknown kind names no object.
    fn verify(&self, payload: &str, signature: &str) -> Result<WebhookEvent, WebhookRefusal>;
}

/// A verified event: a hint that an object of the provider has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEvent {
    pub id: String,
    pub kind: String,
    pub object: Option<ProviderObject>,
}

/// Why a webhook was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum WebhookRefusal {
    #[error("it carries no signature")]
    Unsigned,
    #[error("the signature does not match: another webhook secret, or a changed body")]
    Signature,
    #[error("the signature is right, but more than five minutes from our clock")]
    ClockSkew,
}

impl WebhookRefusal {
    pub const ALL: [Self; 3] = [Self::Unsigned, Self::Signature, Self::ClockSkew];
    /// Refusals for one reason are recorded at most this often, because strangers can send any number.
    pub const RECORDED_APART: Span = Span::secs(1);
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Signature => "signature",
            Self::ClockSkew => "clock_skew",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}
