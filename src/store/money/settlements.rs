//! Writes the provider's state of a payment to our rows: order, purchase, grant and follow-up jobs in one transaction.

use crate::{
    access::grants,
    db::{
        connections::Tx,
        sql::{args, statements},
    },
    money::{checkouts, purchases},
    work::jobs,
};
use domain::{
    error::StoreError,
    id::*,
    money::{
        checkout::{Checkout, OrderEnd, Payment},
        jobs::{RefundPayment, SendReceipt, SendRefundFailure, SendRefundNotice},
        payments::{Dispute, ProviderSession},
        settlement::{Hold, Known, RefundReason, decide, hold_after, may_become_grant},
    },
    time::Millis,
};

statements! {
    /// Fails if another state was applied after the current one was fetched.
    ADVANCE = "UPDATE checkouts SET version = version + 1 WHERE id = $1 AND version = $2";
    PROCESSING = "UPDATE checkouts SET processing_since = $2
        WHERE id = $1 AND state = 'paying' AND processing_since IS NULL";
    /// Also applies to an order that was cancelled, because the money has arrived.
    SETTLE = "UPDATE checkouts SET state = 'paid', settled_at = $2 WHERE id = $1 AND state <> 'paid'";
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
}

impl Tx<'_> {
    /// Applies the provider's state `found` to an order that was read before the state was fetched. There is something
    /// to commit only if the result says [`Applied::changed`].
    ///
    /// # Errors
    /// `Conflict("session")`, `Conflict("reference")` or `Conflict("amount")` if the session does not belong to this
    /// order; then none of it is trusted. `Conflict("older")` if another state was applied meanwhile: read and fetch
    /// again.
    pub async fn apply_payment(
        &mut self,
        order: &Checkout,
        found: &ProviderSession,
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
        if change.is_nothing() {
            return Ok(Applied::default());
        }
        if self.run(ADVANCE, args![order.id, order.version]).await? == 0 {
            return Err(StoreError::Conflict("older"));
        }
        // The terms may have changed since the order was read.
        let order = checkouts::by_id(self, order.id).await?;
        let mut applied = Applied { changed: true, payment: change.payment, ..Applied::default() };
        match change.payment {
            Some(Payment::Paid) => settle(self, &order, found, now, &mut applied).await?,
            Some(Payment::Processing) => only(self.run(PROCESSING, args![order.id, now]).await?)?,
            Some(end) => {
                applied.order_end = order.ended_by(now).filter(|_| end == Payment::Expired);
                only(checkouts::end(self, order.id, end, applied.order_end, now).await?)?;
            }
            None => {}
        }
        if change.refunded.is_some() || change.dispute.is_some() {
            let after = Known {
                payment: Payment::Paid,
                refunded: change.refunded.unwrap_or(known.refunded),
                dispute: change.dispute.or(known.dispute),
            };
            let owed = before.is_some_and(|purchase| purchase.refund_reason.is_some());
            move_money(self, &order, (known, after), owed, now).await?;
            let hold = hold_after(order.amount.minor, after.refunded, after.dispute);
            let moved = grants::set_hold(self, order.purchase, hold, now).await?;
            applied.ended = moved.filter(|_| hold != Hold::InForce);
            (applied.refunded, applied.dispute) = (change.refunded, change.dispute);
            applied.refund_failed = after.refunded < known.refunded;
        }
        Ok(applied)
    }
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
        let key = format!("refund-notice:{purchase}:{version}");
        jobs::enqueue(tx, &SendRefundNotice { purchase }, Some(&key), now).await?;
    } else if after.refunded < known.refunded {
        purchases::mark_refund_failure(tx, purchase, Some(now)).await?;
        let key = format!("refund-failure:{purchase}:{version}");
        jobs::enqueue(tx, &SendRefundFailure { purchase }, Some(&key), now).await?;
    }
    // The bank held the money during the dispute. A refund that was due can now be made.
    if after.dispute == Some(Dispute::Won) && known.dispute != after.dispute && owed {
        let key = format!("{}:won", refund_key(purchase));
        jobs::enqueue(tx, &RefundPayment { purchase }, Some(&key), now).await?;
    }
    Ok(())
}

/// Records a payment: a purchase, and either the grant or the refund.
async fn settle(
    tx: &mut Tx<'_>,
    order: &Checkout,
    found: &ProviderSession,
    now: Millis,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    only(tx.run(SETTLE, args![order.id, now]).await?)?;
    purchases::insert(tx, order, found.intent.as_deref(), now).await?;
    let refund = match may_become_grant(order, now) {
        Ok(()) => (!grants::buy(tx, order, now).await?).then_some(RefundReason::Surplus),
        Err(reason) => Some(reason),
    };
    let purchase = order.purchase;
    if let Some(reason) = refund {
        purchases::owe_refund(tx, purchase, reason).await?;
        jobs::enqueue(tx, &RefundPayment { purchase }, Some(&refund_key(purchase)), now).await?;
    } else {
        jobs::enqueue(tx, &SendReceipt { purchase }, Some(&format!("receipt:{purchase}")), now).await?;
    }
    (applied.granted, applied.refund) = (refund.is_none(), refund);
    Ok(())
}

/// One refund per purchase, however often it is requested.
pub(crate) fn refund_key(purchase: PurchaseId) -> String {
    format!("refund:{purchase}")
}

/// A hint may name any session. It belongs to this order if all the data we have about the session matches.
fn check_ownership(order: &Checkout, found: &ProviderSession) -> Result<(), StoreError> {
    if order.provider_session.as_ref() != Some(&found.id) {
        Err(StoreError::Conflict("session"))
    } else if found.reference.as_deref() != Some(order.id.to_string().as_str()) {
        Err(StoreError::Conflict("reference"))
    } else if found.amount != Some(order.amount) {
        Err(StoreError::Conflict("amount"))
    } else {
        Ok(())
    }
}

/// The actor may have changed the row meanwhile, without incrementing its version.
fn only(rows: u64) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Conflict("older")) }
}
