//! A person's saved cards.

use crate::{
    app::App,
    web::{
        error::{WebError, WebResult},
        extract::Form,
        flash,
        people::session::SignedIn,
    },
};
use axum::extract::State;
use serde::Deserialize;
use service::{ServiceError, money::buying::cards};
use views::{money::purchases::PATH, t};

#[derive(Deserialize)]
pub struct CardRemoval {
    #[serde(default)]
    card: String,
}

pub async fn remove(State(app): State<App>, me: SignedIn, Form(form): Form<CardRemoval>) -> WebResult {
    match cards::remove(&app.services, me.0.account.id, &form.card).await {
        Ok(()) => Ok(flash::redirect(&app, PATH, &t!("card-removed"))),
        Err(ServiceError::NotFound) => Err(WebError::field("card", t!("card-gone"))),
        Err(error) => Err(error.into()),
    }
}
