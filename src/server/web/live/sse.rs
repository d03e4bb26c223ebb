//! The only door to live updates: admit, attend, replay what was missed, follow the log; and end the feed when access
//! ends.

use crate::app::App;
use crate::limits::ClientAddress;
use crate::web::extract::Query;
use crate::web::{
    access::doors::Follower,
    error::WebResult,
    live::{attend::attend, feed},
};
use actors::{AttendanceKind, Notice};
use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::Response,
};
use domain::access::{admit::Door, eject::EjectReason};
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
    let tell = move |notice| match notice {
        Notice::Ended(reason) => {
            link.end(end(reason));
        }
        // If the link is full, the reader is behind and will resync anyway after reconnecting.
        Notice::AccessChanged => drop(link.send(Event::named(views::dom::events::RESYNC, ""))),
    };
    let (_, guard) = attend(&app, caller, Door::Enter, AttendanceKind::Page, tell).await?;
    let place = app.feeds.open(who, address, &opened);
    opened.on_close(move |_| drop((guard, place)));
    Ok(respond(body))
}

/// The last message of a page: why it has ended.
pub fn end(reason: EjectReason) -> Event<'static> {
    Event::named(views::dom::events::END, views::live::stream::end_text(reason))
}

pub fn respond(body: fanout::Body) -> Response {
    body.respond().map(axum::body::Body::new)
}
