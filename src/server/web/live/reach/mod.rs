//! The connection check: a browser tries whether it reaches the media plane by UDP, by TCP and by a relay. Each attempt is a session
//! without media, which ends after `LASTS`; few run at a time, and each account and address has few.

pub mod relays;

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
    id::AccountId,
    live::media::{MediaEnd, Transport},
};
use serde::Deserialize;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use views::{
    live::reach::{PATH, Relays},
    t,
};

/// A browser that reaches us needs less than a second, and the page waits for eight.
const LASTS: Duration = Duration::from_secs(10);
/// Attempts that run at a time.
const AT_ONCE: usize = 64;
/// Attempts that an account may make per minute, and an address, whoever it is. A check makes two, or three with a relay.
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
    let relays = app.settings.relay.as_ref().map_or(&[][..], |relays| relays.urls());
    let relays: Vec<_> = relays.iter().map(|url| (url.host.to_string(), url.port, url.way.name())).collect();
    let tried = match visitor.account() {
        Some(me) if !relays.is_empty() => may_be_relayed(&app, me.id).await?,
        _ => false,
    };
    let shell = app.shell(visitor.account(), PATH);
    Ok(views::live::reach::page(&shell, &addresses, Relays { all: &relays, tried }).into_response())
}

/// Who holds a pass, or hosts where others come: a relay costs bandwidth, and nobody else needs it. Everybody has a space of their own, so
/// only a published one counts.
async fn may_be_relayed(app: &App, account: AccountId) -> WebResult<bool> {
    let grants = app.store.grants().of_account(account).await?;
    let now = app.clock.now();
    if grants.iter().any(|grant| grant.holds_at(now)) {
        return Ok(true);
    }
    let spaces = app.store.spaces().of_account(account).await?;
    Ok(spaces.iter().any(|(space, _)| space.published_at.is_some()))
}

/// Whoever runs a network need not hear of loopback, unless there is nothing else.
fn told(all: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let others: Vec<_> = all.iter().copied().filter(|address| !address.ip().is_loopback()).collect();
    if others.is_empty() { all } else { others }
}

/// By what somebody tries to reach us.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    Udp,
    Tcp,
    /// A relay, which itself comes by UDP.
    Relay,
}

#[derive(Deserialize)]
pub struct AttemptQuery {
    by: Way,
}

/// The transport whose addresses are answered, and the headers that name the relays.
async fn way(app: &App, visitor: &Visitor, by: Way) -> WebResult<(Transport, HeaderMap)> {
    match by {
        Way::Udp => return Ok((Transport::Udp, HeaderMap::new())),
        Way::Tcp => return Ok((Transport::Tcp, HeaderMap::new())),
        Way::Relay if app.settings.relay.is_none() => return Err(WebError::not_found()),
        Way::Relay => {}
    }
    let me = visitor.account().ok_or_else(WebError::sign_in)?;
    if !may_be_relayed(app, me.id).await? {
        return Err(WebError::needs_pass());
    }
    Ok((Transport::Udp, relays::links(app, &relays::name_of_account(app, me.id))))
}

/// Answers an offer with the addresses of one transport, and with the relays if they are to be tried.
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
    let (transport, relays) = way(&app, &visitor, wanted.by).await?;
    let answer = app.media.try_out(offer, transport).await.map_err(media_failure)?;
    let (media, session) = (app.media.clone(), answer.session);
    tokio::spawn(async move {
        tokio::time::sleep(LASTS).await;
        media.end(session, MediaEnd::Left);
        drop(place);
    });
    Ok(([(header::CONTENT_TYPE, SDP)], relays, answer.sdp).into_response())
}
