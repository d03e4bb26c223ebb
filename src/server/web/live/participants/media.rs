//! What a co-host sends, and what viewers receive of it: a WHIP session and WHEP sessions in the participant's own media room, or
//! passes into it on a plane that browsers speak to by themselves. Each counts as present in the stream's room, so whatever ends
//! access ends it.

use super::Whom;
use crate::{
    app::App,
    web::{
        access::doors::{Admitted, PLAY},
        error::{WebError, WebResult},
        extract::Path,
        live::{
            passes::given,
            queue,
            whip::{
                SDP, add_encoder, attend_media, created, media_failure, take_offer, take_publishing_offer,
            },
            whip_request::{check_type, ice_ufrag},
            whip_sessions::MediaHolder,
        },
    },
};
use actors::Encoder;
use axum::{extract::State, http::HeaderMap};
use domain::{
    access::admit::Door,
    id::{AccountId, MediaSessionId, ParticipantId, StreamId},
    live::{
        media::MediaEnd,
        participants::Participant,
        passes::{MediaRole, Plane},
    },
};

/// Whoever is on the stage now.
async fn up(app: &App, stream: StreamId, whom: ParticipantId) -> WebResult<Participant> {
    let stage = app.engine.stream(stream).stage().await?;
    stage.participants.up().find(|one| one.id == whom).cloned().ok_or_else(WebError::not_found)
}

/// The same, if it is this account's own place.
async fn own(app: &App, stream: StreamId, whom: ParticipantId, account: AccountId) -> WebResult<Participant> {
    let one = up(app, stream, whom).await?;
    if one.account == account { Ok(one) } else { Err(WebError::not_found()) }
}

/// WHIP: a co-host sends.
pub async fn publish(
    State(app): State<App>,
    door: Admitted<PLAY>,
    Path((_, whom)): Whom,
    headers: HeaderMap,
    offer: String,
) -> WebResult {
    let (stream, account) = (door.caller.stream()?.clone(), door.session.account.id);
    let one = own(&app, stream.id, whom, account).await?;
    check_type(&headers, SDP)?;
    app.planes.check(&stream, Plane::Embedded)?;
    let holder = MediaHolder::Host(account);
    take_publishing_offer(&app, holder, one.room())?;
    let ufrag = ice_ufrag(&offer).map(str::to_owned);
    // A page that was loaded again takes the place of its earlier session.
    let answer = app.media.publish(one.room(), offer, true).await.map_err(media_failure)?;
    let session = answer.session;
    let attendance = attend_media(&app, door.caller, Door::Play, session).await?;
    let space = stream.space;
    let encoder = add_encoder(&app, Encoder { space, room: one.room(), media: session });
    let created =
        created(&app, (&stream, one.room()), holder, ufrag, answer, (Some(attendance), Some(encoder)));
    ask_again(&app, (stream.id, whom), account, session).await?;
    Ok(created)
}

/// Whoever is removed loses the sessions that are registered by then, and an earlier removal is seen here.
async fn ask_again(
    app: &App,
    (stream, whom): (StreamId, ParticipantId),
    account: AccountId,
    session: MediaSessionId,
) -> WebResult<()> {
    if let Err(gone) = own(app, stream, whom, account).await {
        app.media.end(session, MediaEnd::Ejected);
        app.media_sessions.close(session);
        return Err(gone);
    }
    Ok(())
}

/// A co-host's pass.
pub async fn host_pass(State(app): State<App>, door: Admitted<PLAY>, Path((_, whom)): Whom) -> WebResult {
    let (stream, account) = (door.caller.stream()?.clone(), door.session.account.id);
    let room = own(&app, stream.id, whom, account).await?.room();
    app.planes.check(&stream, Plane::LiveKit)?;
    let holder = MediaHolder::Host(account);
    take_publishing_offer(&app, holder, room)?;
    let pass = app.media.admit(room, MediaRole::Publisher { replace: true }).await.map_err(media_failure)?;
    let session = pass.session;
    let attendance = attend_media(&app, door.caller, Door::Play, session).await?;
    let encoder = add_encoder(&app, Encoder { space: stream.space, room, media: session });
    let given = given(&app, (&stream, room), holder, pass, (Some(attendance), Some(encoder)));
    ask_again(&app, (stream.id, whom), account, session).await?;
    Ok(given)
}

/// The pass of a viewer of a co-host.
pub async fn watch_pass(State(app): State<App>, door: Admitted<PLAY>, Path((_, whom)): Whom) -> WebResult {
    let (stream, holder) = (door.caller.stream()?.clone(), MediaHolder::Viewer(door.session.account.id));
    let room = up(&app, stream.id, whom).await?.room();
    app.planes.check(&stream, Plane::LiveKit)?;
    take_offer(&app, holder)?;
    queue::seat(&app, &door.caller, &door.admission)?;
    let pass = app.media.admit(room, MediaRole::Viewer).await.map_err(media_failure)?;
    let attendance = attend_media(&app, door.caller, Door::Play, pass.session).await?;
    Ok(given(&app, (&stream, room), holder, pass, (Some(attendance), None)))
}

/// WHEP: a viewer receives a co-host.
pub async fn play(
    State(app): State<App>,
    door: Admitted<PLAY>,
    Path((_, whom)): Whom,
    headers: HeaderMap,
    offer: String,
) -> WebResult {
    let (stream, holder) = (door.caller.stream()?.clone(), MediaHolder::Viewer(door.session.account.id));
    let one = up(&app, stream.id, whom).await?;
    check_type(&headers, SDP)?;
    app.planes.check(&stream, Plane::Embedded)?;
    take_offer(&app, holder)?;
    queue::seat(&app, &door.caller, &door.admission)?;
    let ufrag = ice_ufrag(&offer).map(str::to_owned);
    let answer = app.media.play(one.room(), offer).await.map_err(media_failure)?;
    let attendance = attend_media(&app, door.caller, Door::Play, answer.session).await?;
    Ok(created(&app, (&stream, one.room()), holder, ufrag, answer, (Some(attendance), None)))
}
