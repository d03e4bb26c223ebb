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
use views::{
    audience::letters::{self, UnwantedSpace},
    people::mails as pages,
    t,
};

pub async fn page(State(app): State<App>, me: SignedIn) -> WebResult {
    let account = &me.0.account;
    let wanted = app.store.preferences().wanted(account.id).await?;
    let off = app.store.holder_messages().unwanted(account.id).await?;
    let off: Vec<UnwantedSpace> =
        off.iter().map(|one| UnwantedSpace { space: one.space, name: &one.name, at: one.at }).collect();
    let shell = app.shell(Some(account), pages::PATH);
    Ok(pages::page(&shell, &wanted, &letters::unwanted(&off)).into_response())
}

/// A box that is not checked is not sent.
#[derive(Deserialize)]
pub struct MailSettingsForm {
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

impl MailSettingsForm {
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

pub async fn choose(State(app): State<App>, me: SignedIn, Form(wanted): Form<MailSettingsForm>) -> WebResult {
    mails::choose(&app.services, me.0.account.id, &wanted.kinds()).await?;
    Ok(flash::redirect(&app, pages::PATH, &t!("people-mails-saved")))
}

/// Changes nothing, because programs open links before people do.
pub async fn stop_page(State(app): State<App>, Path(token): Path<String>) -> WebResult {
    let path = format!("/unsubscribe/{token}");
    if let Some((_, space)) = app.space_stopped_by(&token) {
        let space = app.store.spaces().by_id(space).await?;
        return Ok(letters::stop(&app.shell(None, ""), &space.name, &path).into_response());
    }
    let (_, kind) = app.stopped_by(&token).ok_or_else(WebError::not_found)?;
    Ok(pages::stop(&app.shell(None, ""), kind, &path).into_response())
}

pub async fn stop(State(app): State<App>, Path(token): Path<String>) -> WebResult<Response> {
    if let Some((account, space)) = app.space_stopped_by(&token) {
        let space = service::audience::letters::stop(&app.services, account, space).await?;
        return Ok(letters::stopped(&app.shell(None, ""), &space.name).into_response());
    }
    let (account, kind) = app.stopped_by(&token).ok_or_else(WebError::not_found)?;
    mails::stop(&app.services, account, kind).await?;
    Ok(pages::stopped(&app.shell(None, ""), kind).into_response())
}
