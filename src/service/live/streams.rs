//! The host's actions on a running stream.

use crate::{ServiceResult, Services, live::outside};
use domain::{
    change::Change,
    error::StoreError,
    id::{AccountId, StreamId},
    live::{
        passes::Plane,
        recording::Recorded,
        stream::{Stream, StreamCommand},
    },
};
use std::sync::Arc;

/// Changes the stream's state: rehearsal, live, ended. Its actor decides, and stores the row with the audit line. Returns
/// `TooMany` as any change of an account does.
pub async fn move_stream(
    services: &Services,
    by: AccountId,
    id: StreamId,
    command: StreamCommand,
) -> ServiceResult<Arc<Stream>> {
    services.limits.change(by, services.now())?;
    Ok(services.engine.stream(id).command(command, Some(by)).await?)
}

/// Shows viewers their number, or hides it. All pages receive the change with the stream.
pub async fn hide_count(
    services: &Services,
    by: AccountId,
    stream: &Stream,
    hidden: bool,
) -> ServiceResult<()> {
    let changes = [Change::Space { space: stream.space }];
    let mut tx = services.store.begin().await?;
    if tx.hide_count(stream.id, hidden).await? {
        let shown = if hidden { "hidden" } else { "shown" };
        tx.commit_audited(services.act(by, "stream.count", stream.id, shown)?, &changes, services.now())
            .await?;
        services.changed(&changes);
        services.engine.stream(stream.id).reload().await?;
    }
    Ok(())
}

/// Has the show recorded on the plane that it runs on, or not any more. All pages receive the change with the stream.
///
/// # Errors
/// `Conflict`: `plane` if nobody records there, `recording` if what was recorded there is complete already.
pub async fn record(
    services: &Services,
    by: AccountId,
    stream: &Stream,
    (on, plane): (bool, Plane),
) -> ServiceResult<()> {
    let to = match (on, plane) {
        (false, _) => Recorded::Off,
        (true, Plane::Embedded) => Recorded::On,
        (true, Plane::LiveKit) => {
            outside::check(services, stream.id).await?;
            Recorded::Asked
        }
    };
    // It is asked for, or runs, already.
    if on && stream.recorded.is_wanted() {
        return Ok(());
    }
    let changes = [Change::Space { space: stream.space }];
    let mut tx = services.store.begin().await?;
    if tx.record_stream(stream.id, to).await? {
        let act = services.act(by, "stream.record", stream.id, to.code())?;
        tx.commit_audited(act, &changes, services.now()).await?;
        services.changed(&changes);
        services.engine.stream(stream.id).reload().await?;
    }
    Ok(())
}

/// Chooses the plane that the stream's media will run on. Encoders that are connected and send nothing yet end.
///
/// # Errors
/// `Conflict`: `state` if it has begun, `plane` if it is to be recorded and nobody there does that.
pub async fn choose_plane(
    services: &Services,
    by: AccountId,
    stream: &Stream,
    plane: Plane,
) -> ServiceResult<()> {
    if stream.plane == Some(plane) {
        return Ok(());
    }
    let recorded = stream.recorded.moved(plane);
    if recorded == Some(Recorded::Asked) {
        outside::check(services, stream.id).await?;
    }
    let (space, room) = (stream.space, Some(stream.room));
    let changes = [Change::Space { space }, Change::KeysRenewed { space, room }];
    let mut tx = services.store.begin().await?;
    if !tx.choose_plane(stream.id, plane).await? {
        return Err(StoreError::Conflict("state").into());
    }
    if let Some(recorded) = recorded {
        tx.record_stream(stream.id, recorded).await?;
    }
    tx.commit_audited(services.act(by, "stream.plane", stream.id, plane.code())?, &changes, services.now())
        .await?;
    services.changed(&changes);
    services.engine.stream(stream.id).reload().await?;
    Ok(())
}

/// Creates a new publishing key and returns its version. Earlier keys become invalid, and what is published with one ends.
pub async fn rotate_key(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<i64> {
    let mut tx = services.store.begin().await?;
    let version = tx.rotate_whip_key(id).await?;
    let stream = services.store.streams().by_id(id).await?;
    let changes = [Change::KeysRenewed { space: stream.space, room: Some(stream.room) }];
    let act = services.act(by, "stream.key", id, version.to_string())?;
    tx.commit_audited(act, &changes, services.now()).await?;
    services.changed(&changes);
    Ok(version)
}
