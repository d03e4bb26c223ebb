//! The page of an experience with files, and its team's pages.

use crate::{
    app::App,
    limits::count,
    web::{
        catalogue::experiences::own_experience,
        error::{self, WebError, WebResult, too_often},
        extract::{Form, Path},
        flash,
        people::session::SignedIn,
        upload::FileForm,
    },
};
use axum::{
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    catalogue::{
        content::{
            files::{ABOUT, File, FileRefusal, NameError, NewFile, base_name, name},
            videos::{self, VideoState},
        },
        offer::{Experience, ExperienceKind, Space},
        slug::page_path,
    },
    clock::Clock,
    id::{AccountId, ExperienceId, FileId},
    objects::ObjectError,
    people::account::Account,
    picture::MOST_BYTES,
    text,
};
use serde::Deserialize;
use service::{ServiceError, ServiceResult, catalogue::content::files};
use std::borrow::Cow;
use views::{
    catalogue::content::files::{self as pages, EditPage, FileDraft, FilesPage, ManagePage},
    form::{Errors, FieldError, WHOLE_FORM},
    in_words::InWords,
    words::numbers::size,
};

/// An experience of this person's team that holds files, or videos.
pub async fn files_of(app: &App, me: &SignedIn, id: ExperienceId) -> WebResult<(Experience, Space)> {
    let (experience, space) = own_experience(app, me, id).await?;
    if experience.kind.has_files() { Ok((experience, space)) } else { Err(WebError::not_found()) }
}

/// What a file that is sent there is called: a video by its title.
pub fn named(kind: ExperienceKind, given: &str) -> Result<String, NameError> {
    match kind {
        ExperienceKind::Videos => Ok(videos::title(base_name(given))?),
        _ => name(base_name(given)),
    }
}

/// Why a file is not taken, with the status that a program expects.
pub fn refused(error: ServiceError) -> WebError {
    let why = match error {
        ServiceError::Conflict(code) => refusal(code),
        ServiceError::Objects(why) => return WebError::unavailable(unkept(&why)),
        _ => None,
    };
    let Some(why) = why else { return error.into() };
    let status = match why {
        FileRefusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        FileRefusal::Ended => StatusCode::GONE,
        _ => StatusCode::CONFLICT,
    };
    WebError::new(status, why.code(), why.in_words())
}

/// Why a file or a picture is not taken, counted where all of them together have no room.
pub fn refusal(code: &str) -> Option<FileRefusal> {
    let why = FileRefusal::from_code(code);
    if why == Some(FileRefusal::AllRoom) {
        count(FileRefusal::AllRoom.code(), "refused");
    }
    why
}

/// What is said when the object store fails.
fn unkept(why: &ObjectError) -> Cow<'static, str> {
    tracing::error!(%why, "the object store failed");
    pages::unkept()
}

/// The page of somebody who is in.
pub async fn page(
    app: &App,
    me: Option<&Account>,
    (space, experience): (&Space, &Experience),
    manages: bool,
) -> WebResult {
    let files = app.store.files().list(experience.id).await?;
    let shell = app.shell(me, &page_path(&space.slug, &experience.slug));
    let page = FilesPage { space, experience, files: &files, manages };
    let shown = match experience.kind {
        ExperienceKind::Videos => views::catalogue::content::videos::page(&shell, &page),
        _ => pages::page(&shell, &page),
    };
    Ok(shown.into_response())
}

/// What the team's page shows beside what is stored: the rejected input.
#[derive(Default)]
struct Draft {
    about: String,
    errors: Errors,
}

pub async fn manage(State(app): State<App>, me: SignedIn, Path(id): Path<ExperienceId>) -> WebResult {
    let (experience, space) = files_of(&app, &me, id).await?;
    show(&app, &me, (&space, &experience), &Draft::default()).await
}

async fn show(
    app: &App,
    me: &SignedIn,
    (space, experience): (&Space, &Experience),
    draft: &Draft,
) -> WebResult {
    let (by, now) = (me.0.account.id, app.clock.now());
    let files = app.store.files().list(experience.id).await?;
    let open = app.store.files().on_their_way(experience.id, by, now).await?;
    let page = ManagePage {
        space,
        experience,
        files: &files,
        open: &open,
        most: app.services.files.of_a_file,
        about: &draft.about,
        errors: &draft.errors,
    };
    let shell = app.shell(Some(&me.0.account), &path(experience.id));
    Ok(pages::manage(&shell, &page).into_response())
}

pub fn path(experience: ExperienceId) -> String {
    format!("/account/experiences/{experience}/files")
}

/// The new file of a form, as a browser without scripts sends it.
fn checked(sent: &FileForm, kind: ExperienceKind) -> Result<NewFile, Errors> {
    let mut errors = Errors::of("files");
    if sent.too_large || sent.broken {
        let words = views::t!("files-error-scripts", size = size(MOST_BYTES as i64));
        errors.push(FieldError::new("upload", words));
    } else if sent.file.is_empty() {
        let words =
            if sent.name.is_empty() { views::t!("files-error-none") } else { views::t!("files-error-empty") };
        errors.push(FieldError::new("upload", words));
    }
    let named = errors.is_empty().then(|| errors.check("upload", named(kind, &sent.name))).flatten();
    let about = errors.check("about", text::paragraphs(sent.field("about"), 0..=ABOUT));
    match named.zip(about).filter(|_| errors.is_empty()) {
        Some((name, about)) => Ok(NewFile { name, about, size: sent.file.len() as i64 }),
        None => Err(errors),
    }
}

/// `POST /account/experiences/{id}/files`: a small file at once.
pub async fn upload(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    mut sent: FileForm,
) -> WebResult {
    let (experience, space) = files_of(&app, &me, id).await?;
    let kept = match checked(&sent, experience.kind) {
        Ok(new) => {
            let bytes = std::mem::take(&mut sent.file);
            form_result("files", "upload", keep(&app, me.0.account.id, id, &new, bytes).await)?
        }
        Err(errors) => Err(errors),
    };
    match kept {
        Ok(file) => {
            super::uploads::put_together(&app, file.id).await;
            let words = match app.store.files().by_id(file.id).await?.video {
                Some(VideoState::Refused(why)) => why.in_words(),
                _ => views::t!("files-added", name = file.name.as_str()),
            };
            Ok(flash::redirect(&app, &path(id), &words))
        }
        Err(errors) => {
            let draft = Draft { about: sent.field("about").to_owned(), errors };
            Ok(error::refused(show(&app, &me, (&space, &experience), &draft).await?, &draft.errors))
        }
    }
}

async fn keep(
    app: &App,
    by: AccountId,
    experience: ExperienceId,
    new: &NewFile,
    bytes: Bytes,
) -> ServiceResult<File> {
    let file = files::begin(&app.services, by, experience, new).await?;
    match files::append(&app.services, by, file.id, 0, bytes.into()).await {
        Ok(file) => Ok(file),
        Err(error) => {
            // Nobody goes on with it.
            files::delete(&app.services, by, file.id).await?;
            Err(error)
        }
    }
}

/// The inner error is shown in the form; other failures become error responses.
fn form_result<T>(
    form: &'static str,
    field: &'static str,
    result: ServiceResult<T>,
) -> WebResult<Result<T, Errors>> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(ServiceError::TooMany { limit, what, wait }) => Ok(Err(too_often(form, limit, what, wait))),
        Err(ServiceError::Objects(why)) => {
            Ok(Err(Errors::one(form, FieldError::new(WHOLE_FORM, unkept(&why)))))
        }
        Err(ServiceError::Conflict(code)) => match refusal(code) {
            Some(why) => Ok(Err(Errors::one(form, FieldError::new(field, why)))),
            None => Err(ServiceError::Conflict(code).into()),
        },
        Err(error) => Err(error.into()),
    }
}

pub async fn own(app: &App, me: &SignedIn, id: FileId) -> WebResult<(File, Space)> {
    let file = files::of_team(&app.services, me.0.account.id, id).await?;
    let space = app.store.spaces().by_id(file.space).await?;
    Ok((file, space))
}

pub fn edit_page(
    app: &App,
    me: &SignedIn,
    (file, space): (&File, &Space),
    draft: &FileDraft,
    errors: &Errors,
) -> Response {
    let shell = app.shell(Some(&me.0.account), &format!("/account/files/{}", file.id));
    pages::edit(&shell, &EditPage { space, file, draft, errors }).into_response()
}

pub async fn edit(State(app): State<App>, me: SignedIn, Path(id): Path<FileId>) -> WebResult {
    let (file, space) = own(&app, &me, id).await?;
    Ok(edit_page(&app, &me, (&file, &space), &FileDraft::from(&file), &Errors::default()))
}

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct FileTextForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    about: String,
}

pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<FileId>,
    Form(form): Form<FileTextForm>,
) -> WebResult {
    let (file, space) = own(&app, &me, id).await?;
    let mut errors = Errors::of("file");
    let name = match file.video {
        Some(_) => text::line(&form.name, 1..=videos::TITLE).map_err(NameError::from),
        None => name(&form.name),
    };
    let named = errors.check("name", name);
    let about = errors.check("about", text::paragraphs(&form.about, 0..=ABOUT));
    let saved = match named.zip(about) {
        Some((name, about)) => {
            let by = me.0.account.id;
            form_result("file", WHOLE_FORM, files::update(&app.services, by, id, &name, &about).await)?
        }
        None => Err(errors),
    };
    match saved {
        Ok(file) => Ok(flash::redirect(&app, &path(file.experience), &views::t!("files-saved"))),
        Err(errors) => {
            let draft = FileDraft { name: form.name, about: form.about };
            Ok(error::refused(edit_page(&app, &me, (&file, &space), &draft, &errors), &errors))
        }
    }
}

pub async fn delete(State(app): State<App>, me: SignedIn, Path(id): Path<FileId>) -> WebResult {
    let file = files::delete(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(file.experience), &views::t!("files-deleted", name = file.name.as_str())))
}
