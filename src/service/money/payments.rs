//! What the provider says of a payment. An object of the provider may have changed: fetch it, and apply the state that it has now.
//! Every hint takes this road: webhooks in any order and number, and the questions that a checkout asks by itself.

use super::provider;
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    change::Change,
    error::StoreError,
    id::CheckoutId,
    money::{
        checkout::{Checkout, Payment},
        payments::ProviderObject,
        store::CheckoutStore,
    },
};
use store::{Act, Applied};

/// A state that another one has overtaken is fetched anew, so often; then the job is tried again later.
const ROUNDS: usize = 5;

/// Applies the session that an object of the provider belongs to; one that no checkout of ours made is left alone.
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

/// Fetches a session of the provider and writes what follows from it, with its changes and an audit line of the service.
///
/// # Errors
/// `Conflict` where the session is not its order's own, or changes faster than it can be read.
pub async fn apply_session(services: &Services, session: &str) -> ServiceResult<()> {
    let payments = provider(services)?;
    for _ in 0..ROUNDS {
        // Read first: a state that was fetched before somebody else wrote the row is not applied to it.
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

fn line(order: &Checkout, applied: &Applied) -> Act {
    let words = [
        applied.payment.map(|payment| Payment::code(payment).to_owned()),
        applied.refund.map(|reason| format!("goes back: {}", reason.code())),
        applied.refunded.map(|minor| format!("{minor} of {} refunded", order.amount.minor)),
        applied.refund_failed.then(|| "a refund was sent back".to_owned()),
        applied.dispute.map(|dispute| format!("dispute {}", dispute.code())),
    ];
    let detail = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Act { actor: None, action: "payment.apply".into(), target: order.id.to_string(), detail }
}
