//! Refunds that a seller decides: the decision is stored with its job, and the job asks the provider until its refund is there.

use super::{payments::apply_session, provider};
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::Action,
    change::Change,
    id::{AccountId, PurchaseId, RefundId},
    money::{
        ledger::movement::MovementKind,
        payments::{Dispute, PaymentError, RefundRequest},
    },
};
use store::{Act, Purchase, SellerRefund, SoldOrder};

/// A paid order of the caller's team, with the refunds that were decided about it.
///
/// # Errors
/// `NotFound` for an order of another team; `Role` if the caller's role does not see the team's money.
pub async fn order(
    services: &Services,
    by: AccountId,
    id: PurchaseId,
) -> ServiceResult<(SoldOrder, Vec<SellerRefund>)> {
    let order = services.store.orders().by_id(id).await?;
    services.authorise(by, order.purchase.space, Action::ManageMoney).await?;
    let refunds = services.store.seller_refunds().of_purchase(id).await?;
    Ok((order, refunds))
}

/// What can still be refunded of an order, in minor units: what is neither refunded nor on its way.
pub fn left(order: &SoldOrder, refunds: &[SellerRefund]) -> i64 {
    let on_its_way: i64 = refunds.iter().filter(|one| one.is_open()).map(|one| one.amount.minor).sum();
    order.purchase.amount.minor - order.purchase.refunded - on_its_way
}

/// What can be refunded of an order now, in minor units; nothing if all of it goes back by itself or a bank decides about it.
pub fn refundable(order: &SoldOrder, refunds: &[SellerRefund]) -> i64 {
    let purchase = &order.purchase;
    let with_bank = matches!(purchase.dispute, Some(Dispute::Open | Dispute::Lost));
    let possible = purchase.provider_session.is_some() && purchase.refund_reason.is_none() && !with_bank;
    if possible { left(order, refunds).max(0) } else { 0 }
}

/// Refunds an amount of an order, of which the caller saw that `seen` was left; both in minor units. The pass ends when all of it
/// went back.
///
/// # Errors
/// As [`order`]. `Conflict("refund")` if another amount is left than was seen, or less than is to be refunded, while a bank decides
/// about a dispute, or if all of it goes back by itself.
pub async fn give_back(
    services: &Services,
    by: AccountId,
    id: PurchaseId,
    amount: i64,
    seen: i64,
) -> ServiceResult<RefundId> {
    let (order, _) = order(services, by, id).await?;
    provider(services)?;
    if amount <= 0 || order.purchase.provider_session.is_none() {
        return Err(ServiceError::Conflict("refund"));
    }
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let decided =
        tx.decide_refund(id, by, (amount, seen), now).await?.ok_or(ServiceError::Conflict("refund"))?;
    let detail =
        format!("{amount} of {} {}", order.purchase.amount.minor, order.purchase.amount.currency.code());
    tx.commit_audited(services.act(by, "purchase.refund", order.purchase.checkout, detail)?, &[], now)
        .await?;
    Ok(decided)
}

/// Carries out a refund, once, however often the job runs and wherever it was interrupted. It is done when the state that is applied
/// contains it. A request without an answer may still be carried out, before or after the provider lists it: it is repeated under the same
/// key. Only a failure that the provider repeats for that key is followed by another one.
pub async fn send(services: &Services, id: RefundId) -> ServiceResult<()> {
    let payments = provider(services)?;
    let refund = services.store.seller_refunds().by_id(id).await?;
    let purchase = services.store.purchases().by_id(refund.purchase).await?;
    let session = purchase.provider_session.clone().ok_or(ServiceError::Conflict("no session"))?;
    if refund.is_open() {
        let found = payments.fetch(session.clone()).await?;
        let ours = id.to_string();
        // What the buyer's bank sent back did not arrive: it is asked for anew.
        let came_back = |object: &str| {
            let mut all = found.movements.iter();
            all.any(|one| one.kind == MovementKind::RefundReturned && one.object == object)
        };
        let sent = found.movements.iter().any(|one| {
            one.kind == MovementKind::Refund
                && one.reference.as_deref() == Some(ours.as_str())
                && !came_back(&one.object)
        });
        if !sent {
            let intent = found.intent.ok_or(ServiceError::Conflict("nothing was paid"))?;
            let idempotency_key = format!("{id}:refund:{}", refund.attempt);
            let part = Some((id, refund.amount));
            let request = RefundRequest { intent, purchase: purchase.id, part, idempotency_key };
            match payments.refund(request).await {
                Ok(()) => {}
                Err(PaymentError::Refused(why)) => refuse(services, &refund, &purchase, &why).await?,
                Err(failed @ PaymentError::Failed(_)) => {
                    services.store.seller_refunds().next_attempt(&refund).await?;
                    return Err(failed.into());
                }
                Err(away) => return Err(away.into()),
            }
        }
    }
    apply_session(services, &session).await
}

/// The provider will not carry it out: the seller sees why, and may decide again.
async fn refuse(
    services: &Services,
    refund: &SellerRefund,
    purchase: &Purchase,
    why: &str,
) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.refuse_refund(refund.id, why, now).await? {
        let (target, detail) = (purchase.checkout.to_string(), format!("refused: {why}"));
        let act = Act { actor: None, action: "purchase.refund".into(), target, detail };
        // Pages that count the refunds of a show look again, as they do when a seat is free.
        let changes = [Change::Stock { space: purchase.space, pass: purchase.pass }];
        tx.commit_audited(act, &changes, now).await?;
        services.changed(&changes);
    }
    Ok(())
}
