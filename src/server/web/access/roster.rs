//! The team's page of who holds a pass of their space.

use crate::app::App;
use crate::web::{
    error::{WebError, WebResult},
    extract::{Path, Query},
    people::session::SignedIn,
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    access::may::Action,
    clock::Clock,
    id::{GrantId, SpaceId},
    time::Millis,
};
use serde::Deserialize;
use store::PassHolder;
use views::access::roster::{self as pages, Roster, Row};

const PAGE: usize = 50;

#[derive(Deserialize)]
pub struct Begin {
    /// The last row of the page before.
    #[serde(default)]
    after: String,
}

pub async fn page(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Query(begin): Query<Begin>,
) -> WebResult {
    let space = app.services.authorise(me.0.account.id, id, Action::EditOffer).await?;
    let before = match begin.after.as_str() {
        "" => None,
        text => Some(place(text).ok_or_else(no_page)?),
    };
    let now = app.clock.now();
    let people = app.store.grants().people(id, now).await?;
    let mut found = app.store.grants().roster(id, now, before, PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| format!("{}-{}", last.since.0, last.grant));
    let rows: Vec<Row> = found.iter().map(row).collect();
    let page =
        Roster { space: &space, people, rows: &rows, further: before.is_some(), next: next.as_deref() };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(id)), &page).into_response())
}

fn place(text: &str) -> Option<(Millis, GrantId)> {
    let (since, grant) = text.split_once('-')?;
    Some((Millis(since.parse().ok()?), grant.parse().ok()?))
}

fn no_page() -> WebError {
    WebError::field("after", views::t!("catalogue-explore-no-page"))
}

fn row(holder: &PassHolder) -> Row<'_> {
    Row { account: &holder.account, pass: &holder.pass, since: holder.since }
}
