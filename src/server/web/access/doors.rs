//! The doors of a stream. The decision is `domain::access::admit::admit`, made anew at each entry; what is kept warm is only what it
//! is made of, and every change of that forgets it. So a post into a warm room reads nothing from the database.

use crate::app::App;
use crate::web::{
    access::warm::Warm,
    error::{WebError, WebResult},
    people::session::{SignedIn, Visitor, cookie},
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{header, request::Parts},
};
use domain::{
    access::{
        admit::{Admission, Door, admit},
        eject::EjectTarget,
    },
    clock::Clock,
    id::*,
    live::stream::Stream,
    people::account::{Identity, Session},
    time::{Millis, Span},
};
use std::sync::{
    Arc, PoisonError, RwLock, RwLockReadGuard,
    atomic::{AtomicU64, Ordering::SeqCst},
};
use store::{AccessFacts, Newcomer, Place, Standing};

/// A backstop only: other processes (`backstage identities`) add grants beside us.
const WARM: Span = Span::secs(30);

/// What decisions are made of, as it was last read: what is the same for everybody apart from what each person has.
#[derive(Default)]
pub struct WarmFacts {
    read: RwLock<Read>,
    /// Grows with each change: facts that were read before it are not kept.
    changes: AtomicU64,
}

#[derive(Default)]
struct Read {
    places: Warm<StreamId, Arc<Place>>,
    standings: Warm<(SpaceId, AccountId), Arc<Standing>>,
}

impl WarmFacts {
    fn read(&self) -> RwLockReadGuard<'_, Read> {
        self.read.read().unwrap_or_else(PoisonError::into_inner)
    }
    fn changes(&self) -> u64 {
        self.changes.load(SeqCst)
    }
    fn keep(&self, changes: u64, keep: impl FnOnce(&mut Read)) {
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        if self.changes() == changes {
            keep(&mut read);
        }
    }
    /// Lets go of what is old, as keeping something new does sooner or later.
    pub fn sweep(&self, now: Millis) {
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        read.places.sweep(now);
        read.standings.sweep(now);
    }
    /// After a commit that changes who may enter.
    pub fn forget(&self, target: EjectTarget) {
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        self.changes.fetch_add(1, SeqCst);
        match target {
            EjectTarget::Account(space, who) => read.standings.forget(|key, _| *key == (space, who)),
            EjectTarget::Grant(grant) => read.standings.forget(|_, s| s.grants.iter().any(|g| g.id == grant)),
            EjectTarget::Space(space) => {
                read.places.forget(|_, place| place.space.id == space);
                read.standings.forget(|(of, _), _| *of == space);
            }
            EjectTarget::Session(_) => {}
        }
    }
}

/// Whether what is read for somebody is kept for when they come again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    Keep,
    /// Who only follows a feed is asked once: ten thousand of them leave nothing behind.
    Pass,
}

/// One who stands before a stream: the decision for each door can be asked of this.
pub struct Caller {
    pub who: Option<Identity>,
    pub facts: AccessFacts,
    pub stream: Arc<Stream>,
    pub now: Millis,
    /// The changes before which the facts were read.
    changes: u64,
}

impl Caller {
    pub async fn at(app: &App, who: Option<Identity>, stream: StreamId, memory: Memory) -> WebResult<Self> {
        let (now, changes) = (app.clock.now(), app.warm_facts.changes());
        let account = who.map(|who| who.account);
        let place = Self::place(app, stream, changes, now).await?;
        let standing = match account {
            Some(account) => Self::standing(app, (place.space.id, account), changes, now, memory).await?,
            None => Arc::default(),
        };
        let facts = AccessFacts { account, place, standing };
        let stream =
            app.house.stream(stream).get().await.map_err(crate::web::live::streams::stream_failure)?;
        Ok(Self { who, facts, stream, now, changes })
    }

    /// One who only follows a feed, of whom nothing need be known: who is not warm is looked up in one go, and not kept.
    async fn passing(app: &App, token: Option<&str>, stream: StreamId) -> WebResult<Self> {
        let (now, changes) = (app.clock.now(), app.warm_facts.changes());
        let warm = token.and_then(|token| app.warm_sessions.get(token, now));
        let Some(token) = token.filter(|_| warm.is_none()) else {
            return Self::at(app, warm.map(|session| session.identity()), stream, Memory::Pass).await;
        };
        let place = Self::place(app, stream, changes, now).await?;
        let found = app.store.access().newcomer(token, place.space.id, now).await?;
        let Some(Newcomer { who, standing, .. }) = found else {
            return Self::at(app, None, stream, Memory::Pass).await;
        };
        let facts = AccessFacts { account: Some(who.account), place, standing: Arc::new(standing) };
        let stream =
            app.house.stream(stream).get().await.map_err(crate::web::live::streams::stream_failure)?;
        Ok(Self { who: Some(who), facts, stream, now, changes })
    }

    /// The same one a moment later; asked anew only if anybody's access has changed.
    pub async fn again(self, app: &App) -> WebResult<Self> {
        if self.changes == app.warm_facts.changes() {
            let stream = app
                .house
                .stream(self.stream.id)
                .get()
                .await
                .map_err(crate::web::live::streams::stream_failure)?;
            return Ok(Self { stream, now: app.clock.now(), ..self });
        }
        Self::at(app, self.who, self.stream.id, Memory::Pass).await
    }

    async fn place(app: &App, stream: StreamId, changes: u64, now: Millis) -> WebResult<Arc<Place>> {
        let warm = app.warm_facts.read().places.get(&stream, now);
        if let Some(place) = warm {
            return Ok(place);
        }
        // Boxed, as what is rarely asked: each request would carry its 2 KB.
        let place = Arc::new(Box::pin(app.store.access().place_of(stream)).await?);
        app.warm_facts.keep(changes, |read| read.places.keep(stream, place.clone(), now, now + WARM));
        Ok(place)
    }

    async fn standing(
        app: &App,
        who: (SpaceId, AccountId),
        changes: u64,
        now: Millis,
        memory: Memory,
    ) -> WebResult<Arc<Standing>> {
        let warm = app.warm_facts.read().standings.get(&who, now);
        if let Some(standing) = warm {
            return Ok(standing);
        }
        let standing = Arc::new(app.store.access().standing(who.0, who.1, now).await?);
        if memory == Memory::Keep {
            app.warm_facts.keep(changes, |read| read.standings.keep(who, standing.clone(), now, now + WARM));
        }
        Ok(standing)
    }

    /// The decision at a door, with the stream's state as it is this moment.
    pub fn decide(&self, door: Door) -> Admission {
        let mut facts = self.facts.as_facts();
        facts.stream = Some(self.stream.state);
        admit(&facts, door, self.now)
    }

    /// The same, with a refusal in words.
    pub fn enter(&self, door: Door) -> WebResult<Admission> {
        let admission = self.decide(door);
        if admission.admitted() { Ok(admission) } else { Err(WebError::refused(&admission, self.now)) }
    }
}

/// Extractor: one who may pass `DOOR` of the stream in the path (`:id`). The decision stands in the handler's signature.
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
        let id = path_id(parts, app).await?;
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let caller = Caller::at(app, visitor.identity(), id, Memory::Keep).await?;
        let admission = caller.enter(door(DOOR))?;
        let session = visitor.0.ok_or_else(WebError::sign_in)?;
        Ok(Self { caller, session, admission })
    }
}

/// Extractor: one who may follow the feed of the stream in the path. What is read of them is not kept.
pub struct Follower {
    pub caller: Caller,
    pub who: Identity,
    pub admission: Admission,
}

impl FromRequestParts<App> for Follower {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> WebResult<Self> {
        let id = path_id(parts, app).await?;
        let token = cookie(parts.headers.get_all(header::COOKIE), app.cookie_name());
        let caller = Caller::passing(app, token, id).await?;
        let admission = caller.enter(Door::Enter)?;
        let who = caller.who.ok_or_else(WebError::sign_in)?;
        Ok(Self { caller, who, admission })
    }
}

/// The stream in the path; what is not an id leads nowhere.
async fn path_id(parts: &mut Parts, app: &App) -> WebResult<StreamId> {
    let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| WebError::not_found())?;
    params
        .iter()
        .find(|(name, _)| *name == "id")
        .and_then(|(_, id)| id.parse().ok())
        .ok_or_else(WebError::not_found)
}

/// Extractor: an operator. To others the operators' pages do not exist.
pub struct Operator(pub Arc<Session>);

impl FromRequestParts<App> for Operator {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> WebResult<Self> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, app).await?;
        if session.account.operator { Ok(Self(session)) } else { Err(WebError::not_found()) }
    }
}
