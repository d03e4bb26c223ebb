//! One attempt to pay: held → paying (→ processing) → paid | failed | expired.

use crate::{
    amount::Money,
    id::*,
    money::payments::{PaymentError, PaymentRequest, ProviderSession, ProviderStatus},
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

/// How long a checkout stays open. Stripe requires at least 30 minutes at the time of the request, which may be a later
/// retry.
pub const OPEN_FOR: Span = Span::minutes(35);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// Known only to us: the provider has not been reached yet.
    Held,
    /// The provider has a pay page for it.
    Paying,
    /// Paid by a slow method: it takes days until the money arrives or fails to.
    Processing,
    Paid,
    Failed,
    Expired,
}

impl Payment {
    pub const ALL: [Self; 6] =
        [Self::Held, Self::Paying, Self::Processing, Self::Paid, Self::Failed, Self::Expired];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Paying => "paying",
            Self::Processing => "processing",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
    pub const fn settled(self) -> bool {
        matches!(self, Self::Paid | Self::Failed | Self::Expired)
    }
}

/// What ended an order that was not paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderEnd {
    /// The buyer.
    Cancelled,
    /// The price of the pass has changed, or it is free now.
    Price,
    Withdrawn,
    Unpublished,
    Banned,
    /// The provider refused our request: an error in our settings, not by the buyer.
    Refused,
    /// The provider has not told the outcome for too long. The buyer may still be charged, and then gets the pass or a
    /// refund.
    Unconfirmed,
}

impl OrderEnd {
    pub const ALL: [Self; 7] = [
        Self::Cancelled,
        Self::Price,
        Self::Withdrawn,
        Self::Unpublished,
        Self::Banned,
        Self::Refused,
        Self::Unconfirmed,
    ];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Price => "price",
            Self::Withdrawn => "withdrawn",
            Self::Unpublished => "unpublished",
            Self::Banned => "banned",
            Self::Refused => "refused",
            Self::Unconfirmed => "unconfirmed",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.code() == code)
    }
}

/// The current terms of an order's pass. An order ends when they no longer match its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The price that the order was opened for, while the pass is sold at it.
    pub price: Option<Money>,
    pub withdrawn: bool,
    /// Whether its space is published.
    pub published: bool,
    /// When the buyer's ban from the space ends; `Millis(i64::MAX)` if it has no end.
    pub banned_until: Option<Millis>,
}

impl Terms {
    pub fn is_banned(&self, now: Millis) -> bool {
        self.banned_until.is_some_and(|until| until > now)
    }

    /// Which term differs from those of an order over this amount, if one does.
    pub fn find_changed_term(&self, amount: Money, now: Millis) -> Option<OrderEnd> {
        if self.is_banned(now) {
            Some(OrderEnd::Banned)
        } else if !self.published {
            Some(OrderEnd::Unpublished)
        } else if self.withdrawn {
            Some(OrderEnd::Withdrawn)
        } else if self.price != Some(amount) {
            Some(OrderEnd::Price)
        } else {
            None
        }
    }
}

/// A checkout session as stored. The amount is copied from the pass at the start, and is what is charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    pub id: CheckoutId,
    pub purchase: PurchaseId,
    pub account: AccountId,
    pub email: String,
    pub space: SpaceId,
    pub pass: PassId,
    /// The price that it was opened for; unknown for some orders of earlier releases.
    pub price: Option<PriceId>,
    pub title: String,
    pub amount: Money,
    pub state: Payment,
    /// Counts from 1; each attempt has a new idempotency key.
    pub attempt: i64,
    /// The attempt's request exactly as it was sent; `None` before the first one.
    pub request: Option<String>,
    pub provider_session: Option<String>,
    pub pay_url: Option<String>,
    pub created_at: Millis,
    pub expires_at: Millis,
    /// The number of changes from the provider's state. A state fetched before the last change is not applied.
    pub version: i64,
    /// The stored reason; [`Checkout::ended_by`] also considers the terms.
    pub ended: Option<OrderEnd>,
    /// The version of the service's terms that the buyer had accepted when the order was opened; unknown for orders of earlier
    /// releases.
    pub agreed: Option<i64>,
    pub terms: Terms,
}

impl Checkout {
    /// What ended the order, or ends it now: changed terms end every unpaid order.
    pub fn ended_by(&self, now: Millis) -> Option<OrderEnd> {
        if self.ended.is_some() || !matches!(self.state, Payment::Held | Payment::Paying) {
            return self.ended;
        }
        self.terms.find_changed_term(self.amount, now)
    }

    fn is_over(&self, now: Millis) -> bool {
        now >= self.expires_at || self.ended_by(now).is_some()
    }
}

/// How long a request is retried with the same key; then a new attempt with a new key follows.
const SAME_KEY_FOR: Span = Span::minutes(1);
/// The shortest and longest pause between two queries of a session; within them each pause equals the time waited so
/// far.
const ASK_AGAIN: (Span, Span) = (Span::secs(30), Span::minutes(60));
/// The provider's sessions last at most a day, so after this nobody can pay any more. Whether somebody has paid before
/// is not known if the provider has not reported it.
const GIVE_UP_OPEN: Span = Span::days(2);
/// Slow payments take up to 14 business days.
pub const GIVE_UP_PROCESSING: Span = Span::days(30);

/// The addresses to which the pay page returns the buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentUrls {
    pub success: String,
    pub cancel: String,
}

/// The events of a checkout. Answers of the provider carry the time at which they arrived.
#[derive(Clone, Debug)]
pub enum CheckoutEvent {
    /// The buyer requests the pay page.
    Begin(PaymentUrls),
    /// The row was written; continue from it.
    Look,
    /// A deadline has passed, the terms may have changed, or an actor has just loaded the row: also ask the provider.
    Due,
    /// The provider's answer to opening a session.
    Opened(Result<ProviderSession, PaymentError>),
    /// The provider's answer to ending or fetching its session.
    Fetched(Result<ProviderSession, PaymentError>),
}

/// The next step of a checkout. None leads to `Paid`: only the job that applies the provider's state writes that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Store this attempt and its request, then send the request.
    Begin { attempt: i64, request: PaymentRequest },
    /// Send the stored request again with the same key and parameters.
    Send(PaymentRequest),
    /// Store the provider's session and its pay page.
    Pay { session: String, url: String },
    /// Ask the provider to end this session.
    Expire(String),
    /// Fetch the state of this session from the provider.
    Fetch(String),
    /// Enqueue the job that applies this session's state; look again at the given time.
    Apply { session: String, again: Millis },
    /// Store the end and its reason.
    Close(Payment, Option<OrderEnd>),
    /// Do nothing before this time.
    Wait(Option<Millis>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckoutError {
    #[error("this checkout is over: {}", .0.code())]
    Over(Payment),
}

/// Decides the next step. Everything it needs is in the row, so anyone who reads the row can continue.
pub fn decide(c: &Checkout, event: CheckoutEvent, now: Millis) -> Result<Step, CheckoutError> {
    Ok(match (event, c.state) {
        (CheckoutEvent::Begin(_), over) if over.settled() => return Err(CheckoutError::Over(over)),
        (CheckoutEvent::Begin(urls), Payment::Held) if c.request.is_none() && !c.is_over(now) => {
            first_attempt(c, &urls, now)
        }
        (CheckoutEvent::Begin(_) | CheckoutEvent::Look, _) => look(c, now),
        (CheckoutEvent::Due, _) => due(c, now),
        (CheckoutEvent::Opened(answer), _) => opened(c, answer, now),
        (CheckoutEvent::Fetched(_), over) if over.settled() => Step::Wait(None),
        (CheckoutEvent::Fetched(answer), _) => handle_provider_state(c, answer, now),
    })
}

/// The end of an order whose outcome the provider has not told for too long.
fn give_up(c: &Checkout, now: Millis) -> Option<Step> {
    let (end, at) = match c.state {
        Payment::Paying => (Payment::Expired, c.expires_at + GIVE_UP_OPEN),
        Payment::Processing => (Payment::Failed, c.created_at + GIVE_UP_PROCESSING),
        Payment::Held | Payment::Paid | Payment::Failed | Payment::Expired => return None,
    };
    (now >= at).then_some(Step::Close(end, Some(OrderEnd::Unconfirmed)))
}

fn look(c: &Checkout, now: Millis) -> Step {
    if let Some(close) = give_up(c, now) {
        return close;
    }
    let over = c.is_over(now);
    match (c.state, stored(c), &c.provider_session) {
        // Nobody has ever received a pay page.
        (Payment::Held, ..) if over => Step::Close(Payment::Expired, c.ended_by(now)),
        (Payment::Held, Some(request), _) if is_stale(&request, now) => next_attempt(c, request, now),
        (Payment::Held, Some(request), _) => Step::Send(request),
        (Payment::Held, None, _) => Step::Wait(Some(c.expires_at)),
        (Payment::Paying, _, Some(session)) if over => Step::Expire(session.clone()),
        (Payment::Paying | Payment::Processing, ..) => Step::Wait(Some(ask_again(c, now))),
        (Payment::Paid | Payment::Failed | Payment::Expired, ..) => Step::Wait(None),
    }
}

/// Webhooks may be lost, so sessions open at the provider are also queried, the last time before they are given up.
fn due(c: &Checkout, now: Millis) -> Step {
    match (look(c, now), c.state, &c.provider_session) {
        (
            Step::Wait(_) | Step::Close(_, Some(OrderEnd::Unconfirmed)),
            Payment::Paying | Payment::Processing,
            Some(session),
        ) => Step::Fetch(session.clone()),
        (step, ..) => step,
    }
}

/// When to query the provider next. Each pause is as long as the whole wait before it, so that few queries cover every
/// delay.
fn ask_again(c: &Checkout, now: Millis) -> Millis {
    let since = if now < c.expires_at { c.created_at } else { c.expires_at };
    let pause = Span((now - since).0.clamp(ASK_AGAIN.0.0, ASK_AGAIN.1.0));
    let next = now + pause;
    if c.state == Payment::Paying && now < c.expires_at { next.min(c.expires_at) } else { next }
}

fn opened(c: &Checkout, answer: Result<ProviderSession, PaymentError>, now: Millis) -> Step {
    match answer {
        // It came too late: nobody may pay with it.
        Ok(session) if c.state != Payment::Held => {
            let ours = c.provider_session.as_ref() == Some(&session.id);
            if ours { look(c, now) } else { Step::Expire(session.id) }
        }
        Ok(ProviderSession { id: session, url: Some(url), .. }) => Step::Pay { session, url },
        Ok(_) | Err(PaymentError::Refused(_)) if c.state == Payment::Held => {
            Step::Close(Payment::Failed, Some(OrderEnd::Refused))
        }
        Ok(_) | Err(_) => look(c, now),
    }
}

fn handle_provider_state(c: &Checkout, answer: Result<ProviderSession, PaymentError>, now: Millis) -> Step {
    let again = ask_again(c, now);
    let unknown = give_up(c, now).unwrap_or(Step::Wait(Some(again)));
    let ours = |found: &ProviderSession| c.provider_session.as_ref() == Some(&found.id);
    let Ok(found) = answer.map_err(drop).and_then(|found| if ours(&found) { Ok(found) } else { Err(()) })
    else {
        return unknown;
    };
    match (found.status, c.state) {
        (ProviderStatus::Paid | ProviderStatus::Failed, _)
        | (ProviderStatus::Processing, Payment::Paying) => Step::Apply { session: found.id, again },
        (ProviderStatus::Expired, Payment::Paying) => Step::Close(Payment::Expired, c.ended_by(now)),
        // The terms changed during the query.
        (ProviderStatus::Open | ProviderStatus::Declined, Payment::Paying) if c.is_over(now) => {
            Step::Expire(found.id)
        }
        _ => unknown,
    }
}

fn first_attempt(c: &Checkout, urls: &PaymentUrls, now: Millis) -> Step {
    let request = PaymentRequest {
        checkout: c.id,
        purchase: c.purchase,
        title: c.title.clone(),
        amount: c.amount,
        email: c.email.clone(),
        success_url: urls.success.clone(),
        cancel_url: urls.cancel.clone(),
        expires_at: now,
        idempotency_key: String::new(),
    };
    numbered(c, request, c.attempt.max(1), now)
}

/// The provider replays a stored failure for a used key, and refuses the key with other parameters. A request that has
/// had its time is therefore followed by one with a new key. If the first one did open a session, nobody received its
/// page, and it expires by itself.
fn next_attempt(c: &Checkout, request: PaymentRequest, now: Millis) -> Step {
    numbered(c, request, c.attempt + 1, now)
}

fn numbered(c: &Checkout, request: PaymentRequest, attempt: i64, now: Millis) -> Step {
    let expires_at = now + OPEN_FOR;
    let idempotency_key = format!("{}:open:{attempt}", c.purchase);
    Step::Begin { attempt, request: PaymentRequest { expires_at, idempotency_key, ..request } }
}

impl PaymentRequest {
    /// The JSON that is stored beside its key.
    pub fn to_stored(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

fn stored(c: &Checkout) -> Option<PaymentRequest> {
    serde_json::from_str(c.request.as_deref()?).ok()
}

fn is_stale(request: &PaymentRequest, now: Millis) -> bool {
    (request.expires_at - now).0 <= OPEN_FOR.0 - SAME_KEY_FOR.0
}

#[cfg(test)]
#[path = "checkout_tests.rs"]
mod tests;
