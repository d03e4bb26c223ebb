//! Sign-in with a mailed six-digit code: valid for ten minutes, one use, five tries, bound to the browser that asked.

use super::{
    address::former_path,
    browser::{AskingBrowser, code_cookie, code_id, go_on},
    confirmation::wrong_code,
    cookies::set_cookie,
    session::{self, Visitor},
};
use crate::web::extract::{Form, Query};
use crate::{
    app::App,
    language,
    limits::{self, ClientAddress},
    web::{
        error::{WebError, WebResult, in_words, too_many},
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
    people::{
        account::Account,
        address,
        sign_in::{AskLimits, CODE_LASTS},
    },
    time::{Millis, Span},
};
use maud::Markup;
use rand::Rng;
use serde::Deserialize;
use service::{
    ServiceError,
    money::buying::guests::{self, ClaimedOrder},
    people::sign_in::{self, Entered},
};
use std::{
    borrow::Cow,
    sync::{Mutex, PoisonError},
};
use store::{CodeRequest, NewSession};
use views::{
    form::FieldError, in_words::InWords, money::buying::guests as visitors, people::sign_in as pages, t,
    words::spoken,
};

/// Said once after a sign-out.
pub fn signed_out_words() -> Cow<'static, str> {
    t!("people-signed-out")
}

type Limits = AskLimits<ClientAddress, [u8; 32]>;

/// In-memory limits on requests by network addresses and browsers.
pub struct SignInLimits(Mutex<Limits>);

impl SignInLimits {
    /// `per_network`: codes per hour for one network address.
    pub fn new(per_network: u32) -> Self {
        Self(Mutex::new(AskLimits::new(per_network)))
    }
    pub fn with<T>(&self, look: impl FnOnce(&mut Limits) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a wish to be mailed a code. The error says so, and how long to wait.
    pub fn ask(
        &self,
        network: ClientAddress,
        email: &str,
        browser: [u8; 32],
        known: bool,
        now: Millis,
    ) -> Result<(), (String, Span)> {
        let mailbox = address::mailbox(email);
        let asked = self.with(|asks| asks.ask(network.into(), &mailbox, browser, known, now));
        asked.map_err(|wait| {
            limits::count("address_asks", "refused");
            (t!("people-codes-asked", wait = in_words(wait)), wait)
        })
    }

    /// Counts a try of a code, before it is compared. The error says so, and how long to wait.
    pub fn try_code(
        &self,
        network: ClientAddress,
        email: &str,
        known: bool,
        now: Millis,
    ) -> Result<(), (String, Span)> {
        let mailbox = address::mailbox(email);
        let tried = self.with(|tries| tries.try_code(network.into(), &mailbox, known, now));
        tried.map_err(|wait| {
            limits::count("address_tries", "refused");
            (t!("people-codes-tried", wait = in_words(wait)), wait)
        })
    }
}

/// Six random digits.
pub fn new_code() -> String {
    format!("{:06}", rand::rng().random_range(0..1_000_000))
}

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

impl Next {
    /// Returns only paths of our own site, never another site's URL.
    pub fn local(&self) -> &str {
        // Visible ASCII only: browsers drop tabs and line breaks, and treat a backslash as a slash.
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
        None => pages::email(&app.shell(None, "/sign-in"), "", next.local(), None).into_response(),
    }
}

#[derive(Deserialize)]
pub struct SignInEmailForm {
    email: String,
    #[serde(flatten)]
    next: Next,
}

pub async fn ask(
    State(app): State<App>,
    network: ClientAddress,
    headers: HeaderMap,
    Form(form): Form<SignInEmailForm>,
) -> WebResult {
    let again = |words: String| {
        let error = FieldError::new("email", words);
        pages::email(&app.shell(None, "/sign-in"), &form.email, form.next.local(), Some(&error))
    };
    let email = match address::parse(&form.email) {
        Ok(email) => email,
        Err(error) => return Ok(invalid(again(error.in_words()))),
    };
    let browser = AskingBrowser::of(&app, &headers).unwrap_or_else(AskingBrowser::first);
    let (asker, now) = (browser.as_asker(&app, &email), app.clock.now());
    if let Err((words, wait)) = app.sign_in_limits.ask(network, &email, browser.key(), asker.known, now) {
        return Ok(too_many(again(words), wait));
    }
    let code = new_code();
    let signed = sign_code(&app, &code, browser.digest());
    let mail = views::mail::sign_in_code(&email, &code, CODE_LASTS.0 / Span::minutes(1).0);
    let id = match sign_in::ask(&app.services, &email, asker, &signed, mail).await? {
        CodeRequest::Kept(id) => id,
        CodeRequest::TooMany { retry_at } => {
            let wait = retry_at - now;
            let words = t!("people-codes-sent-ask", wait = in_words(wait));
            return Ok(too_many(again(words), wait));
        }
    };
    let cookies = [
        (header::SET_COOKIE, browser.asking_cookie(&app)),
        (header::SET_COOKIE, code_cookie(&app, &id, CODE_LASTS)),
    ];
    let to = format!("/sign-in/code?next={}", crate::web::encode(form.next.local()));
    Ok((AppendHeaders(cookies), Redirect::to(&to)).into_response())
}

/// The same page with error messages.
fn invalid(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

fn sign_code(app: &App, code: &str, browser_digest: &str) -> String {
    app.secret.sign("sign-in code", &[code, browser_digest])
}

pub async fn code_page(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(next): Query<Next>,
) -> WebResult {
    let Some((id, browser)) = asked(&app, &headers) else {
        return Ok(from_the_beginning(&app, &visitor, &next));
    };
    let email = app.store.sign_in().email_of(id, browser.digest()).await?;
    let Some(email) = email else { return Ok(from_the_beginning(&app, &visitor, &next)) };
    Ok(pages::code(&app.shell(None, "/sign-in"), &email, next.local(), None).into_response())
}

fn asked<'a>(app: &App, headers: &'a HeaderMap) -> Option<(&'a str, AskingBrowser)> {
    code_id(app, headers).zip(AskingBrowser::of(app, headers))
}

/// For a browser without an open code. One that has signed in meanwhile goes on.
fn from_the_beginning(app: &App, visitor: &Visitor, next: &Next) -> Response {
    if visitor.0.is_some() {
        return Redirect::to(next.local()).into_response();
    }
    let to = format!("/sign-in?next={}", crate::web::encode(next.local()));
    flash::refuse(app, &to, &t!("people-no-code-here"))
}

#[derive(Deserialize)]
pub struct SignInCodeForm {
    code: String,
    #[serde(flatten)]
    next: Next,
}

pub async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    network: ClientAddress,
    headers: HeaderMap,
    Form(form): Form<SignInCodeForm>,
) -> WebResult {
    let Some((id, browser)) = asked(&app, &headers) else {
        return Ok(from_the_beginning(&app, &visitor, &form.next));
    };
    let Some(email) = app.store.sign_in().email_of(id, browser.digest()).await? else {
        return Ok(from_the_beginning(&app, &visitor, &form.next));
    };
    let again = |words: String| {
        let error = FieldError::new("code", words);
        pages::code(&app.shell(None, "/sign-in"), &email, form.next.local(), Some(&error))
    };
    let (asker, now) = (browser.as_asker(&app, &email), app.clock.now());
    if let Err((words, wait)) = app.sign_in_limits.try_code(network, &email, asker.known, now) {
        return Ok(too_many(again(words), wait));
    }
    let digits: String = form.code.chars().filter(char::is_ascii_digit).collect();
    let signed = sign_code(&app, &digits, browser.digest());
    let agent = user_agent(&headers);
    let words = match sign_in::enter(&app.services, id, asker, &signed, &agent, spoken()).await? {
        Entered::Started(session) => {
            let known = browser.known_cookie(&app, &email);
            let account = app.store.accounts().by_email(&email).await?;
            let taken = match &account {
                Some(account) => take_what_was_paid(&app, account).await,
                None => String::new(),
            };
            let unnamed = account.is_some_and(|account| account.name_asked_at.is_none());
            // Whoever comes for something is asked when a name is first needed, which is at a door of an experience.
            let next = match form.next.local() {
                "/account" if unnamed => "/account/name",
                next => next,
            };
            let mut answer = signed_in(&app, &session, next, Some(known));
            if !taken.is_empty() {
                flash::add(&app, &mut answer, &taken);
            }
            return Ok(go_on(&app, &headers, next, answer));
        }
        Entered::TooMany { retry_at } => {
            let wait = retry_at - now;
            let words = t!("people-codes-wrong-sign-in", wait = in_words(wait));
            return Ok(too_many(again(words), wait));
        }
        Entered::Former(former) => {
            let words = t!("recovery-former-refused", address = former.email);
            return Ok(flash::refuse(&app, &former_path(&app, &former.id), &words));
        }
        Entered::Suspended => return Err(WebError::account_suspended()),
        Entered::Wrong { tries_left } => wrong_code(tries_left),
        Entered::Over => t!("people-code-over").into(),
    };
    Ok(invalid(again(words)))
}

/// Whoever has just proven an address gets what was paid for it before; the next page says so in these words. Nobody is kept out when that
/// fails: it is tried again at the next sign-in, and on the page of the order.
async fn take_what_was_paid(app: &App, account: &Account) -> String {
    match guests::claim(&app.services, account).await {
        Ok(claimed) => visitors::claimed(claimed.iter().map(ClaimedOrder::words)),
        Err(error) => {
            tracing::error!(account = %account.id, %error, "what a visitor has paid could not be given yet");
            String::new()
        }
    }
}

/// How the browser names itself.
pub fn user_agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).map(|v| String::from_utf8_lossy(v.as_bytes()));
    agent.as_deref().unwrap_or("unknown browser").chars().take(200).collect()
}

/// The response to a browser whose session has started. `known` is the cookie that remembers the address.
pub fn signed_in(app: &App, session: &NewSession, next: &str, known: Option<HeaderValue>) -> Response {
    let mut answer = Redirect::to(next).into_response();
    let cookies = [
        Some(set_cookie(app, app.cookie_name(), &session.token, session::LASTS)),
        Some(code_cookie(app, "", Span::default())),
        known,
    ];
    for cookie in cookies.into_iter().flatten() {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    language::of_account(&mut answer, session.language);
    answer
}

pub async fn sign_out(State(app): State<App>, Visitor(session): Visitor) -> WebResult {
    if let Some(session) = session {
        // Sign out even if the session has already ended.
        match service::people::sessions::revoke(&app.services, session.account.id, session.id).await {
            Ok(()) | Err(ServiceError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let cookies = [(header::SET_COOKIE, set_cookie(&app, app.cookie_name(), "", Span::default()))];
    Ok((AppendHeaders(cookies), flash::redirect(&app, "/", &signed_out_words())).into_response())
}
