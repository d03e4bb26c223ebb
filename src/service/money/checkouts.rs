//! Taking a free pass, and the life of an order from its opening to its payment or end.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    catalogue::offer::{Pass, PriceKind, Space},
    change::Change,
    id::{AccountId, CheckoutId, PassId, SpaceId},
    money::{
        checkout::{Checkout, OrderEnd, Payment, PaymentUrls},
        store::CheckoutStore,
    },
    time::Millis,
};
use std::sync::Arc;
use store::{Opened, Tx};

/// How often to try again when the open order is settled between two statements.
const ROUNDS: usize = 3;

/// The result of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purchased {
    /// The person has the pass: it was free, or they already held it.
    Held,
    /// The pass must be paid for; this order is open.
    Order(CheckoutId),
}

/// Grants a free pass at once, or opens an order for a paid one. The amount comes from the pass, never from the caller.
///
/// # Errors
/// `NotOffered`; `TooMany` orders in the last hour; also `NotFound` if the pass is paid and there is no payment provider.
pub async fn purchase(services: &Services, by: AccountId, pass: PassId) -> ServiceResult<Purchased> {
    let pass = services.store.passes().by_id(pass).await?;
    match pass.price.kind {
        PriceKind::Free => take(services, by, pass.id, pass.space).await.map(|()| Purchased::Held),
        PriceKind::Once(_) if services.payments.is_none() => Err(ServiceError::NotFound),
        PriceKind::Once(_) => open(services, by, pass.id).await,
    }
}

async fn take(services: &Services, by: AccountId, pass: PassId, space: SpaceId) -> ServiceResult<()> {
    let (changes, now) = ([Change::Access { space, account: by }], services.now());
    let mut tx = services.store.begin().await?;
    let taken = tx.take_free_pass(by, pass, now).await.map(|taken| taken.first);
    check_offer(services, &mut tx, by, pass).await?;
    if taken? {
        tx.commit_audited(services.act(by, "pass.take", pass, "")?, &changes, now).await?;
        services.changed(&changes);
    }
    Ok(())
}

async fn open(services: &Services, by: AccountId, pass: PassId) -> ServiceResult<Purchased> {
    for _ in 0..ROUNDS {
        let now = services.now();
        let mut tx = services.store.begin().await?;
        let opened = tx.open_checkout(by, pass, now).await;
        check_offer(services, &mut tx, by, pass).await?;
        match opened? {
            Some(Opened::New(order)) => {
                services.limits.open_order(by, now)?;
                tx.commit_audited(services.act(by, "checkout.open", order.id, order.title)?, &[], now)
                    .await?;
                return Ok(Purchased::Order(order.id));
            }
            Some(Opened::Existing(order)) => return Ok(Purchased::Order(order.id)),
            Some(Opened::Holds(_)) => return Ok(Purchased::Held),
            None => {}
        }
    }
    Err(ServiceError::Conflict("checkout"))
}

/// Checked after the row was written. A refusal rolls the row back with the transaction.
async fn check_offer(services: &Services, tx: &mut Tx<'_>, by: AccountId, pass: PassId) -> ServiceResult<()> {
    Ok(tx.check_offer(by, pass, services.now()).await??)
}

/// Returns the caller's own order. Orders of other people do not exist for the caller.
pub async fn own(services: &Services, by: AccountId, id: CheckoutId) -> ServiceResult<Checkout> {
    let order = CheckoutStore::load(&services.store, id).await?;
    if order.account == by { Ok(order) } else { Err(ServiceError::NotFound) }
}

/// Gets the pay page of the caller's order. The order's actor stores each attempt with its audit line before it asks
/// the provider. An order that is settled or has ended is returned unchanged.
///
/// # Errors
/// `TooMany` payments begun in the last hour: the provider limits our requests for all buyers together.
pub async fn begin_payment(
    services: &Services,
    by: AccountId,
    id: CheckoutId,
    urls: PaymentUrls,
) -> ServiceResult<Arc<Checkout>> {
    let order = own(services, by, id).await?;
    if order.state.settled() {
        return Ok(Arc::new(order));
    }
    // A stored request was counted already; the actor only repeats it.
    if order.state == Payment::Held && order.request.is_none() {
        services.limits.begin_payment(by, services.now())?;
    }
    match services.engine.checkout(id).begin(urls).await {
        // It ended in the meantime.
        Err(actors::CheckoutFailure::Refused(_)) => Ok(Arc::new(own(services, by, id).await?)),
        begun => Ok(begun?),
    }
}

/// Cancels the caller's order. It ends when the provider has confirmed that it can no longer be paid. A payment that
/// was faster counts.
pub async fn cancel(services: &Services, by: AccountId, id: CheckoutId) -> ServiceResult<()> {
    let space = own(services, by, id).await?.space;
    let (changes, now) = ([Change::Access { space, account: by }], services.now());
    let mut tx = services.store.begin().await?;
    if tx.cancel_checkout(id).await? {
        tx.commit_audited(services.act(by, "checkout.cancel", id, "")?, &changes, now).await?;
        services.changed(&changes);
        services.engine.checkout(id).refresh().await?;
    }
    Ok(())
}

/// Why the buyer of an order cannot get its pass now, at whatever price.
pub fn closed_to_buyer(order: &Checkout, pass: &Pass, now: Millis) -> Option<OrderEnd> {
    let changed = order.terms.find_changed_term(order.amount, now).filter(|end| *end != OrderEnd::Price);
    changed.or_else(|| (!pass.is_offered()).then_some(OrderEnd::Withdrawn))
}

/// An order whose slow payment failed or was never confirmed, with the data of the mail about it.
pub struct FailedPayment {
    pub order: Checkout,
    pub pass: Pass,
    pub space: Space,
    pub email: String,
    /// Why the pass cannot be bought again.
    pub closed: Option<OrderEnd>,
}

/// Returns `None` if the money has arrived after all: the receipt says so.
pub async fn failed_payment(services: &Services, id: CheckoutId) -> ServiceResult<Option<FailedPayment>> {
    let order = CheckoutStore::load(&services.store, id).await?;
    if order.state != Payment::Failed {
        return Ok(None);
    }
    let email = services.store.accounts().by_id(order.account).await?.email;
    let space = services.store.spaces().by_id(order.space).await?;
    let pass = services.store.passes().by_id(order.pass).await?;
    let closed = closed_to_buyer(&order, &pass, services.now());
    Ok(Some(FailedPayment { order, pass, space, email, closed }))
}
