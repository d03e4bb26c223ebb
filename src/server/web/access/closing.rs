//! Closing a space for good, in two steps, and taking that back in time.

use crate::app::App;
use crate::web::{
    error::{WebError, WebResult, refused, too_often},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{extract::State, response::IntoResponse};
use domain::id::SpaceId;
use serde::Deserialize;
use service::{ServiceError, catalogue::closings, people::passkeys::is_owner_proved};
use views::{
    access::closing::{self, ClosingPage},
    form::{Errors, FieldError},
};

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let page = show(&app, &me, id, "", &Errors::default()).await?;
    // Nobody fills in what would be refused.
    if is_owner_proved(&app.services, &me.0.account).await? {
        Ok(page)
    } else {
        Err(WebError::owes_passkey())
    }
}

async fn show(app: &App, me: &SignedIn, id: SpaceId, typed: &str, errors: &Errors) -> WebResult {
    let account = &me.0.account;
    let (space, stakes) = closings::stakes(&app.services, account.id, id).await?;
    if space.closed_at.is_some() {
        return Err(closed());
    }
    let page = ClosingPage {
        space: &space,
        holders: stakes.holders.unsigned_abs(),
        orders: stakes.orders.unsigned_abs(),
        untaken: stakes.untaken.unsigned_abs(),
        on_air: stakes.on_air.unsigned_abs(),
        typed,
        errors,
    };
    let shell = app.shell(Some(account), &format!("/account/spaces/{id}/closing"));
    Ok(closing::page(&shell, &page).into_response())
}

#[derive(Deserialize)]
pub struct CloseSpaceForm {
    #[serde(default)]
    name: String,
}

pub async fn close(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(form): Form<CloseSpaceForm>,
) -> WebResult {
    let errors = match closings::close(&app.services, me.0.account.id, id, &form.name).await {
        Ok(()) => return Ok(flash::redirect(&app, &path(id), &views::t!("access-closed-done"))),
        Err(ServiceError::Conflict("name")) => {
            let (space, _) = closings::stakes(&app.services, me.0.account.id, id).await?;
            let words = views::t!("access-close-other-name", space = &space.name);
            Errors::one("closing", FieldError::new("name", words))
        }
        Err(ServiceError::TooMany { limit, what, wait }) => too_often("closing", limit, what, wait),
        Err(ServiceError::Conflict("closed")) => return Err(closed()),
        Err(error) => return Err(error.into()),
    };
    Ok(refused(show(&app, &me, id, &form.name, &errors).await?, &errors))
}

fn closed() -> WebError {
    WebError::conflict(views::t!("access-closed-already"))
}

pub async fn reopen(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    match closings::reopen(&app.services, me.0.account.id, id).await {
        Err(ServiceError::Conflict("closed")) => Err(WebError::conflict(views::t!("access-reopen-refused"))),
        reopened => {
            reopened?;
            Ok(flash::redirect(&app, &path(id), &views::t!("access-reopened")))
        }
    }
}

fn path(id: SpaceId) -> String {
    format!("/account/spaces/{id}")
}
