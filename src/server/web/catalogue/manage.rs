//! The creator's pages of a space: its texts and its publication.

use crate::app::App;
use crate::web::extract::{Form, Path};
use crate::web::{
    error::{WebError, WebResult, refused, too_often},
    flash,
    people::{account::checklist, session::SignedIn},
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    access::may::{Action, may},
    catalogue::{
        offer::{Pass, Space},
        slug,
        topics::{self, Topics},
        zone::Zone,
    },
    clock::Clock,
    id::SpaceId,
    live::{calendar, stream::Stream},
    people::account::{self, TeamRole},
    text,
    time::Millis,
};
use serde::Deserialize;
use service::{ServiceError, ServiceResult, catalogue::spaces};
use store::SpaceText;
use views::{
    catalogue::manage::{FailedRefund, ManageSpace, NextShow, SpaceDraft},
    form::{Errors, FieldError},
    t,
};

/// A space that this person's team owns; 404 for everybody else.
pub async fn own_space(app: &App, me: &SignedIn, id: SpaceId) -> WebResult<Space> {
    edited(app, me, id).await.map(|(space, _)| space)
}

/// The same, with the person's role.
pub async fn edited(app: &App, me: &SignedIn, id: SpaceId) -> WebResult<(Space, TeamRole)> {
    let (space, role) = app.services.member(me.0.account.id, id).await?;
    if may(role, Action::EditOffer) { Ok((space, role)) } else { Err(ServiceError::Role.into()) }
}

/// The form error for a conflict in the store; `None` if the form did not cause it.
fn conflict(error: &ServiceError) -> Option<FieldError> {
    let ServiceError::Conflict(what) = error else { return None };
    let (field, words) = match *what {
        "slug" => ("slug", views::t!("catalogue-slug-taken")),
        "includes" => ("includes", views::t!("catalogue-includes-choose")),
        "quota" => ("title", views::t!("catalogue-quota")),
        "planned" => ("title", views::t!("catalogue-planned-quota")),
        "recent" => ("title", views::t!("catalogue-planned-recent")),
        "state" => ("scheduled_at", views::t!("catalogue-stream-begun")),
        _ => return None,
    };
    Some(FieldError::new(field, words))
}

/// The result of a use case called by a form. The inner error is shown in the form; other failures become error
/// responses.
pub fn form_result<T>(form: &'static str, result: ServiceResult<T>) -> WebResult<Result<T, Errors>> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(ServiceError::TooMany { limit, what, wait }) => Ok(Err(too_often(form, limit, what, wait))),
        Err(error) => Ok(Err(Errors::one(form, conflict(&error).ok_or(error)?))),
    }
}

pub async fn space(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let (space, role) = edited(&app, &me, id).await?;
    space_page(&app, &me, (&space, role), &SpaceDraft::from(&space), &Errors::default()).await
}

async fn space_page(
    app: &App,
    me: &SignedIn,
    (space, role): (&Space, TeamRole),
    draft: &SpaceDraft,
    errors: &Errors,
) -> WebResult {
    let experiences = app.store.experiences().list(space.id).await?;
    let passes = app.store.passes().list(space.id).await?;
    let now = app.clock.now();
    let streams = app.store.streams().not_ended(space.id).await?;
    let failed = match may(role, Action::ManageMoney) {
        true => app.store.purchases().refund_failed_in(space.id).await?,
        false => Vec::new(),
    };
    let failed_refunds: Vec<FailedRefund> = failed
        .iter()
        .filter_map(|p| Some(FailedRefund { pass: &p.title, amount: p.amount, at: p.refund_failed_at? }))
        .collect();
    let page = ManageSpace {
        failed_refunds: &failed_refunds,
        restreams: app.services.restreamer.is_some(),
        space,
        role,
        now,
        next: next_show(&streams, now),
        draft,
        checklist: checklist(space, !experiences.is_empty(), passes.iter().any(Pass::is_offered)),
        experiences: &experiences,
        passes: &passes,
        errors,
    };
    let shell = app.shell(Some(&me.0.account), &path(space.id));
    Ok(views::catalogue::manage::space(&shell, &page).into_response())
}

/// What is on air, or else what is announced for the earliest time.
fn next_show(streams: &[Stream], now: Millis) -> Option<NextShow<'_>> {
    let live = streams.iter().find(|s| s.state.on_air()).map(|s| (s, None));
    let coming = || calendar::next(streams, now).map(|(s, at)| (s, Some(at)));
    let (stream, at) = live.or_else(coming)?;
    Some(NextShow { stream: stream.id, title: &stream.title, at })
}

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct SpaceForm {
    #[serde(default)]
    slug: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    tagline: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    tags: String,
    #[serde(default)]
    zone: String,
}

pub async fn update_space(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(form): Form<SpaceForm>,
) -> WebResult {
    let (space, role) = edited(&app, &me, id).await?;
    let SpaceForm { slug, name, tagline, about, category, tags, zone } = form;
    let draft = SpaceDraft { slug, name, tagline, about, category, tags, zone };
    let saved = match space_text(&draft, &space) {
        Ok(text) => form_result("space", spaces::update(&app.services, me.0.account.id, id, &text).await)?,
        Err(errors) => Err(errors),
    };
    match saved {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &views::t!("catalogue-space-saved"))),
        Err(errors) => Ok(refused(space_page(&app, &me, (&space, role), &draft, &errors).await?, &errors)),
    }
}

/// A name or slug that was allowed before and is not changed stays valid.
fn space_text(draft: &SpaceDraft, space: &Space) -> Result<SpaceText, Errors> {
    let mut errors = Errors::of("space");
    let same_name = (draft.name == space.name).then(|| Ok(space.name.clone()));
    let same_slug = (draft.slug == space.slug).then(|| Ok(space.slug.clone()));
    let name = errors.check("name", same_name.unwrap_or_else(|| account::name(&draft.name)));
    let slug = errors.check("slug", same_slug.unwrap_or_else(|| slug::space(&draft.slug)));
    let tagline = errors.check("tagline", text::line(&draft.tagline, 0..=120));
    let about = errors.check("about", text::paragraphs(&draft.about, 0..=4000));
    let category = errors.check("category", topics::category(&draft.category));
    let tags = errors.check("tags", topics::tags(&draft.tags));
    let topics = category.zip(tags).map(|(category, tags)| Topics { category, tags });
    let zone = match draft.zone.trim() {
        "" => Some(None),
        name => errors.check("zone", Zone::named(name)).map(Some),
    };
    match (slug, name, tagline, about, topics, zone) {
        (Some(slug), Some(name), Some(tagline), Some(about), Some(topics), Some(zone)) => {
            Ok(SpaceText { slug, name, tagline, about, topics, zone })
        }
        _ => Err(errors),
    }
}

/// Another space, for whoever has closed theirs.
pub async fn create_space(State(app): State<App>, me: SignedIn) -> WebResult {
    match spaces::create(&app.services, &me.0.account).await {
        Err(ServiceError::Conflict("spaces")) => Err(WebError::conflict(t!("another-space-one"))),
        Err(ServiceError::Conflict("quota")) => Err(WebError::conflict(t!("another-space-many"))),
        created => Ok(flash::redirect(&app, &path(created?), &t!("another-space-done"))),
    }
}

pub async fn publish(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    match spaces::publish(&app.services, me.0.account.id, id).await {
        Err(ServiceError::Conflict("empty")) => {
            Ok(flash::refuse(&app, &path(id), &views::t!("catalogue-publish-empty")))
        }
        Err(ServiceError::Conflict("closed")) => {
            Ok(flash::refuse(&app, &path(id), &views::t!("catalogue-publish-closed")))
        }
        published => {
            published?;
            Ok(flash::redirect(&app, &path(id), &views::t!("catalogue-published")))
        }
    }
}

/// Closes every door of the space at once and ends what is open.
pub async fn unpublish(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    spaces::unpublish(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(id), &views::t!("catalogue-unpublished-done")))
}

fn path(id: SpaceId) -> String {
    format!("/account/spaces/{id}")
}
