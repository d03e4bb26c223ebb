//! Encoders on LiveKit: the host opens a way in for one, whose server and key LiveKit makes.

use crate::{
    app::App,
    web::{
        access::doors::{Admitted, HOST},
        error::{WebError, WebResult},
        extract::Form,
        htmx::Htmx,
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::live::{
    passes::{Ingest, IngestKind, Plane},
    stream::{Stream, StreamState},
};
use serde::Deserialize;
use service::{ServiceError, live::ingests};
use views::{live::studio::encoder, t};

#[derive(Deserialize)]
pub struct IngestForm {
    kind: String,
}

/// `POST /streams/{id}/ingest`
pub async fn open(
    State(app): State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    Form(wanted): Form<IngestForm>,
) -> WebResult {
    let stream = door.caller.stream()?;
    app.planes.check(stream, Plane::LiveKit)?;
    let kind = IngestKind::from_code(&wanted.kind);
    let kind = kind.ok_or_else(|| WebError::field("kind", t!("live-ingest-kinds")))?;
    if stream.state == StreamState::Ended {
        return Err(WebError::conflict(t!("live-publish-over")));
    }
    let opened =
        ingests::open(&app.services, door.session.account.id, stream, kind).await.map_err(refused)?;
    match htmx.0 {
        true => Ok(encoder::ingests(stream.id, &opened).into_response()),
        false => Ok(htmx.done(|| format!("/account/streams/{}/studio", stream.id))),
    }
}

fn refused(error: ServiceError) -> WebError {
    match error {
        ServiceError::Conflict("ingest") => WebError::conflict(t!("live-ingest-none")),
        ServiceError::Unavailable(_) => WebError::unavailable(t!("live-media-down")),
        other => other.into(),
    }
}

/// What is open for the encoders of a stream on LiveKit; `None` of another one. If LiveKit cannot be asked, the host may try to open it.
pub async fn opened(app: &App, stream: &Stream) -> Option<Vec<Ingest>> {
    if app.planes.of(stream) != Plane::LiveKit {
        return None;
    }
    let opened = ingests::of_stream(&app.services, stream).await;
    Some(opened.inspect_err(|why| tracing::debug!(%why, "LiveKit tells of no encoders")).unwrap_or_default())
}
