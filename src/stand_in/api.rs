//! `/v1`: the calls that we make to Stripe, with its key check and its idempotency.

use crate::{
    StandIn,
    book::{
        Book, ids,
        records::{Answer, Change},
    },
    connections::Breaker,
    faults,
    rules::{
        self, balance, disputes,
        error::ApiError,
        objects::{self, Expand},
        params::{self, Pairs},
        refunds,
    },
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{ConnectInfo, OriginalUri, Path, RawQuery, State},
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
        .route("/v1/refunds", post(refund).get(refunds_of))
        .route("/v1/balance", get(own_balance))
        .route("/v1/balance_transactions", get(transactions))
        .route("/v1/balance_transactions/{id}", get(transaction))
        .route("/v1/refunds/{id}", get(refund_by_id))
        .route("/v1/disputes", get(disputes))
        .route("/v1/disputes/{id}", get(dispute).post(evidence))
        .route("/v1/events/{id}", get(event))
        .route("/v1/{*rest}", axum::routing::any(billing))
}

/// What an authorised call does.
pub enum ApiCall {
    Create,
    /// Lists the sessions of a payment intent.
    List,
    Retrieve(String),
    Expire(String),
    Intent(String),
    Charge(String),
    Refund,
    /// Lists the refunds of a payment intent.
    Refunds,
    Balance,
    Transactions,
    Transaction(String),
    RefundById(String),
    Disputes,
    Dispute(String),
    /// Answers a dispute.
    Evidence(String),
    Event(String),
    /// Everything else, by its path.
    Billing,
}

type Parts = (Method, OriginalUri, RawQuery, HeaderMap, ConnectInfo<Breaker>);

async fn create(State(stand_in): State<StandIn>, parts: Parts, body: Bytes) -> Response {
    answer(stand_in, ApiCall::Create, parts, body).await
}
async fn list(State(stand_in): State<StandIn>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::List, parts, Bytes::new()).await
}
async fn intent(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Intent(id), parts, Bytes::new()).await
}
async fn charge(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Charge(id), parts, Bytes::new()).await
}
async fn refund(State(stand_in): State<StandIn>, parts: Parts, body: Bytes) -> Response {
    answer(stand_in, ApiCall::Refund, parts, body).await
}
async fn refunds_of(State(stand_in): State<StandIn>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Refunds, parts, Bytes::new()).await
}
async fn own_balance(State(stand_in): State<StandIn>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Balance, parts, Bytes::new()).await
}
async fn transactions(State(stand_in): State<StandIn>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Transactions, parts, Bytes::new()).await
}
async fn transaction(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Transaction(id), parts, Bytes::new()).await
}
async fn refund_by_id(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::RefundById(id), parts, Bytes::new()).await
}
async fn disputes(State(stand_in): State<StandIn>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Disputes, parts, Bytes::new()).await
}
async fn dispute(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Dispute(id), parts, Bytes::new()).await
}
async fn evidence(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    parts: Parts,
    body: Bytes,
) -> Response {
    answer(stand_in, ApiCall::Evidence(id), parts, body).await
}
async fn retrieve(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Retrieve(id), parts, Bytes::new()).await
}
async fn expire(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    parts: Parts,
    body: Bytes,
) -> Response {
    answer(stand_in, ApiCall::Expire(id), parts, body).await
}
async fn event(State(stand_in): State<StandIn>, Path(id): Path<String>, parts: Parts) -> Response {
    answer(stand_in, ApiCall::Event(id), parts, Bytes::new()).await
}
async fn billing(State(stand_in): State<StandIn>, parts: Parts, body: Bytes) -> Response {
    answer(stand_in, ApiCall::Billing, parts, body).await
}

/// One call as received.
pub struct Request {
    call: ApiCall,
    pub method: Method,
    pub path: String,
    params: Pairs,
    pub key: Option<String>,
    /// The connected account in whose name it is made.
    account: Option<String>,
    id: String,
}

async fn answer(stand_in: StandIn, call: ApiCall, parts: Parts, body: Bytes) -> Response {
    let (method, OriginalUri(uri), RawQuery(query), headers, ConnectInfo(breaker)) = parts;
    let mut params: Pairs =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    params.extend(form_urlencoded::parse(&body).into_owned());
    let key = text(&headers, "idempotency-key").filter(|_| method == Method::POST);
    let path = uri.path().to_owned();
    let account = text(&headers, "stripe-account");
    let request = Request { call, method, path, params, key, account, id: ids::request() };
    let id = request.id.clone();
    let version = headers.get("stripe-version").cloned();
    let reply = match authorize(&headers).and_then(|()| check_version(&headers)) {
        Ok(()) => faults::carry_out(&stand_in, request, &breaker).await,
        Err(error) => Reply::refused(error),
    };
    reply.into_response(&id, version)
}

/// Accepts the one version of the API that the stand-in speaks.
fn check_version(headers: &HeaderMap) -> Result<(), ApiError> {
    match text(headers, "stripe-version") {
        Some(version) if version != rules::events::API_VERSION => {
            Err(ApiError::state(format!("Invalid Stripe API version: {version}. The stand-in speaks one.")))
        }
        _ => Ok(()),
    }
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
pub fn reply(book: &mut Book, request: Request, now: i64) -> Reply {
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
    // As at Stripe: a call refused before it began is not stored; an internal error is, and so is what a bank said.
    if let Some(key) = &request.key
        && (!(400..500).contains(&status) || status == 402)
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
        ApiCall::Create => {
            let session = rules::open(book, &request.params, now)?;
            Ok(objects::session(book, &session, params::read(&request.params)?.expand))
        }
        ApiCall::Retrieve(id) => found(book, id, only_expand(&request.params)?),
        ApiCall::Expire(id) => {
            let expanded = only_expand(&request.params)?;
            rules::expire(book, id, now)?;
            found(book, id, expanded)
        }
        ApiCall::List => {
            let intent = only_intent(&request.params)?;
            let of_intent = book.sessions().filter(|session| session.intent.as_deref() == Some(intent));
            let data = of_intent.map(|session| objects::session(book, session, Expand::default())).collect();
            Ok(objects::list(&request.path, data))
        }
        ApiCall::Refund => {
            let refund = refunds::create(book, refunds::new_refund(&request.params)?, now)?;
            Ok(objects::refund(&refund))
        }
        ApiCall::Refunds => balance::list_refunds(book, &request.path, &request.params),
        ApiCall::Balance => Ok(balance::total(book, now)),
        ApiCall::Transactions => balance::list(book, &request.path, &request.params),
        ApiCall::Transaction(id) => balance::by_id(book, id),
        ApiCall::Disputes => {
            let intent = only_intent(&request.params)?;
            let data = book.disputes_of(intent).into_iter().map(objects::dispute).collect();
            Ok(objects::list(&request.path, data))
        }
        ApiCall::Intent(id) => retrieve_intent(book, id, &request.params),
        ApiCall::Charge(id) => by_id(book.charge(id), "charge", id, |charge| objects::charge(book, charge)),
        ApiCall::RefundById(id) => by_id(book.refund(id), "refund", id, objects::refund),
        ApiCall::Dispute(id) => by_id(book.dispute(id), "dispute", id, objects::dispute),
        ApiCall::Evidence(id) => {
            disputes::answer(book, id, &request.params, now).map(|dispute| objects::dispute(&dispute))
        }
        ApiCall::Event(id) => {
            book.event(id).map(|event| event.body.clone()).ok_or_else(|| ApiError::no_such("event", id))
        }
        ApiCall::Billing => {
            let (method, path) = (request.method.as_str(), request.path.as_str());
            let account = request.account.as_deref();
            let params = &request.params;
            rules::billing::execute(book, &rules::billing::BillingCall { method, path, params, account, now })
        }
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

/// An intent with what the caller wants embedded: named as in a session, without the intent itself.
fn retrieve_intent(book: &Book, id: &str, pairs: &Pairs) -> Result<Value, ApiError> {
    let mut expanded = Expand::default();
    for (name, value) in pairs {
        match params::segments(name).as_slice() {
            ["expand", _] => params::expand(&mut expanded, &format!("payment_intent.{value}"))?,
            _ => return Err(ApiError::unknown(name)),
        }
    }
    by_id(book.intent(id), "payment_intent", id, |intent| {
        let mut object = objects::intent(book, intent, expanded.charge);
        balance::embed(book, intent, expanded, &mut object);
        object
    })
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

pub struct Reply {
    status: u16,
    body: Value,
    key: Option<String>,
    /// The original request's id, if this answer is replayed.
    original: Option<String>,
}

impl Reply {
    pub fn refused(error: ApiError) -> Self {
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
