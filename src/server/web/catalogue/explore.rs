//! The directory of spaces, by a plain address that can be kept and shared.

use crate::app::App;
use crate::web::{
    begins_after,
    catalogue::spaces::{cards, viewer},
    error::WebResult,
    extract::Query,
    people::session::Visitor,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use domain::catalogue::{
    explore::{Query as Wanted, field},
    places::Cursor,
};
use views::catalogue::explore::{self, Explore};

const PAGE: usize = 24;

/// What cannot be read is named and left out; the rest is found.
pub async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> WebResult {
    let (query, wrong) = Wanted::read(&pairs);
    let after = pairs.iter().find(|(name, _)| name == field::AFTER).map_or("", |(_, value)| value.as_str());
    let cursor = begins_after(after, |text| Cursor::read(text, query.sort).ok())?;
    let found = app.store.spaces().discover(&query, cursor.as_ref(), viewer(&app, &visitor), PAGE).await?;
    let cards = cards(&found.spaces);
    let next = found.next.map(|cursor| cursor.to_string());
    let page = Explore {
        query: &query,
        wrong: &wrong,
        cards: &cards,
        total: found.total,
        further: cursor.is_some(),
        next: next.as_deref(),
    };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, explore::page(&app.shell(visitor.account(), "/explore"), &page)).into_response())
}
