//! Disputes: a buyer's bank withdraws the money, or asks about it, and decides later.

use crate::{
    book::{
        Book, ids,
        records::{Change, Dispute, DisputeStatus},
    },
    rules::{
        error::ApiError,
        events,
        params::{self, Pairs},
    },
};
use std::collections::BTreeMap;

/// Opens a dispute of the payment of an intent.
///
/// # Errors
/// 400 if nothing was paid, or an earlier dispute is still open.
pub fn open(book: &mut Book, intent: &str, status: DisputeStatus, now: i64) -> Result<(), ApiError> {
    let found = book.intent(intent).ok_or_else(|| ApiError::no_such("payment_intent", intent))?;
    let charge = book.charge_of(found).filter(|charge| charge.paid);
    let charge = charge.ok_or_else(|| ApiError::state("Nothing was paid that could be disputed."))?;
    if book.disputes_of(intent).iter().any(|dispute| !decided(dispute.status)) {
        return Err(ApiError::state("This payment is disputed already."));
    }
    let dispute = Dispute {
        id: ids::dispute(),
        charge: charge.id.clone(),
        intent: intent.to_owned(),
        created: now,
        amount: charge.amount,
        currency: charge.currency.clone(),
        status,
        evidence: BTreeMap::new(),
        submitted: false,
        decided: None,
    };
    book.put(Change::Dispute(dispute.clone()));
    events::of_dispute(book, "charge.dispute.created", &dispute, now);
    Ok(())
}

/// Advances the open dispute of an intent.
///
/// # Errors
/// 400 if no dispute is open.
pub fn advance(book: &mut Book, intent: &str, status: DisputeStatus, now: i64) -> Result<(), ApiError> {
    let open = book.disputes_of(intent).into_iter().find(|dispute| !decided(dispute.status)).cloned();
    let open = open.ok_or_else(|| ApiError::state("No dispute of this payment is open."))?;
    let dispute = Dispute { status, decided: decided(status).then_some(now), ..open };
    book.put(Change::Dispute(dispute.clone()));
    let kind = if decided(status) { "charge.dispute.closed" } else { "charge.dispute.updated" };
    events::of_dispute(book, kind, &dispute, now);
    Ok(())
}

/// Texts that a shop may answer with, and the longest of them.
const FIELDS: [&str; 6] = [
    "access_activity_log",
    "customer_email_address",
    "customer_name",
    "product_description",
    "service_date",
    "uncategorized_text",
];
const LONGEST: usize = 20_000;

/// Takes the shop's evidence, as Stripe does: it is staged, or sent to the bank once.
///
/// # Errors
/// 404 for an unknown dispute; 400 for an unknown field, a text that is too long, or if it was answered or decided already.
pub fn answer(book: &mut Book, id: &str, pairs: &Pairs, now: i64) -> Result<Dispute, ApiError> {
    let mut dispute = book.dispute(id).ok_or_else(|| ApiError::no_such("dispute", id))?.clone();
    if dispute.submitted || decided(dispute.status) {
        return Err(ApiError::state("This dispute has already been answered or closed."));
    }
    let mut submit = true;
    for (name, value) in pairs {
        match params::segments(name).as_slice() {
            ["evidence", field] if FIELDS.contains(field) => {
                if value.chars().count() > LONGEST {
                    return Err(params::invalid(name, "is too long"));
                }
                dispute.evidence.insert((*field).to_owned(), value.clone());
            }
            ["submit"] => submit = value == "true",
            _ => return Err(ApiError::unknown(name)),
        }
    }
    if submit {
        dispute.submitted = true;
        if dispute.status == DisputeStatus::NeedsResponse {
            dispute.status = DisputeStatus::UnderReview;
        }
    }
    book.put(Change::Dispute(dispute.clone()));
    events::of_dispute(book, "charge.dispute.updated", &dispute, now);
    Ok(dispute)
}

fn decided(status: DisputeStatus) -> bool {
    matches!(status, DisputeStatus::Won | DisputeStatus::Lost | DisputeStatus::WarningClosed)
}
