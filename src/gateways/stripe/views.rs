//! What is read of Stripe's objects: only the fields that become facts.

use super::{CHECKOUT, refused};
use crate::stripe_event;
use domain::{
    amount::{Currency, Money},
    money::{
        billing::{
            CardFacts, CardPayment, CardResult, ChangeCost, InvoiceFacts, InvoiceStatus, SessionResult,
            SubscriptionFacts, SubscriptionStatus,
        },
        payments::{PaymentError, WebhookEvent},
        sweep::ListedEvent,
    },
    time::Millis,
};
use miniserde::Deserialize;
use std::collections::BTreeMap;

/// An object of which only the id is needed.
#[derive(Deserialize)]
pub(super) struct Named {
    pub id: String,
}

/// A page of Stripe's to go to.
#[derive(Deserialize)]
pub(super) struct Address {
    pub url: String,
}

/// A list; which page of it is left to the caller.
#[derive(Deserialize)]
pub(super) struct Invoices {
    pub data: Vec<Invoice>,
}

#[derive(Deserialize)]
pub(super) struct Session {
    status: Option<String>,
    customer: Option<String>,
    client_reference_id: Option<String>,
    subscription: Option<String>,
    setup_intent: Option<Setup>,
}

#[derive(Deserialize)]
struct Setup {
    payment_method: Option<String>,
}

impl Session {
    pub fn result(self) -> SessionResult {
        SessionResult {
            complete: self.status.as_deref() == Some("complete"),
            customer: self.customer,
            reference: self.client_reference_id,
            subscription: self.subscription,
            card: self.setup_intent.and_then(|setup| setup.payment_method),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Subscription {
    id: String,
    customer: String,
    status: String,
    metadata: BTreeMap<String, String>,
    items: Items,
    trial_end: Option<i64>,
    cancel_at_period_end: bool,
    ended_at: Option<i64>,
    pause_collection: Option<Pause>,
    default_payment_method: Option<String>,
    latest_invoice: Option<String>,
}

#[derive(Deserialize)]
struct Items {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    price: Named,
    current_period_start: i64,
    current_period_end: i64,
}

/// Only that it is there counts.
#[derive(Deserialize)]
struct Pause {}

impl Subscription {
    /// # Errors
    /// `Refused` for one that was not made by us: ours have one item.
    pub fn facts(mut self) -> Result<SubscriptionFacts, PaymentError> {
        let item = self.items.data.pop().ok_or_else(|| refused("the subscription has no item"))?;
        Ok(SubscriptionFacts {
            reference: self.metadata.remove(CHECKOUT),
            // Fail closed: nobody enters by a state that this program does not know.
            status: SubscriptionStatus::from_code(&self.status).unwrap_or(SubscriptionStatus::Unpaid),
            id: self.id,
            customer: self.customer,
            price: item.price.id,
            item: item.id,
            period_start: millis(item.current_period_start),
            period_end: millis(item.current_period_end),
            trial_end: self.trial_end.map(millis),
            ends_with_period: self.cancel_at_period_end,
            ended_at: self.ended_at.map(millis),
            collection_paused: self.pause_collection.is_some(),
            paid_until: None,
            card: self.default_payment_method,
            latest_invoice: self.latest_invoice,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Invoice {
    id: String,
    customer: String,
    parent: Option<Parent>,
    status: Option<String>,
    currency: String,
    total: i64,
    amount_due: i64,
    amount_paid: i64,
    attempt_count: i64,
    next_payment_attempt: Option<i64>,
    payments: Option<Payments>,
    created: i64,
    lines: Option<InvoiceLines>,
}

#[derive(Deserialize)]
struct InvoiceLines {
    data: Vec<InvoiceLine>,
}

/// Negative if it gives something back.
#[derive(Deserialize)]
struct InvoiceLine {
    amount: i64,
    period: LinePeriod,
}

#[derive(Deserialize)]
struct LinePeriod {
    end: i64,
}

#[derive(Deserialize)]
struct Parent {
    subscription_details: Option<Origin>,
}

#[derive(Deserialize)]
struct Origin {
    subscription: String,
}

#[derive(Deserialize)]
struct Payments {
    data: Vec<InvoicePayment>,
}

#[derive(Deserialize)]
struct InvoicePayment {
    payment: Payment,
}

#[derive(Deserialize)]
struct Payment {
    payment_intent: Option<String>,
}

impl Invoice {
    /// # Errors
    /// `Refused` if it is in a currency that nothing is sold in.
    pub fn facts(self) -> Result<InvoiceFacts, PaymentError> {
        let ChangeCost { total, due } = self.cost()?;
        let status = self.status.as_deref().and_then(InvoiceStatus::from_code);
        let origin = self.parent.and_then(|parent| parent.subscription_details);
        let payments = self.payments.map_or_else(Vec::new, |payments| payments.data);
        let lines = self.lines.map_or_else(Vec::new, |lines| lines.data);
        let charges = lines.iter().filter(|line| line.amount >= 0);
        Ok(InvoiceFacts {
            id: self.id,
            customer: self.customer,
            subscription: origin.map(|origin| origin.subscription),
            // What this program does not know is not collected.
            status: status.unwrap_or(InvoiceStatus::Draft),
            total,
            due,
            paid: Money { minor: self.amount_paid, ..due },
            attempts: self.attempt_count,
            next_attempt: self.next_payment_attempt.map(millis),
            intent: payments.into_iter().find_map(|one| one.payment.payment_intent),
            created: millis(self.created),
            covers_until: charges.map(|line| millis(line.period.end)).max(),
        })
    }

    /// # Errors
    /// `Refused` if it is in a currency that nothing is sold in.
    pub fn cost(&self) -> Result<ChangeCost, PaymentError> {
        let currency: Currency = self.currency.parse().map_err(refused)?;
        let money = |minor| Money { minor, currency };
        Ok(ChangeCost { total: money(self.total), due: money(self.amount_due) })
    }
}

#[derive(Deserialize)]
pub(super) struct Method {
    id: String,
    customer: Option<String>,
    card: Option<Card>,
}

#[derive(Deserialize)]
struct Card {
    brand: String,
    last4: String,
    exp_month: i64,
    exp_year: i64,
}

impl Method {
    /// # Errors
    /// `Refused` for what is not a card.
    pub fn facts(self) -> Result<CardFacts, PaymentError> {
        let card = self.card.ok_or_else(|| refused("the payment method is not a card"))?;
        let Card { brand, last4, exp_month, exp_year } = card;
        Ok(CardFacts { id: self.id, customer: self.customer, brand, last4, exp_month, exp_year })
    }
}

#[derive(Deserialize)]
pub(super) struct Intent {
    id: String,
    status: String,
    next_action: Option<NextAction>,
    last_payment_error: Option<Failure>,
}

#[derive(Deserialize)]
struct NextAction {
    redirect_to_url: Option<Redirect>,
}

#[derive(Deserialize)]
struct Redirect {
    url: Option<String>,
}

#[derive(Deserialize)]
struct Failure {
    code: Option<String>,
    decline_code: Option<String>,
}

impl Intent {
    pub fn payment(self) -> CardPayment {
        let failure = self.last_payment_error.unwrap_or(Failure { code: None, decline_code: None });
        let result = match self.status.as_str() {
            "succeeded" => CardResult::Paid,
            "requires_action" => {
                let redirect = self.next_action.and_then(|action| action.redirect_to_url);
                CardResult::NeedsBuyer(redirect.and_then(|redirect| redirect.url))
            }
            "requires_payment_method" | "canceled"
                if failure.code.as_deref() == Some("authentication_required") =>
            {
                CardResult::NeedsBuyer(None)
            }
            "requires_payment_method" | "canceled" => {
                let reason = failure.decline_code.or(failure.code);
                CardResult::Declined(reason.unwrap_or_else(|| self.status.clone()))
            }
            // Includes states that this program does not know: asked about again.
            _ => CardResult::Processing,
        };
        CardPayment { intent: self.id, result }
    }
}

#[derive(Deserialize)]
pub(super) struct Events {
    pub data: Vec<Event>,
    pub has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    data: EventData,
}

#[derive(Deserialize)]
struct EventData {
    object: EventObject,
}

#[derive(Deserialize)]
struct EventObject {
    object: Option<String>,
    id: Option<String>,
}

impl Event {
    /// The same as what its webhook says.
    pub fn listed(self) -> ListedEvent {
        let about = self.data.object;
        let object = about.object.zip(about.id).and_then(|(kind, id)| stripe_event::named(&kind, &id));
        let event = WebhookEvent { id: self.id, kind: self.kind, object };
        ListedEvent { event, created: millis(self.created) }
    }
}

fn millis(seconds: i64) -> Millis {
    Millis(seconds.saturating_mul(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(status: &str, error: &str, action: &str) -> CardResult {
        let text = format!(
            r#"{{"id":"pi_1","status":"{status}","last_payment_error":{error},"next_action":{action}}}"#
        );
        miniserde::json::from_str::<Intent>(&text).expect(&text).payment().result
    }

    #[test]
    fn each_state_of_a_payment_has_a_result() {
        let asks = r#"{"redirect_to_url":{"url":"http://bank.example/"}}"#;
        let unknown_action = r#"{"type":"use_stripe_sdk"}"#;
        let sca = r#"{"code":"authentication_required","decline_code":"authentication_required"}"#;
        let poor = r#"{"code":"card_declined","decline_code":"insufficient_funds"}"#;
        let bare = r#"{"code":"card_declined"}"#;
        let declined = |reason: &str| CardResult::Declined(reason.to_owned());
        for (status, error, action, want) in [
            ("succeeded", "null", "null", CardResult::Paid),
            ("processing", "null", "null", CardResult::Processing),
            ("requires_action", "null", asks, CardResult::NeedsBuyer(Some("http://bank.example/".into()))),
            ("requires_action", "null", unknown_action, CardResult::NeedsBuyer(None)),
            ("requires_payment_method", sca, "null", CardResult::NeedsBuyer(None)),
            ("requires_payment_method", poor, "null", declined("insufficient_funds")),
            ("requires_payment_method", bare, "null", declined("card_declined")),
            ("requires_payment_method", "null", "null", declined("requires_payment_method")),
            ("canceled", "null", "null", declined("canceled")),
            ("dreaming", "null", "null", CardResult::Processing),
        ] {
            assert_eq!(intent(status, error, action), want, "{status} {error}");
        }
    }

    #[test]
    fn a_state_that_nobody_knows_lets_nobody_in() {
        let text = r#"{"id":"sub_1","customer":"cus_1","status":"dreaming","metadata":{"checkout":"c1"},
            "items":{"data":[{"id":"si_1","price":{"id":"price_1"},"current_period_start":1,"current_period_end":2}]},
            "cancel_at_period_end":false,"pause_collection":{"behavior":"void"}}"#;
        let facts = miniserde::json::from_str::<Subscription>(text).expect("read").facts().expect("ours");
        assert_eq!(facts.status, SubscriptionStatus::Unpaid);
        assert_eq!((facts.period_start, facts.period_end), (Millis(1000), Millis(2000)));
        assert_eq!((facts.reference.as_deref(), facts.collection_paused), (Some("c1"), true));
    }

    #[test]
    fn an_invoice_covers_what_it_charges_for_and_not_what_it_gives_back() {
        let line = |amount, end| format!(r#"{{"amount":{amount},"period":{{"start":1,"end":{end}}}}}"#);
        let covers = |lines: &[String]| {
            let text = format!(
                r#"{{"id":"in_1","customer":"cus_1","status":"paid","currency":"eur","total":500,"amount_due":500,
                "amount_paid":500,"attempt_count":1,"created":9,"lines":{{"data":[{}]}}}}"#,
                lines.join(",")
            );
            let facts = miniserde::json::from_str::<Invoice>(&text).expect(&text).facts().expect("ours");
            (facts.status, facts.covers_until)
        };
        for (lines, want) in [
            (vec![], None),
            (vec![line(500, 20)], Some(20_000)),
            // A trial costs nothing; a fee is over at once.
            (vec![line(0, 20), line(300, 1)], Some(20_000)),
            // From the year back to the month.
            (vec![line(-4500, 90), line(500, 20)], Some(20_000)),
            (vec![line(-4500, 90)], None),
        ] {
            assert_eq!(covers(&lines), (InvoiceStatus::Paid, want.map(Millis)), "{lines:?}");
        }
    }
}
