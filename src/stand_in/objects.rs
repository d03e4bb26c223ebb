//! Stripe's objects as JSON, with every field that the published description has and we have a value for.

use crate::{
    book::Book,
    records::{Charge, Intent, IntentStatus, Session, SessionStatus},
};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// The fields that are the same in each object that is made here.
static BLANK_SESSION: LazyLock<Value> = LazyLock::new(|| blank(include_str!("blank_session.json")));
static BLANK_INTENT: LazyLock<Value> = LazyLock::new(|| blank(include_str!("blank_intent.json")));

fn blank(text: &str) -> Value {
    serde_json::from_str(text).expect("the blank objects are JSON")
}

/// What a buyer is told when the stand-in's bank says no.
const DECLINED: &str = "Your card was declined.";

/// The address of a session's pay page.
pub fn pay_url(site: &str, session: &Session) -> String {
    format!("{site}/pay/{}", session.id)
}

/// A checkout session; its intent whole if `expanded`, else by its id.
pub fn session(book: &Book, session: &Session, expanded: bool) -> Value {
    let payment_intent = match book.intent_of(session) {
        Some(found) if expanded => intent(book, found),
        Some(found) => json!(found.id),
        None => Value::Null,
    };
    let open = session.status == SessionStatus::Open;
    let paid = if session.status == SessionStatus::Complete { "paid" } else { "unpaid" };
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

pub fn intent(book: &Book, intent: &Intent) -> Value {
    let refused = book.charge_of(intent).filter(|charge| !charge.paid);
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
        "latest_charge": intent.latest_charge,
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

fn filled(blank: &Value, known: Value) -> Value {
    let mut object = blank.clone();
    if let (Value::Object(object), Value::Object(known)) = (&mut object, known) {
        object.extend(known);
    }
    object
}
