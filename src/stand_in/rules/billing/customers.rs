//! Customers, what they have saved, and the portal where they change it.

use crate::{
    book::{
        Book,
        billing::{Customer, Method, Portal},
        ids,
    },
    rules::{
        billing::{Moment, Pagination, cards, form::Form, objects},
        error::ApiError,
        events, url,
    },
};
use serde_json::Value;

pub fn create(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let (email, name, metadata) = (form.text("email"), form.text("name"), form.map("metadata")?);
    form.done()?;
    let customer = Customer {
        id: ids::of("cus"),
        created: moment.now,
        email,
        name,
        currency: None,
        balance: 0,
        default_method: None,
        metadata,
    };
    book.put(customer.clone().into());
    events::publish(book, "customer.created", objects::customer(&customer), moment.now);
    Ok(objects::customer(&customer))
}

pub fn retrieve(book: &Book, id: &str, form: &Form<'_>) -> Result<Value, ApiError> {
    form.done()?;
    found(book, id).map(|customer| objects::customer(&customer))
}

pub fn update(book: &mut Book, id: &str, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let method = form.text("invoice_settings[default_payment_method]");
    let (email, name, metadata) = (form.text("email"), form.text("name"), form.map("metadata")?);
    // The stand-in keeps none of these: they can only be taken away.
    for unkept in ["phone", "address", "shipping"] {
        form.one_of(unkept, &[""])?;
    }
    form.done()?;
    let mut customer = found(book, id)?;
    if let Some(method) = method {
        customer.default_method = Some(own(book, id, &method)?.id);
    }
    // What is given as empty is taken away.
    let set = |given: Option<String>, before: Option<String>| match given {
        Some(text) => Some(text).filter(|text| !text.is_empty()),
        None => before,
    };
    (customer.email, customer.name) = (set(email, customer.email), set(name, customer.name));
    customer.metadata.extend(metadata);
    book.put(customer.clone().into());
    events::publish(book, "customer.updated", objects::customer(&customer), moment.now);
    Ok(objects::customer(&customer))
}

pub fn found(book: &Book, id: &str) -> Result<Customer, ApiError> {
    book.billing().customers.get(id).cloned().ok_or_else(|| ApiError::no_such("customer", id))
}

/// A card that the customer has saved.
pub fn own(book: &Book, customer: &str, method: &str) -> Result<Method, ApiError> {
    let found = cards::found(book, method)?;
    match found.customer.as_deref() == Some(customer) {
        true => Ok(found),
        false => Err(ApiError::state("The customer does not have a payment method with this ID.")),
    }
}

/// Fixes the currency of a customer, who is charged in no other one afterwards.
///
/// # Errors
/// 400 if it is fixed to another one.
pub fn fix_currency(book: &mut Book, id: &str, currency: &str) -> Result<(), ApiError> {
    check_currency(book, id, currency)?;
    let customer = found(book, id)?;
    if customer.currency.is_none() {
        book.put(Customer { currency: Some(currency.to_owned()), ..customer }.into());
    }
    Ok(())
}

/// # Errors
/// 400 if the customer is charged in another currency.
pub fn check_currency(book: &Book, id: &str, currency: &str) -> Result<(), ApiError> {
    match found(book, id)?.currency {
        Some(fixed) if fixed != currency => Err(ApiError::state(format!(
            "You cannot combine currencies on a single customer. This customer has had a subscription, coupon, or \
             invoice item with currency {fixed}."
        ))),
        _ => Ok(()),
    }
}

/// Makes a card the one that pays.
pub fn prefer(book: &mut Book, id: &str, method: &str, moment: Moment) {
    if let Ok(customer) = found(book, id) {
        let customer = Customer { default_method: Some(method.to_owned()), ..customer };
        book.put(customer.clone().into());
        events::publish(book, "customer.updated", objects::customer(&customer), moment.now);
    }
}

pub fn methods(book: &Book, id: &str, path: &str, form: &mut Form<'_>) -> Result<Value, ApiError> {
    form.one_of("type", &["card"])?;
    let page = Pagination::read(form)?;
    form.done()?;
    found(book, id)?;
    let all = book.billing().methods_of(Some(id));
    page.list(path, all.iter().map(|one| (one.id.as_str(), one)), objects::method)
}

pub fn method(book: &Book, id: &str, form: &Form<'_>) -> Result<Value, ApiError> {
    form.done()?;
    cards::found(book, id).map(|method| objects::method(&method))
}

pub fn setup(book: &Book, id: &str, form: &Form<'_>) -> Result<Value, ApiError> {
    form.done()?;
    cards::setup_found(book, id).map(|setup| objects::setup(&setup))
}

/// `POST /v1/billing_portal/sessions`.
pub fn open_portal(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let (customer, return_url) = (form.need("customer")?, form.text("return_url"));
    form.done()?;
    found(book, &customer)?;
    if return_url.as_deref().is_some_and(|address| url::origin(address).is_none()) {
        return Err(ApiError::param("url_invalid", "return_url", "Not a valid URL"));
    }
    let portal = Portal { id: ids::of("bps"), created: moment.now, customer, return_url };
    book.put(portal.clone().into());
    Ok(objects::portal(&book.site, &portal))
}
