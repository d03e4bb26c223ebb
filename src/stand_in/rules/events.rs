//! Events, created with their deliveries in the transaction that they report.

use crate::{
    book::{
        Book, ids,
        records::{Change, Charge, Delivery, DeliveryState, Dispute, Event, Intent, Refund, Session},
    },
    rules::{
        billing::{BillingCall, Pagination, form::Form},
        error::ApiError,
        objects::{self, Expand},
        params,
    },
};
use serde_json::{Value, json};

/// The API version of the events, which is the one our client was built for.
pub const API_VERSION: &str = "2026-09-30.endive";

pub fn of_session(book: &mut Book, kind: &str, session: &Session, now: i64) {
    let object = objects::session(book, session, Expand::default());
    publish(book, kind, object, now);
}

pub fn of_intent(book: &mut Book, kind: &str, intent: &Intent, now: i64) {
    let object = objects::intent(book, intent, false);
    publish(book, kind, object, now);
}

pub fn of_charge(book: &mut Book, kind: &str, charge: &Charge, now: i64) {
    let object = objects::charge(book, charge);
    publish(book, kind, object, now);
}

pub fn of_refund(book: &mut Book, kind: &str, refund: &Refund, now: i64) {
    publish(book, kind, objects::refund(refund), now);
}

pub fn of_dispute(book: &mut Book, kind: &str, dispute: &Dispute, now: i64) {
    publish(book, kind, objects::dispute(dispute), now);
}

pub fn publish(book: &mut Book, kind: &str, object: Value, now: i64) {
    publish_for(book, None, kind, object, now);
}

/// An event of a connected account, or of the shop's own.
pub fn publish_for(book: &mut Book, account: Option<&str>, kind: &str, object: Value, now: i64) {
    let id = ids::event();
    let mut body = json!({
        "id": id,
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": object},
        "livemode": false,
        "pending_webhooks": 1,
        "request": {"id": null, "idempotency_key": null},
        "type": kind,
    });
    if let Some(account) = account {
        body["account"] = account.into();
    }
    let seq = book.next_event();
    book.put(Change::Event(Event { id: id.clone(), seq, kind: kind.to_owned(), created: now, body }));
    let copies = if book.controls().lose { 0 } else { book.controls().duplicate };
    for _ in 0..copies {
        deliver(book, &id);
    }
}

/// Has a webhook sent about an event.
pub fn deliver(book: &mut Book, event: &str) {
    let delivery = Delivery {
        id: book.next_delivery(),
        event: event.to_owned(),
        state: DeliveryState::Pending,
        attempts: 0,
        last: None,
    };
    book.put(Change::Delivery(delivery));
}

/// Names in `types` of one call.
const MOST_KINDS: usize = 20;

/// Which events are listed.
struct EventFilter {
    /// All if it is empty. One alone may end in `*` and then is a group.
    kinds: Vec<String>,
    from: i64,
    until: i64,
}

impl EventFilter {
    /// # Errors
    /// 400 for `type` beside `types`, and for a group or too many names in `types`.
    fn read(form: &mut Form<'_>) -> Result<Self, ApiError> {
        let (kind, mut kinds) = (form.text("type"), form.list("types"));
        if kind.is_some() && !kinds.is_empty() {
            return Err(params::invalid("types", "cannot be given beside type"));
        }
        if kinds.len() > MOST_KINDS || kinds.iter().any(|kind| kind.contains('*')) {
            return Err(params::invalid("types", "must be at most 20 names of events"));
        }
        kinds.extend(kind);
        let (from, after) = (form.integer("created[gte]")?, form.integer("created[gt]")?);
        let (until, before) = (form.integer("created[lte]")?, form.integer("created[lt]")?);
        let from = from.into_iter().chain(after.map(|at| at.saturating_add(1))).max().unwrap_or(0);
        let until = until.into_iter().chain(before.map(|at| at.saturating_sub(1))).min().unwrap_or(i64::MAX);
        Ok(Self { kinds, from, until })
    }

    fn fits(&self, event: &Event) -> bool {
        let named = |kind: &String| match kind.strip_suffix('*') {
            Some(group) => event.kind.starts_with(group),
            None => event.kind == *kind,
        };
        (self.from..=self.until).contains(&event.created)
            && (self.kinds.is_empty() || self.kinds.iter().any(named))
    }
}

/// `GET /v1/events`: those of the last thirty days, newest first.
///
/// # Errors
/// 400 for filters that Stripe refuses, and for a place in the list that is not kept any more.
pub fn list(book: &Book, call: &BillingCall<'_>, form: &mut Form<'_>) -> Result<Value, ApiError> {
    let (filter, page) = (EventFilter::read(form)?, Pagination::read(form)?);
    form.done()?;
    let wanted = book.events(call.now).filter(|event| filter.fits(event));
    // Those of connected accounts are listed in their names.
    let wanted = wanted.filter(|event| event.body["account"].as_str() == call.account);
    page.list(call.path, wanted.map(|event| (event.id.as_str(), &event.body)), Value::clone)
}
