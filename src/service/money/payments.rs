//! Applies the provider's state of a payment. When an object of the provider may have changed, it is fetched and its
//! current state is applied. Every hint goes this way: webhooks in any order and number, and the polling of a checkout.

use super::provider;
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    change::Change,
    error::StoreError,
    id::CheckoutId,
    money::{checkout::Checkout, payments::ProviderObject, store::CheckoutStore},
};
use store::{Act, Applied};

/// How often a state that has become stale is fetched again at once. After that, the job is retried later.
const ROUNDS: usize = 5;

/// Applies the session that a provider object belongs to. Ignores one that none of our checkouts created.
pub async fn apply_object(services: &Services, object: &ProviderObject) -> ServiceResult<()> {
    match provider(services)?.session_of(object.clone()).await? {
        Some(session) => apply_session(services, &session).await,
        None => Ok(()),
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
    for _ in 0..ROUNDS {
        // Read our row first, so that a state fetched before another writer changed the row is not applied.
        let Some(order) = services.store.checkouts().by_provider_session(session).await? else {
            return Ok(());
        };
        let found = payments.fetch(session.to_owned()).await?;
        let now = services.now();
        let mut tx = services.store.begin().await?;
        match tx.apply_payment(&order, &found, now).await {
            Ok(applied) => {
                if applied.changed {
                    let (changes, act) = ([change(&order, &applied)], line(&order, &applied));
                    tx.commit_audited(act, &changes, now).await?;
                    services.changed(&changes);
                } else {
                    drop(tx);
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

fn change(order: &Checkout, applied: &Applied) -> Change {
    let (space, account) = (order.space, order.account);
    match applied.ended {
        Some(grant) => Change::GrantEnded { space, account, grant },
        None => Change::Access { space, account },
    }
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
    let detail = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Act { actor: None, action: "payment.apply".into(), target: order.id.to_string(), detail }
}
