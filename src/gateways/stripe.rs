//! Stripe, or the stand-in that speaks its API: which one is a matter of the address alone.

use crate::stripe_event;
use domain::{
    amount::Money,
    clock::BoxFuture,
    money::payments::{
        BadSignature, PaymentError, PaymentRequest, Payments, ProviderSession, ProviderStatus, WebhookEvent,
    },
    secret::SharedSecret,
};
use std::time::Duration;
use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    CreateCheckoutSessionPaymentIntentData, ExpireCheckoutSession, ProductData, RetrieveCheckoutSession,
};
use stripe_client_core::StripeRequest;
use stripe_shared::{
    CheckoutSession, CheckoutSessionMode, CheckoutSessionPaymentStatus, CheckoutSessionStatus,
};
use stripe_types::{Currency, Expandable};

/// A whole call, connecting and reading included.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The metadata key under which a session and its payment intent name our checkout. One key only: a second one would make
/// the order of a form's fields, and so its bytes, a matter of chance.
pub(crate) const CHECKOUT: &str = "checkout";

#[derive(Clone)]
pub struct StripeConfig {
    /// `sk_…`
    pub secret_key: SharedSecret,
    /// `whsec_…`
    pub webhook_secret: SharedSecret,
    /// Another address than Stripe's own, without `/v1`.
    pub api_base: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("the settings of Stripe cannot be used: {0}")]
pub struct StripeConfigError(String);

/// Payments by Stripe's Checkout.
pub struct StripePayments {
    client: Client,
    webhook_secret: SharedSecret,
}

impl StripePayments {
    /// # Errors
    /// When the key is no header value or the address no URL.
    pub fn new(config: StripeConfig) -> Result<Self, StripeConfigError> {
        let mut builder = ClientBuilder::new(config.secret_key.expose()).timeout(TIMEOUT);
        if let Some(base) = config.api_base {
            // The client writes `v1/…` right behind it.
            builder = builder.url(format!("{}/", base.trim_end_matches('/')));
        }
        let client = builder.build().map_err(|error| StripeConfigError(error.to_string()))?;
        Ok(Self { client, webhook_secret: config.webhook_secret })
    }

    async fn begin(&self, request: PaymentRequest) -> Result<ProviderSession, PaymentError> {
        let key = IdempotencyKey::new(&request.idempotency_key).map_err(refused)?;
        let call = create(&request)?.customize().request_strategy(RequestStrategy::Idempotent(key));
        call.send(&self.client).await.map(provider_session).map_err(payment_error)
    }

    async fn retrieve(&self, session: &str) -> Result<ProviderSession, PaymentError> {
        let call = RetrieveCheckoutSession::new(session).expand(["payment_intent".to_owned()]);
        call.send(&self.client).await.map(provider_session).map_err(payment_error)
    }

    /// A session that was paid or over already cannot be expired: what it is then is the answer.
    async fn close(&self, session: &str) -> Result<ProviderSession, PaymentError> {
        let refusal = match ExpireCheckoutSession::new(session).send(&self.client).await {
            Ok(session) => return Ok(provider_session(session)),
            Err(error) => payment_error(error),
        };
        if let PaymentError::Away(_) = refusal {
            return Err(refusal);
        }
        let found = self.retrieve(session).await?;
        match found.status {
            ProviderStatus::Paid | ProviderStatus::Expired => Ok(found),
            ProviderStatus::Open | ProviderStatus::Declined => Err(refusal),
        }
    }
}

impl Payments for StripePayments {
    fn open(&self, request: PaymentRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        Box::pin(self.begin(request))
    }

    fn fetch(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        Box::pin(async move { self.retrieve(&session).await })
    }

    fn expire(&self, session: String) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        Box::pin(async move { self.close(&session).await })
    }

    fn verify(&self, payload: &str, signature: &str) -> Result<WebhookEvent, BadSignature> {
        stripe_event::verified(payload, signature, &self.webhook_secret)
    }
}

/// The call for a request: equal requests make equal forms, byte for byte.
fn create(request: &PaymentRequest) -> Result<CreateCheckoutSession, PaymentError> {
    let currency: Currency = request.amount.currency.code().parse().map_err(refused)?;
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(currency);
    price.unit_amount = Some(request.amount.minor);
    price.product_data = Some(ProductData::new(&request.title));
    let mut item = CreateCheckoutSessionLineItems::new();
    item.quantity = Some(1);
    item.price_data = Some(price);
    let checkout = request.checkout.to_string();
    let named = [(CHECKOUT.to_owned(), checkout.clone())];
    let mut intent = CreateCheckoutSessionPaymentIntentData::new();
    intent.metadata = Some(named.clone().into());
    Ok(CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .line_items([item])
        .client_reference_id(checkout)
        .customer_email(&request.email)
        .metadata(named)
        .payment_intent_data(intent)
        .success_url(&request.success_url)
        .cancel_url(&request.cancel_url)
        .expires_at(request.expires_at.0.div_euclid(1000)))
}

fn provider_session(session: CheckoutSession) -> ProviderSession {
    let status = status(&session);
    let currency = session.currency.as_ref().and_then(|currency| currency.to_string().parse().ok());
    let amount = session.amount_total.zip(currency).map(|(minor, currency)| Money { minor, currency });
    ProviderSession {
        id: session.id.to_string(),
        url: session.url,
        status,
        amount,
        reference: session.client_reference_id,
    }
}

/// Complete and unpaid is a slow method (a bank debit): the money is not there, so it stays open until an event says more.
fn status(session: &CheckoutSession) -> ProviderStatus {
    let paid = matches!(
        session.payment_status,
        CheckoutSessionPaymentStatus::Paid | CheckoutSessionPaymentStatus::NoPaymentRequired
    );
    match session.status {
        Some(CheckoutSessionStatus::Complete) if paid => ProviderStatus::Paid,
        Some(CheckoutSessionStatus::Expired) => ProviderStatus::Expired,
        _ if declined(session) => ProviderStatus::Declined,
        _ => ProviderStatus::Open,
    }
}

/// Known only of a session that was fetched with its payment intent.
fn declined(session: &CheckoutSession) -> bool {
    let intent = session.payment_intent.as_ref().and_then(Expandable::as_object);
    intent.is_some_and(|intent| intent.last_payment_error.is_some())
}

fn refused(error: impl ToString) -> PaymentError {
    PaymentError::Refused(error.to_string())
}

/// Whether to try again. What was not answered, or not in a form that can be read, may have happened: the same key finds out.
fn payment_error(error: StripeError) -> PaymentError {
    match error {
        StripeError::Stripe(error, status) => {
            let text = format!("{status} {}", error.message.unwrap_or_default());
            // Stripe's transient 4xx: the key is in use, a dependency failed, too many requests.
            match status {
                409 | 424 | 429 | 500.. => PaymentError::Away(text),
                _ => PaymentError::Refused(text),
            }
        }
        StripeError::ConfigError(text) => PaymentError::Refused(text),
        StripeError::ClientError(text) | StripeError::JSONDeserialize(text) => PaymentError::Away(text),
        StripeError::Timeout => PaymentError::Away(format!("no answer in {} s", TIMEOUT.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        amount::Currency,
        id::{CheckoutId, PurchaseId},
        time::Millis,
    };

    #[test]
    fn equal_requests_make_equal_forms() {
        let request = PaymentRequest {
            checkout: CheckoutId::new(),
            purchase: PurchaseId::new(),
            title: "Front row & more".into(),
            amount: Money { minor: 1200, currency: Currency::Eur },
            email: "kim+pass@example.org".into(),
            success_url: "http://127.0.0.1:3000/checkouts/1?s={CHECKOUT_SESSION_ID}".into(),
            cancel_url: "http://127.0.0.1:3000/maya/front-row".into(),
            expires_at: Millis(1_900_001_800_999),
            idempotency_key: "p:open:1".into(),
        };
        let form = |request: &PaymentRequest| create(request).unwrap().build().body.unwrap();
        let first = form(&request);
        for _ in 0..50 {
            let stored = serde_json::to_string(&request).unwrap();
            assert_eq!(form(&serde_json::from_str(&stored).unwrap()), first);
        }
        assert!(first.contains("expires_at=1900001800"), "{first}");
        assert_eq!(first.matches(&request.checkout.to_string()).count(), 3, "{first}");
    }
}
