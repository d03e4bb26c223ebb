//! The port to the payment provider's billing: customers, saved cards, subscriptions and their invoices. What it returns
//! are facts as the provider reports them at this moment; an event is only a reason to ask.

use crate::{
    amount::{Currency, Money},
    clock::BoxFuture,
    id::*,
    money::{
        payments::{PaymentError, ProviderObject, ProviderSession},
        sweep::ListedEvent,
    },
    time::Millis,
};
use serde::{Deserialize, Serialize};

/// An account becomes a customer of the provider once; the customer carries its saved cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCustomer {
    pub account: AccountId,
    pub email: String,
    /// `{account}:customer:{attempt}`.
    pub idempotency_key: String,
}

/// How often a price is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    Month,
    Year,
}

impl Interval {
    pub const ALL: [Self; 2] = [Self::Month, Self::Year];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Year => "year",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interval| interval.code() == code)
    }
}

/// A recurring price of a pass, as it is made known to the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPrice {
    pub price: PriceId,
    /// What the buyer reads on the provider's pages.
    pub title: String,
    pub amount: Money,
    pub interval: Interval,
    /// `{price}:price:{attempt}`.
    pub idempotency_key: String,
}

/// The request for one attempt to subscribe. It is stored beside its idempotency key before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionRequest {
    pub checkout: CheckoutId,
    /// The provider's id of the buyer.
    pub customer: String,
    /// The provider's id of the price.
    pub price: String,
    pub trial_days: Option<u32>,
    /// Charged once, with the first payment.
    pub setup_fee: Option<SetupFee>,
    pub success_url: String,
    pub cancel_url: String,
    pub expires_at: Millis,
    /// `{checkout}:subscribe:{attempt}`.
    pub idempotency_key: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupFee {
    pub title: String,
    pub amount: Money,
}

/// The request for a page on which a customer saves another card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRequest {
    pub customer: String,
    /// In which its payments will be.
    pub currency: Currency,
    pub success_url: String,
    pub cancel_url: String,
    /// `{account}:card:{attempt}`.
    pub idempotency_key: String,
}

/// What a session of the provider's page has led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionResult {
    pub complete: bool,
    pub customer: Option<String>,
    /// The id of our checkout, if the session belongs to one.
    pub reference: Option<String>,
    pub subscription: Option<String>,
    /// The card that was saved by a session for that.
    pub card: Option<String>,
}

/// A subscription as the provider reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionFacts {
    pub id: String,
    pub customer: String,
    /// The id of our checkout, as we sent it.
    pub reference: Option<String>,
    pub status: SubscriptionStatus,
    /// The provider's ids of the price, and of the item that carries it.
    pub price: String,
    pub item: String,
    pub period_start: Millis,
    pub period_end: Millis,
    pub trial_end: Option<Millis>,
    /// It ends with its period.
    pub ends_with_period: bool,
    pub ended_at: Option<Millis>,
    /// Nobody collects its invoices for the time being.
    pub collection_paused: bool,
    /// Until when its invoices have paid for it; `None` if they were not asked about.
    pub paid_until: Option<Millis>,
    /// The card of its own; without one the customer's pays.
    pub card: Option<String>,
    pub latest_invoice: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionStatus {
    /// The first payment is still missing; it ends as `IncompleteExpired` after 23 hours.
    Incomplete,
    IncompleteExpired,
    Trialing,
    Active,
    /// A renewal failed, and is tried again.
    PastDue,
    /// All attempts failed. Also what this program does not know: nobody enters by it.
    Unpaid,
    /// The trial ended without a card.
    Paused,
    Canceled,
}

impl SubscriptionStatus {
    pub const ALL: [Self; 8] = [
        Self::Incomplete,
        Self::IncompleteExpired,
        Self::Trialing,
        Self::Active,
        Self::PastDue,
        Self::Unpaid,
        Self::Paused,
        Self::Canceled,
    ];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::IncompleteExpired => "incomplete_expired",
            Self::Trialing => "trialing",
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Unpaid => "unpaid",
            Self::Paused => "paused",
            Self::Canceled => "canceled",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
    /// Whether nothing can happen to it any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::IncompleteExpired | Self::Canceled)
    }
}

/// An invoice as the provider reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceFacts {
    pub id: String,
    pub customer: String,
    pub subscription: Option<String>,
    pub status: InvoiceStatus,
    /// The sum of its lines; negative if it gives back more than it charges.
    pub total: Money,
    /// What the card is charged, after the customer's credit.
    pub due: Money,
    pub paid: Money,
    pub attempts: i64,
    /// When the provider tries again; `None` if it does not.
    pub next_attempt: Option<Millis>,
    /// The provider's id of the payment, once there was an attempt.
    pub intent: Option<String>,
    pub created: Millis,
    /// The end of what its lines charge for; `None` if they only give back.
    pub covers_until: Option<Millis>,
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

impl InvoiceStatus {
    pub const ALL: [Self; 5] = [Self::Draft, Self::Open, Self::Paid, Self::Uncollectible, Self::Void];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Uncollectible => "uncollectible",
            Self::Void => "void",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// A saved card, as people may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFacts {
    pub id: String,
    /// `None` once it was removed.
    pub customer: Option<String>,
    pub brand: String,
    pub last4: String,
    pub exp_month: i64,
    pub exp_year: i64,
}

/// Another price for a subscription, settled at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChange {
    pub subscription: String,
    pub item: String,
    pub price: String,
    /// Divides the old price from the new one. The preview and the change need the same moment to cost the same.
    pub date: Millis,
}

/// What a change costs at its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeCost {
    /// Negative if it leaves a credit.
    pub total: Money,
    /// What the card is charged.
    pub due: Money,
}

/// A payment with a saved card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardCharge {
    pub checkout: CheckoutId,
    pub customer: String,
    pub card: String,
    pub amount: Money,
    /// Where the buyer comes back from their bank's question; `None` charges without the buyer.
    pub return_url: Option<String>,
    /// `{purchase}:charge:{attempt}`.
    pub idempotency_key: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardPayment {
    /// The provider's id of the payment.
    pub intent: String,
    pub result: CardResult,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardResult {
    Paid,
    Processing,
    /// The bank asks the buyer. Without an address it is asked on the pay page.
    NeedsBuyer(Option<String>),
    /// With the provider's word for the reason.
    Declined(String),
}

/// Which events to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventQuery {
    /// The newest since a moment. `before` goes on before this event, which was the last one of the page before.
    Newest { since: Millis, before: Option<String> },
    /// Those that follow this event. `Refused` if the provider keeps it no longer.
    After(String),
}

impl EventQuery {
    /// What follows a page that has said where to go on.
    pub fn next(self, event: String) -> Self {
        match self {
            Self::Newest { since, .. } => Self::Newest { since, before: Some(event) },
            Self::After(_) => Self::After(event),
        }
    }
}

/// A page of events, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPage {
    pub events: Vec<ListedEvent>,
    /// There are more in the direction that was asked for: where to go on.
    pub next: Option<String>,
}

/// The provider's billing (Stripe, or the stand-in over loopback with the same client). Every call ends within seconds.
/// Calls with an idempotency key take effect once, however often they are sent.
pub trait Billing: Send + Sync {
    /// Returns the provider's id of the customer.
    fn create_customer(&self, new: NewCustomer) -> BoxFuture<'_, Result<String, PaymentError>>;
    /// Returns the provider's id of the price.
    fn create_price(&self, new: NewPrice) -> BoxFuture<'_, Result<String, PaymentError>>;
    fn open_subscription(
        &self,
        request: SubscriptionRequest,
    ) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    fn open_card_page(&self, request: CardRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>>;
    fn session_result(&self, session: String) -> BoxFuture<'_, Result<SessionResult, PaymentError>>;
    fn subscription(&self, id: String) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>>;
    fn invoice(&self, id: String) -> BoxFuture<'_, Result<InvoiceFacts, PaymentError>>;
    /// The newest invoices of a subscription: what is left to ask when its events are not kept any more.
    fn invoices_of(&self, subscription: String) -> BoxFuture<'_, Result<Vec<InvoiceFacts>, PaymentError>>;
    fn card(&self, id: String) -> BoxFuture<'_, Result<CardFacts, PaymentError>>;
    /// Takes a card from its customer. One that is removed already stays so.
    fn remove_card(&self, id: String) -> BoxFuture<'_, Result<(), PaymentError>>;
    /// Makes a saved card the one that pays a subscription from now on, and the customer's default.
    fn use_card(
        &self,
        subscription: String,
        card: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>>;
    /// Whether the subscription ends with its period. Setting it back resumes it.
    fn set_ending(
        &self,
        subscription: String,
        ends: bool,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>>;
    /// From now on nobody collects what becomes due: it is void. What is paid for stays.
    fn pause_collection(
        &self,
        subscription: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>>;
    /// Collects again. `at_once`: a period begins now and is charged; `Refused` if the card does not pay it, then nothing has changed.
    fn resume_collection(
        &self,
        subscription: String,
        at_once: bool,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>>;
    /// Ends a subscription now, if it has not ended yet.
    fn end_subscription(
        &self,
        subscription: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>>;
    /// The provider's id of the payment that a charge, a refund or a dispute belongs to; `None` for other objects.
    fn payment_of(&self, object: ProviderObject) -> BoxFuture<'_, Result<Option<String>, PaymentError>>;
    fn preview_change(&self, change: PlanChange) -> BoxFuture<'_, Result<ChangeCost, PaymentError>>;
    /// `Refused` if the card does not pay the difference; then nothing has changed.
    fn change_plan(
        &self,
        change: PlanChange,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<SubscriptionFacts, PaymentError>>;
    /// Tries to collect an open invoice now, for example with another card. Its facts say whether that worked.
    fn pay_invoice(
        &self,
        invoice: String,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<InvoiceFacts, PaymentError>>;
    /// Returns the address of the provider's page on which a customer manages subscriptions and cards.
    fn open_portal(
        &self,
        customer: String,
        return_url: String,
    ) -> BoxFuture<'_, Result<String, PaymentError>>;
    fn charge_card(&self, charge: CardCharge) -> BoxFuture<'_, Result<CardPayment, PaymentError>>;
    fn card_payment(&self, intent: String) -> BoxFuture<'_, Result<CardPayment, PaymentError>>;
    /// Changes the address of a customer. One that is gone stays so.
    fn set_customer_address(
        &self,
        customer: String,
        email: String,
    ) -> BoxFuture<'_, Result<(), PaymentError>>;
    /// Takes what tells of a person out of a customer, whose payments stay.
    fn erase_customer(&self, customer: String) -> BoxFuture<'_, Result<(), PaymentError>>;
    /// What has happened at the provider, which keeps events for thirty days.
    fn events(&self, query: EventQuery) -> BoxFuture<'_, Result<EventPage, PaymentError>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_word_reads_back_as_it_was_written() {
        assert!(
            SubscriptionStatus::ALL.into_iter().all(|s| SubscriptionStatus::from_code(s.code()) == Some(s))
        );
        assert!(InvoiceStatus::ALL.into_iter().all(|s| InvoiceStatus::from_code(s.code()) == Some(s)));
        assert!(Interval::ALL.into_iter().all(|i| Interval::from_code(i.code()) == Some(i)));
        assert_eq!(SubscriptionStatus::from_code("asleep"), None);
        let over: Vec<_> = SubscriptionStatus::ALL.into_iter().filter(|status| status.is_over()).collect();
        assert_eq!(over, [SubscriptionStatus::IncompleteExpired, SubscriptionStatus::Canceled]);
    }
}
