//! For tests that decide what is told, and when: what has happened, and webhooks about some of it. Events of which none is to be sent by
//! itself are lost first (the control `lose`).

use crate::{
    StandIn,
    book::records::Event,
    pages,
    rules::{self, error::ApiError, events::deliver},
};
use axum::{
    Form, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// All events that are known, also those that Stripe would keep no longer, the oldest first.
pub async fn events(State(stand_in): State<StandIn>) -> Response {
    let listed = stand_in.change(|book, now| {
        rules::sweep(book, now);
        let mut all: Vec<_> = book.events(0).map(row).collect();
        all.reverse();
        all
    });
    match listed.await {
        Ok(all) => Json(all).into_response(),
        Err(error) => pages::trouble(&error),
    }
}

fn row(event: &Event) -> Value {
    let object = &event.body["data"]["object"];
    json!({"id": event.id, "type": event.kind, "object": object["object"], "of": object["id"]})
}

/// The ids of events, with spaces between them.
#[derive(Debug, Deserialize)]
pub struct ToTell {
    events: String,
}

/// `POST /stand-in/tell`: sends a webhook about each of these events, whether or not one was sent before, in this order if the control
/// `in_order` is on.
pub async fn tell(State(stand_in): State<StandIn>, Form(wanted): Form<ToTell>) -> Response {
    let told = stand_in.change(move |book, _| {
        let ids: Vec<&str> = wanted.events.split_whitespace().collect();
        if let Some(unknown) = ids.iter().find(|id| book.event(id).is_none()) {
            return Err(ApiError::no_such("event", unknown));
        }
        for id in &ids {
            deliver(book, id);
        }
        Ok(ids.len())
    });
    match told.await {
        Ok(Ok(count)) => Json(json!({"told": count})).into_response(),
        Ok(Err(error)) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
            (status, Json(error.body())).into_response()
        }
        Err(error) => pages::trouble(&error),
    }
}
