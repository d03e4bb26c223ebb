//! Recordings that an outside plane makes: asked for when their show goes on air, looked at until their file is there, and counted as a
//! recording of one segment.

use crate::{
    ServiceError, ServiceResult, Services,
    live::recordings::{self, Running, stop},
};
use domain::{
    error::StoreError,
    id::StreamId,
    live::recording::{
        NewSegment, Recorded, Recording, RecordingPart, StopReason,
        outside::{OutsideError, OutsideFile, OutsideProgress, OutsideRecorder},
    },
    time::Span,
};

/// Whether a show on an outside plane can be recorded from now on.
///
/// # Errors
/// `Conflict`: `plane` if nobody records there, `recording` if it was recorded already: it is one file.
pub(super) async fn check(services: &Services, stream: StreamId) -> ServiceResult<()> {
    if services.recorder.is_none() {
        return Err(ServiceError::Conflict("plane"));
    }
    match services.store.recordings().of_stream(stream).await {
        Ok(recording) if recording.segments > 0 => Err(ServiceError::Conflict("recording")),
        Ok(_) | Err(StoreError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Does what is due for a recording: asks for it, ends it, and says to its pages how it goes. Returns the file that is to be kept next,
/// by [`keep`]. `room`: bytes that the recordings of a space may take, and whether those of all spaces take all that they may. `kept`:
/// how long it is kept afterwards.
///
/// # Errors
/// `Unavailable` while the plane does not answer. The next call tries again.
pub async fn look_after(
    services: &Services,
    running: &Running,
    room: (i64, bool),
    kept: Span,
) -> ServiceResult<Option<OutsideFile>> {
    let (recording, wanted) = (&running.recording, running.is_on_air() && running.recorded().is_wanted());
    let stream = recording.stream;
    let recorder = services.recorder.as_deref().filter(|_| recording.segments == 0);
    match (recorder, &recording.outside) {
        (None, _) if recording.segments == 0 && wanted => {
            stop(services, stream, StopReason::NoRecorder).await?
        }
        (Some(recorder), None) if wanted => begin(services, recorder, running, room).await?,
        (Some(recorder), Some(id)) => match recorder.look(id).await.map_err(unavailable)? {
            OutsideProgress::Complete(file) => return Ok(Some(file)),
            OutsideProgress::Failed => {
                stop(services, stream, StopReason::Outside).await?;
                services.store.recordings().forget_outside(stream).await?;
            }
            OutsideProgress::Starting | OutsideProgress::Running if !wanted => {
                recorder.end(id).await.map_err(unavailable)?;
            }
            OutsideProgress::Running => match why_not(services, recording, room).await? {
                Some(why) => stop(services, stream, why).await?,
                None => say_it_runs(services, recording).await?,
            },
            OutsideProgress::Starting => {}
        },
        _ if !running.is_on_air() => complete(services, recording, kept).await?,
        _ => {}
    }
    Ok(None)
}

/// Why no more of a show may be recorded.
async fn why_not(
    services: &Services,
    recording: &Recording,
    (room, all_are_full): (i64, bool),
) -> ServiceResult<Option<StopReason>> {
    if all_are_full {
        return Ok(Some(StopReason::Disk));
    }
    Ok(recordings::is_full(services, recording.space, room).await?.then_some(StopReason::Room))
}

async fn begin(
    services: &Services,
    recorder: &dyn OutsideRecorder,
    running: &Running,
    room: (i64, bool),
) -> ServiceResult<()> {
    let recording = &running.recording;
    let Some(stream) = &running.stream else { return Ok(()) };
    if let Some(why) = why_not(services, recording, room).await? {
        return stop(services, stream.id, why).await;
    }
    // It names the object as its recordings do.
    let named = Recording { outside: Some(String::new()), ..recording.clone() };
    match recorder.begin(stream.room, &named.object(RecordingPart::Segment(0))).await {
        Ok(id) => Ok(services.store.recordings().begin_outside(stream.id, &id, services.now()).await?),
        Err(OutsideError::NoRecorder) => stop(services, stream.id, StopReason::NoRecorder).await,
        Err(OutsideError::Down) => Err(unavailable(OutsideError::Down)),
    }
}

/// Until then nobody is told that the show is recorded.
async fn say_it_runs(services: &Services, recording: &Recording) -> ServiceResult<()> {
    let (recordings, stream) = (services.store.recordings(), recording.stream);
    if recordings.follow_wish(stream, Recorded::Asked, Recorded::Elsewhere).await? {
        services.engine.stream(stream).reload().await?;
    }
    Ok(())
}

/// Counts the file of a recording. `facts`: what was read in it; `None` if it is not what was asked for.
pub async fn keep(
    services: &Services,
    running: &Running,
    file: OutsideFile,
    facts: Option<NewSegment>,
) -> ServiceResult<()> {
    let (recordings, stream) = (services.store.recordings(), running.recording.stream);
    let Some(facts) = facts else {
        stop(services, stream, StopReason::Outside).await?;
        services.objects.delete(&running.recording.object(RecordingPart::Segment(0))).await?;
        return Ok(recordings.forget_outside(stream).await?);
    };
    recordings.set_clock(stream, file.began_at).await?;
    recordings.keep(stream, &facts).await?;
    // The show goes on without it.
    if running.is_on_air() && running.recorded().is_wanted() {
        stop(services, stream, StopReason::Outside).await?;
    }
    Ok(())
}

/// From now on it can be watched. One that came to nothing is forgotten.
async fn complete(services: &Services, recording: &Recording, kept: Span) -> ServiceResult<()> {
    let recordings = services.store.recordings();
    if recording.segments == 0 {
        return Ok(recordings.forget(recording.stream).await?);
    }
    Ok(recordings.complete(recording.stream, 0, services.now() + kept).await?)
}

fn unavailable(error: OutsideError) -> ServiceError {
    ServiceError::Unavailable(error.to_string())
}
