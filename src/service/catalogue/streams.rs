//! Streams before they begin: plan, move, call off, delete.

use crate::{ServiceError, ServiceResult, Services};
use actors::StreamFailure;
use domain::{
    access::may::Action,
    change::Change,
    id::{AccountId, ExperienceId, StreamId},
    live::stream::{Stream, StreamCommand},
    time::Millis,
};

/// Plans a stream and creates its chat room. Returns `Conflict("planned")` or `Conflict("recent")` if the space has
/// created too many.
pub async fn schedule(
    services: &Services,
    by: AccountId,
    experience: ExperienceId,
    title: &str,
    at: Option<Millis>,
) -> ServiceResult<Stream> {
    let space = services.store.experiences().by_id(experience).await?.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    let stream = tx.schedule_stream(experience, title, at, now).await?;
    tx.commit_audited(services.act(by, "stream.schedule", stream.id, &stream.title)?, &changes, now).await?;
    services.changed(&changes);
    Ok(stream)
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
    tx.reschedule_stream(id, title, at).await?;
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

/// Deletes a stream that was never on air and in whose chat nothing was said or decided. Otherwise returns
/// `Conflict("lines")` or `Conflict("state")`.
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
        StreamFailure::Refused(_) | StreamFailure::Conflict(_) => ServiceError::Conflict("state"),
        StreamFailure::Unavailable | StreamFailure::Call(_) => ServiceError::Unavailable(failure.to_string()),
    }
}
