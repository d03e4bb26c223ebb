//! Accounts as the payment provider knows them: it is told when an address changes, and to forget the person of a deleted account.

use crate::{ServiceError, ServiceResult, Services, money::subscriptions::billing};
use domain::{id::AccountId, people::account::is_no_address};

/// Customers that one round of [`keep_up`] has forgotten.
const MOST_ERASED: usize = 200;

/// Changes of an address that one job follows at once. After that it is run again later.
const ROUNDS: usize = 5;

/// Tells the provider the address that an account has now, and again if that has changed meanwhile: then another job may have told the
/// newer one before. So the last word is the true one, however many run at once.
///
/// # Errors
/// `Conflict("address")` if it keeps changing.
pub async fn update(services: &Services, account: AccountId) -> ServiceResult<()> {
    let Some(customer) = services.store.customers().of_account(account).await? else { return Ok(()) };
    let (provider, mut told) = (billing(services)?, None);
    for _ in 0..ROUNDS {
        let email = services.store.accounts().by_id(account).await?.email;
        if told.as_ref() == Some(&email) {
            return Ok(());
        }
        if is_no_address(&email) {
            // Deleted. What was told here may have come after it was forgotten.
            return match told {
                Some(_) => Ok(provider.erase_customer(customer).await?),
                None => Ok(()),
            };
        }
        provider.set_customer_address(customer.clone(), email.clone()).await?;
        told = Some(email);
    }
    Err(ServiceError::Conflict("address"))
}

/// Takes the person of a deleted account out of the provider's customer. If the provider does not do it now, [`keep_up`] asks again.
pub async fn erase(services: &Services, account: AccountId) -> ServiceResult<()> {
    let customers = services.store.customers();
    let Some(customer) = customers.to_erase(account).await? else { return Ok(()) };
    match billing(services)?.erase_customer(customer).await {
        Ok(()) => Ok(customers.mark_erased(account, services.now()).await?),
        Err(error) => {
            tracing::warn!(%account, %error, "the provider does not forget a customer now");
            Ok(())
        }
    }
}

/// Has those forgotten of whom the provider still knows after their accounts were deleted: each is asked for once an hour until it is
/// done.
pub async fn keep_up(services: &Services) -> ServiceResult<()> {
    if services.billing.is_none() {
        return Ok(());
    }
    Ok(services.store.customers().enqueue_erasures(MOST_ERASED, services.now()).await?)
}
