//! Billing: what recurs, whom it is charged to, and what is paid out. Its clock may be ahead of the machine's.

pub mod calendar;
pub mod cards;
pub mod catalogue;
pub mod changes;
pub mod checkout;
pub mod connect;
pub mod customers;
pub mod form;
pub mod intents;
pub mod invoices;
pub mod objects;
pub mod subscriptions;
#[cfg(test)]
mod tests;

use crate::{
    book::Book,
    rules::{error::ApiError, events, params::Pairs},
};
use form::Form;
use serde_json::Value;

/// When something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds of the billing clock: periods, trials, attempts to collect, the expiry of cards.
    pub at: i64,
    /// Seconds of the machine's clock: events and what is created.
    pub now: i64,
}

impl Moment {
    pub fn new(book: &Book, now: i64) -> Self {
        Self { at: now + book.controls().ahead, now }
    }
}

/// More steps than this in one sweep wait for the next one.
const STEPS: usize = 10_000;

/// Does what has become due, each at its own moment.
pub fn sweep(book: &mut Book, now: i64) {
    let until = Moment::new(book, now).at;
    for _ in 0..STEPS {
        let Some((at, id)) = book.billing().first_due(until) else { return };
        let moment = Moment { at, now };
        if id.starts_with("in_") {
            invoices::advance(book, &id, moment);
        } else {
            subscriptions::advance(book, &id, moment);
        }
    }
}

/// A call that is not about checkout sessions, refunds or disputes.
pub struct BillingCall<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub params: &'a Pairs,
    /// The account in whose name it is made.
    pub account: Option<&'a str>,
    pub now: i64,
}

/// Runs a call.
///
/// # Errors
/// 404 for a path that the stand-in does not know, and what Stripe refuses.
pub fn execute(book: &mut Book, call: &BillingCall<'_>) -> Result<Value, ApiError> {
    let moment = Moment::new(book, call.now);
    let path: Vec<&str> = call.path.trim_start_matches("/v1/").split('/').collect();
    let form = &mut Form::new(call.params);
    let unknown = || ApiError::no_such_url(call.method, call.path);
    match (call.method, path.as_slice()) {
        ("POST", ["products"]) => catalogue::create_product(book, form, moment),
        ("GET", ["products", id]) => catalogue::product(book, id, form),
        ("POST", ["prices"]) => catalogue::create_price(book, form, moment),
        ("GET", ["prices", id]) => catalogue::price(book, id, form),
        ("POST", ["prices", id]) => catalogue::update_price(book, id, form, moment),
        ("POST", ["coupons"]) => catalogue::create_coupon(book, form, moment),
        ("POST", ["promotion_codes"]) => catalogue::create_promotion(book, form, moment),
        ("POST", ["promotion_codes", id]) => catalogue::update_promotion(book, id, form, moment),
        ("GET", ["promotion_codes"]) => catalogue::promotions(book, form),
        ("POST", ["customers"]) => customers::create(book, form, moment),
        ("GET", ["customers", id]) => customers::retrieve(book, id, form),
        ("POST", ["customers", id]) => customers::update(book, id, form, moment),
        ("GET", ["customers", id, "payment_methods"]) => customers::methods(book, id, call.path, form),
        ("POST", ["billing_portal", "sessions"]) => customers::open_portal(book, form, moment),
        ("POST", ["payment_methods"]) => cards::create_call(book, form, moment),
        ("GET", ["payment_methods", id]) => customers::method(book, id, form),
        ("POST", ["payment_methods", id, "attach"]) => cards::attach_call(book, id, form, moment),
        ("POST", ["payment_methods", id, "detach"]) => cards::detach_call(book, id, form, moment),
        ("POST", ["setup_intents"]) => cards::create_setup(book, form, moment),
        ("GET", ["setup_intents", id]) => customers::setup(book, id, form),
        ("POST", ["setup_intents", id, "confirm"]) => cards::confirm_setup(book, id, form, moment),
        ("POST", ["setup_intents", id, "cancel"]) => cards::cancel_setup(book, id, form, moment),
        ("POST", ["payment_intents"]) => intents::create(book, form, moment),
        ("POST", ["payment_intents", id, "confirm"]) => intents::confirm(book, id, form, moment),
        ("POST", ["payment_intents", id, "cancel"]) => intents::cancel(book, id, form, moment),
        _ => recurring(book, &path, call, form, moment).unwrap_or_else(|| Err(unknown())),
    }
}

fn recurring(
    book: &mut Book,
    path: &[&str],
    call: &BillingCall<'_>,
    form: &mut Form<'_>,
    moment: Moment,
) -> Option<Result<Value, ApiError>> {
    Some(match (call.method, path) {
        ("POST", ["subscriptions"]) => subscriptions::create(book, form, moment),
        ("GET", ["subscriptions"]) => subscriptions::list(book, call.path, form),
        ("GET", ["subscriptions", id]) => subscriptions::retrieve(book, id, form),
        ("POST", ["subscriptions", id]) => changes::update(book, id, form, moment),
        ("DELETE", ["subscriptions", id]) => subscriptions::cancel(book, id, form, moment),
        ("POST", ["subscriptions", id, "resume"]) => subscriptions::resume(book, id, form, moment),
        ("POST", ["invoices", "create_preview"]) => changes::preview(book, form, moment),
        ("GET", ["invoices"]) => invoices::list(book, call.path, form),
        ("GET", ["invoices", id]) => invoices::retrieve(book, id, form),
        ("POST", ["invoices", id, "pay"]) => invoices::pay(book, id, form, moment),
        ("POST", ["invoices", id, "finalize"]) => invoices::finalize_call(book, id, form, moment),
        ("POST", ["invoices", id, "void"]) => invoices::void(book, id, form, moment),
        ("POST", ["invoices", id, "mark_uncollectible"]) => invoices::give_up(book, id, form, moment),
        ("GET", ["invoice_payments"]) => invoices::payments(book, form),
        ("GET", ["events"]) => events::list(book, call, form),
        ("POST", ["accounts"]) => connect::create(book, form, moment),
        ("GET", ["accounts", id]) => connect::retrieve(book, id, form),
        ("POST", ["account_links"]) => connect::link(book, form, moment),
        ("POST", ["transfers"]) => connect::transfer(book, form, moment),
        ("GET", ["transfers"]) => connect::transfers(book, call.path, form),
        ("GET", ["transfers", id]) => connect::transfer_by_id(book, id, form),
        ("POST", ["transfers", id, "reversals"]) => connect::reverse(book, id, form, moment),
        ("POST", ["payouts"]) => connect::payout(book, call.account, form, moment),
        ("GET", ["payouts"]) => connect::payouts(book, call.path, call.account, form),
        ("GET", ["payouts", id]) => connect::payout_by_id(book, call.account, id, form),
        _ => return None,
    })
}

/// Which part of a list is wanted.
pub struct Pagination {
    limit: usize,
    after: Option<String>,
    before: Option<String>,
}

impl Pagination {
    pub fn read(form: &mut Form<'_>) -> Result<Self, ApiError> {
        let limit = form.integer("limit")?.unwrap_or(10);
        let limit = usize::try_from(limit).ok().filter(|limit| (1..=100).contains(limit));
        let limit =
            limit.ok_or_else(|| crate::rules::params::invalid("limit", "must be between 1 and 100"))?;
        Ok(Self { limit, after: form.text("starting_after"), before: form.text("ending_before") })
    }

    /// One page of the objects, which are sorted newest first. With `ending_before` it is the page next to that object.
    pub fn list<'a, T: 'a>(
        &self,
        url: &str,
        all: impl Iterator<Item = (&'a str, &'a T)>,
        object: impl Fn(&T) -> Value,
    ) -> Result<Value, ApiError> {
        let mut all: Vec<_> = all.collect();
        let place = |id: &str| {
            let found = all.iter().position(|(known, _)| *known == id);
            found.ok_or_else(|| ApiError::no_such("object of this list", id))
        };
        let from = self.after.as_deref().map(place).transpose()?.map_or(0, |at| at + 1);
        let to = self.before.as_deref().map(place).transpose()?;
        let (range, more) = match to {
            Some(to) => (to.saturating_sub(self.limit)..to, to > self.limit),
            None => (from..all.len().min(from + self.limit), all.len() > from + self.limit),
        };
        let data: Vec<Value> = all.drain(range).map(|(_, one)| object(one)).collect();
        Ok(serde_json::json!({"object": "list", "data": data, "has_more": more, "url": url}))
    }
}
