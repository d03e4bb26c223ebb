//! Calls that the client has no builder for. Equal parameters make forms with equal bytes, which idempotency keys require.

use super::{StripePayments, refused};
use domain::money::payments::PaymentError;
use miniserde::Deserialize;
use stripe::{IdempotencyKey, RequestStrategy, StripeError};
use stripe_client_core::{RequestBuilder, StripeMethod};
use url::form_urlencoded::Serializer;

/// Why a call with a key failed: before it was sent, or by its answer.
pub(super) enum CallError {
    Before(PaymentError),
    Answer(StripeError),
}

impl From<CallError> for PaymentError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Before(error) => error,
            CallError::Answer(error) => super::payment_error(error),
        }
    }
}

pub(super) fn encoded(pairs: &[(&str, String)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl StripePayments {
    pub(super) async fn get<T: Deserialize>(
        &self,
        path: String,
        pairs: &[(&str, String)],
    ) -> Result<T, PaymentError> {
        let mut call = RequestBuilder::new(StripeMethod::Get, path);
        call.query = (!pairs.is_empty()).then(|| encoded(pairs));
        call.customize::<T>().send(&self.client).await.map_err(super::payment_error)
    }

    /// A call that sets something: sent twice, it does the same.
    pub(super) async fn set<T: Deserialize>(
        &self,
        path: String,
        pairs: &[(&str, String)],
    ) -> Result<T, PaymentError> {
        let mut call = RequestBuilder::new(StripeMethod::Post, path);
        call.body = Some(encoded(pairs));
        call.customize::<T>().send(&self.client).await.map_err(super::payment_error)
    }

    /// A call that must take effect once.
    pub(super) async fn once<T: Deserialize>(
        &self,
        path: String,
        pairs: &[(&str, String)],
        key: &str,
    ) -> Result<T, CallError> {
        let key = IdempotencyKey::new(key).map_err(|error| CallError::Before(refused(error)))?;
        let mut call = RequestBuilder::new(StripeMethod::Post, path);
        call.body = Some(encoded(pairs));
        let call = call.customize::<T>().request_strategy(RequestStrategy::Idempotent(key));
        call.send(&self.client).await.map_err(CallError::Answer)
    }
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn names_and_values_are_encoded_in_their_order() {
        let pairs = [("items[0][price]", "price_1".to_owned()), ("product_data[name]", "A & b".to_owned())];
        assert_eq!(encoded(&pairs), "items%5B0%5D%5Bprice%5D=price_1&product_data%5Bname%5D=A+%26+b");
    }
}
