//! Encoders on LiveKit: what is void is closed there, and an encoder that is in a room counts as one of ours, so that whatever ends its
//! key ends it at once.

use crate::app::App;
use actors::{Encoder, EncoderGuard, Feed, Worker};
use domain::{clock::Clock, id::MediaSessionId, live::media::MediaEnd, time::Span};
use service::{ServiceError, live::ingests};
use std::{collections::HashMap, sync::Arc};

const EVERY: Span = Span::secs(1);

/// Encoders in rooms. Holding a room's feed keeps the events of its media routed to its stream.
type Present = HashMap<MediaSessionId, (EncoderGuard, Arc<Feed>)>;

/// The loop of the worker.
pub async fn work(app: App, mut worker: Worker) {
    let mut present = Present::new();
    while !worker.is_stopping() {
        match look(&app, &mut present).await {
            Ok(come) => worker.handled(come),
            // It takes none.
            Err(ServiceError::Conflict(_)) => {}
            Err(error) => worker.failed(error.to_string()),
        }
        worker.sleep_until(&app.clock, app.clock.now() + EVERY).await;
    }
}

/// Returns how many encoders have come.
async fn look(app: &App, present: &mut Present) -> Result<u64, ServiceError> {
    let streams = ingests::sweep(&app.services).await?;
    let encoder = |room| app.services.ingest.as_deref()?.encoder(room);
    let there: HashMap<_, _> =
        streams.iter().filter_map(|stream| Some((encoder(stream.room)?, stream))).collect();
    present.retain(|session, _| there.contains_key(session));
    let mut come = 0;
    for (media, stream) in there {
        if present.contains_key(&media) {
            continue;
        }
        let plane = app.media.clone();
        let encoder = Encoder { space: stream.space, room: stream.room, media };
        let guard = app.engine.add_encoder(encoder, move || plane.end(media, MediaEnd::Ejected));
        present.insert(media, (guard, app.engine.feed(stream.room)));
        // Nobody may be on its page: it looks who publishes when it is loaded.
        app.engine.stream(stream.id).reload().await?;
        come += 1;
    }
    Ok(come)
}
