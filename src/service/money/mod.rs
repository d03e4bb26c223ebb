//! Free and paid passes, and the provider's state of payments.

pub mod checkouts;
pub mod payments;
pub mod purchases;
pub mod refunds;
pub mod webhooks;

use crate::{ServiceError, ServiceResult, Services};
use domain::money::payments::Payments;

fn provider(services: &Services) -> ServiceResult<&dyn Payments> {
    let missing = || ServiceError::Unavailable("no payment provider is set up".into());
    services.payments.as_deref().ok_or_else(missing)
}
