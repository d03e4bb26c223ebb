//! A branch of the tree: one supervisor and its kind of actor, with the type erased for the root and for operators.

use crate::engine::{
    action::{ActError, Action},
    behavior::Behavior,
    budget::{Blame, Budget, FALLS_OF_A_SUPERVISOR, History, Restart, Verdict},
    directory::Directory,
    fact::Fact,
    inbox::Meter,
    pulse::{Pulse, Sample},
    slot::Slot,
    supervisor::Supervisor,
    tree::{self, Inspection, Node, Status},
};
use domain::{clock::BoxFuture, time::Millis};
use ractor::{ActorCell, ActorId, ActorRuntime, ActorStatus, SpawnErr};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// What outlives the restarts of a supervisor.
pub(crate) struct SupervisorSlot {
    pub holder: Option<ActorCell>,
    started_at: Option<Millis>,
    budget: Budget,
    history: History,
    last_error: Option<String>,
    pulse: Pulse,
    /// Starts and ends of children that it has handled.
    pub handled: u64,
    pub asked: Option<ActorId>,
}

impl Default for SupervisorSlot {
    fn default() -> Self {
        Self {
            holder: None,
            started_at: None,
            budget: Budget::of(FALLS_OF_A_SUPERVISOR),
            history: History::default(),
            last_error: None,
            pulse: Pulse::default(),
            handled: 0,
            asked: None,
        }
    }
}

pub(crate) trait Branch: Send + Sync {
    fn name(&self) -> &'static str;
    /// Starts a supervisor for the branch.
    fn start_workers(&self, root: ActorCell) -> Result<(), SpawnErr>;
    /// Records the end of a supervisor's life, if this was it.
    fn fell(&self, id: ActorId, why: &str) -> Option<Verdict>;
    fn node(&self) -> Node;
    /// Samples the counters of every child and returns their sum.
    fn sample(&self) -> Sample;
    fn inspect(&self, id: &str) -> Option<Inspection>;
    fn act(&self, id: &str, action: Action) -> Option<Result<(), ActError>>;
    fn close(&self);
    /// Lets every child handle what waits in its inbox, for at most `limit`.
    fn drain(&self, limit: Duration) -> BoxFuture<'static, ()>;
}

impl<K: Behavior> Branch for Arc<Directory<K>> {
    fn name(&self) -> &'static str {
        self.config().branch
    }

    fn start_workers(&self, root: ActorCell) -> Result<(), SpawnErr> {
        // Locked before the start: the supervisor looks itself up as soon as it starts its children.
        let mut post = self.post();
        let (supervisor, _) =
            ActorRuntime::spawn_linked_instant(None, Supervisor(Arc::clone(self)), (), root)?;
        post.holder = Some(supervisor.get_cell());
        post.started_at = Some(self.clock.now());
        drop(post);
        self.changed();
        Ok(())
    }

    fn fell(&self, id: ActorId, why: &str) -> Option<Verdict> {
        let mut post = self.post();
        post.holder.take_if(|holder| holder.get_id() == id)?;
        let asked = post.asked.take_if(|of| *of == id).is_some();
        post.last_error = Some(why.to_owned());
        post.history.add(Restart { at: self.clock.now(), why: why.to_owned(), asked });
        tree::restarted(self.name());
        Some(post.budget.fall(if asked { Blame::Asked } else { Blame::Own }, Instant::now()))
    }

    fn node(&self) -> Node {
        let children = tree::children(self);
        let post = self.post();
        Node {
            of: self.name().into(),
            name: self.name().into(),
            kind: "supervisor",
            id: post.holder.as_ref().map(|holder| holder.get_id().to_string()).unwrap_or_default(),
            status: post.holder.as_ref().map_or(Status::Restarting, status),
            started_at: post.started_at,
            restarts: post.history.count(),
            last_error: post.last_error.clone(),
            mailbox: children.iter().filter(|child| child.status == Status::Restarting).count(),
            handled: post.handled,
            fault: None,
            pulse: post.pulse.clone(),
            children,
        }
    }

    fn sample(&self) -> Sample {
        let all = self.slots().iter().map(|slot| slot.sample()).fold(Sample::default(), Sample::with);
        self.post().pulse.push(all);
        all
    }

    fn inspect(&self, id: &str) -> Option<Inspection> {
        let slots = self.slots();
        let Some(slot) = slots.iter().find(|slot| is_called(self, slot, id)) else {
            return inspect_supervisor(self, id);
        };
        let history = slot.record().history.last();
        let inspection = Inspection::new(tree::leaf(self, slot), history, &slot.meter);
        let facts = self.kind().inspect(slot.id, &slot.slot_state);
        Some(Inspection { facts, takes_faults: self.config().counts_messages, ..inspection })
    }

    fn act(&self, id: &str, action: Action) -> Option<Result<(), ActError>> {
        let mut post = self.post();
        let called = |holder: &ActorCell| holder.get_id().to_string() == id || place(self.name()) == id;
        if let Some(holder) = post.holder.clone().filter(called) {
            return Some(match action {
                Action::Restart | Action::Kill => {
                    post.asked = Some(holder.get_id());
                    holder.kill();
                    Ok(())
                }
                Action::Stop
                | Action::Drain
                | Action::Resume
                | Action::Panic
                | Action::Inject(..)
                | Action::Clear => Err(ActError::NotNow),
            });
        }
        drop(post);
        self.addresses()
            .into_iter()
            .find(|address| is_called(self, address.slot(), id))
            .map(|address| address.act(action))
    }

    fn close(&self) {
        Directory::close(self);
    }

    fn drain(&self, limit: Duration) -> BoxFuture<'static, ()> {
        let supervisor = self.post().holder.clone();
        Box::pin(async move {
            if let Some(supervisor) = supervisor {
                supervisor.drain_children_and_wait(Some(limit)).await;
            }
        })
    }
}

fn place(branch: &str) -> String {
    tree::place("supervisor", branch)
}

/// Whether the id is that of the latest life or of the slot.
fn is_called<K: Behavior>(directory: &Directory<K>, slot: &Slot<K>, id: &str) -> bool {
    let of = id.strip_prefix(directory.config().kind).and_then(|rest| rest.strip_prefix('.'));
    match of {
        Some(of) => slot.id.to_string() == of,
        None => slot.is_called(id),
    }
}

fn inspect_supervisor<K: Behavior>(directory: &Arc<Directory<K>>, id: &str) -> Option<Inspection> {
    let node = directory.node();
    if node.id != id && node.place() != id {
        return None;
    }
    let history = directory.post().history.last();
    let count = |status| node.children.iter().filter(|child| child.status == status).count() as u64;
    let facts = Status::ALL.into_iter().map(|status| Fact::count(status.code(), count(status))).collect();
    let children = Vec::new();
    let inspection = Inspection::new(Node { children, ..node }, history, &Meter::default());
    Some(Inspection { facts, ..inspection })
}

fn status(supervisor: &ActorCell) -> Status {
    match supervisor.get_status() {
        ActorStatus::Unstarted | ActorStatus::Starting => Status::Starting,
        ActorStatus::Running | ActorStatus::Upgrading => Status::Running,
        ActorStatus::Draining => Status::Draining,
        ActorStatus::Stopping | ActorStatus::Stopped => Status::Restarting,
    }
}
