//! One attempt to pay: held → paying (→ processing) → paid | failed | expired.

use crate::{
    amount::Money,
    id::*,
    money::{
        asking::Answer,
        attempts::{self, PayPlace},
        buying::{
            cards::{CardOrder, CardRefusal, CardUse},
            consent::TillConsent,
        },
        payments::{PaymentError, PaymentRequest, ProviderSession, ProviderStatus},
        promo::Discount,
        recurring::order::PlanOrder,
        selling::{Lasting, Window},
    },
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

/// How long a checkout stays open. Stripe requires at least 30 minutes at the time of the request, which may be a later
/// retry.
pub const OPEN_FOR: Span = Span::minutes(35);

/// How long a seat of a stock, or a use of a code that has few, is kept for a buyer who has not begun to pay: nobody keeps others out
/// for longer without asking the provider.
pub const HELD_FOR: Span = Span::minutes(5);

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
    /// There are fewer passes now than were held for orders.
    Stock,
    /// The sale has closed, or opens later now.
    Window,
    /// Something else is asked now.
    Questions,
    Unpublished,
    Banned,
    /// The provider refused our request: an error in our settings, not by the buyer.
    Refused,
    /// The provider has not told the outcome for too long. The buyer may still be charged, and then gets the pass or a
    /// refund.
    Unconfirmed,
}

impl OrderEnd {
    pub const ALL: [Self; 10] = [
        Self::Cancelled,
        Self::Price,
        Self::Withdrawn,
        Self::Stock,
        Self::Window,
        Self::Questions,
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
            Self::Stock => "stock",
            Self::Window => "window",
            Self::Questions => "questions",
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PassTerms {
    /// The price that the order was opened for, while the pass is sold at it.
    pub price: Option<Money>,
    pub withdrawn: bool,
    /// Whether its space is published.
    pub published: bool,
    /// When the buyer's ban from the space ends; `Millis(i64::MAX)` if it has no end.
    pub banned_until: Option<Millis>,
    /// The stock no longer has a seat for this order: those before it get what is left.
    pub oversold: bool,
    /// From when and until when the pass is sold.
    pub window: Window,
    /// Whoever gets the pass is asked something else than the buyer was.
    pub asks_else: bool,
    /// The order keeps something from others: a seat of a stock, or a use of a code that has so many.
    pub scarce: bool,
}

impl PassTerms {
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
        } else if !self.window.is_open(now) {
            Some(OrderEnd::Window)
        } else if self.oversold {
            Some(OrderEnd::Stock)
        } else if self.asks_else {
            Some(OrderEnd::Questions)
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
    /// With it the provider's script on our own page pays the session, which is a payment without a page.
    pub client_secret: Option<String>,
    /// Asked for in place of the session, once the provider has confirmed that nobody can pay that any more.
    pub next_request: Option<String>,
    pub created_at: Millis,
    pub expires_at: Millis,
    /// The number of changes from the provider's state. A state fetched before the last change is not applied.
    pub version: i64,
    /// The stored reason; [`Checkout::ended_by`] also considers the terms.
    pub ended: Option<OrderEnd>,
    /// The version of the service's terms that the buyer had accepted when the order was opened; unknown for orders of earlier
    /// releases.
    pub agreed: Option<i64>,
    /// What the buyer agreed to when they began to pay.
    pub consent: Option<TillConsent>,
    /// How long the pass is good, copied from it at the start.
    pub lasting: Lasting,
    /// What made the amount smaller than the price of the pass.
    pub discount: Option<Discount>,
    /// What the buyer answered.
    pub answers: Vec<Answer>,
    /// It begins a subscription.
    pub plan: Option<PlanOrder>,
    pub card: CardOrder,
    /// The address of whoever gets the pass, if it is not for the buyer; empty once its account was deleted.
    pub gift: Option<String>,
    /// A visitor's, who has not proven this address yet.
    pub guest: bool,
    pub terms: PassTerms,
}

impl Checkout {
    /// What ended the order, or ends it now: changed terms end every unpaid order.
    pub fn ended_by(&self, now: Millis) -> Option<OrderEnd> {
        if self.ended.is_some() || !matches!(self.state, Payment::Held | Payment::Paying) {
            return self.ended;
        }
        self.terms.find_changed_term(self.list_price(), now)
    }

    /// What the pass cost when the order was opened, without its discount.
    pub fn list_price(&self) -> Money {
        let off = self.discount.as_ref().map_or(0, |discount| discount.minor);
        Money { minor: self.amount.minor + off, ..self.amount }
    }

    /// Until when it is kept for its buyer. What is scarce is kept for a short time until a payment begins.
    pub fn held_until(&self) -> Millis {
        if self.terms.scarce && self.state == Payment::Held && self.request.is_none() {
            self.expires_at.min(self.created_at + HELD_FOR)
        } else {
            self.expires_at
        }
    }

    /// When it ends by itself: its time is over, or the sale closes before that.
    fn ends_at(&self) -> Millis {
        let until = self.held_until();
        self.terms.window.closes_at.map_or(until, |close| close.min(until))
    }

    /// Whether nothing must be made at the provider before somebody can pay.
    fn is_known_to_provider(&self) -> bool {
        self.plan.as_ref().is_none_or(|plan| plan.provider.is_some()) && !self.card.lacks_customer()
    }

    /// Whether a saved card is being charged, so that the buyer has nothing to do.
    pub fn is_charging(&self) -> bool {
        self.state == Payment::Paying && self.card.card.is_some()
    }

    /// Where it is paid, while it is being paid.
    pub const fn place(&self) -> PayPlace {
        if self.client_secret.is_some() { PayPlace::OwnPage } else { PayPlace::ProviderPage }
    }

    /// Whether our own page can take the payment: what begins a subscription needs the provider's page, and a saved card none.
    pub const fn can_be_paid_here(&self) -> bool {
        self.plan.is_none() && self.card.card.is_none()
    }

    /// Whether its buyer, who can pay at one place, would go to another one.
    pub fn can_move_to(&self, place: PayPlace) -> bool {
        self.state == Payment::Paying
            && self.next_request.is_none()
            && self.place() != place
            && self.can_be_paid_here()
    }

    /// Whether the provider is asked for a way to pay, or a bank for the money: the answer changes what its buyer can do.
    pub fn is_under_way(&self) -> bool {
        self.state == Payment::Held || self.is_charging() || self.next_request.is_some()
    }

    fn is_over(&self, now: Millis) -> bool {
        now >= self.held_until() || self.ended_by(now).is_some()
    }
}

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
    /// The buyer requests the pay page, or the form on ours.
    Begin(PaymentUrls, PayPlace),
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
pub enum CheckoutStep {
    /// Store this attempt and its request, then send the request.
    Begin { attempt: i64, request: PaymentRequest },
    /// Send the stored request again with the same key and parameters.
    Send(PaymentRequest),
    /// Store the provider's session and its pay page, or the secret for the form on ours.
    Pay { session: String, url: String, secret: Option<String> },
    /// Store that this is asked for in place of the current session, which has to end first.
    Leave(PaymentRequest),
    /// Ask the provider to charge the saved card. No `return_url`: the buyer is not there.
    Charge { session: String, return_url: Option<String> },
    /// Store that the card was refused: the order goes on as one that has not begun.
    FallBack(CardRefusal),
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
    #[error("This order is over: {}.", .0.code())]
    Over(Payment),
}

/// Decides the next step. Everything it needs is in the row, so anyone who reads the row can continue.
pub fn decide(c: &Checkout, event: CheckoutEvent, now: Millis) -> Result<CheckoutStep, CheckoutError> {
    Ok(match (event, c.state) {
        (CheckoutEvent::Begin(..), over) if over.settled() => return Err(CheckoutError::Over(over)),
        (CheckoutEvent::Begin(urls, place), Payment::Held)
            if c.request.is_none() && c.is_known_to_provider() && !c.is_over(now) =>
        {
            attempts::first(c, &urls, place, now)
        }
        (CheckoutEvent::Begin(urls, place), Payment::Paying) if c.can_move_to(place) && !c.is_over(now) => {
            CheckoutStep::Leave(attempts::request(c, &urls, place))
        }
        (CheckoutEvent::Begin(..) | CheckoutEvent::Look, _) => look(c, now),
        (CheckoutEvent::Due, _) => due(c, now),
        (CheckoutEvent::Opened(answer), _) => opened(c, answer, now),
        (CheckoutEvent::Fetched(_), over) if over.settled() => CheckoutStep::Wait(None),
        (CheckoutEvent::Fetched(answer), _) => handle_provider_state(c, answer, now),
    })
}

/// The end of an order whose outcome the provider has not told for too long.
fn give_up(c: &Checkout, now: Millis) -> Option<CheckoutStep> {
    let (end, at) = match c.state {
        Payment::Paying => (Payment::Expired, c.expires_at + GIVE_UP_OPEN),
        Payment::Processing => (Payment::Failed, c.created_at + GIVE_UP_PROCESSING),
        Payment::Held | Payment::Paid | Payment::Failed | Payment::Expired => return None,
    };
    (now >= at).then_some(CheckoutStep::Close(end, Some(OrderEnd::Unconfirmed)))
}

fn look(c: &Checkout, now: Millis) -> CheckoutStep {
    if let Some(close) = give_up(c, now) {
        return close;
    }
    let over = c.is_over(now);
    match (c.state, attempts::stored(c), &c.provider_session) {
        // Nobody has a way to pay it.
        (Payment::Held, ..) if over => CheckoutStep::Close(Payment::Expired, c.ended_by(now)),
        (Payment::Held, Some(request), _) if attempts::is_stale(&request, now) => {
            attempts::next(c, request, now)
        }
        (Payment::Held, Some(request), _) => CheckoutStep::Send(request),
        (Payment::Held, None, _) => CheckoutStep::Wait(Some(c.ends_at())),
        (Payment::Paying, _, Some(session)) if over || c.next_request.is_some() => {
            CheckoutStep::Expire(session.clone())
        }
        // One that was asked for before is only fetched.
        (Payment::Paying, Some(request), Some(session)) if c.is_charging() => {
            let absent = matches!(request.card, Some(CardUse::Charge { absent: true, .. }));
            CheckoutStep::Charge {
                session: session.clone(),
                return_url: (!absent).then_some(request.success_url),
            }
        }
        (Payment::Paying | Payment::Processing, ..) => CheckoutStep::Wait(Some(ask_again(c, now))),
        (Payment::Paid | Payment::Failed | Payment::Expired, ..) => CheckoutStep::Wait(None),
    }
}

/// Webhooks may be lost, so sessions open at the provider are also queried, the last time before they are given up.
fn due(c: &Checkout, now: Millis) -> CheckoutStep {
    match (look(c, now), c.state, &c.provider_session) {
        (
            CheckoutStep::Wait(_) | CheckoutStep::Close(_, Some(OrderEnd::Unconfirmed)),
            Payment::Paying | Payment::Processing,
            Some(session),
        ) => CheckoutStep::Fetch(session.clone()),
        (step, ..) => step,
    }
}

/// When to query the provider next. Each pause is as long as the whole wait before it, so that few queries cover every
/// delay.
fn ask_again(c: &Checkout, now: Millis) -> Millis {
    let since = if now < c.expires_at { c.created_at } else { c.expires_at };
    let pause = Span((now - since).0.clamp(ASK_AGAIN.0.0, ASK_AGAIN.1.0));
    let next = now + pause;
    if c.state == Payment::Paying && now < c.ends_at() { next.min(c.ends_at()) } else { next }
}

fn opened(c: &Checkout, answer: Result<ProviderSession, PaymentError>, now: Millis) -> CheckoutStep {
    match answer {
        // It came too late: nobody may pay with it.
        Ok(session) if c.state != Payment::Held => {
            let ours = c.provider_session.as_ref() == Some(&session.id);
            if ours { look(c, now) } else { CheckoutStep::Expire(session.id) }
        }
        Ok(ProviderSession { id: session, url: Some(url), .. }) => {
            CheckoutStep::Pay { session, url, secret: None }
        }
        Ok(ProviderSession { id: session, client_secret: secret, .. })
            if secret.is_some() || c.card.card.is_some() =>
        {
            CheckoutStep::Pay { session, url: String::new(), secret }
        }
        // For example, the card was removed at the provider.
        Err(PaymentError::Refused(_)) if c.state == Payment::Held && c.card.card.is_some() => {
            CheckoutStep::FallBack(CardRefusal::Declined)
        }
        Ok(_) | Err(PaymentError::Refused(_)) if c.state == Payment::Held => {
            CheckoutStep::Close(Payment::Failed, Some(OrderEnd::Refused))
        }
        Ok(_) | Err(_) => look(c, now),
    }
}

fn handle_provider_state(
    c: &Checkout,
    answer: Result<ProviderSession, PaymentError>,
    now: Millis,
) -> CheckoutStep {
    let again = ask_again(c, now);
    let unknown = give_up(c, now).unwrap_or(CheckoutStep::Wait(Some(again)));
    let ours = |found: &ProviderSession| c.provider_session.as_ref() == Some(&found.id);
    let Ok(found) = answer.map_err(drop).and_then(|found| if ours(&found) { Ok(found) } else { Err(()) })
    else {
        return unknown;
    };
    match (found.status, c.state) {
        (ProviderStatus::Paid | ProviderStatus::Failed, _)
        | (ProviderStatus::Processing, Payment::Paying)
        | (ProviderStatus::CardRefused(_), Payment::Processing) => {
            CheckoutStep::Apply { session: found.id, again }
        }
        // In a form the buyer goes on with another card.
        (ProviderStatus::CardRefused(refused), Payment::Paying) if !c.is_over(now) && c.is_charging() => {
            CheckoutStep::FallBack(refused)
        }
        (ProviderStatus::Expired, Payment::Paying) => match attempts::other(c).filter(|_| !c.is_over(now)) {
            Some(request) => attempts::next(c, request, now),
            None => CheckoutStep::Close(Payment::Expired, c.ended_by(now)),
        },
        // The terms changed during the query, or the buyer goes elsewhere.
        (
            ProviderStatus::Open | ProviderStatus::Declined | ProviderStatus::CardRefused(_),
            Payment::Paying,
        ) if c.is_over(now) || c.next_request.is_some() => CheckoutStep::Expire(found.id),
        _ => unknown,
    }
}

#[cfg(test)]
#[path = "checkout_tests.rs"]
mod tests;
