//! One live stream: its state, decided here and nowhere else.
//!
//! Owns the stream's row while it lives; stands under `streams`. A command is decided by [`domain::live::stream::decide`], stored
//! with the version it was made from, and only then published as [`Moment::Stream`]. Of the media plane it hears only "look":
//! who publishes stands in [`Publishers`], so a lost message costs nothing. Grace and longest duration are deadlines in the row
//! and in the house's alarms. A crash loses nothing: the next life waits for the write in flight, loads the row, tells it if
//! the pages have not heard of it, and looks.

use crate::{
    engine::{
        alarm::Alarms,
        directory::Address,
        fact::Fact,
        inbox::{CallError, Reply},
        kind::{Failure, Kind, Manners, Me},
        writer::Writer,
    },
    feed::{Feed, feeds::Feeds},
    live::publishers::Publishers,
    presence::attendance::Attendances,
};
use domain::{
    chat::feed::Moment,
    clock::Clock,
    error::StoreError,
    id::StreamId,
    live::{
        media::{MediaEnd, MediaHealth, MediaPlane},
        store::StreamStore,
        stream::{self, Stream, StreamCommand, StreamError, StreamState},
    },
    time::Span,
};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{
        AtomicBool, AtomicI64,
        Ordering::{Relaxed, SeqCst},
    },
};

/// Why a command to a stream was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamFailure {
    #[error(transparent)]
    Refused(#[from] StreamError),
    /// The store has another truth, twice.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    #[error("the database is away")]
    Unavailable,
    #[error(transparent)]
    Call(#[from] CallError),
}

impl StreamFailure {
    /// What a client is told to wait, where waiting helps.
    pub fn retry_after(self) -> Option<Span> {
        match self {
            Self::Unavailable => Some(Span::secs(1)),
            Self::Call(error) => Some(error.retry_after()),
            Self::Refused(_) | Self::Conflict(_) => None,
        }
    }
}

/// What callers hold of a stream.
#[derive(Clone)]
pub struct StreamHandle(Address<Streams>);

impl From<Address<Streams>> for StreamHandle {
    fn from(address: Address<Streams>) -> Self {
        Self(address)
    }
}

impl StreamHandle {
    /// Moves the stream. The row is stored and published when this answers.
    pub async fn command(&self, command: StreamCommand) -> Result<Arc<Stream>, StreamFailure> {
        let again = AtomicBool::new(false);
        let ask = |reply| Msg::Command { command, again: again.swap(true, Relaxed), reply };
        self.0.call(ask).await?
    }
    /// The newest stored row; of a stream that is asleep, it is loaded.
    pub async fn get(&self) -> Result<Arc<Stream>, CallError> {
        match self.0.keep().newest() {
            Some(row) => Ok(row),
            None => self.0.call(Msg::Get).await,
        }
    }
    /// Reads the row anew, after it was edited past the actor (its title, its time, whether its count is told), and publishes it.
    pub async fn reload(&self) -> Result<Arc<Stream>, StreamFailure> {
        self.0.call(Msg::Reload).await?
    }
    /// How the publisher's media is doing; `None` while nobody publishes.
    pub fn health(&self) -> Option<MediaHealth> {
        self.0.kind().media.health(self.0.id())
    }
    pub(crate) fn look(&self) -> Result<(), CallError> {
        self.0.tell(Msg::Look)
    }
    pub(crate) fn has_ended(&self) -> bool {
        self.0.keep().newest().is_some_and(|row| row.state == StreamState::Ended)
    }
}

pub enum Msg {
    /// `again`: it was asked before, of an earlier life, which may have done it.
    Command {
        command: StreamCommand,
        again: bool,
        reply: Reply<Result<Arc<Stream>, StreamFailure>>,
    },
    Get(Reply<Arc<Stream>>),
    Reload(Reply<Result<Arc<Stream>, StreamFailure>>),
    /// At the clock and at who publishes.
    Look,
}

/// No row has this version: the first has 0.
const NONE: i64 = -1;

/// What outlives the actor.
pub struct Keep {
    feed: Arc<Feed>,
    writer: Writer,
    newest: Mutex<Option<Arc<Stream>>>,
    /// The version that the pages have heard of, or [`NONE`].
    told: AtomicI64,
    /// Whether packets flowed at the last look.
    flowed: AtomicBool,
}

impl Keep {
    fn newest(&self) -> Option<Arc<Stream>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub struct State {
    row: Arc<Stream>,
}

/// The kind, with what its actors need of the world.
pub struct Streams {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<dyn StreamStore>,
    pub(crate) media: Arc<dyn MediaPlane>,
    pub(crate) feeds: Arc<Feeds>,
    pub(crate) attendances: Arc<Attendances>,
    pub(crate) publishers: Arc<Publishers>,
    pub(crate) deadlines: Arc<Alarms<StreamId>>,
}

impl Kind for Streams {
    type Id = StreamId;
    type Msg = Msg;
    type Keep = Keep;
    type State = State;

    fn manners(&self) -> Manners {
        Manners { kind: "stream", branch: "streams", ..Manners::default() }
    }
    fn name(&self, id: StreamId, keep: &Keep) -> String {
        let state = keep.newest().map_or("", |row| row.state.code());
        format!("{id} {state}").trim_end().to_owned()
    }
    fn keep(&self, id: StreamId) -> Keep {
        Keep {
            feed: self.feeds.get(id),
            writer: Writer::default(),
            newest: Mutex::default(),
            told: AtomicI64::new(NONE),
            flowed: AtomicBool::new(false),
        }
    }
    fn inspect(&self, id: StreamId, keep: &Keep) -> Vec<Fact> {
        let mut facts = vec![
            Fact::yes("packets flow", self.publishers.flows(id)),
            Fact::count("people here", self.attendances.people(id) as u64),
            Fact::count("most people at once", self.attendances.peak(id) as u64),
        ];
        let Some(row) = keep.newest() else {
            facts.push(Fact::word("state", "not loaded yet"));
            return facts;
        };
        facts.extend([
            Fact::word("state", row.state.code()),
            Fact::count("version of the row", row.version.unsigned_abs()),
            Fact::at("scheduled", row.scheduled_at),
            Fact::at("started", row.started_at),
            Fact::at("waits for its host until", row.grace_until),
            Fact::at("ended", row.ended_at),
        ]);
        facts.extend(row.end_reason.map(|reason| Fact::word("why it ended", reason.code())));
        facts
    }
    fn restful(&self, keep: &Keep) -> bool {
        keep.newest().is_none_or(|row| matches!(row.state, StreamState::Scheduled | StreamState::Ended))
    }

    async fn start(&self, me: &Me<Self>) -> Result<State, Failure> {
        me.keep().writer.settled().await;
        let row = Arc::new(self.store.load(me.id()).await?);
        self.publish(me, &row);
        me.tell(Msg::Look);
        Ok(State { row })
    }

    async fn handle(&self, me: &Me<Self>, state: &mut State, message: Msg) -> Result<(), Failure> {
        match message {
            Msg::Get(reply) => reply.send(Arc::clone(&state.row)),
            Msg::Command { command, again, reply } => {
                let done = self.perform(me, state, command).await;
                reply.send(match done {
                    Err(StreamFailure::Refused(StreamError::Illegal { from, to })) if again && from == to => {
                        Ok(Arc::clone(&state.row))
                    }
                    done => done,
                });
            }
            Msg::Reload(reply) => {
                me.keep().told.store(NONE, SeqCst);
                let done = self.reload(me, state).await;
                reply.send(done.map(|()| Arc::clone(&state.row)));
            }
            Msg::Look => self.look(me, state).await?,
        }
        Ok(())
    }
}

impl Streams {
    async fn look(&self, me: &Me<Self>, state: &mut State) -> Result<(), Failure> {
        let flows = self.publishers.flows(me.id());
        let follow = stream::follow(state.row.state, me.keep().flowed.load(SeqCst), flows);
        for command in follow.into_iter().chain([StreamCommand::Look]) {
            match self.perform(me, state, command).await {
                Ok(_) | Err(StreamFailure::Refused(_)) => {}
                Err(error) => return Err(Failure::Away(error.to_string())),
            }
        }
        me.keep().flowed.store(flows, SeqCst);
        self.arrange(me, &state.row);
        Ok(())
    }

    /// Decides, stores, and then publishes. Where the store has another truth, it is read and decided upon once more.
    async fn perform(
        &self,
        me: &Me<Self>,
        state: &mut State,
        command: StreamCommand,
    ) -> Result<Arc<Stream>, StreamFailure> {
        let mut conflict = "the stream has changed";
        for _ in 0..2 {
            let decided =
                stream::decide(&state.row, command, self.publishers.flows(me.id()), self.clock.now())?;
            let Some(change) = decided else { return Ok(Arc::clone(&state.row)) };
            let (store, wanted) = (Arc::clone(&self.store), change.clone());
            match me.keep().writer.write(async move { store.change(wanted).await }).await {
                Ok(Ok(())) => {
                    state.row = Arc::new(change.to);
                    self.publish(me, &state.row);
                    return Ok(Arc::clone(&state.row));
                }
                Ok(Err(StoreError::Conflict(what))) => {
                    conflict = what;
                    self.reload(me, state).await?;
                }
                Ok(Err(_)) | Err(_) => return Err(StreamFailure::Unavailable),
            }
        }
        Err(StreamFailure::Conflict(conflict))
    }

    async fn reload(&self, me: &Me<Self>, state: &mut State) -> Result<(), StreamFailure> {
        let row = self.store.load(me.id()).await.map_err(|_| StreamFailure::Unavailable)?;
        state.row = Arc::new(row);
        self.publish(me, &state.row);
        Ok(())
    }

    /// Tells the pages what is stored, unless they have heard of it.
    fn publish(&self, me: &Me<Self>, row: &Arc<Stream>) {
        let keep = me.keep();
        *keep.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(row));
        if keep.told.swap(row.version, SeqCst) != row.version {
            keep.feed.moment(Moment::Stream(Arc::clone(row)));
        }
        self.arrange(me, row);
    }

    /// Sets the deadline that the row asks for, and ends the media of a stream that is over.
    fn arrange(&self, me: &Me<Self>, row: &Stream) {
        self.deadlines.set(me.id(), stream::next_deadline(row));
        self.attendances.air(me.id(), row.state.on_air());
        if row.state == StreamState::Ended {
            self.attendances.stream_ended(me.id());
            if let Some(publisher) = self.publishers.session(me.id()) {
                self.media.end(publisher, MediaEnd::Ejected);
            }
        }
    }
}
