//! The page of a video, its picture and its bytes. The door is asked at each request, and of the bytes again before each piece.

use super::{
    files::{edit_page, own, path},
    posts::gated,
};
use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        access::doors::{Admitted, CachePolicy, Caller},
        error::{self, WebError, WebResult},
        extract::{Path, Query},
        flash,
        live::recordings::bytes::{Asking, PlayedFile, RecordingQuery, answer},
        people::session::{SignedIn, Visitor},
        upload::{self, Upload},
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, Method},
    response::{IntoResponse, Redirect},
};
use domain::{
    access::{
        admit::Door,
        may::{Action, may},
    },
    catalogue::content::files::File,
    id::{ExperienceId, FileId, RoomId},
    picture::{PictureFile, Purpose},
};
use service::catalogue::content::videos;
use views::catalogue::content::{
    files::FileDraft,
    videos::{self as pages, VideoPage},
};

async fn at_the_door(app: &App, visitor: &Visitor, experience: ExperienceId) -> WebResult<Caller> {
    Caller::at(app, visitor.identity(), RoomId::of_experience(experience), CachePolicy::Store).await
}

/// A file that is a video of this experience, and can be watched.
async fn watchable(app: &App, experience: ExperienceId, id: FileId) -> WebResult<File> {
    let file = app.store.files().by_id(id).await?;
    let shown = file.experience == experience && file.watchable().is_some();
    if shown { Ok(file) } else { Err(WebError::not_found()) }
}

/// `GET /experiences/{id}/videos/{video}`. Who needs a pass, or uses it elsewhere, is led to the page that says so.
pub async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, video)): Path<(ExperienceId, FileId)>,
) -> WebResult {
    let caller = at_the_door(&app, &visitor, id).await?;
    if caller.decide(Door::Enter).reason.has_remedy() {
        return Ok(Redirect::to(&caller.path()).into_response());
    }
    caller.enter(Door::Enter)?;
    let file = watchable(&app, id, video).await?;
    let video = file.watchable().ok_or_else(WebError::not_found)?;
    let place = &caller.facts.place;
    let manages = caller.facts.standing.team.is_some_and(|role| may(role, Action::EditOffer));
    let page = VideoPage { space: &place.space, experience: &place.experience, file: &file, video, manages };
    let shell = app.shell(visitor.account(), &pages::path(&file));
    Ok(pages::one(&shell, &page).into_response())
}

/// `GET /experiences/{id}/videos/{video}/posters/{name}`
pub async fn poster(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Path((id, video, name)): Path<(ExperienceId, FileId, String)>,
) -> WebResult {
    let caller = at_the_door(&app, &visitor, id).await?;
    caller.enter(Door::Enter)?;
    let picture: PictureFile = name.parse().map_err(|_| WebError::not_found())?;
    let file = watchable(&app, id, video).await?;
    if !picture.size.is_gated() || file.poster != Some(picture.id) {
        return Err(WebError::not_found());
    }
    gated(&app, &headers, picture).await
}

/// `POST /account/files/{id}/poster`
pub async fn set_poster(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<FileId>,
    sent: Upload,
) -> WebResult {
    let (file, space) = own(&app, &me, id).await?;
    let saved = match upload::process(&app, Purpose::Post, sent.file).await {
        Ok(new) => {
            let saved = videos::set_poster(&app.services, me.0.account.id, id, &new).await;
            upload::form_result(Purpose::Post.code(), saved)?
        }
        Err(errors) => Err(errors),
    };
    match saved {
        Ok(file) => Ok(flash::redirect(&app, &path(file.experience), &views::t!("videos-poster-saved"))),
        Err(errors) => {
            let page = edit_page(&app, &me, (&file, &space), &FileDraft::from(&file), &errors);
            Ok(error::refused(page, &errors))
        }
    }
}

/// `GET /media/videos/{id}`
pub async fn play(
    State(app): State<App>,
    visitor: Visitor,
    address: ClientAddress,
    Path(id): Path<FileId>,
    Query(query): Query<RecordingQuery>,
    method: Method,
    headers: HeaderMap,
) -> WebResult {
    let experience = app.store.files().by_id(id).await?.experience;
    let caller = at_the_door(&app, &visitor, experience).await?;
    let admission = caller.enter(Door::Enter)?;
    let session = visitor.0.ok_or_else(WebError::sign_in)?;
    // Only now: whoever may not enter is not told which files are videos.
    let file = watchable(&app, experience, id).await?;
    let container = file.watchable().ok_or_else(WebError::not_found)?.container;
    let title = query.download.then(|| file.name.clone());
    let asking = Asking { door: Admitted { caller, session, admission }, address, method, headers };
    answer(app, PlayedFile::Video(file, container), title.as_deref(), asking)
}
