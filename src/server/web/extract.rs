//! Axum's extractors with consistent errors: a malformed id in a path gives 404, and a malformed field gives 422 with
//! its name. Handlers use these instead of axum's.

use crate::web::error::{WebError, WebResult};
use axum::{
    extract::{FromRequest, FromRequestParts, RawForm, Request},
    http::request::Parts,
    response::IntoResponse,
};
use serde::de::DeserializeOwned;

/// The ids in a path.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> WebResult<Self> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|path| Self(path.0)).map_err(|_| WebError::not_found())
    }
}

/// The fields of a query string.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> WebResult<Self> {
        read(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

/// The fields of a form.
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = WebError;
    async fn from_request(request: Request, state: &S) -> WebResult<Self> {
        let form = RawForm::from_request(request, state).await;
        read(&form.map_err(|error| WebError::from_status(error.into_response().status()))?.0).map(Self)
    }
}

/// Only what is refused is read a second time, to find out which field is wrong.
fn read<T: DeserializeOwned>(fields: &[u8]) -> WebResult<T> {
    serde_urlencoded::from_bytes(fields).or_else(|_| {
        let fields = serde_urlencoded::Deserializer::new(form_urlencoded::parse(fields));
        serde_path_to_error::deserialize(fields)
            .map_err(|error| unreadable(&error.path().to_string(), &error.inner().to_string()))
    })
}

/// `path`: the field, unless it is missing.
fn unreadable(path: &str, reason: &str) -> WebError {
    let missing = reason.split('`').nth(1).filter(|_| reason.starts_with("missing field"));
    match missing.or(Some(path).filter(|path| is_name(path))) {
        Some(field) => WebError::field(field.to_string(), views::t!("refusals-field", field = field)),
        None => WebError::field("form", views::t!("refusals-some-field")),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Method};
    use domain::id::PassId;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "the test only checks whether they parse")]
    struct Fields {
        listed: bool,
        id: Option<PassId>,
    }

    async fn refused(body: &'static str) -> (u16, String) {
        let request = Request::builder()
            .method(Method::POST)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let error = Form::<Fields>::from_request(request, &()).await.map(|form| form.0).expect_err(body);
        (error.status.as_u16(), error.field.map(String::from).unwrap_or_default())
    }

    #[tokio::test]
    async fn a_field_that_is_wrong_is_named() {
        for (body, field) in [
            ("listed=perhaps", "listed"),
            ("", "listed"),
            ("listed=true&id=zzz", "id"),
            ("listed=true&listed=false", "listed"),
        ] {
            let (status, named) = refused(body).await;
            assert_eq!(status, 422, "{body}");
            assert!(named == field || named == "form", "{body}: {named}");
        }
        assert_eq!(refused("listed=perhaps").await.1, "listed");
        assert_eq!(refused("listed=true&id=zzz").await.1, "id");
    }
}
