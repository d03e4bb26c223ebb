//! The requests of an order to the provider: what is asked, under which key, and for how long the same is asked again.

use crate::{
    money::{
        checkout::{Checkout, CheckoutStep, OPEN_FOR, PaymentUrls},
        payments::PaymentRequest,
    },
    time::{Millis, Span},
};

/// How long a request is retried with the same key; then a new attempt with a new key follows.
pub(super) const SAME_KEY_FOR: Span = Span::minutes(1);

/// Where the buyer says with what they pay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PayPlace {
    /// On the provider's page.
    #[default]
    ProviderPage,
    /// On our own page, in a form that the provider's script draws.
    OwnPage,
}

/// What is asked for an order that is paid at this place, without what belongs to one attempt.
pub(super) fn request(c: &Checkout, urls: &PaymentUrls, place: PayPlace) -> PaymentRequest {
    PaymentRequest {
        checkout: c.id,
        purchase: c.purchase,
        title: c.title.clone(),
        amount: c.amount,
        email: c.email.clone(),
        success_url: urls.success.clone(),
        cancel_url: urls.cancel.clone(),
        expires_at: c.expires_at,
        idempotency_key: String::new(),
        plan: c.plan.as_ref().and_then(|plan| plan.request(&c.title)),
        card: c.card.request(),
        own_page: place == PayPlace::OwnPage && c.can_be_paid_here(),
    }
}

pub(super) fn first(c: &Checkout, urls: &PaymentUrls, place: PayPlace, now: Millis) -> CheckoutStep {
    numbered(c, request(c, urls, place), c.attempt.max(1), now)
}

/// The provider replays a stored failure for a used key, and refuses the key with other parameters. A request that has
/// had its time is therefore followed by one with a new key. If the first one did open a session, nobody received its
/// page or its secret, so nobody pays it.
pub(super) fn next(c: &Checkout, request: PaymentRequest, now: Millis) -> CheckoutStep {
    numbered(c, request, c.attempt + 1, now)
}

fn numbered(c: &Checkout, request: PaymentRequest, attempt: i64, now: Millis) -> CheckoutStep {
    let expires_at = now + OPEN_FOR;
    let idempotency_key = format!("{}:open:{attempt}", c.purchase);
    CheckoutStep::Begin { attempt, request: PaymentRequest { expires_at, idempotency_key, ..request } }
}

impl PaymentRequest {
    /// The JSON that is stored beside its key.
    pub fn to_stored(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// The request of the current attempt.
pub(super) fn stored(c: &Checkout) -> Option<PaymentRequest> {
    serde_json::from_str(c.request.as_deref()?).ok()
}

/// What is asked next, in place of what the provider has.
pub(super) fn other(c: &Checkout) -> Option<PaymentRequest> {
    serde_json::from_str(c.next_request.as_deref()?).ok()
}

pub(super) fn is_stale(request: &PaymentRequest, now: Millis) -> bool {
    (request.expires_at - now).0 <= OPEN_FOR.0 - SAME_KEY_FOR.0
}
