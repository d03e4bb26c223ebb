//! What people are called. A new account has a neutral name, and its person is asked once, when a name is first needed.

use super::{session::SignedIn, sign_in::Next};
use crate::{
    app::App,
    web::{
        error::{WebResult, refused, too_often},
        extract::{Form, Query},
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::people::account::{self, Account};
use serde::Deserialize;
use service::{ServiceError, people::profile};
use views::{
    form::{Errors, FieldError},
    people::naming as pages,
    t,
};

/// Leads a person who was not asked yet to the question, and from there back to `path`.
pub fn ask_first(me: Option<&Account>, path: &str) -> Option<Response> {
    let unnamed = me.is_some_and(|me| me.name_asked_at.is_none());
    let to = format!("/account/name?next={}", crate::web::encode(path));
    unnamed.then(|| Redirect::to(&to).into_response())
}

pub async fn page(State(app): State<App>, me: SignedIn, Query(next): Query<Next>) -> Response {
    let account = &me.0.account;
    if account.name_asked_at.is_some() {
        return Redirect::to(next.local()).into_response();
    }
    let shell = app.shell(Some(account), "/account/name");
    pages::page(&shell, account, "", next.local(), &Errors::default()).into_response()
}

#[derive(Deserialize)]
pub struct NameForm {
    #[serde(default)]
    name: String,
    /// Whoever does not want to say keeps the neutral name.
    #[serde(default)]
    later: String,
    #[serde(flatten)]
    next: Next,
}

pub async fn answer(State(app): State<App>, me: SignedIn, Form(form): Form<NameForm>) -> WebResult {
    let account = &me.0.account;
    let done = || Ok(Redirect::to(form.next.local()).into_response());
    if account.name_asked_at.is_some() {
        return done();
    }
    if !form.later.is_empty() {
        profile::leave_unnamed(&app.services, account.id).await?;
        return done();
    }
    let mut errors = Errors::of("name");
    if let Some(name) = errors.check("name", account::name(&form.name)) {
        match profile::name(&app.services, account.id, &name).await {
            Ok(_) => return done(),
            Err(ServiceError::Conflict("name")) => {
                errors.push(FieldError::new("name", t!("people-name-of-host")));
            }
            Err(ServiceError::Conflict(_)) => {
                errors.push(FieldError::new("name", t!("people-name-taken")));
            }
            Err(ServiceError::TooMany { limit, what, wait }) => {
                errors = too_often("name", limit, what, wait);
            }
            Err(error) => return Err(error.into()),
        }
    }
    let shell = app.shell(Some(account), "/account/name");
    let page = pages::page(&shell, account, &form.name, form.next.local(), &errors).into_response();
    Ok(refused(page, &errors))
}
