//! A branch of the house: one supervisor and the kind it supervises, without its type, for the root and for operators.

use crate::{
    action::{ActError, Action},
    budget::{Blame, Budget, FALLS_OF_A_SUPERVISOR, History, Restart, Verdict},
    directory::Directory,
    kind::Kind,
    supervisor::Supervisor,
    tree::{self, Inspection, Node, Status},
};
use domain::{ports::BoxFuture, time::Millis};
use ractor::{ActorCell, ActorId, ActorRuntime, ActorStatus, SpawnErr};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// The place of a supervisor, which outlives its lives.
pub(crate) struct Post {
    pub holder: Option<ActorCell>,
    started_at: Option<Millis>,
    budget: Budget,
    history: History,
    last_error: Option<String>,
    /// Starts and ends of children that it has dealt with.
    pub handled: u64,
    pub asked: Option<ActorId>,
}

impl Default for Post {
    fn default() -> Self {
        Self {
            holder: None,
            started_at: None,
            budget: Budget::of(FALLS_OF_A_SUPERVISOR),
            history: History::default(),
            last_error: None,
            handled: 0,
            asked: None,
        }
    }
}

pub(crate) trait Branch: Send + Sync {
    fn name(&self) -> &'static str;
    /// Puts a new supervisor into the post.
    fn hire(&self, root: ActorCell) -> Result<(), SpawnErr>;
    /// The supervisor's own life, if it is this one, is over.
    fn fell(&self, id: ActorId, why: &str) -> Option<Verdict>;
    fn node(&self) -> Node;
    fn inspect(&self, id: &str) -> Option<Inspection>;
    fn act(&self, id: &str, action: Action) -> Option<Result<(), ActError>>;
    fn close(&self);
    /// Lets every child finish what waits before it, at most `limit` long.
    fn drain(&self, limit: Duration) -> BoxFuture<'static, ()>;
}

impl<K: Kind> Branch for Arc<Directory<K>> {
    fn name(&self) -> &'static str {
        self.manners().branch
    }

    fn hire(&self, root: ActorCell) -> Result<(), SpawnErr> {
        // Locked before it starts: it looks itself up as soon as it raises its children.
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
        Some(post.budget.fall(if asked { Blame::Asked } else { Blame::Own }, Instant::now()))
    }

    fn node(&self) -> Node {
        let children = tree::children(self);
        let post = self.post();
        Node {
            name: self.name().into(),
            kind: "supervisor",
            id: post.holder.as_ref().map(|holder| holder.get_id().to_string()).unwrap_or_default(),
            status: post.holder.as_ref().map_or(Status::Restarting, status),
            started_at: post.started_at,
            restarts: post.history.count(),
            last_error: post.last_error.clone(),
            mailbox: children.iter().filter(|child| child.status == Status::Restarting).count(),
            handled: post.handled,
            children,
        }
    }

    fn inspect(&self, id: &str) -> Option<Inspection> {
        let slots = self.slots();
        let slot = slots.iter().find(|slot| slot.is_called(id))?;
        let history = slot.record().history.last();
        Some(Inspection::new(tree::leaf(self, slot), history, &slot.meter))
    }

    fn act(&self, id: &str, action: Action) -> Option<Result<(), ActError>> {
        let mut post = self.post();
        if let Some(holder) = post.holder.clone().filter(|holder| holder.get_id().to_string() == id) {
            return Some(match action {
                Action::Restart | Action::Kill => {
                    post.asked = Some(holder.get_id());
                    holder.kill();
                    Ok(())
                }
                Action::Stop | Action::Drain | Action::Resume | Action::Panic => Err(ActError::NotNow),
            });
        }
        drop(post);
        self.addresses()
            .into_iter()
            .find(|address| address.slot().is_called(id))
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

fn status(supervisor: &ActorCell) -> Status {
    match supervisor.get_status() {
        ActorStatus::Unstarted | ActorStatus::Starting => Status::Starting,
        ActorStatus::Running | ActorStatus::Upgrading => Status::Running,
        ActorStatus::Draining => Status::Draining,
        ActorStatus::Stopping | ActorStatus::Stopped => Status::Restarting,
    }
}
