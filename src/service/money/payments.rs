//! Applies the provider's state of a payment. When an object of the provider may have changed, it is fetched and its
//! current state is applied. Every hint goes this way: webhooks in any order and number, and the polling of a checkout.

use super::{
    buying::cards,
    payouts::{self, onboarding},
    provider, subscriptions,
};
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    change::Change,
    error::StoreError,
    id::CheckoutId,
    money::{
        checkout::{Checkout, Payment},
        payments::{ObjectKind, ProviderObject, ProviderStatus},
        store::CheckoutStore,
    },
};
use store::{Act, Applied};

/// How often a state that has become stale is fetched again at once. After that, the job is retried later.
const ROUNDS: usize = 5;
/// What the provider's ids of invoices begin with. An order that is the invoice of a subscription has it for its session.
const INVOICE: &str = "in_";
/// What those of payments without a session or an invoice begin with.
const PAYMENT: &str = "pi_";

/// Applies the session that a provider object belongs to. Ignores one that none of our checkouts created.
pub async fn apply_object(services: &Services, object: &ProviderObject) -> ServiceResult<()> {
    match object.kind {
        ObjectKind::Subscription => return subscriptions::apply(services, &object.id).await,
        ObjectKind::Invoice => return subscriptions::apply_invoice(services, object.id.clone()).await,
        ObjectKind::PaymentMethod => return cards::apply(services, object.id.clone()).await,
        ObjectKind::Account => return onboarding::apply_account(services, &object.id).await,
        ObjectKind::Transfer => return payouts::apply_transfer(services, object.id.clone()).await,
        ObjectKind::Payout => return payouts::apply_bank_payout(services, &object.id).await,
        _ => {}
    }
    match provider(services)?.session_of(object.clone()).await? {
        Some(session) => apply_session(services, &session).await,
        None => apply_payment_of(services, object).await,
    }
}

/// Applies the invoice that an object's payment has paid, or the payment itself, if that is an order of ours.
async fn apply_payment_of(services: &Services, object: &ProviderObject) -> ServiceResult<()> {
    let Some(billing) = &services.billing else { return Ok(()) };
    let Some(intent) = billing.payment_of(object.clone()).await? else { return Ok(()) };
    match services.store.invoices().session_of(&intent).await? {
        Some(invoice) => apply_session(services, &invoice).await,
        None => apply_session(services, &intent).await,
    }
}

/// Applies the session of a checkout, if it has one.
pub async fn apply_checkout(services: &Services, id: CheckoutId) -> ServiceResult<()> {
    match CheckoutStore::load(&services.store, id).await {
        Ok(Checkout { provider_session: Some(session), .. }) => apply_session(services, &session).await,
        Ok(_) | Err(StoreError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Fetches a provider session and records what follows from it, with its changes and an audit line of the service.
///
/// # Errors
/// `Conflict` if the session does not belong to its order, or keeps changing while it is read.
pub async fn apply_session(services: &Services, session: &str) -> ServiceResult<()> {
    let payments = provider(services)?;
    if session.starts_with(INVOICE) {
        // What follows from an invoice depends on what else its subscription has charged.
        subscriptions::apply_invoice(services, session.to_owned()).await?;
    }
    for _ in 0..ROUNDS {
        // Read our row first, so that a state fetched before another writer changed the row is not applied.
        let Some(order) = services.store.checkouts().by_provider_session(session).await? else {
            return Ok(());
        };
        let found = payments.fetch(session.to_owned()).await?;
        if order.next_request.is_some() && found.status == ProviderStatus::Expired {
            // Its buyer pays elsewhere: the order does not end, its actor begins there.
            services.engine.checkout(order.id).refresh().await?;
            return Ok(());
        }
        let subscribed = order.plan.is_some() && found.status == ProviderStatus::Paid;
        if subscribed && order.state != Payment::Paid {
            match subscriptions::begin(services, &order, &found).await {
                Err(ServiceError::Conflict("older")) => continue,
                begun => begun?,
            }
            services.engine.checkout(order.id).refresh().await?;
            return Ok(());
        }
        let now = services.now();
        let mut tx = services.store.begin().await?;
        match tx.apply_payment(&order, &found, services.fee_share, now).await {
            Ok(applied) => {
                if applied.changed {
                    let changes = changes(&order, &applied);
                    tx.commit_audited(line(&order, &applied), &changes, now).await?;
                    services.changed(&changes);
                } else {
                    drop(tx);
                }
                if applied.payment == Some(Payment::Failed) {
                    end_failed(services, session).await;
                }
                services.engine.checkout(order.id).refresh().await?;
                return Ok(());
            }
            Err(StoreError::Conflict("older")) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ServiceError::Conflict("session"))
}

/// A payment without a session stays open at the provider when a slow one has failed. What is paid by it later would become the pass or
/// a refund, so nothing depends on this.
async fn end_failed(services: &Services, session: &str) {
    if let Ok(payments) = provider(services)
        && session.starts_with(PAYMENT)
        && let Err(error) = payments.expire(session.to_owned()).await
    {
        tracing::warn!(session, %error, "a failed payment stays open at the provider");
    }
}

/// For whoever has what was paid, for the buyer, and for those who want one.
fn changes(order: &Checkout, applied: &Applied) -> Vec<Change> {
    let (space, account) = (order.space, applied.holder.unwrap_or(order.account));
    let access = match (applied.ended, applied.suspended) {
        (Some(grant), _) => Change::GrantEnded { space, account, grant },
        (None, Some(grant)) => Change::GrantSuspended { space, account, grant },
        (None, None) => Change::Access { space, account },
    };
    let mut changes = vec![access, Change::Stock { space, pass: order.pass }];
    if account != order.account {
        changes.push(Change::Access { space, account: order.account });
    }
    changes
}

/// The line keeps codes: what people read is worded in `views` and may change.
fn line(order: &Checkout, applied: &Applied) -> Act {
    let words = [
        applied.payment.map(|payment| payment.code().to_owned()),
        applied.order_end.map(|end| end.code().to_owned()),
        applied.refund.map(|reason| format!("goes back: {}", reason.code())),
        applied.refunded.map(|minor| format!("{minor} of {} refunded", order.amount.minor)),
        applied.refund_failed.then(|| "a refund was sent back".to_owned()),
        applied.dispute.map(|dispute| format!("dispute {}", dispute.code())),
    ];
    let mut words: Vec<String> = words.into_iter().flatten().collect();
    // The provider has told more about what was known: a fee, the single refunds of a sum.
    if words.is_empty() {
        words.push(format!("{} sets of the ledger", applied.booked));
    }
    let detail = words.join(", ");
    Act { actor: None, action: "payment.apply".into(), target: order.id.to_string(), detail }
}
