//! One kind of actor, and the shell in which every actor runs.
//!
//! A kind defines how its actors load, handle messages and end. The [`Shell`] is the only implementation of ractor's
//! trait: it waits for the previous life to end, loads, counts, measures, and panics on demand if chaos is on.

use crate::engine::{
    directory::Address,
    fact::Fact,
    fault::FaultEffect,
    inbox::{Content, Envelope},
    request::Handling,
    slot::Slot,
};
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, SupervisionEvent};
use std::{fmt::Display, future::Future, hash::Hash, time::Duration};

/// What the engine needs to know about one kind of actor.
pub trait Behavior: Send + Sync + Sized + 'static {
    type Id: Copy + Eq + Hash + Display + Send + Sync + 'static;
    type Msg: Send + 'static;
    /// The state that the slot keeps when the actor dies or passivates: its feed, its writer, its newest value.
    type SlotState: Send + Sync + 'static;
    /// The state that dies with the actor.
    type State: Send + 'static;

    fn config(&self) -> ActorConfig;
    /// Creates the slot's state together with the slot; cheap, no I/O.
    fn slot_state(&self, id: Self::Id) -> Self::SlotState;
    /// Loads the state in the actor's own task, while messages wait in the mailbox.
    fn start(&self, context: &Context<Self>) -> impl Future<Output = Result<Self::State, Failure>> + Send;
    /// Handles a message. An error ends this life of the actor; its supervisor decides whether to start another.
    fn handle(
        &self,
        context: &Context<Self>,
        state: &mut Self::State,
        message: Self::Msg,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
    /// Runs last after a stop or a drain; a kill or a panic skips it.
    fn stopped(&self, _me: &Context<Self>, _state: &mut Self::State) -> impl Future<Output = ()> + Send {
        async {}
    }
    /// The restart budget is spent: the actor answers nobody until an operator resumes it. The next load announces that
    /// it is back.
    fn parked(&self, _slot_state: &Self::SlotState) {}
    /// The name that operators see: its id and what helps to recognise it. No personal data.
    fn name(&self, id: Self::Id, _slot_state: &Self::SlotState) -> String {
        id.to_string()
    }
    /// The facts that operators see of its state, read from the slot. No personal data: [`Fact::hidden`] says that
    /// there is some.
    fn inspect(&self, _id: Self::Id, _slot_state: &Self::SlotState) -> Vec<Fact> {
        Vec::new()
    }
    /// Whether the actor may be passivated after it has been idle for [`ActorConfig::idle`].
    fn may_passivate(&self, _slot_state: &Self::SlotState) -> bool {
        true
    }
}

/// How actors of one kind are run.
#[derive(Clone, Copy, Debug)]
pub struct ActorConfig {
    /// The kind's name, such as `chat_room`.
    pub kind: &'static str,
    /// The branch (supervisor) of its actors, such as `chat_rooms`.
    pub branch: &'static str,
    /// Messages that may wait before callers get `Full`.
    pub inbox: usize,
    /// How long an actor may be idle before it is passivated. `None`: for ever.
    pub idle: Option<Duration>,
    /// Whether its messages count as handled. A worker counts its work instead.
    pub counts_messages: bool,
    /// Whether a child that has spent its budget ends its supervisor instead of being parked.
    pub escalates: bool,
}

impl Default for ActorConfig {
    fn default() -> Self {
        Self {
            kind: "actor",
            branch: "actors",
            inbox: 1024,
            idle: Some(Duration::from_secs(300)),
            counts_messages: true,
            escalates: false,
        }
    }
}

/// Why an actor cannot continue.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// Nothing exists under its id: it is not restarted, and its callers get an error.
    #[error("not found")]
    Unknown,
    /// A dependency is unavailable. It is restarted with backoff, without a charge to its budget.
    #[error("{0}")]
    Away(String),
    /// The actor itself is faulty: charged to its restart budget like a panic.
    #[error("{0}")]
    Broken(String),
}

/// The context of a running actor.
pub struct Context<K: Behavior> {
    address: Address<K>,
    actor: ActorRef<Envelope<K::Msg>>,
}

impl<K: Behavior> Clone for Context<K> {
    fn clone(&self) -> Self {
        Self { address: self.address.clone(), actor: self.actor.clone() }
    }
}

impl<K: Behavior> Context<K> {
    pub fn id(&self) -> K::Id {
        self.address.id()
    }
    pub fn slot_state(&self) -> &K::SlotState {
        self.address.slot_state()
    }
    /// Sends to this life of the actor, regardless of the inbox limit; dropped once this life is over.
    pub fn tell(&self, message: K::Msg) {
        if let Some(ticket) = self.slot().meter.admit(usize::MAX) {
            drop(self.actor.send_message(Envelope { ticket, content: Content::Message(message) }));
        }
    }
    /// Its address, which stays valid in its next lives.
    pub fn address(&self) -> &Address<K> {
        &self.address
    }
    /// The other actors of the kind that are awake.
    pub fn others(&self) -> Vec<Address<K>> {
        self.address.others()
    }
    /// Records an error to be shown beside the actor, which continues.
    pub fn failed(&self, error: impl Into<String>) {
        self.slot().meter.failed(error);
    }
    fn slot(&self) -> &Slot<K> {
        self.address.slot()
    }
}

/// The ractor actor around every behavior.
pub(crate) struct Shell<K: Behavior>(pub Address<K>);

/// What a fault did to a message.
#[derive(PartialEq, Eq)]
enum FaultOutcome {
    Passed,
    Dropped,
}

impl<K: Behavior> Shell<K> {
    /// A closing engine handles what waits, without faults.
    async fn apply_fault(&self) -> FaultOutcome {
        let (slot, directory) = (self.0.slot(), self.0.directory());
        match slot.faults.meet(|| directory.clock.now()).filter(|_| !directory.is_closed()) {
            None => FaultOutcome::Passed,
            Some(FaultEffect::Wait(wait)) => {
                tokio::time::sleep(wait).await;
                FaultOutcome::Passed
            }
            Some(FaultEffect::Drop) => {
                slot.meter.failed("a fault dropped a message");
                FaultOutcome::Dropped
            }
            Some(FaultEffect::Panic { counts }) => {
                let mut record = slot.record();
                let life = record.current().filter(|_| !counts);
                record.asked = life.map(|life| (life, "a fault made it panic"));
                drop(record);
                panic!("a fault poisoned it")
            }
        }
    }
}

pub(crate) struct Life<K: Behavior> {
    context: Context<K>,
    /// Earlier lives, which must end before this one loads.
    before: Vec<ActorCell>,
    /// `None` until it is loaded.
    state: Option<K::State>,
}

impl<K: Behavior> Actor for Shell<K> {
    type Msg = Envelope<K::Msg>;
    type State = Life<K>;
    type Arguments = Vec<ActorCell>;

    async fn pre_start(
        &self,
        actor: ActorRef<Self::Msg>,
        before: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Life { context: Context { address: self.0.clone(), actor }, before, state: None })
    }

    /// Loads here and not in `pre_start`, so that a slow or failing load affects only the child, never its supervisor.
    async fn post_start(
        &self,
        _: ActorRef<Self::Msg>,
        life: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        for before in life.before.drain(..) {
            let gone = before.wait(Some(crate::engine::inbox::PATIENCE)).await;
            gone.map_err(|_| Failure::Broken("the one before context is still running".into()))?;
        }
        life.state = Some(self.0.kind().start(&life.context).await?);
        self.0.slot().started();
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        envelope: Self::Msg,
        life: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let Envelope { ticket, content } = envelope;
        let since = ticket.since;
        let handling =
            Handling { request: ticket.request, kind: self.0.directory().config().kind, of: self.0.id() };
        drop(ticket);
        let message = match content {
            Content::Message(message) => message,
            Content::Panic => panic!("chaos asked for it"),
        };
        let Some(state) = &mut life.state else { return Err(Failure::Broken("not loaded".into()).into()) };
        if self.apply_fault().await == FaultOutcome::Dropped {
            return Ok(());
        }
        let result = handling.run(self.0.kind().handle(&life.context, state, message)).await;
        if self.0.directory().config().counts_messages {
            self.0.slot().meter.finished(since.elapsed());
        }
        Ok(result?)
    }

    async fn post_stop(
        &self,
        _: ActorRef<Self::Msg>,
        life: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        if let Some(state) = &mut life.state {
            self.0.kind().stopped(&life.context, state).await;
        }
        Ok(())
    }

    /// These actors supervise nobody. ractor's default would stop them together with any actor linked to them.
    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<Self::Msg>,
        _: SupervisionEvent,
        _: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        Ok(())
    }
}
