//! The payment form on a shop's page: a script with the calls of Stripe.js that shops make, and the frames that it opens. As at Stripe,
//! what a buyer types stays in a frame of this origin; the shop's page hears only how it went.

use crate::{
    StandIn,
    book::{
        Book,
        records::{Intent, IntentStatus},
    },
    pages::{self, Page, card_fields, money::text},
    rules::{
        self,
        billing::{Moment, cards::Typed, intents},
        error::ApiError,
        url,
    },
};
use axum::{
    Form, Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a shop's page loads in place of Stripe.js.
const SCRIPT: &str = include_str!("stripe.js");
/// What the frames load.
const FRAME: &str = include_str!("element.js");
/// The value of `method` in the form that pays by a slow method.
const DEBIT: &str = "debit";

pub fn routes() -> Router<StandIn> {
    Router::new()
        .route("/stand-in/stripe.js", get(stripe_script))
        .route("/stand-in/element.js", get(frame_script))
        .route("/elements/{intent}", get(fields))
        .route("/elements/{intent}/confirm", post(confirm))
        .route("/elements/{intent}/question", get(question))
        .route("/elements/{intent}/answer", post(answer))
}

async fn stripe_script() -> Response {
    script(SCRIPT)
}

async fn frame_script() -> Response {
    script(FRAME)
}

fn script(source: &'static str) -> Response {
    let kind = "text/javascript; charset=utf-8";
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], source).into_response()
}

/// What proves that the shop let this browser pay.
#[derive(Debug, Deserialize)]
struct PaymentSecret {
    client_secret: String,
}

/// The payment that a secret belongs to.
fn found(book: &Book, id: &str, secret: &str) -> Option<Intent> {
    book.intent(id).filter(|intent| intent.secret.as_deref() == Some(secret)).cloned()
}

fn unknown() -> Response {
    let page = Page::framed("No such payment", html! { p { "The stand-in knows no payment of this form." } });
    (StatusCode::NOT_FOUND, page).into_response()
}

async fn fields(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    Query(proof): Query<PaymentSecret>,
) -> Response {
    match stand_in.read(|book| found(book, &id, &proof.client_secret)) {
        Some(intent) => Page::framed("Payment form", form(&intent, &proof.client_secret)).into_response(),
        None => unknown(),
    }
}

fn form(intent: &Intent, secret: &str) -> Markup {
    html! {
        form data-frame="fields" action=(format!("/elements/{}/confirm", intent.id)) {
            input type="hidden" name="client_secret" value=(secret);
            @if intent.automatic {
                label { "Pay by " select name="method" { option value="card" { "Card" } option value=(DEBIT) { "Bank debit, which takes days" } } }
            }
            (card_fields(&[]))
            @if intent.saves_card { p.quiet { "The shop saves the card for later payments." } }
        }
    }
}

async fn question(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    Query(proof): Query<PaymentSecret>,
) -> Response {
    let intent = stand_in.read(|book| found(book, &id, &proof.client_secret));
    let Some(intent) = intent else { return unknown() };
    let main = html! {
        h1 { "Your bank asks" }
        p { "Is it you who pays " (text(intent.amount, &intent.currency)) " with this card?" }
        form data-frame="question" action=(format!("/elements/{}/answer", intent.id)) {
            input type="hidden" name="client_secret" value=(proof.client_secret);
            button.primary name="answer" value="yes" { "Yes, it is me" }
            button name="answer" value="no" { "No" }
        }
    };
    Page::framed("Your bank asks", main).into_response()
}

async fn confirm(State(stand_in): State<StandIn>, Path(id): Path<String>, body: Bytes) -> Response {
    let sent = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(&body);
        pairs.find(|(name, _)| **name == *wanted).map_or_else(String::new, |(_, value)| value.into_owned())
    };
    let (secret, return_url) = (sent("client_secret"), sent("return_url"));
    if url::origin(&return_url).is_none() {
        return refused(&ApiError::param("url_invalid", "return_url", "Not a valid URL"));
    }
    let (slow, typed) = (sent("method") == DEBIT, Typed::of_form(&body));
    change(stand_in, id, secret, move |book, id, moment| match slow {
        true => intents::submit_slow(book, id, moment),
        false => intents::submit(book, id, typed, return_url, moment),
    })
    .await
}

#[derive(Debug, Deserialize)]
struct BankAnswer {
    client_secret: String,
    answer: String,
}

async fn answer(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    Form(sent): Form<BankAnswer>,
) -> Response {
    let yes = sent.answer == "yes";
    change(stand_in, id, sent.client_secret, move |book, id, moment| {
        let intent = intents::answer(book, id, yes, moment)?;
        match intent.status {
            IntentStatus::RequiresPaymentMethod => Err(ApiError::card("authentication_required", None)),
            _ => Ok(rules::objects::intent(book, &intent, false)),
        }
    })
    .await
}

/// Runs one act on the payment whose secret was sent, and tells its state or why it was refused.
async fn change<F>(stand_in: StandIn, id: String, secret: String, act: F) -> Response
where
    F: FnOnce(&mut Book, &str, Moment) -> Result<Value, ApiError> + Send + 'static,
{
    let done = stand_in.change(move |book, now| {
        rules::sweep(book, now);
        found(book, &id, &secret).ok_or_else(|| ApiError::no_such("payment_intent", &id))?;
        let moment = Moment::new(book, now);
        act(book, &id, moment)
    });
    match done.await {
        Ok(Ok(intent)) => Json(json!({"status": intent["status"]})).into_response(),
        Ok(Err(error)) => refused(&error),
        Err(error) => pages::trouble(&error),
    }
}

fn refused(error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(error.body())).into_response()
}
