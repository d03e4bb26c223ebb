//! Webhooks of the payment provider. They are hints, and must be signed.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    money::payments::{WebhookEvent, WebhookRefusal},
    people::allowance::{Allowance, Allowances},
    time::Millis,
};
use std::sync::{Mutex, PoisonError};

/// The provider's name in the inbox.
pub const PROVIDER: &str = "stripe";

/// Which reasons were recorded lately. The refusals in between cost no statement.
pub struct Refusals(Mutex<Allowances<(&'static str, WebhookRefusal)>>);

impl Default for Refusals {
    fn default() -> Self {
        Self(Mutex::new(Allowances::new(Allowance { times: 1, span: WebhookRefusal::RECORDED_APART })))
    }
}

impl Refusals {
    fn is_due(&self, provider: &'static str, reason: WebhookRefusal, now: Millis) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take((provider, reason), now).is_ok()
    }
}

/// The result of an accepted webhook; false if it was stored before.
pub struct Received {
    pub event: WebhookEvent,
    pub new: bool,
}

/// Stores a signed event together with the job that applies the object it names. It is not sent by a person, so there
/// is no audit line before the job has fetched the state.
///
/// # Errors
/// `Webhook` if the signature is wrong. The refusal is recorded for operators at most once per reason and
/// [`WebhookRefusal::RECORDED_APART`].
pub async fn receive(services: &Services, payload: &str, signature: &str) -> ServiceResult<Received> {
    let payments = services.payments.as_deref().ok_or(ServiceError::NotFound)?;
    let (inbox, now) = (services.store.webhook_inbox(), services.now());
    match payments.verify(payload, signature) {
        Ok(event) => {
            let new = inbox.keep(PROVIDER, &event, payload, now).await?;
            Ok(Received { event, new })
        }
        Err(reason) => Err(refuse(services, PROVIDER, reason).await?),
    }
}

/// Records for operators that a webhook was refused, and returns the error that says so.
pub(crate) async fn refuse(
    services: &Services,
    provider: &'static str,
    reason: WebhookRefusal,
) -> ServiceResult<ServiceError> {
    let now = services.now();
    let due = services.webhook_refusals.is_due(provider, reason, now);
    let first = due && services.store.webhook_inbox().refuse(provider, reason, now).await?;
    Ok(ServiceError::Webhook { reason, first })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_refusals_is_recorded_once_a_second_for_each_reason() {
        let refusals = Refusals::default();
        for reason in [WebhookRefusal::Unsigned, WebhookRefusal::Signature, WebhookRefusal::ClockSkew] {
            let apart = WebhookRefusal::RECORDED_APART.0;
            let due = (0..apart * 7 / 2).filter(|ms| refusals.is_due(PROVIDER, reason, Millis(*ms))).count();
            assert_eq!(due, 4, "{reason:?}");
            assert!(refusals.is_due("another", reason, Millis(0)), "each provider has its own");
        }
    }
}
