//! Changing the address of one's account. A fresh session has proved the address before; a code proves the new one.

use super::{
    browser::code_cookie,
    confirmation::{Code, Purpose, Sent, refusal, refused, tried_too_often},
    session::{Fresh, SignedIn},
};
use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        error::{WebResult, too_many},
        extract::Form,
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
    people::address,
    time::{Millis, Span},
};
use serde::Deserialize;
use service::{
    ServiceError,
    people::address::{Told, change},
};
use views::{
    form::FieldError,
    in_words::InWords,
    people::{address as pages, mail},
    t,
    words::dates,
};

/// A moment as mails and notices say it.
pub fn said(at: Millis) -> String {
    dates::at(at)
}

pub async fn page(State(app): State<App>, Fresh(me): Fresh) -> WebResult {
    let shell = app.shell(Some(&me.0.account), "/account/email");
    Ok(pages::address(&shell, &me.0.account.email, "", None).into_response())
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    email: String,
}

pub async fn ask(
    State(app): State<App>,
    Fresh(me): Fresh,
    network: ClientAddress,
    Form(form): Form<Wanted>,
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
        Sent::Sent(cookie) => {
            let cookies = AppendHeaders([(header::SET_COOKIE, cookie)]);
            Ok((cookies, Redirect::to("/account/email/code")).into_response())
        }
        Sent::Later { words, wait } => Ok(too_many(again(words), wait)),
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
        Err(wait) => Some(tried_too_often(wait)),
        Ok(typed) => {
            let when = said(app.clock.now());
            let notice = t!("people-notice-address", when = when.as_str());
            let recovery = app.url("/sign-in/recovery");
            let mails = |before: &str, after: &str| mail::address_changed(before, after, &when, &recovery);
            let told = Told { notice: &notice, mails: &mails };
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
