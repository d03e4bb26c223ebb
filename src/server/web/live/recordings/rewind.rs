//! Some minutes back while a show is on air: the segments from there on, and each further one as soon as it is kept. The door
//! is asked again before each of them.

use super::{ask_again, refuse_preview};
use crate::{
    app::App,
    limits::{ClientAddress, FilePlace},
    web::{
        access::doors::{Admitted, Caller, ENTER},
        error::{WebError, WebResult},
        extract::Query,
        request::pace::Paced,
    },
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::IntoResponse,
};
use domain::{
    error::StoreError,
    live::recording::{REWIND, Recording, RecordingPart, RecordingState, Segment},
    time::Span,
};
use fanout::{Pace, Patience};
use futures_util::stream::unfold;
use serde::Deserialize;
use service::live::clips::recording_of;
use std::time::Duration;
use tokio::sync::mpsc::{self, Sender};

/// Read at once for each player.
const PIECE: u64 = 256 * 1024;
/// A player may be paused for some minutes.
const PACE: Pace = Pace { grace: Duration::from_secs(5 * 60), rate: 4 * 1024 };
/// How long one request may take.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// Between two looks for the next segment, and how many of them find none before this ends.
const LOOK: Duration = Duration::from_secs(1);
const LOOKS: usize = 60;

#[derive(Deserialize)]
pub struct RewindQuery {
    #[serde(default)]
    seconds: i64,
}

/// `GET /media/rewinds/{id}`, of a stream on air.
pub async fn play(
    State(app): State<App>,
    door: Admitted<ENTER>,
    address: ClientAddress,
    Query(wanted): Query<RewindQuery>,
) -> WebResult {
    refuse_preview(&door.admission)?;
    let (stream, team) = (door.caller.stream()?.id, door.admission.role.moderates());
    let recording = recording_of(&app.services, stream, team).await?;
    if recording.state != RecordingState::Recording || recording.width == 0 {
        return Err(WebError::not_found());
    }
    let recordings = app.store.recordings();
    let back = Span::secs(wanted.seconds.clamp(0, REWIND.ceil_secs()));
    let moment = Span(recording.moment(door.caller.now).0.saturating_sub(back.0).max(0));
    let first = recordings.keyed_at(recording.stream, moment).await?.ok_or_else(WebError::not_found)?;
    let words = views::t!("recordings-refused-watching");
    let place = app.file_limits.watch(door.session.account.id, address);
    let place = place.ok_or_else(|| WebError::too_many(words, 2))?;
    let kind = recording.picture().content_type();
    let (to, taken) = mpsc::channel::<Bytes>(1);
    tokio::spawn(follow(app, door.caller, (recording, first), to, place));
    let body = unfold(taken, |mut taken| async move {
        let bytes = taken.recv().await?;
        Some((Ok::<_, std::io::Error>(bytes), taken))
    });
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, no-store")];
    Ok((Extension(Patience(PACE.grace)), headers, Body::from_stream(body)).into_response())
}

/// Sends segments until the player leaves, its access ends, or nothing more comes.
async fn follow(
    app: App,
    caller: Caller,
    (recording, first): (Recording, i64),
    to: Sender<Bytes>,
    place: FilePlace,
) {
    let mut rewind = Rewind { app, caller: Some(caller), recording, to, paced: Paced::start(PACE, LONGEST) };
    if let Err(why) = rewind.run(first).await {
        tracing::debug!(?why, stream = %rewind.recording.stream, "a rewind ends");
    }
    drop(place);
}

struct Rewind {
    app: App,
    /// Taken while the door is asked.
    caller: Option<Caller>,
    recording: Recording,
    to: Sender<Bytes>,
    paced: Paced,
}

impl Rewind {
    async fn run(&mut self, mut next: i64) -> WebResult<()> {
        let head = media::live_head(&self.recording.picture());
        if !self.send(head).await {
            return Ok(());
        }
        let mut idle = 0;
        while idle < LOOKS {
            let segments = self.app.store.recordings().segments_from(self.recording.stream, next).await?;
            idle = if segments.is_empty() { idle + 1 } else { 0 };
            for segment in &segments {
                self.ask().await?;
                if !self.send_segment(segment).await? {
                    return Ok(());
                }
                next = segment.number + 1;
            }
            if segments.is_empty() {
                if self.is_over().await? {
                    return Ok(());
                }
                tokio::select! {
                    () = self.to.closed() => return Ok(()),
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        }
        Ok(())
    }

    /// Whether the recording is complete, or gone.
    async fn is_over(&self) -> WebResult<bool> {
        match self.app.store.recordings().of_stream(self.recording.stream).await {
            Ok(recording) => Ok(recording.is_ready()),
            Err(StoreError::NotFound) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    async fn ask(&mut self) -> WebResult<()> {
        let caller = self.caller.take().ok_or_else(WebError::not_found)?;
        let (caller, team) = ask_again(&self.app, caller).await?;
        // Its team may have hidden it.
        recording_of(&self.app.services, self.recording.stream, team).await?;
        self.caller = Some(caller);
        Ok(())
    }

    /// Returns false when the player has left.
    async fn send_segment(&mut self, segment: &Segment) -> WebResult<bool> {
        let object = self.recording.object(RecordingPart::Segment(segment.number));
        let (mut at, size) = (0, segment.bytes.unsigned_abs());
        while at < size {
            let read = self.app.services.objects.get_range(&object, at, PIECE.min(size - at)).await;
            let bytes = read.map_err(service::ServiceError::from)?;
            at += bytes.len() as u64;
            if bytes.is_empty() || !self.send(bytes).await {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn send(&mut self, bytes: Vec<u8>) -> bool {
        let Ok(Ok(place)) = self.paced.wait(self.to.reserve()).await else { return false };
        self.paced.bytes += bytes.len() as u64;
        place.send(Bytes::from(bytes));
        true
    }
}
