//! The list of people in a room, and whether one's own name is shown in it.

use crate::app::App;
use crate::web::extract::Form;
use crate::web::{
    access::doors::{Admitted, ENTER},
    error::WebResult,
    htmx::Htmx,
    people::session::SignedIn,
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::id::AccountId;
use serde::Deserialize;
use service::people::profile;
use views::live::people::People;

#[derive(Deserialize)]
pub struct ListingForm {
    listed: bool,
}

pub async fn people(State(app): State<App>, door: Admitted<ENTER>, htmx: Htmx) -> WebResult {
    let (room, of) = (door.caller.room, door.caller.chat()?);
    // A community shows who is there to everybody in it.
    let stream = door.caller.stream().ok();
    let told = stream.is_none_or(|stream| stream.tells_count(door.admission.role.moderates()));
    let accounts = if told { app.engine.accounts(room) } else { Vec::new() };
    let me = door.session.account.id;
    let named = app.store.accounts().named(&mine_first(accounts, me)).await?;
    let people = People {
        of,
        title: stream.map_or(&door.caller.facts.place.experience.title, |stream| &stream.title),
        count: told.then(|| app.engine.people(room)),
        named: &named,
        me,
        listed: app.store.accounts().listed(me).await?,
    };
    if htmx.0 {
        return Ok(views::live::people::fragment(&people).into_response());
    }
    let shell = app.shell(Some(&door.session.account), &format!("{of}/people"));
    Ok(views::live::people::page(&shell, &people).into_response())
}

/// Only the first people of a crowd are named; the caller's own name comes first.
fn mine_first(mut accounts: Vec<AccountId>, me: AccountId) -> Vec<AccountId> {
    if let Some(at) = accounts.iter().position(|account| *account == me) {
        accounts[..=at].rotate_right(1);
    }
    accounts
}

pub async fn list_me(
    State(app): State<App>,
    door: Admitted<ENTER>,
    htmx: Htmx,
    Form(wanted): Form<ListingForm>,
) -> WebResult {
    profile::list(&app.services, door.session.account.id, wanted.listed).await?;
    if htmx.0 {
        return people(State(app), door, htmx).await;
    }
    Ok(Redirect::to(&format!("{}/people", door.caller.chat()?)).into_response())
}

/// The same from the account page.
pub async fn list_me_everywhere(
    State(app): State<App>,
    me: SignedIn,
    Form(wanted): Form<ListingForm>,
) -> WebResult<Redirect> {
    profile::list(&app.services, me.0.account.id, wanted.listed).await?;
    Ok(Redirect::to("/account"))
}
