//! Stripe, or the stand-in with the same API: the base address alone decides which.

use crate::stripe_event;
use domain::{
    amount::Money,
    clock::BoxFuture,
    money::payments::{
        Dispute, ObjectKind, PaymentError, PaymentRequest, Payments, ProviderObject, ProviderSession,
        ProviderStatus, RefundRequest, WebhookEvent, WebhookRefusal,
    },
    secret::SharedSecret,
};
use serde::Serialize;
use std::time::Duration;
use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    CreateCheckoutSessionPaymentIntentData, ExpireCheckoutSession, ListCheckoutSession, ProductData,
    RetrieveCheckoutSession,
};
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};
use stripe_shared::{
    Charge, CheckoutSession, CheckoutSessionMode, CheckoutSessionPaymentStatus, CheckoutSessionStatus,
    DisputeStatus, PaymentIntent, PaymentIntentStatus, Refund,
};
use stripe_types::{Currency, Expandable, List};

/// A whole call, including connecting and reading.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The metadata key under which a session and its payment intent carry our checkout's id. There must be only one key:
/// with two, the order of the form's fields, and so its bytes, would vary.
const CHECKOUT: &str = "checkout";

#[derive(Clone)]
pub struct StripeConfig {
    /// `sk_…`
    pub secret_key: SharedSecret,
    /// `whsec_…`
    pub webhook_secret: SharedSecret,
    /// The base address without `/v1`, if it is not Stripe's own.
    pub api_base: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("the settings of Stripe cannot be used: {0}")]
pub struct StripeConfigError(String);

/// Payments through Stripe Checkout.
pub struct StripePayments {
    client: Client,
    webhook_secret: SharedSecret,
}

impl StripePayments {
    /// # Errors
    /// When the key is not a valid header value, or the address not a valid URL.
    pub fn new(config: StripeConfig) -> Result<Self, StripeConfigError> {
        let mut builder = ClientBuilder::new(config.secret_key.expose()).timeout(TIMEOUT);
        if let Some(base) = config.api_base {
            // The client appends `v1/…` to this address.
            builder = builder.url(format!("{}/", base.trim_end_matches('/')));
        }
        let client = builder.build().map_err(|error| StripeConfigError(error.to_string()))?;
        Ok(Self { client, webhook_secret: config.webhook_secret })
    }

    /// Checks that Stripe accepts the key, by fetching a session that cannot exist.
    ///
    /// # Errors
    /// What Stripe or the network replied instead.
    pub async fn check(&self) -> Result<(), PaymentError> {
        match RetrieveCheckoutSession::new("cs_backstage_check").send(&self.client).await {
            Ok(_) | Err(StripeError::Stripe(_, 404)) => Ok(()),
            Err(error) => Err(payment_error(error)),
        }
    }

    async fn begin(&self, request: PaymentRequest) -> Result<ProviderSession, PaymentError> {
        let key = IdempotencyKey::new(&request.idempotency_key).map_err(refused)?;
        let call = create(&request)?.customize().request_strategy(RequestStrategy::Idempotent(key));
        call.send(&self.client).await.map(provider_session).map_err(payment_error)
    }

    /// The session with its payment and the payment's latest charge; for a disputed charge also its newest dispute.
    async fn retrieve(&self, session: &str) -> Result<ProviderSession, PaymentError> {
        let expand = ["payment_intent".to_owned(), "payment_intent.latest_charge".to_owned()];
        let call = RetrieveCheckoutSession::new(session).expand(expand);
        let session = call.send(&self.client).await.map_err(payment_error)?;
        let disputed = charge(&session).is_some_and(|charge| charge.disputed);
        let mut found = provider_session(session);
        if let Some(intent) = found.intent.as_deref().filter(|_| disputed) {
            found.dispute = self.newest_dispute(intent).await?;
        }
        Ok(found)
    }

    async fn newest_dispute(&self, intent: &str) -> Result<Option<Dispute>, PaymentError> {
        let call = RequestBuilder::new(StripeMethod::Get, "/disputes");
        let call = call.query(&DisputesOf { payment_intent: intent, limit: 1 }).customize();
        let disputes: List<stripe_shared::Dispute> = call.send(&self.client).await.map_err(payment_error)?;
        Ok(disputes.data.first().map(dispute))
    }

    /// The payment that an object belongs to, as the provider reports it.
    async fn intent_of(&self, object: &ProviderObject) -> Result<Option<String>, PaymentError> {
        let path = match object.kind {
            ObjectKind::CheckoutSession | ObjectKind::PaymentIntent => return Ok(Some(object.id.clone())),
            ObjectKind::Charge => "charges",
            ObjectKind::Refund => "refunds",
            ObjectKind::Dispute => "disputes",
        };
        let call = RequestBuilder::new(StripeMethod::Get, format!("/{path}/{}", object.id));
        let intent = match object.kind {
            ObjectKind::Charge => {
                call.customize::<Charge>().send(&self.client).await.map(|c| c.payment_intent)
            }
            ObjectKind::Refund => {
                call.customize::<Refund>().send(&self.client).await.map(|r| r.payment_intent)
            }
            _ => {
                let call = call.customize::<stripe_shared::Dispute>();
                call.send(&self.client).await.map(|dispute| dispute.payment_intent)
            }
        };
        let intent = intent.map_err(payment_error)?;
        Ok(intent.map(|intent| intent.id().to_string()))
    }

    async fn find_session(&self, object: ProviderObject) -> Result<Option<String>, PaymentError> {
        if object.kind == ObjectKind::CheckoutSession {
            return Ok(Some(object.id));
        }
        let Some(intent) = self.intent_of(&object).await? else { return Ok(None) };
        let call = ListCheckoutSession::new().payment_intent(intent).limit(1_i64);
        let sessions = call.send(&self.client).await.map_err(payment_error)?;
        Ok(sessions.data.into_iter().next().map(|session| session.id.to_string()))
    }

    async fn give_back(&self, request: RefundRequest) -> Result<(), PaymentError> {
        let key = IdempotencyKey::new(&request.idempotency_key).map_err(refused)?;
        let purchase = request.purchase.to_string();
        let form = RefundForm { payment_intent: &request.intent, metadata: RefundMetadata { purchase } };
        let call = RequestBuilder::new(StripeMethod::Post, "/refunds").form(&form).customize::<Refund>();
        let call = call.request_strategy(RequestStrategy::Idempotent(key));
        call.send(&self.client).await.map(drop).map_err(payment_error)
    }

    /// A session that is paid or already over cannot be expired; its current state is the answer then.
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
            ProviderStatus::Open | ProviderStatus::Declined => Err(refusal),
            _ => Ok(found),
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

    fn session_of(&self, object: ProviderObject) -> BoxFuture<'_, Result<Option<String>, PaymentError>> {
        Box::pin(self.find_session(object))
    }

    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(self.give_back(request))
    }

    fn verify(&self, payload: &str, signature: &str) -> Result<WebhookEvent, WebhookRefusal> {
        stripe_event::verified(payload, signature, &self.webhook_secret)
    }
}

/// The parameters of `POST /v1/refunds`. Without an amount it refunds everything that is left.
#[derive(Serialize)]
struct RefundForm<'a> {
    payment_intent: &'a str,
    metadata: RefundMetadata,
}

#[derive(Serialize)]
struct RefundMetadata {
    purchase: String,
}

/// The parameters of `GET /v1/disputes`.
#[derive(Serialize)]
struct DisputesOf<'a> {
    payment_intent: &'a str,
    limit: u8,
}

/// The call for a request. Equal requests make forms with equal bytes.
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
        status,
        amount,
        refunded: charge(&session).map_or(0, |charge| charge.amount_refunded),
        dispute: None,
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
fn charge(session: &CheckoutSession) -> Option<&Charge> {
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

fn dispute(dispute: &stripe_shared::Dispute) -> Dispute {
    match &dispute.status {
        DisputeStatus::Won => Dispute::Won,
        DisputeStatus::Lost => Dispute::Lost,
        // A prevented dispute was settled by a refund, which is reported as such.
        DisputeStatus::WarningNeedsResponse
        | DisputeStatus::WarningUnderReview
        | DisputeStatus::WarningClosed
        | DisputeStatus::Prevented => Dispute::Inquiry,
        // Includes states that this program does not know: fail closed.
        _ => Dispute::Open,
    }
}

fn refused(error: impl ToString) -> PaymentError {
    PaymentError::Refused(error.to_string())
}

/// Decides whether to retry. A call without a readable answer may have taken effect; retrying with the same key finds
/// out.
fn payment_error(error: StripeError) -> PaymentError {
    match error {
        StripeError::Stripe(error, status) => {
            let text = format!("{status} {}", error.message.unwrap_or_default());
            // Stripe's transient 4xx: the key is in use, a dependency failed, or there were too many requests.
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
