//! The end of a space: closed by its owner, and reopened if they think better of it in time.

use crate::{ServiceError, ServiceResult, Services, money::buying::gifts, people::passkeys::check_owner};
use actors::StreamFailure;
use domain::{
    access::{
        jobs::{CloseSpace, SendClosing},
        may::Action,
    },
    catalogue::offer::Space,
    change::Change,
    id::{AccountId, SpaceId},
    live::stream::StreamCommand,
    text,
};
use store::Stakes;

/// What the end of a space would end, for its owner.
pub async fn stakes(services: &Services, by: AccountId, id: SpaceId) -> ServiceResult<(Space, Stakes)> {
    let space = services.authorise(by, id, Action::CloseSpace).await?;
    let stakes = services.store.closings().stakes(id, services.now()).await?;
    Ok((space, stakes))
}

/// Closes a space: nothing is sold, open orders end, and whoever is inside has to leave before this returns. What is on air
/// ends, the holders of passes are mailed, and what was bought for others and not taken goes back soon after. Other purchases, and
/// grants, stay as they are. `typed`: its name, which its owner has to write.
///
/// # Errors
/// `Conflict("name")` if that is not its name, `Conflict("closed")` if it is closed already, `OwesPasskey` if a mailbox is not enough.
pub async fn close(services: &Services, by: AccountId, id: SpaceId, typed: &str) -> ServiceResult<()> {
    let space = services.authorise(by, id, Action::CloseSpace).await?;
    if text::clean(typed) != text::clean(&space.name) {
        return Err(ServiceError::Conflict("name"));
    }
    let (changes, now) = ([Change::SpaceClosed { space: id }], services.now());
    let mut tx = services.store.begin().await?;
    check_owner(services, &mut tx, by).await?;
    tx.close_space(id, by, now).await?;
    // Nobody is charged for what is closed.
    tx.end_subscriptions(None, Some(id), now).await?;
    tx.commit_audited(services.act(by, "space.close", id, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Takes the end back. The space is not published by this: its team looks at it first.
///
/// # Errors
/// `Conflict("closed")` if it is not closed, or was closed too long ago.
pub async fn reopen(services: &Services, by: AccountId, id: SpaceId) -> ServiceResult<()> {
    services.authorise(by, id, Action::CloseSpace).await?;
    let (changes, now) = ([Change::Space { space: id }], services.now());
    let mut tx = services.store.begin().await?;
    tx.reopen_space(id, now).await?;
    tx.commit_audited(services.act(by, "space.reopen", id, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// What follows a closing: the end of what is on air, the money for what nobody has taken, and the mails. Does nothing if the space was reopened since.
pub async fn finish(services: &Services, job: &CloseSpace) -> ServiceResult<()> {
    if !closed_since(services, job.space, job.closed_at).await? {
        return Ok(());
    }
    for stream in services.store.streams().not_ended(job.space).await? {
        if !stream.state.on_air() {
            continue;
        }
        match services.engine.stream(stream.id).command(StreamCommand::End, Some(job.by)).await {
            // It has ended meanwhile.
            Ok(_) | Err(StreamFailure::Refused(_)) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    gifts::return_untaken(services, job).await?;
    Ok(services.store.closings().spread(job, services.now()).await?)
}

async fn closed_since(services: &Services, id: SpaceId, at: domain::time::Millis) -> ServiceResult<bool> {
    Ok(services.store.spaces().by_id(id).await?.closed_at == Some(at))
}

/// What the mail of a closing says, and to whom. `None` if the space was reopened since.
pub async fn due(services: &Services, job: &SendClosing) -> ServiceResult<Option<(Space, String)>> {
    let space = services.store.spaces().by_id(job.space).await?;
    if space.closed_at != Some(job.closed_at) {
        return Ok(None);
    }
    let email = services.store.accounts().by_id(job.account).await?.email;
    Ok(Some((space, email)))
}
