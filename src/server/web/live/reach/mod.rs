//! The connection check: a browser tries whether it reaches the media plane by UDP and by TCP. Each attempt is a session without
//! media, which ends after `LASTS`; few run at a time, and each account and address has few.

use super::{
    whip::{SDP, media_failure},
    whip_request::check_type,
};
use crate::{
    app::App,
    limits::{ClientAddress, Openings},
    web::{
        error::{WebError, WebResult},
        extract::Query,
        people::session::Visitor,
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use domain::{
    clock::Clock,
    live::media::{MediaEnd, Transport},
};
use serde::Deserialize;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use views::{live::reach::PATH, t};

/// A browser that reaches us needs less than a second, and the page waits for eight.
const LASTS: Duration = Duration::from_secs(10);
/// Attempts that run at a time.
const AT_ONCE: usize = 64;
/// Attempts that an account may make per minute, and an address, whoever it is. A check makes two.
const OF_ACCOUNT: u32 = 12;
const OF_ADDRESS: u32 = 60;

/// How many attempts run, and how many each account and address has left.
pub struct ConnectionAttempts {
    places: Arc<Semaphore>,
    openings: Openings,
}

impl Default for ConnectionAttempts {
    fn default() -> Self {
        let openings = Openings::named(("account_attempts", OF_ACCOUNT), ("address_attempts", OF_ADDRESS));
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), openings }
    }
}

pub async fn page(State(app): State<App>, visitor: Visitor) -> WebResult {
    let addresses = told(app.media.addresses());
    Ok(views::live::reach::page(&app.shell(visitor.account(), PATH), &addresses).into_response())
}

/// Whoever runs a network need not hear of loopback, unless there is nothing else.
fn told(all: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let others: Vec<_> = all.iter().copied().filter(|address| !address.ip().is_loopback()).collect();
    if others.is_empty() { all } else { others }
}

#[derive(Deserialize)]
pub struct AttemptQuery {
    by: Transport,
}

/// Answers an offer with the addresses of one transport.
pub async fn attempt(
    State(app): State<App>,
    visitor: Visitor,
    address: ClientAddress,
    Query(wanted): Query<AttemptQuery>,
    headers: HeaderMap,
    offer: String,
) -> WebResult {
    check_type(&headers, SDP)?;
    let account = visitor.account().map(|me| me.id);
    let taken = app.attempts.openings.take(account, address, app.clock.now());
    taken.map_err(|wait| WebError::too_many(t!("reach-often"), wait.ceil_secs()))?;
    let place = app.attempts.places.clone().try_acquire_owned();
    let place = place.map_err(|_| WebError::unavailable(t!("reach-often")))?;
    let answer = app.media.try_out(offer, wanted.by).await.map_err(media_failure)?;
    let (media, session) = (app.media.clone(), answer.session);
    tokio::spawn(async move {
        tokio::time::sleep(LASTS).await;
        media.end(session, MediaEnd::Left);
        drop(place);
    });
    Ok(([(header::CONTENT_TYPE, SDP)], answer.sdp).into_response())
}
