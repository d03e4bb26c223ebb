//! What operators do to single actors.

use crate::{ServiceResult, Services, act};
use actors::Action;
use domain::id::AccountId;

/// An action on an actor, as the audit log names it.
pub struct ActorAct<'a> {
    /// Its place in the tree, or the id of its present life.
    pub id: &'a str,
    /// Its place in the tree.
    pub place: &'a str,
    pub verb: &'a str,
    /// What was chosen beside the verb; may be empty.
    pub detail: &'a str,
}

/// Does it, and writes down who did, also when the actor refused. Nothing is done while no line can be written.
///
/// # Errors
/// `Actor` when there is no such actor, or it cannot do that now.
pub async fn act_on(
    services: &Services,
    by: AccountId,
    action: Action,
    asked: &ActorAct<'_>,
) -> ServiceResult<()> {
    let ActorAct { id, place, verb, detail } = asked;
    let tx = services.store.begin().await?;
    let done = services.engine.act(id, action);
    let detail = match &done {
        Ok(()) if detail.is_empty() => (*place).to_owned(),
        Ok(()) => format!("{place}: {detail}"),
        Err(refusal) => format!("{place}: not done, {refusal}"),
    };
    tx.commit_audited(act(by, &format!("actor.{verb}"), id, detail), &[], services.now()).await?;
    Ok(done?)
}
