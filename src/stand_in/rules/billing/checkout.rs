//! Checkout sessions with prices, customers and cards: what they are about, and what is made of them.

use crate::{
    book::{
        Book,
        billing::{Customer, Method, Setup, SetupStatus},
        ids,
        records::{Change, Item, Mode, Session, SessionStatus},
        subscriptions::{InvoiceLine, InvoiceStatus},
    },
    rules::{
        self,
        billing::{
            Moment,
            cards::{self, Buyer, Typed, Verdict},
            catalogue, customers, invoices,
            subscriptions::{self, New},
        },
        error::ApiError,
        events,
        params::{self, NewSession},
    },
};

/// Looks up what the parameters name.
///
/// # Errors
/// 404 for what is not there, 400 for what does not fit together.
pub fn resolve(book: &Book, mut new: NewSession, now: i64) -> Result<NewSession, ApiError> {
    for item in new.items.iter_mut().filter(|item| item.price.is_some()) {
        let price = catalogue::on_sale(book, item.price.as_deref().unwrap_or_default())?;
        if !new.currency.is_empty() && new.currency != price.currency {
            return Err(ApiError::state("All line items of a session must have the same currency."));
        }
        new.currency = price.currency;
        let product = book.billing().products.get(&price.product);
        item.name = product.map_or_else(String::new, |product| product.name.clone());
        item.unit_amount = price.amount;
        item.recurs = price.interval;
    }
    let recurring = new.items.iter().filter(|item| item.recurs.is_some()).count();
    match new.mode {
        Mode::Payment if recurring > 0 => {
            return Err(ApiError::state("You specified `payment` mode but passed a recurring price."));
        }
        Mode::Subscription if recurring != 1 => {
            return Err(ApiError::state("A session in `subscription` mode needs one recurring price."));
        }
        _ => {}
    }
    if new.mode != Mode::Payment && (!new.intent_metadata.is_empty() || new.saves_card) {
        return Err(ApiError::state("You can only pass `payment_intent_data` in `payment` mode."));
    }
    if new.mode != Mode::Subscription && new.trial_days.is_some() {
        return Err(ApiError::state("You can only pass `subscription_data` in `subscription` mode."));
    }
    if let Some(customer) = &new.customer {
        if new.email.is_some() {
            return Err(ApiError::state(
                "You may only specify one of these parameters: customer, customer_email.",
            ));
        }
        customers::found(book, customer)?;
        if new.mode == Mode::Subscription {
            customers::check_currency(book, customer, &new.currency)?;
        }
    }
    let coupon = match (&new.promotion, &new.coupon) {
        (Some(promotion), _) => Some(catalogue::redeemable(book, promotion, now)?),
        (None, Some(coupon)) => Some(catalogue::usable(book, coupon)?),
        (None, None) => None,
    };
    if let Some(coupon) = coupon {
        if coupon.currency.as_ref().is_some_and(|currency| *currency != new.currency) {
            return Err(params::invalid("discounts", "has a coupon of another currency"));
        }
        let today = crate::book::records::due_today(&new.items, new.trial_days.is_some());
        new.discount = catalogue::off(&coupon, today);
        new.coupon = Some(coupon.id);
    }
    Ok(new)
}

/// The buyer sends a card. Only an open session takes it.
pub fn submit(book: &mut Book, id: &str, typed: Typed, now: i64) {
    let moment = Moment::new(book, now);
    let Some(session) = open(book, id) else { return };
    let method = saved(book, &session, &typed.number).unwrap_or_else(|| cards::create(book, typed, moment));
    let session = Session { card: Some(method.id.clone()), asks: false, refused: false, ..session };
    match cards::verdict(&method, Buyer::Present, moment.at) {
        Verdict::Approved => complete(book, session, method, moment),
        Verdict::Asks => book.put(Change::Session(Session { asks: true, ..session })),
        Verdict::Declined(reason) => refuse(book, session, reason, moment),
    }
}

/// The buyer's answer to the question of the card's bank.
pub fn answer(book: &mut Book, id: &str, yes: bool, now: i64) {
    let moment = Moment::new(book, now);
    let Some(session) = open(book, id).filter(|session| session.asks) else { return };
    let Ok(mut method) = cards::found(book, session.card.as_deref().unwrap_or_default()) else { return };
    if !yes {
        return refuse(book, session, "authentication_required", moment);
    }
    method.authenticated = true;
    book.put(method.clone().into());
    complete(book, session, method, moment);
}

/// The card that the customer of the session has saved under this id.
fn saved(book: &Book, session: &Session, id: &str) -> Option<Method> {
    customers::own(book, session.customer.as_deref()?, id).ok()
}

fn open(book: &Book, id: &str) -> Option<Session> {
    book.session(id).filter(|session| session.status == SessionStatus::Open).cloned()
}

fn refuse(book: &mut Book, session: Session, reason: &str, moment: Moment) {
    let (id, mode) = (session.id.clone(), session.mode);
    book.put(Change::Session(Session { asks: false, refused: true, ..session }));
    if mode == Mode::Payment {
        rules::decline(book, &id, reason, moment.now);
    }
}

fn complete(book: &mut Book, session: Session, method: Method, moment: Moment) {
    if let Some(coupon) = &session.coupon {
        // Others may have used it up since the session was created.
        let still = match &session.promotion {
            Some(promotion) => catalogue::redeemable(book, promotion, moment.now),
            None => catalogue::usable(book, coupon),
        };
        if still.is_err() {
            return refuse(book, session, "generic_decline", moment);
        }
        catalogue::redeem(book, coupon, session.promotion.as_deref());
    }
    match session.mode {
        Mode::Payment => pay(book, session, method, moment),
        Mode::Setup => save(book, session, method, moment),
        Mode::Subscription => subscribe(book, session, method, moment),
    }
}

fn pay(book: &mut Book, session: Session, method: Method, moment: Moment) {
    if let Some(customer) = session.customer.as_deref().filter(|_| session.saves_card) {
        save_for(book, method, customer, moment);
    }
    let id = session.id.clone();
    book.put(Change::Session(session));
    rules::pay(book, &id, moment.now);
}

/// Saves a card whose buyer is there; from now on it may be charged without them.
pub fn save_for(book: &mut Book, method: Method, customer: &str, moment: Moment) -> Method {
    let method = Method { authenticated: true, ..method };
    if method.customer.as_deref() == Some(customer) {
        book.put(method.clone().into());
        return method;
    }
    cards::attach(book, method, customer, moment)
}

fn save(book: &mut Book, session: Session, method: Method, moment: Moment) {
    let method = match &session.customer {
        Some(customer) => save_for(book, method, customer, moment),
        None => method,
    };
    let setup = Setup {
        id: ids::of("seti"),
        created: moment.now,
        customer: session.customer.clone(),
        status: SetupStatus::RequiresPaymentMethod,
        method: None,
        metadata: session.made_metadata.clone(),
    };
    let setup = cards::set_up(book, setup, &method, moment);
    finish(book, Session { setup: Some(setup.id), ..session }, moment);
}

fn subscribe(book: &mut Book, session: Session, method: Method, moment: Moment) {
    let Some(item) = session.items.iter().find(|item| item.recurs.is_some()).cloned() else { return };
    let Ok(price) = catalogue::found(book, item.price.as_deref().unwrap_or_default()) else { return };
    let customer = session.customer.clone().unwrap_or_else(|| newcomer(book, &session, moment));
    if customers::fix_currency(book, &customer, &session.currency).is_err() {
        return refuse(book, session, "generic_decline", moment);
    }
    let method = save_for(book, method, &customer, moment);
    let once = session.items.iter().filter(|item| item.recurs.is_none());
    let once = once.map(|item| once_line(item, moment)).collect();
    let coupon = session.coupon.as_deref().and_then(|id| book.billing().coupons.get(id)).cloned();
    let new = New {
        customer: customer.clone(),
        price,
        quantity: item.quantity,
        once,
        trial_days: session.trial_days,
        method: Some(method.id),
        coupon,
        metadata: session.made_metadata.clone(),
        pauses_without_card: false,
    };
    let (subscription, invoice) = subscriptions::begin(book, new, moment);
    let invoice_id = invoice.id.clone();
    if invoice.status == InvoiceStatus::Open {
        invoices::attempt(book, invoice, Buyer::Confirmed, moment);
    }
    let session = Session {
        customer: Some(customer),
        subscription: Some(subscription.id),
        invoice: Some(invoice_id),
        ..session
    };
    finish(book, session, moment);
}

fn newcomer(book: &mut Book, session: &Session, moment: Moment) -> String {
    let customer = Customer {
        id: ids::of("cus"),
        created: moment.now,
        email: session.email.clone(),
        name: None,
        currency: None,
        balance: 0,
        default_method: None,
        metadata: session.metadata.clone(),
    };
    let id = customer.id.clone();
    book.put(customer.into());
    id
}

fn once_line(item: &Item, moment: Moment) -> InvoiceLine {
    InvoiceLine {
        id: ids::of("il"),
        text: item.name.clone(),
        amount: item.unit_amount * item.quantity,
        quantity: item.quantity,
        price: item.price.clone(),
        start: moment.at,
        end: moment.at,
        proration: false,
    }
}

fn finish(book: &mut Book, session: Session, moment: Moment) {
    let session = Session { status: SessionStatus::Complete, asks: false, refused: false, ..session };
    book.put(Change::Session(session.clone()));
    events::of_session(book, "checkout.session.completed", &session, moment.now);
}
