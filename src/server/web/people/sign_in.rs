//! Signing in by a six-digit code that is mailed: ten minutes, one use, five tries, bound to the browser that asked.

use crate::web::{
    error::{WebError, WebResult},
    people::session::{self, Visitor, cookie, set_cookie},
};
use crate::{app::App, secret};
use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{clock::Clock, id::AccountId, people::account, time::Span};
use rand::Rng;
use serde::Deserialize;
use std::{collections::HashMap, sync::Mutex};
use store::{Asked, Checked, Work};
use views::form::FieldError;

/// Names the asking browser; a code is good only together with it.
const ASKING: &str = "backstage-asking";
/// Names the code that was asked for last.
const CODE: &str = "backstage-code";
const CODE_LASTS: Span = Span::minutes(10);

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

impl Next {
    /// Only an address of our own, never another site's.
    fn local(&self) -> &str {
        // Visible ASCII only: browsers drop tabs and line breaks, and a backslash is a slash to them.
        let plain = self.next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        let fits = plain && self.next.starts_with('/') && !self.next.starts_with("//");
        if fits { &self.next } else { "/account" }
    }
}

pub async fn ask_page(
    State(app): State<App>,
    Visitor(session): Visitor,
    Query(next): Query<Next>,
) -> Response {
    match session {
        Some(_) => Redirect::to(next.local()).into_response(),
        None => views::people::sign_in::email(&app.shell(None, "/sign-in"), "", next.local(), None)
            .into_response(),
    }
}

#[derive(Deserialize)]
pub struct Ask {
    email: String,
    #[serde(flatten)]
    next: Next,
}

pub async fn ask(State(app): State<App>, headers: HeaderMap, Form(form): Form<Ask>) -> WebResult {
    let email = match account::email(&form.email) {
        Ok(email) => email,
        Err(e) => {
            let page = views::people::sign_in::email(
                &app.shell(None, "/sign-in"),
                &form.email,
                form.next.local(),
                Some(&FieldError::new("email", e)),
            );
            return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let browser =
        cookie(headers.get_all(header::COOKIE), ASKING).map_or_else(secret::random_token, str::to_string);
    let code = format!("{:06}", rand::rng().random_range(0..1_000_000));
    let now = app.clock.now();
    let browser_hash = secret::digest(&browser);
    let code_hash = sign_code(&app, &code, &browser_hash);
    let id = match app.store.sign_in().ask(&email, &browser_hash, &code_hash, now).await? {
        Asked::Kept(id) => id,
        Asked::TooMany { retry_at } => {
            let seconds = (retry_at - now).ceil_secs();
            return Err(WebError::too_many(
                "We have sent this address many codes lately. Use the newest, or wait.",
                seconds,
            ));
        }
    };
    app.store
        .jobs()
        .enqueue(&Work::SendMail { mail: views::mail::sign_in_code(&email, &code, 10) }, None, now)
        .await?;
    let cookies = [
        (header::SET_COOKIE, set_cookie(&app, ASKING, &browser, Span::days(365))),
        (header::SET_COOKIE, set_cookie(&app, CODE, &id, CODE_LASTS)),
    ];
    let to = format!("/sign-in/code?next={}", crate::web::encode(form.next.local()));
    Ok((axum::response::AppendHeaders(cookies), Redirect::to(&to)).into_response())
}

fn sign_code(app: &App, code: &str, browser_hash: &str) -> String {
    app.secret.sign("sign-in code", &[code, browser_hash])
}

pub async fn code_page(State(app): State<App>, headers: HeaderMap, Query(next): Query<Next>) -> WebResult {
    let Some((id, browser)) = asked(&headers) else { return Ok(Redirect::to("/sign-in").into_response()) };
    let email = app.store.sign_in().email_of(id, &secret::digest(browser)).await?;
    let Some(email) = email else { return Ok(Redirect::to("/sign-in").into_response()) };
    Ok(views::people::sign_in::code(&app.shell(None, "/sign-in"), &email, next.local(), None).into_response())
}

fn asked(headers: &HeaderMap) -> Option<(&str, &str)> {
    let one = |name| cookie(headers.get_all(header::COOKIE), name);
    one(CODE).zip(one(ASKING))
}

#[derive(Deserialize)]
pub struct Enter {
    code: String,
    #[serde(flatten)]
    next: Next,
}

pub async fn enter(State(app): State<App>, headers: HeaderMap, Form(form): Form<Enter>) -> WebResult {
    let Some((id, browser)) = asked(&headers) else { return Ok(Redirect::to("/sign-in").into_response()) };
    let digits: String = form.code.chars().filter(char::is_ascii_digit).collect();
    let (browser_hash, now) = (secret::digest(browser), app.clock.now());
    let code_hash = sign_code(&app, &digits, &browser_hash);
    let words = match app.store.sign_in().check(id, &browser_hash, &code_hash, now).await? {
        Checked::Good { email } => return signed_in(&app, &headers, &email, form.next.local()).await,
        Checked::Wrong { tries_left: 0 } => {
            "That was not the code, and it is used up now. Ask for a new one.".into()
        }
        Checked::Wrong { tries_left: 1 } => "That is not the code. You have 1 more try.".into(),
        Checked::Wrong { tries_left } => format!("That is not the code. You have {tries_left} more tries."),
        Checked::Over => "This code is used up or too old. Ask for a new one.".to_string(),
    };
    let email = app.store.sign_in().email_of(id, &browser_hash).await?.unwrap_or_default();
    let page = views::people::sign_in::code(
        &app.shell(None, "/sign-in"),
        &email,
        form.next.local(),
        Some(&FieldError::new("code", words)),
    );
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn signed_in(app: &App, headers: &HeaderMap, email: &str, next: &str) -> WebResult {
    let (account, _) = app.store.accounts().find_or_create(email, app.clock.now()).await?;
    start_session(app, headers, account.id, next).await
}

async fn start_session(app: &App, headers: &HeaderMap, account: AccountId, next: &str) -> WebResult {
    let now = app.clock.now();
    let browser = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("unknown browser");
    let browser: String = browser.chars().take(200).collect();
    let session = app.store.sessions().create(account, &browser, now).await?;
    let cookies = [
        (header::SET_COOKIE, set_cookie(app, app.cookie_name(), &session.token, session::LASTS)),
        (header::SET_COOKIE, set_cookie(app, CODE, "", Span::default())),
    ];
    Ok((axum::response::AppendHeaders(cookies), Redirect::to(next)).into_response())
}

/// Links that sign one in once, made by the demo house for the person at its console.
#[derive(Default)]
pub struct SignInLinks(Mutex<HashMap<String, AccountId>>);

impl SignInLinks {
    pub fn make(&self, account: AccountId) -> String {
        let token = secret::random_token();
        self.0.lock().unwrap_or_else(|e| e.into_inner()).insert(secret::digest(&token), account);
        token
    }
    fn take(&self, token: &str) -> Option<AccountId> {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).remove(&secret::digest(token))
    }
}

pub async fn enter_by_link(
    State(app): State<App>,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(next): Query<Next>,
) -> WebResult {
    let account = app.sign_in_links.take(&token).ok_or_else(WebError::not_found)?;
    start_session(&app, &headers, account, next.local()).await
}

pub async fn sign_out(State(app): State<App>, Visitor(session): Visitor) -> WebResult {
    if let Some(session) = session {
        crate::web::people::account::end_session(&app, session.account.id, session.id).await?;
    }
    let cookies = [(header::SET_COOKIE, set_cookie(&app, app.cookie_name(), "", Span::default()))];
    Ok((axum::response::AppendHeaders(cookies), Redirect::to("/")).into_response())
}
