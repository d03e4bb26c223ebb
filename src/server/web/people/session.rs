//! The caller's session: an opaque token in a cookie, its digest in the database, and its person in the session cache.

use super::cookies::cookie;
use crate::{
    app::App,
    secret,
    web::{
        error::{WebError, WebResult},
        flash,
    },
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    clock::Clock,
    people::account::{Account, Identity, Session},
    time::Span,
};
use service::people::passkeys::is_owner_proved;
use std::sync::Arc;

/// How long a cookie and its session last.
pub const LASTS: Span = Span::days(30);
/// The caller, signed in or not.
#[derive(Clone)]
pub struct Visitor(pub Option<Arc<Session>>);

impl Visitor {
    pub async fn of<'a>(app: &App, cookies: impl IntoIterator<Item = &'a HeaderValue>) -> WebResult<Self> {
        match cookie(cookies, app.cookie_name()) {
            Some(token) => {
                let session = look_up(app, token).await?;
                if let Some(session) = &session {
                    service::note_session(session);
                    if let Some(notice) = session.notice.as_deref() {
                        flash::tell(notice);
                    }
                }
                Ok(Self(session))
            }
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

/// A signed-in caller. Others get 401 or the sign-in page.
#[derive(Clone)]
pub struct SignedIn(pub Arc<Session>);

/// A signed-in caller who has proved within the last minutes that the account is theirs. Others are led to the page that asks for
/// a passkey or a mailed code for that, and from there back to the page that they came from. Of whom a passkey is required, a
/// mailed code proves nothing here.
pub struct Fresh(pub SignedIn);

impl FromRequestParts<App> for Fresh {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let me = SignedIn::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        match is_owner_proved(&app.services, &me.0.account).await {
            Ok(true) => {}
            Ok(false) => return Err(WebError::owes_passkey().into_response()),
            Err(error) => return Err(WebError::from(error).into_response()),
        }
        if me.0.is_fresh(app.clock.now()) {
            return Ok(Self(me));
        }
        let to = format!("/account/confirmation?next={}", crate::web::encode(parts.uri.path()));
        Err(Redirect::to(&to).into_response())
    }
}

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
    let digest = secret::fingerprint(token);
    if let Some(session) = app.services.caches.sessions.get(&digest, now) {
        return Ok(Some(session));
    }
    // Boxed because this is rarely needed, and its future would be part of every request.
    let read = Box::pin(async { app.store.sessions().by_token(token, now).await });
    let Some(session) = read.await? else { return Ok(None) };
    app.services.caches.sessions.note_seen(&session, now);
    let session = Arc::new(session);
    app.services.caches.sessions.store(digest, session.clone(), now);
    Ok(Some(session))
}
