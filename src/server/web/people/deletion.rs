//! Deleting one's account. The page says what goes and what stays; a fresh code and the own username confirm it.

use super::{cookies::set_cookie, session::Fresh};
use crate::{
    app::App,
    web::{error::WebResult, extract::Form, flash},
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use domain::{clock::Clock, people::account::Account, time::Span};
use serde::Deserialize;
use service::{ServiceError, people::deletion};
use store::{SoldSpace, UnpaidShare};
use views::{
    form::{Errors, FieldError},
    people::{leaving as pages, mail},
    t,
};

pub async fn page(State(app): State<App>, Fresh(me): Fresh) -> WebResult {
    shown(&app, &me.0.account, &Errors::default(), StatusCode::OK).await
}

async fn shown(app: &App, account: &Account, errors: &Errors, status: StatusCode) -> WebResult<Response> {
    let obstacles = app.store.deletion().obstacles(account.id, app.clock.now()).await?;
    let shell = app.shell(Some(account), "/account/deletion");
    let sold: Vec<_> = obstacles.sold.iter().map(sold).collect();
    let unpaid = deletion::unpaid(&app.services, account.id).await?;
    let (owed, given_up): (Vec<_>, Vec<_>) =
        (unpaid.owed.iter().map(owed).collect(), unpaid.given_up.iter().map(owed).collect());
    let stands = pages::Obstacles {
        sold: &sold,
        on_air: &obstacles.on_air,
        paying: &obstacles.paying,
        owed: &owed,
        given_up: &given_up,
    };
    Ok((status, pages::deletion(&shell, account, &stands, errors)).into_response())
}

fn owed(share: &UnpaidShare) -> pages::OwedShare<'_> {
    let UnpaidShare { team, space, space_name, amount, moving } = share;
    pages::OwedShare { space: *space, team: *team, name: space_name, amount: *amount, moving: *moving }
}

fn sold(space: &SoldSpace) -> pages::Sold<'_> {
    pages::Sold { space: space.id, team: space.team, name: &space.name }
}

#[derive(Deserialize)]
pub struct Deletion {
    #[serde(default)]
    username: String,
}

pub async fn delete(State(app): State<App>, Fresh(me): Fresh, Form(form): Form<Deletion>) -> WebResult {
    let account = &me.0.account;
    if form.username.trim().trim_start_matches('@') != account.username {
        let words = t!("people-deletion-wrong-name", username = account.username.as_str());
        let errors = Errors::one("deletion", FieldError::new("username", words));
        return shown(&app, account, &errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match deletion::delete(&app.services, account.id, mail::deleted(&account.email)).await {
        Ok(()) => {
            let cookie = (header::SET_COOKIE, set_cookie(&app, app.cookie_name(), "", Span::default()));
            let done = flash::redirect(&app, "/", &t!("people-deletion-done"));
            Ok((AppendHeaders([cookie]), done).into_response())
        }
        // The page says what stands in the way.
        Err(ServiceError::Conflict("obstacles")) => {
            shown(&app, account, &Errors::default(), StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}
