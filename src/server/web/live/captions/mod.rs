//! Captions: a program sends lines to the address with the stream's key, the host makes a new one, and replays have them as WebVTT.

use super::recordings::watched;
use crate::{
    app::App,
    secret,
    web::{
        access::doors::{Admitted, ENTER, HOST},
        error::{WebError, WebResult},
        extract::Path,
        htmx::Htmx,
    },
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{
    id::StreamId,
    live::captions::{line, web_vtt},
};
use service::{ServiceError, live::captions};
use views::{in_words::InWords, live::captions as pages, t};

/// Where the captions of a stream are sent, with scheme and host. A new version of the key yields a new address.
pub fn address(app: &App, id: StreamId, version: i64) -> String {
    app.url(&format!("/streams/{id}/captions/{}", key(app, id, version)))
}

fn key(app: &App, id: StreamId, version: i64) -> String {
    app.secret.sign("caption key", &[&id.to_string(), &version.to_string()])[..40].to_string()
}

/// `POST /streams/{id}/captions/{secret}`: a line, as plain text. With a wrong key there is no such address, whether there is such a
/// stream or not.
pub async fn say(
    State(app): State<App>,
    Path((id, secret)): Path<(StreamId, String)>,
    body: String,
) -> WebResult {
    let version = app.store.captions().key_versions(id).await?.captions;
    if !secret::same(&key(&app, id, version), &secret) {
        return Err(WebError::not_found());
    }
    let text = line(&body).map_err(|why| WebError::field("line", why.in_words()))?;
    let stream = app.engine.stream(id).get().await?;
    match captions::show(&app.services, &stream, text).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(ServiceError::Conflict("off_air")) => Err(WebError::conflict(t!("captions-refused-off-air"))),
        Err(error) => Err(error.into()),
    }
}

/// `POST /streams/{id}/caption_key`: the address with the old key is none any more.
pub async fn rotate_key(State(app): State<App>, door: Admitted<HOST>, htmx: Htmx) -> WebResult {
    let id = door.caller.stream()?.id;
    let version = captions::rotate_key(&app.services, door.session.account.id, id).await?;
    if !htmx.0 {
        return Ok(htmx.done(|| format!("/account/streams/{id}/studio")));
    }
    Ok(pages::access(id, &address(&app, id, version)).into_response())
}

/// `GET /streams/{id}/replay/captions.vtt`
pub async fn file(State(app): State<App>, door: Admitted<ENTER>) -> WebResult {
    let recording = watched(&app, &door).await?;
    let lines = app.store.captions().of_stream(recording.stream).await?;
    let headers = [(header::CONTENT_TYPE, "text/vtt; charset=utf-8")];
    Ok((headers, web_vtt(&lines, &recording)).into_response())
}
