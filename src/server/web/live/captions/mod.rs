//! Captions: a program sends lines to the address with the stream's key, the host makes a new one, and replays have them as WebVTT,
//! or a file that their team gives them.

use super::recordings::watched;
use crate::{
    app::App,
    secret,
    web::{
        access::doors::{Admitted, ENTER, HOST},
        error::{self, WebError, WebResult},
        extract::Path,
        flash,
        htmx::Htmx,
        people::session::SignedIn,
        upload::FileForm,
    },
};
use axum::{
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    error::StoreError,
    id::StreamId,
    live::{
        captions::{
            HEAD, cues,
            file::{CaptionFileError, read},
            line,
        },
        recording::Recording,
    },
};
use futures_util::{Stream, stream::try_unfold};
use service::{
    ServiceError,
    live::{captions, recordings},
};
use std::sync::Arc;
use views::{
    form::Errors,
    in_words::InWords,
    live::captions::{self as pages, CaptionsPage},
    t,
};

/// Lines that are read at once.
const PIECE: i64 = 200;

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
    let headers = [(header::CONTENT_TYPE, "text/vtt; charset=utf-8")];
    Ok((headers, Body::from_stream(pieces(app, recording))).into_response())
}

/// The file, read as it is taken: those of long shows have some MB, and slow readers would keep as many copies.
fn pieces(app: App, recording: Recording) -> impl Stream<Item = Result<String, StoreError>> + Send {
    let (recording, begin) = (Arc::new(recording), Some((HEAD.to_owned(), 0)));
    try_unfold(begin, move |next: Option<(String, i64)>| {
        let (app, recording) = (app.clone(), recording.clone());
        async move {
            let Some((mut text, first)) = next else { return Ok::<_, StoreError>(None) };
            let end = first + PIECE;
            // And one more, with which the last of them may end.
            let lines = app.store.captions().of_stream(recording.stream, first..end + 1).await?;
            let (these, following) = lines.split_at(lines.len().min(PIECE as usize));
            text.push_str(&cues(these, following.first(), &recording));
            Ok(Some((text, (!following.is_empty()).then_some((String::new(), end)))))
        }
    })
}

/// `GET /account/recordings/{id}/captions`: what the team gives a replay.
pub async fn desk(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    show(&app, &me, id, &Errors::default()).await
}

async fn show(app: &App, me: &SignedIn, id: StreamId, errors: &Errors) -> WebResult<Response> {
    let (space, recording) = recordings::own(&app.services, me.0.account.id, id).await?;
    if !recording.is_ready() {
        return Err(WebError::not_found());
    }
    let exist = app.store.captions().exist(id).await?;
    let page = CaptionsPage { space: &space, recording: &recording, exist, errors };
    let shell = app.shell(Some(&me.0.account), &pages::desk_path(id));
    Ok(pages::desk(&shell, &page).into_response())
}

/// `POST /account/recordings/{id}/captions`: a file in place of the captions that there are.
pub async fn replace(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    sent: FileForm,
) -> WebResult {
    let by = me.0.account.id;
    let (_, recording) = recordings::own(&app.services, by, id).await?;
    let cues = match sent.too_large || sent.broken {
        true => Err(CaptionFileError::Large),
        false => read(&sent.file),
    };
    let mut errors = Errors::of(pages::FORM);
    let Some(cues) = errors.check("file", cues) else {
        return Ok(error::refused(show(&app, &me, id, &errors).await?, &errors));
    };
    captions::replace(&app.services, by, &recording, cues).await?;
    Ok(flash::redirect(&app, &pages::desk_path(id), &t!("captions-saved")))
}
