//! One kind of actor, and the shell that every actor runs in.
//!
//! A kind says how its actors load, handle and end; the [`Shell`] is the one implementation of ractor's trait: it waits for its
//! predecessor to be gone, loads, counts, times, and panics on demand when chaos is on.

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

/// What the engine must know of one kind of actor.
pub trait Behavior: Send + Sync + Sized + 'static {
    type Id: Copy + Eq + Hash + Display + Send + Sync + 'static;
    type Msg: Send + 'static;
    /// What the slot keeps when the actor dies or sleeps: its feed, its writer, its newest value.
    type SlotState: Send + Sync + 'static;
    /// What dies with the actor.
    type State: Send + 'static;

    fn config(&self) -> ActorConfig;
    /// Makes what the slot keeps, when the slot is made; cheap, no I/O.
    fn slot_state(&self, id: Self::Id) -> Self::SlotState;
    /// Loads, in the actor's own task; messages wait in the mailbox meanwhile.
    fn start(&self, context: &Context<Self>) -> impl Future<Output = Result<Self::State, Failure>> + Send;
    /// An error ends this life of the actor; its supervisor decides about the next.
    fn handle(
        &self,
        context: &Context<Self>,
        state: &mut Self::State,
        message: Self::Msg,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
    /// The last act after a stop or a drain; a kill or a panic skips it.
    fn stopped(&self, _me: &Context<Self>, _state: &mut Self::State) -> impl Future<Output = ()> + Send {
        async {}
    }
    /// Its restart budget is spent: nobody answers until an operator resumes it. What it loads then says that it is back.
    fn parked(&self, _slot_state: &Self::SlotState) {}
    /// What operators read: its id, and what is worth a word beside it. No personal data.
    fn name(&self, id: Self::Id, _slot_state: &Self::SlotState) -> String {
        id.to_string()
    }
    /// What operators see of its state, from what the slot keeps. No personal data: [`Fact::hidden`] says that there is some.
    fn inspect(&self, _id: Self::Id, _slot_state: &Self::SlotState) -> Vec<Fact> {
        Vec::new()
    }
    /// Whether the actor may be drained now that it has been idle for [`ActorConfig::idle`].
    fn may_passivate(&self, _slot_state: &Self::SlotState) -> bool {
        true
    }
}

/// How actors of a kind are run.
#[derive(Clone, Copy, Debug)]
pub struct ActorConfig {
    /// What one of them is called, like `chat_room`.
    pub kind: &'static str,
    /// The supervisor they stand under, like `chat_rooms`.
    pub branch: &'static str,
    /// Messages that may wait before the door says `Full`.
    pub inbox: usize,
    /// Without a message for this long, an actor is drained. `None`: never.
    pub idle: Option<Duration>,
    /// Its messages count as handled. A worker counts its work instead.
    pub counts_messages: bool,
    /// A child whose budget is spent takes its supervisor with it, instead of being parked.
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

/// Why an actor cannot go on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// There is nothing under its name: it is not started again, and its callers are told.
    #[error("not found")]
    Unknown,
    /// What it needs is away. It is started again with backoff; that is not held against it.
    #[error("{0}")]
    Away(String),
    /// It is itself what is wrong: counts in its restart budget, as a panic does.
    #[error("{0}")]
    Broken(String),
}

/// An actor's view of itself.
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
    /// To this very life of the actor, past the bound of the inbox; to nobody once it is over.
    pub fn tell(&self, message: K::Msg) {
        if let Some(ticket) = self.slot().meter.admit(usize::MAX) {
            drop(self.actor.send_message(Envelope { ticket, content: Content::Message(message) }));
        }
    }
    /// Where others reach it, in this life and the next.
    pub fn address(&self) -> &Address<K> {
        &self.address
    }
    /// The others of the kind that are awake.
    pub fn others(&self) -> Vec<Address<K>> {
        self.address.others()
    }
    /// Keeps an error to be shown beside the actor, which goes on.
    pub fn failed(&self, error: impl Into<String>) {
        self.slot().meter.failed(error);
    }
    fn slot(&self) -> &Slot<K> {
        self.address.slot()
    }
}

/// The skin of every actor.
pub(crate) struct Shell<K: Behavior>(pub Address<K>);

/// What became of a message before it was handled.
#[derive(PartialEq, Eq)]
enum FaultOutcome {
    Passed,
    Dropped,
}

impl<K: Behavior> Shell<K> {
    /// A house that closes finishes what waits, without faults.
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
    /// Earlier lives, waited for before it loads.
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

    /// Loading stands here and not in `pre_start`: a slow or failing load is the child's own affair and never its supervisor's.
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

    /// An actor of a kind supervises nobody; ractor's own answer would stop it with whoever it links.
    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<Self::Msg>,
        _: SupervisionEvent,
        _: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        Ok(())
    }
}
