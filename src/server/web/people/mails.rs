//! Which mail a person gets, and stopping it without signing in (RFC 8058).

use crate::{
    app::App,
    web::{
        error::{WebError, WebResult},
        extract::{Form, Path},
        flash,
        people::session::SignedIn,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::mail::MailKind;
use serde::Deserialize;
use service::people::mails;
use views::{people::mails as pages, t};

pub async fn page(State(app): State<App>, me: SignedIn) -> WebResult {
    let account = &me.0.account;
    let wanted = app.store.preferences().wanted(account.id).await?;
    Ok(pages::page(&app.shell(Some(account), pages::PATH), &wanted).into_response())
}

/// A box that is not checked is not sent.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    planned: bool,
    #[serde(default)]
    reminders: bool,
    #[serde(default)]
    live: bool,
    #[serde(default)]
    changes: bool,
    #[serde(default)]
    posts: bool,
}

impl Wanted {
    fn kinds(&self) -> Vec<MailKind> {
        let all = MailKind::ALL.into_iter().filter(|kind| match kind {
            MailKind::Planned => self.planned,
            MailKind::Reminders => self.reminders,
            MailKind::Live => self.live,
            MailKind::Changes => self.changes,
            MailKind::Posts => self.posts,
        });
        all.collect()
    }
}

pub async fn choose(State(app): State<App>, me: SignedIn, Form(wanted): Form<Wanted>) -> WebResult {
    mails::choose(&app.services, me.0.account.id, &wanted.kinds()).await?;
    Ok(flash::redirect(&app, pages::PATH, &t!("people-mails-saved")))
}

/// Changes nothing, because programs open links before people do.
pub async fn stop_page(State(app): State<App>, Path(token): Path<String>) -> WebResult {
    let (_, kind) = app.stopped_by(&token).ok_or_else(WebError::not_found)?;
    Ok(pages::stop(&app.shell(None, ""), kind, &format!("/unsubscribe/{token}")).into_response())
}

pub async fn stop(State(app): State<App>, Path(token): Path<String>) -> WebResult<Response> {
    let (account, kind) = app.stopped_by(&token).ok_or_else(WebError::not_found)?;
    mails::stop(&app.services, account, kind).await?;
    Ok(pages::stopped(&app.shell(None, ""), kind).into_response())
}
