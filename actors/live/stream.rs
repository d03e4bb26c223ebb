//! One live stream: the only place where its state is decided.
//!
//! Owns the stream's row while it runs, under `streams`. A command is decided by [`domain::live::stream::decide`],
//! stored with the version it is based on, and only then published as [`Moment::Stream`]. The media plane only sends
//! "look" messages: [`Publishers`] knows who publishes, so a lost message does no harm. The grace period and the
//! maximum duration are deadlines in the row and in the engine's alarms. A crash loses nothing: the restarted actor
//! waits for the write in flight, loads the row, publishes it if the pages have not seen it, and looks.

use crate::{
    engine::{
        alarm::Alarms,
        behavior::{ActorConfig, Behavior, Context, Failure},
        directory::Address,
        fact::Fact,
        inbox::{CallError, Reply},
        writer::Writer,
    },
    feed::{Feed, feeds::Feeds},
    live::publishers::Publishers,
    presence::{attendance::Attendances, encoders::Encoders},
};
use domain::{
    chat::feed::Moment,
    clock::Clock,
    error::StoreError,
    id::{AccountId, SpaceId, StreamId},
    live::{
        media::{MediaEnd, MediaHealth, MediaPlane},
        participants::{Participants, Stage, StageCommand, StageError},
        store::StreamStore,
        stream::{self, Stream, StreamCommand, StreamError, StreamState},
    },
    time::Span,
};
use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{
        AtomicBool, AtomicI64,
        Ordering::{Relaxed, SeqCst},
    },
};
use tokio::sync::watch;

/// Why a command to a stream was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamFailure {
    #[error(transparent)]
    Refused(#[from] StreamError),
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The row was changed by another writer twice.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    #[error("the database is away")]
    Unavailable,
    #[error(transparent)]
    Call(#[from] CallError),
}

impl StreamFailure {
    /// How long a client should wait, where waiting helps.
    pub fn retry_after(self) -> Option<Span> {
        match self {
            Self::Unavailable => Some(Span::secs(1)),
            Self::Call(error) => Some(error.retry_after()),
            Self::Refused(_) | Self::Stage(_) | Self::Conflict(_) => None,
        }
    }
}

/// The callers' handle of a stream.
#[derive(Clone)]
pub struct StreamHandle(Address<Streams>);

impl From<Address<Streams>> for StreamHandle {
    fn from(address: Address<Streams>) -> Self {
        Self(address)
    }
}

impl StreamHandle {
    /// Applies a command to the stream. When it returns, the row is stored and published, with an audit line if a
    /// person asked for it.
    pub async fn command(
        &self,
        command: StreamCommand,
        by: Option<AccountId>,
    ) -> Result<Arc<Stream>, StreamFailure> {
        let again = AtomicBool::new(false);
        let ask = |reply| Msg::Command { command, by, again: again.swap(true, Relaxed), reply };
        self.0.call(ask).await?
    }
    /// The newest stored row. Loads it if the stream is not running.
    pub async fn get(&self) -> Result<Arc<Stream>, CallError> {
        match self.0.slot_state().newest() {
            Some(row) => Ok(row),
            None => self.0.call(Msg::Get).await,
        }
    }
    /// Reloads the row after it was edited outside the actor (its title, its time, whether its count is shown), and
    /// publishes it.
    pub async fn reload(&self) -> Result<Arc<Stream>, StreamFailure> {
        self.0.call(Msg::Reload).await?
    }
    /// Changes who is on the stage or waits. When it returns, the change is stored and published, and nobody who has left
    /// sends any more.
    pub async fn command_stage(
        &self,
        command: StageCommand,
        by: Option<AccountId>,
    ) -> Result<Arc<Stage>, StreamFailure> {
        self.0.call(|reply| Msg::Stage { command: command.clone(), by, reply }).await?
    }
    /// Takes an account off the stage if it is a stream of this space, with a hand that is up or an invitation. Returns before that is
    /// done.
    pub(crate) fn leave_stage(&self, space: SpaceId, account: AccountId) {
        let slot_state = self.0.slot_state();
        let here = slot_state.newest().is_some_and(|row| row.space == space);
        if !here || slot_state.stage().participants.of(account).is_none() {
            return;
        }
        let handle = self.clone();
        tokio::spawn(async move {
            if let Err(error) = handle.command_stage(StageCommand::StepDown { account }, None).await {
                tracing::warn!(%error, stream = %handle.0.id(), "somebody who was banned stays on a stage");
            }
        });
    }
    /// Who is on the stage and who waits. Loads the stream if it is not running.
    pub async fn stage(&self) -> Result<Arc<Stage>, CallError> {
        self.get().await?;
        Ok(self.0.slot_state().stage())
    }
    /// The health of the publisher's media; `None` while nobody publishes.
    pub fn health(&self) -> Option<MediaHealth> {
        let room = self.0.slot_state().newest()?.room;
        self.0.kind().media.health(room)
    }
    pub(crate) fn look(&self) -> Result<(), CallError> {
        self.0.tell(Msg::Look)
    }
}

pub enum Msg {
    /// `again`: an earlier run of the actor got the same command and may have carried it out.
    Command {
        command: StreamCommand,
        by: Option<AccountId>,
        again: bool,
        reply: Reply<Result<Arc<Stream>, StreamFailure>>,
    },
    Stage {
        command: StageCommand,
        by: Option<AccountId>,
        reply: Reply<Result<Arc<Stage>, StreamFailure>>,
    },
    Get(Reply<Arc<Stream>>),
    Reload(Reply<Result<Arc<Stream>, StreamFailure>>),
    /// Checks the clock and the publishers.
    Look,
}

/// A version that no row has: versions start at 0.
const NONE: i64 = -1;

/// State that outlives the actor.
pub struct SlotState {
    /// The room's feed, from the first load on; holding it keeps media events routed to this stream.
    pub(super) feed: OnceLock<Arc<Feed>>,
    pub(super) writer: Writer,
    newest: Mutex<Option<Arc<Stream>>>,
    /// The version that was last published, or [`NONE`].
    published_version: AtomicI64,
    /// Whether packets flowed at the last check.
    flowed: AtomicBool,
    /// The stage that was last published.
    pub(super) stage: Mutex<Arc<Stage>>,
}

impl SlotState {
    fn newest(&self) -> Option<Arc<Stream>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    fn stage(&self) -> Arc<Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub struct State {
    pub(super) row: Arc<Stream>,
    pub(super) participants: Participants,
}

/// The behavior, with the ports that its actors use.
pub struct Streams {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<dyn StreamStore>,
    pub(crate) media: Arc<dyn MediaPlane>,
    pub(crate) feeds: Arc<Feeds>,
    pub(crate) attendances: Arc<Attendances>,
    pub(crate) publishers: Arc<Publishers>,
    /// What co-hosts send ends by it.
    pub(crate) encoders: Arc<Encoders>,
    pub(crate) deadlines: Arc<Alarms<StreamId>>,
    /// Counts what is published of all streams.
    pub(crate) shown: watch::Sender<u64>,
}

impl Behavior for Streams {
    type Id = StreamId;
    type Msg = Msg;
    type SlotState = SlotState;
    type State = State;

    fn config(&self) -> ActorConfig {
        ActorConfig { kind: "stream", branch: "streams", ..ActorConfig::default() }
    }
    fn name(&self, id: StreamId, slot_state: &SlotState) -> String {
        let state = slot_state.newest().map_or("", |row| row.state.code());
        format!("{id} {state}").trim_end().to_owned()
    }
    fn slot_state(&self, _: StreamId) -> SlotState {
        SlotState {
            feed: OnceLock::new(),
            writer: Writer::default(),
            newest: Mutex::default(),
            published_version: AtomicI64::new(NONE),
            flowed: AtomicBool::new(false),
            stage: Mutex::default(),
        }
    }
    fn inspect(&self, _: StreamId, slot_state: &SlotState) -> Vec<Fact> {
        let Some(row) = slot_state.newest() else {
            return vec![Fact::word("state", "not loaded yet")];
        };
        let mut facts = vec![
            Fact::yes("packets flow", self.publishers.flows(row.room)),
            Fact::count("people here", self.attendances.people(row.room) as u64),
            Fact::count("people on the stage", slot_state.stage().participants.up().count() as u64),
            Fact::count("most people at once", self.attendances.peak(row.room) as u64),
            Fact::word("state", row.state.code()),
            Fact::count("version of the row", row.version.unsigned_abs()),
            Fact::at("scheduled", row.scheduled_at),
            Fact::at("started", row.started_at),
            Fact::at("waits for its host until", row.grace_until),
            Fact::at("nobody watches since", row.empty_since),
            Fact::at("ended", row.ended_at),
        ];
        facts.extend(row.end_reason.map(|reason| Fact::word("why it ended", reason.code())));
        facts
    }
    fn may_passivate(&self, slot_state: &SlotState) -> bool {
        slot_state.newest().is_none_or(|row| matches!(row.state, StreamState::Scheduled | StreamState::Ended))
    }

    async fn start(&self, context: &Context<Self>) -> Result<State, Failure> {
        context.slot_state().writer.settled().await;
        let row = Arc::new(self.store.load(context.id()).await?);
        let participants = Participants::new(self.store.participants(context.id()).await?);
        let state = State { row, participants };
        self.show_stage(context, &state);
        self.publish(context, &state.row);
        context.tell(Msg::Look);
        Ok(state)
    }

    async fn handle(&self, context: &Context<Self>, state: &mut State, message: Msg) -> Result<(), Failure> {
        match message {
            Msg::Get(reply) => reply.send(Arc::clone(&state.row)),
            Msg::Command { command, by, again, reply } => {
                let done = self.perform(context, state, command, by).await;
                reply.send(match done {
                    Err(StreamFailure::Refused(StreamError::Illegal { from, to })) if again && from == to => {
                        Ok(Arc::clone(&state.row))
                    }
                    done => done,
                });
            }
            Msg::Stage { command, by, reply } => {
                reply.send(self.command_stage(context, state, command, by).await);
            }
            Msg::Reload(reply) => {
                context.slot_state().published_version.store(NONE, SeqCst);
                let done = self.reload(context, state).await;
                reply.send(done.map(|()| Arc::clone(&state.row)));
            }
            Msg::Look => self.look(context, state).await?,
        }
        Ok(())
    }
}

impl Streams {
    async fn look(&self, context: &Context<Self>, state: &mut State) -> Result<(), Failure> {
        let flows = self.publishers.flows(state.row.room);
        self.note_audience(context, state).await?;
        let follow = stream::follow(state.row.state, context.slot_state().flowed.load(SeqCst), flows);
        for command in follow.into_iter().chain([StreamCommand::Look]) {
            match self.perform(context, state, command, None).await {
                Ok(_) | Err(StreamFailure::Refused(_)) => {}
                Err(error) => return Err(Failure::Away(error.to_string())),
            }
        }
        context.slot_state().flowed.store(flows, SeqCst);
        self.look_at_stage(context, state).await?;
        self.arrange(context, &state.row);
        Ok(())
    }

    /// Stores since when nobody watches, if that has changed: no command of anybody, and nothing that a page shows.
    async fn note_audience(&self, context: &Context<Self>, state: &mut State) -> Result<(), Failure> {
        let people = self.attendances.people(state.row.room);
        let since = stream::empty_since(&state.row, people, self.clock.now());
        if since != state.row.empty_since {
            self.store.empty(context.id(), since).await?;
            Arc::make_mut(&mut state.row).empty_since = since;
            self.remember(context, &state.row);
        }
        Ok(())
    }

    fn remember(&self, context: &Context<Self>, row: &Arc<Stream>) {
        *context.slot_state().newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(row));
    }

    /// Decides, stores, and then publishes. If another writer changed the row, reloads it and decides once more.
    async fn perform(
        &self,
        context: &Context<Self>,
        state: &mut State,
        command: StreamCommand,
        by: Option<AccountId>,
    ) -> Result<Arc<Stream>, StreamFailure> {
        let mut conflict = "the stream has changed";
        for _ in 0..2 {
            let now = self.clock.now();
            let people = self.attendances.people(state.row.room);
            // Who is here now counts, and not who was when that was stored last.
            let seen =
                Stream { empty_since: stream::empty_since(&state.row, people, now), ..(*state.row).clone() };
            let decided = stream::decide(&seen, command, self.publishers.flows(seen.room), now)?;
            let Some(mut change) = decided else { return Ok(Arc::clone(&state.row)) };
            change.to.empty_since = stream::empty_since(&change.to, people, now);
            let (store, wanted) = (Arc::clone(&self.store), change.clone());
            match context.slot_state().writer.write(async move { store.change(wanted, by, now).await }).await
            {
                Ok(Ok(())) => {
                    state.row = Arc::new(change.to);
                    self.publish(context, &state.row);
                    if state.row.state == StreamState::Ended {
                        // Empties the stage.
                        context.tell(Msg::Look);
                    }
                    return Ok(Arc::clone(&state.row));
                }
                Ok(Err(StoreError::Conflict(what))) => {
                    conflict = what;
                    self.reload(context, state).await?;
                }
                Ok(Err(_)) | Err(_) => return Err(StreamFailure::Unavailable),
            }
        }
        Err(StreamFailure::Conflict(conflict))
    }

    async fn reload(&self, context: &Context<Self>, state: &mut State) -> Result<(), StreamFailure> {
        let row = self.store.load(context.id()).await.map_err(|_| StreamFailure::Unavailable)?;
        state.row = Arc::new(row);
        self.publish(context, &state.row);
        Ok(())
    }

    /// Publishes the stored row unless it has been published.
    fn publish(&self, context: &Context<Self>, row: &Arc<Stream>) {
        let slot_state = context.slot_state();
        self.remember(context, row);
        if slot_state.published_version.swap(row.version, SeqCst) != row.version {
            let feed = slot_state.feed.get_or_init(|| self.feeds.get(row.room));
            feed.moment(Moment::Stream(Arc::clone(row)));
            self.shown.send_modify(|published| *published += 1);
        }
        self.arrange(context, row);
    }

    /// Sets the row's deadline, and ends the media of a stream that is over.
    fn arrange(&self, context: &Context<Self>, row: &Stream) {
        self.deadlines.set(context.id(), stream::next_deadline(row));
        self.attendances.air(row.room, row.state.on_air());
        if row.state == StreamState::Ended {
            self.attendances.stream_ended(row.room);
            if let Some(publisher) = self.publishers.session(row.room) {
                self.media.end(publisher, MediaEnd::Ejected);
            }
        }
    }
}
