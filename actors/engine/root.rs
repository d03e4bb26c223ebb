//! The root of the tree. It restarts supervisors, each within its own budget. When one spends its budget, the root
//! gives up and the process must end: [`crate::Engine::ended`].

use crate::engine::{branch::Branch, budget::Verdict, inbox::Meter};
use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};
use std::sync::Arc;

/// Counts what it does.
pub(crate) struct Root(pub Arc<Meter>);

pub(crate) type Branches = Arc<[Box<dyn Branch>]>;

pub(crate) enum Msg {
    /// The backoff is over: the branch at this index gets a new supervisor.
    Hire(usize),
}

#[derive(Debug, thiserror::Error)]
#[error("the supervisor of {0} spent its restart budget")]
struct SupervisorSpent(&'static str);

impl Actor for Root {
    type Msg = Msg;
    type State = Branches;
    type Arguments = Branches;

    async fn pre_start(
        &self,
        context: ActorRef<Msg>,
        branches: Branches,
    ) -> Result<Branches, ActorProcessingErr> {
        for branch in branches.iter() {
            branch.start_workers(context.get_cell())?;
        }
        Ok(branches)
    }

    async fn handle(
        &self,
        context: ActorRef<Msg>,
        Msg::Hire(place): Msg,
        branches: &mut Branches,
    ) -> Result<(), ActorProcessingErr> {
        branches[place].start_workers(context.get_cell())?;
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        context: ActorRef<Msg>,
        event: SupervisionEvent,
        branches: &mut Branches,
    ) -> Result<(), ActorProcessingErr> {
        self.0.count(1);
        let (id, why) = match event {
            SupervisionEvent::ActorFailed(who, error) => (who.get_id(), error.to_string()),
            SupervisionEvent::ActorTerminated(who, _, why) => {
                (who.get_id(), why.unwrap_or_else(|| "stopped".into()))
            }
            SupervisionEvent::ActorStarted(_) | SupervisionEvent::ProcessGroupChanged(_) => return Ok(()),
        };
        let fallen =
            branches.iter().enumerate().find_map(|(place, branch)| Some((place, branch.fell(id, &why)?)));
        let Some((place, verdict)) = fallen else { return Ok(()) };
        self.0.failed(format!("{} fell: {why}", branches[place].name()));
        tracing::warn!(branch = branches[place].name(), why, ?verdict, "a supervisor failed");
        match verdict {
            Verdict::Again(wait) if wait.is_zero() => branches[place].start_workers(context.get_cell())?,
            Verdict::Again(wait) => {
                context.send_after(wait, move || Msg::Hire(place));
            }
            Verdict::Spent => return Err(SupervisorSpent(branches[place].name()).into()),
        }
        Ok(())
    }
}
