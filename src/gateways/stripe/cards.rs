//! Payments without a session. Those with a saved card are made first, then charged, so that a lost answer never charges twice.

use super::{
    CHECKOUT, StripePayments, balance, refused,
    views::{Method, Named},
};
use domain::{
    amount::Money,
    money::{
        buying::cards::CardRefusal,
        payments::{PaymentError, PaymentRequest, ProviderSession, ProviderStatus},
    },
};
use stripe_shared::{PaymentIntent, PaymentIntentStatus};
use stripe_types::Expandable;

/// What ids of payments without a session begin with.
pub(super) const INTENT: &str = "pi_";

impl StripePayments {
    /// Makes the payment. Nothing is charged yet: an answer that is lost costs nobody anything.
    pub(super) async fn make_payment(
        &self,
        request: PaymentRequest,
        customer: String,
        card: String,
    ) -> Result<ProviderSession, PaymentError> {
        let checkout = ["metadata[", CHECKOUT, "]"].concat();
        let form = [
            ("amount", request.amount.minor.to_string()),
            ("currency", request.amount.currency.code().to_owned()),
            ("customer", customer),
            ("payment_method", card),
            ("payment_method_types[0]", "card".to_owned()),
            ("description", request.title),
            (checkout.as_str(), request.checkout.to_string()),
        ];
        let made = self.once("/payment_intents".into(), &form, &request.idempotency_key).await;
        let intent: PaymentIntent = made.map_err(PaymentError::from)?;
        payment(&intent)
    }

    /// Charges a payment. What its bank would ask the buyer is a refusal: the buyer answers on a page. Without an address to come back
    /// to nobody is there, and the bank is told so.
    pub(super) async fn charge_payment(
        &self,
        intent: &str,
        return_url: Option<String>,
    ) -> Result<ProviderSession, PaymentError> {
        let form = match return_url {
            Some(address) => vec![("return_url", address), ("error_on_requires_action", "true".to_owned())],
            None => vec![("off_session", "true".to_owned())],
        };
        let charged = self.set::<PaymentIntent>(format!("/payment_intents/{intent}/confirm"), &form).await;
        match charged {
            Ok(_) => self.retrieve_payment(intent).await,
            // Its bank refused it, it was charged before, or the card is nobody's any more.
            Err(PaymentError::Refused(_)) => {
                let mut found = self.retrieve_payment(intent).await?;
                if found.status == ProviderStatus::Open {
                    found.status = ProviderStatus::CardRefused(CardRefusal::Declined);
                }
                Ok(found)
            }
            Err(away) => Err(away),
        }
    }

    /// A payment without a session, told as that of a session.
    pub(super) async fn retrieve_payment(&self, intent: &str) -> Result<ProviderSession, PaymentError> {
        let expand = balance::INTENT_EXPANDED.map(|(name, value)| (name, value.to_owned()));
        let intent: PaymentIntent = self.get(format!("/payment_intents/{intent}"), &expand).await?;
        let mut found = payment(&intent)?;
        self.add_payment(&mut found, &intent).await?;
        Ok(found)
    }

    /// Adds what a payment has moved, with its refunds and disputes.
    pub(super) async fn add_payment(
        &self,
        found: &mut ProviderSession,
        intent: &PaymentIntent,
    ) -> Result<(), PaymentError> {
        let charge = intent.latest_charge.as_ref().and_then(Expandable::as_object);
        let Some(charge) = charge.filter(|charge| charge.paid) else { return Ok(()) };
        found.refunded = charge.amount_refunded;
        found.movements.push(balance::payment(Some(intent.id.to_string()), charge));
        self.add_reversals(found, balance::has_refunds(charge), charge.disputed).await
    }

    /// Ends a payment that was not charged.
    pub(super) async fn end_payment(&self, intent: &str) -> Result<(), PaymentError> {
        self.set::<PaymentIntent>(format!("/payment_intents/{intent}/cancel"), &[]).await.map(drop)
    }

    /// Takes a card from its customer. One that has none is taken already.
    pub(super) async fn detach(&self, card: String) -> Result<(), PaymentError> {
        match self.set::<Named>(format!("/payment_methods/{card}/detach"), &[]).await {
            Ok(_) => Ok(()),
            Err(PaymentError::Refused(why)) => {
                let found: Method = self.get(format!("/payment_methods/{card}"), &[]).await?;
                if found.facts()?.customer.is_none() { Ok(()) } else { Err(PaymentError::Refused(why)) }
            }
            Err(away) => Err(away),
        }
    }
}

/// A payment, told as a session.
pub(super) fn payment(intent: &PaymentIntent) -> Result<ProviderSession, PaymentError> {
    let currency = intent.currency.to_string().parse().map_err(refused)?;
    Ok(ProviderSession {
        id: intent.id.to_string(),
        url: None,
        client_secret: None,
        status: status(intent),
        amount: Some(Money { minor: intent.amount, currency }),
        reference: intent.metadata.get(CHECKOUT).cloned(),
        intent: Some(intent.id.to_string()),
        refunded: 0,
        dispute: None,
        movements: Vec::new(),
    })
}

fn status(intent: &PaymentIntent) -> ProviderStatus {
    let refusal = intent.last_payment_error.as_ref().map(|error| {
        let code = error.code.as_ref().map(ToString::to_string);
        let asks = code.as_deref() == Some("authentication_required");
        let reason = if asks { code } else { error.decline_code.clone().or(code) };
        CardRefusal::from_reason(&reason.unwrap_or_default())
    });
    match (&intent.status, refusal) {
        (PaymentIntentStatus::Succeeded, _) => ProviderStatus::Paid,
        (PaymentIntentStatus::Canceled, _) => ProviderStatus::Expired,
        (PaymentIntentStatus::Processing, _) => ProviderStatus::Processing,
        (PaymentIntentStatus::RequiresAction, _) => ProviderStatus::CardRefused(CardRefusal::Asks),
        (PaymentIntentStatus::RequiresPaymentMethod, Some(refusal)) => ProviderStatus::CardRefused(refusal),
        _ => ProviderStatus::Open,
    }
}
