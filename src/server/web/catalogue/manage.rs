//! The creator's side of a space: its texts, its publication, its experiences and their streams, its passes.

use crate::app::App;
use crate::web::{
    error::{WebError, WebResult},
    people::{
        account::{checklist, invalid},
        session::SignedIn,
    },
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use domain::{
    access::may::{Action, may},
    catalogue::{offer::Space, slug},
    change::Change,
    clock::Clock,
    error::StoreError,
    id::{ExperienceId, SpaceId},
    text,
    time::Millis,
};
use serde::Deserialize;
use service::ServiceError;
use std::ops::RangeInclusive;
use store::{ExperienceText, SpaceText};
use views::{
    catalogue::{
        experiences::{ExperienceDraft, ExperienceForm},
        manage::{ManageSpace, SpaceDraft},
    },
    form::FieldError,
};

/// A space that this person's team owns; to everybody else it is not there.
pub async fn own_space(app: &App, me: &SignedIn, id: SpaceId) -> WebResult<Space> {
    let space = app.store.spaces().by_id(id).await?;
    match app.store.teams().role(space.team, me.0.account.id).await? {
        Some(role) if may(role, Action::EditOffer) => Ok(space),
        Some(_) => Err(ServiceError::Role.into()),
        None => Err(WebError::not_found()),
    }
}

pub fn taken() -> FieldError {
    FieldError::new("slug", "This address is taken. Choose another one.")
}

pub async fn space(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    space_page(&app, &me, &space, &SpaceDraft::from(&space), None).await
}

async fn space_page(
    app: &App,
    me: &SignedIn,
    space: &Space,
    draft: &SpaceDraft,
    error: Option<&FieldError>,
) -> WebResult {
    let experiences = app.store.experiences().list(space.id).await?;
    let passes = app.store.passes().list(space.id).await?;
    let page = ManageSpace {
        space,
        draft,
        checklist: checklist(app, space).await?,
        experiences: &experiences,
        passes: &passes,
        error,
    };
    let shell = app.shell(Some(&me.0.account), &format!("/account/spaces/{}", space.id));
    Ok(views::catalogue::manage::space(&shell, &page).into_response())
}

#[derive(Deserialize)]
pub struct SpaceForm {
    slug: String,
    name: String,
    #[serde(default)]
    tagline: String,
    #[serde(default)]
    about: String,
}

pub async fn update_space(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(form): Form<SpaceForm>,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let draft = SpaceDraft { slug: form.slug, name: form.name, tagline: form.tagline, about: form.about };
    let text = match space_text(&draft) {
        Ok(text) => text,
        Err(error) => return Ok(invalid(space_page(&app, &me, &space, &draft, Some(&error)).await?)),
    };
    match app.store.spaces().update(id, &text, app.clock.now()).await {
        Ok(_) => {
            app.services.changed(&[Change::Space { space: id }]);
            Ok(Redirect::to(&format!("/account/spaces/{id}")).into_response())
        }
        Err(StoreError::Conflict(_)) => {
            Ok(invalid(space_page(&app, &me, &space, &draft, Some(&taken())).await?))
        }
        Err(error) => Err(error.into()),
    }
}

fn space_text(draft: &SpaceDraft) -> Result<SpaceText, FieldError> {
    let slug = slug::space(&draft.slug).map_err(|e| FieldError::new("slug", e))?;
    Ok(SpaceText {
        slug,
        name: line("name", &draft.name, 1..=60)?,
        tagline: line("tagline", &draft.tagline, 0..=120)?,
        about: paragraphs("about", &draft.about, 4000)?,
    })
}

/// One line within its bounds, as others are shown it.
pub fn line(field: &'static str, value: &str, length: RangeInclusive<usize>) -> Result<String, FieldError> {
    text::line(value, length).map_err(|error| FieldError::new(field, error))
}

/// The same with its paragraphs.
pub fn paragraphs(field: &'static str, value: &str, most: usize) -> Result<String, FieldError> {
    text::paragraphs(value, 0..=most).map_err(|error| FieldError::new(field, error))
}

pub async fn publish(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    service::catalogue::spaces::publish(&app.services, me.0.account.id, id).await?;
    Ok(Redirect::to(&format!("/account/spaces/{id}")).into_response())
}

/// Closes every door of the space at once, also those that are open.
pub async fn unpublish(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    service::catalogue::spaces::unpublish(&app.services, me.0.account.id, id).await?;
    Ok(Redirect::to(&format!("/account/spaces/{id}")).into_response())
}

pub async fn experiences(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let list = app.store.experiences().list(id).await?;
    let shell = app.shell(Some(&me.0.account), &format!("/account/spaces/{id}/experiences"));
    Ok(views::catalogue::experiences::list(&shell, &space, &list).into_response())
}

pub async fn new_experience(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    experience_page(&app, &me, &space, None, &ExperienceDraft::default(), None).await
}

async fn experience_page(
    app: &App,
    me: &SignedIn,
    space: &Space,
    id: Option<ExperienceId>,
    draft: &ExperienceDraft,
    error: Option<&FieldError>,
) -> WebResult {
    let (existing, streams) = match id {
        Some(id) => {
            (Some(app.store.experiences().by_id(id).await?), app.store.streams().of_experience(id).await?)
        }
        None => (None, Vec::new()),
    };
    let form = ExperienceForm { space, existing: existing.as_ref(), draft, streams: &streams, error };
    let path = id.map_or(format!("/account/spaces/{}/experiences/new", space.id), |id| {
        format!("/account/experiences/{id}")
    });
    Ok(views::catalogue::experiences::form(&app.shell(Some(&me.0.account), &path), &form).into_response())
}

#[derive(Deserialize)]
pub struct ExperienceFields {
    title: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    about: String,
}

impl ExperienceFields {
    fn draft(self) -> ExperienceDraft {
        ExperienceDraft { title: self.title, slug: self.slug, about: self.about }
    }
}

fn experience_text(draft: &ExperienceDraft) -> Result<ExperienceText, FieldError> {
    let title = line("title", &draft.title, 1..=80)?;
    let wanted =
        if draft.slug.trim().is_empty() { slug::from_title(&title, "stream") } else { draft.slug.clone() };
    let slug = slug::inside(&wanted).map_err(|e| FieldError::new("slug", e))?;
    Ok(ExperienceText { slug, title, about: paragraphs("about", &draft.about, 2000)? })
}

pub async fn create_experience(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(fields): Form<ExperienceFields>,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let draft = fields.draft();
    let text = match experience_text(&draft) {
        Ok(text) => text,
        Err(error) => {
            return Ok(invalid(experience_page(&app, &me, &space, None, &draft, Some(&error)).await?));
        }
    };
    match app.store.experiences().create(id, &text, app.clock.now()).await {
        Ok(made) => Ok(Redirect::to(&format!("/account/experiences/{}", made.id)).into_response()),
        Err(StoreError::Conflict(_)) => {
            Ok(invalid(experience_page(&app, &me, &space, None, &draft, Some(&taken())).await?))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn experience(State(app): State<App>, me: SignedIn, Path(id): Path<ExperienceId>) -> WebResult {
    let found = app.store.experiences().by_id(id).await?;
    let space = own_space(&app, &me, found.space).await?;
    experience_page(&app, &me, &space, Some(id), &ExperienceDraft::from(&found), None).await
}

pub async fn update_experience(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    Form(fields): Form<ExperienceFields>,
) -> WebResult {
    let found = app.store.experiences().by_id(id).await?;
    let space = own_space(&app, &me, found.space).await?;
    let draft = fields.draft();
    let text = match experience_text(&draft) {
        Ok(text) => text,
        Err(error) => {
            return Ok(invalid(experience_page(&app, &me, &space, Some(id), &draft, Some(&error)).await?));
        }
    };
    match app.store.experiences().update(id, &text, app.clock.now()).await {
        Ok(_) => {
            app.services.changed(&[Change::Space { space: space.id }]);
            Ok(Redirect::to(&format!("/account/experiences/{id}")).into_response())
        }
        Err(StoreError::Conflict(_)) => {
            Ok(invalid(experience_page(&app, &me, &space, Some(id), &draft, Some(&taken())).await?))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub struct StreamFields {
    title: String,
    /// As a browser's datetime-local field writes it; empty: no time yet.
    #[serde(default)]
    scheduled_at: String,
    /// The zone that it is meant in; empty: UTC.
    #[serde(default)]
    tz: String,
}

pub async fn schedule(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    Form(fields): Form<StreamFields>,
) -> WebResult {
    let found = app.store.experiences().by_id(id).await?;
    let space = own_space(&app, &me, found.space).await?;
    let checked = line("stream_title", &fields.title, 1..=80)
        .and_then(|title| Ok((title, moment(&fields.scheduled_at, &fields.tz)?)));
    let (title, at) = match checked {
        Ok(checked) => checked,
        Err(error) => {
            let page =
                experience_page(&app, &me, &space, Some(id), &ExperienceDraft::from(&found), Some(&error))
                    .await?;
            return Ok(invalid(page));
        }
    };
    let stream = app.store.streams().schedule(id, &title, at, app.clock.now()).await?;
    Ok(Redirect::to(&format!("/account/streams/{}/studio", stream.id)).into_response())
}

fn moment(local: &str, zone: &str) -> Result<Option<Millis>, FieldError> {
    if local.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || FieldError::new("scheduled_at", "Write the time like 2026-12-04T20:00.");
    let local: jiff::civil::DateTime = local.trim().parse().map_err(|_| wrong())?;
    let zone = if zone.trim().is_empty() { "UTC" } else { zone.trim() };
    let zoned =
        local.in_tz(zone).map_err(|_| FieldError::new("scheduled_at", "We do not know this time zone."))?;
    Ok(Some(Millis(zoned.timestamp().as_millisecond())))
}
