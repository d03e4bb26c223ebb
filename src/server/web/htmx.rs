//! What every response carries: a request id, security headers, and CSRF protection. Also detects requests by htmx.

use crate::{
    app::App,
    language::{self, speaking},
    limits::{ClientAddress, PicturePlace, UploadPlace},
    web::{
        compression::compress,
        error::{self, Asker, WebError, WebResult},
        flash, paths,
        people::session::Visitor,
        request::{self, RequestContext, client_address, hosts},
        upload,
    },
};
use axum::{
    body::{Body, HttpBody},
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::id::RequestId;
use futures_util::FutureExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use service::Sender;
use std::{convert::Infallible, pin::pin, time::Instant};
use tower_http::csrf::CsrfLayer;
use tracing::Instrument;
use views::ops::documents::DOCUMENTS_PATH;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The number of headers added to each response, at most.
const HEADERS: usize = 8;
/// In bytes. Enough for forms without a picture, chat lines and SDP offers.
const LARGEST_BODY: usize = 64 * 1024;
/// In bytes. Half of what hyper reads ahead on each connection.
const SHORT_BODY: u64 = 4 * 1024;
/// The same as [`LARGEST_BODY`] for a text of the service in all its languages, each as long as one may be.
const LARGEST_TEXTS: usize = 192 * 1024;

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

/// What [`headers`] needs to know.
#[derive(Clone)]
pub struct HeadersState {
    pub app: App,
    /// Whether responses are compressed.
    pub compresses: bool,
}

/// Gives the request its id and its language, the response its headers, and a refusal its text. The id is passed to actors with
/// every message and written to the logs. This is the outermost layer.
pub async fn headers(
    State(HeadersState { app, compresses }): State<HeadersState>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = given(request.headers()).unwrap_or_default();
    let value = HeaderValue::from_str(id.0.simple().encode_lower(&mut [0; 32])).expect("hexadecimal digits");
    request.headers_mut().insert(REQUEST_ID, value.clone());
    let (asker, method, uri) = (Asker::of(&request, id), request.method().clone(), request.uri().clone());
    let started = Instant::now();
    let span = tracing::debug_span!("request", request_id = %id, %method, path = &*paths::mask(uri.path()));
    let accepted: Vec<HeaderValue> =
        request.headers().get_all(header::ACCEPT_ENCODING).iter().cloned().collect();
    let asked = language::RequestLanguage::of(&app, request.headers());
    let address = client_address::of_request(&app, request.extensions(), request.headers());
    let notice = flash::read(&app, request.headers());
    let noticed = notice.is_some();
    let beside = RequestContext::of(&uri, request.headers(), notice);
    // Boxed because each of what travels beside it would otherwise move it.
    let answer = Box::pin(async {
        let answer = admit(&app, request, address, next).await;
        let mut response = error::present(&app, asker, &uri, answer).await;
        if noticed {
            flash::finish(&app, &mut response);
        }
        response
    });
    let answer = request::with(beside, service::as_sender(Sender::from(address.addresses()), answer));
    let answer = speaking(asked.language, answer);
    let mut response = actors::with_request(id, answer.instrument(span)).await;
    asked.finish(&app, &mut response);
    if response.status() == StatusCode::NOT_FOUND
        && let Some(elsewhere) = paths::canonical(&method, &uri)
    {
        response = Redirect::permanent(&elsewhere).into_response();
    }
    let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis() as u64);
    if response.status().is_server_error() {
        tracing::warn!(request_id = %id, %method, path = &*paths::mask(uri.path()), status, ms, "request");
    } else {
        tracing::debug!(request_id = %id, %method, path = &*paths::mask(uri.path()), status, ms, "request");
    }
    if compresses {
        response = compress(accepted, response).await;
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

/// Runs the request unless its host is not ours or its address has too many uploads in progress.
async fn admit(app: &App, request: Request, address: ClientAddress, next: Next) -> Response {
    if app.settings.local && !hosts::is_ours(request.uri(), request.headers()) {
        let words = views::t!("refusals-other-host");
        return WebError::new(StatusCode::MISDIRECTED_REQUEST, "other_host", words).into_response();
    }
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    match receive(app, request, address).await {
        Ok((request, _places)) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// What a request with a body takes up until its response.
type BodyPlaces = (Option<UploadPlace>, Option<PicturePlace>);

/// Reads the body before any door decides: a slow one cannot use access that ended while it was sent. A piece of a file is too
/// large for that: its handler decides anew for all that it stores.
async fn receive(app: &App, request: Request, address: ClientAddress) -> WebResult<(Request, BodyPlaces)> {
    let (method, path) = (request.method(), request.uri().path());
    if upload::is_piece(method, path) {
        return Ok((request, (Some(begin(app, address)?), None)));
    }
    let small = request.body().size_hint().upper().is_some_and(|size| size <= LARGEST_BODY as u64);
    if upload::is_expected(method, path, small) {
        let place = begin(app, address)?;
        // Boxed because few requests have a picture, and its future would be part of all.
        let (request, picture) = Box::pin(upload::receive(app, request, address)).await?;
        return Ok((request, (Some(place), Some(picture))));
    }
    let (request, place) = read(app, request, address).await?;
    Ok((request, (place, None)))
}

/// Reads the whole body into memory. A short one that came with its head takes no place: a connection holds so much anyway.
async fn read(
    app: &App,
    request: Request,
    address: ClientAddress,
) -> WebResult<(Request, Option<UploadPlace>)> {
    let (head, body) = request.into_parts();
    let most = match is_text(&head.method, head.uri.path()) {
        // Boxed because its future would be part of all requests with a body.
        true => Box::pin(largest_texts(app, &head.headers)).await?,
        false => LARGEST_BODY,
    };
    let size = body.size_hint();
    if size.lower() > most as u64 {
        return Err(WebError::from_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let mut body = pin!(Limited::new(body, most).collect());
    let is_short = size.upper().is_some_and(|size| size <= SHORT_BODY);
    let (body, place) = match is_short.then(|| body.as_mut().now_or_never()).flatten() {
        Some(body) => (body, None),
        None => {
            let place = begin(app, address)?;
            (body.await, Some(place))
        }
    };
    match body {
        Ok(body) => Ok((Request::from_parts(head, Body::from(body.to_bytes())), place)),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(WebError::from_status(StatusCode::PAYLOAD_TOO_LARGE))
        }
        // The client broke off or was too slow.
        Err(_) => Err(WebError::from_status(StatusCode::BAD_REQUEST)),
    }
}

/// Whether a request may carry a text of the service.
fn is_text(method: &Method, path: &str) -> bool {
    let name = path.strip_prefix(DOCUMENTS_PATH).and_then(|rest| rest.strip_prefix('/'));
    *method == Method::POST && name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// How much is read of such a request: more than of others only if an operator sent it.
async fn largest_texts(app: &App, headers: &HeaderMap) -> WebResult<usize> {
    let visitor = Visitor::of(app, headers.get_all(header::COOKIE)).await?;
    let is_operator = visitor.account().is_some_and(|account| account.operator);
    Ok(if is_operator { LARGEST_TEXTS } else { LARGEST_BODY })
}

/// A place for a body, which is kept until the response, because the body stays in memory for as long.
fn begin(app: &App, address: ClientAddress) -> WebResult<UploadPlace> {
    app.uploads.begin(address).ok_or_else(|| WebError::too_many(views::t!("refusals-uploads"), 5))
}

/// Forbids inline scripts and styles and resources of other origins. Forms may lead to the payment page, and scripts may call the
/// origins of an outside media plane.
pub fn policy(pay_origin: &str, media_origins: &[String]) -> HeaderValue {
    let calls = media_origins.iter().map(|origin| format!(" {origin}")).collect();
    policy_with(pay_origin, &OutsideSources { calls, ..OutsideSources::default() })
}

/// What one page may use of other origins, each with a space before it.
#[derive(Default)]
pub struct OutsideSources {
    pub scripts: String,
    pub frames: String,
    pub calls: String,
}

/// The same for a page that uses something of other origins.
pub fn policy_with(pay_origin: &str, outside: &OutsideSources) -> HeaderValue {
    let OutsideSources { scripts, frames, calls } = outside;
    let frames = if frames.is_empty() { String::new() } else { format!("frame-src 'self'{frames}; ") };
    let text = format!(
        "default-src 'self'; script-src 'self'{scripts}; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; \
         connect-src 'self'{calls}; {frames}object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {pay_origin}"
    );
    HeaderValue::from_str(text.trim_end()).unwrap_or(HeaderValue::from_static("default-src 'self'"))
}
