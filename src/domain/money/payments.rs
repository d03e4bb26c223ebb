//! The port to the payment provider: Stripe, or the stand-in over loopback by the same client.

use crate::{amount::Money, clock::BoxFuture, id::*, time::Millis};
use serde::{Deserialize, Serialize};

/// What is asked of the payment provider for one attempt to pay. Serialised beside its idempotency key before it is sent.
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

/// The provider's own view of a checkout session and of the payment behind it: the state that is applied, whatever event
/// hinted at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSession {
    pub id: String,
    pub url: Option<String>,
    pub status: ProviderStatus,
    /// What was charged; a session whose amount is not ours is not applied.
    pub amount: Option<Money>,
    /// Our checkout, as we named it in `client_reference_id`.
    pub reference: Option<String>,
    /// The provider's id of the payment, once somebody has tried to pay.
    pub intent: Option<String>,
    /// What went back to the buyer, in minor units.
    pub refunded: i64,
    /// The newest dispute about the payment.
    pub dispute: Option<Dispute>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderStatus {
    Open,
    /// The card was refused; the session may still be open for another try.
    Declined,
    /// Paid by a slow method (a bank debit): days pass until it is known whether the money comes.
    Processing,
    Paid,
    /// The slow payment did not arrive.
    Failed,
    Expired,
}

/// What a buyer's bank thinks of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dispute {
    /// The bank asks; no money was taken back. Also: the bank asked, and is content.
    Inquiry,
    /// The bank has taken the money back until it decides.
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

/// An object of the provider that an event is about: something to fetch, never something to believe.
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
    /// Try again with the same key: time-outs, 5xx, the provider away.
    #[error("the payment provider is away: {0}")]
    Away(String),
    /// The provider refused the request itself; the same request will be refused again.
    #[error("the payment provider refused: {0}")]
    Refused(String),
}

/// The payment provider (Stripe, or the stand-in over loopback by the same client). Every call ends within seconds.
pub trait Payments: Send + Sync {
    fn open(&self, request: PaymentRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    /// The checkout session that an object belongs to; none for a payment that no session of ours made.
    fn session_of(&self, object: ProviderObject) -> BoxFuture<'_, Result<Option<String>, PaymentError>>;
    fn fetch(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    fn expire(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    /// Asks for the refund. `Refused` also when nothing is left to give back: fetch the session to see.
    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<(), PaymentError>>;
    /// Checks the signature of a webhook (header `Stripe-Signature`, tolerance 5 minutes against the real clock) and reads
    /// what it is about. An event that is not understood names no object.
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
