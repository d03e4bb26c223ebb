//! The routes of the pay page. Only they complete a session, used by a person or a test.

use crate::{
    StandIn,
    book::{
        Book,
        records::{Session, SessionStatus},
    },
    pages::{self, Page},
    rules::{
        self,
        billing::{
            cards::{DECLINED, Typed},
            checkout,
        },
        url,
    },
};
use axum::{
    Router,
    body::Bytes,
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
        .route("/pay/{session}/confirm", post(confirm))
        .route("/pay/{session}/refuse", post(refuse))
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
        let saved = book.billing().methods_of(session.customer.as_deref());
        Some((session.clone(), refused || session.refused, saved))
    });
    match shown.await {
        Ok(Some((session, refused, saved))) => Page::of_session(&session, refused, &saved).into_response(),
        Ok(None) => unknown(),
        Err(error) => pages::trouble(&error),
    }
}

/// Pays with the card of the form, or with a good one.
async fn pay(State(stand_in): State<StandIn>, Path(id): Path<String>, body: Bytes) -> Response {
    let typed = Typed::of_form(&body);
    after(stand_in, id, move |book, id, now| checkout::submit(book, id, typed, now)).await
}

/// Says yes to the question of the card's bank.
async fn confirm(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    after(stand_in, id, |book, id, now| checkout::answer(book, id, true, now)).await
}

async fn refuse(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    after(stand_in, id, |book, id, now| checkout::answer(book, id, false, now)).await
}

async fn delay(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    after(stand_in, id, rules::delay).await
}

async fn decline(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Response {
    let typed = Typed { number: DECLINED.to_owned(), ..Typed::default() };
    after(stand_in, id, move |book, id, now| checkout::submit(book, id, typed, now)).await
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
async fn after<F>(stand_in: StandIn, id: String, act: F) -> Response
where
    F: FnOnce(&mut Book, &str, i64) + Send + 'static,
{
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
