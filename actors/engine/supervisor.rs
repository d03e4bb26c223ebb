//! One-for-one supervision. ractor has no restart strategies, so this is our own.
//!
//! A supervisor restarts each failed child, first at once and then with backoff, within that child's budget. A spent
//! budget parks the child (or, for kinds that escalate, ends the supervisor) without affecting its siblings. The
//! supervisor loads nothing and waits for nobody: it starts a child by handing it to the runtime.

use crate::engine::{
    behavior::Behavior,
    directory::{Address, Directory},
    slot::{Ending, Next},
};
use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};
use std::{sync::Arc, time::Duration};

/// How often idle children are looked for.
const SWEEP: Duration = Duration::from_secs(30);
/// ractor's reasons for a kill, and for a task that was cancelled.
const KILLED: [&str; 2] = ["killed", "actor_task_cancelled"];

pub(crate) struct Supervisor<K: Behavior>(pub Arc<Directory<K>>);

pub(crate) enum Msg<K: Behavior> {
    Raise(Address<K>),
    Sweep,
}

#[derive(Debug, thiserror::Error)]
#[error("{0} spent its restart budget")]
struct ActorSpent(String);

impl<K: Behavior> Actor for Supervisor<K> {
    type Msg = Msg<K>;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, context: ActorRef<Msg<K>>, (): ()) -> Result<(), ActorProcessingErr> {
        context.send_interval(SWEEP, || Msg::Sweep);
        Ok(())
    }

    /// The previous supervisor's children were killed with it, and its backoff timers are gone.
    async fn post_start(&self, context: ActorRef<Msg<K>>, (): &mut ()) -> Result<(), ActorProcessingErr> {
        for address in self.0.addresses() {
            address.revive(context.get_id());
        }
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<Msg<K>>,
        message: Msg<K>,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Msg::Raise(address) => address.raise(),
            Msg::Sweep => self.0.sweep(),
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        context: ActorRef<Msg<K>>,
        event: SupervisionEvent,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        self.0.post().handled += 1;
        let (child, ending) = match event {
            SupervisionEvent::ActorFailed(child, error) => (child, Ending::Failed(error)),
            // Only a kill has one of these reasons; all others mean a stop or a drain.
            SupervisionEvent::ActorTerminated(child, _, Some(why)) if KILLED.contains(&why.as_str()) => {
                (child, Ending::Killed(why))
            }
            SupervisionEvent::ActorTerminated(child, ..) => (child, Ending::Stopped),
            SupervisionEvent::ActorStarted(_) | SupervisionEvent::ProcessGroupChanged(_) => {
                self.0.changed();
                return Ok(());
            }
        };
        let Some(address) = self.0.of_life(child.get_id()) else { return Ok(()) };
        let next = address.ended(child.get_id(), ending);
        tracing::info!(kind = self.0.config().kind, id = %address.id(), actor = %child.get_id(), ?next, "an actor ended");
        match next {
            Next::StartAfter(wait) => {
                context.send_after(wait, move || Msg::Raise(address));
            }
            Next::Park if self.0.config().escalates => {
                return Err(ActorSpent(address.id().to_string()).into());
            }
            Next::Park | Next::Nothing | Next::Sleep | Next::Start => {}
        }
        Ok(())
    }
}
