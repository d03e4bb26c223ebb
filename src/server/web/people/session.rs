//! Who is asking: a session's opaque token in a cookie, its digest in the database, its person in memory while warm.

use crate::web::{
    access::warm::Warm,
    error::{WebError, WebResult},
};
use crate::{app::App, secret};
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
};
use domain::{
    clock::Clock,
    id::SessionId,
    people::account::{Account, Identity, Session},
    time::{Millis, Span},
};
use std::{
    collections::HashSet,
    sync::{Arc, RwLock},
};

/// How long a cookie and its session last.
pub const LASTS: Span = Span::days(30);
/// A warm session is read again after this long; a sign-out forgets it at once.
const WARM: Span = Span::secs(60);

/// Sessions that were looked up lately, by the digest of their token.
#[derive(Default)]
pub struct WarmSessions {
    warm: RwLock<Warm<[u8; 32], Arc<Session>>>,
    /// Sessions that were ended since the start: one that was read before its end is not taken for good after it.
    ended: RwLock<HashSet<SessionId>>,
}

impl WarmSessions {
    pub fn get(&self, token: &str, now: Millis) -> Option<Arc<Session>> {
        self.warm
            .read()
            .unwrap_or_else(|e| e.into_inner())
            .get(&secret::fingerprint(token), now)
            .filter(|session| session.expires_at > now)
    }
    fn keep(&self, token: &str, session: Arc<Session>, now: Millis) {
        let mut warm = self.warm.write().unwrap_or_else(|e| e.into_inner());
        if !self.ended(session.id) {
            warm.keep(secret::fingerprint(token), session, now, now + WARM);
        }
    }
    /// Lets go of what is old.
    pub fn sweep(&self, now: Millis) {
        self.warm.write().unwrap_or_else(|e| e.into_inner()).sweep(now);
    }
    pub fn end(&self, id: SessionId) {
        self.ended.write().unwrap_or_else(|e| e.into_inner()).insert(id);
        self.warm.write().unwrap_or_else(|e| e.into_inner()).forget(|_, session| session.id == id);
    }
    pub fn ended(&self, id: SessionId) -> bool {
        self.ended.read().unwrap_or_else(|e| e.into_inner()).contains(&id)
    }
    /// After a change of somebody's account.
    pub fn forget_account(&self, id: domain::id::AccountId) {
        self.warm.write().unwrap_or_else(|e| e.into_inner()).forget(|_, session| session.account.id == id);
    }
}

/// Somebody, signed in or not.
#[derive(Clone)]
pub struct Visitor(pub Option<Arc<Session>>);

impl Visitor {
    pub async fn of<'a>(app: &App, cookies: impl IntoIterator<Item = &'a HeaderValue>) -> WebResult<Self> {
        match cookie(cookies, app.cookie_name()) {
            Some(token) => Ok(Self(look_up(app, token).await?)),
            None => Ok(Self(None)),
        }
    }
    pub fn account(&self) -> Option<&Account> {
        self.0.as_ref().map(|session| &session.account)
    }
    pub fn identity(&self) -> Option<Identity> {
        self.0.as_ref().map(|session| session.identity())
    }
}

/// Somebody who is signed in; others get 401, or the sign-in page.
#[derive(Clone)]
pub struct SignedIn(pub Arc<Session>);

impl FromRequestParts<App> for Visitor {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> WebResult<Self> {
        Self::of(app, parts.headers.get_all(header::COOKIE)).await
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> WebResult<Self> {
        let Visitor(session) = Visitor::from_request_parts(parts, app).await?;
        session.map(Self).ok_or_else(WebError::sign_in)
    }
}

async fn look_up(app: &App, token: &str) -> WebResult<Option<Arc<Session>>> {
    let now = app.clock.now();
    if let Some(session) = app.warm_sessions.get(token, now) {
        return Ok(Some(session));
    }
    let Some(session) = app.store.sessions().by_token(token, now).await? else { return Ok(None) };
    let session = Arc::new(session);
    app.warm_sessions.keep(token, session.clone(), now);
    Ok(Some(session))
}

/// The value of one of a request's cookies.
pub fn cookie<'a>(cookies: impl IntoIterator<Item = &'a HeaderValue>, name: &str) -> Option<&'a str> {
    cookies
        .into_iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` value: for this site's pages only, never for scripts; `Secure` where the public address is https.
pub fn set_cookie(app: &App, name: &str, value: &str, lasts: Span) -> HeaderValue {
    let secure = if app.https() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}", lasts.0 / 1000);
    HeaderValue::from_str(&text).expect("tokens are URL-safe letters")
}
