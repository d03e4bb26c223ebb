//! Disputes: a buyer's bank withdraws the money, or asks about it, and decides later.

use crate::{
    book::{
        Book, ids,
        records::{Change, Dispute, DisputeStatus},
    },
    rules::{error::ApiError, events},
};

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
    let dispute = Dispute { status, ..open };
    book.put(Change::Dispute(dispute.clone()));
    let kind = if decided(status) { "charge.dispute.closed" } else { "charge.dispute.updated" };
    events::of_dispute(book, kind, &dispute, now);
    Ok(())
}

fn decided(status: DisputeStatus) -> bool {
    matches!(status, DisputeStatus::Won | DisputeStatus::Lost | DisputeStatus::WarningClosed)
}
