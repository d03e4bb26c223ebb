//! Free and paid passes, the provider's state of payments, refunds, and the ledger.

pub mod asking;
pub mod back;
pub mod buying;
pub mod checkouts;
pub mod ledger;
pub(crate) mod limits;
pub mod payments;
pub mod payouts;
pub mod plan_changes;
pub mod promos;
pub mod purchases;
pub mod refunds;
pub mod seller_refunds;
pub mod subscriptions;
pub mod upkeep;
pub mod webhooks;

use crate::{ServiceError, ServiceResult, Services};
use domain::money::payments::Payments;

fn provider(services: &Services) -> ServiceResult<&dyn Payments> {
    let missing = || ServiceError::Unavailable("no payment provider is set up".into());
    services.payments.as_deref().ok_or_else(missing)
}
