//! The port to the payment provider: Stripe, or the stand-in over loopback, with the same client.

use crate::{
    amount::{Currency, Money},
    clock::BoxFuture,
    id::*,
    money::{
        billing::SetupFee,
        buying::cards::{CardRefusal, CardUse},
        ledger::movement::Movement,
    },
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
    /// It begins a subscription; the amount is what is charged at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanRequest>,
    /// It is paid with a saved card, or saves one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardUse>,
    /// It is paid in the provider's form on our own page, without a page of the provider.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_page: bool,
}

/// What is subscribed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRequest {
    /// The provider's ids of the buyer and the price.
    pub customer: String,
    pub price: String,
    pub trial_days: Option<u32>,
    pub setup_fee: Option<SetupFee>,
}

/// A refund of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// The provider's id of the payment.
    pub intent: String,
    pub purchase: PurchaseId,
    /// So much of it, with our id of the refund; everything that is left if `None`.
    pub part: Option<(RefundId, Money)>,
    /// `{purchase}:refund:{attempt}`.
    pub idempotency_key: String,
}

/// What is answered to the bank of a buyer who disputes a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRequest {
    /// The provider's id of the dispute.
    pub dispute: String,
    /// What was sold.
    pub product: String,
    pub buyer: String,
    /// Empty if it is not known any more.
    pub email: String,
    /// From when on it could be used.
    pub service_date: Millis,
    /// What the buyer did with it, and the seller's words.
    pub activity: String,
}

/// Whether a bank waits for an answer about a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AwaitedAnswer {
    /// There is no dispute, or it is decided.
    Nothing,
    /// It has one.
    Given,
    /// The provider's id of the dispute.
    Awaited(String),
}

/// Refunds of one purchase that its seller may decide. Each is a row, a job, a call at the provider and mail to the buyer.
pub const MOST_REFUNDS: i64 = 20;

/// The provider's view of a checkout session and its payment. This state is applied, whatever event hinted at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSession {
    pub id: String,
    pub url: Option<String>,
    /// Told once, of a payment that was asked for without a page: what a script needs to pay it.
    pub client_secret: Option<String>,
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
    /// What the payment has moved at the provider so far; nothing before it is paid.
    pub movements: Vec<Movement>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderStatus {
    Open,
    /// The card was declined; the session may still be open for another attempt.
    Declined,
    /// A payment without a page was refused, or its bank asks. Only its buyer can try again.
    CardRefused(CardRefusal),
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
    SetupIntent,
    PaymentMethod,
    Subscription,
    Invoice,
    /// The account of a seller.
    Account,
    Transfer,
    Payout,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum PaymentError {
    /// Retry with the same key: time-outs, 5xx, provider unreachable.
    #[error("the payment provider is away: {0}")]
    Away(String),
    /// The provider answered that it failed, and repeats this answer for the same key: only a new one can succeed. Told of refunds.
    #[error("the payment provider failed: {0}")]
    Failed(String),
    /// The provider refused the request itself; a retry would be refused again.
    #[error("the payment provider refused: {0}")]
    Refused(String),
    /// Our own account there has not enough that can be used. The answer is repeated for the same key. Told of transfers.
    #[error("too little can be used at the payment provider: {0}")]
    Short(String),
}

/// The payment provider (Stripe, or the stand-in over loopback with the same client). Every call ends within seconds.
pub trait Payments: Send + Sync {
    fn open(&self, request: PaymentRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    /// Charges the saved card of a payment that [`Self::open`] made without a page; one that is charged already is only fetched. The
    /// provider wants an address to which its bank could send the buyer back; `None`: the buyer is not there, and has agreed before.
    fn charge(
        &self,
        session: String,
        return_url: Option<String>,
    ) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    /// The checkout session that an object belongs to; `None` for a payment that no session of ours made.
    fn session_of(&self, object: ProviderObject) -> BoxFuture<'_, Result<Option<String>, PaymentError>>;
    fn fetch(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    fn expire(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    /// What the provider has of ours now: available and pending, one for each currency.
    fn balance(&self) -> BoxFuture<'_, Result<Vec<ProviderBalance>, PaymentError>>;
    /// Requests a refund. Also `Refused` if nothing is left to refund: fetch the session to find out.
    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<(), PaymentError>>;
    /// Whether the newest dispute of a payment, named by its provider's id, waits for an answer.
    fn awaited_answer(&self, intent: String) -> BoxFuture<'_, Result<AwaitedAnswer, PaymentError>>;
    /// Answers a dispute, which is possible once. Also `Refused` if it was answered before: ask what it waits for.
    fn answer_dispute(&self, request: EvidenceRequest) -> BoxFuture<'_, Result<(), PaymentError>>;
    /// Checks a webhook's signature (header `Stripe-Signature`, tolerance 5 minutes on the real clock) and reads what
    /// it is about. An event of an unknown kind names no object.
    fn verify(&self, payload: &str, signature: &str) -> Result<WebhookEvent, WebhookRefusal>;
}

/// Our money at the provider in one currency, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderBalance {
    pub currency: Currency,
    pub available: i64,
    pub pending: i64,
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
    #[error("it came before")]
    Replayed,
}

impl WebhookRefusal {
    pub const ALL: [Self; 4] = [Self::Unsigned, Self::Signature, Self::ClockSkew, Self::Replayed];
    /// Refusals for one reason are recorded at most this often, because strangers can send any number.
    pub const RECORDED_APART: Span = Span::secs(1);
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Signature => "signature",
            Self::ClockSkew => "clock_skew",
            Self::Replayed => "replayed",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}
