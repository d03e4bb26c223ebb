//! Sending shows to other platforms: the destinations of a space, and the host's switches in the studio.

use crate::{
    app::App,
    web::{
        access::doors::{Admitted, HOST},
        error::{self, WebError, WebResult, too_often},
        extract::{Form, Path},
        flash,
        htmx::Htmx,
        people::session::SignedIn,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    id::{DestinationId, SpaceId, StreamId},
    live::{
        passes::Plane,
        restream::{
            MOST_DESTINATIONS, RestreamAddress, RestreamAddressError, RestreamOutput, StreamKey,
            destination_name,
        },
        stream::Stream,
    },
};
use serde::Deserialize;
use service::{
    ServiceError, ServiceResult,
    live::restreams::{self, NewDestination},
};
use views::{
    form::{Errors, FieldError, WHOLE_FORM},
    live::restream::{self as pages, DestinationDraft, DestinationsPage},
    t,
};

/// `GET /account/spaces/{id}/restreams`
pub async fn list(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    show(&app, &me, id, &DestinationDraft::default(), &Errors::default()).await
}

async fn show(
    app: &App,
    me: &SignedIn,
    id: SpaceId,
    draft: &DestinationDraft,
    errors: &Errors,
) -> WebResult<Response> {
    let (space, destinations) = restreams::of_team(&app.services, me.0.account.id, id).await?;
    let page = DestinationsPage { space: &space, destinations: &destinations, draft, errors };
    let shell = app.shell(Some(&me.0.account), &pages::list_path(id));
    Ok(pages::list(&shell, &page).into_response())
}

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct DestinationForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    key: String,
}

/// `POST /account/spaces/{id}/restreams`
pub async fn add(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(form): Form<DestinationForm>,
) -> WebResult {
    let mut errors = Errors::of(pages::FORM);
    let name = errors.check("name", destination_name(&form.name));
    let address = errors.check("address", form.address.parse::<RestreamAddress>());
    let key = errors.check("key", StreamKey::parse(&form.key));
    let done = match name.zip(address).zip(key) {
        None => Err(errors),
        Some(((name, address), key)) => {
            let new = NewDestination { name, address, key };
            form_result(restreams::add(&app.services, me.0.account.id, id, new).await)?
        }
    };
    match done {
        Ok(()) => Ok(flash::redirect(&app, &pages::list_path(id), &t!("restreams-added"))),
        Err(errors) => {
            // The key is not written into a page.
            let draft = DestinationDraft { name: form.name, address: form.address };
            Ok(error::refused(show(&app, &me, id, &draft, &errors).await?, &errors))
        }
    }
}

/// The inner error is shown in the form; other failures become error responses.
fn form_result(added: ServiceResult<Result<(), RestreamAddressError>>) -> WebResult<Result<(), Errors>> {
    match added {
        Ok(Ok(())) => Ok(Ok(())),
        Ok(Err(why)) => Ok(Err(Errors::one(pages::FORM, FieldError::new("address", why)))),
        Err(ServiceError::TooMany { limit, what, wait }) => {
            Ok(Err(too_often(pages::FORM, limit, what, wait)))
        }
        Err(ServiceError::Conflict("destinations")) => {
            let words = t!("restreams-refused-many", most = MOST_DESTINATIONS);
            Ok(Err(Errors::one(pages::FORM, FieldError::new(WHOLE_FORM, words))))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /account/restreams/{id}/deletion`
pub async fn remove(State(app): State<App>, me: SignedIn, Path(id): Path<DestinationId>) -> WebResult {
    let space = restreams::remove(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &pages::list_path(space), &t!("restreams-removed")))
}

/// What the studio of a stream shows of its destinations. `None` where nothing can be sent: what LiveKit forwards does not come
/// by here.
pub async fn beside(app: &App, stream: &Stream) -> WebResult<Option<Vec<RestreamOutput>>> {
    match app.planes.of(stream) {
        Plane::LiveKit => Ok(None),
        Plane::Embedded => Ok(restreams::of_stream(&app.services, stream).await?),
    }
}

#[derive(Deserialize)]
pub struct RestreamForm {
    on: bool,
}

/// `POST /streams/{id}/restreams/{destination}`: the host switches a destination on or off for this show.
pub async fn switch(
    State(app): State<App>,
    door: Admitted<HOST>,
    htmx: Htmx,
    Path((id, destination)): Path<(StreamId, DestinationId)>,
    Form(wanted): Form<RestreamForm>,
) -> WebResult {
    let (by, stream) = (door.session.account.id, door.caller.stream()?);
    if wanted.on && app.planes.of(stream) == Plane::LiveKit {
        return Err(WebError::conflict(t!("restreams-elsewhere")));
    }
    restreams::switch(&app.services, by, stream, destination, wanted.on).await?;
    if !htmx.0 {
        return Ok(htmx.done(|| format!("/account/streams/{id}/studio")));
    }
    let outputs = beside(&app, stream).await?.unwrap_or_default();
    Ok(pages::outputs(stream, &outputs).into_response())
}
