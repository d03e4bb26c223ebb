//! Acts of banks and of the shop's staff, on demand: slow payments that arrive or fail, refunds, disputes.

use crate::{
    StandIn,
    book::{Book, connect::AccountState, records::DisputeStatus},
    pages,
    rules::{
        self,
        billing::{Moment, connect, intents},
        disputes,
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
    /// What it happens to: the payment of a session, or one without a session, …
    session: Option<String>,
    /// … a payment, for example of an invoice, …
    intent: Option<String>,
    /// … an account of a seller, …
    account: Option<String>,
    /// … or a payout.
    payout: Option<String>,
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

/// What happens to the account of a seller, and its state afterwards.
pub(super) const ACCOUNT_ACTS: [(&str, AccountState); 4] = [
    ("approve", AccountState::Ready),
    ("check", AccountState::Checking),
    ("restrict", AccountState::Restricted),
    ("reject", AccountState::Rejected),
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
    let moment = Moment::new(book, now);
    if let Some(account) = &act.account {
        let (_, state) = ACCOUNT_ACTS
            .into_iter()
            .find(|(name, _)| *name == act.act)
            .ok_or_else(|| ApiError::unknown("act"))?;
        return connect::set_state(book, account, state, moment);
    }
    if let Some(payout) = &act.payout {
        return connect::settle(book, payout, act.act == "pay", moment);
    }
    let session = act.session.clone().unwrap_or_default();
    let intent = intent_of(book, act)?;
    match act.act.as_str() {
        "arrive" | "bounce" if is_payment(&session) => {
            intents::arrive(book, &session, act.act == "arrive", moment)
        }
        "arrive" => rules::arrive(book, &session, true, now),
        "bounce" => rules::arrive(book, &session, false, now),
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

/// Whether an id is not that of a session, but of a payment that has none.
fn is_payment(id: &str) -> bool {
    id.starts_with("pi_")
}

/// The payment that an act is about.
fn intent_of(book: &Book, act: &Act) -> Result<String, ApiError> {
    if let Some(intent) = &act.intent {
        return Ok(intent.clone());
    }
    let session = act.session.as_deref().unwrap_or_default();
    if is_payment(session) {
        return Ok(session.to_owned());
    }
    let session = book.session(session).ok_or_else(|| ApiError::no_such("session", session))?;
    let invoice = session.invoice.as_deref().and_then(|id| book.billing().invoices.get(id));
    let intent = session.intent.clone().or_else(|| invoice?.intent.clone());
    intent.ok_or_else(|| ApiError::state("Nobody has tried to pay yet."))
}

/// The buttons for one session, or for one payment without a session, on the status page.
pub fn form(session: &str) -> Markup {
    html! {
        form.row method="post" action="/stand-in/acts" {
            input type="hidden" name="session" value=(session);
            select name="act" aria-label="What happens to it" { @for (act, words) in ACTS { option value=(act) { (words) } } }
            button { "Do it" }
        }
    }
}
