//! The only door to live updates: admit, attend, replay what was missed, follow the log; and end the feed when access
//! ends.

use crate::app::App;
use crate::limits::ClientAddress;
use crate::web::extract::Query;
use crate::web::{
    access::doors::{Caller, Follower},
    error::{WebError, WebResult},
    live::feed,
};
use actors::{Attendance, AttendanceGuard, AttendanceKind, Notice};
use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::Response,
};
use domain::{
    access::admit::{Admission, Door},
    id::{AttendanceId, SessionId},
    live::presence::Person,
    people::account::Identity,
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

/// An extractor: the last entry that a reconnecting browser received. It takes precedence over the page's number.
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
    Follower { caller, who, admission }: Follower,
    Query(follow): Query<Follow>,
    LastEventId(last): LastEventId,
    address: ClientAddress,
) -> WebResult {
    crate::web::live::queue::seat(&app, &caller, &admission)?;
    let page = feed::Page::of(admission.role, follow.studio());
    let start = feed::join(
        &app,
        feed::Key { room: caller.room, stream: caller.stream.id, page },
        last.unwrap_or(follow.since),
    )
    .await?;
    let (opened, body) = app.fanout.subscribe(start.cursor, start.first);
    let link = opened.clone();
    let guard = attend(&app, &caller, who, &admission, move |notice| match notice {
        Notice::Ended(reason) => {
            link.end(Event::named(views::dom::events::END, views::live::stream::end_text(reason)));
        }
        // If the link is full, the reader is behind and will resync anyway after reconnecting.
        Notice::AccessChanged => drop(link.send(Event::named(views::dom::events::RESYNC, ""))),
    });
    // Admit again: this detects an eject that came before attending. A later eject finds the attendance.
    let again = caller.again(&app).await.and_then(|caller| caller.enter(Door::Enter));
    if let Err(refused) = again.and_then(|_| signed_in_still(&app, who.session)) {
        drop(guard);
        return Err(refused);
    }
    let place = app.feeds.open(who, address, &opened);
    opened.on_close(move |_| drop((guard, place)));
    Ok(respond(body))
}

/// Registers one open page of this person.
pub fn attend(
    app: &App,
    caller: &Caller,
    who: Identity,
    admission: &Admission,
    tell: impl Fn(Notice) + Send + Sync + 'static,
) -> AttendanceGuard {
    app.engine.attend(Attendance {
        id: AttendanceId::new(),
        room: caller.room,
        space: caller.facts.place.space.id,
        person: Person::Account(who.account),
        session: Some(who.session),
        grant: admission.grant,
        until: admission.until,
        kind: AttendanceKind::Page,
        team: admission.role.moderates(),
        tell: Box::new(tell),
    })
}

fn signed_in_still(app: &App, session: SessionId) -> WebResult<()> {
    if app.services.caches.sessions.has_ended(session) { Err(WebError::sign_in()) } else { Ok(()) }
}

pub fn respond(body: fanout::Body) -> Response {
    body.respond().map(axum::body::Body::new)
}
