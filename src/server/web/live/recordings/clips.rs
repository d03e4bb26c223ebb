//! Clips of a show: made and listed by those who may enter it, played like its replay, removed by their makers and its team.

use super::{
    bytes::{Asking, PlayedFile, answer},
    clip_file::{ClipFile, clock_of},
    refuse_preview,
};
use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        access::doors::{Admitted, CachePolicy, Caller, ENTER, HOST, room_of},
        error::{self, WebError, WebResult},
        extract::{Form, Path},
        flash,
        htmx::Htmx,
        people::session::{SignedIn, Visitor},
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, Method},
    response::{IntoResponse, Response},
};
use domain::{
    access::admit::Door,
    id::{ClipId, StreamId},
    live::recording::clips::{ClipRefused, ClipWish, clip_title, moment},
    time::Span,
};
use serde::Deserialize;
use service::{
    ServiceError,
    live::clips::{self, NewClip},
};
use views::{
    form::{Errors, FieldError, WHOLE_FORM},
    live::recording::clips::{self as pages, ClipDraft, ClipPage, ClipPlay, ClipsPage},
    t,
};

/// `GET /streams/{id}/clips`
pub async fn list(State(app): State<App>, door: Admitted<ENTER>) -> WebResult {
    refuse_preview(&door.admission)?;
    show(&app, &door, &ClipDraft::default(), &Errors::default()).await
}

async fn show(app: &App, door: &Admitted<ENTER>, draft: &ClipDraft, errors: &Errors) -> WebResult<Response> {
    let (caller, team) = (&door.caller, door.admission.role.moderates());
    let stream = caller.stream()?;
    let recording = match clips::recording_of(&app.services, stream.id, team).await {
        Ok(recording) => Some(recording),
        Err(ServiceError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let clips = match &recording {
        Some(_) => app.store.clips().of_stream(stream.id).await?,
        None => Vec::new(),
    };
    let (place, path) = (&caller.facts.place, caller.path());
    let page = ClipsPage {
        space: &place.space,
        experience: (&path, &place.experience.title),
        stream,
        recording: recording.as_ref(),
        clips: &clips,
        reader: (door.session.account.id, team),
        hosts: caller.decide(Door::Host).admitted(),
        draft,
        errors,
    };
    let shell = app.shell(Some(&door.session.account), &pages::list_path(stream.id));
    Ok(pages::list(&shell, &page).into_response())
}

#[derive(Deserialize)]
pub struct ClipForm {
    #[serde(default)]
    title: String,
    /// What was on air for so long; without it, a part of the recording.
    seconds: Option<i64>,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
}

impl ClipForm {
    fn read(&self, errors: &mut Errors) -> Option<NewClip> {
        let title = errors.check("title", clip_title(&self.title));
        let mut at = |field: &'static str, text: &str| {
            errors.check(field, moment(text).ok_or_else(|| t!("clips-refused-moment")))
        };
        let wish = match self.seconds {
            Some(seconds) => Some(ClipWish::Last(Span::secs(seconds.clamp(0, 3600)))),
            None => {
                let (begins, until) = (at("from", &self.from), at("until", &self.until));
                begins.zip(until).map(|(begins, until)| ClipWish::Part { begins, until })
            }
        };
        title.zip(wish).map(|(title, wish)| NewClip { title, wish })
    }
}

/// `POST /streams/{id}/clips`
pub async fn make(
    State(app): State<App>,
    door: Admitted<ENTER>,
    htmx: Htmx,
    Form(form): Form<ClipForm>,
) -> WebResult {
    refuse_preview(&door.admission)?;
    let mut errors = Errors::of("clip");
    if let Some(new) = form.read(&mut errors) {
        let team = door.admission.role.moderates();
        let account = &door.session.account;
        match clips::make(&app.services, account, door.caller.stream()?, team, new).await {
            Ok(clip) if htmx.0 => return Ok(pages::toast_made(&clip).into_response()),
            Ok(clip) => return Ok(flash::redirect(&app, &pages::path(&clip), &t!("clips-made"))),
            Err(ServiceError::Clip(why)) if why != ClipRefused::Team => {
                errors.push(FieldError::new(WHOLE_FORM, why));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if htmx.0 {
        return Err(WebError::fields(&errors));
    }
    let draft = ClipDraft { title: form.title, from: form.from, until: form.until };
    let page = show(&app, &door, &draft, &errors).await?;
    Ok(error::refused(page, &errors))
}

/// `GET /streams/{id}/clips/{clip}`: whoever lacks access is led to what gives it.
pub async fn one(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, clip)): Path<(StreamId, ClipId)>,
) -> WebResult {
    let room = room_of(&app, id).await?;
    let caller = Caller::at(&app, visitor.identity(), room, CachePolicy::Store).await?;
    if caller.decide(Door::Enter).reason.has_remedy() {
        return Ok(flash::redirect(&app, &caller.path(), &t!("clips-inside")));
    }
    let admission = caller.enter(Door::Enter)?;
    refuse_preview(&admission)?;
    let me = visitor.account().ok_or_else(WebError::sign_in)?;
    let team = admission.role.moderates();
    let (clip, recording) = clips::shown(&app.services, caller.stream()?.id, clip, team).await?;
    let play = match clip.is_whole(&recording, caller.now) {
        false => ClipPlay::Waits,
        true => match clock_of(&clips::segments(&app.services, &clip).await?) {
            None => ClipPlay::Empty,
            Some(begins) => ClipPlay::Plays { lead: Span((clip.begins.0 - begins.0).max(0)) },
        },
    };
    let (place, path) = (&caller.facts.place, caller.path());
    let page = ClipPage {
        space: &place.space,
        experience: (&path, &place.experience.title),
        recording: &recording,
        clip: &clip,
        play,
        replay: recording.is_shown(team, caller.now),
        removable: clip.may_be_removed(me.id, team),
    };
    let shell = app.shell(Some(me), &pages::path(&clip));
    Ok(pages::one(&shell, &page).into_response())
}

/// `GET /media/clips/{id}/{clip}`, of a stream.
pub async fn play(
    State(app): State<App>,
    door: Admitted<ENTER>,
    address: ClientAddress,
    Path((_, clip)): Path<(StreamId, ClipId)>,
    method: Method,
    headers: HeaderMap,
) -> WebResult {
    refuse_preview(&door.admission)?;
    let team = door.admission.role.moderates();
    let (clip, recording) = clips::shown(&app.services, door.caller.stream()?.id, clip, team).await?;
    if !clip.is_whole(&recording, door.caller.now) {
        return Err(WebError::conflict(t!("clips-waits")));
    }
    let segments = clips::segments(&app.services, &clip).await?;
    let file = ClipFile::new(clip.id, recording, segments).ok_or_else(WebError::not_found)?;
    let asking = Asking { door, address, method, headers };
    answer(app, PlayedFile::Clip(file), None, asking)
}

/// `POST /streams/{id}/clips/{clip}/removal`: its maker may remove it without access, too.
pub async fn remove(
    State(app): State<App>,
    me: SignedIn,
    visitor: Visitor,
    Path((id, clip)): Path<(StreamId, ClipId)>,
) -> WebResult {
    let room = room_of(&app, id).await?;
    let caller = Caller::at(&app, visitor.identity(), room, CachePolicy::Bypass).await?;
    let moderates = caller.decide(Door::Moderate).admitted();
    clips::remove(&app.services, me.0.account.id, moderates, id, clip).await?;
    let back = if caller.decide(Door::Enter).admitted() { pages::list_path(id) } else { caller.path() };
    Ok(flash::redirect(&app, &back, &t!("clips-removed")))
}

#[derive(Deserialize)]
pub struct ClipMakersForm {
    team: bool,
}

/// `POST /streams/{id}/clip_makers`: the host says who makes clips.
pub async fn restrict(
    State(app): State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    Form(wanted): Form<ClipMakersForm>,
) -> WebResult {
    let stream = door.caller.stream()?;
    clips::restrict(&app.services, door.session.account.id, stream, wanted.team).await?;
    Ok(htmx.done(|| pages::list_path(stream.id)))
}
