//! Media doors: WHIP to publish, WHEP to play. One POST carries an SDP offer; the response's `Location` contains the
//! session's secret.

use super::{
    whip_request::{check_fragment, check_type, ice_ufrag},
    whip_sessions::{Holder, Open},
};
use crate::web::extract::{Path, Query};
use crate::web::{
    access::doors::{Admitted, CachePolicy, Caller, HOST, PLAY, bearer, room_of},
    error::{WebError, WebResult},
    htmx::Htmx,
    people::session::Visitor,
};
use crate::{app::App, secret};
use actors::{Attendance, AttendanceGuard, AttendanceKind, Notice};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::admit::{Admission, Door},
    id::*,
    live::{
        media::{Answer, MediaEnd, MediaError},
        presence::Person,
        stream::Stream,
    },
    people::account::Identity,
};
use serde::Deserialize;
use std::time::Instant;

const SDP: &str = "application/sdp";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

/// WHEP: a viewer receives media.
pub async fn play(
    State(app): State<App>,
    door: Admitted<PLAY>,
    headers: HeaderMap,
    offer: String,
) -> WebResult {
    check_type(&headers, SDP)?;
    let account = door.session.account.id;
    if !app.media_sessions.take_offer(account, Instant::now()) {
        metrics::counter!("media_limits_total", "kind" => "offers").increment(1);
        return Err(WebError::too_many("You opened too many video sessions. Try again in a moment.", 1));
    }
    super::queue::seat(&app, &door.caller, &door.admission)?;
    let ufrag = ice_ufrag(&offer).map(str::to_owned);
    let answer = app.media.play(door.caller.room, offer).await.map_err(media_failure)?;
    let who = door.session.identity();
    let attendance = attend(&app, &door.caller, &door.admission, who, answer.session);
    // Access may have been lost while the media plane was answering.
    let stream = door.caller.stream.clone();
    let again = door.caller.again(&app).await.and_then(|caller| caller.enter(Door::Play));
    if let Err(refused) = again {
        app.media.end(answer.session, MediaEnd::Ejected);
        return Err(refused);
    }
    Ok(created(&app, &stream, Holder::Viewer(account), ufrag, answer, Some(attendance)))
}

fn attend(
    app: &App,
    caller: &Caller,
    admission: &Admission,
    who: Identity,
    media: MediaSessionId,
) -> AttendanceGuard {
    let (plane, sessions) = (app.media.clone(), app.media_sessions.clone());
    app.engine.attend(Attendance {
        id: AttendanceId::new(),
        room: caller.room,
        space: caller.facts.place.space.id,
        person: Person::Account(who.account),
        session: Some(who.session),
        grant: admission.grant,
        until: admission.until,
        kind: AttendanceKind::Media(media),
        team: admission.role.moderates(),
        tell: Box::new(move |notice| {
            if let Notice::Ended(_) = notice {
                plane.end(media, MediaEnd::Ejected);
                sessions.close(media);
            }
        }),
    })
}

#[derive(Deserialize)]
pub struct Wish {
    /// Lets the host take over the stream from the current publisher.
    #[serde(default)]
    takeover: bool,
}

/// WHIP: the host with their session, or an encoder with the stream's key as bearer token.
pub async fn publish(
    State(app): State<App>,
    Path(id): Path<StreamId>,
    Query(wish): Query<Wish>,
    visitor: Visitor,
    headers: HeaderMap,
    offer: String,
) -> WebResult {
    let proof = Proof::of(&app, id, &visitor, &headers).await?;
    check_type(&headers, SDP)?;
    let stream = app.engine.stream(id).get().await?;
    let room = stream.room;
    if stream.state == domain::live::stream::StreamState::Ended {
        return Err(WebError::conflict("This stream is over. Schedule another one."));
    }
    let replace = wish.takeover && matches!(proof, Proof::Host(..));
    let ufrag = ice_ufrag(&offer).map(str::to_owned);
    let answer = app.media.publish(room, offer, replace).await.map_err(media_failure)?;
    let (holder, attendance) = match &proof {
        Proof::Key(_) => (Holder::Key, None),
        Proof::Host(caller, admission, who) => {
            (Holder::Host(who.account), Some(attend(&app, caller, admission, *who, answer.session)))
        }
    };
    let session = answer.session;
    let created = created(&app, &stream, holder, ufrag, answer, attendance);
    // The session may have been revoked, or the key changed, while the media plane was answering.
    if let Err(refused) = proof.holds(&app, id).await {
        app.media.end(session, MediaEnd::Ejected);
        app.media_sessions.close(session);
        return Err(refused);
    }
    Ok(created)
}

/// What entitles the caller to publish.
enum Proof {
    /// The stream's key of this version.
    Key(i64),
    Host(Box<Caller>, Admission, Identity),
}

impl Proof {
    async fn of(app: &App, id: StreamId, visitor: &Visitor, headers: &HeaderMap) -> WebResult<Self> {
        let Some(key) = bearer(headers) else {
            let who = visitor.identity();
            let caller = Caller::at(app, who, room_of(app, id).await?, CachePolicy::Store).await?;
            let admission = caller.enter(Door::Host)?;
            return Ok(Self::Host(Box::new(caller), admission, who.ok_or_else(WebError::sign_in)?));
        };
        let version = app.store.streams().whip_key_version(id).await?;
        if secret::same(&whip_key(app, id, version), key) { Ok(Self::Key(version)) } else { Err(bad_key()) }
    }

    async fn holds(self, app: &App, id: StreamId) -> WebResult<()> {
        match self {
            Self::Key(version) if app.store.streams().whip_key_version(id).await? == version => Ok(()),
            Self::Key(_) => Err(bad_key()),
            Self::Host(_, _, who) if app.services.caches.sessions.has_ended(who.session) => {
                Err(WebError::sign_in())
            }
            Self::Host(caller, ..) => caller.again(app).await?.enter(Door::Host).map(drop),
        }
    }
}

fn bad_key() -> WebError {
    WebError::new(StatusCode::UNAUTHORIZED, "bad_key", "This is not the stream's key.")
}

/// The key for encoders. A new version yields a new key.
pub fn whip_key(app: &App, id: StreamId, version: i64) -> String {
    app.secret.sign("whip key", &[&id.to_string(), &version.to_string()])[..40].to_string()
}

/// Creates a new key, and ends the publisher that uses the old one.
pub async fn rotate_key(State(app): State<App>, door: Admitted<HOST>, htmx: Htmx) -> WebResult {
    let id = door.caller.stream.id;
    let by = door.session.account.id;
    let version = service::live::streams::rotate_key(&app.services, by, id).await?;
    for session in app.media_sessions.opened_with_key(door.caller.room) {
        app.media.end(session, MediaEnd::Ejected);
        app.media_sessions.close(session);
    }
    if !htmx.0 {
        return Ok(htmx.done(|| format!("/account/streams/{id}/studio")));
    }
    let (url, key) = (app.url(&format!("/streams/{id}/whip")), whip_key(&app, id, version));
    Ok(views::live::studio::encoder_access(id, &url, &key).into_response())
}

fn created(
    app: &App,
    stream: &Stream,
    holder: Holder,
    ufrag: Option<String>,
    answer: Answer,
    attendance: Option<AttendanceGuard>,
) -> Response {
    let kind = if matches!(holder, Holder::Viewer(_)) { "whep" } else { "whip" };
    let secret = secret::random_token();
    let location = format!("/streams/{}/{kind}/{}/{secret}", stream.id, answer.session);
    let open = Open { feed: app.engine.feed(stream.room), secret, ufrag, holder, attendance };
    for oldest in app.media_sessions.keep(answer.session, open) {
        metrics::counter!("media_limits_total", "kind" => "sessions").increment(1);
        app.media.end(oldest, MediaEnd::Excess);
        app.media_sessions.close(oldest);
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(SDP)),
        (header::LOCATION, HeaderValue::from_str(&location).expect("ids and tokens are plain letters")),
        (header::HeaderName::from_static("accept-patch"), HeaderValue::from_static(FRAGMENT)),
    ];
    (StatusCode::CREATED, headers, answer.sdp).into_response()
}

type SecretPath = Path<(StreamId, MediaSessionId, String)>;

/// Trickled candidates. They are only validated: see `check_fragment`.
pub async fn trickle(
    State(app): State<App>,
    Path((_, session, secret)): SecretPath,
    headers: HeaderMap,
    fragment: String,
) -> WebResult {
    if !app.media_sessions.is_open(session, &secret) {
        return Err(WebError::not_found());
    }
    check_type(&headers, FRAGMENT)?;
    check_fragment(&fragment, app.media_sessions.ufrag(session).as_deref())?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ends the session.
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
        MediaError::Offer(why) => WebError::malformed(format!("That SDP offer cannot be used: {why}.")),
        MediaError::Codecs(why) => WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "codecs", why),
        MediaError::Busy => WebError::conflict("Somebody is publishing into this stream already."),
        MediaError::NotFound => WebError::not_found(),
        MediaError::Down => WebError::unavailable("Video is down for a moment; the chat goes on."),
    }
}
