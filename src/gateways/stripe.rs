//! Stripe, or the stand-in with the same API: the base address alone decides which.

mod balance;
mod billing;
mod cards;
mod checkout;
mod connect;
mod disputes;
mod forms;
mod own_page;
mod sessions;
mod views;

use crate::stripe_event;
use domain::{
    clock::BoxFuture,
    money::{
        billing::{InvoiceFacts, InvoiceStatus, SubscriptionRequest},
        buying::cards::CardUse,
        payments::{
            AwaitedAnswer, Dispute, EvidenceRequest, ObjectKind, PaymentError, PaymentRequest, Payments,
            PlanRequest, ProviderBalance, ProviderObject, ProviderSession, ProviderStatus, RefundRequest,
            WebhookEvent, WebhookRefusal,
        },
    },
    secret::SharedSecret,
};
use serde::Serialize;
use sessions::{charge, provider_session};
use std::time::Duration;
use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    CreateCheckoutSessionPaymentIntentData, CreateCheckoutSessionPaymentIntentDataSetupFutureUsage,
    ExpireCheckoutSession, ListCheckoutSession, ProductData, RetrieveCheckoutSession,
};
use stripe_client_core::{RequestBuilder, StripeMethod, StripeRequest};
use stripe_shared::{Charge, CheckoutSessionMode, DisputeStatus, PaymentIntent, Refund};
use stripe_types::Currency;

/// How long a whole call usually may take, including connecting and reading.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The metadata key under which a session and its payment intent carry our checkout's id. There must be only one key:
/// with two, the order of the form's fields, and so its bytes, would vary.
const CHECKOUT: &str = "checkout";
const INVOICE: &str = "in_"; // what ids of invoices begin with

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
        Self::with_timeout(config, TIMEOUT)
    }

    /// With another time that a whole call may take.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_timeout(config: StripeConfig, timeout: Duration) -> Result<Self, StripeConfigError> {
        let mut builder = ClientBuilder::new(config.secret_key.expose()).timeout(timeout);
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
        if let Some(plan) = request.plan.clone() {
            return self.subscribe(subscribing(request, plan)).await;
        }
        if let Some(CardUse::Charge { customer, card, .. }) = request.card.clone() {
            return self.make_payment(request, customer, card).await;
        }
        if request.own_page {
            return self.make_for_own_page(request).await;
        }
        let key = IdempotencyKey::new(&request.idempotency_key).map_err(refused)?;
        let call = create(&request)?.customize().request_strategy(RequestStrategy::Idempotent(key));
        call.send(&self.client).await.map(provider_session).map_err(payment_error)
    }

    /// The session with its payment, the payment's latest charge and what it has moved; with its refunds and disputes, if it has
    /// any.
    async fn retrieve(&self, session: &str) -> Result<ProviderSession, PaymentError> {
        if session.starts_with(INVOICE) {
            return self.retrieve_invoice(session).await;
        }
        if session.starts_with(cards::INTENT) {
            return self.retrieve_payment(session).await;
        }
        let call = RetrieveCheckoutSession::new(session).expand(balance::EXPANDED.map(str::to_owned));
        let session = call.send(&self.client).await.map_err(payment_error)?;
        let paid = charge(&session).filter(|charge| charge.paid);
        let intent = session.payment_intent.as_ref().map(|intent| intent.id().to_string());
        let payment = paid.map(|charge| balance::payment(intent, charge));
        let refunded = paid.is_some_and(balance::has_refunds);
        let disputed = paid.is_some_and(|charge| charge.disputed);
        let mut found = provider_session(session);
        found.movements.extend(payment);
        self.add_reversals(&mut found, refunded, disputed).await?;
        Ok(found)
    }

    /// Adds the refunds and the disputes of a payment, if it has any.
    async fn add_reversals(
        &self,
        found: &mut ProviderSession,
        refunded: bool,
        disputed: bool,
    ) -> Result<(), PaymentError> {
        let Some(intent) = found.intent.clone() else { return Ok(()) };
        if refunded {
            let refunds = self.refunds_of(&intent).await?;
            found.refunded = balance::refunded(&refunds);
            found.movements.extend(refunds.iter().flat_map(balance::refund));
        }
        if disputed {
            let disputes = self.disputes_of(&intent).await?;
            found.dispute = disputes.first().map(dispute);
            found.movements.extend(disputes.iter().flat_map(balance::dispute));
        }
        Ok(())
    }

    /// The payment of an invoice, told as that of a session: our order of an invoice has the invoice's id for its session.
    async fn retrieve_invoice(&self, invoice: &str) -> Result<ProviderSession, PaymentError> {
        let facts = self.fetch_invoice(invoice).await?;
        let mut found = invoiced(&facts);
        let Some(intent) = facts.intent else { return Ok(found) };
        let expand = balance::INTENT_EXPANDED.map(|(name, value)| (name, value.to_owned()));
        let intent: PaymentIntent = self.get(format!("/payment_intents/{intent}"), &expand).await?;
        self.add_payment(&mut found, &intent).await?;
        Ok(found)
    }

    /// The payment that an object belongs to, as the provider reports it.
    async fn intent_of(&self, object: &ProviderObject) -> Result<Option<String>, PaymentError> {
        let id = &object.id;
        let intent = match object.kind {
            ObjectKind::CheckoutSession | ObjectKind::PaymentIntent => return Ok(Some(id.clone())),
            // No session of a pass belongs to these.
            ObjectKind::SetupIntent
            | ObjectKind::PaymentMethod
            | ObjectKind::Subscription
            | ObjectKind::Invoice
            | ObjectKind::Account
            | ObjectKind::Transfer
            | ObjectKind::Payout => return Ok(None),
            ObjectKind::Charge => self.get::<Charge>(format!("/charges/{id}"), &[]).await?.payment_intent,
            ObjectKind::Refund => self.get::<Refund>(format!("/refunds/{id}"), &[]).await?.payment_intent,
            ObjectKind::Dispute => {
                self.get::<stripe_shared::Dispute>(format!("/disputes/{id}"), &[]).await?.payment_intent
            }
        };
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
        let form = RefundForm {
            payment_intent: &request.intent,
            amount: request.part.map(|(_, amount)| amount.minor),
            metadata: RefundMetadata {
                purchase: request.purchase.to_string(),
                refund: request.part.map(|(refund, _)| refund.to_string()),
            },
        };
        let call = RequestBuilder::new(StripeMethod::Post, "/refunds").form(&form).customize::<Refund>();
        let call = call.request_strategy(RequestStrategy::Idempotent(key));
        call.send(&self.client).await.map(drop).map_err(refund_error)
    }

    /// A session that is paid or already over cannot be expired; its current state is the answer then.
    async fn close(&self, session: &str) -> Result<ProviderSession, PaymentError> {
        let ended = if session.starts_with(cards::INTENT) {
            self.end_payment(session).await
        } else {
            match ExpireCheckoutSession::new(session).send(&self.client).await {
                Ok(session) => return Ok(provider_session(session)),
                Err(error) => Err(payment_error(error)),
            }
        };
        let Err(refusal) = ended else { return self.retrieve(session).await };
        if let PaymentError::Away(_) = refusal {
            return Err(refusal);
        }
        let found = self.retrieve(session).await?;
        match found.status {
            ProviderStatus::Open | ProviderStatus::Declined | ProviderStatus::CardRefused(_) => Err(refusal),
            _ => Ok(found),
        }
    }
}

impl Payments for StripePayments {
    fn open(&self, request: PaymentRequest) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        Box::pin(self.begin(request))
    }

    fn charge(
        &self,
        session: String,
        return_url: Option<String>,
    ) -> BoxFuture<'_, Result<ProviderSession, PaymentError>> {
        Box::pin(async move { self.charge_payment(&session, return_url).await })
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

    fn balance(&self) -> BoxFuture<'_, Result<Vec<ProviderBalance>, PaymentError>> {
        Box::pin(self.own_balance())
    }

    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(self.give_back(request))
    }

    fn awaited_answer(&self, intent: String) -> BoxFuture<'_, Result<AwaitedAnswer, PaymentError>> {
        Box::pin(self.awaited(intent))
    }

    fn answer_dispute(&self, request: EvidenceRequest) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(self.give_evidence(request))
    }

    fn verify(&self, payload: &str, signature: &str) -> Result<WebhookEvent, WebhookRefusal> {
        stripe_event::verified(payload, signature, &self.webhook_secret)
    }
}

/// The parameters of `POST /v1/refunds`. Without an amount it refunds everything that is left.
#[derive(Serialize)]
struct RefundForm<'a> {
    payment_intent: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    metadata: RefundMetadata,
}

#[derive(Serialize)]
struct RefundMetadata {
    purchase: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<String>,
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
    if let Some(CardUse::Keep { .. }) = request.card {
        // The page then says that the card is saved.
        intent.setup_future_usage = Some(CreateCheckoutSessionPaymentIntentDataSetupFutureUsage::OffSession);
    }
    let call = CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .line_items([item])
        .client_reference_id(checkout)
        .metadata(named)
        .payment_intent_data(intent)
        .success_url(&request.success_url)
        .cancel_url(&request.cancel_url)
        .expires_at(request.expires_at.0.div_euclid(1000));
    Ok(match &request.card {
        Some(used) => call.customer(used.customer()),
        None => call.customer_email(&request.email),
    })
}

/// An order that subscribes, as the call for it wants it.
fn subscribing(request: PaymentRequest, plan: PlanRequest) -> SubscriptionRequest {
    SubscriptionRequest {
        checkout: request.checkout,
        customer: plan.customer,
        price: plan.price,
        trial_days: plan.trial_days,
        setup_fee: plan.setup_fee,
        success_url: request.success_url,
        cancel_url: request.cancel_url,
        expires_at: request.expires_at,
        idempotency_key: request.idempotency_key,
    }
}

/// What is known of an invoice's payment without the payment itself.
fn invoiced(facts: &InvoiceFacts) -> ProviderSession {
    ProviderSession {
        id: facts.id.clone(),
        url: None,
        client_secret: None,
        status: match facts.status {
            InvoiceStatus::Paid => ProviderStatus::Paid,
            InvoiceStatus::Draft | InvoiceStatus::Open => ProviderStatus::Open,
            InvoiceStatus::Uncollectible | InvoiceStatus::Void => ProviderStatus::Expired,
        },
        amount: Some(facts.paid),
        reference: None,
        intent: facts.intent.clone(),
        refunded: 0,
        dispute: None,
        movements: Vec::new(),
    }
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
        StripeError::Timeout => PaymentError::Away("no answer in time".to_owned()),
    }
}

/// The same for what moves money, which has to know whether its key is used up. What is wrong with our key is no answer about it.
fn refund_error(error: StripeError) -> PaymentError {
    let status = if let StripeError::Stripe(_, status) = &error { Some(*status) } else { None };
    match (status, payment_error(error)) {
        (Some(401 | 403), PaymentError::Refused(text)) => PaymentError::Away(text),
        (Some(500..), PaymentError::Away(text)) => PaymentError::Failed(text),
        (_, told) => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        amount::{Currency, Money},
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
            plan: None,
            card: None,
            own_page: false,
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
