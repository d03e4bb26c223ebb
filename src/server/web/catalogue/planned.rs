//! Streams that have not begun: plan, plan again, move, call off, delete.

use crate::app::App;
use crate::web::extract::{Form, Path};
use crate::web::{
    catalogue::{
        experiences::{own_experience, page_with},
        manage::{edited, form_result},
    },
    error::{WebError, WebResult, refused},
    flash,
    people::session::SignedIn,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    access::may::{Action, may},
    catalogue::{
        offer::Space,
        schedule::{self, Planned},
        zone::Zone,
    },
    clock::Clock,
    id::{ExperienceId, StreamId},
    live::stream::Stream,
    text,
    time::Millis,
};
use serde::Deserialize;
use service::{ServiceError, catalogue::streams};
use store::NewStreams;
use views::{
    catalogue::{
        experiences::ExperienceDraft,
        planned::{self, CopyForm, StreamDraft, StreamForm},
    },
    form::Errors,
    in_words::InWords,
};

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct StreamFields {
    #[serde(default)]
    title: String,
    /// The format of a browser's datetime-local field. Empty: no time yet.
    #[serde(default)]
    scheduled_at: String,
    /// The time zone of the field above. Empty: that of the space, or UTC.
    #[serde(default)]
    tz: String,
    /// In a row. Empty: once.
    #[serde(default)]
    weeks: String,
}

impl StreamFields {
    fn draft(self) -> StreamDraft {
        let Self { title, scheduled_at, tz, weeks } = self;
        StreamDraft { title, at: scheduled_at, tz, weeks, in_utc: false }
    }
}

/// Validates the draft of a stream that was planned for `kept`. Returns the title and the planned times.
fn checked(
    draft: &StreamDraft,
    space: Option<&Zone>,
    kept: Option<Millis>,
    now: Millis,
) -> Result<(String, Vec<Planned>), Errors> {
    let mut errors = Errors::of("stream");
    let title = errors.check("title", text::line(&draft.title, 1..=80));
    let zone = schedule::zone(&draft.tz, space);
    let first = zone.clone().and_then(|zone| schedule::reread(&draft.at, &zone, kept, now));
    let first = errors.check("scheduled_at", first);
    let weeks = errors.check("weeks", schedule::weeks(&draft.weeks));
    let (Some(title), Some(first), Some(weeks), Ok(zone)) = (title, first, weeks, zone) else {
        return Err(errors);
    };
    match errors.check("scheduled_at", schedule::weekly(first, &zone, weeks)) {
        Some(planned) => Ok((title, planned)),
        None => Err(errors),
    }
}

fn moments(planned: &[Planned]) -> Vec<Millis> {
    planned.iter().map(|planned| planned.at).collect()
}

/// The words, and what was taken where the clocks change.
fn with_remarks(words: &str, planned: &[Planned]) -> String {
    let remarks = planned.iter().filter_map(|planned| planned.remark.as_ref()).map(InWords::in_words);
    std::iter::once(words.to_owned()).chain(remarks).collect::<Vec<_>>().join(" ")
}

/// To the studio of a stream, or to the list that shows the whole series.
fn open_next(app: &App, first: &Stream, planned: &[Planned]) -> Response {
    match planned.len() {
        0 | 1 => {
            let to = format!("/account/streams/{}/studio", first.id);
            flash::redirect(app, &to, &with_remarks(&views::t!("catalogue-stream-planned"), planned))
        }
        count => {
            let words = views::t!("catalogue-streams-planned", count = count);
            flash::redirect(app, &list_path(first), &with_remarks(&words, planned))
        }
    }
}

/// A stream of the caller's team, and its space.
async fn own_stream(app: &App, me: &SignedIn, id: StreamId) -> WebResult<(Stream, Space)> {
    paying_stream(app, me, id).await.map(|(stream, space, _)| (stream, space))
}

/// The same, and whether the caller may refund its buyers.
async fn paying_stream(app: &App, me: &SignedIn, id: StreamId) -> WebResult<(Stream, Space, bool)> {
    let stream = app.store.streams().by_id(id).await?;
    let (space, role) = edited(app, me, stream.space).await?;
    Ok((stream, space, may(role, Action::ManageMoney)))
}

/// The page on which a stream stands among the others.
fn list_path(stream: &Stream) -> String {
    format!("/account/experiences/{}", stream.experience)
}

pub async fn schedule(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    Form(fields): Form<StreamFields>,
) -> WebResult {
    let (found, space) = own_experience(&app, &me, id).await?;
    let draft = fields.draft();
    let made = match checked(&draft, space.zone.as_ref(), None, app.clock.now()) {
        Ok((title, planned)) => {
            let new = NewStreams { title: &title, at: &moments(&planned), count_hidden: false };
            let made = streams::schedule(&app.services, me.0.account.id, id, &new).await;
            form_result("stream", made)?.map(|first| (first, planned))
        }
        Err(errors) => Err(errors),
    };
    match made {
        Ok((first, planned)) => Ok(open_next(&app, &first, &planned)),
        Err(errors) => {
            let drafts = (&ExperienceDraft::from(&found), &draft);
            let page = page_with(&app, &me, &space, Some(&found), drafts, &errors).await?;
            Ok(refused(page, &errors))
        }
    }
}

pub async fn copy(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let (stream, space) = own_stream(&app, &me, id).await?;
    let draft = StreamDraft::again(&stream, space.zone.as_ref(), app.clock.now());
    copy_page(&app, &me, (&space, &stream), &draft, &Errors::default()).await
}

async fn copy_page(
    app: &App,
    me: &SignedIn,
    (space, stream): (&Space, &Stream),
    draft: &StreamDraft,
    errors: &Errors,
) -> WebResult {
    let experience = app.store.experiences().by_id(stream.experience).await?;
    let form = CopyForm { space, experience: &experience, stream, draft, errors };
    let shell = app.shell(Some(&me.0.account), &format!("/account/streams/{}/copies", stream.id));
    Ok(planned::copy(&shell, &form).into_response())
}

pub async fn duplicate(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    Form(fields): Form<StreamFields>,
) -> WebResult {
    let (stream, space) = own_stream(&app, &me, id).await?;
    let draft = fields.draft();
    let made = match checked(&draft, space.zone.as_ref(), None, app.clock.now()) {
        Ok((title, planned)) => {
            let at = moments(&planned);
            let made = streams::duplicate(&app.services, me.0.account.id, id, &title, &at).await;
            form_result("stream", made)?.map(|first| (first, planned))
        }
        Err(errors) => Err(errors),
    };
    match made {
        Ok((first, planned)) => Ok(open_next(&app, &first, &planned)),
        Err(errors) => Ok(refused(copy_page(&app, &me, (&space, &stream), &draft, &errors).await?, &errors)),
    }
}

pub async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let (stream, space, refunds) = paying_stream(&app, &me, id).await?;
    let draft = StreamDraft::of(&stream, space.zone.as_ref());
    page(&app, &me, (&space, &stream, refunds), &draft, &Errors::default()).await
}

async fn page(
    app: &App,
    me: &SignedIn,
    (space, stream, refunds): (&Space, &Stream, bool),
    draft: &StreamDraft,
    errors: &Errors,
) -> WebResult {
    let experience = app.store.experiences().by_id(stream.experience).await?;
    let written = !app.store.journal().is_empty(stream.room).await?;
    let series = match stream.series {
        Some(series) => app.store.streams().coming(series).await?,
        None => Vec::new(),
    };
    let form = StreamForm {
        space,
        experience: &experience,
        stream,
        series: &series,
        written,
        refunds,
        draft,
        errors,
    };
    let shell = app.shell(Some(&me.0.account), &format!("/account/streams/{}/schedule", stream.id));
    Ok(planned::page(&shell, &form).into_response())
}

pub async fn reschedule(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    Form(fields): Form<StreamFields>,
) -> WebResult {
    let (stream, space, refunds) = paying_stream(&app, &me, id).await?;
    // What is moved is one stream, also of a series.
    let draft = StreamDraft { weeks: String::new(), ..fields.draft() };
    let saved = match checked(&draft, space.zone.as_ref(), stream.scheduled_at, app.clock.now()) {
        Ok((title, planned)) => {
            let at = planned.first().map(|planned| planned.at);
            let saved = streams::reschedule(&app.services, me.0.account.id, id, &title, at).await;
            form_result("stream", saved)?.map(|()| planned)
        }
        Err(errors) => Err(errors),
    };
    match saved {
        Ok(planned) => Ok(flash::redirect(
            &app,
            &list_path(&stream),
            &with_remarks(&views::t!("catalogue-stream-saved"), &planned),
        )),
        Err(errors) => {
            let page = page(&app, &me, (&space, &stream, refunds), &draft, &errors).await?;
            Ok(refused(page, &errors))
        }
    }
}

pub async fn cancel(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let stream = app.store.streams().by_id(id).await?;
    streams::cancel(&app.services, me.0.account.id, id).await.map_err(explain_refusal)?;
    Ok(flash::redirect(&app, &list_path(&stream), &views::t!("catalogue-cancelled", title = &stream.title)))
}

pub async fn cancel_series(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let stream = app.store.streams().by_id(id).await?;
    let count = streams::cancel_series(&app.services, me.0.account.id, id).await.map_err(explain_refusal)?;
    let words = views::t!("catalogue-series-cancelled", count = count);
    Ok(flash::redirect(&app, &list_path(&stream), &words))
}

pub async fn delete(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let stream = streams::delete(&app.services, me.0.account.id, id).await.map_err(explain_refusal)?;
    Ok(flash::redirect(&app, &list_path(&stream), &views::t!("catalogue-deleted", title = &stream.title)))
}

fn explain_refusal(error: ServiceError) -> WebError {
    match error {
        ServiceError::Conflict("lines") => WebError::conflict(views::t!("catalogue-stream-kept")),
        ServiceError::Conflict("reminders") => WebError::conflict(views::t!("catalogue-stream-reminders")),
        ServiceError::Conflict("series") => WebError::conflict(views::t!("catalogue-series-over")),
        ServiceError::Conflict("state") => WebError::conflict(views::t!("catalogue-stream-begun-kept")),
        other => other.into(),
    }
}
