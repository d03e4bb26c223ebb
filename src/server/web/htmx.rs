//! What every response carries: a request id, security headers, and CSRF protection. Also detects requests by htmx.

use crate::app::App;
use crate::language::{self, speaking};
use crate::web::{
    client_address,
    error::{self, Asker, WebError},
    flash, hosts, paths,
    people::passkeys,
    upload,
};
use axum::{
    body::{Body, HttpBody},
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::id::RequestId;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::{convert::Infallible, time::Instant};
use tower_http::csrf::CsrfLayer;
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The number of headers added to each response, at most.
const HEADERS: usize = 8;
/// In bytes. Enough for forms without a picture, chat lines and SDP offers.
const LARGEST_BODY: usize = 64 * 1024;

/// An extractor: whether htmx sent the request.
#[derive(Clone, Copy)]
pub struct Htmx(pub bool);

impl Htmx {
    pub fn of(headers: &HeaderMap) -> Self {
        Self(headers.contains_key("hx-request"))
    }

    /// The response to a post: htmx gets no content, a plain form is redirected back.
    pub fn done(self, back: impl FnOnce() -> String) -> Response {
        if self.0 { StatusCode::NO_CONTENT.into_response() } else { Redirect::to(&back()).into_response() }
    }
}

impl<S: Sync> FromRequestParts<S> for Htmx {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

/// Checks Fetch metadata and `Origin`. A client that sends neither may post. The public URL is trusted.
pub fn csrf(app: &App) -> CsrfLayer {
    let layer = CsrfLayer::new();
    layer.clone().add_trusted_origin(app.public_url.to_string()).unwrap_or(layer)
}

/// A request id set by a proxy: a UUID, with or without hyphens. Anything else must not get into the logs.
fn given(headers: &HeaderMap) -> Option<RequestId> {
    let text = headers.get(REQUEST_ID)?.to_str().ok()?;
    matches!(text.len(), 32 | 36).then(|| text.parse().ok()).flatten().filter(|id: &RequestId| !id.0.is_nil())
}

/// Gives the request its id and its language, the response its headers, and a refusal its text. The id is passed to actors with
/// every message and written to the logs. This is the outermost layer except compression.
pub async fn headers(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = given(request.headers()).unwrap_or_default();
    let value = HeaderValue::from_str(id.0.simple().encode_lower(&mut [0; 32])).expect("hexadecimal digits");
    request.headers_mut().insert(REQUEST_ID, value.clone());
    let (asker, method, uri) = (Asker::of(&request, id), request.method().clone(), request.uri().clone());
    let path = &*paths::mask(uri.path());
    let started = Instant::now();
    let span = tracing::debug_span!("request", request_id = %id, %method, path);
    let notice = flash::read(&app, request.headers());
    let place = passkeys::place_of(&app, &uri, request.headers());
    let asked = language::Asked::of(&app, request.headers());
    let answer = flash::with_notice(&app, notice, async {
        error::present(&app, asker, &uri, admit(&app, request, next).await).await
    });
    // Nothing is known of the session yet.
    let answer = service::as_caller(false, passkeys::at(place, answer));
    let answer = speaking(asked.language, answer);
    let mut response = actors::with_request(id, answer.instrument(span)).await;
    asked.finish(&app, &mut response);
    if response.status() == StatusCode::NOT_FOUND
        && let Some(elsewhere) = paths::canonical(&method, &uri)
    {
        response = Redirect::permanent(&elsewhere).into_response();
    }
    let status = response.status();
    if status.is_server_error() {
        tracing::warn!(request_id = %id, %method, path, status = status.as_u16(), ms = started.elapsed().as_millis() as u64, "request");
    } else {
        tracing::debug!(request_id = %id, %method, path, status = status.as_u16(), ms = started.elapsed().as_millis() as u64, "request");
    }
    let headers = response.headers_mut();
    headers.reserve(HEADERS);
    headers.insert(REQUEST_ID, value);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| app.policy.clone());
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if app.https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Runs the request unless its host is not ours or its address has too many uploads in progress. Reads the body first,
/// so that every door decides after the last byte: a slow body cannot use access that ended while it was sent. A piece of a file
/// is too large for that: its handler decides anew for all that it stores. What the request changes counts for its networks.
async fn admit(app: &App, request: Request, next: Next) -> Response {
    if app.settings.local && !hosts::is_ours(request.uri(), request.headers()) {
        let words = views::t!("refusals-other-host");
        return WebError::new(StatusCode::MISDIRECTED_REQUEST, "other_host", words).into_response();
    }
    let has_body = !request.body().is_end_stream();
    if !has_body && request.method().is_safe() {
        return next.run(request).await;
    }
    let address = client_address::of_request(app, request.extensions(), request.headers());
    if !has_body {
        return service::from_networks(address.addresses(), next.run(request)).await;
    }
    // Kept until the response, because the body stays in memory for as long.
    let Some(_place) = app.uploads.begin(address) else {
        return WebError::too_many(views::t!("refusals-uploads"), 5).into_response();
    };
    if upload::is_piece(request.method(), request.uri().path()) {
        return service::from_networks(address.addresses(), next.run(request)).await;
    }
    let small = request.body().size_hint().upper().is_some_and(|size| size <= LARGEST_BODY as u64);
    if upload::is_expected(request.method(), request.uri().path(), small) {
        // Boxed because few requests have a picture, and its future would be part of all.
        return match Box::pin(upload::receive(app, request, address)).await {
            Ok((request, _place)) => service::from_networks(address.addresses(), next.run(request)).await,
            Err(error) => error.into_response(),
        };
    }
    match receive(request).await {
        Ok(request) => service::from_networks(address.addresses(), next.run(request)).await,
        Err(status) => WebError::from_status(status).into_response(),
    }
}

/// Reads the whole body into memory.
async fn receive(request: Request) -> Result<Request, StatusCode> {
    let (head, body) = request.into_parts();
    if body.size_hint().lower() > LARGEST_BODY as u64 {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => Ok(Request::from_parts(head, Body::from(body.to_bytes()))),
        Err(error) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        // The client broke off or was too slow.
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

/// Forbids inline scripts and styles and resources of other origins. Forms may lead to the payment page.
pub fn policy(pay_origin: &str) -> HeaderValue {
    let text = format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {pay_origin}"
    );
    HeaderValue::from_str(text.trim_end()).unwrap_or(HeaderValue::from_static("default-src 'self'"))
}
