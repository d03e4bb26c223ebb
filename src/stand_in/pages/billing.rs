//! Billing on the status page: its clock, subscriptions and invoices.

use crate::{
    StandIn,
    book::{
        records::{Change, Controls},
        subscriptions::{Invoice, Subscription},
    },
    pages::{self, money::text},
    rules::{self, billing::Moment},
};
use axum::{
    Form, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

/// Ten years: more in one step is probably a mistake.
const MOST: i64 = 10 * 366 * 24 * 3600;

#[derive(Debug, Deserialize)]
pub struct Advance {
    /// Seconds.
    advance: i64,
}

/// `POST /stand-in/clock`: moves the clock of billing on, and does everything that becomes due on the way.
pub async fn advance(
    State(stand_in): State<StandIn>,
    headers: HeaderMap,
    Form(Advance { advance }): Form<Advance>,
) -> Response {
    if !(0..=MOST).contains(&advance) {
        let error = json!({"error": {"message": "the clock moves on by 0 seconds to ten years"}});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let moved = stand_in.change(move |book, now| {
        let mut controls = book.controls().clone();
        controls.ahead += advance;
        book.put(Change::Controls(controls));
        rules::sweep(book, now);
        Moment::new(book, now).at
    });
    let browser =
        headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"));
    match moved.await {
        Ok(_) if browser => Redirect::to("/stand-in").into_response(),
        Ok(at) => Json(json!({"at": at})).into_response(),
        Err(error) => pages::trouble(&error),
    }
}

/// The clock and its buttons.
pub fn clock(controls: &Controls) -> Markup {
    html! {
        h2 { "Clock of billing" }
        p { "Ahead by " (controls.ahead / 3600) " hours." }
        div.row {
            @for (days, words) in [(1, "a day"), (7, "a week"), (31, "31 days"), (366, "366 days")] {
                form method="post" action="/stand-in/clock" {
                    button name="advance" value=(days * 24 * 3600) { "Move on by " (words) }
                }
            }
        }
    }
}

pub fn subscriptions(subscriptions: &[Subscription], rows: usize) -> Markup {
    html! {
        tr { th { "Subscription" } th { "Status" } th { "Customer" } th { "Price" } th.n { "Period ends" } }
        @for subscription in subscriptions.iter().take(rows) {
            tr {
                td { (subscription.id) }
                td { (format!("{:?}", subscription.status)) @if subscription.cancel_at_period_end { ", ends" } }
                td { (subscription.customer) }
                td { (subscription.price) }
                td.n { (subscription.period_end) }
            }
        }
    }
}

pub fn invoices(invoices: &[Invoice], rows: usize) -> Markup {
    html! {
        tr { th { "Invoice" } th { "For" } th { "Status" } th.n { "Amount" } th.n { "Attempts" } }
        @for invoice in invoices.iter().take(rows) {
            tr {
                td { (invoice.id) }
                td { (invoice.reason) }
                td { (format!("{:?}", invoice.status)) }
                td.n { (text(invoice.amount_due, &invoice.currency)) }
                td.n { (invoice.attempts) }
            }
        }
    }
}
