//! The one door to a live page: admit, attend, replay what was missed, follow the log; and end it when access does.

use super::{
    access::{Admitted, FOLLOW},
    error::{WebError, WebResult},
    feed,
};
use crate::app::App;
use actors::{Attendance, AttendanceGuard, AttendanceKind};
use axum::{
    extract::{FromRequestParts, Query, State},
    http::request::Parts,
    response::Response,
};
use domain::{
    access::Door,
    feed::EjectReason,
    id::{AttendanceId, SessionId},
    presence::Person,
};
use fanout::Event;
use serde::Deserialize;
use std::convert::Infallible;

#[derive(Deserialize)]
pub struct Follow {
    /// The last entry that the page shows.
    #[serde(default)]
    since: u64,
    #[serde(default)]
    page: String,
}

impl Follow {
    pub fn studio(&self) -> bool {
        self.page == "studio"
    }
}

/// Extractor: the last entry that a browser heard which connects again. It beats the number of the page.
pub struct LastEventId(Option<u64>);

impl<S: Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let last = parts.headers.get("last-event-id").and_then(|v| v.to_str().ok());
        Ok(Self(last.and_then(|v| v.trim().parse().ok())))
    }
}

pub async fn stream_events(
    State(app): State<App>,
    door: Admitted<FOLLOW>,
    Query(follow): Query<Follow>,
    LastEventId(last): LastEventId,
) -> WebResult {
    super::queue::seat(&app, &door.caller, &door.admission)?;
    let room = door.caller.stream.id;
    let page = feed::Page::of(door.admission.role, follow.studio());
    let start = feed::join(&app, room, page, last.unwrap_or(follow.since)).await?;
    let (opened, body) = app.fanout.subscribe(start.cursor, start.first);
    let link = opened.clone();
    let guard = attend(&app, &door, move |reason| {
        link.end(Event::named(views::dom::events::END, views::stream::end_text(reason)));
    });
    // An eject that came before is seen by asking again, one that comes from now on finds the attendance.
    let again = door.caller.again(&app).await.and_then(|caller| caller.enter(Door::Enter));
    if let Err(refused) = again.and_then(|_| signed_in_still(&app, door.session.id)) {
        drop(guard);
        return Err(refused);
    }
    opened.on_close(move |_| drop(guard));
    Ok(respond(body))
}

/// One open page of this person.
pub fn attend<const DOOR: u8>(
    app: &App,
    door: &Admitted<DOOR>,
    close: impl Fn(EjectReason) + Send + Sync + 'static,
) -> AttendanceGuard {
    app.house.attend(Attendance {
        id: AttendanceId::new(),
        room: door.caller.stream.id,
        space: door.caller.facts.place.space.id,
        person: Person::Account(door.session.account.id),
        account: Some(door.session.account.id),
        session: Some(door.session.id),
        grant: door.admission.grant,
        until: door.admission.until,
        kind: AttendanceKind::Page,
        team: door.admission.role.moderates(),
        close: Box::new(close),
    })
}

fn signed_in_still(app: &App, session: SessionId) -> WebResult<()> {
    if app.warm_sessions.ended(session) { Err(WebError::sign_in()) } else { Ok(()) }
}

pub fn respond(body: fanout::Body) -> Response {
    body.respond().map(axum::body::Body::new)
}
