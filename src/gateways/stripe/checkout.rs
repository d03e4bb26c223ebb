//! Sessions of Stripe's page in which somebody subscribes or saves a card.

use super::{CHECKOUT, StripePayments, payment_error, provider_session, refused, views};
use domain::money::{
    billing::{CardRequest, SessionResult, SubscriptionRequest},
    payments::{PaymentError, ProviderSession},
};
use stripe::{IdempotencyKey, RequestStrategy};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    CreateCheckoutSessionSubscriptionData, ProductData,
};
use stripe_client_core::StripeRequest;
use stripe_shared::CheckoutSessionMode;
use stripe_types::Currency;

impl StripePayments {
    pub(super) async fn subscribe(
        &self,
        request: SubscriptionRequest,
    ) -> Result<ProviderSession, PaymentError> {
        let call = subscription(&request)?;
        self.create_session(call, &request.idempotency_key).await
    }

    pub(super) async fn save_card(&self, request: CardRequest) -> Result<ProviderSession, PaymentError> {
        let currency: Currency = request.currency.code().parse().map_err(refused)?;
        let call = CreateCheckoutSession::new()
            .mode(CheckoutSessionMode::Setup)
            .customer(&request.customer)
            .currency(currency)
            .success_url(&request.success_url)
            .cancel_url(&request.cancel_url);
        self.create_session(call, &request.idempotency_key).await
    }

    async fn create_session(
        &self,
        call: CreateCheckoutSession,
        key: &str,
    ) -> Result<ProviderSession, PaymentError> {
        let key = IdempotencyKey::new(key).map_err(refused)?;
        let call = call.customize().request_strategy(RequestStrategy::Idempotent(key));
        call.send(&self.client).await.map(provider_session).map_err(payment_error)
    }

    pub(super) async fn result_of(&self, session: String) -> Result<SessionResult, PaymentError> {
        let expand = [("expand[0]", "setup_intent".to_owned())];
        let session: views::Session = self.get(format!("/checkout/sessions/{session}"), &expand).await?;
        Ok(session.result())
    }
}

/// The call for a request. Equal requests make forms with equal bytes.
fn subscription(request: &SubscriptionRequest) -> Result<CreateCheckoutSession, PaymentError> {
    let mut recurring = CreateCheckoutSessionLineItems::new();
    recurring.price = Some(request.price.clone());
    recurring.quantity = Some(1);
    let mut items = vec![recurring];
    if let Some(fee) = &request.setup_fee {
        let currency: Currency = fee.amount.currency.code().parse().map_err(refused)?;
        let mut price = CreateCheckoutSessionLineItemsPriceData::new(currency);
        price.unit_amount = Some(fee.amount.minor);
        price.product_data = Some(ProductData::new(&fee.title));
        let mut once = CreateCheckoutSessionLineItems::new();
        once.price_data = Some(price);
        once.quantity = Some(1);
        items.push(once);
    }
    let checkout = request.checkout.to_string();
    // One key, as in sessions that are paid once: with two, the order of the form's fields would vary.
    let named = [(CHECKOUT.to_owned(), checkout.clone())];
    let mut made = CreateCheckoutSessionSubscriptionData::new();
    made.metadata = Some(named.clone().into());
    made.trial_period_days = request.trial_days;
    Ok(CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Subscription)
        .line_items(items)
        .client_reference_id(checkout)
        .customer(&request.customer)
        .metadata(named)
        .subscription_data(made)
        .success_url(&request.success_url)
        .cancel_url(&request.cancel_url)
        .expires_at(request.expires_at.0.div_euclid(1000)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        amount::{Currency, Money},
        id::CheckoutId,
        money::billing::SetupFee,
        time::Millis,
    };

    #[test]
    fn equal_requests_make_equal_forms() {
        let request = SubscriptionRequest {
            checkout: CheckoutId::new(),
            customer: "cus_1".into(),
            price: "price_1".into(),
            trial_days: Some(7),
            setup_fee: Some(SetupFee {
                title: "Start & go".into(),
                amount: Money { minor: 500, currency: Currency::Eur },
            }),
            success_url: "http://127.0.0.1:3000/checkouts/1?s={CHECKOUT_SESSION_ID}".into(),
            cancel_url: "http://127.0.0.1:3000/maya/front-row".into(),
            expires_at: Millis(1_900_001_800_999),
            idempotency_key: "c:subscribe:1".into(),
        };
        let form = |request: &SubscriptionRequest| subscription(request).unwrap().build().body.unwrap();
        let first = form(&request);
        for _ in 0..50 {
            let stored = serde_json::to_string(&request).unwrap();
            assert_eq!(form(&serde_json::from_str(&stored).unwrap()), first);
        }
        assert_eq!(first.matches(&request.checkout.to_string()).count(), 3, "{first}");
    }
}
