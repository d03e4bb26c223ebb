//! Which other origins may use the media doors. A key or a session's secret URL is sent only by somebody who was given
//! it, so it is accepted from any origin. Browsers send cookies on their own, so requests that rely on them must come
//! from our origin.

use crate::web::access::doors::bearer;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower::{Layer, ServiceExt};
use tower_http::csrf::CsrfLayer;

/// Seconds for which a browser may cache the preflight response.
const PREFLIGHT_LASTS: &str = "600";

pub async fn guard(State(csrf): State<CsrfLayer>, request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        return shared(StatusCode::NO_CONTENT.into_response());
    }
    // A session's URL ends with its secret, a stream's door with its kind.
    let door = ["/whip", "/whep"].iter().any(|end| request.uri().path().ends_with(end));
    if door && bearer(request.headers()).is_none() {
        return match csrf.layer(next).oneshot(request).await {
            Ok(response) => response.map(axum::body::Body::new),
            Err(never) => match never {},
        };
    }
    shared(next.run(request).await)
}

/// Lets pages of any site read the response. Credentials are not allowed, so browsers send none of our cookies.
fn shared(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, PATCH, DELETE, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, If-Match"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "Location, Accept-Patch, Link, Retry-After"),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_LASTS),
        (header::HeaderName::from_static("accept-post"), "application/sdp"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
