//! The four routes of the pay page. Only they complete a session, used by a person or a test.

use crate::{
    StandIn,
    book::records::{Session, SessionStatus},
    pages::{self, Page},
    rules::{self, url},
};
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

pub fn routes() -> Router<StandIn> {
    Router::new()
        .route("/pay/{session}", get(page))
        .route("/pay/{session}/pay", post(pay))
        .route("/pay/{session}/delay", post(delay))
        .route("/pay/{session}/decline", post(decline))
        .route("/pay/{session}/abandon", post(abandon))
}

async fn page(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    let shown = stand_in.change(move |book, now| {
        rules::sweep(book, now);
        let session = book.session(&id)?;
        let refused = book
            .intent_of(session)
            .and_then(|intent| book.charge_of(intent))
            .is_some_and(|charge| !charge.paid);
        Some((session.clone(), refused))
    });
    match shown.await {
        Ok(Some((session, refused))) => Page::of_session(&session, refused).into_response(),
        Ok(None) => unknown(),
        Err(error) => pages::trouble(&error),
    }
}

async fn pay(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    after(stand_in, id, rules::pay).await
}

async fn delay(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    after(stand_in, id, rules::delay).await
}

async fn decline(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    after(stand_in, id, rules::decline).await
}

/// Leaves without paying. The session stays open, so the buyer may come back.
async fn abandon(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    let session = stand_in.read(|book| book.session(&id).cloned());
    match session {
        Some(session) => Redirect::to(&away(&session)).into_response(),
        None => unknown(),
    }
}

/// Runs `act`, then redirects: a complete session to its shop, any other back to its page.
async fn after(stand_in: StandIn, id: String, act: fn(&mut crate::book::Book, &str, i64)) -> Response {
    let done = stand_in.change(move |book, now| {
        rules::sweep(book, now);
        act(book, &id, now);
        book.session(&id).cloned()
    });
    match done.await {
        Ok(Some(session)) if session.status == SessionStatus::Complete => {
            Redirect::to(&url::fill(&session.success_url, &session.id)).into_response()
        }
        Ok(Some(session)) => Redirect::to(&format!("/pay/{}", session.id)).into_response(),
        Ok(None) => unknown(),
        Err(error) => pages::trouble(&error),
    }
}

/// Where a buyer is sent who does not pay.
fn away(session: &Session) -> String {
    match &session.cancel_url {
        Some(address) => url::fill(address, &session.id),
        None => format!("/pay/{}", session.id),
    }
}

fn unknown() -> Response {
    let page = Page::notice(
        "No such payment",
        "The stand-in knows no payment under this address. Nothing was charged.",
    );
    (StatusCode::NOT_FOUND, page).into_response()
}
