//! The recordings of a space, for its team.

use crate::{
    app::App,
    web::{
        error::{self, WebError, WebResult},
        extract::{Form, Path},
        flash,
        people::session::SignedIn,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    id::{SpaceId, StreamId},
    live::recording::title,
};
use serde::Deserialize;
use service::{ServiceError, live::recordings};
use views::{
    form::Errors,
    live::recording::{self as pages, RecordingsPage},
    t,
};

/// `GET /account/spaces/{id}/recordings`
pub async fn list(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    show(&app, &me, id, None, &Errors::default()).await
}

async fn show(
    app: &App,
    me: &SignedIn,
    id: SpaceId,
    draft: Option<(&str, &str)>,
    errors: &Errors,
) -> WebResult<Response> {
    let (space, recordings, used) = recordings::of_team(&app.services, me.0.account.id, id).await?;
    let room = app.settings.recordings.space_recording_bytes;
    let page = RecordingsPage { space: &space, recordings: &recordings, used, room, errors, draft };
    let shell = app.shell(Some(&me.0.account), &pages::list_path(id));
    Ok(pages::list(&shell, &page).into_response())
}

#[derive(Deserialize)]
pub struct RecordingTitleForm {
    #[serde(default)]
    title: String,
}

/// `POST /account/recordings/{id}`
pub async fn rename(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    Form(form): Form<RecordingTitleForm>,
) -> WebResult {
    let by = me.0.account.id;
    let mut errors = Errors::of("recording");
    match errors.check("title", title(&form.title)) {
        Some(title) => {
            done(&app, recordings::rename(&app.services, by, id, &title).await?, &t!("recordings-saved"))
        }
        None => {
            let (space, _) = recordings::own(&app.services, by, id).await?;
            let stream = id.to_string();
            let page = show(&app, &me, space.id, Some((&stream, &form.title)), &errors).await?;
            Ok(error::refused(page, &errors))
        }
    }
}

fn done(app: &App, space: SpaceId, words: &str) -> WebResult {
    Ok(flash::redirect(app, &pages::list_path(space), words))
}

#[derive(Deserialize)]
pub struct VisibilityForm {
    hidden: bool,
}

/// `POST /account/recordings/{id}/visibility`
pub async fn hide(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    Form(form): Form<VisibilityForm>,
) -> WebResult {
    let space = recordings::hide(&app.services, me.0.account.id, id, form.hidden).await?;
    let words = if form.hidden { t!("recordings-now-hidden") } else { t!("recordings-now-shown") };
    done(&app, space, &words)
}

/// `POST /account/recordings/{id}/deletion`
pub async fn delete(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    match recordings::delete(&app.services, me.0.account.id, id).await {
        Ok(space) => done(&app, space, &t!("recordings-deleted")),
        Err(ServiceError::Conflict("recording")) => Err(WebError::conflict(t!("recordings-refused-running"))),
        Err(error) => Err(error.into()),
    }
}
