//! Passes that a team gives to e-mail addresses: its page, and that of whoever gets one.

use crate::app::App;
use crate::web::{
    catalogue::manage::{edited, own_space},
    error::{WebError, WebResult, refused, too_often},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use domain::{
    access::may::{Action, may},
    catalogue::offer::NotOffered,
    id::{CompId, PassId},
    people::address,
};
use serde::Deserialize;
use service::{
    ServiceError, ServiceResult,
    access::comps::{self, Given},
};
use views::{
    form::{Errors, FieldError},
    money::comps::{self as pages, CompsPage},
    t,
};

fn path(id: PassId) -> String {
    format!("/account/access_passes/{id}/comps")
}

pub async fn list(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    show(&app, &me, id, "", &Errors::default()).await
}

async fn show(app: &App, me: &SignedIn, id: PassId, email: &str, errors: &Errors) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    let (space, role) = edited(app, me, pass.space).await?;
    let mut comps = app.store.comps().of_pass(id).await?;
    if !may(role, Action::SeeAddresses) {
        // Whoever gave one has typed its address.
        let others = comps.iter_mut().filter(|comp| comp.by != me.0.account.id && !comp.email.is_empty());
        others.for_each(|comp| comp.email = address::masked(&comp.email));
    }
    let page = CompsPage { space: &space, pass: &pass, comps: &comps, email, errors };
    Ok(pages::list(&app.shell(Some(&me.0.account), &path(id)), &page).into_response())
}

#[derive(Deserialize)]
pub struct Address {
    #[serde(default)]
    email: String,
}

fn form_result(result: ServiceResult<()>) -> WebResult<Result<(), Errors>> {
    let words = match result {
        Ok(()) => return Ok(Ok(())),
        Err(ServiceError::TooMany { limit, what, wait }) => {
            return Ok(Err(too_often("comp", limit, what, wait)));
        }
        Err(ServiceError::Conflict("given")) => t!("comps-again"),
        Err(ServiceError::Conflict("comps")) => t!("comps-many"),
        Err(ServiceError::NotOffered(NotOffered::SoldOut)) => t!("refusals-sold-out"),
        Err(error) => return Err(error.into()),
    };
    Ok(Err(Errors::one("comp", FieldError::new("email", words))))
}

pub async fn give(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PassId>,
    Form(form): Form<Address>,
) -> WebResult {
    own_space(&app, &me, app.store.passes().by_id(id).await?.space).await?;
    let mut errors = Errors::of("comp");
    let given = match errors.check("email", address::parse(&form.email)) {
        Some(email) => form_result(comps::give(&app.services, me.0.account.id, id, &email).await)?,
        None => Err(errors),
    };
    match given {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &t!("comps-given"))),
        Err(errors) => Ok(refused(show(&app, &me, id, &form.email, &errors).await?, &errors)),
    }
}

#[derive(Deserialize)]
pub struct Revocation {
    #[serde(default)]
    comp: String,
}

pub async fn revoke(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PassId>,
    Form(revocation): Form<Revocation>,
) -> WebResult {
    own_space(&app, &me, app.store.passes().by_id(id).await?.space).await?;
    let Ok(comp) = revocation.comp.parse::<CompId>() else {
        return Err(WebError::field("comp", t!("comp-gone")));
    };
    comps::revoke(&app.services, me.0.account.id, id, comp).await?;
    Ok(flash::redirect(&app, &path(id), &t!("comps-revoke-done")))
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<CompId>) -> WebResult {
    let account = &me.0.account;
    let Given { comp, pass, space, from } = comps::find(&app.services, account, id).await.map_err(refusal)?;
    let shell = app.shell(Some(account), &format!("/account/comps/{id}"));
    Ok(pages::page(&shell, &space, &pass, (&comp, from.as_deref())).into_response())
}

pub async fn claim(State(app): State<App>, me: SignedIn, Path(id): Path<CompId>) -> WebResult {
    let space = comps::claim(&app.services, &me.0.account, id).await.map_err(refusal)?;
    Ok(flash::redirect(&app, &format!("/{}", space.slug), &t!("comp-taken")))
}

/// Why a pass cannot be taken, for whoever follows its link.
fn refusal(error: ServiceError) -> WebError {
    match error {
        ServiceError::NotFound => WebError::new(StatusCode::NOT_FOUND, "no_comp", t!("comp-gone")),
        ServiceError::Conflict("address") => WebError::forbidden("other_address", t!("comp-other")),
        ServiceError::Conflict("held") => WebError::conflict(t!("comp-held")),
        other => other.into(),
    }
}
