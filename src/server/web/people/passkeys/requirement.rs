//! The page for whoever owes a passkey: a team, or the operators, keep what they would do for sessions that began with one.

use crate::{
    app::App,
    web::{
        encode,
        error::WebResult,
        extract::Query,
        people::{session::SignedIn, sign_in::Next},
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::people::account::Began;
use views::people::passkeys as pages;

/// Leads to that page, and from there to `next`, a path on this site.
pub fn lead(next: &str) -> Response {
    Redirect::to(&format!("/account/passkeys/requirement?next={}", encode(next))).into_response()
}

pub async fn page(State(app): State<App>, me: SignedIn, Query(next): Query<Next>) -> WebResult {
    if me.0.began == Began::Passkey {
        return Ok(Redirect::to(next.local()).into_response());
    }
    let account = &me.0.account;
    let has_one = !app.store.passkeys().of_account(account.id).await?.is_empty();
    let shell = app.shell(Some(account), "/account/passkeys/requirement");
    Ok(pages::owed(&shell, &app.passkeys.place_here(), has_one, next.local()).into_response())
}
