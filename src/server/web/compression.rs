//! Compression of finished responses.

use axum::{
    body::Body,
    http::{HeaderValue, Request, header},
    response::Response,
};
use std::{convert::Infallible, future::ready};
use tower::{ServiceExt, service_fn};
use tower_http::compression::{
    Compression,
    predicate::{DefaultPredicate, Predicate},
};

/// Compresses a response if it is text, and if the client accepts that. `accepted`: its `Accept-Encoding`.
///
/// As a layer of the router, it would wrap the body of every response, also an empty one, in the 6 KB of an encoder.
pub async fn compress(accepted: Option<HeaderValue>, response: Response) -> Response {
    if !DefaultPredicate::new().should_compress(&response) {
        return response;
    }
    let mut request = Request::new(());
    if let Some(accepted) = accepted {
        request.headers_mut().insert(header::ACCEPT_ENCODING, accepted);
    }
    let mut finished = Some(response);
    let answer =
        service_fn(move |_: Request<()>| ready(Ok::<_, Infallible>(finished.take().unwrap_or_default())));
    // Boxed because its future would be part of every request.
    let Ok(response) = Box::pin(Compression::new(answer).oneshot(request)).await;
    response.map(Body::new)
}
