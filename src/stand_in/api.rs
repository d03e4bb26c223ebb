//! `/v1`: the calls that we make to Stripe, with its key check and its idempotency.

use crate::{
    StandIn,
    book::{
        Book, ids,
        records::{Answer, Change},
    },
    rules::{
        self,
        error::ApiError,
        objects::{self, Expand},
        params::{self, Pairs},
        refunds,
    },
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{OriginalUri, Path, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub fn routes() -> Router<StandIn> {
    Router::new()
        .route("/v1/checkout/sessions", post(create).get(list))
        .route("/v1/checkout/sessions/{id}", get(retrieve))
        .route("/v1/checkout/sessions/{id}/expire", post(expire))
        .route("/v1/payment_intents/{id}", get(intent))
        .route("/v1/charges/{id}", get(charge))
        .route("/v1/refunds", post(refund))
        .route("/v1/refunds/{id}", get(refund_by_id))
        .route("/v1/disputes", get(disputes))
        .route("/v1/disputes/{id}", get(dispute))
        .route("/v1/events/{id}", get(event))
        .route("/v1/{*rest}", axum::routing::any(unknown))
}

/// What an authorised call does.
enum Call {
    Create,
    /// Lists the sessions of a payment intent.
    List,
    Retrieve(String),
    Expire(String),
    Intent(String),
    Charge(String),
    Refund,
    RefundById(String),
    Disputes,
    Dispute(String),
    Event(String),
    Unknown,
}

type Parts = (Method, OriginalUri, RawQuery, HeaderMap);

async fn create(State(stand_in): State<StandIn>, parts: Parts, body: Bytes) -> Response {
    answer(stand_in, Call::Create, parts, body).await
}
async fn list(State(stand_in): State<StandIn>, parts: Parts) -> Response {
    answer(stand_in, Call::List, parts, Bytes::new()).await
}
async fn intent(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, Call::Intent(id), parts, Bytes::new()).await
}
async fn charge(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, Call::Charge(id), parts, Bytes::new()).await
}
async fn refund(State(stand_in): State<StandIn>, parts: Parts, body: Bytes) -> Response {
    answer(stand_in, Call::Refund, parts, body).await
}
async fn refund_by_id(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, Call::RefundById(id), parts, Bytes::new()).await
}
async fn disputes(State(stand_in): State<StandIn>, parts: Parts) -> Response {
    answer(stand_in, Call::Disputes, parts, Bytes::new()).await
}
async fn dispute(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, Call::Dispute(id), parts, Bytes::new()).await
}
async fn retrieve(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, Call::Retrieve(id), parts, Bytes::new()).await
}
async fn expire(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    parts: Parts,
    body: Bytes,
) -> Response {
    answer(stand_in, Call::Expire(id), parts, body).await
}
async fn event(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, Call::Event(id), parts, Bytes::new()).await
}
async fn unknown(State(stand_in): State<StandIn>, parts: Parts) -> Response {
    answer(stand_in, Call::Unknown, parts, Bytes::new()).await
}

/// One call as received.
struct Request {
    call: Call,
    method: Method,
    path: String,
    params: Pairs,
    key: Option<String>,
    id: String,
}

async fn answer(stand_in: StandIn, call: Call, parts: Parts, body: Bytes) -> Response {
    let (method, OriginalUri(uri), RawQuery(query), headers) = parts;
    let mut params: Pairs =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    params.extend(form_urlencoded::parse(&body).into_owned());
    let key = text(&headers, "idempotency-key").filter(|_| method == Method::POST);
    let request = Request { call, method, path: uri.path().to_owned(), params, key, id: ids::request() };
    let id = request.id.clone();
    let version = headers.get("stripe-version").cloned();
    let reply = match authorize(&headers) {
        Ok(()) => stand_in.change(move |book, now| reply(book, request, now)).await.unwrap_or_else(|error| {
            Reply::refused(ApiError::trouble(format!("The stand-in could not write its file: {error}")))
        }),
        Err(error) => Reply::refused(error),
    };
    reply.into_response(&id, version)
}

/// Accepts test keys only: real keys must not be used here.
fn authorize(headers: &HeaderMap) -> Result<(), ApiError> {
    let key = text(headers, header::AUTHORIZATION.as_str());
    match key.as_deref().and_then(|value| value.strip_prefix("Bearer ")) {
        Some(key) if key.starts_with("sk_test_") => Ok(()),
        Some(key) if key.contains("_live_") => Err(ApiError::unauthorized(
            "This is a stand-in for Stripe: it refuses live keys. No money moves here.",
        )),
        Some(_) => {
            Err(ApiError::unauthorized("Invalid API Key provided. The stand-in takes keys like sk_test_…."))
        }
        None => Err(ApiError::unauthorized(
            "You did not provide an API key, as in `Authorization: Bearer sk_test_…`.",
        )),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// One transaction: look up the idempotency key, fail if told to, run the call, store the answer.
fn reply(book: &mut Book, request: Request, now: i64) -> Reply {
    rules::sweep(book, now);
    let fingerprint = fingerprint(&request);
    if let Some(key) = &request.key {
        match book.answer(key, now) {
            Some(kept) if kept.fingerprint == fingerprint => return Reply::replayed(kept),
            Some(_) => return Reply::refused(ApiError::reused_key(key)),
            None if key.is_empty() || key.len() > 255 => {
                return Reply::refused(ApiError::state("Idempotency keys have 1 to 255 characters."));
            }
            None => {}
        }
    }
    let result = if fails(book) {
        Err(ApiError::trouble("An unknown error occurred (the stand-in was told to fail)."))
    } else {
        execute(book, &request, now)
    };
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(error) => (error.status, error.body()),
    };
    // As at Stripe: a call refused before it began is not stored; an internal error is.
    if let Some(key) = &request.key
        && !(400..500).contains(&status)
    {
        book.put(Change::Answer(Answer {
            key: key.clone(),
            fingerprint,
            created: now,
            request: request.id,
            status,
            body: body.clone(),
        }));
    }
    Reply { status, body, key: request.key, original: None }
}

fn fails(book: &mut Book) -> bool {
    let mut controls = book.controls().clone();
    let fails = controls.fail_next > 0;
    if fails {
        controls.fail_next -= 1;
        book.put(Change::Controls(controls));
    }
    fails
}

fn execute(book: &mut Book, request: &Request, now: i64) -> Result<Value, ApiError> {
    match &request.call {
        Call::Create => {
            let new = params::new_session(&request.params, now)?;
            let expand = new.expand;
            let session = rules::create(book, new, now);
            Ok(objects::session(book, &session, expand))
        }
        Call::Retrieve(id) => found(book, id, only_expand(&request.params)?),
        Call::Expire(id) => {
            let expanded = only_expand(&request.params)?;
            rules::expire(book, id, now)?;
            found(book, id, expanded)
        }
        Call::List => {
            let intent = only_intent(&request.params)?;
            let of_intent = book.sessions().filter(|session| session.intent.as_deref() == Some(intent));
            let data = of_intent.map(|session| objects::session(book, session, Expand::default())).collect();
            Ok(objects::list(&request.path, data))
        }
        Call::Refund => {
            let refund = refunds::create(book, refunds::new_refund(&request.params)?, now)?;
            Ok(objects::refund(&refund))
        }
        Call::Disputes => {
            let intent = only_intent(&request.params)?;
            let data = book.disputes_of(intent).into_iter().map(objects::dispute).collect();
            Ok(objects::list(&request.path, data))
        }
        Call::Intent(id) => by_id(book.intent(id), "payment_intent", id, |i| objects::intent(book, i, false)),
        Call::Charge(id) => by_id(book.charge(id), "charge", id, |charge| objects::charge(book, charge)),
        Call::RefundById(id) => by_id(book.refund(id), "refund", id, objects::refund),
        Call::Dispute(id) => by_id(book.dispute(id), "dispute", id, objects::dispute),
        Call::Event(id) => {
            book.event(id).map(|event| event.body.clone()).ok_or_else(|| ApiError::no_such("event", id))
        }
        Call::Unknown => Err(ApiError::no_such_url(request.method.as_str(), &request.path)),
    }
}

fn by_id<T>(
    found: Option<&T>,
    kind: &str,
    id: &str,
    object: impl FnOnce(&T) -> Value,
) -> Result<Value, ApiError> {
    found.map(object).ok_or_else(|| ApiError::no_such(kind, id))
}

/// The intent whose sessions are listed. The limit is ignored: the whole list is returned.
fn only_intent(params: &Pairs) -> Result<&str, ApiError> {
    let mut intent = None;
    for (name, value) in params {
        match name.as_str() {
            "payment_intent" => intent = Some(value.as_str()),
            "limit" => drop(params::integer(name, value)?),
            _ => return Err(ApiError::unknown(name)),
        }
    }
    intent.ok_or_else(|| ApiError::missing("payment_intent"))
}

fn found(book: &Book, id: &str, expanded: Expand) -> Result<Value, ApiError> {
    let session = book.session(id).ok_or_else(|| ApiError::no_such("checkout.session", id))?;
    Ok(objects::session(book, session, expanded))
}

fn only_expand(params: &Pairs) -> Result<Expand, ApiError> {
    let mut expanded = Expand::default();
    for (name, value) in params {
        match params::segments(name).as_slice() {
            ["expand", _] => params::expand(&mut expanded, value)?,
            _ => return Err(ApiError::unknown(name)),
        }
    }
    Ok(expanded)
}

/// Equal for the same endpoint and parameters, in any order.
fn fingerprint(request: &Request) -> String {
    let mut params = request.params.clone();
    params.sort();
    let whole = serde_json::json!([request.path, params]).to_string();
    hex::encode(Sha256::digest(whole))
}

struct Reply {
    status: u16,
    body: Value,
    key: Option<String>,
    /// The original request's id, if this answer is replayed.
    original: Option<String>,
}

impl Reply {
    fn refused(error: ApiError) -> Self {
        Self { status: error.status, body: error.body(), key: None, original: None }
    }

    fn replayed(kept: &Answer) -> Self {
        Self {
            status: kept.status,
            body: kept.body.clone(),
            key: Some(kept.key.clone()),
            original: Some(kept.request.clone()),
        }
    }

    fn into_response(self, id: &str, version: Option<HeaderValue>) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.body)).into_response();
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        };
        set("request-id", id);
        if let Some(key) = &self.key {
            set("idempotency-key", key);
        }
        if let Some(original) = &self.original {
            set("original-request", original);
            set("idempotent-replayed", "true");
        }
        let version = version.unwrap_or(HeaderValue::from_static(crate::rules::events::API_VERSION));
        response.headers_mut().insert("stripe-version", version);
        response
    }
}
