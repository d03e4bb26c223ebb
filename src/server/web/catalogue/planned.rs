//! Streams that have not begun: plan, move, call off, delete.

use crate::app::App;
use crate::web::extract::{Form, Path};
use crate::web::{
    catalogue::{
        experiences::{own_experience, page_with},
        manage::{form_result, own_space},
    },
    error::{WebError, WebResult, refused},
    flash,
    people::session::SignedIn,
};
use axum::{extract::State, response::IntoResponse};
use domain::{
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
use views::{
    catalogue::{
        experiences::ExperienceDraft,
        planned::{self, StreamDraft, StreamForm},
    },
    form::Errors,
};

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    title: String,
    /// The format of a browser's datetime-local field. Empty: no time yet.
    #[serde(default)]
    scheduled_at: String,
    /// The time zone of the field above. Empty: that of the space, or UTC.
    #[serde(default)]
    tz: String,
}

impl Fields {
    fn draft(self) -> StreamDraft {
        StreamDraft { title: self.title, at: self.scheduled_at, tz: self.tz, in_utc: false }
    }
}

/// Validates the draft of a stream that was planned for `kept`. Returns the title and the planned time.
fn checked(
    draft: &StreamDraft,
    space: Option<&Zone>,
    kept: Option<Millis>,
    now: Millis,
) -> Result<(String, Option<Planned>), Errors> {
    let mut errors = Errors::of("stream");
    let title = errors.check("title", text::line(&draft.title, 1..=80));
    let planned =
        schedule::zone(&draft.tz, space).and_then(|zone| schedule::reread(&draft.at, &zone, kept, now));
    let planned = errors.check("scheduled_at", planned);
    title.zip(planned).ok_or(errors)
}

/// The words, and what was taken where the clocks change.
fn said(words: &str, planned: Option<&Planned>) -> String {
    match planned.and_then(|planned| planned.remark.as_deref()) {
        Some(remark) => format!("{words} {remark}"),
        None => words.into(),
    }
}

pub async fn schedule(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
    Form(fields): Form<Fields>,
) -> WebResult {
    let (found, space) = own_experience(&app, &me, id).await?;
    let draft = fields.draft();
    let made = match checked(&draft, space.zone.as_ref(), None, app.clock.now()) {
        Ok((title, planned)) => {
            let at = planned.as_ref().map(|p| p.at);
            let made = streams::schedule(&app.services, me.0.account.id, id, &title, at).await;
            form_result("stream", made)?.map(|stream| (stream, planned))
        }
        Err(errors) => Err(errors),
    };
    match made {
        Ok((stream, planned)) => {
            let to = format!("/account/streams/{}/studio", stream.id);
            Ok(flash::redirect(&app, &to, &said("The stream is planned.", planned.as_ref())))
        }
        Err(errors) => {
            let drafts = (&ExperienceDraft::from(&found), &draft);
            let page = page_with(&app, &me, &space, Some(&found), drafts, &errors).await?;
            Ok(refused(page, &errors))
        }
    }
}

pub async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let stream = app.store.streams().by_id(id).await?;
    let space = own_space(&app, &me, stream.space).await?;
    let draft = StreamDraft::of(&stream, space.zone.as_ref());
    page(&app, &me, (&space, &stream), &draft, &Errors::default()).await
}

async fn page(
    app: &App,
    me: &SignedIn,
    (space, stream): (&Space, &Stream),
    draft: &StreamDraft,
    errors: &Errors,
) -> WebResult {
    let experience = app.store.experiences().by_id(stream.experience).await?;
    let written = !app.store.journal().is_empty(stream.room).await?;
    let form = StreamForm { space, experience: &experience, stream, written, draft, errors };
    let shell = app.shell(Some(&me.0.account), &format!("/account/streams/{}/schedule", stream.id));
    Ok(planned::page(&shell, &form).into_response())
}

pub async fn reschedule(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    Form(fields): Form<Fields>,
) -> WebResult {
    let stream = app.store.streams().by_id(id).await?;
    let space = own_space(&app, &me, stream.space).await?;
    let draft = fields.draft();
    let saved = match checked(&draft, space.zone.as_ref(), stream.scheduled_at, app.clock.now()) {
        Ok((title, planned)) => {
            let at = planned.as_ref().map(|p| p.at);
            let saved = streams::reschedule(&app.services, me.0.account.id, id, &title, at).await;
            form_result("stream", saved)?.map(|()| planned)
        }
        Err(errors) => Err(errors),
    };
    match saved {
        Ok(planned) => {
            let to = format!("/account/experiences/{}", stream.experience);
            Ok(flash::redirect(&app, &to, &said("The stream is saved.", planned.as_ref())))
        }
        Err(errors) => Ok(refused(page(&app, &me, (&space, &stream), &draft, &errors).await?, &errors)),
    }
}

pub async fn cancel(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let stream = app.store.streams().by_id(id).await?;
    streams::cancel(&app.services, me.0.account.id, id).await.map_err(explain_refusal)?;
    let to = format!("/account/experiences/{}", stream.experience);
    Ok(flash::redirect(&app, &to, &format!("“{}” is cancelled.", stream.title)))
}

pub async fn delete(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let stream = streams::delete(&app.services, me.0.account.id, id).await.map_err(explain_refusal)?;
    let to = format!("/account/experiences/{}", stream.experience);
    Ok(flash::redirect(&app, &to, &format!("“{}” is deleted.", stream.title)))
}

fn explain_refusal(error: ServiceError) -> WebError {
    match error {
        ServiceError::Conflict("lines") => {
            WebError::conflict("Something was said or decided in its chat, so it cannot be deleted.")
        }
        ServiceError::Conflict("state") => {
            WebError::conflict("This stream has begun, so it can be neither cancelled nor deleted.")
        }
        other => other.into(),
    }
}
