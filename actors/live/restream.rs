//! One restream: a show that is sent to another platform, too.
//!
//! Runs under `restreams`, one for each destination that is switched on for a stream. The row says whether it is on, and the
//! stream's row whether its show is on air; the actor looks at both when it is told to, and begins or ends. What sends is a
//! task of the actor's state, so whatever ends the actor ends it, with its child process. After a failure the actor waits and
//! tries again, each time longer, and then gives up. Nothing of this concerns another restream or the show.

use crate::{
    engine::{
        behavior::{ActorConfig, Behavior, Context, Failure},
        directory::Address,
        fact::Fact,
        inbox::CallError,
    },
    tree::{Engine, Ports},
};
use domain::{
    chat::feed::Moment,
    clock::Clock,
    error::StoreError,
    id::{RestreamId, RoomId},
    live::restream::{
        FailedTries, Restream, RestreamFailure, RestreamState, RestreamStore, Restreamer, ShownRestream,
        ShownRestreams,
    },
    time::{Millis, Span},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
};
use tokio::task::JoinSet;

/// The callers' handle of a restream.
#[derive(Clone)]
pub struct RestreamHandle(Address<Restreams>);

impl From<Address<Restreams>> for RestreamHandle {
    fn from(address: Address<Restreams>) -> Self {
        Self(address)
    }
}

impl RestreamHandle {
    /// Lets it look at its row: whether it is on, and its show on air.
    pub fn look(&self) -> Result<(), CallError> {
        self.0.tell(Msg::Look)
    }
    /// It is switched off, or its show is over. One that is parked cannot look, so it is forgotten.
    pub fn end(&self) {
        if self.look() == Err(CallError::Parked) {
            self.0.directory().retire(&self.0.id());
            self.0.slot_state().show(RestreamState::Off, self.0.directory().clock.now());
        }
    }
    pub fn state(&self) -> RestreamState {
        self.0.slot_state().seen().state
    }
    /// Its id, while its show is on air as far as it knows.
    pub(crate) fn active(&self) -> Option<RestreamId> {
        (self.state() != RestreamState::Off).then(|| self.0.id())
    }
    /// What the studio of its room shows.
    fn shown(&self) -> Option<(RoomId, ShownRestream)> {
        let (room, name) = self.0.slot_state().of.get()?;
        let state = self.state();
        let shown = ShownRestream { name: name.clone(), state };
        (state != RestreamState::Off).then_some((*room, shown))
    }
}

pub enum Msg {
    Look,
    /// Nothing is sent any more.
    Ended(RestreamFailure),
    /// What sends has panicked.
    Panicked,
    /// The pause after a failure is over.
    Again,
}

/// State that outlives the actor.
#[derive(Default)]
pub struct SlotState {
    /// The room of its stream, and what its destination is called.
    of: OnceLock<(RoomId, String)>,
    seen: Mutex<Seen>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    state: RestreamState,
    sends_since: Option<Millis>,
}

impl SlotState {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn seen(&self) -> Seen {
        *self.lock()
    }
    fn show(&self, state: RestreamState, now: Millis) {
        let mut seen = self.lock();
        seen.state = state;
        seen.sends_since = match state {
            RestreamState::Sending { .. } => seen.sends_since.or(Some(now)),
            _ => None,
        };
    }
}

pub struct State {
    row: Restream,
    tries: FailedTries,
    /// What sends, or the pause before that.
    tasks: JoinSet<()>,
}

/// The behavior, with the ports that its actors use.
pub struct Restreams {
    clock: Arc<dyn Clock>,
    store: Arc<dyn RestreamStore>,
    /// `None` where nothing can be sent.
    restreamer: Option<Arc<dyn Restreamer>>,
}

impl Behavior for Restreams {
    type Id = RestreamId;
    type Msg = Msg;
    type SlotState = SlotState;
    type State = State;

    fn config(&self) -> ActorConfig {
        ActorConfig { kind: "restream", branch: "restreams", ..ActorConfig::default() }
    }
    fn name(&self, id: RestreamId, slot_state: &SlotState) -> String {
        format!("{id} {}", slot_state.seen().state.code())
    }
    fn slot_state(&self, _: RestreamId) -> SlotState {
        SlotState::default()
    }
    fn inspect(&self, _: RestreamId, slot_state: &SlotState) -> Vec<Fact> {
        let seen = slot_state.seen();
        let mut facts = vec![
            Fact::word("state", seen.state.code()),
            Fact::word("why it failed", seen.state.failure().map_or("none", RestreamFailure::code)),
            Fact::at("sends since", seen.sends_since),
            Fact::hidden("where it sends, and the key"),
        ];
        if let RestreamState::Sending { bits_per_second } = seen.state {
            facts.push(Fact::count("bits per second", bits_per_second));
        }
        facts
    }
    fn may_passivate(&self, slot_state: &SlotState) -> bool {
        matches!(slot_state.seen().state, RestreamState::Off)
    }
    fn parked(&self, slot_state: &SlotState) {
        slot_state.show(RestreamState::GaveUp { why: RestreamFailure::Broken }, self.clock.now());
    }

    async fn start(&self, context: &Context<Self>) -> Result<State, Failure> {
        self.show(context, RestreamState::Off);
        let row = self.store.load(context.id()).await?;
        context.slot_state().of.get_or_init(|| (row.room, row.destination.name.clone()));
        context.tell(Msg::Look);
        Ok(State { row, tries: FailedTries::default(), tasks: JoinSet::new() })
    }

    async fn handle(&self, context: &Context<Self>, state: &mut State, message: Msg) -> Result<(), Failure> {
        match (message, context.slot_state().seen().state) {
            (Msg::Look, _) => self.look(context, state).await?,
            // It was ended while this was on its way.
            (_, RestreamState::Off) => {}
            (Msg::Ended(why), _) => self.pause(context, state, why),
            (Msg::Panicked, _) => return Err(Failure::Broken("what sends has panicked".into())),
            (Msg::Again, RestreamState::Waiting { .. }) => self.begin(context, state),
            (Msg::Again, _) => {}
        }
        Ok(())
    }

    async fn stopped(&self, context: &Context<Self>, state: &mut State) {
        self.end(context, state).await;
    }
}

impl Restreams {
    pub(crate) fn new(ports: &Ports) -> Self {
        let Ports { clock, restreams, restreamer, .. } = ports;
        Self { clock: clock.clone(), store: restreams.clone(), restreamer: restreamer.clone() }
    }

    fn show(&self, context: &Context<Self>, to: RestreamState) {
        context.slot_state().show(to, self.clock.now());
    }

    async fn look(&self, context: &Context<Self>, state: &mut State) -> Result<(), Failure> {
        match self.store.load(context.id()).await {
            Ok(row) => state.row = row,
            // It was switched off.
            Err(StoreError::NotFound) => {
                self.end(context, state).await;
                return Err(Failure::Unknown);
            }
            // What is being sent does not need the database.
            Err(error) => {
                context.failed(error.to_string());
                return Ok(());
            }
        }
        let is_off = matches!(context.slot_state().seen().state, RestreamState::Off);
        match (state.row.on_air, is_off) {
            (true, true) => self.begin(context, state),
            (false, false) => self.end(context, state).await,
            _ => {}
        }
        Ok(())
    }

    fn begin(&self, context: &Context<Self>, state: &mut State) {
        let Some(restreamer) = self.restreamer.clone() else { return };
        self.show(context, RestreamState::Connecting);
        let (address, clock) = (context.address().clone(), Arc::clone(&self.clock));
        let progress = Box::new(move |bits_per_second| {
            address.slot_state().show(RestreamState::Sending { bits_per_second }, clock.now());
        });
        let restream = state.row.clone();
        let outcome = Outcome { context: context.clone(), failure: None };
        state.tasks.spawn(async move {
            // Here, so that a panic of what sends drops it.
            let mut outcome = outcome;
            let failure = restreamer.send(restream, progress).await;
            outcome.failure = Some(failure);
        });
    }

    /// Waits before the next try, or gives up.
    fn pause(&self, context: &Context<Self>, state: &mut State, why: RestreamFailure) {
        while state.tasks.try_join_next().is_some() {}
        let now = self.clock.now();
        let sent = context.slot_state().seen().sends_since.map_or(Span(0), |since| now - since);
        context.failed(why.code());
        let Some(pause) = state.tries.fail(sent) else {
            tracing::warn!(restream = %context.id(), stream = %state.row.stream, why = why.code(), "a restream gives up");
            return self.show(context, RestreamState::GaveUp { why });
        };
        let (until, clock, again) = (now + pause, Arc::clone(&self.clock), context.clone());
        self.show(context, RestreamState::Waiting { why, until });
        state.tasks.spawn(async move {
            clock.sleep_until(until).await;
            again.tell(Msg::Again);
        });
    }

    /// When it returns, nothing is sent.
    async fn end(&self, context: &Context<Self>, state: &mut State) {
        state.tasks.shutdown().await;
        state.tries = FailedTries::default();
        self.show(context, RestreamState::Off);
    }
}

/// Tells the actor what became of what it sends. If that was ended, nobody needs to know.
struct Outcome {
    context: Context<Restreams>,
    failure: Option<RestreamFailure>,
}

impl Drop for Outcome {
    fn drop(&mut self) {
        match self.failure {
            Some(why) => self.context.tell(Msg::Ended(why)),
            None if thread::panicking() => self.context.tell(Msg::Panicked),
            None => {}
        }
    }
}

/// The restreams of each room as its studio was told last.
#[derive(Default)]
pub(crate) struct ToldStudios(HashMap<RoomId, Arc<ShownRestreams>>);

impl ToldStudios {
    /// Tells each studio how its restreams are, if that has changed.
    pub(crate) fn publish(&mut self, engine: &Engine) {
        let rooms = self.0.keys();
        let mut now: HashMap<_, _> = rooms.map(|room| (*room, ShownRestreams::new())).collect();
        for handle in engine.restreams() {
            if let Some((room, shown)) = handle.shown() {
                now.entry(room).or_default().insert(handle.0.id(), shown);
            }
        }
        for (room, shown) in now {
            if self.0.get(&room).is_none_or(|before| **before != shown) {
                let shown = Arc::new(shown);
                engine.feed(room).moment(Moment::Restreams(Arc::clone(&shown)));
                self.0.insert(room, shown);
            }
        }
        self.0.retain(|_, shown| !shown.is_empty());
    }
}
