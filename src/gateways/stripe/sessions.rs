//! Checkout sessions as the provider tells them.

use domain::{
    amount::Money,
    money::payments::{ProviderSession, ProviderStatus},
};
use stripe_shared::{
    Charge, CheckoutSession, CheckoutSessionPaymentStatus, CheckoutSessionStatus, PaymentIntent,
    PaymentIntentStatus,
};
use stripe_types::Expandable;

pub(super) fn provider_session(session: CheckoutSession) -> ProviderSession {
    let status = status(&session);
    let currency = session.currency.as_ref().and_then(|currency| currency.to_string().parse().ok());
    let amount = session.amount_total.zip(currency).map(|(minor, currency)| Money { minor, currency });
    ProviderSession {
        status,
        client_secret: None,
        amount,
        refunded: charge(&session).map_or(0, |charge| charge.amount_refunded),
        dispute: None,
        movements: Vec::new(),
        intent: session.payment_intent.as_ref().map(|intent| intent.id().to_string()),
        id: session.id.to_string(),
        url: session.url,
        reference: session.client_reference_id,
    }
}

/// Whether the session can still be paid, and whether the money has arrived. Complete but unpaid means a slow method
/// (bank debit).
fn status(session: &CheckoutSession) -> ProviderStatus {
    let paid = matches!(
        session.payment_status,
        CheckoutSessionPaymentStatus::Paid | CheckoutSessionPaymentStatus::NoPaymentRequired
    );
    match session.status {
        Some(CheckoutSessionStatus::Complete) if paid => ProviderStatus::Paid,
        Some(CheckoutSessionStatus::Complete) if bounced(session) => ProviderStatus::Failed,
        Some(CheckoutSessionStatus::Complete) => ProviderStatus::Processing,
        Some(CheckoutSessionStatus::Expired) => ProviderStatus::Expired,
        _ if declined(session) => ProviderStatus::Declined,
        _ => ProviderStatus::Open,
    }
}

/// Known only if the session was fetched with its payment intent.
fn intent(session: &CheckoutSession) -> Option<&PaymentIntent> {
    session.payment_intent.as_ref().and_then(Expandable::as_object)
}

/// The last attempt to charge, if the session was fetched with it.
pub(super) fn charge(session: &CheckoutSession) -> Option<&Charge> {
    intent(session)?.latest_charge.as_ref().and_then(Expandable::as_object)
}

fn declined(session: &CheckoutSession) -> bool {
    intent(session).is_some_and(|intent| intent.last_payment_error.is_some())
}

/// Whether a slow payment failed: the session stays complete, and its intent requires another method.
fn bounced(session: &CheckoutSession) -> bool {
    use PaymentIntentStatus::{Canceled, RequiresPaymentMethod};
    intent(session).is_some_and(|intent| matches!(intent.status, Canceled | RequiresPaymentMethod))
}
