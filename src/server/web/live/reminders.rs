//! Mail before a stream begins: asking for it, and stopping it without signing in (RFC 8058).

use crate::app::App;
use crate::web::{
    error::{WebError, WebResult},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{clock::Clock, id::StreamId, live::calendar};
use serde::Deserialize;
use service::{
    ServiceError,
    live::reminders::{self, Announced},
};
use views::live::reminder::{self, Reminder};

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let account = &me.0.account;
    let Announced { stream, space, experience } = reminders::announced(&app.services, account.id, id).await?;
    let wanted = app.store.reminders().has(id, account.id).await?;
    let coming = calendar::is_coming(&stream, app.clock.now());
    let page = Reminder { space: &space, experience: &experience, stream: &stream, wanted, coming };
    let shell = app.shell(Some(account), &path(id));
    Ok(reminder::page(&shell, &page).into_response())
}

#[derive(Deserialize)]
pub struct Wish {
    wanted: bool,
}

pub async fn wish(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    Form(wish): Form<Wish>,
) -> WebResult {
    let by = me.0.account.id;
    if !wish.wanted {
        reminders::forget(&app.services, by, id).await?;
        return Ok(flash::redirect(&app, &path(id), "We do not remind you."));
    }
    reminders::remind(&app.services, by, id).await.map_err(|error| match error {
        ServiceError::Conflict("over") => {
            WebError::conflict("This stream has no date to come, so there is nothing to remind you of.")
        }
        ServiceError::Conflict("reminders") => {
            WebError::conflict("You have as many reminders as one person can have.")
        }
        other => other.into(),
    })?;
    Ok(flash::redirect(&app, &path(id), "We remind you by mail an hour before it begins."))
}

fn path(stream: StreamId) -> String {
    format!("/streams/{stream}/reminder")
}

/// Changes nothing, because programs open links before people do.
pub async fn stop_page(State(app): State<App>, Path(token): Path<String>) -> WebResult {
    app.stopped_by(&token).ok_or_else(WebError::not_found)?;
    Ok(reminder::stop(&app.shell(None, ""), &format!("/unsubscribe/{token}")).into_response())
}

pub async fn stop(State(app): State<App>, Path(token): Path<String>) -> WebResult<Response> {
    let account = app.stopped_by(&token).ok_or_else(WebError::not_found)?;
    reminders::forget_all(&app.services, account).await?;
    Ok(reminder::stopped(&app.shell(None, "")).into_response())
}
