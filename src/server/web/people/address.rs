//! Changing the address of one's account. A fresh session has proved the address before; a code proves the new one.

use super::{
    browser::code_cookie,
    confirmation::{Code, Purpose, SendCodeResult, refusal, refused},
    session::{Fresh, SignedIn},
};
use crate::{
    app::App,
    limits::ClientAddress,
    secret,
    web::{
        error::{WebError, WebResult, too_many},
        extract::{Form, Path},
        flash,
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect},
};
use domain::{
    clock::Clock,
    people::{address, recovery::TAKEN_BACK_WITHIN},
    time::{Millis, Span},
};
use serde::Deserialize;
use service::{
    ServiceError,
    people::address::{AddressNews, change, former as found_former, take_back},
};
use views::{
    form::FieldError,
    in_words::InWords,
    people::{address as pages, former},
    t,
    words::dates,
};

/// A moment as mails and notices say it.
pub fn said(at: Millis) -> String {
    dates::at(at)
}

/// Until when what is done at `now` can be undone.
pub fn back_until(now: Millis) -> String {
    said(now + TAKEN_BACK_WITHIN)
}

/// Pages that mails of changes name, with scheme and host.
pub struct Links {
    recovery: String,
    contact: String,
    sessions: String,
    codes: String,
}

impl Links {
    pub fn of(app: &App) -> Self {
        Self {
            recovery: app.url("/sign-in/recovery"),
            contact: app.url("/contact"),
            sessions: app.url("/account/sessions"),
            codes: app.url("/account/recovery"),
        }
    }

    pub fn ways(&self) -> former::Ways<'_> {
        former::Ways {
            recovery: &self.recovery,
            codes: &self.codes,
            contact: &self.contact,
            sessions: &self.sessions,
        }
    }
}

/// The link that takes an account back for whoever reads its former address `id`. Whoever has it may do that, and nothing else.
pub fn former_path(app: &App, id: &str) -> String {
    format!("/sign-in/former/{id}-{}", app.secret.sign("former address", &[id]))
}

/// The former address that the last part of such a link names.
fn former_of<'a>(app: &App, token: &'a str) -> WebResult<&'a str> {
    let (id, signature) = token.split_once('-').ok_or_else(WebError::not_found)?;
    let ours = secret::same(signature, &app.secret.sign("former address", &[id]));
    if ours { Ok(id) } else { Err(WebError::not_found()) }
}

/// Used, or too old.
fn over(error: ServiceError) -> WebError {
    match error {
        ServiceError::NotFound => WebError::conflict(t!("recovery-former-over")),
        other => other.into(),
    }
}

/// Changes nothing, because programs open links before people do.
pub async fn former_page(State(app): State<App>, Path(token): Path<String>) -> WebResult {
    let former = found_former(&app.services, former_of(&app, &token)?).await.map_err(over)?;
    let (when, until) = (said(former.changed_at), back_until(former.changed_at));
    let (shell, action) = (app.shell(None, "/sign-in"), format!("/sign-in/former/{token}"));
    Ok(former::page(&shell, &former.email, &when, &until, &action).into_response())
}

/// Gives an account its former address back.
pub async fn take_back_account(State(app): State<App>, Path(token): Path<String>) -> WebResult {
    let (links, when) = (Links::of(&app), said(app.clock.now()));
    let mails = |restored: &str, replaced: &str| former::taken_back(restored, replaced, &when, links.ways());
    take_back(&app.services, former_of(&app, &token)?, &mails).await.map_err(over)?;
    Ok(flash::redirect(&app, "/sign-in", &t!("recovery-back-done")))
}

pub async fn page(State(app): State<App>, Fresh(me): Fresh) -> WebResult {
    let shell = app.shell(Some(&me.0.account), "/account/email");
    Ok(pages::address(&shell, &me.0.account.email, "", None).into_response())
}

#[derive(Deserialize)]
pub struct NewAddressForm {
    #[serde(default)]
    email: String,
}

pub async fn ask(
    State(app): State<App>,
    Fresh(me): Fresh,
    network: ClientAddress,
    Form(form): Form<NewAddressForm>,
) -> WebResult {
    let account = &me.0.account;
    let again = |words: String| {
        let shell = app.shell(Some(account), "/account/email");
        let error = FieldError::new("email", words);
        pages::address(&shell, &account.email, &form.email, Some(&error))
    };
    let email = match address::parse(&form.email) {
        Ok(email) if email == account.email => {
            let page = again(t!("people-address-same").into());
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Ok(email) => email,
        Err(error) => return Ok((StatusCode::UNPROCESSABLE_ENTITY, again(error.in_words())).into_response()),
    };
    // Whether somebody has this address is told only to whoever reads its mail.
    match Purpose::Address.send(&app, &me.0, network, &email).await? {
        SendCodeResult::Sent(cookie) => {
            let cookies = AppendHeaders([(header::SET_COOKIE, cookie)]);
            Ok((cookies, Redirect::to("/account/email/code")).into_response())
        }
        SendCodeResult::Later { words, wait } => Ok(too_many(again(words), wait)),
    }
}

pub async fn code_page(State(app): State<App>, me: SignedIn, headers: HeaderMap) -> WebResult {
    let Some((_, email)) = Purpose::Address.asked(&app, &me.0, &headers).await? else {
        return Ok(from_the_beginning(&app));
    };
    let shell = app.shell(Some(&me.0.account), "/account/email");
    Ok(pages::address_code(&shell, &email, None).into_response())
}

fn from_the_beginning(app: &App) -> axum::response::Response {
    flash::refuse(app, "/account/email", &t!("people-address-no-code"))
}

pub async fn enter(
    State(app): State<App>,
    me: SignedIn,
    network: ClientAddress,
    headers: HeaderMap,
    Form(form): Form<Code>,
) -> WebResult {
    let (session, account) = (&me.0, &me.0.account);
    let Some((id, email)) = Purpose::Address.asked(&app, session, &headers).await? else {
        return Ok(from_the_beginning(&app));
    };
    let refusal = match Purpose::Address.count_try(&app, session, network, (id, &email), &form.code) {
        Err(refusal) => Some(refusal),
        Ok(typed) => {
            let (when, until) = (said(app.clock.now()), back_until(app.clock.now()));
            let notice = t!("people-notice-address", when = when.as_str());
            let mails = |before: &str, after: &str, former: Option<&str>| {
                let link = former.map(|id| app.url(&former_path(&app, id)));
                former::address_changed(before, after, &when, &until, link.as_deref(), Links::of(&app).ways())
            };
            let told = AddressNews { notice: &notice, mails: &mails };
            let tried =
                change(&app.services, account.id, session.id, &typed.id, typed.asker(), &typed.signed, told);
            match tried.await {
                Err(ServiceError::Conflict("email")) => Some((t!("people-address-taken").into(), None)),
                tried => refusal(&app, &tried?),
            }
        }
    };
    let Some((words, wait)) = refusal else {
        let cookie = (header::SET_COOKIE, code_cookie(&app, "", Span::default()));
        let words = t!("people-address-changed", email = email.as_str());
        return Ok((AppendHeaders([cookie]), flash::redirect(&app, "/account", &words)).into_response());
    };
    let error = FieldError::new("code", words);
    let shell = app.shell(Some(account), "/account/email");
    Ok(refused(pages::address_code(&shell, &email, Some(&error)), wait))
}
