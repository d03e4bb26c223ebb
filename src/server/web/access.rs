//! The doors of a stream. The decision is `domain::access::admit`, made anew at each entry; what is kept warm is only what it
//! is made of, and every change of that forgets it. So a post into a warm room reads nothing from the database.

use super::{
    error::{WebError, WebResult},
    session::{SignedIn, Visitor},
};
use crate::app::App;
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use domain::{
    access::{Admission, Door, admit},
    account::Session,
    feed::EjectTarget,
    id::*,
    ports::Clock,
    stream::Stream,
    time::{Millis, Span},
};
use std::{
    collections::HashMap,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};
use store::AccessFacts;

/// A backstop only: other processes (`backstage identities`) add grants beside us.
const WARM: Span = Span::secs(30);
const MOST_WARM: usize = 100_000;

type Key = (StreamId, Option<AccountId>);

/// What decisions are made of, as it was last read.
#[derive(Default)]
pub struct WarmFacts {
    facts: RwLock<HashMap<Key, (Arc<AccessFacts>, Millis)>>,
    /// Grows with each change: facts that were read before it are not kept.
    changes: AtomicU64,
}

impl WarmFacts {
    fn get(&self, key: &Key, now: Millis) -> Option<Arc<AccessFacts>> {
        let facts = self.facts.read().unwrap_or_else(|e| e.into_inner());
        facts.get(key).filter(|(_, until)| *until > now).map(|(facts, _)| facts.clone())
    }
    fn keep(&self, key: Key, read: Arc<AccessFacts>, changes: u64, now: Millis) {
        let mut facts = self.facts.write().unwrap_or_else(|e| e.into_inner());
        if self.changes.load(Ordering::SeqCst) != changes {
            return;
        }
        if facts.len() >= MOST_WARM {
            facts.clear();
        }
        facts.insert(key, (read, now + WARM));
    }
    /// After a commit that changes who may enter.
    pub fn forget(&self, target: EjectTarget) {
        let mut facts = self.facts.write().unwrap_or_else(|e| e.into_inner());
        self.changes.fetch_add(1, Ordering::SeqCst);
        facts.retain(|(_, account), (read, _)| match target {
            EjectTarget::Account(space, who) => read.space.id != space || *account != Some(who),
            EjectTarget::Grant(grant) => read.grants.iter().all(|g| g.id != grant),
            EjectTarget::Space(space) => read.space.id != space,
            EjectTarget::Session(_) => true,
        });
    }
}

/// One who stands before a stream: the decision for each door can be asked of this.
pub struct Caller {
    pub session: Option<Arc<Session>>,
    pub facts: Arc<AccessFacts>,
    pub stream: Arc<Stream>,
    pub now: Millis,
}

impl Caller {
    pub async fn at(app: &App, session: Option<Arc<Session>>, stream: StreamId) -> WebResult<Self> {
        let now = app.clock.now();
        let account = session.as_ref().map(|s| s.account.id);
        let facts = match app.warm_facts.get(&(stream, account), now) {
            Some(facts) => facts,
            None => {
                let changes = app.warm_facts.changes.load(Ordering::SeqCst);
                let read = Arc::new(app.store.access().of_stream(account, stream, now).await?);
                app.warm_facts.keep((stream, account), read.clone(), changes, now);
                read
            }
        };
        let stream = app.house.stream(stream).get().await.map_err(super::streams::stream_failure)?;
        Ok(Self { session, facts, stream, now })
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
        let Visitor(session) = Visitor::from_request_parts(parts, app).await?;
        let id = path_id(parts, app).await?;
        let caller = Caller::at(app, session, id).await?;
        let admission = caller.enter(door(DOOR))?;
        let session = caller.session.clone().ok_or_else(WebError::sign_in)?;
        Ok(Self { caller, session, admission })
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
