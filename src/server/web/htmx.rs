//! What every answer carries: a request id, the security headers, and protection against other sites' forms.

use crate::app::App;
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use tower_http::csrf::CsrfLayer;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// By Fetch metadata and `Origin`; a bare client that sends neither may post. Our public address is trusted.
pub fn csrf(app: &App) -> CsrfLayer {
    let layer = CsrfLayer::new();
    layer.clone().add_trusted_origin(&app.public_url).unwrap_or(layer)
}

/// Gives the request its id, and the answer its headers. The id goes through the logs to the actors.
pub async fn headers(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7().simple().to_string();
    let value = HeaderValue::from_str(&id).expect("hexadecimal digits");
    request.headers_mut().insert(REQUEST_ID, value.clone());
    let (method, path) = (request.method().clone(), request.uri().path().to_string());
    let started = std::time::Instant::now();
    let mut response = next.run(request).await;
    let status = response.status();
    if status.is_server_error() {
        tracing::warn!(request_id = %id, %method, path, status = status.as_u16(), ms = started.elapsed().as_millis() as u64, "request");
    } else {
        tracing::debug!(request_id = %id, %method, path, status = status.as_u16(), ms = started.elapsed().as_millis() as u64, "request");
    }
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, value);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CONTENT_SECURITY_POLICY, app.policy.clone());
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if app.https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// No inline script or style, nothing from elsewhere; forms may lead to the payment page.
pub fn policy(pay_origin: &str) -> HeaderValue {
    let text = format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {pay_origin}"
    );
    HeaderValue::from_str(text.trim_end()).unwrap_or(HeaderValue::from_static("default-src 'self'"))
}
