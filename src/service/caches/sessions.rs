//! Signed-in browsers by the digest of their token.

use super::ttl::TtlCache;
use domain::{
    id::{AccountId, SessionId},
    people::account::Session,
    time::{Millis, Span},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};
use store::SESSION_LASTS;

/// A cached session is read again after this long. A sign-out forgets it at once.
const TTL: Span = Span::secs(60);

/// SHA-256 of a session token.
pub type Digest = [u8; 32];

#[derive(Default)]
pub struct SessionCache {
    by_digest: RwLock<TtlCache<Digest, Arc<Session>>>,
    /// When each ended session ended: a look-up that began before the end must not store its result after it. Entries
    /// are kept for as long as a session lasts, so that pages open for long still learn of it.
    ended: RwLock<HashMap<SessionId, Millis>>,
    /// Sightings that are not stored yet.
    seen: Mutex<HashMap<SessionId, Millis>>,
}

impl SessionCache {
    pub fn get(&self, digest: &Digest, now: Millis) -> Option<Arc<Session>> {
        let cached = self.by_digest.read().unwrap_or_else(PoisonError::into_inner).get(digest, now);
        cached.filter(|session| session.expires_at > now)
    }

    pub fn store(&self, digest: Digest, session: Arc<Session>, now: Millis) {
        let mut cached = self.by_digest.write().unwrap_or_else(PoisonError::into_inner);
        if !self.has_ended(session.id) {
            cached.insert(digest, session, now, now + TTL);
        }
    }

    /// Notes that a session was seen, if its row does not say so yet.
    pub fn note_seen(&self, session: &Session, now: Millis) {
        if session.is_seen_anew(now) {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(session.id, now);
        }
    }

    /// The sightings since the last call, by id.
    pub(crate) fn take_seen(&self) -> Vec<(SessionId, Millis)> {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let mut seen = Vec::from_iter(seen);
        seen.sort_unstable();
        seen
    }

    /// True for a session that ended while this process ran.
    pub fn has_ended(&self, id: SessionId) -> bool {
        self.ended.read().unwrap_or_else(PoisonError::into_inner).contains_key(&id)
    }

    pub(crate) fn end(&self, id: SessionId, now: Millis) {
        self.ended.write().unwrap_or_else(PoisonError::into_inner).insert(id, now);
        self.forget(|session| session.id == id);
    }

    pub(crate) fn forget_account(&self, id: AccountId) {
        self.forget(|session| session.account.id == id);
    }

    pub(crate) fn forget_all(&self) {
        self.forget(|_| true);
    }

    pub(crate) fn sweep(&self, now: Millis) {
        self.by_digest.write().unwrap_or_else(PoisonError::into_inner).sweep(now);
        self.ended.write().unwrap_or_else(PoisonError::into_inner).retain(|_, at| *at + SESSION_LASTS > now);
    }

    fn forget(&self, which: impl Fn(&Session) -> bool) {
        self.by_digest.write().unwrap_or_else(PoisonError::into_inner).forget(|_, session| which(session));
    }
}
