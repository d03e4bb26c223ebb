//! What a card does, decided by its number (docs.stripe.com/testing) and its expiry.

use crate::{
    book::{
        Book,
        billing::{Method, Setup, SetupStatus},
        ids,
    },
    rules::{
        billing::{Moment, calendar, form::Form, objects},
        error::ApiError,
        events, params,
    },
};
use serde_json::Value;

/// The card that the pay page uses when nobody names another one.
pub const GOOD: &str = "4242424242424242";
/// The card of the button that declines.
pub const DECLINED: &str = "4000000000000002";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behavior {
    Approves,
    Declines(&'static str),
    /// Its bank asks once; afterwards it approves also without the buyer.
    AsksOnce,
    /// Its bank asks each time.
    AsksAlways,
    /// Can be saved and pays while the buyer is there, and is declined later.
    FailsLater,
}

/// The cards: number, name on the pay page, behavior.
const CARDS: [(&str, &str, Behavior); 8] = [
    (GOOD, "A good card", Behavior::Approves),
    (DECLINED, "Declined", Behavior::Declines("generic_decline")),
    ("4000000000009995", "Not enough money", Behavior::Declines("insufficient_funds")),
    ("4000000000000069", "Expired", Behavior::Declines("expired_card")),
    ("4000002500003155", "Asks to confirm, once", Behavior::AsksOnce),
    ("4000002760003184", "Asks to confirm, always", Behavior::AsksAlways),
    ("4000000000000341", "Fails at the renewal", Behavior::FailsLater),
    ("5555555555554444", "Another good card", Behavior::Approves),
];

/// Numbers and names, for the pay page.
pub fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
    CARDS.into_iter().map(|(number, name, _)| (number, name))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Approved,
    /// The bank asks the buyer to confirm.
    Asks,
    /// With Stripe's word for the reason (`decline_code`).
    Declined(&'static str),
}

/// Where the buyer is while the bank is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buyer {
    Absent,
    Present,
    /// The bank has asked, and the buyer said yes.
    Confirmed,
}

/// What the bank answers at a moment of the billing clock.
pub fn verdict(method: &Method, buyer: Buyer, at: i64) -> Verdict {
    let asks = buyer != Buyer::Confirmed;
    let found = CARDS.into_iter().find(|(number, _, _)| *number == method.number);
    match found.map_or(Behavior::Declines("incorrect_number"), |(_, _, behavior)| behavior) {
        _ if at > calendar::end_of_month(method.exp_year, method.exp_month) => {
            Verdict::Declined("expired_card")
        }
        Behavior::Declines(reason) => Verdict::Declined(reason),
        Behavior::FailsLater if buyer == Buyer::Absent => Verdict::Declined("generic_decline"),
        Behavior::AsksOnce if asks && !method.authenticated => Verdict::Asks,
        Behavior::AsksAlways if asks => Verdict::Asks,
        Behavior::Approves | Behavior::AsksOnce | Behavior::AsksAlways | Behavior::FailsLater => {
            Verdict::Approved
        }
    }
}

/// A card as somebody types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub number: String,
    pub exp_month: i64,
    pub exp_year: i64,
}

impl Default for Typed {
    fn default() -> Self {
        Self { number: GOOD.to_owned(), exp_month: 12, exp_year: 2099 }
    }
}

impl Typed {
    /// Reads the fields `card` and `expires` (`12/2030`) of a page's form; what is missing is that of the good card.
    pub fn of_form(body: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match (&*name, value.split_once('/')) {
                ("card", _) => typed.number = value.replace(' ', ""),
                ("expires", Some((month, year))) => {
                    typed.exp_month = month.trim().parse::<i64>().unwrap_or(12).clamp(1, 12);
                    typed.exp_year = year.trim().parse().unwrap_or(2099);
                }
                _ => {}
            }
        }
        typed
    }
}

/// Keeps a card that belongs to nobody yet.
pub fn create(book: &mut Book, typed: Typed, moment: Moment) -> Method {
    let Typed { number, exp_month, exp_year } = typed;
    let method = Method {
        id: ids::of("pm"),
        created: moment.now,
        customer: None,
        number,
        exp_month,
        exp_year,
        authenticated: false,
    };
    book.put(method.clone().into());
    method
}

/// Saves a card for a customer.
pub fn attach(book: &mut Book, method: Method, customer: &str, moment: Moment) -> Method {
    let method = Method { customer: Some(customer.to_owned()), ..method };
    book.put(method.clone().into());
    events::publish(book, "payment_method.attached", objects::method(&method), moment.now);
    method
}

/// `POST /v1/payment_methods`.
pub fn create_call(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    form.one_of("type", &["card"])?.ok_or_else(|| ApiError::missing("type"))?;
    let month = form.integer("card[exp_month]")?.ok_or_else(|| ApiError::missing("card[exp_month]"))?;
    let year = form.integer("card[exp_year]")?.ok_or_else(|| ApiError::missing("card[exp_year]"))?;
    let number = form.need("card[number]")?;
    form.done()?;
    if !(1..=12).contains(&month) {
        return Err(params::invalid("card[exp_month]", "is no month"));
    }
    let method = create(book, Typed { number, exp_month: month, exp_year: year }, moment);
    Ok(objects::method(&method))
}

/// `POST /v1/payment_methods/{id}/attach`. A card that asks must be saved by a setup intent instead.
pub fn attach_call(
    book: &mut Book,
    id: &str,
    form: &mut Form<'_>,
    moment: Moment,
) -> Result<Value, ApiError> {
    let customer = form.need("customer")?;
    form.done()?;
    let method = found(book, id)?;
    super::customers::found(book, &customer)?;
    if method.customer.is_some() {
        return Err(ApiError::state(
            "The payment method you provided has already been attached to a customer.",
        ));
    }
    if let Verdict::Declined(reason) = verdict(&method, Buyer::Present, moment.at) {
        return Err(ApiError::card(reason, None));
    }
    let method = attach(book, method, &customer, moment);
    Ok(objects::method(&method))
}

/// `POST /v1/payment_methods/{id}/detach`. It cannot be attached again.
pub fn detach_call(book: &mut Book, id: &str, form: &Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    form.done()?;
    let method = found(book, id)?;
    let Some(customer) = method.customer.clone() else {
        return Err(ApiError::state("The payment method you provided is not attached to a customer."));
    };
    let method = Method { customer: None, ..method };
    book.put(method.clone().into());
    if let Ok(mut owner) = super::customers::found(book, &customer)
        && owner.default_method.as_deref() == Some(id)
    {
        owner.default_method = None;
        book.put(owner.into());
    }
    events::publish(book, "payment_method.detached", objects::method(&method), moment.now);
    Ok(objects::method(&method))
}

pub fn found(book: &Book, id: &str) -> Result<Method, ApiError> {
    book.billing().methods.get(id).cloned().ok_or_else(|| ApiError::no_such("PaymentMethod", id))
}

/// A setup intent that succeeded with a card.
pub fn set_up(book: &mut Book, setup: Setup, method: &Method, moment: Moment) -> Setup {
    let setup = Setup { status: SetupStatus::Succeeded, method: Some(method.id.clone()), ..setup };
    book.put(setup.clone().into());
    events::publish(book, "setup_intent.succeeded", objects::setup(&setup), moment.now);
    setup
}

/// `POST /v1/setup_intents`.
pub fn create_setup(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let customer = form.text("customer");
    form.one_of("usage", &["off_session", "on_session"])?;
    let metadata = form.map("metadata")?;
    form.done()?;
    if let Some(customer) = &customer {
        super::customers::found(book, customer)?;
    }
    let setup = Setup {
        id: ids::of("seti"),
        created: moment.now,
        customer,
        status: SetupStatus::RequiresPaymentMethod,
        method: None,
        metadata,
    };
    book.put(setup.clone().into());
    events::publish(book, "setup_intent.created", objects::setup(&setup), moment.now);
    Ok(objects::setup(&setup))
}

/// `POST /v1/setup_intents/{id}/confirm`.
pub fn confirm_setup(
    book: &mut Book,
    id: &str,
    form: &mut Form<'_>,
    moment: Moment,
) -> Result<Value, ApiError> {
    let method = form.need("payment_method")?;
    form.done()?;
    let setup = setup_found(book, id)?;
    if setup.status != SetupStatus::RequiresPaymentMethod {
        return Err(ApiError::unexpected(
            "setup_intent_unexpected_state",
            "This SetupIntent cannot be confirmed.",
        ));
    }
    let mut method = found(book, &method)?;
    match verdict(&method, Buyer::Present, moment.at) {
        Verdict::Declined(reason) => {
            events::publish(book, "setup_intent.setup_failed", objects::setup(&setup), moment.now);
            Err(ApiError::card(reason, None))
        }
        Verdict::Asks => {
            let setup = Setup { status: SetupStatus::RequiresAction, method: Some(method.id), ..setup };
            book.put(setup.clone().into());
            events::publish(book, "setup_intent.requires_action", objects::setup(&setup), moment.now);
            Ok(objects::setup(&setup))
        }
        Verdict::Approved => {
            if let (Some(customer), None) = (&setup.customer, &method.customer) {
                method = attach(book, method, customer, moment);
            }
            let setup = set_up(book, setup, &method, moment);
            Ok(objects::setup(&setup))
        }
    }
}

/// `POST /v1/setup_intents/{id}/cancel`.
pub fn cancel_setup(book: &mut Book, id: &str, form: &Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    form.done()?;
    let setup = setup_found(book, id)?;
    if matches!(setup.status, SetupStatus::Succeeded | SetupStatus::Canceled) {
        return Err(ApiError::unexpected(
            "setup_intent_unexpected_state",
            "This SetupIntent cannot be canceled.",
        ));
    }
    let setup = Setup { status: SetupStatus::Canceled, ..setup };
    book.put(setup.clone().into());
    events::publish(book, "setup_intent.canceled", objects::setup(&setup), moment.now);
    Ok(objects::setup(&setup))
}

pub fn setup_found(book: &Book, id: &str) -> Result<Setup, ApiError> {
    book.billing().setups.get(id).cloned().ok_or_else(|| ApiError::no_such("setupintent", id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(number: &str, authenticated: bool) -> Method {
        Method {
            id: "pm_1".into(),
            created: 0,
            customer: None,
            number: number.into(),
            exp_month: 2,
            exp_year: 2028,
            authenticated,
        }
    }

    #[test]
    fn each_card_with_and_without_its_buyer() {
        use Verdict::*;
        let at = calendar::end_of_month(2028, 2);
        for (number, confirmed, present, absent) in [
            (GOOD, false, Approved, Approved),
            (DECLINED, false, Declined("generic_decline"), Declined("generic_decline")),
            ("4000000000009995", false, Declined("insufficient_funds"), Declined("insufficient_funds")),
            ("4000000000000069", false, Declined("expired_card"), Declined("expired_card")),
            ("4000002500003155", false, Asks, Asks),
            ("4000002500003155", true, Approved, Approved),
            ("4000002760003184", true, Asks, Asks),
            ("4000000000000341", false, Approved, Declined("generic_decline")),
            ("1234", false, Declined("incorrect_number"), Declined("incorrect_number")),
        ] {
            let method = card(number, confirmed);
            assert_eq!(verdict(&method, Buyer::Present, at), present, "{number} {confirmed}");
            assert_eq!(verdict(&method, Buyer::Absent, at), absent, "{number} {confirmed}");
            let late = verdict(&method, Buyer::Confirmed, at + 1);
            assert_eq!(late, Declined("expired_card"), "{number} a second later");
            let yes = verdict(&method, Buyer::Confirmed, at);
            assert_eq!(yes == Approved, present == Approved || present == Asks, "{number} {confirmed}");
        }
    }

    #[test]
    fn a_page_may_leave_fields_out() {
        assert_eq!(Typed::of_form(b""), Typed::default());
        let typed = Typed::of_form(b"card=4000+0000+0000+0002&expires=7%2F2027&other=1");
        assert_eq!(typed, Typed { number: "4000000000000002".into(), exp_month: 7, exp_year: 2027 });
    }
}
