//! Writes the provider's state of a payment to our rows: order, purchase, grant and follow-up jobs in one transaction.

use crate::{
    access::{
        grants::{self, GrantMove},
        stock,
    },
    db::{
        connections::Tx,
        sql::{args, statements},
    },
    money::{
        back::show_refunds, buying::gifts, checkouts, ledger, promos, purchases, purchases::Purchase,
        subscriptions,
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    id::*,
    money::{
        checkout::{Checkout, OrderEnd, Payment},
        jobs::{RefundPayment, SendReceipt, SendRefundFailure, SendRefundNotice},
        ledger::FeeShare,
        payments::{Dispute, ProviderSession},
        settlement::{Hold, Known, RefundReason, SettlementChange, decide, hold_after, may_become_grant},
    },
    time::{Millis, Span},
};

statements! {
    /// Fails if another state was applied after the current one was fetched.
    ADVANCE = "UPDATE checkouts SET version = version + 1 WHERE id = $1 AND version = $2";
    PROCESSING = "UPDATE checkouts SET processing_since = $2, next_request = NULL
        WHERE id = $1 AND state = 'paying' AND processing_since IS NULL";
    /// Also applies to an order that was cancelled, because the money has arrived.
    SETTLE = "UPDATE checkouts SET state = 'paid', settled_at = $2, client_secret = NULL, next_request = NULL
        WHERE id = $1 AND state <> 'paid'";
}

/// The result of applying a provider's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Whether anything was written.
    pub changed: bool,
    pub payment: Option<Payment>,
    /// Why an unpaid order ended, if it did not just run out.
    pub order_end: Option<OrderEnd>,
    /// The amount refunded so far in minor units, if it changed.
    pub refunded: Option<i64>,
    /// The buyer's bank returned a refund: less was refunded than we had recorded.
    pub refund_failed: bool,
    pub dispute: Option<Dispute>,
    /// Whether the buyer got the pass.
    pub granted: bool,
    /// The money is refunded automatically.
    pub refund: Option<RefundReason>,
    /// A grant that no longer admits its holder: end what is open through it.
    pub ended: Option<GrantId>,
    /// The same, until the bank has decided about a dispute.
    pub suspended: Option<GrantId>,
    /// Whose grant that is: of a gift, its receiver.
    pub holder: Option<AccountId>,
    /// How many sets were written to the ledger.
    pub booked: usize,
}

impl Tx<'_> {
    /// Applies the provider's state `found` to an order that was read before the state was fetched, and writes to the ledger what
    /// the payment has moved. `share` is the platform's part of a new payment. There is something to commit only if the result
    /// says [`Applied::changed`].
    ///
    /// # Errors
    /// `Conflict("session")`, `Conflict("reference")` or `Conflict("amount")` if the session does not belong to this
    /// order; then none of it is trusted. `Conflict("older")` if another state was applied meanwhile: read and fetch
    /// again.
    pub async fn apply_payment(
        &mut self,
        order: &Checkout,
        found: &ProviderSession,
        share: FeeShare,
        now: Millis,
    ) -> Result<Applied, StoreError> {
        check_ownership(order, found)?;
        let before = purchases::of_checkout(self, order.id).await?;
        let known = Known {
            payment: order.state,
            refunded: before.as_ref().map_or(0, |purchase| purchase.refunded),
            dispute: before.as_ref().and_then(|purchase| purchase.dispute),
        };
        let change = decide(known, found);
        if change.is_nothing() && !self.is_unwritten(before.as_ref(), found).await? {
            return Ok(Applied::default());
        }
        if change.payment == Some(Payment::Paid) || may_reopen(order, known, &change) {
            // Before the order's row, as whoever opens an order does: money that comes after its seat was freed takes another one, and
            // what opens again is counted by whoever wants the last one.
            self.lock_space_of_pass(order.pass).await?;
        }
        if self.run(ADVANCE, args![order.id, order.version]).await? == 0 {
            return Err(StoreError::Conflict("older"));
        }
        // The terms may have changed since the order was read.
        let order = checkouts::by_id(self, order.id).await?;
        let mut applied = Applied { changed: true, payment: change.payment, ..Applied::default() };
        match change.payment {
            Some(Payment::Paid) => settle(self, &order, found, share, now, &mut applied).await?,
            Some(Payment::Processing) => only(self.run(PROCESSING, args![order.id, now]).await?)?,
            Some(end) => {
                applied.order_end = order.ended_by(now).filter(|_| end == Payment::Expired);
                let ended = checkouts::end(self, order.id, end, applied.order_end, now).await?;
                only(u64::from(ended.is_some()))?;
            }
            None => {}
        }
        if change.refunded.is_some() || change.dispute.is_some() {
            let after = known_after(known, &change);
            let owed = before.as_ref().is_some_and(|purchase| purchase.refund_reason.is_some());
            move_money(self, &order, (known, after), owed, now).await?;
            let hold = hold_after(order.amount.minor, after.refunded, after.dispute);
            if let Some((moved, holder)) = gifts::set_hold(self, &order, hold, now).await? {
                applied.holder = Some(holder);
                match moved {
                    GrantMove::Ended(grant) => applied.ended = Some(grant),
                    GrantMove::Suspended(grant) => applied.suspended = Some(grant),
                    GrantMove::Opened => {}
                }
            }
            if let Hold::Revoked(_) = hold {
                let lost = after.dispute == Some(Dispute::Lost);
                let kept = subscriptions::end_unpaid(self, order.purchase, lost, now).await?;
                applied.ended = applied.ended.or(kept);
            }
            (applied.refunded, applied.dispute) = (change.refunded, change.dispute);
            applied.refund_failed = after.refunded < known.refunded;
        }
        applied.booked = self.book(order.id, found, now).await?;
        Ok(applied)
    }

    /// Whether the payment has moved something that is not in the ledger.
    async fn is_unwritten(
        &mut self,
        purchase: Option<&Purchase>,
        found: &ProviderSession,
    ) -> Result<bool, StoreError> {
        match purchase {
            Some(purchase) => Ok(!ledger::unwritten(self, purchase, &found.movements).await?.1.is_empty()),
            None => Ok(false),
        }
    }

    /// Writes to the ledger what is not in it. Returns the number of sets.
    async fn book(
        &mut self,
        order: CheckoutId,
        found: &ProviderSession,
        now: Millis,
    ) -> Result<usize, StoreError> {
        let Some(purchase) = purchases::of_checkout(self, order).await? else { return Ok(0) };
        let (team, sets) = ledger::unwritten(self, &purchase, &found.movements).await?;
        ledger::write_all(self, team, &purchase, &sets, now).await?;
        Ok(sets.len())
    }
}

/// What is known of the money once a change is applied.
fn known_after(known: Known, change: &SettlementChange) -> Known {
    Known {
        payment: Payment::Paid,
        refunded: change.refunded.unwrap_or(known.refunded),
        dispute: change.dispute.or(known.dispute),
    }
}

/// Whether a pass that has ended opens again: a refund came back, or a dispute was won. It does so although none may be left.
fn may_reopen(order: &Checkout, known: Known, change: &SettlementChange) -> bool {
    let after = known_after(known, change);
    let moves = change.refunded.is_some() || change.dispute.is_some();
    moves && !matches!(hold_after(order.amount.minor, after.refunded, after.dispute), Hold::Revoked(_))
}

/// Records refunded and returned amounts, and enqueues what follows. `owed`: the whole amount was to be refunded.
async fn move_money(
    tx: &mut Tx<'_>,
    order: &Checkout,
    (known, after): (Known, Known),
    owed: bool,
    now: Millis,
) -> Result<(), StoreError> {
    let (purchase, version) = (order.purchase, order.version);
    purchases::mirror(tx, purchase, &after).await?;
    if after.refunded > known.refunded {
        purchases::mark_refund_failure(tx, purchase, None).await?;
        let whole = after.refunded >= order.amount.minor;
        let told = whole && show_refunds::is_told(tx, purchase).await?;
        match whole {
            // The mail about the cancelled show has said it.
            true if told => {}
            true => {
                let key = format!("refund-notice:{purchase}:{version}");
                jobs::enqueue(tx, &SendRefundNotice { purchase }, Some(&key), now).await?;
            }
            false => tell_of_a_part(tx, purchase, now).await?,
        }
    } else if after.refunded < known.refunded {
        purchases::mark_refund_failure(tx, purchase, Some(now)).await?;
        let key = format!("refund-failure:{purchase}:{version}");
        jobs::enqueue(tx, &SendRefundFailure { purchase }, Some(&key), now).await?;
    }
    // The bank held the money during the dispute. A refund that was due can now be made.
    if after.dispute == Some(Dispute::Won) && known.dispute != after.dispute && owed {
        let key = format!("{}:won", refund_key(purchase));
        jobs::enqueue(tx, &RefundPayment { purchase }, Some(&key), now).await?;
    } else if after.dispute == Some(Dispute::Won) && known.dispute != after.dispute {
        // Nor could one for a show that was called off meanwhile.
        show_refunds::refund_late(tx, order, now).await?;
    }
    Ok(())
}

/// The first part within an hour is told at once; those after it together, when the hour is over: the mail names their sum.
async fn tell_of_a_part(tx: &mut Tx<'_>, purchase: PurchaseId, now: Millis) -> Result<(), StoreError> {
    let (hour, mail) = (now.0.div_euclid(Span::hours(1).0), SendRefundNotice { purchase });
    let key = format!("refund-notice:{purchase}:hour:{hour}");
    if jobs::enqueue(tx, &mail, Some(&key), now).await?.is_none() {
        let next = Millis((hour + 1) * Span::hours(1).0);
        jobs::enqueue(tx, &mail, Some(&format!("{key}:rest")), next).await?;
    }
    Ok(())
}

/// Records a payment: a purchase, and either the grant or the refund.
async fn settle(
    tx: &mut Tx<'_>,
    order: &Checkout,
    found: &ProviderSession,
    share: FeeShare,
    now: Millis,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    only(tx.run(SETTLE, args![order.id, now]).await?)?;
    purchases::insert(tx, order, found.intent.as_deref(), None, share, now).await?;
    let seat = stock::free(tx, order.id).await?;
    promos::keep(tx, order, now).await?;
    let refund = match may_become_grant(order, now) {
        Ok(()) => match &order.gift {
            Some(email) => gifts::give(tx, order, email, now).await?,
            None => grants::buy(tx, order, seat, now).await?,
        },
        Err(reason) => Some(reason),
    };
    let purchase = order.purchase;
    if let Some(reason) = refund {
        purchases::owe_refund(tx, purchase, reason, now).await?;
    } else {
        jobs::enqueue(tx, &SendReceipt { purchase }, Some(&format!("receipt:{purchase}")), now).await?;
        show_refunds::refund_late(tx, order, now).await?;
    }
    (applied.granted, applied.refund) = (refund.is_none(), refund);
    Ok(())
}

/// One refund per purchase, however often it is requested.
pub(crate) fn refund_key(purchase: PurchaseId) -> String {
    format!("refund:{purchase}")
}

/// A hint may name any session. It belongs to this order if all the data we have about the session matches.
pub(crate) fn check_ownership(order: &Checkout, found: &ProviderSession) -> Result<(), StoreError> {
    // We made the order of an invoice from it; nobody else can name one.
    let invoice = found.id.starts_with("in_");
    if order.provider_session.as_ref() != Some(&found.id) {
        Err(StoreError::Conflict("session"))
    } else if !invoice && found.reference.as_deref() != Some(order.id.to_string().as_str()) {
        Err(StoreError::Conflict("reference"))
    } else if found.amount != Some(order.amount) {
        Err(StoreError::Conflict("amount"))
    } else {
        Ok(())
    }
}

/// Marks an order as paid without a payment of its own. False if it was before.
///
/// # Errors
/// `Conflict("older")` if another state was applied since the order was read.
pub(crate) async fn mark_paid(tx: &mut Tx<'_>, order: &Checkout, now: Millis) -> Result<bool, StoreError> {
    only(tx.run(ADVANCE, args![order.id, order.version]).await?)?;
    Ok(tx.run(SETTLE, args![order.id, now]).await? == 1)
}

/// The actor may have changed the row meanwhile, without incrementing its version.
fn only(rows: u64) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Conflict("older")) }
}
