//! The stand-in's records. Each is written whole: the last one with an id is the current one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A checkout session. Times are seconds since the Unix epoch, amounts are minor units, as in Stripe's API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    pub created: i64,
    pub expires_at: i64,
    pub status: SessionStatus,
    pub currency: String,
    pub items: Vec<Item>,
    pub reference: Option<String>,
    pub email: Option<String>,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub intent_metadata: BTreeMap<String, String>,
    pub intent_description: Option<String>,
    /// Created when the buyer first tries to pay.
    pub intent: Option<String>,
}

impl Session {
    pub fn amount(&self) -> i64 {
        self.items.iter().map(|item| item.unit_amount * item.quantity).sum()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionStatus {
    Open,
    Complete,
    Expired,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub name: String,
    pub description: Option<String>,
    pub quantity: i64,
    pub unit_amount: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Intent {
    pub id: String,
    pub created: i64,
    pub status: IntentStatus,
    pub amount: i64,
    pub currency: String,
    pub description: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub latest_charge: Option<String>,
    pub canceled_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    RequiresPaymentMethod,
    /// A slow method (bank debit) is in progress: the bank's answer takes days.
    Processing,
    Succeeded,
    Canceled,
}

/// One attempt to take money, including declined ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Charge {
    pub id: String,
    pub intent: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub paid: bool,
    /// The sum of its refunds, including pending ones.
    #[serde(default)]
    pub refunded: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refund {
    pub id: String,
    pub charge: String,
    pub intent: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub failed: bool,
    pub reason: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Dispute {
    pub id: String,
    pub charge: String,
    pub intent: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub status: DisputeStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// An inquiry of the bank: no money was withdrawn.
    WarningNeedsResponse,
    WarningClosed,
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    pub kind: String,
    pub created: i64,
    /// The event object, sent unchanged at every attempt.
    pub body: Value,
}

/// One copy of an event to be delivered to the receiver.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    pub id: u64,
    pub event: String,
    pub state: DeliveryState,
    pub attempts: u32,
    /// The result of the last attempt: a status or an error.
    pub last: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Pending,
    Delivered,
    GivenUp,
}

/// The answer stored under an idempotency key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    pub key: String,
    /// Fingerprint of the endpoint and parameters that the key was first used with.
    pub fingerprint: String,
    /// Seconds since the Unix epoch.
    pub created: i64,
    pub request: String,
    pub status: u16,
    pub body: Value,
}

/// Settings made at the control page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controls {
    /// If off, events are stored and sent once it is on again.
    pub webhooks: bool,
    /// If on, new events are never sent, as if the network had lost each of them.
    #[serde(default)]
    pub lose: bool,
    /// How many of the next API calls answer 500.
    pub fail_next: u32,
    /// How often each new event is delivered.
    pub duplicate: u32,
    /// Each delivery waits a random time below one second.
    pub shuffle: bool,
}

impl Default for Controls {
    fn default() -> Self {
        Self { webhooks: true, lose: false, fail_next: 0, duplicate: 1, shuffle: false }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Session(Session),
    Intent(Intent),
    Charge(Charge),
    Refund(Refund),
    Dispute(Dispute),
    Event(Event),
    Delivery(Delivery),
    Answer(Answer),
    Controls(Controls),
}
