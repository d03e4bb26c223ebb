//! Acts of banks and of the shop's staff, on demand: slow payments that arrive or fail, refunds, disputes.

use crate::{
    StandIn,
    book::{Book, records::DisputeStatus},
    pages,
    rules::{
        self, disputes,
        error::ApiError,
        refunds::{self, NewRefund},
    },
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

#[derive(Debug, Deserialize)]
pub struct Act {
    session: String,
    act: String,
    /// For `refund`: the amount in minor units; empty refunds everything that is left.
    amount: Option<i64>,
}

/// The acts and their button labels.
const ACTS: [(&str, &str); 10] = [
    ("arrive", "Slow payment arrives"),
    ("bounce", "Slow payment fails"),
    ("refund", "Refund"),
    ("fail_refund", "Refund fails"),
    ("inquire", "Bank asks"),
    ("drop_inquiry", "Bank is content"),
    ("dispute", "Dispute"),
    ("review", "Bank reviews"),
    ("win", "Shop wins"),
    ("lose", "Shop loses"),
];

/// `POST /stand-in/acts`. Browsers are redirected to the page.
pub async fn act(State(stand_in): State<StandIn>, headers: HeaderMap, Form(act): Form<Act>) -> Response {
    let browser =
        headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"));
    match stand_in.change(move |book, now| execute(book, &act, now)).await {
        Ok(Ok(())) if browser => Redirect::to("/stand-in").into_response(),
        Ok(Ok(())) => Json(json!({"done": true})).into_response(),
        Ok(Err(error)) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
            (status, Json(error.body())).into_response()
        }
        Err(error) => pages::trouble(&error),
    }
}

fn execute(book: &mut Book, act: &Act, now: i64) -> Result<(), ApiError> {
    rules::sweep(book, now);
    let session = book.session(&act.session).ok_or_else(|| ApiError::no_such("session", &act.session))?;
    let intent = session.intent.clone().ok_or_else(|| ApiError::state("Nobody has tried to pay yet."))?;
    match act.act.as_str() {
        "arrive" => rules::arrive(book, &act.session, true, now),
        "bounce" => rules::arrive(book, &act.session, false, now),
        "refund" => {
            let new = NewRefund { intent, amount: act.amount, ..NewRefund::default() };
            refunds::create(book, new, now).map(drop)
        }
        "fail_refund" => refunds::fail(book, &intent, now),
        "inquire" => disputes::open(book, &intent, DisputeStatus::WarningNeedsResponse, now),
        "drop_inquiry" => disputes::advance(book, &intent, DisputeStatus::WarningClosed, now),
        "dispute" => disputes::open(book, &intent, DisputeStatus::NeedsResponse, now),
        "review" => disputes::advance(book, &intent, DisputeStatus::UnderReview, now),
        "win" => disputes::advance(book, &intent, DisputeStatus::Won, now),
        "lose" => disputes::advance(book, &intent, DisputeStatus::Lost, now),
        _ => Err(ApiError::unknown("act")),
    }
}

/// The buttons for one session on the status page.
pub fn form(session: &str) -> Markup {
    html! {
        form.row method="post" action="/stand-in/acts" {
            input type="hidden" name="session" value=(session);
            select name="act" aria-label="What happens to it" { @for (act, words) in ACTS { option value=(act) { (words) } } }
            button { "Do it" }
        }
    }
}
