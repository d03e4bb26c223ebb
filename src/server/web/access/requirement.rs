//! The switch of a team's owners: whether the team requires passkeys.

use super::teams::path;
use crate::{
    app::App,
    web::{
        error::WebResult,
        extract::{Form, Path},
        flash,
        people::session::SignedIn,
    },
};
use axum::extract::State;
use domain::id::TeamId;
use serde::Deserialize;
use service::people::passkeys::requirement;
use views::t;

#[derive(Deserialize)]
pub struct PasskeyRequirementForm {
    required: bool,
}

pub async fn set(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<TeamId>,
    Form(wish): Form<PasskeyRequirementForm>,
) -> WebResult {
    requirement::set(&app.services, me.0.account.id, id, wish.required).await?;
    let words =
        if wish.required { t!("passkeys-team-now-required") } else { t!("passkeys-team-not-required") };
    Ok(flash::redirect(&app, &path(id), &words))
}
