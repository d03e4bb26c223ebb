//! The rules of sessions: each is one transaction on the [`Book`]. Times are seconds since the Unix epoch.

pub mod balance;
pub mod billing;
pub mod disputes;
pub mod error;
pub mod events;
pub mod objects;
pub mod params;
pub mod refunds;
pub mod url;

use crate::{
    book::{
        Book, ids,
        records::{Change, Charge, Intent, IntentStatus, Mode, Session, SessionStatus},
    },
    rules::{
        error::ApiError,
        params::{NewSession, Pairs},
    },
};

/// The lifetime of a session in seconds unless another one is requested: a day.
const DEFAULT_LIFETIME: i64 = 24 * 3600;

/// Creates a session from its parameters.
///
/// # Errors
/// What Stripe refuses, and what the stand-in does not know.
pub fn open(book: &mut Book, pairs: &Pairs, now: i64) -> Result<Session, ApiError> {
    let new = billing::checkout::resolve(book, params::read(pairs)?, now)?;
    params::check(&new, now)?;
    Ok(create(book, new, now))
}

fn create(book: &mut Book, new: NewSession, now: i64) -> Session {
    let session = Session {
        id: ids::session(),
        created: now,
        expires_at: new.expires_at.unwrap_or(now + DEFAULT_LIFETIME),
        status: SessionStatus::Open,
        currency: new.currency,
        items: new.items,
        reference: new.reference,
        email: new.email,
        success_url: new.success_url,
        cancel_url: new.cancel_url,
        metadata: new.metadata,
        intent_metadata: new.intent_metadata,
        intent_description: new.intent_description,
        mode: new.mode,
        customer: new.customer,
        saves_card: new.saves_card,
        trial_days: new.trial_days,
        coupon: new.coupon,
        promotion: new.promotion,
        discount: new.discount,
        made_metadata: new.made_metadata,
        ..Session::default()
    };
    book.put(Change::Session(session.clone()));
    session
}

/// Expires all open sessions whose time is over.
pub fn sweep(book: &mut Book, now: i64) {
    book.now = now;
    for id in book.lapsed(now) {
        if let Some(session) = book.session(&id).cloned() {
            close(book, session, now);
        }
    }
    // And what has become due beside them.
    billing::sweep(book, now);
}

/// Expires a session on request.
///
/// # Errors
/// 404 for an unknown session, 400 for one that is not open.
pub fn expire(book: &mut Book, id: &str, now: i64) -> Result<(), ApiError> {
    let session = book.session(id).cloned().ok_or_else(|| ApiError::no_such("checkout.session", id))?;
    if session.status != SessionStatus::Open {
        return Err(ApiError::state("Only Checkout Sessions with a status of open can be expired."));
    }
    close(book, session, now);
    Ok(())
}

fn close(book: &mut Book, mut session: Session, now: i64) {
    if let Some(intent) = book.intent_of(&session).cloned() {
        let intent = Intent { status: IntentStatus::Canceled, canceled_at: Some(now), ..intent };
        book.put(Change::Intent(intent.clone()));
        events::of_intent(book, "payment_intent.canceled", &intent, now);
    }
    session.status = SessionStatus::Expired;
    book.put(Change::Session(session.clone()));
    events::of_session(book, "checkout.session.expired", &session, now);
}

/// Takes the money, unless the session is not open: a second click finds it complete and charges nothing.
pub fn pay(book: &mut Book, id: &str, now: i64) {
    let Some((mut session, intent)) = attempt(book, id, now) else { return };
    let intent = charge(book, intent, true, now);
    session.status = SessionStatus::Complete;
    session.asks = false;
    session.intent = Some(intent.id.clone());
    book.put(Change::Session(session.clone()));
    events::of_intent(book, "payment_intent.succeeded", &intent, now);
    events::of_session(book, "checkout.session.completed", &session, now);
}

/// The bank declines: the session stays open for another attempt.
pub fn decline(book: &mut Book, id: &str, reason: &str, now: i64) {
    let Some((mut session, mut intent)) = attempt(book, id, now) else { return };
    intent.decline = Some(reason.to_owned());
    let intent = charge(book, intent, false, now);
    session.asks = false;
    session.intent = Some(intent.id.clone());
    book.put(Change::Session(session));
    events::of_intent(book, "payment_intent.payment_failed", &intent, now);
}

/// Pays by a slow method: the session is complete, and the bank's answer comes later.
pub fn delay(book: &mut Book, id: &str, now: i64) {
    let Some((mut session, intent)) = attempt(book, id, now) else { return };
    let intent = Intent { status: IntentStatus::Processing, latest_charge: None, ..intent };
    book.put(Change::Intent(intent.clone()));
    session.status = SessionStatus::Complete;
    session.intent = Some(intent.id.clone());
    book.put(Change::Session(session.clone()));
    events::of_intent(book, "payment_intent.processing", &intent, now);
    events::of_session(book, "checkout.session.completed", &session, now);
}

/// The bank's answer on a slow payment.
///
/// # Errors
/// 400 if no slow payment is in progress.
pub fn arrive(book: &mut Book, id: &str, paid: bool, now: i64) -> Result<(), ApiError> {
    let session = book.session(id).cloned().ok_or_else(|| ApiError::no_such("checkout.session", id))?;
    let intent = book.intent_of(&session).filter(|intent| intent.status == IntentStatus::Processing).cloned();
    let mut intent =
        intent.ok_or_else(|| ApiError::state("No slow payment is on its way for this session."))?;
    intent.status = IntentStatus::RequiresPaymentMethod;
    let intent = charge(book, intent, paid, now);
    let (of_intent, of_session) = match paid {
        true => ("payment_intent.succeeded", "checkout.session.async_payment_succeeded"),
        false => ("payment_intent.payment_failed", "checkout.session.async_payment_failed"),
    };
    events::of_intent(book, of_intent, &intent, now);
    events::of_session(book, of_session, &session, now);
    Ok(())
}

/// An open session in mode `payment` with its intent, which the first attempt to pay creates.
fn attempt(book: &Book, id: &str, now: i64) -> Option<(Session, Intent)> {
    let session = book.session(id).filter(|session| session.status == SessionStatus::Open)?.clone();
    if session.mode != Mode::Payment {
        return None;
    }
    let intent = book.intent_of(&session).cloned().unwrap_or_else(|| Intent {
        id: ids::intent(),
        created: now,
        status: IntentStatus::RequiresPaymentMethod,
        amount: session.amount(),
        currency: session.currency.clone(),
        description: session.intent_description.clone(),
        metadata: session.intent_metadata.clone(),
        customer: session.customer.clone(),
        ..Intent::default()
    });
    let intent = Intent { method: session.card.clone(), decline: None, ..intent };
    Some((session, intent))
}

pub fn charge(book: &mut Book, mut intent: Intent, paid: bool, now: i64) -> Intent {
    let charge = Charge {
        id: ids::charge(),
        intent: intent.id.clone(),
        created: now,
        amount: intent.amount,
        currency: intent.currency.clone(),
        paid,
        refunded: 0,
    };
    intent.latest_charge = Some(charge.id.clone());
    if paid {
        intent.status = IntentStatus::Succeeded;
    }
    book.put(Change::Charge(charge));
    book.put(Change::Intent(intent.clone()));
    intent
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
