//! Invoices: made, finalized, collected, and what is done when the bank says no.

use crate::{
    book::{
        Book, ids,
        records::{Change, Intent, IntentStatus},
        subscriptions::{Invoice, InvoiceLine, InvoiceStatus},
    },
    rules::{
        self,
        billing::{
            Moment, Pagination, calendar,
            cards::{self, Buyer, Verdict},
            customers,
            form::Form,
            objects, subscriptions,
        },
        error::ApiError,
        events, params,
    },
};
use serde_json::Value;

/// The waits after a failed attempt to collect; after the last one nothing more is tried.
pub const RETRIES: [i64; 3] = [3 * calendar::DAY, 5 * calendar::DAY, 7 * calendar::DAY];

/// What an invoice is for.
pub struct Draft {
    pub customer: String,
    pub subscription: Option<String>,
    pub reason: &'static str,
    pub currency: String,
    pub lines: Vec<InvoiceLine>,
    pub discount: i64,
    pub period: (i64, i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Paid,
    Asks,
    Declined(&'static str),
}

/// What is to be paid of a total, and the balance that remains. Less than Stripe's smallest amount stays on the balance.
pub fn owed(total: i64, balance: i64, currency: &str) -> (i64, i64) {
    let sum = total + balance;
    if sum < params::least(currency).unwrap_or(1) { (0, sum) } else { (sum, 0) }
}

/// The invoice as it would be, without keeping it.
pub fn imagine(draft: Draft, moment: Moment) -> Invoice {
    Invoice {
        id: ids::of("in"),
        number: None,
        created: moment.at,
        customer: draft.customer,
        subscription: draft.subscription,
        status: InvoiceStatus::Draft,
        reason: draft.reason.to_owned(),
        currency: draft.currency,
        lines: draft.lines,
        discount: draft.discount,
        starting_balance: 0,
        amount_due: 0,
        attempts: 0,
        intent: None,
        period_start: draft.period.0,
        period_end: draft.period.1,
        finalized_at: None,
        paid_at: None,
        voided_at: None,
        uncollectible_at: None,
        due_at: None,
    }
}

pub fn draft(book: &mut Book, draft: Draft, due_at: Option<i64>, moment: Moment) -> Invoice {
    let mut invoice = imagine(draft, moment);
    invoice.amount_due = invoice.total().max(0);
    invoice.due_at = due_at;
    keep(book, &invoice, &["invoice.created"], moment);
    invoice
}

/// Fixes the amounts. What leaves nothing to pay is paid.
pub fn finalize(book: &mut Book, invoice: Invoice, moment: Moment) -> Invoice {
    let count = book.billing().invoices.values().filter(|one| one.number.is_some()).count();
    let balance = customers::found(book, &invoice.customer).map_or(0, |customer| customer.balance);
    let (amount_due, left) = owed(invoice.total(), balance, &invoice.currency);
    if let Ok(mut customer) = customers::found(book, &invoice.customer)
        && left != balance
    {
        customer.balance = left;
        book.put(customer.into());
    }
    let invoice = Invoice {
        number: Some(format!("STAND-{:04}", count + 1)),
        status: InvoiceStatus::Open,
        starting_balance: balance,
        amount_due,
        finalized_at: Some(moment.at),
        due_at: None,
        ..invoice
    };
    keep(book, &invoice, &["invoice.finalized"], moment);
    if amount_due > 0 {
        return invoice;
    }
    paid(book, invoice, moment)
}

fn paid(book: &mut Book, invoice: Invoice, moment: Moment) -> Invoice {
    let invoice = Invoice { status: InvoiceStatus::Paid, paid_at: Some(moment.at), due_at: None, ..invoice };
    keep(book, &invoice, &["invoice.paid", "invoice.payment_succeeded"], moment);
    invoice
}

/// Tries to collect an open invoice once, and lets its subscription follow.
pub fn attempt(book: &mut Book, invoice: Invoice, buyer: Buyer, moment: Moment) -> (Invoice, Outcome) {
    let billing = book.billing();
    let subscription = invoice.subscription.as_deref().and_then(|id| billing.subscriptions.get(id));
    let own = subscription.and_then(|subscription| subscription.method.as_ref());
    let method = billing.method_for(&invoice.customer, own).cloned();
    let verdict = method
        .as_ref()
        .map_or(Verdict::Declined("no_payment_method"), |method| cards::verdict(method, buyer, moment.at));
    let intent = invoice.intent.as_deref().and_then(|id| book.intent(id)).cloned();
    let mut intent = intent.unwrap_or_else(|| Intent {
        id: ids::intent(),
        created: moment.now,
        amount: invoice.amount_due,
        currency: invoice.currency.clone(),
        customer: Some(invoice.customer.clone()),
        invoice: Some(invoice.id.clone()),
        ..Intent::default()
    });
    intent.method = method.map(|method| method.id);
    let invoice = Invoice { intent: Some(intent.id.clone()), attempts: invoice.attempts + 1, ..invoice };
    let (invoice, outcome) = match verdict {
        Verdict::Approved => {
            intent.decline = None;
            let intent = rules::charge(book, intent, true, moment.now);
            events::of_intent(book, "payment_intent.succeeded", &intent, moment.now);
            (paid(book, invoice, moment), Outcome::Paid)
        }
        Verdict::Asks => {
            let intent = Intent { status: IntentStatus::RequiresAction, decline: None, ..intent };
            book.put(Change::Intent(intent.clone()));
            events::of_intent(book, "payment_intent.requires_action", &intent, moment.now);
            (failed(book, invoice, &["invoice.payment_action_required"], moment), Outcome::Asks)
        }
        Verdict::Declined(reason) => {
            let intent = Intent {
                status: IntentStatus::RequiresPaymentMethod,
                decline: Some(reason.to_owned()),
                ..intent
            };
            let intent = rules::charge(book, intent, false, moment.now);
            events::of_intent(book, "payment_intent.payment_failed", &intent, moment.now);
            (failed(book, invoice, &[], moment), Outcome::Declined(reason))
        }
    };
    subscriptions::follow(book, &invoice, moment);
    (invoice, outcome)
}

/// Plans the next attempt. The first invoice of a subscription has none: its buyer must come back.
fn failed(book: &mut Book, invoice: Invoice, more: &[&str], moment: Moment) -> Invoice {
    let tried = usize::try_from(invoice.attempts - 1).unwrap_or(usize::MAX);
    let wait = RETRIES.get(tried).filter(|_| invoice.reason != "subscription_create");
    let invoice = Invoice { due_at: wait.map(|wait| moment.at + wait), ..invoice };
    keep(book, &invoice, &["invoice.payment_failed"], moment);
    tell(book, &invoice, more, moment);
    invoice
}

fn keep(book: &mut Book, invoice: &Invoice, kinds: &[&str], moment: Moment) {
    book.put(invoice.clone().into());
    tell(book, invoice, kinds, moment);
}

fn tell(book: &mut Book, invoice: &Invoice, kinds: &[&str], moment: Moment) {
    for kind in kinds {
        let object = objects::invoice(book, invoice, false);
        events::publish(book, kind, object, moment.now);
    }
}

/// What happens to an invoice by itself: a draft is finalized, an open one is tried again.
pub fn advance(book: &mut Book, id: &str, moment: Moment) {
    let Ok(invoice) = found(book, id) else { return };
    let invoice = match invoice.status {
        InvoiceStatus::Draft => finalize(book, invoice, moment),
        _ => invoice,
    };
    match invoice.status {
        InvoiceStatus::Open => drop(attempt(book, invoice, Buyer::Absent, moment)),
        InvoiceStatus::Paid => subscriptions::follow(book, &invoice, moment),
        // Nothing happens to the others, so they are not asked about again.
        _ => keep(book, &Invoice { due_at: None, ..invoice }, &[], moment),
    }
}

/// Stops collecting, with what becomes of it.
pub fn end(book: &mut Book, invoice: Invoice, status: InvoiceStatus, moment: Moment) -> Invoice {
    if let Some(intent) = invoice.intent.as_deref().and_then(|id| book.intent(id)).cloned()
        && status == InvoiceStatus::Void
        && intent.status != IntentStatus::Succeeded
    {
        let intent = Intent { status: IntentStatus::Canceled, canceled_at: Some(moment.now), ..intent };
        book.put(Change::Intent(intent.clone()));
        events::of_intent(book, "payment_intent.canceled", &intent, moment.now);
    }
    let (invoice, kind) = match status {
        InvoiceStatus::Void => (Invoice { voided_at: Some(moment.at), ..invoice }, "invoice.voided"),
        InvoiceStatus::Uncollectible => {
            (Invoice { uncollectible_at: Some(moment.at), ..invoice }, "invoice.marked_uncollectible")
        }
        _ => (invoice, "invoice.updated"),
    };
    let invoice = Invoice { status, due_at: None, ..invoice };
    keep(book, &invoice, &[kind], moment);
    invoice
}

pub fn found(book: &Book, id: &str) -> Result<Invoice, ApiError> {
    book.billing().invoices.get(id).cloned().ok_or_else(|| ApiError::no_such("invoice", id))
}

pub fn retrieve(book: &Book, id: &str, form: &mut Form<'_>) -> Result<Value, ApiError> {
    let [payments] = form.expand(["payments"])?;
    form.done()?;
    found(book, id).map(|invoice| objects::invoice(book, &invoice, payments))
}

pub fn payments(book: &Book, form: &mut Form<'_>) -> Result<Value, ApiError> {
    let invoice = form.need("invoice")?;
    form.integer("limit")?;
    form.done()?;
    found(book, &invoice).map(|invoice| objects::payments(book, &invoice))
}

pub fn list(book: &Book, path: &str, form: &mut Form<'_>) -> Result<Value, ApiError> {
    let (customer, subscription) = (form.text("customer"), form.text("subscription"));
    let [payments] = form.expand(["data.payments"])?;
    let page = Pagination::read(form)?;
    form.done()?;
    let wanted = |one: &&Invoice| {
        customer.as_ref().is_none_or(|id| one.customer == *id)
            && subscription.as_ref().is_none_or(|id| one.subscription.as_ref() == Some(id))
    };
    let mut all: Vec<_> = book.billing().invoices.values().filter(wanted).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.created));
    page.list(path, all.into_iter().map(|one| (one.id.as_str(), one)), |one| {
        objects::invoice(book, one, payments)
    })
}

/// `POST /v1/invoices/{id}/pay`, with the card that pays or another one of the customer.
pub fn pay(book: &mut Book, id: &str, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let method = form.text("payment_method");
    let absent = form.flag("off_session")?.unwrap_or(true);
    form.done()?;
    let mut invoice = found(book, id)?;
    if invoice.status == InvoiceStatus::Draft {
        invoice = finalize(book, invoice, moment);
    }
    match invoice.status {
        InvoiceStatus::Open | InvoiceStatus::Uncollectible => {}
        InvoiceStatus::Paid => return Err(ApiError::state("Invoice is already paid")),
        _ => return Err(ApiError::state("This invoice cannot be paid.")),
    }
    if let Some(method) = method {
        let method = customers::own(book, &invoice.customer, &method)?;
        customers::prefer(book, &invoice.customer, &method.id, moment);
    }
    let buyer = if absent { Buyer::Absent } else { Buyer::Present };
    let (invoice, outcome) = attempt(book, invoice, buyer, moment);
    let intent = invoice.intent.as_deref().and_then(|id| book.intent(id));
    let intent = intent.map(|intent| rules::objects::intent(book, intent, false));
    match outcome {
        Outcome::Paid => Ok(objects::invoice(book, &invoice, false)),
        Outcome::Asks => Err(ApiError::card("authentication_required", intent)),
        Outcome::Declined(reason) => Err(ApiError::card(reason, intent)),
    }
}

pub fn finalize_call(book: &mut Book, id: &str, form: &Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    form.done()?;
    let invoice = found(book, id)?;
    if invoice.status != InvoiceStatus::Draft {
        return Err(ApiError::state("This invoice is already finalized."));
    }
    let invoice = finalize(book, invoice, moment);
    Ok(objects::invoice(book, &invoice, false))
}

pub fn void(book: &mut Book, id: &str, form: &Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    close(book, id, form, InvoiceStatus::Void, moment)
}

pub fn give_up(book: &mut Book, id: &str, form: &Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    close(book, id, form, InvoiceStatus::Uncollectible, moment)
}

fn close(
    book: &mut Book,
    id: &str,
    form: &Form<'_>,
    status: InvoiceStatus,
    moment: Moment,
) -> Result<Value, ApiError> {
    form.done()?;
    let invoice = found(book, id)?;
    if !matches!(invoice.status, InvoiceStatus::Open | InvoiceStatus::Uncollectible)
        || invoice.status == status
    {
        return Err(ApiError::state("You can only do this with an open invoice."));
    }
    let invoice = end(book, invoice, status, moment);
    subscriptions::follow(book, &invoice, moment);
    Ok(objects::invoice(book, &invoice, false))
}
