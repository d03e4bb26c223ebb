//! The stand-in's records. Each is written whole: the last one with an id is the current one.

use crate::book::billing::{Interval, Record};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A checkout session. Times are seconds since the Unix epoch, amounts are minor units, as in Stripe's API.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    #[serde(default)]
    pub mode: Mode,
    #[serde(default)]
    pub customer: Option<String>,
    /// The card is kept for later payments.
    #[serde(default)]
    pub saves_card: bool,
    #[serde(default)]
    pub trial_days: Option<i64>,
    /// The coupon, the promotion code that gave it, and what it takes off.
    #[serde(default)]
    pub coupon: Option<String>,
    #[serde(default)]
    pub promotion: Option<String>,
    #[serde(default)]
    pub discount: i64,
    /// The metadata of the subscription or the setup intent that is made of it.
    #[serde(default)]
    pub made_metadata: BTreeMap<String, String>,
    /// What was made of it, by its mode.
    #[serde(default)]
    pub subscription: Option<String>,
    #[serde(default)]
    pub invoice: Option<String>,
    #[serde(default)]
    pub setup: Option<String>,
    /// The card that was used last, and whether its bank asks the buyer to confirm.
    #[serde(default)]
    pub card: Option<String>,
    #[serde(default)]
    pub asks: bool,
    /// The last card was refused, where no payment intent says so.
    #[serde(default)]
    pub refused: bool,
}

impl Session {
    /// What is due today. During a trial nothing is due of what recurs.
    pub fn amount(&self) -> i64 {
        (self.subtotal() - self.discount).max(0)
    }
    pub fn subtotal(&self) -> i64 {
        due_today(&self.items, self.trial_days.is_some())
    }
}

/// The sum of the items, without what recurs if that begins with a trial.
pub fn due_today(items: &[Item], trial: bool) -> i64 {
    let today = items.iter().filter(|item| !trial || item.recurs.is_none());
    today.map(|item| item.unit_amount * item.quantity).sum()
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    #[default]
    Payment,
    Setup,
    Subscription,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionStatus {
    #[default]
    Open,
    Complete,
    Expired,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub name: String,
    pub description: Option<String>,
    pub quantity: i64,
    pub unit_amount: i64,
    #[serde(default)]
    pub price: Option<String>,
    #[serde(default)]
    pub recurs: Option<Interval>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    #[serde(default)]
    pub customer: Option<String>,
    #[serde(default)]
    pub method: Option<String>,
    #[serde(default)]
    pub invoice: Option<String>,
    /// Where the buyer goes after the bank's question.
    #[serde(default)]
    pub return_url: Option<String>,
    /// Why the last attempt failed, in Stripe's words (`decline_code`).
    #[serde(default)]
    pub decline: Option<String>,
    /// With it a browser may confirm the payment.
    #[serde(default)]
    pub secret: Option<String>,
    /// Its form offers every method that is switched on.
    #[serde(default)]
    pub automatic: bool,
    /// The card is kept for later payments.
    #[serde(default)]
    pub saves_card: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    #[default]
    RequiresPaymentMethod,
    /// The bank asks the buyer to confirm.
    RequiresAction,
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
    /// When the buyer's bank returned it.
    #[serde(default)]
    pub failed_at: Option<i64>,
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
    /// What the shop answered, by the names of its fields, and whether that was sent to the bank.
    #[serde(default)]
    pub evidence: BTreeMap<String, String>,
    #[serde(default)]
    pub submitted: bool,
    /// When the bank decided.
    #[serde(default)]
    pub decided: Option<i64>,
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
    /// Counts the events.
    #[serde(default)]
    pub seq: u64,
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
    /// One delivery after the other, the oldest first: the next one is sent when the one before has arrived.
    #[serde(default)]
    pub in_order: bool,
    /// Seconds that each new delivery waits.
    #[serde(default)]
    pub delay: u32,
    /// Seconds by which the clock of billing is ahead.
    #[serde(default)]
    pub ahead: i64,
    /// When all attempts to collect have failed, the subscription stays and is unpaid, instead of being canceled.
    #[serde(default)]
    pub unpaid: bool,
    /// Set at the control page where chaos is on: what goes wrong with which of the next calls.
    #[serde(default)]
    pub fault: Option<Fault>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub kind: FaultKind,
    /// Which calls it concerns, as a pattern of their method and path.
    pub path: String,
    pub left: u32,
    /// How long a call waits, if it waits. The default is longer than any client of ours does.
    #[serde(default = "patience")]
    pub seconds: u32,
}

pub const fn patience() -> u32 {
    30
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Answers 500, and nothing was done.
    ErrorBefore,
    /// Answers 500, although it was done.
    ErrorAfter,
    /// Answers after the client's patience has ended, and nothing was done.
    TimeoutBefore,
    /// Was done, and answers after the client's patience has ended.
    TimeoutAfter,
    /// Is done when the client's patience has ended, and answers then.
    Slow,
    /// Breaks the connection, and nothing was done.
    ResetBefore,
    /// Was done, and breaks the connection.
    ResetAfter,
}

impl FaultKind {
    /// With their names at the control page.
    pub const NAMED: [(&'static str, Self); 7] = [
        ("error_before", Self::ErrorBefore),
        ("error_after", Self::ErrorAfter),
        ("timeout_before", Self::TimeoutBefore),
        ("timeout_after", Self::TimeoutAfter),
        ("slow", Self::Slow),
        ("reset_before", Self::ResetBefore),
        ("reset_after", Self::ResetAfter),
    ];
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            webhooks: true,
            lose: false,
            fail_next: 0,
            duplicate: 1,
            shuffle: false,
            in_order: false,
            delay: 0,
            ahead: 0,
            unpaid: false,
            fault: None,
        }
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
    Billing(Record),
    Event(Event),
    Delivery(Delivery),
    Answer(Answer),
    Controls(Controls),
}
