//! Stripe's objects as JSON, with every published field that we have a value for.

use crate::book::{
    Book,
    records::{Charge, Dispute, DisputeStatus, Intent, IntentStatus, Refund, Session, SessionStatus},
};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// The fields that are equal in all objects created here.
static BLANK_SESSION: LazyLock<Value> = LazyLock::new(|| blank(include_str!("blank_session.json")));
static BLANK_INTENT: LazyLock<Value> = LazyLock::new(|| blank(include_str!("blank_intent.json")));
static BLANK_CHARGE: LazyLock<Value> = LazyLock::new(|| blank(include_str!("blank_charge.json")));
static BLANK_REFUND: LazyLock<Value> = LazyLock::new(|| blank(include_str!("blank_refund.json")));
static BLANK_DISPUTE: LazyLock<Value> = LazyLock::new(|| blank(include_str!("blank_dispute.json")));

fn blank(text: &str) -> Value {
    serde_json::from_str(text).expect("the blank objects are JSON")
}

/// The message to the buyer when the stand-in's bank declines.
const DECLINED: &str = "Your card was declined.";

/// Which objects the caller wants embedded in a session instead of only their id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expand {
    pub intent: bool,
    /// The latest charge of the intent.
    pub charge: bool,
}

/// The URL of a session's pay page.
pub fn pay_url(site: &str, session: &Session) -> String {
    format!("{site}/pay/{}", session.id)
}

pub fn session(book: &Book, session: &Session, expand: Expand) -> Value {
    let payment_intent = match book.intent_of(session) {
        Some(found) if expand.intent => intent(book, found, expand.charge),
        Some(found) => json!(found.id),
        None => Value::Null,
    };
    let open = session.status == SessionStatus::Open;
    let succeeded = book.intent_of(session).is_some_and(|intent| intent.status == IntentStatus::Succeeded);
    let paid = if succeeded { "paid" } else { "unpaid" };
    let known = json!({
        "id": session.id,
        "amount_subtotal": session.amount(),
        "amount_total": session.amount(),
        "cancel_url": session.cancel_url,
        "client_reference_id": session.reference,
        "created": session.created,
        "currency": session.currency,
        "customer_details": session.email.as_deref().map(customer),
        "customer_email": session.email,
        "expires_at": session.expires_at,
        "metadata": session.metadata,
        "payment_intent": payment_intent,
        "payment_status": paid,
        "status": session.status,
        "success_url": session.success_url,
        "url": open.then(|| pay_url(&book.site, session)),
    });
    filled(&BLANK_SESSION, known)
}

fn customer(email: &str) -> Value {
    json!({
        "address": null, "business_name": null, "email": email, "individual_name": null, "name": null, "phone": null,
        "tax_exempt": "none", "tax_ids": null,
    })
}

/// A payment intent. Its latest charge is embedded if `expanded`, else only its id.
pub fn intent(book: &Book, intent: &Intent, expanded: bool) -> Value {
    let refused = book.charge_of(intent).filter(|charge| !charge.paid);
    let latest_charge = match book.charge_of(intent) {
        Some(found) if expanded => charge(book, found),
        found => json!(found.map(|charge| &charge.id)),
    };
    let received = if intent.status == IntentStatus::Succeeded { intent.amount } else { 0 };
    let known = json!({
        "id": intent.id,
        "amount": intent.amount,
        "amount_received": received,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.canceled_at.map(|_| "automatic"),
        "created": intent.created,
        "currency": intent.currency,
        "description": intent.description,
        "last_payment_error": refused.map(card_error),
        "latest_charge": latest_charge,
        "metadata": intent.metadata,
        "status": intent.status,
    });
    filled(&BLANK_INTENT, known)
}

fn card_error(charge: &Charge) -> Value {
    json!({
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "generic_decline",
        "advice_code": "try_again_later",
        "charge": charge.id,
        "doc_url": "https://stripe.com/docs/error-codes/card-declined",
        "message": DECLINED,
    })
}

pub fn charge(book: &Book, charge: &Charge) -> Value {
    let captured = if charge.paid { charge.amount } else { 0 };
    let known = json!({
        "id": charge.id,
        "amount": charge.amount,
        "amount_captured": captured,
        "amount_refunded": charge.refunded,
        "captured": charge.paid,
        "created": charge.created,
        "currency": charge.currency,
        "disputed": !book.disputes_of(&charge.intent).is_empty(),
        "metadata": book.intent(&charge.intent).map(|intent| &intent.metadata),
        "paid": charge.paid,
        "payment_intent": charge.intent,
        "refunded": charge.refunded >= charge.amount,
        "status": if charge.paid { "succeeded" } else { "failed" },
    });
    filled(&BLANK_CHARGE, known)
}

pub fn refund(refund: &Refund) -> Value {
    let known = json!({
        "id": refund.id,
        "amount": refund.amount,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "failure_reason": refund.failed.then_some("expired_or_canceled_card"),
        "metadata": refund.metadata,
        "payment_intent": refund.intent,
        "reason": refund.reason,
        "status": if refund.failed { "failed" } else { "succeeded" },
    });
    let mut object = filled(&BLANK_REFUND, known);
    if !refund.failed
        && let Value::Object(fields) = &mut object
    {
        fields.remove("failure_reason");
    }
    object
}

pub fn dispute(dispute: &Dispute) -> Value {
    let refundable =
        matches!(dispute.status, DisputeStatus::WarningNeedsResponse | DisputeStatus::WarningClosed);
    let known = json!({
        "id": dispute.id,
        "amount": dispute.amount,
        "charge": dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency,
        "is_charge_refundable": refundable,
        "payment_intent": dispute.intent,
        "status": dispute.status,
    });
    filled(&BLANK_DISPUTE, known)
}

/// A list in Stripe's format; everything is on one page.
pub fn list(url: &str, data: Vec<Value>) -> Value {
    json!({"object": "list", "data": data, "has_more": false, "url": url})
}

fn filled(blank: &Value, known: Value) -> Value {
    let mut object = blank.clone();
    if let (Value::Object(object), Value::Object(known)) = (&mut object, known) {
        object.extend(known);
    }
    object
}
