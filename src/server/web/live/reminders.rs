//! Asking for mail before a stream begins.

use crate::app::App;
use crate::web::{
    error::{WebError, WebResult},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{extract::State, response::IntoResponse};
use domain::{clock::Clock, id::StreamId, live::calendar};
use serde::Deserialize;
use service::{
    ServiceError,
    live::reminders::{self, Announced},
};
use views::{
    live::reminder::{self, ReminderPage},
    t,
};

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let account = &me.0.account;
    let Announced { stream, space, experience } = reminders::announced(&app.services, account.id, id).await?;
    let wanted = app.store.reminders().has(id, account.id).await?;
    let coming = calendar::is_coming(&stream, app.clock.now());
    let page = ReminderPage { space: &space, experience: &experience, stream: &stream, wanted, coming };
    let shell = app.shell(Some(account), &path(id));
    Ok(reminder::page(&shell, &page).into_response())
}

#[derive(Deserialize)]
pub struct ReminderForm {
    wanted: bool,
}

pub async fn wish(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    Form(wish): Form<ReminderForm>,
) -> WebResult {
    let by = me.0.account.id;
    if !wish.wanted {
        reminders::forget(&app.services, by, id).await?;
        return Ok(flash::redirect(&app, &path(id), &t!("live-not-reminded")));
    }
    reminders::remind(&app.services, by, id).await.map_err(|error| match error {
        ServiceError::Conflict("over") => WebError::conflict(t!("live-remind-over")),
        ServiceError::Conflict("reminders") => WebError::conflict(t!("live-remind-many")),
        other => other.into(),
    })?;
    Ok(flash::redirect(&app, &path(id), &t!("live-reminded")))
}

fn path(stream: StreamId) -> String {
    format!("/streams/{stream}/reminder")
}
