//! Refunds: those the shop requests, and those that later fail at the buyer's bank.

use crate::{
    book::{
        Book, ids,
        records::{Change, Charge, DisputeStatus, Refund},
    },
    rules::{
        error::ApiError,
        events,
        params::{self, Pairs},
    },
};
use std::collections::BTreeMap;

/// A requested refund. Without an amount it refunds everything that is left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRefund {
    pub intent: String,
    pub amount: Option<i64>,
    pub reason: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

/// Parses the form of `POST /v1/refunds`.
///
/// # Errors
/// 400 with the parameter that is missing, wrong or unknown.
pub fn new_refund(pairs: &Pairs) -> Result<NewRefund, ApiError> {
    let mut new = NewRefund::default();
    for (name, value) in pairs {
        match params::segments(name).as_slice() {
            ["payment_intent"] => new.intent.clone_from(value),
            ["amount"] => new.amount = Some(params::integer(name, value)?),
            ["reason"] => match value.as_str() {
                "duplicate" | "fraudulent" | "requested_by_customer" => new.reason = Some(value.clone()),
                _ => return Err(params::invalid("reason", "is not one that Stripe knows")),
            },
            ["metadata", key] => drop(new.metadata.insert((*key).to_owned(), value.clone())),
            _ => return Err(ApiError::unknown(name)),
        }
    }
    if new.intent.is_empty() { Err(ApiError::missing("payment_intent")) } else { Ok(new) }
}

/// Refunds as Stripe does: never more than was paid, and nothing that the bank has already withdrawn.
///
/// # Errors
/// 404 for an unknown intent; 400 if nothing was paid, everything was refunded, or its charge is disputed.
pub fn create(book: &mut Book, new: NewRefund, now: i64) -> Result<Refund, ApiError> {
    let intent = book.intent(&new.intent).ok_or_else(|| ApiError::no_such("payment_intent", &new.intent))?;
    let charge = book.charge_of(intent).filter(|charge| charge.paid).cloned();
    let charge = charge
        .ok_or_else(|| ApiError::state("This PaymentIntent does not have a successful charge to refund."))?;
    let disputed = |status| {
        matches!(status, DisputeStatus::NeedsResponse | DisputeStatus::UnderReview | DisputeStatus::Lost)
    };
    if book.disputes_of(&new.intent).iter().any(|dispute| disputed(dispute.status)) {
        return Err(ApiError::param(
            "charge_disputed",
            "charge",
            "The charge is disputed and cannot be refunded.",
        ));
    }
    let left = charge.amount - charge.refunded;
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return Err(ApiError::param("charge_already_refunded", "charge", message));
    }
    let amount = new.amount.unwrap_or(left);
    if !(1..=left).contains(&amount) {
        return Err(params::invalid("amount", &format!("must be between 1 and {left}")));
    }
    let refund = Refund {
        id: ids::refund(),
        charge: charge.id.clone(),
        intent: new.intent,
        created: now,
        amount,
        currency: charge.currency.clone(),
        failed: false,
        failed_at: None,
        reason: new.reason,
        metadata: new.metadata,
    };
    let charge = Charge { refunded: charge.refunded + amount, ..charge };
    book.put(Change::Charge(charge.clone()));
    book.put(Change::Refund(refund.clone()));
    events::of_refund(book, "refund.created", &refund, now);
    events::of_charge(book, "charge.refunded", &charge, now);
    Ok(refund)
}

/// The buyer's bank returns the last refund of an intent.
///
/// # Errors
/// 400 if no refund has succeeded.
pub fn fail(book: &mut Book, intent: &str, now: i64) -> Result<(), ApiError> {
    let last =
        book.refunds().filter(|refund| refund.intent == intent && !refund.failed).max_by_key(|r| r.created);
    let refund = last.cloned().ok_or_else(|| ApiError::state("There is no refund that could fail."))?;
    let charge =
        book.charge(&refund.charge).cloned().ok_or_else(|| ApiError::no_such("charge", &refund.charge))?;
    let refund = Refund { failed: true, failed_at: Some(now), ..refund };
    let refunded = charge.refunded - refund.amount;
    book.put(Change::Charge(Charge { refunded, ..charge }));
    book.put(Change::Refund(refund.clone()));
    events::of_refund(book, "refund.updated", &refund, now);
    events::of_refund(book, "refund.failed", &refund, now);
    Ok(())
}
