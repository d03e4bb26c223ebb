//! The pages on which a team writes posts.

use crate::{
    app::App,
    web::{
        catalogue::{
            experiences::own_experience,
            manage::{form_result, own_space},
        },
        error::{WebError, WebResult, refused},
        extract::Path,
        flash,
        people::session::SignedIn,
        upload::{self, Upload},
    },
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    catalogue::{
        content::posts::{self as rules, LONGEST_ALT, MOST_PICTURES, Post, PostText},
        offer::{Experience, ExperienceKind, Space},
    },
    id::{ExperienceId, PostId},
    picture::{NewPicture, PictureError, PictureId, Purpose},
    text,
};
use service::{ServiceError, catalogue::content::posts};
use views::{
    catalogue::content::writing::{self as pages, FORM, PostDraft, PostForm},
    form::{Errors, FieldError, WHOLE_FORM},
    t,
};

fn path(id: PostId) -> String {
    format!("/account/posts/{id}")
}

/// An experience of this person's team that holds posts.
async fn own(app: &App, me: &SignedIn, id: ExperienceId) -> WebResult<(Experience, Space)> {
    let (experience, space) = own_experience(app, me, id).await?;
    match experience.kind {
        ExperienceKind::Posts => Ok((experience, space)),
        _ => Err(WebError::not_found()),
    }
}

/// A post of this person's team, and where it stands.
async fn own_post(app: &App, me: &SignedIn, id: PostId) -> WebResult<(Post, Experience, Space)> {
    let post = app.store.posts().by_id(id).await?;
    let space = own_space(app, me, post.space).await?;
    let experience = app.store.experiences().by_id(post.experience).await?;
    Ok((post, experience, space))
}

fn show(app: &App, me: &SignedIn, form: &PostForm<'_>) -> Response {
    let path = match form.post {
        Some(post) => path(post.id),
        None => format!("/account/experiences/{}/posts/new", form.experience.id),
    };
    pages::page(&app.shell(Some(&me.0.account), &path), form).into_response()
}

/// What was sent: the words, cleaned, and the picture, if one was chosen.
struct CheckedPost {
    text: PostText,
    alt: String,
    picture: Option<NewPicture>,
}

fn draft(upload: &Upload) -> PostDraft {
    PostDraft {
        title: upload.field("title").into(),
        body: upload.field("body").into(),
        alt: upload.alt.clone().unwrap_or_default(),
        version: upload.field("version").parse().unwrap_or(0),
    }
}

/// The words are judged first, because looking at a picture costs a lot.
async fn checked(
    app: &App,
    me: &SignedIn,
    draft: &PostDraft,
    Upload { file, counted, .. }: Upload,
    pictures: usize,
) -> Result<CheckedPost, Errors> {
    let mut errors = Errors::of(FORM);
    let title = errors.check("title", rules::title(&draft.title));
    let body = errors.check("body", rules::body(&draft.body));
    let alt = errors.check(WHOLE_FORM, text::line(&draft.alt, 0..=LONGEST_ALT));
    if !matches!(file, Err(PictureError::NoFile)) && pictures >= MOST_PICTURES as usize {
        errors
            .push(FieldError::new(upload::FILE, t!("experiences-post-pictures-full", most = MOST_PICTURES)));
    }
    let (Some(title), Some(body), Some(alt), true) = (title, body, alt, errors.is_empty()) else {
        return Err(errors);
    };
    let picture = match file {
        Err(PictureError::NoFile) => None,
        file => {
            if !counted {
                upload::count(app, FORM, me.0.account.id)?;
            }
            Some(upload::process(app, Purpose::Post, file).await?)
        }
    };
    Ok(CheckedPost { text: PostText { title, body }, alt, picture })
}

pub async fn new(State(app): State<App>, me: SignedIn, Path(id): Path<ExperienceId>) -> WebResult {
    let (experience, space) = own(&app, &me, id).await?;
    let form = PostForm {
        space: &space,
        experience: &experience,
        post: None,
        draft: &PostDraft::default(),
        theirs: None,
        errors: &Errors::default(),
    };
    Ok(show(&app, &me, &form))
}

pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    upload: Upload,
) -> WebResult {
    let (experience, space) = own(&app, &me, id).await?;
    let (draft, published) = (draft(&upload), upload.field("published") == "true");
    let errors = match checked(&app, &me, &draft, upload, 0).await {
        Ok(sent) => match posts::create(&app.services, me.0.account.id, id, &sent.text, published).await {
            Err(ServiceError::Conflict("posts")) => {
                Errors::one(FORM, FieldError::new(WHOLE_FORM, t!("experiences-posts-full")))
            }
            made => match form_result(FORM, made)? {
                Ok(made) => return add_picture(&app, &me, made, &sent, published).await,
                Err(errors) => errors,
            },
        },
        Err(errors) => errors,
    };
    let form = PostForm {
        space: &space,
        experience: &experience,
        post: None,
        draft: &draft,
        theirs: None,
        errors: &errors,
    };
    Ok(refused(show(&app, &me, &form), &errors))
}

/// The last step of saving a post: its picture, if one was sent.
async fn add_picture(app: &App, me: &SignedIn, id: PostId, sent: &CheckedPost, published: bool) -> WebResult {
    if let Some(picture) = &sent.picture {
        let by = me.0.account.id;
        let added = posts::add_picture(&app.services, by, id, picture, &sent.alt).await;
        let words = match added {
            Err(ServiceError::Conflict("post_pictures")) => {
                Err(t!("experiences-post-picture-there").into_owned())
            }
            added => upload::form_result(FORM, added)?.map_err(|errors| {
                errors.iter().map(|error| error.message.clone()).collect::<Vec<_>>().join(" ")
            }),
        };
        if let Err(words) = words {
            return Ok(flash::refuse(
                app,
                &path(id),
                &format!("{} {words}", t!("experiences-post-words-saved")),
            ));
        }
    }
    let words = if published { t!("experiences-post-published") } else { t!("experiences-post-draft-saved") };
    Ok(flash::redirect(app, &path(id), &words))
}

pub async fn edit(State(app): State<App>, me: SignedIn, Path(id): Path<PostId>) -> WebResult {
    let (post, experience, space) = own_post(&app, &me, id).await?;
    let form = PostForm {
        space: &space,
        experience: &experience,
        post: Some(&post),
        draft: &PostDraft::from(&post),
        theirs: None,
        errors: &Errors::default(),
    };
    Ok(show(&app, &me, &form))
}

pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PostId>,
    upload: Upload,
) -> WebResult {
    let (post, experience, space) = own_post(&app, &me, id).await?;
    let (draft, published) = (draft(&upload), upload.field("published") == "true");
    let errors = match checked(&app, &me, &draft, upload, post.pictures.len()).await {
        Ok(sent) => {
            let by = me.0.account.id;
            let saved = posts::update(&app.services, by, id, draft.version, &sent.text, published).await;
            if let Err(ServiceError::Conflict("version")) = saved {
                return overtaken(&app, &me, id, draft).await;
            }
            match form_result(FORM, saved)? {
                Ok(()) => return add_picture(&app, &me, id, &sent, published).await,
                Err(errors) => errors,
            }
        }
        Err(errors) => errors,
    };
    let form = PostForm {
        space: &space,
        experience: &experience,
        post: Some(&post),
        draft: &draft,
        theirs: None,
        errors: &errors,
    };
    Ok(refused(show(&app, &me, &form), &errors))
}

/// Somebody else saved the post meanwhile: the form keeps these words beside theirs, and the next save is based on theirs.
async fn overtaken(app: &App, me: &SignedIn, id: PostId, draft: PostDraft) -> WebResult {
    let (post, experience, space) = own_post(app, me, id).await?;
    let errors = Errors::one(FORM, FieldError::new(WHOLE_FORM, t!("experiences-post-overtaken")));
    let form = PostForm {
        space: &space,
        experience: &experience,
        post: Some(&post),
        draft: &PostDraft { version: post.version, ..draft },
        theirs: Some(&post),
        errors: &errors,
    };
    let mut response = show(app, me, &form);
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}

pub async fn delete(State(app): State<App>, me: SignedIn, Path(id): Path<PostId>) -> WebResult {
    let post = posts::delete(&app.services, me.0.account.id, id).await?;
    let words = t!("experiences-post-deleted");
    Ok(flash::redirect(&app, &format!("/account/experiences/{}", post.experience), &words))
}

pub async fn remove_picture(
    State(app): State<App>,
    me: SignedIn,
    Path((id, picture)): Path<(PostId, String)>,
) -> WebResult {
    let picture: PictureId = picture.parse().map_err(|_| WebError::not_found())?;
    posts::remove_picture(&app.services, me.0.account.id, id, picture).await?;
    Ok(flash::redirect(&app, &path(id), &t!("experiences-post-picture-removed")))
}
