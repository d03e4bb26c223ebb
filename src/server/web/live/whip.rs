//! Media doors: WHIP to publish, WHEP to play. One POST carries an SDP offer; the response's `Location` contains the
//! session's secret.

use super::{
    attend::attend,
    reach::relays,
    whip_request::{check_fragment, check_type, ice_ufrag},
    whip_sessions::{MediaHolder, OpenMediaSession},
};
use crate::web::extract::{Form, Path, Query};
use crate::web::{
    access::doors::{Admitted, CachePolicy, Caller, HOST, PLAY, bearer, room_of},
    error::{WebError, WebResult},
    htmx::Htmx,
    people::session::Visitor,
};
use crate::{app::App, secret};
use actors::{AttendanceGuard, AttendanceKind, Encoder, EncoderGuard, Notice};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::admit::Door,
    clock::Clock,
    id::*,
    live::{
        media::{LayerWish, MediaAnswer, MediaEnd, MediaError},
        passes::Plane,
        stream::{Stream, StreamState},
    },
};
use serde::Deserialize;
use views::t;

pub(super) const SDP: &str = "application/sdp";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

/// WHEP: a viewer receives media.
pub async fn play(
    State(app): State<App>,
    door: Admitted<PLAY>,
    headers: HeaderMap,
    offer: String,
) -> WebResult {
    check_type(&headers, SDP)?;
    let (stream, holder) = (door.caller.stream()?.clone(), MediaHolder::Viewer(door.session.account.id));
    app.planes.check(&stream, Plane::Embedded)?;
    take_offer(&app, holder)?;
    super::queue::seat(&app, &door.caller, &door.admission)?;
    let ufrag = ice_ufrag(&offer).map(str::to_owned);
    let answer = app.media.play(stream.room, offer).await.map_err(media_failure)?;
    let attendance = attend_media(&app, door.caller, Door::Play, answer.session).await?;
    Ok(created(&app, (&stream, stream.room), holder, ufrag, answer, (Some(attendance), None)))
}

/// Counts an offer before it costs anything.
pub(super) fn take_offer(app: &App, holder: MediaHolder) -> WebResult<()> {
    app.media_sessions.take_offer(holder, app.clock.now()).map_err(|wait| {
        metrics::counter!("media_limits_total", "kind" => "offers").increment(1);
        WebError::too_many(t!("live-offers-often"), wait.ceil_secs())
    })
}

/// Attends with a media session that the media plane has answered. If the door has been shut meanwhile, it ends.
pub(super) async fn attend_media(
    app: &App,
    caller: Caller,
    door: Door,
    media: MediaSessionId,
) -> WebResult<AttendanceGuard> {
    let (plane, sessions) = (app.media.clone(), app.media_sessions.clone());
    let tell = move |notice| {
        if let Notice::Ended(_) = notice {
            plane.end(media, MediaEnd::Ejected);
            sessions.close(media);
        }
    };
    let attended = attend(app, caller, door, AttendanceKind::Media(media), tell).await;
    let (_, guard) = attended.inspect_err(|_| app.media.end(media, MediaEnd::Ejected))?;
    Ok(guard)
}

/// Registers an encoder that the media plane has answered.
pub(super) fn add_encoder(app: &App, encoder: Encoder) -> EncoderGuard {
    let (plane, sessions) = (app.media.clone(), app.media_sessions.clone());
    app.engine.add_encoder(encoder, move || {
        plane.end(encoder.media, MediaEnd::Ejected);
        sessions.close(encoder.media);
    })
}

#[derive(Deserialize)]
pub struct PublishQuery {
    /// Lets the host take over the stream from the current publisher.
    #[serde(default)]
    pub(super) takeover: bool,
    /// The studio pauses the layers of its picture that its feed says nobody gets.
    #[serde(default)]
    pauses: bool,
}

/// WHIP: the host with their session, or an encoder with the stream's key as bearer token.
pub async fn publish(
    State(app): State<App>,
    Path(id): Path<StreamId>,
    Query(wish): Query<PublishQuery>,
    visitor: Visitor,
    headers: HeaderMap,
    offer: String,
) -> WebResult {
    let proof = Proof::of(&app, id, &visitor, &headers).await?;
    check_type(&headers, SDP)?;
    let stream = app.engine.stream(id).get().await?;
    if stream.state == StreamState::Ended {
        return Err(WebError::conflict(t!("live-publish-over")));
    }
    let holder = match &proof {
        Proof::Key(_) => MediaHolder::Key(stream.space),
        Proof::Host(_, account) => MediaHolder::Host(*account),
    };
    app.planes.check(&stream, Plane::Embedded)?;
    take_publishing_offer(&app, holder, stream.room)?;
    let replace = wish.takeover && matches!(proof, Proof::Host(..));
    let ufrag = ice_ufrag(&offer).map(str::to_owned);
    let answer = app.media.publish(stream.room, offer, replace).await.map_err(media_failure)?;
    let session = answer.session;
    match proof {
        Proof::Host(caller, _) => {
            let attendance = attend_media(&app, *caller, Door::Host, session).await?;
            if wish.pauses {
                app.media.pause_layers(session);
            }
            Ok(created(&app, (&stream, stream.room), holder, ufrag, answer, (Some(attendance), None)))
        }
        Proof::Key(version) => {
            let encoder = Encoder { space: stream.space, room: stream.room, media: session };
            let guard = add_encoder(&app, encoder);
            let created = created(&app, (&stream, stream.room), holder, ufrag, answer, (None, Some(guard)));
            // Whatever makes the key void ends the encoders that are registered by then, and an earlier one is seen here.
            let current = app.store.streams().whip_key_version(id).await;
            if matches!(current, Ok(current) if current == version) {
                return Ok(created);
            }
            app.media.end(session, MediaEnd::Ejected);
            app.media_sessions.close(session);
            // An outage of the database is no wrong key: the encoder may try again.
            current?;
            Err(bad_key())
        }
    }
}

/// The same for an offer to publish, which may also be one room too many.
pub(super) fn take_publishing_offer(app: &App, holder: MediaHolder, room: RoomId) -> WebResult<()> {
    take_offer(app, holder)?;
    if app.media_sessions.may_publish(holder, room) {
        Ok(())
    } else {
        Err(WebError::conflict(t!("live-publish-many")))
    }
}

/// What entitles the caller to publish.
enum Proof {
    /// The stream's key of this version.
    Key(i64),
    /// A host, and their account.
    Host(Box<Caller>, AccountId),
}

impl Proof {
    async fn of(app: &App, id: StreamId, visitor: &Visitor, headers: &HeaderMap) -> WebResult<Self> {
        let Some(key) = bearer(headers) else {
            let who = visitor.identity();
            let caller = Caller::at(app, who, room_of(app, id).await?, CachePolicy::Store).await?;
            caller.enter(Door::Host)?;
            return Ok(Self::Host(Box::new(caller), who.ok_or_else(WebError::sign_in)?.account));
        };
        let version = app.store.streams().whip_key_version(id).await?;
        if secret::same(&whip_key(app, id, version), key) { Ok(Self::Key(version)) } else { Err(bad_key()) }
    }
}

fn bad_key() -> WebError {
    WebError::new(StatusCode::UNAUTHORIZED, "bad_key", t!("live-publish-key"))
}

/// The key for encoders. A new version yields a new key.
pub fn whip_key(app: &App, id: StreamId, version: i64) -> String {
    app.secret.sign("whip key", &[&id.to_string(), &version.to_string()])[..40].to_string()
}

/// Creates a new key. The publisher that uses the old one ends.
pub async fn rotate_key(State(app): State<App>, door: Admitted<HOST>, htmx: Htmx) -> WebResult {
    let id = door.caller.stream()?.id;
    let by = door.session.account.id;
    let version = service::live::streams::rotate_key(&app.services, by, id).await?;
    if !htmx.0 {
        return Ok(htmx.done(|| format!("/account/streams/{id}/studio")));
    }
    if app.planes.of(door.caller.stream()?) == Plane::LiveKit {
        // What was open is void, and closed within a second.
        return Ok(views::live::studio::encoder::ingests(id, &[]).into_response());
    }
    let (url, key) = (app.url(&format!("/streams/{id}/whip")), whip_key(&app, id, version));
    Ok(views::live::studio::encoder::access(id, &url, &key).into_response())
}

/// Keeps an answered session, and says where it is and which relays lead to it.
pub(super) fn created(
    app: &App,
    (stream, media_room): (&Stream, RoomId),
    holder: MediaHolder,
    ufrag: Option<String>,
    answer: MediaAnswer,
    (attendance, encoder): (Option<AttendanceGuard>, Option<EncoderGuard>),
) -> Response {
    let kind = if matches!(holder, MediaHolder::Viewer(_)) { "whep" } else { "whip" };
    let location =
        keep(app, (stream, media_room), (kind, answer.session), holder, ufrag, (attendance, encoder));
    let relays = relays::links(app, &relays::name_of(app, holder));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(SDP)),
        (header::LOCATION, location),
        (header::HeaderName::from_static("accept-patch"), HeaderValue::from_static(FRAGMENT)),
    ];
    (StatusCode::CREATED, headers, relays, answer.sdp).into_response()
}

/// Keeps a session that the media plane has begun, below the door `kind`. `stream`, and the media room, which is another one for
/// co-hosts. Returns its secret address.
pub(super) fn keep(
    app: &App,
    (stream, media_room): (&Stream, RoomId),
    (kind, session): (&str, MediaSessionId),
    holder: MediaHolder,
    ufrag: Option<String>,
    (attendance, encoder): (Option<AttendanceGuard>, Option<EncoderGuard>),
) -> HeaderValue {
    let secret = secret::random_token();
    let location = format!("/streams/{}/{kind}/{session}/{secret}", stream.id);
    let feed = app.engine.feed(stream.room);
    let open = OpenMediaSession { feed, media_room, secret, ufrag, holder, attendance, encoder };
    for oldest in app.media_sessions.keep(session, open) {
        metrics::counter!("media_limits_total", "kind" => "sessions").increment(1);
        app.media.end(oldest, MediaEnd::Excess);
        app.media_sessions.close(oldest);
    }
    HeaderValue::from_str(&location).expect("ids and tokens are plain letters")
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

/// Chooses the layer of the picture that a viewer gets, and answers which there are. For the session's secret, as the rest.
pub async fn choose_layer(
    State(app): State<App>,
    Path((_, session, secret)): SecretPath,
    Form(wish): Form<LayerWish>,
) -> WebResult {
    let taken = app.media_sessions.take_wish(session, &secret, app.clock.now());
    taken.ok_or_else(WebError::not_found)?.map_err(|wait| {
        metrics::counter!("media_limits_total", "kind" => "wishes").increment(1);
        WebError::too_many(t!("live-offers-often"), wait.ceil_secs())
    })?;
    let layers = app.media.choose_layer(session, wish).await.ok_or_else(WebError::not_found)?;
    Ok(Json(layers).into_response())
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

pub(super) fn media_failure(error: MediaError) -> WebError {
    match error {
        MediaError::Offer(why) => WebError::malformed(t!("live-offer-unusable", why = why)),
        MediaError::Codecs { kind, offered } => {
            let codecs = match offered.is_empty() {
                true => t!("live-offer-no-codec").into_owned(),
                false => offered.join(", "),
            };
            let words = t!("live-offer-codecs", codecs = codecs, kind = kind);
            WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "codecs", words)
        }
        MediaError::Undecodable { codec } => {
            let words = t!("live-play-undecodable", codec = codec.name());
            WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "undecodable", words)
        }
        MediaError::Busy => WebError::conflict(t!("live-publish-busy")),
        MediaError::NotFound => WebError::not_found(),
        MediaError::Down => WebError::unavailable(t!("live-media-down")),
        MediaError::OtherPlane => WebError::conflict(t!("live-other-plane")),
    }
}
