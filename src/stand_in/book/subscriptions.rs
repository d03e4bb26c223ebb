//! The records of subscriptions and their invoices. Times are seconds of the billing clock.

use crate::book::billing::Metadata;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Subscription {
    pub id: String,
    /// The id of its only item.
    pub item: String,
    pub created: i64,
    pub customer: String,
    pub status: SubscriptionStatus,
    pub price: String,
    pub quantity: i64,
    pub currency: String,
    /// Periods are counted from here.
    pub anchor: i64,
    pub period_start: i64,
    pub period_end: i64,
    pub trial_start: Option<i64>,
    pub trial_end: Option<i64>,
    /// The end of the trial was announced.
    pub trial_told: bool,
    pub cancel_at_period_end: bool,
    pub canceled_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// Why it ended, in Stripe's words.
    pub end_reason: Option<String>,
    pub method: Option<String>,
    pub latest_invoice: Option<String>,
    /// What becomes of invoices while collection is paused.
    pub paused: Option<PausedInvoices>,
    pub coupon: Option<String>,
    /// It is paused, instead of charged, when a trial ends without a card.
    pub pauses_without_card: bool,
    /// Lines that wait for the next invoice.
    pub waiting: Vec<InvoiceLine>,
    pub metadata: Metadata,
    pub due_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatus {
    Incomplete,
    IncompleteExpired,
    Trialing,
    Active,
    PastDue,
    Unpaid,
    Paused,
    Canceled,
}

impl SubscriptionStatus {
    /// Whether nothing can happen to it any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::IncompleteExpired | Self::Canceled)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PausedInvoices {
    KeepAsDraft,
    MarkUncollectible,
    Void,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    pub id: String,
    pub text: String,
    /// Negative for a credit.
    pub amount: i64,
    pub quantity: i64,
    pub price: Option<String>,
    pub start: i64,
    pub end: i64,
    pub proration: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invoice {
    pub id: String,
    pub number: Option<String>,
    pub created: i64,
    pub customer: String,
    pub subscription: Option<String>,
    pub status: InvoiceStatus,
    pub reason: String,
    pub currency: String,
    pub lines: Vec<InvoiceLine>,
    pub discount: i64,
    /// The customer's balance before it was finalized.
    pub starting_balance: i64,
    /// What the customer has to pay, once it is finalized.
    pub amount_due: i64,
    pub attempts: i64,
    pub intent: Option<String>,
    pub period_start: i64,
    pub period_end: i64,
    pub finalized_at: Option<i64>,
    pub paid_at: Option<i64>,
    pub voided_at: Option<i64>,
    pub uncollectible_at: Option<i64>,
    /// When it is finalized (a draft) or tried again (open).
    pub due_at: Option<i64>,
}

impl Invoice {
    pub fn subtotal(&self) -> i64 {
        self.lines.iter().map(|line| line.amount).sum()
    }
    pub fn total(&self) -> i64 {
        self.subtotal() - self.discount
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    Draft,
    Open,
    Paid,
    Uncollectible,
    Void,
}
