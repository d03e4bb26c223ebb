//! Payments in the form that Stripe's script draws on our own page (the Payment Element). The server makes the payment, and with it decides
//! the amount; with the payment's secret a browser can confirm it, and nothing else.

use super::{CHECKOUT, StripePayments, cards, refused};
use domain::money::{
    buying::cards::CardUse,
    payments::{PaymentError, PaymentRequest, ProviderSession},
};
use stripe_shared::PaymentIntent;

impl StripePayments {
    /// Makes the payment. Which methods its form offers, cards among them, is set at Stripe, as for its own page.
    pub(super) async fn make_for_own_page(
        &self,
        request: PaymentRequest,
    ) -> Result<ProviderSession, PaymentError> {
        let key = request.idempotency_key.clone();
        let checkout = ["metadata[", CHECKOUT, "]"].concat();
        let mut form = vec![
            ("amount", request.amount.minor.to_string()),
            ("currency", request.amount.currency.code().to_owned()),
            ("automatic_payment_methods[enabled]", "true".to_owned()),
            ("description", request.title),
            (checkout.as_str(), request.checkout.to_string()),
        ];
        if let Some(used) = &request.card {
            form.push(("customer", used.customer().to_owned()));
        }
        if let Some(CardUse::Keep { .. }) = &request.card {
            // The form then says that the card is saved.
            form.push(("setup_future_usage", "off_session".to_owned()));
        }
        let made = self.once("/payment_intents".into(), &form, &key).await;
        let intent: PaymentIntent = made.map_err(PaymentError::from)?;
        let client_secret = intent.client_secret.clone();
        if client_secret.is_none() {
            return Err(refused("the payment has no secret"));
        }
        Ok(ProviderSession { client_secret, ..cards::payment(&intent)? })
    }
}
