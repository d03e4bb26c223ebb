//! Recordings: the host's switch, replays for those who may enter a show, and the list of its team.

pub mod bytes;
pub mod chat;
mod clip_file;
pub mod clips;
pub mod desk;
pub mod rewind;

use crate::{
    app::App,
    web::{
        access::doors::{Admitted, Caller, ENTER, HOST},
        error::{WebError, WebResult},
        extract::{Form, Query},
        htmx::Htmx,
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    access::admit::{Admission, Door, Reason},
    live::recording::Recording,
};
use serde::Deserialize;
use service::{
    ServiceError,
    live::{recordings, streams},
};
use views::{
    live::recording::{self as pages, ReplayPage},
    t,
};

#[derive(Deserialize)]
pub struct RecordForm {
    on: bool,
}

/// The host has the show recorded, or not any more. All pages receive the change with the stream. What LiveKit forwards does not come
/// by here, so its own recorders are asked.
pub async fn switch(
    State(app): State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    Form(wanted): Form<RecordForm>,
) -> WebResult {
    let (by, stream) = (door.session.account.id, door.caller.stream()?);
    let id = stream.id;
    let wanted = (wanted.on, app.planes.of(stream));
    streams::record(&app.services, by, stream, wanted).await.map_err(refused)?;
    Ok(htmx.done(|| format!("/account/streams/{id}/studio")))
}

/// Why a show on LiveKit is not recorded.
pub(super) fn refused(error: ServiceError) -> WebError {
    match error {
        ServiceError::Conflict("plane") => WebError::conflict(t!("recordings-elsewhere")),
        ServiceError::Conflict("recording") => WebError::conflict(t!("recordings-once")),
        other => other.into(),
    }
}

/// Free minutes are for the live show.
fn refuse_preview(admission: &Admission) -> WebResult<()> {
    match admission.reason {
        Reason::Preview => Err(WebError::forbidden("preview", t!("recordings-refused-preview"))),
        _ => Ok(()),
    }
}

/// The same caller before a further piece, and whether they moderate the show: whoever has lost access or has signed out gets no more.
async fn ask_again(app: &App, caller: Caller) -> WebResult<(Caller, bool)> {
    let caller = caller.again(app).await?;
    let admission = caller.enter(Door::Enter)?;
    refuse_preview(&admission)?;
    Ok((caller, admission.role.moderates()))
}

/// The recording, if this person may watch it.
pub(super) async fn watched(app: &App, door: &Admitted<ENTER>) -> WebResult<Recording> {
    refuse_preview(&door.admission)?;
    let team = door.admission.role.moderates();
    Ok(recordings::shown(&app.services, door.caller.stream()?.id, team).await?)
}

#[derive(Deserialize)]
pub struct ReplayQuery {
    /// In seconds of the recording.
    #[serde(default)]
    at: u32,
}

/// `GET /streams/{id}/replay`
pub async fn replay(
    State(app): State<App>,
    door: Admitted<ENTER>,
    Query(wanted): Query<ReplayQuery>,
) -> WebResult {
    let recording = watched(&app, &door).await?;
    let place = &door.caller.facts.place;
    let path = door.caller.path();
    let stream = door.caller.stream()?;
    let clips = app.store.clips().of_stream(stream.id).await?;
    let captions = app.store.captions().exist(stream.id).await?;
    let page = ReplayPage {
        space: &place.space,
        experience: (&path, &place.experience.title),
        recording: &recording,
        captions,
        stream,
        clips: &clips,
        reader: (door.session.account.id, door.admission.role.moderates()),
        manages: door.caller.decide(Door::Host).admitted(),
        at: wanted.at,
    };
    let shell = app.shell(Some(&door.session.account), &pages::path(&recording));
    Ok(pages::replay(&shell, &page).into_response())
}
