//! The still picture of a live stream: as it is for those who may enter, and veiled for those who could with a pass.

use crate::{
    app::App,
    web::{
        access::doors::{CachePolicy, Caller, room_of},
        error::{WebError, WebResult},
        extract::Path,
        people::session::Visitor,
    },
};
use axum::{extract::State, http::header, response::IntoResponse};
use domain::{access::admit::Door, id::StreamId, picture::Format};

pub async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<StreamId>) -> WebResult {
    let room = room_of(&app, id).await?;
    // A page may show the stills of many spaces. Whoever watches has a standing in the cache, which is used.
    let caller = Caller::at(&app, visitor.identity(), room, CachePolicy::Bypass).await?;
    let admission = caller.decide(Door::Enter);
    let veiled = !admission.admitted();
    if veiled && !admission.reason.shows_door() {
        return Err(WebError::refused(&admission, caller.now));
    }
    let still = app.stills.of(id).await.ok_or_else(WebError::not_found)?;
    // Each still has an address of its own, but what it shows depends on who asks.
    let headers =
        [(header::CONTENT_TYPE, Format::Jpeg.mime()), (header::CACHE_CONTROL, "private, max-age=30")];
    Ok((headers, if veiled { still.veiled } else { still.sharp }).into_response())
}
