//! Maps ids to actors: started on first use, passivated when idle, found again after a restart.

use crate::engine::{
    behavior::{ActorConfig, Behavior, Shell},
    branch::SupervisorSlot,
    budget::{Budget, Restart},
    inbox::{CallError, Content, PATIENCE, Reply},
    slot::{Ending, Next, Phase, Record, Slot},
    tree,
};
use domain::clock::Clock;
use ractor::{ActorCell, ActorId, ActorRuntime};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};
use tokio::sync::watch;

/// How often a caller asks if the actor dies before it answers.
const TRIES: u32 = 2;

/// All slots of one kind.
pub struct Directory<K: Behavior> {
    kind: K,
    config: ActorConfig,
    pub(crate) clock: Arc<dyn Clock>,
    /// Counts changes of the tree.
    pub(crate) tree: watch::Sender<u64>,
    slots: Mutex<HashMap<K::Id, Arc<Slot<K>>>>,
    lives: Mutex<HashMap<ActorId, Arc<Slot<K>>>>,
    post: Mutex<SupervisorSlot>,
    closed: AtomicBool,
}

impl<K: Behavior> Directory<K> {
    pub(crate) fn new(kind: K, clock: Arc<dyn Clock>, tree: watch::Sender<u64>) -> Arc<Self> {
        Arc::new(Self {
            config: kind.config(),
            kind,
            clock,
            tree,
            slots: Mutex::default(),
            lives: Mutex::default(),
            post: Mutex::default(),
            closed: AtomicBool::new(false),
        })
    }

    /// The address of this id. Its actor starts with the first message.
    pub fn get(self: &Arc<Self>, id: K::Id) -> Address<K> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry(id).or_insert_with(|| Arc::new(Slot::new(id, self.kind.slot_state(id))));
        Address { directory: Arc::clone(self), slot: Arc::clone(slot) }
    }

    /// The address of this id, if it has a slot.
    pub(crate) fn existing(self: &Arc<Self>, id: &K::Id) -> Option<Address<K>> {
        let slot = self.slots.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()?;
        Some(Address { directory: Arc::clone(self), slot })
    }

    /// Stops the actor of a deleted entity after its queued messages. A later message starts it again; its load then fails
    /// as unknown.
    pub(crate) fn retire(&self, id: &K::Id) {
        let slot = self.slots.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        let Some(slot) = slot else { return };
        let mut record = slot.record();
        match &record.phase {
            Phase::Awake(actor) => drop(actor.drain()),
            Phase::Waiting | Phase::Parked => record.phase = Phase::Asleep,
            Phase::Asleep => {}
        }
        drop(record);
        slot.turned();
        self.changed();
    }

    pub(crate) fn kind(&self) -> &K {
        &self.kind
    }
    pub(crate) fn config(&self) -> ActorConfig {
        self.config
    }
    pub(crate) fn slots(&self) -> Vec<Arc<Slot<K>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
    pub(crate) fn addresses(self: &Arc<Self>) -> Vec<Address<K>> {
        self.slots().into_iter().map(|slot| Address { directory: Arc::clone(self), slot }).collect()
    }
    pub(crate) fn of_life(self: &Arc<Self>, id: ActorId) -> Option<Address<K>> {
        let slot = self.lives.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()?;
        Some(Address { directory: Arc::clone(self), slot })
    }
    fn forget_life(&self, id: ActorId) {
        self.lives.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
    /// The supervisor's children, as known to ractor.
    pub(crate) fn living(&self) -> Vec<ActorId> {
        let children = self.supervisor().map(|supervisor| supervisor.get_children()).unwrap_or_default();
        children.iter().map(ActorCell::get_id).collect()
    }
    pub(crate) fn post(&self) -> MutexGuard<'_, SupervisorSlot> {
        self.post.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn supervisor(&self) -> Option<ActorCell> {
        self.post().holder.clone()
    }
    pub(crate) fn changed(&self) {
        self.tree.send_modify(|changes| *changes += 1);
    }
    /// Refuses all new messages from now on.
    pub(crate) fn close(&self) {
        self.closed.store(true, SeqCst);
    }
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(SeqCst)
    }

    /// Drains idle actors, and removes the slots of passivated ones that nobody holds.
    pub(crate) fn sweep(&self) {
        for slot in self.slots() {
            let idle = self.config.idle.is_some_and(|limit| slot.meter.idle() >= limit);
            if let Phase::Awake(actor) = &slot.record().phase
                && idle
                && slot.meter.waiting() == 0
                && self.kind.may_passivate(&slot.slot_state)
            {
                drop(actor.drain());
            }
        }
        let asleep = |slot: &Slot<K>| matches!(slot.record().phase, Phase::Asleep);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| self.config.idle.is_none() || Arc::strong_count(slot) > 1 || !asleep(slot));
        let few = 2 * slots.len();
        slots.shrink_to(few);
        drop(slots);
        let mut lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
        let few = 2 * lives.len();
        lives.shrink_to(few);
    }
}

/// The address of one actor, whether or not it is awake. Cheap to clone; part of every typed handle.
pub struct Address<K: Behavior> {
    directory: Arc<Directory<K>>,
    slot: Arc<Slot<K>>,
}

impl<K: Behavior> Clone for Address<K> {
    fn clone(&self) -> Self {
        Self { directory: Arc::clone(&self.directory), slot: Arc::clone(&self.slot) }
    }
}

impl<K: Behavior> Address<K> {
    pub fn id(&self) -> K::Id {
        self.slot.id
    }
    pub fn slot_state(&self) -> &K::SlotState {
        &self.slot.slot_state
    }
    pub(crate) fn kind(&self) -> &K {
        &self.directory.kind
    }
    pub(crate) fn slot(&self) -> &Slot<K> {
        &self.slot
    }
    pub(crate) fn directory(&self) -> &Arc<Directory<K>> {
        &self.directory
    }
    /// The other actors of the kind that are awake.
    pub fn others(&self) -> Vec<Self> {
        let awake = |slot: &Slot<K>| matches!(slot.record().phase, Phase::Awake(_) | Phase::Waiting);
        let mut all = self.directory.addresses();
        all.retain(|other| !Arc::ptr_eq(&other.slot, &self.slot) && awake(&other.slot));
        all
    }

    /// Sends without waiting for an answer. Starts a passivated actor; one that is just ending is started again
    /// afterwards.
    pub fn tell(&self, message: K::Msg) -> Result<(), CallError> {
        self.send(Content::Message(message))
    }

    /// Asks and waits for the answer, at most [`PATIENCE`]. If the actor dies meanwhile, it asks once more, so handling
    /// must be idempotent.
    pub async fn call<T: Send>(&self, ask: impl Fn(Reply<T>) -> K::Msg + Send) -> Result<T, CallError> {
        let answered = tokio::time::timeout(PATIENCE, self.ask_patiently(ask)).await;
        answered.unwrap_or(Err(CallError::Timeout))
    }

    async fn ask_patiently<T>(&self, ask: impl Fn(Reply<T>) -> K::Msg) -> Result<T, CallError> {
        let mut turns = self.slot.turns();
        let mut asked = 0;
        loop {
            turns.mark_unchanged();
            if asked > 0 && self.slot.record().missing {
                return Err(CallError::Unknown);
            }
            let (reply, answer) = Reply::pair();
            match self.send(Content::Message(ask(reply))) {
                Ok(()) => asked += 1,
                Err(CallError::Resting) => {
                    // The sender lives in the slot that `self` holds, so this only waits for the next phase.
                    drop(turns.changed().await);
                    continue;
                }
                Err(error) => return Err(error),
            }
            match answer.await {
                Ok(answer) => return Ok(answer),
                Err(_) if asked == TRIES => return Err(CallError::Lost),
                Err(_) => {}
            }
        }
    }

    pub(crate) fn send(&self, content: Content<K::Msg>) -> Result<(), CallError> {
        if self.directory.is_closed() {
            return Err(CallError::Closed);
        }
        let mut record = self.slot.record();
        match record.phase {
            Phase::Parked => return Err(CallError::Parked),
            Phase::Asleep => self.start(&mut record)?,
            Phase::Awake(_) | Phase::Waiting => {}
        }
        self.slot.deliver(&mut record, content, self.directory.config.inbox)
    }

    /// Starts the next life. It loads in its own task; messages can be queued at once.
    pub(crate) fn start(&self, record: &mut Record<K::Msg>) -> Result<(), CallError> {
        let Some(supervisor) = self.directory.supervisor().filter(|_| !self.directory.is_closed()) else {
            record.phase = Phase::Asleep;
            return Err(CallError::Closed);
        };
        if let Some(before) = &record.last {
            self.directory.forget_life(before.get_id());
        }
        let (under, before) = (supervisor.get_id(), record.predecessors());
        let spawned = ActorRuntime::spawn_linked_instant(None, Shell(self.clone()), before, supervisor);
        let (actor, starting) = spawned.map_err(|_| CallError::Closed)?;
        record.under = Some(under);
        record.last = Some(actor.get_cell());
        record.started_at = Some(self.directory.clock.now());
        let id = actor.get_id();
        record.phase = Phase::Awake(actor);
        self.directory
            .lives
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, Arc::clone(&self.slot));
        // Until the actor is linked, nobody else notices its end: the supervisor may already have been ending.
        let address = self.clone();
        tokio::spawn(async move {
            if !matches!(starting.await, Ok(Ok(_))) {
                address.ended(id, Ending::Stopped);
            }
        });
        self.slot.turned();
        self.directory.changed();
        Ok(())
    }

    /// Records the end of a life. What follows and takes time is left to the caller.
    pub(crate) fn ended(&self, id: ActorId, ending: Ending) -> Next {
        self.directory.forget_life(id);
        let mut next = self.slot.ended(id, ending, self.directory.clock.now());
        if matches!(next, Next::Start | Next::StartAfter(_)) {
            tree::restarted(self.directory.config.branch);
        }
        if next == Next::Start {
            let mut record = self.slot.record();
            if matches!(record.phase, Phase::Waiting | Phase::Asleep) && self.start(&mut record).is_err() {
                next = Next::Sleep;
            }
        }
        if next == Next::Park {
            self.directory.kind.parked(&self.slot.slot_state);
        }
        if next != Next::Nothing {
            metrics::counter!("backstage_actor_ends", "kind" => self.directory.config.kind, "next" => next.label())
                .increment(1);
            self.slot.turned();
            self.directory.changed();
        }
        next
    }

    /// A new supervisor has started: actors awake under the old one were killed with it.
    pub(crate) fn revive(&self, supervisor: ActorId) {
        let mut record = self.slot.record();
        if record.under == Some(supervisor) {
            return;
        }
        let due = match record.phase {
            Phase::Asleep => false,
            Phase::Awake(_) | Phase::Waiting => true,
            Phase::Parked => self.directory.config.escalates,
        };
        if due {
            record.budget = Budget::default();
            let at = self.directory.clock.now();
            record.history.add(Restart { at, why: "its supervisor was restarted".into(), asked: false });
            tree::restarted(self.directory.config.branch);
            // Only a closed engine refuses, and then nothing needs to start.
            let _ = self.start(&mut record);
        }
    }

    /// Starts the actor after its backoff.
    pub(crate) fn raise(&self) {
        let mut record = self.slot.record();
        if matches!(record.phase, Phase::Waiting) {
            // Only a closed engine refuses, and then nothing needs to start.
            let _ = self.start(&mut record);
        }
    }
}
