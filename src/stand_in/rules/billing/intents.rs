//! Payments with a saved card, with or without the buyer, and those that are confirmed in a form on the shop's page.

use crate::{
    book::{
        Book,
        billing::Method,
        ids,
        records::{Change, Intent, IntentStatus},
    },
    rules::{
        self,
        billing::{
            Moment,
            cards::{self, Buyer, Typed, Verdict},
            checkout, customers,
            form::Form,
            invoices,
        },
        error::ApiError,
        events,
        objects::intent as object,
        params, url,
    },
};
use serde_json::Value;

/// `POST /v1/payment_intents`.
pub fn create(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let amount = form.integer("amount")?.ok_or_else(|| ApiError::missing("amount"))?;
    let currency = form.need("currency")?.to_lowercase();
    let (customer, description) = (form.text("customer"), form.text("description"));
    let metadata = form.map("metadata")?;
    let types = form.one_of("payment_method_types[0]", &["card"])?;
    let automatic = form.flag("automatic_payment_methods[enabled]")?.unwrap_or(false);
    let saves_card = form.one_of("setup_future_usage", &["off_session"])?.is_some();
    let confirm = form.flag("confirm")?.unwrap_or(false);
    let confirmation = Confirmation::read(form)?;
    form.done()?;
    if automatic && types.is_some() {
        return Err(ApiError::state(
            "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
        ));
    }
    params::check_amount("amount", amount, &currency)?;
    if let Some(customer) = &customer {
        customers::found(book, customer)?;
    }
    let id = ids::intent();
    let intent = Intent {
        secret: Some(format!("{id}_secret_{}", ids::random())),
        id,
        created: moment.now,
        amount,
        currency,
        description,
        metadata,
        customer,
        method: confirmation.method.clone(),
        return_url: confirmation.return_url.clone(),
        automatic,
        saves_card,
        ..Intent::default()
    };
    // Nothing is kept of a call that names a wrong card.
    let card = confirm.then(|| confirmation.card(book, &intent)).transpose()?;
    book.put(Change::Intent(intent.clone()));
    events::of_intent(book, "payment_intent.created", &intent, moment.now);
    match card {
        Some(card) => ask(book, intent, &card, &confirmation, moment),
        None => Ok(object(book, &intent, false)),
    }
}

/// `POST /v1/payment_intents/{id}/confirm`.
pub fn confirm(book: &mut Book, id: &str, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let confirmation = Confirmation::read(form)?;
    form.done()?;
    let mut intent = found(book, id)?;
    if !matches!(intent.status, IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresAction) {
        return Err(unexpected());
    }
    intent.method = confirmation.method.clone().or(intent.method);
    intent.return_url = confirmation.return_url.clone().or(intent.return_url);
    let card = confirmation.card(book, &intent)?;
    ask(book, intent, &card, &confirmation, moment)
}

/// The buyer sends a card from the form on the shop's page. One that is typed belongs to nobody yet.
pub fn submit(
    book: &mut Book,
    id: &str,
    typed: Typed,
    return_url: String,
    moment: Moment,
) -> Result<Value, ApiError> {
    let intent = found(book, id)?;
    if !matches!(intent.status, IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresAction) {
        return Err(unexpected());
    }
    let card = cards::create(book, typed, moment);
    let confirmation = Confirmation {
        method: Some(card.id.clone()),
        return_url: Some(return_url.clone()),
        absent: false,
        unasked: false,
    };
    let intent = Intent { method: Some(card.id.clone()), return_url: Some(return_url), ..intent };
    ask(book, intent, &card, &confirmation, moment)
}

/// The same by a slow method: the bank's answer comes later.
pub fn submit_slow(book: &mut Book, id: &str, moment: Moment) -> Result<Value, ApiError> {
    let intent = found(book, id)?;
    if !matches!(intent.status, IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresAction) {
        return Err(unexpected());
    }
    let intent = Intent { status: IntentStatus::Processing, latest_charge: None, decline: None, ..intent };
    book.put(Change::Intent(intent.clone()));
    events::of_intent(book, "payment_intent.processing", &intent, moment.now);
    Ok(object(book, &intent, false))
}

/// The bank's answer on a slow payment.
///
/// # Errors
/// 404 for an unknown intent, 400 if no slow payment is in progress.
pub fn arrive(book: &mut Book, id: &str, paid: bool, moment: Moment) -> Result<(), ApiError> {
    let intent = found(book, id)?;
    if intent.status != IntentStatus::Processing {
        return Err(ApiError::state("No slow payment is on its way."));
    }
    if paid {
        succeed(book, intent, moment);
    } else {
        refuse(book, intent, "generic_decline", moment);
    }
    Ok(())
}

/// `POST /v1/payment_intents/{id}/cancel`.
pub fn cancel(book: &mut Book, id: &str, form: &Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    form.done()?;
    let intent = found(book, id)?;
    if !matches!(intent.status, IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresAction) {
        return Err(unexpected());
    }
    let intent = Intent { status: IntentStatus::Canceled, canceled_at: Some(moment.now), ..intent };
    book.put(Change::Intent(intent.clone()));
    events::of_intent(book, "payment_intent.canceled", &intent, moment.now);
    Ok(object(book, &intent, false))
}

fn unexpected() -> ApiError {
    let message = "This PaymentIntent has a status in which this cannot be done.";
    ApiError::unexpected("payment_intent_unexpected_state", message)
}

/// With which card, and where the buyer is.
struct Confirmation {
    method: Option<String>,
    return_url: Option<String>,
    absent: bool,
    /// A question of the bank is a refusal.
    unasked: bool,
}

impl Confirmation {
    fn read(form: &mut Form<'_>) -> Result<Self, ApiError> {
        let (method, return_url) = (form.text("payment_method"), form.text("return_url"));
        let absent = form.flag("off_session")?.unwrap_or(false);
        let unasked = form.flag("error_on_requires_action")?.unwrap_or(false);
        if return_url.as_deref().is_some_and(|address| url::origin(address).is_none()) {
            return Err(ApiError::param("url_invalid", "return_url", "Not a valid URL"));
        }
        Ok(Self { method, return_url, absent, unasked })
    }

    /// The card of the intent, which must be its customer's.
    fn card(&self, book: &Book, intent: &Intent) -> Result<Method, ApiError> {
        let method = intent.method.as_deref().ok_or_else(|| ApiError::missing("payment_method"))?;
        if !self.absent && intent.return_url.is_none() {
            return Err(ApiError::missing("return_url"));
        }
        match &intent.customer {
            Some(customer) => customers::own(book, customer, method),
            None => cards::found(book, method),
        }
    }
}

/// Asks the bank.
fn ask(
    book: &mut Book,
    intent: Intent,
    card: &Method,
    confirmation: &Confirmation,
    moment: Moment,
) -> Result<Value, ApiError> {
    let buyer = if confirmation.absent { Buyer::Absent } else { Buyer::Present };
    match cards::verdict(card, buyer, moment.at) {
        Verdict::Approved => {
            let intent = succeed(book, intent, moment);
            Ok(object(book, &intent, false))
        }
        Verdict::Asks if buyer == Buyer::Present && !confirmation.unasked => {
            let intent = Intent { status: IntentStatus::RequiresAction, decline: None, ..intent };
            book.put(Change::Intent(intent.clone()));
            events::of_intent(book, "payment_intent.requires_action", &intent, moment.now);
            Ok(object(book, &intent, false))
        }
        Verdict::Asks => Err(refuse(book, intent, "authentication_required", moment)),
        Verdict::Declined(reason) => Err(refuse(book, intent, reason, moment)),
    }
}

fn succeed(book: &mut Book, intent: Intent, moment: Moment) -> Intent {
    let intent = rules::charge(book, Intent { decline: None, ..intent }, true, moment.now);
    let card = intent.method.as_deref().and_then(|id| cards::found(book, id).ok());
    if let (Some(card), Some(customer), true) = (card, &intent.customer, intent.saves_card) {
        checkout::save_for(book, card, customer, moment);
    }
    events::of_intent(book, "payment_intent.succeeded", &intent, moment.now);
    intent
}

fn refuse(book: &mut Book, intent: Intent, reason: &'static str, moment: Moment) -> ApiError {
    let status = IntentStatus::RequiresPaymentMethod;
    let intent = Intent { status, decline: Some(reason.to_owned()), ..intent };
    let intent = rules::charge(book, intent, false, moment.now);
    events::of_intent(book, "payment_intent.payment_failed", &intent, moment.now);
    ApiError::card(reason, Some(object(book, &intent, false)))
}

/// The buyer's answer to the bank's question.
///
/// # Errors
/// 404 for an unknown intent, 400 if nothing was asked.
pub fn answer(book: &mut Book, id: &str, yes: bool, moment: Moment) -> Result<Intent, ApiError> {
    let intent = found(book, id)?;
    if intent.status != IntentStatus::RequiresAction {
        return Err(unexpected());
    }
    if !yes {
        refuse(book, intent, "authentication_required", moment);
        return found(book, id);
    }
    if let Some(mut method) = intent.method.as_deref().and_then(|id| cards::found(book, id).ok()) {
        method.authenticated = true;
        book.put(method.into());
    }
    match intent.invoice.as_deref().map(|invoice| invoices::found(book, invoice)) {
        Some(invoice) => drop(invoices::attempt(book, invoice?, Buyer::Confirmed, moment)),
        None => drop(succeed(book, intent, moment)),
    }
    found(book, id)
}

fn found(book: &Book, id: &str) -> Result<Intent, ApiError> {
    book.intent(id).cloned().ok_or_else(|| ApiError::no_such("payment_intent", id))
}
