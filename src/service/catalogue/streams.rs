//! Streams before they begin: plan, move, call off, delete.

use crate::{ServiceError, ServiceResult, Services};
use actors::StreamFailure;
use domain::{
    access::may::Action,
    change::Change,
    id::{AccountId, ExperienceId, SpaceId, StreamId},
    live::{
        recording::Recorded,
        stream::{Stream, StreamCommand},
    },
    time::Millis,
};
use store::NewStreams;

/// Plans streams, each with a chat room, in one act. Returns the first one. `Conflict("planned")` or `Conflict("recent")` if
/// the space has created too many: then none is planned.
pub async fn schedule(
    services: &Services,
    by: AccountId,
    experience: ExperienceId,
    new: &NewStreams<'_>,
) -> ServiceResult<Stream> {
    let space = services.store.experiences().by_id(experience).await?.space;
    services.authorise(by, space, Action::EditOffer).await?;
    plan(services, by, (space, experience), "stream.schedule", (new, None)).await
}

/// Plans a stream again, once or week by week, under another or the same title. What else was chosen for it is taken over.
/// Conflicts as [`schedule`] does.
pub async fn duplicate(
    services: &Services,
    by: AccountId,
    id: StreamId,
    title: &str,
    at: &[Millis],
) -> ServiceResult<Stream> {
    let stream = own_stream(services, by, id).await?;
    let new = NewStreams { title, at, count_hidden: stream.count_hidden };
    plan(services, by, (stream.space, stream.experience), "stream.duplicate", (&new, Some(&stream))).await
}

async fn plan(
    services: &Services,
    by: AccountId,
    (space, experience): (SpaceId, ExperienceId),
    action: &str,
    (new, before): (&NewStreams<'_>, Option<&Stream>),
) -> ServiceResult<Stream> {
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    let streams = tx.schedule_streams(experience, new, now).await?;
    for stream in &streams {
        if before.is_some_and(|before| before.recorded != Recorded::Off) {
            tx.record_stream(stream.id, Recorded::On).await?;
        }
        if before.is_some_and(|before| before.clips_by_team) {
            tx.restrict_clips(stream.id, true).await?;
        }
        if let Some(plane) = before.and_then(|before| before.plane) {
            tx.choose_plane(stream.id, plane).await?;
        }
    }
    let weeks = streams.len();
    let first = streams.into_iter().next().ok_or(ServiceError::NotFound)?;
    let detail = if weeks > 1 { format!("{}, {weeks} weeks", first.title) } else { first.title.clone() };
    tx.commit_audited(services.act(by, action, first.id, detail)?, &changes, now).await?;
    services.changed(&changes);
    Ok(first)
}

/// Changes the title or time of a stream that has not begun. People on its page see that at once. Returns
/// `Conflict("state")` if it has begun.
pub async fn reschedule(
    services: &Services,
    by: AccountId,
    id: StreamId,
    title: &str,
    at: Option<Millis>,
) -> ServiceResult<()> {
    let space = own_stream(services, by, id).await?.space;
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    tx.reschedule_stream(id, title, at, now).await?;
    tx.commit_audited(services.act(by, "stream.reschedule", id, title)?, &changes, now).await?;
    services.changed(&changes);
    // The row is stored. If the actor is not running, it reads the row when it starts.
    let _ = services.engine.stream(id).reload().await;
    Ok(())
}

/// Calls off a stream that has not been on air. It stays, marked as cancelled, and people on its page see that at once.
pub async fn cancel(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<()> {
    let stream = own_stream(services, by, id).await?;
    services.limits.change(by, services.now())?;
    // Its actor decides, and stores the row with the audit line and the change.
    services.engine.stream(id).command(StreamCommand::Cancel, Some(by)).await.map_err(failure)?;
    services.changed(&[Change::Space { space: stream.space }]);
    Ok(())
}

/// Calls off every stream of a series that has not begun, in one act. People on their pages see that at once. Returns how
/// many there were. `Conflict("series")` if there is none.
pub async fn cancel_series(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<usize> {
    let stream = own_stream(services, by, id).await?;
    let series = stream.series.ok_or(ServiceError::Conflict("series"))?;
    let (changes, now) = ([Change::Space { space: stream.space }], services.now());
    let mut tx = services.store.begin().await?;
    let cancelled = tx.cancel_series(stream.space, series, now).await?;
    if cancelled.is_empty() {
        return Err(ServiceError::Conflict("series"));
    }
    let detail = format!("{}, {} of its series", stream.title, cancelled.len());
    tx.commit_audited(services.act(by, "stream.cancel_series", id, detail)?, &changes, now).await?;
    services.changed(&changes);
    for id in &cancelled {
        // The row is stored. An actor that is not running reads it when it starts.
        let _ = services.engine.stream(*id).reload().await;
    }
    Ok(cancelled.len())
}

/// Deletes a stream that was never on air and in whose chat nothing was said or decided. Otherwise returns
/// `Conflict("lines")` or `Conflict("state")`; `Conflict("reminders")` if it must be cancelled first, because people asked to
/// be reminded of it.
pub async fn delete(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<Stream> {
    let stream = own_stream(services, by, id).await?;
    let (changes, now) = ([deletion_change(&stream)], services.now());
    let mut tx = services.store.begin().await?;
    tx.delete_stream(id).await?;
    tx.commit_audited(services.act(by, "stream.delete", id, &stream.title)?, &changes, now).await?;
    services.changed(&changes);
    Ok(stream)
}

async fn own_stream(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<Stream> {
    let stream = services.store.streams().by_id(id).await?;
    services.authorise(by, stream.space, Action::EditOffer).await?;
    Ok(stream)
}

pub(super) const fn deletion_change(stream: &Stream) -> Change {
    Change::StreamDeleted { space: stream.space, stream: stream.id, room: stream.room }
}

fn failure(failure: StreamFailure) -> ServiceError {
    match failure {
        StreamFailure::Refused(_) | StreamFailure::Stage(_) | StreamFailure::Conflict(_) => {
            ServiceError::Conflict("state")
        }
        StreamFailure::Unavailable | StreamFailure::Call(_) => ServiceError::Unavailable(failure.to_string()),
    }
}
