//! The pages on which a team edits its experiences.

use crate::app::App;
use crate::web::extract::{Form, Path};
use crate::web::{
    catalogue::manage::{form_result, own_space},
    error::{WebResult, refused},
    flash,
    people::session::SignedIn,
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    catalogue::{
        offer::{Experience, ExperienceKind, Space},
        slug,
    },
    id::{AccountId, ExperienceId, SpaceId},
    ops::suspension::Subject,
    text,
};
use serde::Deserialize;
use service::{
    ServiceError,
    catalogue::experiences::{self, Deleted},
};
use std::borrow::Cow;
use store::{DraftRow, ExperienceText, ExperienceUses};
use views::{
    catalogue::{
        content::{self, writing::PostRow},
        experiences::{EVERYBODY, ExperienceDraft, ExperienceForm, ONLY_TEAM},
        planned::StreamDraft,
    },
    form::{Errors, FieldError, WHOLE_FORM},
};

/// Posts on the team's page: all drafts, unless there are more, and the newest that are published.
const POSTS: usize = 50;

fn row(post: &DraftRow) -> PostRow<'_> {
    let DraftRow { id, created_at, published_at, .. } = *post;
    PostRow { id, title: &post.title, created_at, published_at }
}

/// Returns an experience and its space if this person's team owns them.
pub async fn own_experience(app: &App, me: &SignedIn, id: ExperienceId) -> WebResult<(Experience, Space)> {
    let found = app.store.experiences().by_id(id).await?;
    let space = own_space(app, me, found.space).await?;
    Ok((found, space))
}

pub async fn list(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let list = app.store.experiences().list(id).await?;
    let shell = app.shell(Some(&me.0.account), &format!("/account/spaces/{id}/experiences"));
    Ok(views::catalogue::experiences::list(&shell, &space, &list).into_response())
}

pub async fn new(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    page(&app, &me, &space, None, &ExperienceDraft::default(), &Errors::default()).await
}

async fn page(
    app: &App,
    me: &SignedIn,
    space: &Space,
    existing: Option<&Experience>,
    draft: &ExperienceDraft,
    errors: &Errors,
) -> WebResult {
    let title = existing.map(|e| e.title.clone()).unwrap_or_default();
    let next = StreamDraft { title, ..StreamDraft::default() };
    page_with(app, me, space, existing, (draft, &next), errors).await
}

/// Renders the page with the contents of its two forms.
pub async fn page_with(
    app: &App,
    me: &SignedIn,
    space: &Space,
    existing: Option<&Experience>,
    (draft, next): (&ExperienceDraft, &StreamDraft),
    errors: &Errors,
) -> WebResult {
    let streams = match existing {
        Some(existing) if existing.kind.has_streams() => {
            app.store.streams().of_experience(existing.id).await?
        }
        _ => Vec::new(),
    };
    let posts = match existing.filter(|e| e.kind == ExperienceKind::Posts) {
        Some(existing) => app.store.posts().of_team(existing.id, POSTS).await?,
        None => Vec::new(),
    };
    let posts: Vec<PostRow> = posts.iter().map(row).collect();
    let asks_entry = existing.is_none() && asks_entry(app, space).await?;
    let form =
        ExperienceForm { space, existing, asks_entry, draft, streams: &streams, posts: &posts, next, errors };
    let path = existing.map_or(format!("/account/spaces/{}/experiences/new", space.id), |e| {
        format!("/account/experiences/{}", e.id)
    });
    Ok(views::catalogue::experiences::form(&app.shell(Some(&me.0.account), &path), &form).into_response())
}

/// Whether a new experience may come with the first pass of the space and open it. The use case asks again.
async fn asks_entry(app: &App, space: &Space) -> WebResult<bool> {
    Ok(space.closed_at.is_none()
        && app.store.passes().list(space.id).await?.is_empty()
        && app.store.suspensions().of(Subject::Space(space.id)).await?.is_none())
}

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct ExperienceFields {
    /// Of a new one only.
    #[serde(default)]
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    about: String,
    /// Of the first one only.
    #[serde(default)]
    entry: String,
}

impl ExperienceFields {
    fn draft(self) -> ExperienceDraft {
        let Self { kind, title, slug, about, entry } = self;
        ExperienceDraft { kind, title, slug, about, entry }
    }
}

/// What a new experience is; a show if the form says nothing.
fn kind(draft: &ExperienceDraft) -> Result<ExperienceKind, Errors> {
    match draft.kind.as_str() {
        "" => Ok(ExperienceKind::Show),
        code => ExperienceKind::from_code(code).ok_or_else(|| {
            Errors::one("experience", FieldError::new(WHOLE_FORM, views::t!("experiences-kind-unknown")))
        }),
    }
}

fn checked(draft: &ExperienceDraft) -> Result<ExperienceText, Errors> {
    let mut errors = Errors::of("experience");
    let title = errors.check("title", text::line(&draft.title, 1..=80));
    let slug = errors.check("slug", slug::wanted(&draft.slug, &draft.title, "stream"));
    let about = errors.check("about", text::paragraphs(&draft.about, 0..=2000));
    match (slug, title, about) {
        (Some(slug), Some(title), Some(about)) => Ok(ExperienceText { slug, title, about }),
        _ => Err(errors),
    }
}

/// A new experience.
struct NewExperience {
    kind: ExperienceKind,
    text: ExperienceText,
    /// It opens the space to whoever takes its free pass.
    for_all: bool,
}

fn read(draft: &ExperienceDraft) -> Result<NewExperience, Errors> {
    let kind = kind(draft)?;
    let text = checked(draft);
    let for_all = match draft.entry.as_str() {
        "" | ONLY_TEAM => false,
        EVERYBODY => true,
        _ => {
            let mut errors = text.err().unwrap_or_else(|| Errors::of("experience"));
            errors.push(FieldError::new("entry", views::t!("experiences-entry-unknown")));
            return Err(errors);
        }
    };
    Ok(NewExperience { kind, text: text?, for_all })
}

async fn make(
    app: &App,
    by: AccountId,
    space: SpaceId,
    new: &NewExperience,
) -> WebResult<Result<Experience, Errors>> {
    let NewExperience { kind, text, for_all } = new;
    if !for_all {
        return form_result("experience", experiences::create(&app.services, by, space, *kind, text).await);
    }
    let pass = views::t!("experiences-entry-pass");
    let made = experiences::create_for_all(&app.services, by, space, *kind, text, &pass).await;
    match made.as_ref().err().and_then(why_only_team) {
        Some(words) => Ok(Err(Errors::one("experience", FieldError::new(WHOLE_FORM, words)))),
        None => form_result("experience", made),
    }
}

/// Why it can be added for the team only. The form asks who gets in no more.
fn why_only_team(error: &ServiceError) -> Option<Cow<'static, str>> {
    match error {
        ServiceError::Conflict("passes") => Some(views::t!("experiences-entry-has-pass")),
        ServiceError::Conflict("closed") => Some(views::t!("experiences-entry-closed")),
        ServiceError::Conflict(store::SUSPENDED_SPACE) => Some(views::t!("experiences-entry-suspended")),
        _ => None,
    }
}

pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(fields): Form<ExperienceFields>,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let draft = fields.draft();
    let made = match read(&draft) {
        Ok(new) => make(&app, me.0.account.id, id, &new).await?.map(|made| (made, new.for_all)),
        Err(errors) => Err(errors),
    };
    match made {
        Ok((made, for_all)) => {
            let to = format!("/account/experiences/{}", made.id);
            let words = if for_all { content::opened(made.kind) } else { content::added(made.kind) };
            Ok(flash::redirect(&app, &to, &words))
        }
        Err(errors) => Ok(refused(page(&app, &me, &space, None, &draft, &errors).await?, &errors)),
    }
}

pub async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<ExperienceId>) -> WebResult {
    let (found, space) = own_experience(&app, &me, id).await?;
    page(&app, &me, &space, Some(&found), &ExperienceDraft::from(&found), &Errors::default()).await
}

pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    Form(fields): Form<ExperienceFields>,
) -> WebResult {
    let (found, space) = own_experience(&app, &me, id).await?;
    let draft = fields.draft();
    let saved = match checked(&draft) {
        Ok(text) => {
            form_result("experience", experiences::update(&app.services, me.0.account.id, id, &text).await)?
        }
        Err(errors) => Err(errors),
    };
    match saved {
        Ok(_) => Ok(flash::redirect(
            &app,
            &format!("/account/experiences/{id}"),
            &views::t!("catalogue-experience-saved"),
        )),
        Err(errors) => Ok(refused(page(&app, &me, &space, Some(&found), &draft, &errors).await?, &errors)),
    }
}

pub async fn delete(State(app): State<App>, me: SignedIn, Path(id): Path<ExperienceId>) -> WebResult {
    let found = app.store.experiences().by_id(id).await?;
    match experiences::delete(&app.services, me.0.account.id, id).await? {
        Deleted::Done => {
            let to = format!("/account/spaces/{}", found.space);
            Ok(flash::redirect(&app, &to, &views::t!("catalogue-deleted", title = &found.title)))
        }
        Deleted::Kept(uses) => {
            Ok(flash::refuse(&app, &format!("/account/experiences/{id}"), &why_kept(&uses)))
        }
    }
}

fn why_kept(uses: &ExperienceUses) -> String {
    let reasons = [
        (uses.holders > 0).then(|| views::t!("catalogue-kept-holders", count = uses.holders)),
        (uses.orders > 0).then(|| views::t!("catalogue-kept-orders", count = uses.orders)),
        (uses.shows > 0).then(|| views::t!("catalogue-kept-shows", count = uses.shows)),
        (uses.posts > 0).then(|| views::t!("experiences-kept-posts", count = uses.posts)),
        (uses.lines > 0).then(|| views::t!("catalogue-kept-lines", count = uses.lines)),
    ];
    let reasons: Vec<String> = reasons.into_iter().flatten().collect();
    views::t!("catalogue-kept", reasons = reasons.join(", "))
}
