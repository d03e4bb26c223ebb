//! Streams that play a built-in film.

use crate::Service;
use anyhow::{Result, bail};
use domain::{
    id::{AccountId, MediaSessionId},
    live::stream::{Stream, StreamCommand, StreamState},
};
use media::Film;
use service::live::streams::move_stream;
use std::time::Duration;

const LOOK: Duration = Duration::from_millis(5);
const LOOKS: usize = 400;

/// Plays the film into the stream's room and puts it on air, as its host `by` or, without one, as the service. Returns the
/// publisher's session.
pub async fn put_on_air(
    service: &Service,
    stream: &Stream,
    film: Film,
    by: Option<AccountId>,
) -> Result<MediaSessionId> {
    let app = &service.app;
    let handle = app.engine.stream(stream.id);
    handle.get().await?;
    let session = service.media.play_film(stream.room, film).await?;
    for _ in 0..LOOKS {
        match (handle.get().await?.state, by) {
            (StreamState::Live, _) => return Ok(session),
            (StreamState::Rehearsal, Some(host)) => {
                move_stream(&app.services, host, stream.id, StreamCommand::GoLive).await?;
            }
            (StreamState::Rehearsal, None) => {
                handle.command(StreamCommand::GoLive, None).await?;
            }
            _ => tokio::time::sleep(LOOK).await,
        }
    }
    bail!("a film did not go on air")
}
