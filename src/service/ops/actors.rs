//! Operators' actions on single actors.

use crate::{ServiceResult, Services, unbounded_act};
use actors::Action;
use domain::id::AccountId;

/// The description of an action for the audit log.
pub struct ActorAct<'a> {
    /// Its path in the tree, or the id of its current run.
    pub id: &'a str,
    /// Its path in the tree.
    pub place: &'a str,
    pub verb: &'a str,
    /// The parameters besides the verb; may be empty.
    pub detail: &'a str,
}

/// Carries out the action and writes its audit line, even if the actor refuses. If no audit line can be written,
/// nothing is done.
///
/// # Errors
/// `Actor` if the actor does not exist or cannot do this now.
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
    tx.commit_audited(unbounded_act(by, &format!("actor.{verb}"), id, detail), &[], services.now()).await?;
    Ok(done?)
}
