//! The supervision tree as data for operators: `/ops` draws it and `/ops/tree.json` returns it.

use crate::engine::{
    behavior::Behavior,
    budget::Restart,
    directory::Directory,
    fact::Fact,
    fault::Armed,
    inbox::Meter,
    pulse::Pulse,
    slot::{Phase, Slot},
};
use domain::time::Millis;
use serde::Serialize;
use std::{collections::HashSet, fmt::Display, time::Duration};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Loading.
    Starting,
    Running,
    /// Handles what waits, accepts nothing new.
    Draining,
    /// Failed, and about to be restarted.
    Restarting,
    /// Failed too often; an operator must resume it.
    Parked,
    /// Stopped by an operator.
    Stopped,
}

/// One actor, or a place whose actor is not running.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    /// What it serves: the id of its stream, room or checkout, or the name of a worker or branch.
    pub of: String,
    /// The same with a word about its state.
    pub name: String,
    pub kind: &'static str,
    /// The id of this life, which a restart changes. A parked or restarting actor shows that of its last life.
    pub id: String,
    pub status: Status,
    pub started_at: Option<Millis>,
    pub restarts: u64,
    pub last_error: Option<String>,
    /// Messages accepted and not yet taken; for a supervisor, children waiting for their restart.
    pub mailbox: usize,
    /// Over all lives; for a supervisor, starts and ends of children.
    pub handled: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Armed>,
    /// Recent activity; for a supervisor, the sum of its children.
    #[serde(skip)]
    pub pulse: Pulse,
    pub children: Vec<Node>,
}

impl Node {
    /// Its place in the tree: unique, and the same over all its lives.
    pub fn place(&self) -> String {
        place(self.kind, &self.of)
    }
    /// This node and all nodes below it.
    pub fn walk(&self) -> Vec<&Node> {
        let mut found = vec![self];
        found.extend(self.children.iter().flat_map(Node::walk));
        found
    }
}

pub(crate) fn place(kind: &str, of: impl Display) -> String {
    format!("{kind}.{of}")
}

/// The details of one actor.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    #[serde(flatten)]
    pub node: Node,
    /// The last 32 restarts, the oldest first.
    pub history: Vec<Restart>,
    /// From acceptance to the end of handling.
    pub latency_mean: Duration,
    pub latency_longest: Duration,
    /// Facts read from its slot. The actor is never asked, so that a blocked one can be inspected like an idle one.
    pub facts: Vec<Fact>,
    /// Whether faults can be set on it, because its work arrives as messages.
    pub takes_faults: bool,
}

impl Inspection {
    pub(crate) fn new(node: Node, history: Vec<Restart>, meter: &Meter) -> Self {
        let (latency_mean, latency_longest) = meter.latency();
        Self { node, history, latency_mean, latency_longest, facts: Vec::new(), takes_faults: false }
    }
}

impl Status {
    /// In the order in which operators read them.
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Parked, Self::Stopped, Self::Restarting, Self::Starting, Self::Draining];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Draining => "draining",
            Self::Restarting => "restarting",
            Self::Parked => "parked",
            Self::Stopped => "stopped",
        }
    }
}

/// Metrics by branch, never by actor: their number must not grow with the number of actors.
pub(crate) fn measure(engine: &Node, attendances: usize, people: usize) {
    let figure = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    metrics::gauge!("backstage_attendances").set(figure(attendances));
    metrics::gauge!("backstage_people_in_rooms").set(figure(people));
    for branch in &engine.children {
        let name = branch.name.clone();
        for status in Status::ALL {
            let count = branch.children.iter().filter(|child| child.status == status).count();
            metrics::gauge!("backstage_actors", "branch" => name.clone(), "status" => status.code())
                .set(figure(count));
        }
        metrics::counter!(RESTARTS, "branch" => name.clone()).increment(0);
        let waiting = branch.children.iter().map(|child| child.mailbox).sum();
        metrics::gauge!("backstage_actor_messages_waiting", "branch" => name).set(figure(waiting));
    }
}

const RESTARTS: &str = "backstage_actor_restarts";

/// Counts a restart in a branch, whatever caused it.
pub(crate) fn restarted(branch: &'static str) {
    metrics::counter!(RESTARTS, "branch" => branch).increment(1);
}

pub(crate) fn leaf<K: Behavior>(directory: &Directory<K>, slot: &Slot<K>) -> Node {
    let record = slot.record();
    Node {
        of: slot.id.to_string(),
        name: directory.kind().name(slot.id, &slot.slot_state),
        kind: directory.config().kind,
        id: record.last.as_ref().map(|life| life.get_id().to_string()).unwrap_or_default(),
        status: record.status(),
        started_at: record.started_at,
        restarts: record.history.count(),
        last_error: slot.meter.last_error(),
        mailbox: slot.meter.waiting(),
        handled: slot.meter.handled(),
        fault: slot.faults.armed(directory.clock.now()),
        pulse: slot.pulse.clone(),
        children: Vec::new(),
    }
}

/// The children of a supervisor: ractor's own, and places whose actor is waiting, parked or stopped for good.
pub(crate) fn children<K: Behavior>(directory: &Directory<K>) -> Vec<Node> {
    let config = directory.config();
    let living: HashSet<_> = directory.living().into_iter().collect();
    let shown = |slot: &Slot<K>| {
        let record = slot.record();
        match record.phase {
            // An actor that is just starting or ending may be missing from ractor's list; it would flicker.
            Phase::Awake(_) => {
                matches!(record.status(), Status::Starting | Status::Restarting)
                    || record.current().is_some_and(|id| living.contains(&id))
            }
            Phase::Waiting | Phase::Parked => true,
            Phase::Asleep => config.idle.is_none(),
        }
    };
    let slots = directory.slots();
    let mut nodes: Vec<_> =
        slots.iter().filter(|slot| shown(slot)).map(|slot| leaf(directory, slot)).collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    nodes
}
