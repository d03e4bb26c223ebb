//! Stripe's objects as JSON, with every published field that we have a value for.

use crate::{
    book::{
        Book,
        records::{
            Charge, Dispute, DisputeStatus, Intent, IntentStatus, Mode, Refund, Session, SessionStatus,
        },
    },
    rules::{balance, billing},
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
    /// The charge's balance transaction.
    pub balance: bool,
    /// The charge's refunds.
    pub refunds: bool,
    pub setup: bool,
}

/// The URL of a session's pay page.
pub fn pay_url(site: &str, session: &Session) -> String {
    format!("{site}/pay/{}", session.id)
}

pub fn session(book: &Book, session: &Session, expand: Expand) -> Value {
    let payment_intent = match book.intent_of(session) {
        Some(found) if expand.intent => {
            let mut object = intent(book, found, expand.charge);
            balance::embed(book, found, expand, &mut object);
            object
        }
        Some(found) => json!(found.id),
        None => Value::Null,
    };
    let setup_intent = session.setup.as_deref().map(|id| match book.billing().setups.get(id) {
        Some(found) if expand.setup => billing::objects::setup(found),
        _ => json!(id),
    });
    let open = session.status == SessionStatus::Open;
    let charged = session.mode != Mode::Setup;
    let known = json!({
        "id": session.id,
        "amount_subtotal": charged.then(|| session.subtotal()),
        "amount_total": charged.then(|| session.amount()),
        "cancel_url": session.cancel_url,
        "client_reference_id": session.reference,
        "created": session.created,
        "currency": session.currency,
        "customer": session.customer,
        "customer_details": session.email.as_deref().map(customer),
        "customer_email": session.email,
        "expires_at": session.expires_at,
        "invoice": session.invoice,
        "metadata": session.metadata,
        "mode": session.mode,
        "payment_intent": payment_intent,
        "payment_status": payment_status(book, session),
        "setup_intent": setup_intent,
        "status": session.status,
        "subscription": session.subscription,
        "success_url": session.success_url,
        "total_details": {"amount_discount": session.discount, "amount_shipping": 0, "amount_tax": 0},
        "url": open.then(|| pay_url(&book.site, session)),
    });
    filled(&BLANK_SESSION, known)
}

fn payment_status(book: &Book, session: &Session) -> &'static str {
    let done = session.status == SessionStatus::Complete;
    match session.mode {
        Mode::Payment => {
            let intent = book.intent_of(session);
            let paid = intent.is_some_and(|intent| intent.status == IntentStatus::Succeeded);
            if paid { "paid" } else { "unpaid" }
        }
        Mode::Setup => "no_payment_required",
        Mode::Subscription if !done => "unpaid",
        Mode::Subscription if session.amount() == 0 => "no_payment_required",
        Mode::Subscription => "paid",
    }
}

fn customer(email: &str) -> Value {
    json!({
        "address": null, "business_name": null, "email": email, "individual_name": null, "name": null, "phone": null,
        "tax_exempt": "none", "tax_ids": null,
    })
}

/// A payment intent. Its latest charge is embedded if `expanded`, else only its id.
pub fn intent(book: &Book, intent: &Intent, expanded: bool) -> Value {
    let charged = book.charge_of(intent);
    let refused = !matches!(intent.status, IntentStatus::Succeeded | IntentStatus::RequiresAction)
        && (intent.decline.is_some() || charged.is_some_and(|charge| !charge.paid));
    let asks = intent.status == IntentStatus::RequiresAction;
    let next_action = asks.then(|| {
        let url = format!("{}/bank/{}", book.site, intent.id);
        json!({"type": "redirect_to_url", "redirect_to_url": {"return_url": intent.return_url, "url": url}})
    });
    let latest_charge = match book.charge_of(intent) {
        Some(found) if expanded => charge(book, found),
        found => json!(found.map(|charge| &charge.id)),
    };
    let received = if intent.status == IntentStatus::Succeeded { intent.amount } else { 0 };
    let known = json!({
        "id": intent.id,
        "amount": intent.amount,
        "amount_received": received,
        "automatic_payment_methods": intent.automatic.then(|| json!({"allow_redirects": "always", "enabled": true})),
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.canceled_at.map(|_| "automatic"),
        "client_secret": intent.secret,
        "created": intent.created,
        "currency": intent.currency,
        "description": intent.description,
        "customer": intent.customer,
        "last_payment_error": refused.then(|| card_error(intent)),
        "latest_charge": latest_charge,
        "metadata": intent.metadata,
        "next_action": next_action,
        "payment_method": intent.method,
        "setup_future_usage": intent.saves_card.then_some("off_session"),
        "status": intent.status,
    });
    filled(&BLANK_INTENT, known)
}

fn card_error(intent: &Intent) -> Value {
    let reason = intent.decline.as_deref().unwrap_or("generic_decline");
    let code = match reason {
        "expired_card" | "incorrect_number" | "authentication_required" => reason,
        _ => "card_declined",
    };
    json!({
        "type": "card_error",
        "code": code,
        "decline_code": reason,
        "advice_code": "try_again_later",
        "charge": intent.latest_charge,
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
        "balance_transaction": balance::of_charge(charge).map(|of| of.id),
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
        "balance_transaction": balance::of_refund(refund).id,
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
    let now = dispute.decided.unwrap_or(dispute.created);
    let transactions: Vec<_> =
        balance::of_dispute(dispute).iter().map(|of| balance::object(of, now)).collect();
    let refundable =
        matches!(dispute.status, DisputeStatus::WarningNeedsResponse | DisputeStatus::WarningClosed);
    let mut evidence = BLANK_DISPUTE["evidence"].clone();
    for (name, text) in &dispute.evidence {
        evidence[name] = text.as_str().into();
    }
    let known = json!({
        "id": dispute.id,
        "amount": dispute.amount,
        "balance_transactions": transactions,
        "charge": dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency,
        "evidence": evidence,
        "evidence_details": {
            "due_by": null,
            "has_evidence": !dispute.evidence.is_empty(),
            "past_due": false,
            "submission_count": u8::from(dispute.submitted),
            "enhanced_eligibility": {},
        },
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
