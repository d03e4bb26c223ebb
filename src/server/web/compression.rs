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

/// Compresses a response if it is text, and if the client accepts that. `accepted`: its `Accept-Encoding`, as many times as it sent
/// one.
///
/// As a layer of the router, it would wrap the body of every response, also an empty one, in the 6 KB of an encoder.
pub async fn compress(accepted: Vec<HeaderValue>, response: Response) -> Response {
    if !DefaultPredicate::new().should_compress(&response) {
        return response;
    }
    let mut request = Request::new(());
    for accepted in accepted {
        request.headers_mut().append(header::ACCEPT_ENCODING, accepted);
    }
    let status = response.status();
    let mut finished = Some(response);
    let answer =
        service_fn(move |_: Request<()>| ready(Ok::<_, Infallible>(finished.take().unwrap_or_default())));
    // Boxed because its future would be part of every request.
    let Ok(response) = Box::pin(Compression::new(answer).oneshot(request)).await;
    let mut response = response.map(Body::new);
    // What is done is done, even if the client accepts no form of the answer.
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        http::StatusCode,
        response::{Html, IntoResponse},
    };

    #[tokio::test]
    async fn every_line_counts_and_no_answer_becomes_another() {
        for (accepted, encoding) in [
            (&[][..], None),
            (&["gzip"][..], Some("gzip")),
            (&["identity;q=0", "gzip"][..], Some("gzip")),
            (&["deflate;q=0.1", "gzip;q=0"][..], None),
            (&["identity;q=0"][..], None),
            (&["*;q=0", "identity;q=0"][..], None),
        ] {
            let lines = accepted.iter().copied().map(HeaderValue::from_static).collect();
            let answer = (StatusCode::CREATED, Html("words ".repeat(100))).into_response();
            let answer = compress(lines, answer).await;
            let found = answer.headers().get(header::CONTENT_ENCODING).and_then(|name| name.to_str().ok());
            assert_eq!((answer.status(), found), (StatusCode::CREATED, encoding), "{accepted:?}");
        }
    }
}
