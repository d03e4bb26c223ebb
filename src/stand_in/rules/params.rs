//! Parses the form of `POST /v1/checkout/sessions` as strictly as Stripe does.

use crate::{
    book::records::{Item, Mode, due_today},
    rules::{error::ApiError, objects::Expand, url},
};
use std::collections::BTreeMap;

pub type Pairs = Vec<(String, String)>;

/// The allowed lifetime of a session in seconds (Stripe's API reference, `expires_at`).
const LIFETIME: std::ops::RangeInclusive<i64> = 30 * 60..=24 * 3600;
/// The smallest amount per currency, and the largest of all, in minor units (docs.stripe.com/currencies). The dinar has
/// no published minimum: this is about half a dollar. It has three decimals, and Stripe requires the last digit to be 0.
const CURRENCIES: [(&str, i64); 5] = [("eur", 50), ("usd", 50), ("gbp", 30), ("jpy", 50), ("kwd", 150)];
pub const MOST: i64 = 99_999_999;

/// The parameters of a new session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSession {
    pub currency: String,
    pub items: Vec<Item>,
    pub expires_at: Option<i64>,
    pub reference: Option<String>,
    pub email: Option<String>,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub intent_metadata: BTreeMap<String, String>,
    pub intent_description: Option<String>,
    pub expand: Expand,
    pub mode: Mode,
    pub customer: Option<String>,
    pub saves_card: bool,
    pub trial_days: Option<i64>,
    pub coupon: Option<String>,
    pub promotion: Option<String>,
    /// What the coupon takes off; known once the coupon was looked up.
    pub discount: i64,
    pub made_metadata: BTreeMap<String, String>,
}

#[derive(Default)]
struct LineItem {
    price: Option<String>,
    quantity: Option<i64>,
    currency: Option<String>,
    unit_amount: Option<i64>,
    name: Option<String>,
    description: Option<String>,
}

/// Reads the parameters of a new session. Its prices and its coupon are names only, until they were looked up.
///
/// # Errors
/// 400 with the parameter that is missing or unknown.
pub fn read(pairs: &Pairs) -> Result<NewSession, ApiError> {
    let (mut new, mut mode) = (NewSession::default(), None);
    let mut lines: BTreeMap<usize, LineItem> = BTreeMap::new();
    for (name, value) in pairs {
        let text = || Some(value.clone());
        match segments(name).as_slice() {
            ["mode"] => mode = Some(value.as_str()),
            ["ui_mode"] => one_of(name, value, "hosted_page")?,
            ["expires_at"] => new.expires_at = Some(integer(name, value)?),
            ["client_reference_id"] => new.reference = text(),
            ["customer_email"] => new.email = text(),
            ["success_url"] => new.success_url.clone_from(value),
            ["cancel_url"] => new.cancel_url = text(),
            ["metadata", key] => drop(new.metadata.insert((*key).to_owned(), value.clone())),
            ["payment_intent_data", "metadata", key] => {
                drop(new.intent_metadata.insert((*key).to_owned(), value.clone()));
            }
            ["payment_intent_data", "description"] => new.intent_description = text(),
            ["payment_intent_data", "setup_future_usage"] => {
                one_of(name, value, "off_session")?;
                new.saves_card = true;
            }
            ["currency"] => new.currency = value.to_lowercase(),
            ["customer"] => new.customer = text(),
            ["discounts", "0", "coupon"] => new.coupon = text(),
            ["discounts", "0", "promotion_code"] => new.promotion = text(),
            ["payment_method_collection"] => one_of(name, value, "always")?,
            ["subscription_data", "trial_period_days"] => new.trial_days = Some(integer(name, value)?),
            ["subscription_data" | "setup_intent_data", "metadata", key] => {
                drop(new.made_metadata.insert((*key).to_owned(), value.clone()));
            }
            ["expand", _] => expand(&mut new.expand, value)?,
            ["line_items", at, rest @ ..] => {
                let at = at.parse().map_err(|_| ApiError::unknown(name))?;
                lines.entry(at).or_default().set(name, rest, value)?;
            }
            _ => return Err(ApiError::unknown(name)),
        }
    }
    new.mode = match mode {
        None => return Err(ApiError::missing("mode")),
        Some("payment") => Mode::Payment,
        Some("setup") => Mode::Setup,
        Some("subscription") => Mode::Subscription,
        Some(_) => return Err(invalid("mode", "must be one of payment, setup, subscription")),
    };
    take_lines(&mut new, lines)?;
    Ok(new)
}

/// One value of `expand[]`: the payment intent, its latest charge and what that moved, and the setup intent.
pub fn expand(expand: &mut Expand, value: &str) -> Result<(), ApiError> {
    match value {
        "payment_intent" => expand.intent = true,
        "payment_intent.latest_charge" => (expand.intent, expand.charge) = (true, true),
        "payment_intent.latest_charge.balance_transaction" => {
            *expand = Expand { intent: true, charge: true, balance: true, ..*expand };
        }
        "payment_intent.latest_charge.refunds" => {
            *expand = Expand { intent: true, charge: true, refunds: true, ..*expand };
        }
        "setup_intent" => expand.setup = true,
        _ => return Err(invalid("expand", "is not something that the stand-in can expand")),
    }
    Ok(())
}

/// Splits `a[b][c]` into `a`, `b`, `c`.
pub fn segments(name: &str) -> Vec<&str> {
    name.split('[').map(|part| part.strip_suffix(']').unwrap_or(part)).collect()
}

impl LineItem {
    fn set(&mut self, name: &str, path: &[&str], value: &str) -> Result<(), ApiError> {
        match path {
            ["quantity"] => self.quantity = Some(integer(name, value)?),
            ["price"] => self.price = Some(value.to_owned()),
            ["price_data", "currency"] => self.currency = Some(value.to_lowercase()),
            ["price_data", "unit_amount"] => self.unit_amount = Some(integer(name, value)?),
            ["price_data", "product_data", "name"] => self.name = Some(value.to_owned()),
            ["price_data", "product_data", "description"] => self.description = Some(value.to_owned()),
            _ => return Err(ApiError::unknown(name)),
        }
        Ok(())
    }
}

fn take_lines(new: &mut NewSession, lines: BTreeMap<usize, LineItem>) -> Result<(), ApiError> {
    if lines.is_empty() != (new.mode == Mode::Setup) {
        return Err(ApiError::missing("line_items"));
    }
    for (at, line) in lines {
        let param = |rest: &str| format!("line_items[{at}]{rest}");
        let missing = |rest: &str| ApiError::missing(&param(rest));
        if line.price.is_some() && (line.currency.is_some() || line.name.is_some()) {
            return Err(invalid(&param(""), "has both a price and price_data"));
        }
        if line.price.is_some() {
            let quantity = line.quantity.ok_or_else(|| missing("[quantity]"))?;
            if !(1..=999_999).contains(&quantity) {
                return Err(invalid(&param("[quantity]"), "is out of range"));
            }
            new.items.push(Item { price: line.price, quantity, ..Item::default() });
            continue;
        }
        let currency = line.currency.ok_or_else(|| missing("[price_data][currency]"))?;
        if !new.currency.is_empty() && new.currency != currency {
            return Err(ApiError::state("All line items of a session must have the same currency."));
        }
        new.currency = currency;
        let item = Item {
            name: line.name.ok_or_else(|| missing("[price_data][product_data][name]"))?,
            description: line.description,
            quantity: line.quantity.ok_or_else(|| missing("[quantity]"))?,
            unit_amount: line.unit_amount.ok_or_else(|| missing("[price_data][unit_amount]"))?,
            ..Item::default()
        };
        if item.name.is_empty() {
            return Err(invalid(&param("[price_data][product_data][name]"), "must not be empty"));
        }
        if !(1..=999_999).contains(&item.quantity) || !(0..=MOST).contains(&item.unit_amount) {
            return Err(invalid(&param(""), "has a quantity or an amount out of range"));
        }
        new.items.push(item);
    }
    Ok(())
}

/// The smallest amount that is charged in a currency.
pub fn least(currency: &str) -> Option<i64> {
    CURRENCIES.iter().find(|(code, _)| *code == currency).map(|(_, least)| *least)
}

pub fn check_currency(currency: &str) -> Result<i64, ApiError> {
    least(currency).ok_or_else(|| invalid("currency", "is not one that the stand-in knows"))
}

pub fn check_amount(param: &str, total: i64, currency: &str) -> Result<(), ApiError> {
    let least = check_currency(currency)?;
    if total < least {
        let message = format!("The total must be at least {least} {currency} in minor units.");
        return Err(ApiError::param("amount_too_small", param, message));
    }
    if total > MOST {
        return Err(ApiError::param("amount_too_large", param, format!("The total must be at most {MOST}.")));
    }
    Ok(())
}

/// Checks a new session at `now` (seconds).
///
/// # Errors
/// 400 with the parameter that is wrong.
pub fn check(new: &NewSession, now: i64) -> Result<(), ApiError> {
    let total = due_today(&new.items, new.trial_days.is_some()) - new.discount;
    match new.mode {
        Mode::Payment => check_amount("line_items", total, &new.currency)?,
        Mode::Subscription if total > 0 => check_amount("line_items", total, &new.currency)?,
        Mode::Subscription => {}
        Mode::Setup => {
            check_currency(&new.currency)?;
        }
    }
    if new.trial_days.is_some_and(|days| !(1..=730).contains(&days)) {
        return Err(invalid("subscription_data[trial_period_days]", "must be between 1 and 730"));
    }
    if new.currency == "kwd" && new.items.iter().any(|item| item.unit_amount % 10 != 0) {
        return Err(invalid("line_items", "has an amount in dinars whose last digit is not 0"));
    }
    if new.expires_at.is_some_and(|at| !LIFETIME.contains(&(at - now))) {
        return Err(invalid(
            "expires_at",
            "must be between 30 minutes and 24 hours after the session's creation",
        ));
    }
    if new.success_url.is_empty() {
        return Err(ApiError::missing("success_url"));
    }
    for (param, given) in [("success_url", Some(&new.success_url)), ("cancel_url", new.cancel_url.as_ref())] {
        if given.is_some_and(|given| url::origin(given).is_none()) {
            return Err(ApiError::param("url_invalid", param, "Not a valid URL"));
        }
    }
    if new
        .email
        .as_deref()
        .is_some_and(|email| email.split_once('@').is_none_or(|(a, b)| a.is_empty() || b.is_empty()))
    {
        return Err(ApiError::param("email_invalid", "customer_email", "Invalid email address."));
    }
    if new.reference.as_deref().is_some_and(|text| text.is_empty() || text.len() > 200) {
        return Err(invalid("client_reference_id", "must have 1 to 200 characters"));
    }
    check_metadata("metadata", &new.metadata)?;
    check_metadata("subscription_data[metadata]", &new.made_metadata)?;
    check_metadata("payment_intent_data[metadata]", &new.intent_metadata)
}

/// Stripe's limits: 50 keys of at most 40 characters, values of at most 500.
pub fn check_metadata(param: &str, metadata: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let long = |(key, value): (&String, &String)| key.chars().count() > 40 || value.chars().count() > 500;
    if metadata.len() > 50 || metadata.iter().any(long) {
        return Err(invalid(
            param,
            "has more than 50 keys, or a key over 40, or a value over 500 characters",
        ));
    }
    Ok(())
}

pub(crate) fn invalid(param: &str, what: &str) -> ApiError {
    ApiError::param("parameter_invalid", param, format!("{param} {what}."))
}

pub(crate) fn integer(param: &str, value: &str) -> Result<i64, ApiError> {
    let message = || ApiError::param("parameter_invalid_integer", param, format!("Invalid integer: {value}"));
    value.parse().map_err(|_| message())
}

fn one_of(param: &str, value: &str, known: &str) -> Result<(), ApiError> {
    if value == known {
        Ok(())
    } else {
        Err(invalid(param, &format!("must be {known}: the stand-in knows no other")))
    }
}

#[cfg(test)]
#[path = "params_tests.rs"]
mod tests;
