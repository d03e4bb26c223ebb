//! Subscriptions: begun, renewed by the billing clock, and ended.

use crate::{
    book::{
        Book,
        billing::{Coupon, Interval, Metadata, Price},
        ids,
        subscriptions::{
            Invoice, InvoiceLine, InvoiceStatus, PausedInvoices, Subscription, SubscriptionStatus as Status,
        },
    },
    rules::{
        billing::{
            Moment, Pagination, calendar,
            cards::{self, Buyer, Verdict},
            catalogue, customers,
            form::Form,
            invoices::{self, Draft},
            objects,
        },
        error::ApiError,
        events, params,
    },
};
use serde_json::Value;

/// How long a first payment is waited for.
pub const PATIENCE: i64 = 23 * 3600;
/// How long a renewal's invoice is a draft.
pub const DRAFT: i64 = 3600;
/// How long before its end a trial is announced.
const NOTICE: i64 = 3 * calendar::DAY;

/// What a subscription begins with.
pub struct New {
    pub customer: String,
    pub price: Price,
    pub quantity: i64,
    /// What is charged once, with the first invoice.
    pub once: Vec<InvoiceLine>,
    pub trial_days: Option<i64>,
    pub method: Option<String>,
    pub coupon: Option<Coupon>,
    pub metadata: Metadata,
    pub pauses_without_card: bool,
}

/// Makes a subscription and its first, finalized invoice, which is not collected yet.
pub fn begin(book: &mut Book, new: New, moment: Moment) -> (Subscription, Invoice) {
    let at = moment.at;
    let interval = new.price.interval.unwrap_or(Interval::Month);
    let trial_end = new.trial_days.map(|days| at + days * calendar::DAY);
    let end = trial_end.unwrap_or_else(|| calendar::plus(at, interval, 1));
    let mut lines = vec![line(&new.price, new.quantity, at, end)];
    if trial_end.is_some() {
        lines[0].amount = 0;
    }
    lines.extend(new.once);
    let subtotal: i64 = lines.iter().map(|line| line.amount).sum();
    let discount = new.coupon.as_ref().map_or(0, |coupon| catalogue::off(coupon, subtotal));
    let subscription = Subscription {
        id: ids::of("sub"),
        item: ids::of("si"),
        created: at,
        customer: new.customer,
        status: Status::Incomplete,
        price: new.price.id,
        quantity: new.quantity,
        currency: new.price.currency,
        anchor: trial_end.unwrap_or(at),
        period_start: at,
        period_end: end,
        trial_start: trial_end.map(|_| at),
        trial_end,
        trial_told: false,
        cancel_at_period_end: false,
        canceled_at: None,
        ended_at: None,
        end_reason: None,
        method: new.method,
        latest_invoice: None,
        paused: None,
        coupon: new.coupon.filter(|coupon| coupon.forever).map(|coupon| coupon.id),
        pauses_without_card: new.pauses_without_card,
        waiting: Vec::new(),
        metadata: new.metadata,
        due_at: None,
    };
    let subscription = keep(book, subscription, "customer.subscription.created", moment);
    let draft = Draft {
        customer: subscription.customer.clone(),
        subscription: Some(subscription.id.clone()),
        reason: "subscription_create",
        currency: subscription.currency.clone(),
        lines,
        discount,
        period: (at, at),
    };
    let invoice = invoices::draft(book, draft, None, moment);
    let subscription = Subscription { latest_invoice: Some(invoice.id.clone()), ..subscription };
    store(book, subscription);
    let invoice = invoices::finalize(book, invoice, moment);
    follow(book, &invoice, moment);
    (current(book, &invoice), invoice)
}

/// A line for one period of a price.
pub fn line(price: &Price, quantity: i64, start: i64, end: i64) -> InvoiceLine {
    InvoiceLine {
        id: ids::of("il"),
        text: format!("{quantity} × {}", price.interval.map_or("once", Interval::word)),
        amount: price.amount * quantity,
        quantity,
        price: Some(price.id.clone()),
        start,
        end,
        proration: false,
    }
}

/// The subscription of an invoice, as it is stored. Only for invoices that have one.
fn current(book: &Book, invoice: &Invoice) -> Subscription {
    let id = invoice.subscription.as_deref().unwrap_or_default();
    book.billing().subscriptions[id].clone()
}

/// Stores it with the moment at which the next thing happens to it.
fn store(book: &mut Book, mut subscription: Subscription) -> Subscription {
    subscription.due_at = match subscription.status {
        Status::Incomplete => Some(subscription.created + PATIENCE),
        Status::Trialing if !subscription.trial_told => Some(subscription.period_end - NOTICE),
        Status::Trialing | Status::Active | Status::PastDue | Status::Unpaid => Some(subscription.period_end),
        Status::Paused | Status::IncompleteExpired | Status::Canceled => None,
    };
    book.put(subscription.clone().into());
    subscription
}

/// Stores it, and tells what has happened.
pub fn keep(book: &mut Book, subscription: Subscription, kind: &str, moment: Moment) -> Subscription {
    let subscription = store(book, subscription);
    let object = objects::subscription(book, &subscription);
    events::publish(book, kind, object, moment.now);
    subscription
}

/// What happens to a subscription by itself.
pub fn advance(book: &mut Book, id: &str, moment: Moment) {
    let Ok(mut subscription) = found(book, id) else { return };
    match subscription.status {
        Status::Incomplete => {
            if let Some(invoice) = latest(book, &subscription) {
                invoices::end(book, invoice, InvoiceStatus::Void, moment);
            }
            subscription.status = Status::IncompleteExpired;
            subscription.ended_at = Some(moment.at);
            keep(book, subscription, "customer.subscription.updated", moment);
        }
        Status::Trialing if !subscription.trial_told => {
            subscription.trial_told = true;
            // A trial that was shorter than the notice was announced when it began.
            keep(book, subscription, "customer.subscription.trial_will_end", moment);
        }
        _ if subscription.cancel_at_period_end => end(book, subscription, "cancellation_requested", moment),
        Status::Trialing if subscription.pauses_without_card && !has_card(book, &subscription) => {
            subscription.status = Status::Paused;
            keep(book, subscription, "customer.subscription.paused", moment);
        }
        _ => renew(book, subscription, moment),
    }
}

fn has_card(book: &Book, subscription: &Subscription) -> bool {
    book.billing().method_for(&subscription.customer, subscription.method.as_ref()).is_some()
}

fn latest(book: &Book, subscription: &Subscription) -> Option<Invoice> {
    invoices::found(book, subscription.latest_invoice.as_deref()?).ok()
}

/// Begins the next period. Its invoice is a draft for an hour, in which the subscription counts as paid.
fn renew(book: &mut Book, mut subscription: Subscription, moment: Moment) {
    let Ok(price) = catalogue::found(book, &subscription.price) else { return };
    let start = subscription.period_end;
    let end = calendar::next(subscription.anchor, price.interval.unwrap_or(Interval::Month), start);
    let mut lines = std::mem::take(&mut subscription.waiting);
    lines.push(line(&price, subscription.quantity, start, end));
    let subtotal: i64 = lines.iter().map(|line| line.amount).sum();
    let coupon = subscription.coupon.as_deref().and_then(|id| book.billing().coupons.get(id));
    let discount = coupon.map_or(0, |coupon| catalogue::off(coupon, subtotal));
    let draft = Draft {
        customer: subscription.customer.clone(),
        subscription: Some(subscription.id.clone()),
        reason: "subscription_cycle",
        currency: subscription.currency.clone(),
        lines,
        discount,
        period: (subscription.period_start, start),
    };
    subscription.period_start = start;
    subscription.period_end = end;
    if subscription.status == Status::Trialing {
        subscription.status = Status::Active;
    }
    // What nobody collects stays a draft: collection is paused, or was given up.
    let waits = matches!(subscription.paused, Some(PausedInvoices::KeepAsDraft))
        || subscription.status == Status::Unpaid;
    let due_at = (!waits && subscription.paused.is_none()).then_some(moment.at + DRAFT);
    let invoice = invoices::draft(book, draft, due_at, moment);
    subscription.latest_invoice = Some(invoice.id.clone());
    let paused = subscription.paused;
    keep(book, subscription, "customer.subscription.updated", moment);
    let status = match paused {
        Some(PausedInvoices::Void) => InvoiceStatus::Void,
        Some(PausedInvoices::MarkUncollectible) => InvoiceStatus::Uncollectible,
        Some(PausedInvoices::KeepAsDraft) | None => return,
    };
    let invoice = invoices::finalize(book, invoice, moment);
    if invoice.status == InvoiceStatus::Open {
        invoices::end(book, invoice, status, moment);
    }
}

/// Ends a subscription now. Its open invoice stays, but is not collected any more.
pub fn end(book: &mut Book, subscription: Subscription, reason: &str, moment: Moment) {
    if let Some(invoice) = latest(book, &subscription).filter(|invoice| invoice.due_at.is_some()) {
        let status = invoice.status;
        invoices::end(book, invoice, status, moment);
    }
    let subscription = Subscription {
        status: Status::Canceled,
        canceled_at: subscription.canceled_at.or(Some(moment.at)),
        ended_at: Some(moment.at),
        end_reason: Some(reason.to_owned()),
        ..subscription
    };
    keep(book, subscription, "customer.subscription.deleted", moment);
}

/// The state that follows from the latest invoice.
pub fn follow(book: &mut Book, invoice: &Invoice, moment: Moment) {
    let found = invoice.subscription.as_deref().and_then(|id| book.billing().subscriptions.get(id)).cloned();
    let Some(mut subscription) = found else { return };
    if subscription.latest_invoice.as_deref() != Some(invoice.id.as_str()) || subscription.status.is_over() {
        return;
    }
    let trial = subscription.trial_end.is_some_and(|until| until > moment.at);
    let begun = if trial { Status::Trialing } else { Status::Active };
    let status = match (subscription.status, invoice.status) {
        (Status::Incomplete, InvoiceStatus::Paid) => begun,
        (Status::Incomplete, InvoiceStatus::Uncollectible | InvoiceStatus::Void) => Status::IncompleteExpired,
        (
            Status::PastDue | Status::Unpaid,
            InvoiceStatus::Paid | InvoiceStatus::Uncollectible | InvoiceStatus::Void,
        ) => begun,
        (Status::Trialing | Status::Active | Status::PastDue, InvoiceStatus::Open)
            if invoice.attempts > 0 =>
        {
            match (invoice.due_at, book.controls().unpaid) {
                (Some(_), _) => Status::PastDue,
                (None, true) => Status::Unpaid,
                (None, false) => return end(book, subscription, "payment_failed", moment),
            }
        }
        (status, _) => status,
    };
    if status != subscription.status {
        subscription.status = status;
        subscription.ended_at = status.is_over().then_some(moment.at);
        keep(book, subscription, "customer.subscription.updated", moment);
    }
}

pub fn found(book: &Book, id: &str) -> Result<Subscription, ApiError> {
    book.billing().subscriptions.get(id).cloned().ok_or_else(|| ApiError::no_such("subscription", id))
}

/// One that is not over yet.
pub fn living(book: &Book, id: &str) -> Result<Subscription, ApiError> {
    let found = found(book, id)?;
    match found.status.is_over() {
        true => Err(ApiError::state("A canceled subscription can only update its metadata.")),
        false => Ok(found),
    }
}

pub fn retrieve(book: &Book, id: &str, form: &Form<'_>) -> Result<Value, ApiError> {
    form.done()?;
    found(book, id).map(|found| objects::subscription(book, &found))
}

pub fn list(book: &Book, path: &str, form: &mut Form<'_>) -> Result<Value, ApiError> {
    let customer = form.need("customer")?;
    let all = form.one_of("status", &["all"])?.is_some();
    let page = Pagination::read(form)?;
    form.done()?;
    let mut found = book.billing().subscriptions_of(&customer);
    found.retain(|one| all || !one.status.is_over());
    let found = found.into_iter().map(|one| (one.id.as_str(), one));
    page.list(path, found, |one| objects::subscription(book, one))
}

/// `POST /v1/subscriptions`.
pub fn create(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let (customer, price) = (form.need("customer")?, form.need("items[0][price]")?);
    let quantity = form.integer("items[0][quantity]")?.unwrap_or(1);
    let (trial_days, method) = (form.integer("trial_period_days")?, form.text("default_payment_method"));
    let (coupon, promotion) = (form.text("discounts[0][coupon]"), form.text("discounts[0][promotion_code]"));
    let metadata = form.map("metadata")?;
    let behaviors = ["allow_incomplete", "default_incomplete", "error_if_incomplete"];
    let behavior = form.one_of("payment_behavior", &behaviors)?.unwrap_or_default();
    let absent = form.flag("off_session")?.unwrap_or(false);
    let missing =
        form.one_of("trial_settings[end_behavior][missing_payment_method]", &["create_invoice", "pause"])?;
    form.done()?;
    let price = catalogue::on_sale(book, &price)?;
    let coupon = match (&promotion, &coupon) {
        (Some(promotion), _) => Some(catalogue::redeemable(book, promotion, moment.now)?),
        (None, Some(coupon)) => Some(catalogue::usable(book, coupon)?),
        (None, None) => None,
    };
    customers::check_currency(book, &customer, &price.currency)?;
    if let Some(method) = &method {
        customers::own(book, &customer, method)?;
    }
    if price.interval.is_none() || quantity < 1 {
        return Err(params::invalid("items[0]", "needs a recurring price and a quantity"));
    }
    let buyer = if absent { Buyer::Absent } else { Buyer::Present };
    if behavior == "error_if_incomplete" && trial_days.is_none() {
        approve(book, &customer, method.as_ref(), buyer, moment)?;
    }
    customers::fix_currency(book, &customer, &price.currency)?;
    if let Some(coupon) = &coupon {
        catalogue::redeem(book, &coupon.id, promotion.as_deref());
    }
    let pauses_without_card = missing.as_deref() == Some("pause");
    let once = Vec::new();
    let new =
        New { customer, price, quantity, once, trial_days, method, coupon, metadata, pauses_without_card };
    let (subscription, invoice) = begin(book, new, moment);
    if invoice.status == InvoiceStatus::Open && behavior != "default_incomplete" {
        invoices::attempt(book, invoice, buyer, moment);
    }
    found(book, &subscription.id).map(|found| objects::subscription(book, &found))
}

/// Whether the bank would let the card pay.
///
/// # Errors
/// 402 if not.
pub fn approve(
    book: &Book,
    customer: &str,
    method: Option<&String>,
    buyer: Buyer,
    moment: Moment,
) -> Result<(), ApiError> {
    let Some(method) = book.billing().method_for(customer, method) else {
        return Err(ApiError::unexpected(
            "resource_missing",
            "This customer has no attached payment source or default payment method.",
        ));
    };
    match cards::verdict(method, buyer, moment.at) {
        Verdict::Approved => Ok(()),
        Verdict::Asks => Err(ApiError::card("authentication_required", None)),
        Verdict::Declined(reason) => Err(ApiError::card(reason, None)),
    }
}

/// `DELETE /v1/subscriptions/{id}`: ends it at once.
pub fn cancel(book: &mut Book, id: &str, form: &Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    form.done()?;
    let subscription = living(book, id)?;
    end(book, subscription, "cancellation_requested", moment);
    found(book, id).map(|found| objects::subscription(book, &found))
}

/// `POST /v1/subscriptions/{id}/resume`: begins a period now, which must be paid.
pub fn resume(book: &mut Book, id: &str, form: &Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    form.done()?;
    let mut subscription = living(book, id)?;
    if subscription.status != Status::Paused {
        return Err(ApiError::state("Only a paused subscription can be resumed."));
    }
    approve(book, &subscription.customer, subscription.method.as_ref(), Buyer::Absent, moment)?;
    subscription.status = Status::Active;
    subscription.anchor = moment.at;
    subscription.period_end = moment.at;
    let subscription = keep(book, subscription, "customer.subscription.resumed", moment);
    renew(book, subscription, moment);
    found(book, id).map(|found| objects::subscription(book, &found))
}
