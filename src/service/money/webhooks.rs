//! What the payment provider tells us: hints, never believed without a signature.

use crate::{ServiceError, ServiceResult, Services};
use domain::money::payments::WebhookEvent;

/// Names the provider in the inbox.
pub const PROVIDER: &str = "stripe";

/// A webhook that was kept; false when it was here before.
pub struct Received {
    pub event: WebhookEvent,
    pub new: bool,
}

/// Keeps a signed event, with the job that applies what it hints at. The provider sends it, and nobody of ours: there is no audit
/// line before the job has fetched the state.
///
/// # Errors
/// `Webhook` where the signature is not right; that is written down for operators, once a second for each reason: strangers can
/// send as many as they like.
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
