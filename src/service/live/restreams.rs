//! Sending shows to other platforms, too: the destinations of a space, and the host's switch for a stream.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::Action,
    catalogue::offer::Space,
    id::{AccountId, DestinationId, RestreamId, SpaceId},
    live::{
        restream::{
            RestreamAddress, RestreamAddressError, RestreamDestination, RestreamOutput, Restreamer, StreamKey,
        },
        stream::Stream,
    },
};
use std::sync::Arc;

/// A destination that is to be added.
#[derive(Clone, Debug)]
pub struct NewDestination {
    pub name: String,
    pub address: RestreamAddress,
    pub key: StreamKey,
}

/// # Errors
/// `NotFound` where nothing can be sent: no page offers it there.
fn restreamer(services: &Services) -> ServiceResult<&Arc<dyn Restreamer>> {
    services.restreamer.as_ref().ok_or(ServiceError::NotFound)
}

/// The destinations of a space, for those who may host its shows.
pub async fn of_team(
    services: &Services,
    by: AccountId,
    space: SpaceId,
) -> ServiceResult<(Space, Vec<RestreamDestination>)> {
    let space = services.authorise(by, space, Action::Host).await?;
    restreamer(services)?;
    let list = services.store.restreams().list(space.id).await?;
    Ok((space, list))
}

/// Adds a destination. The inner error is that of its address.
///
/// # Errors
/// `Conflict("destinations")` if the space has as many as it may.
pub async fn add(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    new: NewDestination,
) -> ServiceResult<Result<(), RestreamAddressError>> {
    services.authorise(by, space, Action::Host).await?;
    let NewDestination { name, address, key } = new;
    let (restreamer, id) = (restreamer(services)?, DestinationId::new());
    // Counted also if it is refused: each is looked up at name servers that a stranger may choose.
    let act = services.act(by, "restream.add", id, format!("{name}, {address}"))?;
    if let Err(why) = restreamer.check(&address).await {
        return Ok(Err(why));
    }
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.add_destination(&RestreamDestination { id, space, name, address, key }, now).await?;
    tx.commit_audited(act, &[], now).await?;
    Ok(Ok(()))
}

/// Removes a destination with its key. What is being sent there ends. Returns its space.
pub async fn remove(services: &Services, by: AccountId, id: DestinationId) -> ServiceResult<SpaceId> {
    let destination = services.store.restreams().destination(id).await?;
    services.authorise(by, destination.space, Action::Host).await?;
    let mut tx = services.store.begin().await?;
    let ended = tx.remove_destination(id).await?;
    let act = services.act(by, "restream.remove", id, &destination.name)?;
    tx.commit_audited(act, &[], services.now()).await?;
    ended.into_iter().for_each(|restream| services.engine.restream(restream).end());
    Ok(destination.space)
}

/// Switches a destination on or off for a stream, of which the caller is a host. Switching on what has given up begins it anew.
///
/// # Errors
/// `NotFound` if the destination belongs to another space.
pub async fn switch(
    services: &Services,
    by: AccountId,
    stream: &Stream,
    id: DestinationId,
    on: bool,
) -> ServiceResult<()> {
    restreamer(services)?;
    let destination = services.store.restreams().destination(id).await?;
    if destination.space != stream.space {
        return Err(ServiceError::NotFound);
    }
    let (new, mut tx) = (RestreamId::new(), services.store.begin().await?);
    let ended = tx.switch_restream_off(stream.id, id).await?;
    if on {
        tx.switch_restream_on(new, stream.id, id, by).await?;
    }
    let detail = format!("{}, {}", destination.name, if on { "on" } else { "off" });
    tx.commit_audited(services.act(by, "stream.restream", stream.id, detail)?, &[], services.now()).await?;
    ended.into_iter().for_each(|restream| services.engine.restream(restream).end());
    if on {
        // A full mailbox holds a look already, and the engine makes all look from time to time.
        let _ = services.engine.restream(new).look();
    }
    Ok(())
}

/// The destinations beside a stream, with what becomes of those that are switched on. `None` where nothing can be sent.
pub async fn of_stream(services: &Services, stream: &Stream) -> ServiceResult<Option<Vec<RestreamOutput>>> {
    if services.restreamer.is_none() {
        return Ok(None);
    }
    let list = services.store.restreams().beside(stream.space, stream.id).await?;
    let output = |(destination, on): (RestreamDestination, Option<RestreamId>)| {
        let restream = on.map(|id| (id, services.engine.restream(id).state()));
        RestreamOutput { destination, restream }
    };
    Ok(Some(list.into_iter().map(output).collect()))
}
