//! The doors of a room: of a stream, or of an experience without streams. `domain::access::admit::admit` decides anew
//! at each entry. Only its input is cached, and every change removes it from the cache, so a post into an active room
//! reads nothing from the database.

use crate::{
    app::App,
    secret,
    web::{
        error::{WebError, WebResult},
        people::{
            cookies::cookie,
            session::{SignedIn, Visitor},
        },
    },
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, header, request::Parts},
};
use domain::{
    access::admit::{Admission, Door, admit},
    catalogue::slug::page_path,
    clock::Clock,
    id::*,
    live::stream::Stream,
    people::account::{Began, Identity, Session},
    time::Millis,
};
use std::sync::Arc;
use store::{AccessFacts, Entrant, Newcomer, Place, Standing};
use views::chat::ChatOf;

/// Whether to cache what is read for a caller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    Store,
    /// For whoever passes by: feed readers, who are looked up once, and stills, of which a page shows those of many spaces and asks
    /// for the next ones only when a cached standing would have expired. Ten thousand of them leave nothing in the cache.
    Bypass,
}

/// A caller at the doors of a room: the decision for each door can be asked of this.
pub struct Caller {
    pub who: Option<Identity>,
    pub facts: AccessFacts,
    pub room: RoomId,
    /// The stream that the room belongs to; `None` in the only room of an experience without streams.
    stream: Option<Arc<Stream>>,
    pub now: Millis,
    /// The cache version before the facts were read.
    version: u64,
}

impl Caller {
    pub async fn at(app: &App, who: Option<Identity>, room: RoomId, policy: CachePolicy) -> WebResult<Self> {
        let (now, version) = (app.clock.now(), app.services.caches.access.version());
        let place = Self::place(app, room, version, now).await?;
        let standing = match who {
            Some(who) => Self::standing(app, (place.space.id, who.account), version, now, policy).await?,
            None => Arc::default(),
        };
        let stream = Self::stream_now(app, place.stream.as_ref().map(|stream| stream.id)).await?;
        let facts = AccessFacts { who: who.map(Entrant::from), place, standing };
        Ok(Self { who, facts, room, stream, now, version })
    }

    /// A feed reader. On a cache miss, session and access are read in one query and are not cached.
    async fn passing(app: &App, token: Option<&str>, room: RoomId) -> WebResult<Self> {
        let (now, version) = (app.clock.now(), app.services.caches.access.version());
        let warm = token.and_then(|token| app.services.caches.sessions.get(&secret::fingerprint(token), now));
        let Some(token) = token.filter(|_| warm.is_none()) else {
            return Self::at(app, warm.map(|session| session.identity()), room, CachePolicy::Bypass).await;
        };
        let place = Self::place(app, room, version, now).await?;
        let found = app.store.access().newcomer(token, place.space.id, now).await?;
        let Some(Newcomer { who, standing, .. }) = found else {
            return Self::at(app, None, room, CachePolicy::Bypass).await;
        };
        let stream = Self::stream_now(app, place.stream.as_ref().map(|stream| stream.id)).await?;
        let facts = AccessFacts { who: Some(who.into()), place, standing: Arc::new(standing) };
        Ok(Self { who: Some(who), facts, room, stream, now, version })
    }

    /// The same caller a moment later, whose session must not have ended; facts are read again only if anybody's access has changed.
    pub async fn again(self, app: &App) -> WebResult<Self> {
        self.who.map_or(Ok(()), |who| signed_in_still(app, who.session))?;
        if self.version == app.services.caches.access.version() {
            let stream = Self::stream_now(app, self.stream.as_ref().map(|stream| stream.id)).await?;
            return Ok(Self { stream, now: app.clock.now(), ..self });
        }
        // Boxed because this is rarely needed.
        Box::pin(Self::at(app, self.who, self.room, CachePolicy::Bypass)).await
    }

    async fn place(app: &App, room: RoomId, version: u64, now: Millis) -> WebResult<Arc<Place>> {
        if let Some(place) = app.services.caches.access.place(room, now) {
            return Ok(place);
        }
        // Boxed because this is rarely needed, and its future of 2 KB would be part of every request.
        let place = Arc::new(Box::pin(app.store.access().place_of(room)).await?);
        app.services.caches.access.store_place(version, room, place.clone(), now);
        Ok(place)
    }

    /// The row of the room's stream as its actor last stored it.
    async fn stream_now(app: &App, stream: Option<StreamId>) -> WebResult<Option<Arc<Stream>>> {
        match stream {
            Some(stream) => Ok(Some(app.engine.stream(stream).get().await?)),
            None => Ok(None),
        }
    }

    /// The stream, at doors that only streams have.
    pub fn stream(&self) -> WebResult<&Arc<Stream>> {
        self.stream.as_ref().ok_or_else(WebError::not_found)
    }

    /// Whose chat it is, at doors of chats.
    pub fn chat(&self) -> WebResult<ChatOf> {
        match &self.stream {
            Some(stream) => Ok(ChatOf::Stream(stream.id)),
            None if self.facts.place.experience.kind.has_chat() => {
                Ok(ChatOf::Community(self.facts.place.experience.id))
            }
            None => Err(WebError::not_found()),
        }
    }

    /// The page that shows the room.
    pub fn path(&self) -> String {
        let Place { space, experience, .. } = &*self.facts.place;
        page_path(&space.slug, &experience.slug)
    }

    async fn standing(
        app: &App,
        who: (SpaceId, AccountId),
        version: u64,
        now: Millis,
        policy: CachePolicy,
    ) -> WebResult<Arc<Standing>> {
        if let Some(standing) = app.services.caches.access.standing(who.0, who.1, now) {
            return Ok(standing);
        }
        // Boxed as above.
        let standing = Arc::new(Box::pin(app.store.access().standing(who.0, who.1, now)).await?);
        if policy == CachePolicy::Store {
            app.services.caches.access.store_standing(version, who, standing.clone(), now);
        }
        Ok(standing)
    }

    /// The decision of a door, with the stream's current state.
    pub fn decide(&self, door: Door) -> Admission {
        let mut facts = self.facts.as_facts();
        facts.stream = self.stream.as_ref().map(|stream| stream.state);
        facts.show = self.stream.as_ref().map(|stream| stream.id);
        admit(&facts, door, self.now)
    }

    /// Like [`Self::decide`], but returns a refusal as an error with a message.
    pub fn enter(&self, door: Door) -> WebResult<Admission> {
        let admission = self.decide(door);
        if admission.admitted() { Ok(admission) } else { Err(WebError::refused(&admission, self.now)) }
    }
}

/// Whether a session that was there at the begin of a request still is.
pub fn signed_in_still(app: &App, session: SessionId) -> WebResult<()> {
    if app.services.caches.sessions.has_ended(session) { Err(WebError::sign_in()) } else { Ok(()) }
}

/// The room of a stream, which an address names by the stream.
pub async fn room_of(app: &App, stream: StreamId) -> WebResult<RoomId> {
    let now = app.clock.now();
    if let Some(room) = app.services.caches.access.room(stream, now) {
        return Ok(room);
    }
    // Boxed because this is rarely needed, and its future would be part of every request.
    let room = Box::pin(app.store.streams().room_of(stream)).await?;
    app.services.caches.access.store_room(stream, room, now);
    Ok(room)
}

/// An extractor: a caller who may pass `DOOR` of the stream or the community in the path (`:id`). The handler's
/// signature thus shows the decision.
pub struct Admitted<const DOOR: u8> {
    pub caller: Caller,
    pub session: Arc<Session>,
    pub admission: Admission,
}

pub const ENTER: u8 = 0;
pub const POST: u8 = 1;
pub const PLAY: u8 = 2;
pub const MODERATE: u8 = 3;
pub const HOST: u8 = 4;

const fn door(code: u8) -> Door {
    match code {
        ENTER => Door::Enter,
        POST => Door::Post,
        PLAY => Door::Play,
        MODERATE => Door::Moderate,
        _ => Door::Host,
    }
}

impl<const DOOR: u8> FromRequestParts<App> for Admitted<DOOR> {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> WebResult<Self> {
        let room = path_room(parts, app).await?;
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let caller = Caller::at(app, visitor.identity(), room, CachePolicy::Store).await?;
        caller.chat()?;
        let admission = caller.enter(door(DOOR))?;
        let session = visitor.0.ok_or_else(WebError::sign_in)?;
        Ok(Self { caller, session, admission })
    }
}

/// An extractor: a caller who may follow the feed of the stream or the experience in the path. What is read for them is
/// not cached.
pub struct Follower {
    pub caller: Caller,
    pub who: Identity,
    pub admission: Admission,
}

impl FromRequestParts<App> for Follower {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> WebResult<Self> {
        let room = path_room(parts, app).await?;
        let token = cookie(parts.headers.get_all(header::COOKIE), app.cookie_name());
        let caller = Caller::passing(app, token, room).await?;
        let admission = caller.enter(Door::Enter)?;
        let who = caller.who.ok_or_else(WebError::sign_in)?;
        Ok(Self { caller, who, admission })
    }
}

/// The room of the stream or the experience in the path. What is not an id leads nowhere.
async fn path_room(parts: &mut Parts, app: &App) -> WebResult<RoomId> {
    let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| WebError::not_found())?;
    let id =
        params.iter().find(|(name, _)| *name == "id").map(|(_, id)| id).ok_or_else(WebError::not_found)?;
    if parts.uri.path().starts_with("/experiences/") {
        return id.parse().map(RoomId::of_experience).map_err(|_| WebError::not_found());
    }
    room_of(app, id.parse().map_err(|_| WebError::not_found())?).await
}

/// An extractor: an operator. For others the operators' pages do not exist.
pub struct Operator(pub Arc<Session>);

impl FromRequestParts<App> for Operator {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> WebResult<Self> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, app).await?;
        match session.account.operator {
            true if app.settings.operators_passkeys && session.began != Began::Passkey => {
                Err(WebError::owes_passkey())
            }
            true => Ok(Self(session)),
            false => Err(WebError::not_found()),
        }
    }
}

/// The bearer token of a request, possibly empty. The scheme is case-insensitive (RFC 9110, 11.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, shown) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| shown.trim())
}
