//! Webhooks of the payment provider. They are hints, and must be signed.

use crate::{ServiceError, ServiceResult, Services};
use domain::money::payments::WebhookEvent;

/// The provider's name in the inbox.
pub const PROVIDER: &str = "stripe";

/// The result of an accepted webhook; false if it was stored before.
pub struct Received {
    pub event: WebhookEvent,
    pub new: bool,
}

/// Stores a signed event together with the job that applies the object it names. It is not sent by a person, so there
/// is no audit line before the job has fetched the state.
///
/// # Errors
/// `Webhook` if the signature is wrong. The refusal is recorded for operators once a second per reason, because
/// strangers can send any number.
pub async fn receive(services: &Services, payload: &str, signature: &str) -> ServiceResult<Received> {
    let payments = services.payments.as_deref().ok_or(ServiceError::NotFound)?;
    let (inbox, now) = (services.store.webhook_inbox(), services.now());
    match payments.verify(payload, signature) {
        Ok(event) => {
            let new = inbox.keep(PROVIDER, &event, payload, now).await?;
            Ok(Received { event, new })
        }
        Err(reason) => {
            let first = inbox.refuse(PROVIDER, reason, now).await?;
            Err(ServiceError::Webhook { reason, first })
        }
    }
}
