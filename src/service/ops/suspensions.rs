//! Operators close a space or an account, and restore it. The caller is an operator.

use crate::{ServiceError, ServiceResult, Services, unbounded_act};
use domain::{
    change::Change,
    id::*,
    live::stream::StreamCommand,
    ops::{
        jobs::{SendSuspensionNotice, TellOfSuspension},
        suspension::{Subject, Suspension},
    },
};

/// Closes every door of a space, also to its team, and ends what is open: pages, media, orders, and what is on air.
/// `Conflict("suspended")` if it is suspended already.
pub async fn suspend_space(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    reason: &str,
) -> ServiceResult<()> {
    let (changes, now) = ([Change::SpaceSuspended { space }], services.now());
    let mut tx = services.store.begin().await?;
    tx.suspend_space(space, by, reason, now).await?;
    tx.commit_audited(unbounded_act(by, "space.suspend", space, reason), &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Opens a suspended space as it was before: public since the same time, or for its team only.
/// `Conflict("suspended")` if it is not suspended.
pub async fn restore_space(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    reason: &str,
) -> ServiceResult<()> {
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    tx.restore_space(space, by, reason, now).await?;
    tx.commit_audited(unbounded_act(by, "space.restore", space, reason), &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Ends the sessions of an account, its open pages, media and orders; nobody signs in to it. `Conflict("suspended")` if it is
/// suspended already, `Conflict("operator")` if it is an operator's.
pub async fn suspend_account(
    services: &Services,
    by: AccountId,
    account: AccountId,
    reason: &str,
) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let ended = tx.suspend_account(account, by, reason, now).await?;
    let sessions = ended.sessions.iter().map(|session| Change::SessionClosed { session: *session });
    let orders = ended.orders.iter().map(|(_, space)| Change::Access { space: *space, account });
    let changes: Vec<_> =
        sessions.chain(orders).chain(ended.keys.changes()).chain([Change::Account { account }]).collect();
    tx.commit_audited(unbounded_act(by, "account.suspend", account, reason), &changes, now).await?;
    services.changed(&changes);
    for (order, _) in ended.orders {
        // The row is stored. An actor that cannot be reached now reads it when it starts.
        let _ = services.engine.checkout(order).refresh().await;
    }
    Ok(())
}

/// Lets a person sign in again. `Conflict("suspended")` if the account is not suspended.
pub async fn restore_account(
    services: &Services,
    by: AccountId,
    account: AccountId,
    reason: &str,
) -> ServiceResult<()> {
    let (changes, now) = ([Change::Account { account }], services.now());
    let mut tx = services.store.begin().await?;
    tx.restore_account(account, by, reason, now).await?;
    tx.commit_audited(unbounded_act(by, "account.restore", account, reason), &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Ends what is on air in a space, if it is still suspended.
pub async fn end_shows(services: &Services, space: SpaceId) -> ServiceResult<()> {
    if services.store.suspensions().of(Subject::Space(space)).await?.is_none() {
        return Ok(());
    }
    // Repeats the eject that follows the commit, in case the process died in between.
    services.changed(&[Change::SpaceSuspended { space }]);
    let streams = services.store.streams().not_ended(space).await?;
    for stream in streams.iter().filter(|stream| stream.state.on_air()) {
        services.engine.stream(stream.id).command(StreamCommand::Suspend, None).await?;
    }
    Ok(())
}

/// Enqueues the mails about the suspension of a space.
pub async fn spread(services: &Services, job: &TellOfSuspension) -> ServiceResult<()> {
    let suspension = services.store.suspensions().by_id(job.suspension).await?;
    match suspension.subject {
        Subject::Space(space) => Ok(services.store.suspensions().spread(job, space, services.now()).await?),
        Subject::Account(_) => Ok(()),
    }
}

/// Whom a mail about a suspension is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concerned {
    /// The person whose account it is.
    Person,
    /// Somebody of the team of this space.
    Team(String),
    /// Somebody who holds a pass of it.
    Holder(String),
}

pub struct Notice {
    pub suspension: Suspension,
    pub concerned: Concerned,
    pub email: String,
}

/// `None` if it has been lifted before its mail was sent.
pub async fn notice(services: &Services, job: &SendSuspensionNotice) -> ServiceResult<Option<Notice>> {
    let suspension = services.store.suspensions().by_id(job.suspension).await?;
    if suspension.lifted_at.is_some() != job.lifted {
        return Ok(None);
    }
    let concerned = match suspension.subject {
        Subject::Account(_) => Concerned::Person,
        Subject::Space(id) => match services.store.spaces().with_role(id, job.account).await {
            Ok((space, Some(_))) => Concerned::Team(space.name),
            Ok((space, None)) => Concerned::Holder(space.name),
            Err(error) => return Err(ServiceError::from(error)),
        },
    };
    let email = services.store.accounts().by_id(job.account).await?.email;
    Ok(Some(Notice { suspension, concerned, email }))
}
