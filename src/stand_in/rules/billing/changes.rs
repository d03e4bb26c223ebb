//! Changes of a subscription, and what they would cost: the preview and the charge come from one function.

use crate::{
    book::{
        Book,
        billing::{Interval, Metadata, Price},
        ids,
        subscriptions::{InvoiceLine, InvoiceStatus, PausedInvoices, Subscription, SubscriptionStatus},
    },
    rules::{
        billing::{
            Moment, calendar,
            cards::Buyer,
            catalogue, customers,
            form::Form,
            invoices::{self, Draft},
            objects, subscriptions,
        },
        error::ApiError,
        params,
    },
};
use serde_json::Value;

/// How the rest of a period is settled when the price changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proration {
    /// On an invoice of its own, at once.
    Now,
    /// On the next invoice.
    Later,
    None,
}

/// Another price for the only item of a subscription.
#[derive(Clone, Debug)]
pub struct Plan {
    pub price: Price,
    pub quantity: i64,
    pub proration: Proration,
    /// The moment that divides the old price from the new one.
    pub date: i64,
}

/// The lines of a change, and the period after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prorated {
    pub lines: Vec<InvoiceLine>,
    pub anchor: i64,
    pub start: i64,
    pub end: i64,
}

/// A part of an amount, rounded to the nearest minor unit.
fn part(amount: i64, of: i64, whole: i64) -> i64 {
    let (amount, of, whole) = (i128::from(amount), i128::from(of), i128::from(whole.max(1)));
    i64::try_from((2 * amount * of + whole).div_euclid(2 * whole)).unwrap_or(i64::MAX)
}

/// What a change gives back and charges. A trial is not charged; another interval begins a period of its own.
pub fn prorated(subscription: &Subscription, old: &Price, plan: &Plan) -> Prorated {
    let Subscription { anchor, period_start, period_end, .. } = *subscription;
    let same = Prorated { lines: Vec::new(), anchor, start: period_start, end: period_end };
    if subscription.status == SubscriptionStatus::Trialing {
        return same;
    }
    let (left, whole) = (period_end - plan.date, period_end - period_start);
    let prorated = |amount, text: &str, price: &Price, quantity| InvoiceLine {
        id: ids::of("il"),
        text: text.to_owned(),
        amount,
        quantity,
        price: Some(price.id.clone()),
        start: plan.date,
        end: period_end,
        proration: true,
    };
    let unused = -part(old.amount * subscription.quantity, left, whole);
    let credit = prorated(unused, "Unused time", old, subscription.quantity);
    if old.interval == plan.price.interval {
        let amount = part(plan.price.amount * plan.quantity, left, whole);
        let charge = prorated(amount, "Remaining time", &plan.price, plan.quantity);
        let lines = if plan.proration == Proration::None { Vec::new() } else { vec![credit, charge] };
        return Prorated { lines, ..same };
    }
    let end = calendar::next(plan.date, plan.price.interval.unwrap_or(Interval::Month), plan.date);
    let mut lines = vec![subscriptions::line(&plan.price, plan.quantity, plan.date, end)];
    if plan.proration != Proration::None {
        lines.insert(0, credit);
    }
    Prorated { lines, anchor: plan.date, start: plan.date, end }
}

/// The invoice that a change makes at once; `None` if it makes none.
fn bill_of(subscription: &Subscription, old: &Price, plan: &Plan, prorated: &Prorated) -> Option<Draft> {
    let resets = old.interval != plan.price.interval && subscription.status != SubscriptionStatus::Trialing;
    if prorated.lines.is_empty() || !(resets || plan.proration == Proration::Now) {
        return None;
    }
    Some(Draft {
        customer: subscription.customer.clone(),
        subscription: Some(subscription.id.clone()),
        reason: "subscription_update",
        currency: subscription.currency.clone(),
        lines: prorated.lines.clone(),
        discount: 0,
        period: (plan.date, plan.date),
    })
}

/// Reads a change of the item; `None` if the item does not change.
fn plan(
    book: &Book,
    subscription: &Subscription,
    form: &mut Form<'_>,
    within: &str,
    moment: Moment,
) -> Result<Option<Plan>, ApiError> {
    let name = |rest: &str| if within.is_empty() { rest.to_owned() } else { format!("{within}[{rest}]") };
    let items = |rest: &str| format!("{}[0][{rest}]", name("items"));
    let (item, price) = (form.text(&items("id")), form.text(&items("price")));
    let quantity = form.integer(&items("quantity"))?.unwrap_or(subscription.quantity);
    let behaviors = ["always_invoice", "create_prorations", "none"];
    let proration = match form.one_of(&name("proration_behavior"), &behaviors)?.as_deref() {
        Some("always_invoice") => Proration::Now,
        Some("none") => Proration::None,
        _ => Proration::Later,
    };
    let date = form.integer(&name("proration_date"))?.unwrap_or(moment.at);
    let Some(price) = price else { return Ok(None) };
    if item.as_deref() != Some(subscription.item.as_str()) {
        return Err(params::invalid(&items("id"), "is not an item of this subscription"));
    }
    if !(subscription.period_start..=subscription.period_end).contains(&date) {
        return Err(params::invalid(
            "proration_date",
            "must be within the current period of the subscription",
        ));
    }
    let price = catalogue::on_sale(book, &price)?;
    if price.currency != subscription.currency || price.interval.is_none() {
        return Err(params::invalid(&items("price"), "must recur, in the currency of the subscription"));
    }
    Ok(Some(Plan { price, quantity, proration, date }))
}

/// The parameters of an update.
struct Wanted {
    plan: Option<Plan>,
    cancel: Option<bool>,
    method: Option<String>,
    /// `Some(None)` ends the pause.
    paused: Option<Option<PausedInvoices>>,
    /// A period begins now.
    anchored: bool,
    metadata: Metadata,
    strict: bool,
    buyer: Buyer,
}

impl Wanted {
    fn read(
        book: &Book,
        subscription: &Subscription,
        form: &mut Form<'_>,
        moment: Moment,
    ) -> Result<Self, ApiError> {
        let plan = plan(book, subscription, form, "", moment)?;
        let cancel = form.flag("cancel_at_period_end")?;
        let method = form.text("default_payment_method");
        let behaviors = ["keep_as_draft", "mark_uncollectible", "void"];
        let ends = form.one_of("pause_collection", &[""])?.is_some();
        let paused = match form.one_of("pause_collection[behavior]", &behaviors)?.as_deref() {
            Some("keep_as_draft") => Some(Some(PausedInvoices::KeepAsDraft)),
            Some("mark_uncollectible") => Some(Some(PausedInvoices::MarkUncollectible)),
            Some(_) => Some(Some(PausedInvoices::Void)),
            None => ends.then_some(None),
        };
        let anchor = form.one_of("billing_cycle_anchor", &["now", "unchanged"])?;
        let metadata = form.map("metadata")?;
        let behavior = form.one_of("payment_behavior", &["allow_incomplete", "error_if_incomplete"])?;
        let absent = form.flag("off_session")?.unwrap_or(false);
        form.done()?;
        let strict = behavior.as_deref() == Some("error_if_incomplete");
        let buyer = if absent { Buyer::Absent } else { Buyer::Present };
        let anchored = anchor.as_deref() == Some("now");
        Ok(Self { plan, cancel, method, paused, anchored, metadata, strict, buyer })
    }
}

/// `POST /v1/subscriptions/{id}`.
pub fn update(book: &mut Book, id: &str, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let mut subscription = subscriptions::living(book, id)?;
    let wanted = Wanted::read(book, &subscription, form, moment)?;
    if let Some(method) = &wanted.method {
        subscription.method = Some(customers::own(book, &subscription.customer, method)?.id);
    }
    if let Some(cancel) = wanted.cancel {
        subscription.canceled_at = cancel.then_some(moment.at);
        subscription.end_reason = cancel.then(|| "cancellation_requested".to_owned());
        subscription.cancel_at_period_end = cancel;
    }
    if let Some(paused) = wanted.paused {
        subscription.paused = paused;
    }
    subscription.metadata.extend(wanted.metadata);
    let payer = Payer { buyer: wanted.buyer, strict: wanted.strict };
    let Some(plan) = wanted.plan else {
        if wanted.anchored {
            return begin_period(book, subscription, payer, moment);
        }
        let subscription = subscriptions::keep(book, subscription, "customer.subscription.updated", moment);
        return Ok(objects::subscription(book, &subscription));
    };
    let old = catalogue::found(book, &subscription.price)?;
    let prorated = prorated(&subscription, &old, &plan);
    let bill = bill_of(&subscription, &old, &plan, &prorated);
    if let Some(bill) = &bill {
        payer.check(book, &subscription, bill, moment)?;
    }
    if bill.is_none() {
        subscription.waiting.extend(prorated.lines.clone());
    }
    subscription.price = plan.price.id;
    subscription.quantity = plan.quantity;
    subscription.anchor = prorated.anchor;
    subscription.period_start = prorated.start;
    subscription.period_end = prorated.end;
    let subscription = subscriptions::keep(book, subscription, "customer.subscription.updated", moment);
    if let Some(bill) = bill {
        charge(book, subscription, bill, payer.buyer, moment);
    }
    let changed = subscriptions::found(book, id)?;
    Ok(objects::subscription(book, &changed))
}

/// Who pays for a change, and whether nothing changes if the card does not.
#[derive(Clone, Copy)]
struct Payer {
    buyer: Buyer,
    strict: bool,
}

impl Payer {
    /// # Errors
    /// 402 if the bank would refuse the card, and the call said that then nothing may change.
    fn check(
        self,
        book: &Book,
        subscription: &Subscription,
        bill: &Draft,
        moment: Moment,
    ) -> Result<(), ApiError> {
        let (total, balance) = worth(book, bill)?;
        if !self.strict || invoices::owed(total, balance, &bill.currency).0 == 0 {
            return Ok(());
        }
        let method = subscription.method.as_ref();
        subscriptions::approve(book, &subscription.customer, method, self.buyer, moment)
    }
}

/// Begins a period now, which is charged at once. Nothing of the period before is given back: the shop asks for no proration.
fn begin_period(
    book: &mut Book,
    subscription: Subscription,
    payer: Payer,
    moment: Moment,
) -> Result<Value, ApiError> {
    if subscription.status == SubscriptionStatus::Trialing {
        return Err(ApiError::state("The stand-in does not end a trial by a new billing cycle."));
    }
    let price = catalogue::found(book, &subscription.price)?;
    let end = calendar::next(moment.at, price.interval.unwrap_or(Interval::Month), moment.at);
    let bill = Draft {
        customer: subscription.customer.clone(),
        subscription: Some(subscription.id.clone()),
        reason: "subscription_update",
        currency: subscription.currency.clone(),
        lines: vec![subscriptions::line(&price, subscription.quantity, moment.at, end)],
        discount: 0,
        period: (moment.at, moment.at),
    };
    payer.check(book, &subscription, &bill, moment)?;
    let subscription =
        Subscription { anchor: moment.at, period_start: moment.at, period_end: end, ..subscription };
    let id = subscription.id.clone();
    let subscription = subscriptions::keep(book, subscription, "customer.subscription.updated", moment);
    charge(book, subscription, bill, payer.buyer, moment);
    let begun = subscriptions::found(book, &id)?;
    Ok(objects::subscription(book, &begun))
}

fn charge(book: &mut Book, mut subscription: Subscription, bill: Draft, buyer: Buyer, moment: Moment) {
    let invoice = invoices::draft(book, bill, None, moment);
    subscription.latest_invoice = Some(invoice.id.clone());
    subscriptions::keep(book, subscription, "customer.subscription.updated", moment);
    let invoice = invoices::finalize(book, invoice, moment);
    if invoice.status == InvoiceStatus::Open {
        invoices::attempt(book, invoice, buyer, moment);
    }
}

/// The total of an invoice, and the balance of its customer.
fn worth(book: &Book, bill: &Draft) -> Result<(i64, i64), ApiError> {
    let total: i64 = bill.lines.iter().map(|line| line.amount).sum();
    Ok((total - bill.discount, customers::found(book, &bill.customer)?.balance))
}

/// `POST /v1/invoices/create_preview`: the next invoice of a subscription, or the one that a change would make.
pub fn preview(book: &Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let id = form.need("subscription")?;
    let customer = form.text("customer");
    let subscription = subscriptions::living(book, &id)?;
    let plan = plan(book, &subscription, form, "subscription_details", moment)?;
    form.done()?;
    if customer.is_some_and(|customer| customer != subscription.customer) {
        return Err(ApiError::state("The subscription does not belong to this customer."));
    }
    let old = catalogue::found(book, &subscription.price)?;
    let (price, quantity) = plan.as_ref().map_or((&old, subscription.quantity), |p| (&p.price, p.quantity));
    let prorated = plan.as_ref().map(|plan| prorated(&subscription, &old, plan));
    let bill = plan.as_ref().zip(prorated.as_ref());
    let bill = bill.and_then(|(plan, prorated)| bill_of(&subscription, &old, plan, prorated));
    let draft = bill.unwrap_or_else(|| {
        let start = subscription.period_end;
        let interval = price.interval.unwrap_or(Interval::Month);
        let end = calendar::next(subscription.anchor, interval, start);
        let mut lines = subscription.waiting.clone();
        lines.extend(prorated.into_iter().flat_map(|prorated| prorated.lines));
        lines.push(subscriptions::line(price, quantity, start, end));
        let total: i64 = lines.iter().map(|line| line.amount).sum();
        let coupon = subscription.coupon.as_deref().and_then(|id| book.billing().coupons.get(id));
        Draft {
            customer: subscription.customer.clone(),
            subscription: Some(subscription.id.clone()),
            reason: "upcoming",
            currency: subscription.currency.clone(),
            lines,
            discount: coupon.map_or(0, |coupon| catalogue::off(coupon, total)),
            period: (subscription.period_start, start),
        }
    });
    let (total, balance) = worth(book, &draft)?;
    let (amount_due, _) = invoices::owed(total, balance, &draft.currency);
    let mut invoice = invoices::imagine(draft, moment);
    invoice.id = invoice.id.replacen("in_", "upcoming_in_", 1);
    (invoice.starting_balance, invoice.amount_due) = (balance, amount_due);
    Ok(objects::invoice(book, &invoice, false))
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn parts_are_rounded_to_the_nearest_unit() {
        for (amount, of, whole, want) in [
            (1000, 1, 3, 333),
            (1000, 2, 3, 667),
            (5, 1, 2, 3),
            (999, 30, 30, 999),
            (999, 0, 30, 0),
            (100, 1, 0, 100),
        ] {
            assert_eq!(part(amount, of, whole), want, "{amount} × {of} / {whole}");
        }
    }
}
