//! Recordings of shows: what the recorder asks and keeps while they are on air, and what their team does with them afterwards.

use crate::{ServiceResult, Services};
use domain::{
    access::may::Action,
    catalogue::offer::Space,
    error::StoreError,
    id::{AccountId, SpaceId, StreamId},
    live::{
        passes::Plane,
        recording::{NewSegment, Recorded, Recording, RecordingPart, Segment, StopReason},
        stream::Stream,
    },
    time::Span,
};

/// Recordings per pass of [`prune`].
const BATCH: i64 = 20;

/// A recording that is not complete, and what its show wants.
#[derive(Clone, Debug)]
pub struct Running {
    pub recording: Recording,
    /// `None` if its stream was deleted.
    pub stream: Option<Stream>,
}

impl Running {
    /// Whether its show may go on.
    pub fn is_on_air(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.state.on_air())
    }

    /// Whether what is published is to be recorded now, and by us.
    pub fn records(&self) -> bool {
        self.is_on_air() && self.recorded() == Recorded::On
    }

    /// Whether the plane that its show runs on makes it.
    pub fn is_outside(&self) -> bool {
        self.recording.is_outside() || self.recorded().is_outside()
    }

    /// What the host wants.
    pub fn recorded(&self) -> Recorded {
        self.stream.as_ref().map_or(Recorded::Off, |stream| stream.recorded)
    }
}

/// Begins the recordings of shows that have gone on air, and returns all that are not complete.
pub async fn running(services: &Services) -> ServiceResult<Vec<Running>> {
    let recordings = services.store.recordings();
    recordings.begin_awaited(services.now()).await?;
    let running = recordings.running().await?.into_iter();
    Ok(running.map(|(recording, stream)| Running { recording, stream }).collect())
}

/// Keeps a segment. Does nothing if it is kept already, so whoever was interrupted begins anew.
///
/// # Errors
/// `Objects` if the store failed. Nothing is counted then.
pub async fn keep(
    services: &Services,
    recording: &Recording,
    new: &NewSegment,
    bytes: Vec<u8>,
) -> ServiceResult<()> {
    if new.number < recording.segments {
        return Ok(());
    }
    let object = recording.object(RecordingPart::Segment(new.number));
    services.objects.put(&object, bytes).await?;
    if !services.store.recordings().keep(recording.stream, new).await? {
        tracing::warn!(stream = %recording.stream, number = new.number, "a segment belongs to no recording and is lost");
    }
    Ok(())
}

/// Goes on behind a segment that cannot be read: those after it are kept.
pub async fn pass_over(services: &Services, recording: &Recording, number: i64) -> ServiceResult<()> {
    Ok(services.store.recordings().pass_over(recording.stream, number).await?)
}

/// Whether the recordings of a space take all its room, in bytes.
pub async fn is_full(services: &Services, space: SpaceId, room: i64) -> ServiceResult<bool> {
    Ok(services.store.recordings().used(space, services.now()).await? >= room)
}

/// Whether the recordings of all spaces take all that they may, in bytes.
pub async fn are_full(services: &Services, room: i64) -> ServiceResult<bool> {
    Ok(services.store.recordings().used_in_all(services.now()).await? >= room)
}

/// Ends a recording although its show goes on. Viewers and team see why.
pub async fn stop(services: &Services, stream: StreamId, why: StopReason) -> ServiceResult<()> {
    services.store.recordings().stop(stream, why).await?;
    services.engine.stream(stream).reload().await?;
    Ok(())
}

/// Follows a show to another plane, where others record it, unless anything is recorded. Returns whether this has changed.
pub async fn follow_plane(services: &Services, running: &Running, plane: Plane) -> ServiceResult<bool> {
    let (recording, from) = (&running.recording, running.recorded());
    let begun = recording.segments > 0 || recording.is_outside();
    let Some(to) = from.moved(plane).filter(|_| !begun) else { return Ok(false) };
    let changed = services.store.recordings().follow_wish(recording.stream, from, to).await?;
    if changed {
        services.engine.stream(recording.stream).reload().await?;
    }
    Ok(changed)
}

/// Completes a recording whose show is over, and whose segments are all kept. `head` makes what stands before them. One without
/// any is forgotten.
///
/// # Errors
/// `Objects` if the store failed. The next call goes on.
pub async fn complete(
    services: &Services,
    stream: StreamId,
    kept: Span,
    head: impl FnOnce(&Recording, &[Segment]) -> Vec<u8>,
) -> ServiceResult<()> {
    let recordings = services.store.recordings();
    let recording = recordings.of_stream(stream).await?;
    let segments = recordings.segments(stream).await?;
    if segments.is_empty() {
        return Ok(recordings.forget(stream).await?);
    }
    let head = head(&recording, &segments);
    let length = head.len() as i64;
    services.objects.put(&recording.object(RecordingPart::Head), head).await?;
    recordings.complete(stream, length, services.now() + kept).await?;
    Ok(())
}

/// The recordings of a space for its team, and the bytes that they take.
pub async fn of_team(
    services: &Services,
    by: AccountId,
    space: SpaceId,
) -> ServiceResult<(Space, Vec<Recording>, i64)> {
    let space = services.authorise(by, space, Action::EditOffer).await?;
    let recordings = services.store.recordings();
    let (list, used) = (recordings.list(space.id).await?, recordings.used(space.id, services.now()).await?);
    Ok((space, list, used))
}

/// A recording that the caller may change, and its space.
pub async fn own(services: &Services, by: AccountId, stream: StreamId) -> ServiceResult<(Space, Recording)> {
    let recording = services.store.recordings().of_stream(stream).await?;
    let space = services.authorise(by, recording.space, Action::EditOffer).await?;
    Ok((space, recording))
}

/// Changes what a recording is called. Returns its space.
pub async fn rename(
    services: &Services,
    by: AccountId,
    stream: StreamId,
    title: &str,
) -> ServiceResult<SpaceId> {
    let (space, _) = own(services, by, stream).await?;
    let mut tx = services.store.begin().await?;
    tx.rename_recording(stream, title).await?;
    tx.commit_audited(services.act(by, "recording.rename", stream, title)?, &[], services.now()).await?;
    Ok(space.id)
}

/// Shows a recording to the team only, or to all who may enter its show. Returns its space.
pub async fn hide(
    services: &Services,
    by: AccountId,
    stream: StreamId,
    hidden: bool,
) -> ServiceResult<SpaceId> {
    let (space, _) = own(services, by, stream).await?;
    let mut tx = services.store.begin().await?;
    tx.hide_recording(stream, hidden).await?;
    let detail = if hidden { "hidden" } else { "shown" };
    tx.commit_audited(services.act(by, "recording.show", stream, detail)?, &[], services.now()).await?;
    Ok(space.id)
}

/// Deletes a recording. Nobody can watch it any more. Returns its space.
///
/// # Errors
/// `Conflict("recording")` while its show is on air.
pub async fn delete(services: &Services, by: AccountId, stream: StreamId) -> ServiceResult<SpaceId> {
    let (_, recording) = own(services, by, stream).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.delete_recording(stream, now).await?;
    tx.commit_audited(services.act(by, "recording.delete", stream, &recording.title)?, &[], now).await?;
    Ok(recording.space)
}

/// Deletes what is stored of recordings that nobody can watch any more. Returns their number.
///
/// # Errors
/// If the object store fails. What is left is deleted the next time.
pub async fn prune(services: &Services) -> ServiceResult<usize> {
    let recordings = services.store.recordings();
    let mut deleted = 0;
    loop {
        let found = recordings.doomed(services.now(), BATCH).await?;
        for recording in &found {
            services.objects.delete(&recording.object(RecordingPart::Head)).await?;
            // One more than is counted: it may have been stored when the count was not.
            for number in 0..=recording.segments {
                services.objects.delete(&recording.object(RecordingPart::Segment(number))).await?;
            }
            recordings.forget(recording.stream).await?;
            deleted += 1;
        }
        if found.len() < BATCH as usize {
            return Ok(deleted);
        }
    }
}

/// The recording of a stream, if this person may watch it. Whether they may enter its show is for its door to say.
///
/// # Errors
/// `NotFound` if there is none for them.
pub async fn shown(services: &Services, stream: StreamId, team: bool) -> ServiceResult<Recording> {
    let recording = services.store.recordings().of_stream(stream).await?;
    match recording.is_shown(team, services.now()) {
        true => Ok(recording),
        false => Err(StoreError::NotFound.into()),
    }
}
