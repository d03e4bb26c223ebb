//! Media doors: WHIP to publish, WHEP to play. One POST with an SDP offer; the answer's `Location` is the session's secret.

use crate::web::{
    access::doors::{Admitted, CachePolicy, Caller, PLAY, bearer},
    error::{WebError, WebResult},
    people::session::Visitor,
};
use crate::{app::App, secret};
use actors::{Attendance, AttendanceGuard, AttendanceKind};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::admit::Admission,
    id::*,
    live::{
        media::{MediaEnd, MediaError},
        presence::Person,
    },
};
use std::{collections::HashMap, sync::Mutex};

/// Open media sessions: by the secret in their address, what ends with them.
#[derive(Default)]
pub struct MediaSessions(Mutex<HashMap<MediaSessionId, Open>>);

struct Open {
    secret: String,
    /// Leaves the room when it is dropped; publishers have none.
    _attendance: Option<AttendanceGuard>,
}

impl MediaSessions {
    fn keep(&self, id: MediaSessionId, open: Open) {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).insert(id, open);
    }
    fn is_open(&self, id: MediaSessionId, secret: &str) -> bool {
        let sessions = self.0.lock().unwrap_or_else(|e| e.into_inner());
        sessions.get(&id).is_some_and(|open| secret::same(&open.secret, secret))
    }
    /// The media plane said that it is over.
    pub fn close(&self, id: MediaSessionId) {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).remove(&id);
    }
}

/// WHEP: a viewer's media.
pub async fn play(
    State(app): State<App>,
    door: Admitted<PLAY>,
    headers: HeaderMap,
    offer: String,
) -> WebResult {
    check_sdp(&headers)?;
    crate::web::live::queue::seat(&app, &door.caller, &door.admission)?;
    let (room, account) = (door.caller.stream.id, door.session.account.id);
    let answer = app.media.play(room, offer).await.map_err(media_failure)?;
    let attendance = attend(&app, &door.caller, &door.admission, account, door.session.id, answer.session);
    // The door may have been shut while the media plane answered.
    let again =
        door.caller.again(&app).await.and_then(|caller| caller.enter(domain::access::admit::Door::Play));
    if let Err(refused) = again {
        app.media.end(answer.session, MediaEnd::Ejected);
        return Err(refused);
    }
    Ok(created(&app, room, "whep", answer, Some(attendance)))
}

fn attend(
    app: &App,
    caller: &Caller,
    admission: &Admission,
    account: AccountId,
    session: SessionId,
    media: MediaSessionId,
) -> AttendanceGuard {
    let (plane, sessions) = (app.media.clone(), app.media_sessions.clone());
    app.house.attend(Attendance {
        id: AttendanceId::new(),
        room: caller.stream.id,
        space: caller.facts.place.space.id,
        person: Person::Account(account),
        session: Some(session),
        grant: admission.grant,
        until: admission.until,
        kind: AttendanceKind::Media(media),
        team: admission.role.moderates(),
        close: Box::new(move |_| {
            plane.end(media, MediaEnd::Ejected);
            sessions.close(media);
        }),
    })
}

/// WHIP: the host's session, or an encoder with the stream's key as bearer.
pub async fn publish(
    State(app): State<App>,
    Path(id): Path<StreamId>,
    visitor: Visitor,
    headers: HeaderMap,
    offer: String,
) -> WebResult {
    match bearer(&headers) {
        Some(key) => {
            let version = app.store.streams().whip_key_version(id).await?;
            if !secret::same(&whip_key(&app, id, version), key) {
                return Err(WebError::new(
                    StatusCode::UNAUTHORIZED,
                    "bad_key",
                    "This is not the stream's key.",
                ));
            }
        }
        None => {
            Caller::at(&app, visitor.identity(), id, CachePolicy::Store)
                .await?
                .enter(domain::access::admit::Door::Host)?;
        }
    }
    check_sdp(&headers)?;
    let stream = app.house.stream(id).get().await?;
    if stream.state == domain::live::stream::StreamState::Ended {
        return Err(WebError::conflict("This stream is over. Schedule another one."));
    }
    let answer = app.media.publish(id, offer).await.map_err(media_failure)?;
    Ok(created(&app, id, "whip", answer, None))
}

/// The key that an encoder shows; a new version makes a new one.
pub fn whip_key(app: &App, id: StreamId, version: i64) -> String {
    app.secret.sign("whip key", &[&id.to_string(), &version.to_string()])[..40].to_string()
}

fn check_sdp(headers: &HeaderMap) -> WebResult<()> {
    let sdp = headers.get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"application/sdp"));
    if sdp {
        Ok(())
    } else {
        Err(WebError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_sdp",
            "Send an SDP offer as application/sdp.",
        ))
    }
}

fn created(
    app: &App,
    room: StreamId,
    kind: &str,
    answer: domain::live::media::Answer,
    attendance: Option<AttendanceGuard>,
) -> Response {
    let secret = secret::random_token();
    let location = format!("/streams/{room}/{kind}/{}/{secret}", answer.session);
    app.media_sessions.keep(answer.session, Open { secret, _attendance: attendance });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/sdp")),
        (header::LOCATION, HeaderValue::from_str(&location).expect("ids and tokens are plain letters")),
        (
            header::HeaderName::from_static("accept-patch"),
            HeaderValue::from_static("application/trickle-ice-sdpfrag"),
        ),
    ];
    (StatusCode::CREATED, headers, answer.sdp).into_response()
}

type SecretPath = Path<(StreamId, MediaSessionId, String)>;

/// Candidates that came later.
pub async fn trickle(
    State(app): State<App>,
    Path((_, session, secret)): SecretPath,
    fragment: String,
) -> WebResult {
    if !app.media_sessions.is_open(session, &secret) {
        return Err(WebError::not_found());
    }
    app.media.trickle(session, &fragment).map_err(media_failure)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Goodbye.
pub async fn leave(State(app): State<App>, Path((_, session, secret)): SecretPath) -> WebResult {
    if !app.media_sessions.is_open(session, &secret) {
        return Err(WebError::not_found());
    }
    app.media.end(session, MediaEnd::Left);
    app.media_sessions.close(session);
    Ok(StatusCode::OK.into_response())
}

fn media_failure(error: MediaError) -> WebError {
    match error {
        MediaError::Offer(why) => {
            tracing::debug!(%why, "an offer was refused");
            WebError::malformed("That SDP offer cannot be used.")
        }
        MediaError::Busy => WebError::conflict("Somebody is publishing into this stream already."),
        MediaError::NotFound => WebError::not_found(),
        MediaError::Down => WebError::unavailable("Video is down for a moment; the chat goes on."),
    }
}
