//! Pictures: files whose URL names their content, so that browsers may keep them for ever.

use crate::web::{
    error::{WebError, WebResult},
    extract::Path,
};
use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::catalogue::cover::{EDITION, Scene, Seed};

/// The frame of a drawn cover in pixels.
const DRAWN: (f32, f32) = (1200.0, 400.0);

/// `GET /pictures/{name}/{size}`: a drawn cover. Unknown names answer 404 without a database query.
pub async fn file(Path((name, size)): Path<(String, String)>) -> WebResult {
    match name.parse::<Seed>() {
        Ok(seed) if size == format!("{EDITION}.svg") => {
            let scene = Scene::of(seed, DRAWN.0, DRAWN.1);
            Ok(immutable("image/svg+xml", views::catalogue::cover::svg(&scene).into_string()))
        }
        _ => Err(WebError::not_found()),
    }
}

/// The CSP keeps a picture opened as a document from running scripts or loading anything.
fn immutable(mime: &'static str, body: impl IntoResponse) -> Response {
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(mime)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, body).into_response()
}
