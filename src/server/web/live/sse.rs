//! The door to a room's live updates: admit, replay what was missed, follow the log.

use crate::app::App;
use crate::limits::ClientAddress;
use crate::web::extract::Query;
use crate::web::{
    access::doors::Follower,
    error::WebResult,
    follow::{self, Right},
    live::{feed, queue},
    opening,
};
use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use serde::Deserialize;
use std::convert::Infallible;

#[derive(Deserialize)]
pub struct FollowQuery {
    /// The last entry that the page shows.
    #[serde(default)]
    since: u64,
    #[serde(default)]
    page: String,
    /// Of posts: where the page begins.
    #[serde(default)]
    pub after: String,
    /// The only post that the page shows.
    #[serde(default)]
    pub post: String,
}

impl FollowQuery {
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
    follower: Follower,
    Query(follow): Query<FollowQuery>,
    last: LastEventId,
    address: ClientAddress,
) -> WebResult {
    room_events(&app, follower, follow, last, address).await
}

/// The updates of a room with a chat.
pub async fn room_events(
    app: &App,
    Follower { caller, who, admission }: Follower,
    follow: FollowQuery,
    LastEventId(last): LastEventId,
    address: ClientAddress,
) -> WebResult {
    queue::seat(app, &caller, &admission)?;
    let page = feed::PageKind::of(admission.role, follow.studio());
    let log = feed::RoomPage { room: caller.room, of: caller.chat()?, page };
    let may_replay = || opening::count(app, who.account, address);
    let start = feed::join(app, log, last.unwrap_or(follow.since), may_replay).await?;
    follow::open(app, Right::Room(caller), address, start).await
}
