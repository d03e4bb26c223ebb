//! The doors of a full service: a seat, or a place in the queue with a page that shows it. The rules are in
//! [`domain::live::queue`]. Buyers never have to queue for checkout pages.

use crate::app::App;
use crate::web::extract::Query;
use crate::web::{
    access::doors::{Admitted, Caller, ENTER},
    error::{WebError, WebResult},
    htmx::Htmx,
};
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    access::{admit::Admission, grant::Grant},
    live::{
        presence::Person,
        queue::{Place, QueueAnswer, QueueLane},
    },
    people::account::Account,
    time::Span,
};
use serde::Deserialize;
use views::{live::queue::Waiting, t};

/// Tells htmx to reload the page, because it would show something else now.
pub const REFRESH: HeaderName = HeaderName::from_static("hx-refresh");
/// When a refused feed or player may retry.
const TRY_AGAIN: Span = Span::secs(10);
/// When to retry if even the queue is full.
const QUEUE_FULL: Span = Span::secs(60);

/// A watch page opens. Returns nothing, or the queue page to show instead.
pub fn wait(
    app: &App,
    caller: &Caller,
    account: Option<&Account>,
    admission: &Admission,
) -> WebResult<Option<Response>> {
    let Some((person, lane)) = asks(caller, admission) else { return Ok(None) };
    match app.engine.ask(person, lane) {
        QueueAnswer::Inside => Ok(None),
        QueueAnswer::Waiting(place) => Ok(Some(page(app, caller, account, place)?)),
        QueueAnswer::Full => Err(both_full()),
    }
}

/// A feed or a player opens. It cannot wait, and does not bypass the queue.
pub fn seat(app: &App, caller: &Caller, admission: &Admission) -> WebResult<()> {
    let seated = asks(caller, admission).is_none_or(|(person, lane)| app.engine.knock(person, lane));
    if seated { Ok(()) } else { Err(full()) }
}

#[derive(Deserialize)]
pub struct QueueQuery {
    /// What the page currently shows, encoded by `views::live::queue::shown`.
    #[serde(default)]
    shown: String,
}

/// `GET /streams/{id}/queue`: returns the place, which asking keeps, or lets the person in.
pub async fn place(
    State(app): State<App>,
    door: Admitted<ENTER>,
    Query(asks): Query<QueueQuery>,
    htmx: Htmx,
) -> WebResult {
    let caller = &door.caller;
    let person = Person::Account(door.session.account.id);
    match app.engine.ask(person, lane(caller, &door.admission)) {
        QueueAnswer::Inside if htmx.0 => Ok((StatusCode::NO_CONTENT, [(REFRESH, "true")]).into_response()),
        QueueAnswer::Inside => Ok(Redirect::to(&caller.path()).into_response()),
        QueueAnswer::Waiting(place) if asks.shown == views::live::queue::shown(&place) => {
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        QueueAnswer::Waiting(place) => {
            Ok(views::live::queue::fragment(caller.chat()?, &place).into_response())
        }
        QueueAnswer::Full => Err(both_full()),
    }
}

/// Updates the metrics of people inside and in the queue.
pub fn measure(app: &App) {
    let counts = app.engine.queue();
    metrics::gauge!("backstage_people_inside").set(counts.inside as f64);
    metrics::gauge!("backstage_people_waiting").set(counts.waiting as f64);
    metrics::gauge!("backstage_people_limit").set(counts.limit as f64);
}

/// The person and their lane. Only people with an account take seats.
fn asks(caller: &Caller, admission: &Admission) -> Option<(Person, QueueLane)> {
    Some((Person::Account(caller.who?.account), lane(caller, admission)))
}

fn lane(caller: &Caller, admission: &Admission) -> QueueLane {
    let operator = caller.who.is_some_and(|who| who.operator);
    let (facts, now) = (&caller.facts, caller.now);
    // What a buyer may have for nothing is no reason to come first, unless they paid for it.
    let costs = |grant: &Grant| {
        let mut passes = facts.place.passes.iter();
        passes.any(|pass| pass.id == grant.pass && pass.price.kind.minor() > 0)
    };
    let bought = || {
        let mut grants = facts.standing.grants.iter().filter(|grant| grant.holds_at(now));
        grants.any(|grant| grant.purchase.is_some() || costs(grant))
    };
    match () {
        () if operator || admission.role.moderates() => QueueLane::Staff,
        () if bought() => QueueLane::Buyer,
        () => QueueLane::Guest,
    }
}

fn page(app: &App, caller: &Caller, account: Option<&Account>, place: Place) -> WebResult {
    let waiting = Waiting {
        space: &caller.facts.place.space,
        experience: &caller.facts.place.experience,
        of: caller.chat()?,
        place,
    };
    let page = views::live::queue::page(&app.shell(account, &caller.path()), &waiting);
    let again = HeaderValue::from(place.ask_again().ceil_secs());
    Ok((StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, again)], page).into_response())
}

fn full() -> WebError {
    WebError { anew: true, ..refused(t!("live-queue-full"), TRY_AGAIN) }
}

fn both_full() -> WebError {
    refused(t!("live-queue-both-full"), QUEUE_FULL)
}

fn refused(words: impl Into<String>, again: Span) -> WebError {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    WebError { retry_after: Some(again.ceil_secs()), ..WebError::new(status, "full", words) }
}
