//! The doors of a media plane that browsers speak to by themselves: passes instead of offers, and the host's choice of the plane.

pub mod encoder;

use super::whip::{PublishQuery, attend_media, keep, media_failure, take_offer, take_publishing_offer};
use crate::app::App;
use crate::web::{
    access::doors::{Admitted, HOST, PLAY},
    error::{WebError, WebResult},
    extract::{Form, Query},
    htmx::Htmx,
    live::{queue, recordings, whip_sessions::MediaHolder},
};
use actors::{AttendanceGuard, EncoderGuard};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::admit::Door,
    id::RoomId,
    live::{
        passes::{MediaPass, MediaRole, Plane},
        stream::{Stream, StreamState},
    },
};
use gateways::LiveKitConfig;
use serde::Deserialize;
use views::t;

/// Which planes there are, and which one a stream is on.
#[derive(Default)]
pub struct Planes {
    /// Where streams run for which nothing was chosen.
    usual: Plane,
    /// The origins of LiveKit, if it is set up.
    origins: Vec<String>,
}

impl Planes {
    /// `usual`: as the settings say; LiveKit if they say nothing.
    pub fn with_livekit(config: &LiveKitConfig, usual: Option<Plane>) -> Self {
        Self { usual: usual.unwrap_or(Plane::LiveKit), origins: config.origins().into() }
    }

    /// What pages may call.
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// Whether there is a choice.
    pub fn has_livekit(&self) -> bool {
        !self.origins.is_empty()
    }

    /// What was chosen while LiveKit was set up counts only while it is.
    pub fn of(&self, stream: &Stream) -> Plane {
        if self.has_livekit() { stream.plane.unwrap_or(self.usual) } else { Plane::Embedded }
    }

    /// # Errors
    /// 409 `other_plane`: the page is older than the choice, and is to be loaded again.
    pub fn check(&self, stream: &Stream, wanted: Plane) -> WebResult<()> {
        if self.of(stream) == wanted {
            return Ok(());
        }
        Err(WebError::new(StatusCode::CONFLICT, "other_plane", t!("live-other-plane")))
    }
}

/// A viewer's pass.
pub async fn watch(State(app): State<App>, door: Admitted<PLAY>) -> WebResult {
    let (stream, holder) = (door.caller.stream()?.clone(), MediaHolder::Viewer(door.session.account.id));
    app.planes.check(&stream, Plane::LiveKit)?;
    take_offer(&app, holder)?;
    queue::seat(&app, &door.caller, &door.admission)?;
    let pass = app.media.admit(stream.room, MediaRole::Viewer).await.map_err(media_failure)?;
    let attendance = attend_media(&app, door.caller, Door::Play, pass.session).await?;
    Ok(given(&app, (&stream, stream.room), holder, pass, (Some(attendance), None)))
}

/// The host's pass. Encoders have none: see `encoder.rs`.
pub async fn host(
    State(app): State<App>,
    door: Admitted<HOST>,
    Query(wish): Query<PublishQuery>,
) -> WebResult {
    let (stream, holder) = (door.caller.stream()?.clone(), MediaHolder::Host(door.session.account.id));
    app.planes.check(&stream, Plane::LiveKit)?;
    if stream.state == StreamState::Ended {
        return Err(WebError::conflict(t!("live-publish-over")));
    }
    take_publishing_offer(&app, holder, stream.room)?;
    let role = MediaRole::Publisher { replace: wish.takeover };
    let pass = app.media.admit(stream.room, role).await.map_err(media_failure)?;
    let attendance = attend_media(&app, door.caller, Door::Host, pass.session).await?;
    Ok(given(&app, (&stream, stream.room), holder, pass, (Some(attendance), None)))
}

/// The pass itself is in the body alone: it stands in no address, and in no log. `stream`, and the media room, as for [`keep`].
pub(super) fn given(
    app: &App,
    at: (&Stream, RoomId),
    holder: MediaHolder,
    pass: MediaPass,
    ends: (Option<AttendanceGuard>, Option<EncoderGuard>),
) -> Response {
    let location = keep(app, at, ("pass", pass.session), holder, None, ends);
    let mut headers = HeaderMap::new();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let body = serde_json::json!({ "url": pass.url, "token": pass.token.expose() });
    (StatusCode::CREATED, headers, Json(body)).into_response()
}

#[derive(Deserialize)]
pub struct Chosen {
    plane: String,
}

/// The host chooses where a planned stream will run.
pub async fn choose(
    State(app): State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    Form(chosen): Form<Chosen>,
) -> WebResult {
    let plane = Plane::from_code(&chosen.plane);
    let there = |plane: &Plane| app.planes.has_livekit() || *plane == Plane::Embedded;
    let plane = plane.filter(there).ok_or_else(|| WebError::field("plane", t!("live-planes")))?;
    let (by, stream) = (door.session.account.id, door.caller.stream()?);
    let chosen = service::live::streams::choose_plane(&app.services, by, stream, plane).await;
    chosen.map_err(recordings::refused)?;
    if htmx.0 {
        return Ok((StatusCode::NO_CONTENT, [(queue::REFRESH, "true")]).into_response());
    }
    Ok(htmx.done(|| format!("/account/streams/{}/studio", stream.id)))
}
