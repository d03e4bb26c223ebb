//! The stage beside the host: who raises a hand, who is invited, who comes up and who goes. The stream's actor decides; here it
//! is asked, and the pages of the person whom it concerns are told to look again.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    change::Change,
    id::{AccountId, ParticipantId},
    live::{
        participants::{Stage, StageCommand},
        stream::Stream,
    },
    people::account::Account,
};
use std::sync::Arc;

/// A viewer asks to come up, or takes the hand down, declines an invitation, or leaves the stage.
pub async fn raise(services: &Services, who: &Account, stream: &Stream, up: bool) -> ServiceResult<()> {
    services.limits.change(who.id, services.now())?;
    let account = who.id;
    let command = match up {
        true => StageCommand::Raise { account, name: who.name.clone() },
        false => StageCommand::StepDown { account },
    };
    command_stage(services, stream, command, None).await?;
    tell(services, stream, account);
    Ok(())
}

/// An invited person comes up.
pub async fn come(services: &Services, who: AccountId, stream: &Stream) -> ServiceResult<()> {
    services.limits.change(who, services.now())?;
    command_stage(services, stream, StageCommand::Come { account: who }, None).await?;
    tell(services, stream, who);
    Ok(())
}

/// The host invites an account by its name. Whoever has raised a hand comes up by that.
///
/// # Errors
/// `NotFound` without such an account.
pub async fn invite(
    services: &Services,
    by: AccountId,
    stream: &Stream,
    username: &str,
) -> ServiceResult<()> {
    services.limits.change(by, services.now())?;
    let found = services.store.accounts().by_username(username.trim().trim_start_matches('@')).await?;
    let Account { id: account, name, .. } = found.ok_or(ServiceError::NotFound)?;
    command_stage(services, stream, StageCommand::Invite { account, name }, Some(by)).await?;
    tell(services, stream, account);
    Ok(())
}

/// What the host does with somebody who is up or waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hosting {
    Accept,
    Mute(bool),
    /// Declines, takes an invitation back, or ends what they send.
    Remove,
}

pub async fn host(
    services: &Services,
    by: AccountId,
    stream: &Stream,
    id: ParticipantId,
    act: Hosting,
) -> ServiceResult<()> {
    services.limits.change(by, services.now())?;
    let before = services.engine.stream(stream.id).stage().await.map_err(actors::StreamFailure::from)?;
    let whom = before.participants.get(id).map(|one| one.account);
    let command = match act {
        Hosting::Accept => StageCommand::Accept(id),
        Hosting::Mute(muted) => StageCommand::Mute(id, muted),
        Hosting::Remove => StageCommand::Remove(id),
    };
    command_stage(services, stream, command, Some(by)).await?;
    if let Some(account) = whom {
        tell(services, stream, account);
    }
    Ok(())
}

async fn command_stage(
    services: &Services,
    stream: &Stream,
    command: StageCommand,
    by: Option<AccountId>,
) -> ServiceResult<Arc<Stage>> {
    Ok(services.engine.stream(stream.id).command_stage(command, by).await?)
}

/// Their pages fetch what they may do now.
fn tell(services: &Services, stream: &Stream, account: AccountId) {
    services.changed(&[Change::Access { space: stream.space, account }]);
}
