//! Encoders on an outside plane. Each way in belongs to one version of its stream's keys; with a newer one it is closed.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    error::StoreError,
    id::AccountId,
    live::{
        passes::{Ingest, IngestError, IngestKind, IngestOwner, OutsideIngest},
        stream::{Stream, StreamState},
    },
};

/// What is open for the encoders of a stream.
///
/// # Errors
/// `Conflict("ingest")` if the plane takes no encoders, `Unavailable` if it does not answer.
pub async fn of_stream(services: &Services, stream: &Stream) -> ServiceResult<Vec<Ingest>> {
    let version = services.store.streams().whip_key_version(stream.id).await?;
    let mut found = plane(services)?.list(Some(stream.room)).await.map_err(refused)?;
    found.retain(|ingest| (ingest.owner.stream, ingest.owner.version) == (stream.id, version));
    Ok(found)
}

/// Opens a way for the encoder of a stream, or finds it open.
///
/// # Errors
/// As [`of_stream`].
pub async fn open(
    services: &Services,
    by: AccountId,
    stream: &Stream,
    kind: IngestKind,
) -> ServiceResult<Vec<Ingest>> {
    services.limits.change(by, services.now())?;
    let mut found = of_stream(services, stream).await?;
    if found.iter().all(|ingest| ingest.owner.kind != kind) {
        let version = services.store.streams().whip_key_version(stream.id).await?;
        let owner = IngestOwner { stream: stream.id, kind, version };
        found.push(plane(services)?.open(stream.room, owner).await.map_err(refused)?);
    }
    Ok(found)
}

/// Closes what is void: of keys that were renewed, and of streams that are over or gone. Returns the streams that encoders may send to.
///
/// # Errors
/// As [`of_stream`]. The next call goes on.
pub async fn sweep(services: &Services) -> ServiceResult<Vec<Stream>> {
    let (plane, streams) = (plane(services)?, services.store.streams());
    let mut open: Vec<Stream> = Vec::new();
    for ingest in plane.list(None).await.map_err(refused)? {
        let owner = ingest.owner;
        let current = match streams.whip_key_version(owner.stream).await {
            Err(StoreError::NotFound) => None,
            version => Some(version?),
        };
        let stream = match streams.by_id(owner.stream).await {
            Err(StoreError::NotFound) => None,
            stream => Some(stream?),
        };
        match stream.filter(|stream| stream.state != StreamState::Ended && current == Some(owner.version)) {
            None => plane.close(&ingest).await.map_err(refused)?,
            Some(stream) if open.iter().all(|other| other.id != stream.id) => open.push(stream),
            Some(_) => {}
        }
    }
    Ok(open)
}

fn plane(services: &Services) -> ServiceResult<&dyn OutsideIngest> {
    services.ingest.as_deref().ok_or(ServiceError::Conflict("ingest"))
}

fn refused(error: IngestError) -> ServiceError {
    match error {
        IngestError::NoIngest => ServiceError::Conflict("ingest"),
        IngestError::Down => ServiceError::Unavailable(error.to_string()),
    }
}
