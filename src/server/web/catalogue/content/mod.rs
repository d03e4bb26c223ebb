//! What experiences hold beside shows: the doors of their feeds, and the pages of each kind.

pub mod downloads;
pub mod files;
pub mod posts;
pub mod uploads;
pub mod videos;
pub mod writing;

use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        access::doors::{CachePolicy, Caller, Follower},
        chat::community,
        error::{WebError, WebResult},
        extract::{Path, Query},
        follow::Right,
        live::{queue, sse},
        people::session::Visitor,
        snapshots::{self, Subject as _},
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{
    access::admit::{Door, Reason},
    catalogue::offer::ExperienceKind,
    id::{ExperienceId, RoomId},
};

/// `/experiences/{id}`: redirects to the page that shows the experience.
pub async fn find(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<ExperienceId>,
) -> WebResult<Redirect> {
    let room = RoomId::of_experience(id);
    let caller = Caller::at(&app, visitor.identity(), room, CachePolicy::Store).await?;
    match caller.decide(Door::Enter).reason {
        Reason::Hidden => Err(WebError::not_found()),
        _ => Ok(Redirect::to(&caller.path())),
    }
}

/// The live updates of an experience without streams.
pub async fn events(
    State(app): State<App>,
    follower: Follower,
    Query(follow): Query<sse::FollowQuery>,
    last: sse::LastEventId,
    address: ClientAddress,
) -> WebResult {
    match follower.caller.facts.place.experience.kind {
        ExperienceKind::Community => sse::room_events(&app, follower, follow, last, address).await,
        ExperienceKind::Posts => {
            let Follower { caller, admission, .. } = follower;
            queue::seat(&app, &caller, &admission)?;
            let subject = posts::PostsPage::of(&caller, &admission, &follow)?;
            snapshots::follow(&app, subject, Right::Room(caller), address).await
        }
        _ => Err(WebError::not_found()),
    }
}

/// The live part of its page, for pages without a feed.
pub async fn fragment(
    State(app): State<App>,
    follower: Follower,
    Query(follow): Query<sse::FollowQuery>,
) -> WebResult {
    match follower.caller.facts.place.experience.kind {
        ExperienceKind::Community => community::fragment(&app, follower).await,
        ExperienceKind::Posts => {
            let subject = posts::PostsPage::of(&follower.caller, &follower.admission, &follow)?;
            Ok(subject.picture(&app).await?.frame().into_response())
        }
        _ => Err(WebError::not_found()),
    }
}
