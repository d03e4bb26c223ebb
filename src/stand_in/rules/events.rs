//! Events, created with their deliveries in the transaction that they report.

use crate::{
    book::{
        Book, ids,
        records::{Change, Charge, Delivery, DeliveryState, Dispute, Event, Intent, Refund, Session},
    },
    rules::objects::{self, Expand},
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

fn publish(book: &mut Book, kind: &str, object: Value, now: i64) {
    let id = ids::event();
    let body = json!({
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
    book.put(Change::Event(Event { id: id.clone(), kind: kind.to_owned(), created: now, body }));
    let copies = if book.controls().lose { 0 } else { book.controls().duplicate };
    for _ in 0..copies {
        let delivery = Delivery {
            id: book.next_delivery(),
            event: id.clone(),
            state: DeliveryState::Pending,
            attempts: 0,
            last: None,
        };
        book.put(Change::Delivery(delivery));
    }
}
