//! Codes that are mailed to somebody who is signed in: to prove again that the account is theirs, and to prove a new address.
//! A code of one purpose and session is good for nothing else.

use super::{
    browser::{code_cookie, code_id},
    session::SignedIn,
    sign_in::{Next, new_code},
};
use crate::{
    app::App,
    limits::ClientAddress,
    secret,
    web::{
        error::{WebResult, in_words, too_many},
        extract::{Form, Query},
        flash,
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use domain::{
    clock::Clock,
    id::SessionId,
    people::{account::Session, sign_in::CODE_LASTS},
    time::Span,
};
use maud::Markup;
use serde::Deserialize;
use service::people::{
    confirmation::{self, Tried},
    sign_in,
};
use store::{Asker, CodeRequest};
use views::{form::FieldError, people::address as pages, people::mail, t};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// That the account is still this person's. The code goes to its address.
    Confirm,
    /// That a new address is theirs. Its code goes there.
    Address,
}

/// What became of a wish to be mailed a code.
pub enum SendCodeResult {
    /// The cookie names the code.
    Sent(HeaderValue),
    Later {
        words: String,
        wait: Span,
    },
}

/// A code that was typed, before it is tried.
pub struct TypedCode {
    pub id: String,
    pub digest: String,
    pub signed: String,
    purpose: Purpose,
}

impl TypedCode {
    pub fn asker(&self) -> Asker<'_> {
        self.purpose.asker(&self.digest)
    }
}

impl Purpose {
    /// Stands for the browser where the code is stored.
    fn digest(self, app: &App, session: SessionId) -> String {
        let name = match self {
            Self::Confirm => "confirmation of an account",
            Self::Address => "a new address",
        };
        app.secret.sign(name, &[&session.to_string()])
    }

    /// The address of the account has signed in from this session; nothing is known of a new address.
    fn asker(self, digest: &str) -> Asker<'_> {
        Asker { browser: digest, known: self == Self::Confirm }
    }

    /// The address to which this session's code was mailed, and the code's id.
    pub async fn asked(
        self,
        app: &App,
        session: &Session,
        headers: &HeaderMap,
    ) -> WebResult<Option<(String, String)>> {
        let Some(id) = code_id(app, headers) else { return Ok(None) };
        let email = app.store.sign_in().email_of(id, &self.digest(app, session.id)).await?;
        Ok(email.map(|email| (id.to_owned(), email)))
    }

    /// Mails a code to `email`.
    pub async fn send(
        self,
        app: &App,
        session: &Session,
        network: ClientAddress,
        email: &str,
    ) -> WebResult<SendCodeResult> {
        let (digest, now) = (self.digest(app, session.id), app.clock.now());
        let asker = self.asker(&digest);
        let key = secret::fingerprint(&digest);
        if let Err((words, wait)) = app.sign_in_limits.ask(network, email, key, asker.known, now) {
            return Ok(SendCodeResult::Later { words, wait });
        }
        let code = new_code();
        let minutes = CODE_LASTS.0 / Span::minutes(1).0;
        let mail = match self {
            Self::Confirm => mail::confirmation_code(email, &code, minutes),
            Self::Address => mail::address_code(email, &code, minutes),
        };
        match sign_in::ask(&app.services, email, asker, &sign(app, &code, &digest), mail).await? {
            CodeRequest::Kept(id) => Ok(SendCodeResult::Sent(code_cookie(app, &id, CODE_LASTS))),
            CodeRequest::TooMany { retry_at } => {
                let wait = retry_at - now;
                let words = t!("people-codes-sent", wait = in_words(wait));
                Ok(SendCodeResult::Later { words, wait })
            }
        }
    }

    /// Counts a try of the code that was mailed to `email`, before it is compared. The error is as of [`refusal`].
    pub fn count_try(
        self,
        app: &App,
        session: &Session,
        network: ClientAddress,
        (id, email): (String, &str),
        typed: &str,
    ) -> Result<TypedCode, (String, Option<Span>)> {
        let (digest, now) = (self.digest(app, session.id), app.clock.now());
        let known = self == Self::Confirm;
        let tried = app.sign_in_limits.try_code(network, email, known, now);
        tried.map_err(|(words, wait)| (words, Some(wait)))?;
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        let signed = sign(app, &digits, &digest);
        Ok(TypedCode { id, digest, signed, purpose: self })
    }
}

fn sign(app: &App, code: &str, digest: &str) -> String {
    app.secret.sign("code of an account", &[code, digest])
}

/// Why a code was not accepted, and how long to wait if that helps; `None` if it was.
pub fn refusal(app: &App, tried: &Tried) -> Option<(String, Option<Span>)> {
    let words = match tried {
        Tried::Good => return None,
        Tried::Wrong { tries_left } => wrong_code(*tries_left),
        Tried::Over => t!("people-code-over").into(),
        Tried::TooMany { retry_at } => {
            let wait = *retry_at - app.clock.now();
            return Some((t!("people-codes-wrong", wait = in_words(wait)), Some(wait)));
        }
    };
    Some((words, None))
}

/// A code that was wrong, and may be tried so many times more.
pub fn wrong_code(tries_left: i64) -> String {
    match tries_left {
        0 => t!("people-code-used-up").into(),
        more => t!("people-code-wrong", count = more),
    }
}

/// A page with a refused code.
pub fn refused(page: Markup, wait: Option<Span>) -> Response {
    match wait {
        Some(wait) => too_many(page, wait),
        None => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
    }
}

/// Explains why a code is asked for, and mails one on request.
pub async fn page(State(app): State<App>, me: SignedIn, Query(next): Query<Next>) -> Response {
    if me.0.is_fresh(app.clock.now()) {
        return Redirect::to(next.local()).into_response();
    }
    let shell = app.shell(Some(&me.0.account), "/account/confirmation");
    pages::confirmation(&shell, &me.0.account.email, next.local(), None).into_response()
}

pub async fn send(
    State(app): State<App>,
    me: SignedIn,
    network: ClientAddress,
    Form(next): Form<Next>,
) -> WebResult {
    let account = &me.0.account;
    match Purpose::Confirm.send(&app, &me.0, network, &account.email).await? {
        SendCodeResult::Sent(cookie) => {
            let to = format!("/account/confirmation/code?next={}", crate::web::encode(next.local()));
            Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&to)).into_response())
        }
        SendCodeResult::Later { words, wait } => {
            let shell = app.shell(Some(account), "/account/confirmation");
            let page = pages::confirmation(&shell, &account.email, next.local(), Some(&words));
            Ok(too_many(page, wait))
        }
    }
}

pub async fn code_page(
    State(app): State<App>,
    me: SignedIn,
    headers: HeaderMap,
    Query(next): Query<Next>,
) -> WebResult {
    let Some((_, email)) = Purpose::Confirm.asked(&app, &me.0, &headers).await? else {
        return Ok(again(&app, &next));
    };
    let shell = app.shell(Some(&me.0.account), "/account/confirmation");
    Ok(pages::confirmation_code(&shell, &email, next.local(), None).into_response())
}

fn again(app: &App, next: &Next) -> Response {
    let to = format!("/account/confirmation?next={}", crate::web::encode(next.local()));
    flash::refuse(app, &to, &t!("people-no-code"))
}

#[derive(Deserialize)]
pub struct Code {
    #[serde(default)]
    pub code: String,
    #[serde(flatten)]
    pub next: Next,
}

pub async fn enter(
    State(app): State<App>,
    me: SignedIn,
    network: ClientAddress,
    headers: HeaderMap,
    Form(form): Form<Code>,
) -> WebResult {
    let (session, account) = (&me.0, &me.0.account);
    let Some((id, email)) = Purpose::Confirm.asked(&app, session, &headers).await? else {
        return Ok(again(&app, &form.next));
    };
    let refusal = match Purpose::Confirm.count_try(&app, session, network, (id, &email), &form.code) {
        Err(refusal) => Some(refusal),
        Ok(typed) => {
            let tried = confirmation::enter(
                &app.services,
                account.id,
                session.id,
                &typed.id,
                typed.asker(),
                &typed.signed,
            );
            self::refusal(&app, &tried.await?)
        }
    };
    let Some((words, wait)) = refusal else {
        let cookie = (header::SET_COOKIE, code_cookie(&app, "", Span::default()));
        return Ok((AppendHeaders([cookie]), Redirect::to(form.next.local())).into_response());
    };
    let shell = app.shell(Some(account), "/account/confirmation");
    let error = FieldError::new("code", words);
    Ok(refused(pages::confirmation_code(&shell, &email, form.next.local(), Some(&error)), wait))
}
