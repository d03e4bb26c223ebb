//! The chat of a show beside its replay: some lines at their moments for the player, and all of them as a list.

use super::watched;
use crate::{
    app::App,
    web::{
        access::doors::{Admitted, ENTER},
        error::WebResult,
        extract::Query,
    },
};
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::IntoResponse,
};
use serde::Deserialize;
use views::live::{
    recording as pages,
    replay_chat::{self, ReplayChatPage},
};

/// Lines of an answer, and of a page.
const LINES: usize = 200;

#[derive(Deserialize)]
pub struct LinesQuery {
    /// In milliseconds of the recording.
    #[serde(default)]
    from: i64,
    #[serde(default)]
    until: i64,
    #[serde(default)]
    after: u64,
}

/// `GET /streams/{id}/replay/lines`
pub async fn lines(
    State(app): State<App>,
    door: Admitted<ENTER>,
    Query(wanted): Query<LinesQuery>,
) -> WebResult {
    let recording = watched(&app, &door).await?;
    let time = recording.said_between(wanted.from, wanted.until);
    let room = door.caller.room;
    let lines = app.store.journal().said_between(room, time, wanted.after, LINES).await?;
    let further = HeaderValue::from_static(if lines.len() == LINES { "true" } else { "false" });
    let headers = [(HeaderName::from_static("x-further"), further)];
    Ok((headers, replay_chat::lines(&recording, &lines)).into_response())
}

#[derive(Deserialize)]
pub struct AfterQuery {
    #[serde(default)]
    after: u64,
}

/// `GET /streams/{id}/replay/chat`
pub async fn page(
    State(app): State<App>,
    door: Admitted<ENTER>,
    Query(wanted): Query<AfterQuery>,
) -> WebResult {
    let recording = watched(&app, &door).await?;
    let time = recording.said_between(0, i64::MAX);
    let room = door.caller.room;
    let lines = app.store.journal().said_between(room, time, wanted.after, LINES).await?;
    let further = lines.last().filter(|_| lines.len() == LINES).map(|entry| entry.seq);
    let space = &door.caller.facts.place.space;
    let page = ReplayChatPage { space, recording: &recording, lines: &lines, further };
    let shell = app.shell(Some(&door.session.account), &format!("{}/chat", pages::path(&recording)));
    Ok(replay_chat::page(&shell, &page).into_response())
}
