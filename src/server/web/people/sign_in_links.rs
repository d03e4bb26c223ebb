//! One-time sign-in links that the demo prints on the console. A GET changes nothing, because programs open links
//! before people do. The page has a button, which `page.js` presses.

use super::sign_in::{Next, signed_in, user_agent};
use crate::web::extract::{Path, Query};
use crate::{
    app::App,
    secret,
    web::error::{WebError, WebResult},
};
use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use domain::id::AccountId;
use std::{collections::HashMap, sync::Mutex};

#[derive(Default)]
pub struct SignInLinks(Mutex<HashMap<String, AccountId>>);

impl SignInLinks {
    pub fn make(&self, account: AccountId) -> String {
        let token = secret::random_token();
        self.links().insert(secret::digest(&token), account);
        token
    }
    fn holds(&self, token: &str) -> bool {
        self.links().contains_key(&secret::digest(token))
    }
    fn take(&self, token: &str) -> Option<AccountId> {
        self.links().remove(&secret::digest(token))
    }
    fn links(&self) -> std::sync::MutexGuard<'_, HashMap<String, AccountId>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

pub async fn page(State(app): State<App>, Path(token): Path<String>, Query(next): Query<Next>) -> WebResult {
    if !app.sign_in_links.holds(&token) {
        return Err(WebError::not_found());
    }
    let action = format!("/dev/enter/{token}?next={}", crate::web::encode(next.local()));
    Ok(views::people::sign_in::by_link(&app.shell(None, "/sign-in"), &action).into_response())
}

pub async fn enter(
    State(app): State<App>,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(next): Query<Next>,
) -> WebResult {
    let account = app.sign_in_links.take(&token).ok_or_else(WebError::not_found)?;
    let session =
        service::people::sign_in::enter_by_link(&app.services, account, &user_agent(&headers)).await?;
    Ok(signed_in(&app, &session, next.local(), None))
}
