//! One room's chat: decides posts and moderation, one command after another.
//!
//! Owns the rules' state ([`ChatRoom`]) and runs under `chat_rooms`. The mailbox never waits for the database: a
//! decision is handed to the room's [`ChatJournal`], which stores, publishes and answers while the next command is
//! decided. Deciding and handing over is one step that a kill cannot split. A crash loses no decision, because the
//! journal lives in the slot: the restarted actor waits until the journal is idle, then loads. The actor also reloads
//! while running when its state is stale: a commit failed, or another room of the space changed its bans.

use crate::{
    chat::{
        decided::{Asked, Decided},
        journal::ChatJournal,
        shown::ChatSnapshot,
    },
    engine::{
        behavior::{ActorConfig, Behavior, Context, Failure},
        directory::Address,
        fact::Fact,
        inbox::{CallError, Reply},
    },
    feed::feeds::Feeds,
    presence::attendance::Attendances,
};
use domain::{
    chat::{
        journal::JournalStore,
        reactions::Reaction,
        room::{ChatPost, JournalEntry, MEMORY, Moderate, RATE_WINDOW},
        rules::{ChatRefusal, ChatRoom},
    },
    clock::Clock,
    id::{AccountId, ClientId, RoomId},
    time::{Millis, Span},
};
use std::{sync::Arc, time::Duration};

/// How often a room that failed to load retries when nobody sends it a command.
const NEXT_LOOK: Duration = Duration::from_secs(1);

/// Why a room did not carry out a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChatFailure {
    #[error(transparent)]
    Refused(#[from] ChatRefusal),
    /// Nothing was published. The same post may be sent again.
    #[error("the database is away")]
    Unavailable,
    #[error(transparent)]
    Call(#[from] CallError),
}

impl ChatFailure {
    /// How long a client should wait, where waiting helps.
    pub fn retry_after(self) -> Option<Span> {
        match self {
            Self::Refused(refusal) => refusal.retry_after(),
            Self::Unavailable => Some(Span::secs(1)),
            Self::Call(error) => Some(error.retry_after()),
        }
    }
}

/// The callers' handle of a room.
#[derive(Clone)]
pub struct ChatRoomHandle(Address<ChatRooms>);

impl From<Address<ChatRooms>> for ChatRoomHandle {
    fn from(address: Address<ChatRooms>) -> Self {
        Self(address)
    }
}

impl ChatRoomHandle {
    /// Returns the line once it is stored and published. A repetition gets the answer of the first post.
    pub async fn post(&self, post: ChatPost) -> Result<Arc<JournalEntry>, ChatFailure> {
        self.0.call(|reply| Msg::Post(Asked::new(post.clone(), reply))).await?
    }

    /// Returns the resulting entries once they are stored and published; none if nothing had to change. Ejecting the
    /// banned has begun.
    pub async fn moderate(&self, command: Moderate) -> Result<Vec<Arc<JournalEntry>>, ChatFailure> {
        self.0.call(|reply| Msg::Moderate(Asked::new(command.clone(), reply))).await?
    }

    /// Counts a reaction. Pages get the sums within a second.
    pub async fn react(&self, by: AccountId, reaction: Reaction) -> Result<(), ChatFailure> {
        self.0.call(|reply| Msg::React { by, reaction, reply }).await?
    }

    /// What the pages show now. Asks (and wakes) the actor only if the room is not loaded yet.
    pub async fn snapshot(&self) -> Result<Arc<ChatSnapshot>, ChatFailure> {
        if let Some(snapshot) = self.0.slot_state().snapshot() {
            return Ok(snapshot);
        }
        self.0.call(Msg::Load).await?;
        self.0.slot_state().snapshot().ok_or(ChatFailure::Unavailable)
    }

    /// Lines were rewritten where they stood: the room reads its journal again, and its pages fetch what they show.
    pub fn reload(&self) {
        self.0.slot_state().outdate();
        // A parked room reads it when it is resumed.
        let _ = self.0.tell(Msg::Renew);
    }

    /// For tests: as if another room had changed the bans of the space, so that this one reloads before it decides again.
    /// In the service the journals of the rooms tell each other.
    pub fn bans_changed(&self) {
        self.0.slot_state().outdate();
    }
}

pub enum Msg {
    Post(Asked<ChatPost, Arc<JournalEntry>>),
    Moderate(Asked<Moderate, Vec<Arc<JournalEntry>>>),
    React {
        by: AccountId,
        reaction: Reaction,
        reply: Reply<Result<(), ChatFailure>>,
    },
    /// Sums of reactions may be due.
    TellReactions,
    Load(Reply<()>),
    /// The state that was loaded for this message replaces what the pages have.
    Renew,
    /// Commands to decide again because their commit found another state. `known`: lines that were already stored.
    Again {
        commands: Vec<Msg>,
        known: Vec<(AccountId, ClientId)>,
    },
}

/// State that dies with the actor.
pub struct State {
    room: ChatRoom,
    /// The journal's turn that this state belongs to.
    turn: u64,
    /// Recent repetitions that only the database knew. A reload while running would forget that they count.
    charged: Vec<Charge>,
    /// When the sums of reactions are told next.
    telling_at: Option<Millis>,
}

type Charge = (AccountId, ClientId, Millis);

pub struct ChatPorts {
    pub clock: Arc<dyn Clock>,
    pub journals: Arc<dyn JournalStore>,
    pub feeds: Arc<Feeds>,
    pub attendances: Arc<Attendances>,
}

/// The behavior of all chat rooms.
pub struct ChatRooms(ChatPorts);

impl ChatRooms {
    pub fn new(ports: ChatPorts) -> Self {
        Self(ports)
    }
}

impl Behavior for ChatRooms {
    type Id = RoomId;
    type Msg = Msg;
    type SlotState = Arc<ChatJournal>;
    type State = State;

    fn config(&self) -> ActorConfig {
        ActorConfig { kind: "chat_room", branch: "chat_rooms", ..ActorConfig::default() }
    }

    fn name(&self, room: RoomId, journal: &Arc<ChatJournal>) -> String {
        journal.stream().map_or_else(|| room.to_string(), |stream| format!("{room} of stream {stream}"))
    }

    fn slot_state(&self, room: RoomId) -> Arc<ChatJournal> {
        let ChatPorts { journals, feeds, attendances, .. } = &self.0;
        ChatJournal::new(room, Arc::clone(journals), feeds.get(room), Arc::clone(attendances))
    }

    async fn start(&self, context: &Context<Self>) -> Result<State, Failure> {
        let mut state = self.load(context, vec![]).await?;
        self.tell_reactions(context, &mut state);
        Ok(state)
    }

    async fn handle(&self, context: &Context<Self>, state: &mut State, message: Msg) -> Result<(), Failure> {
        // Its author was told that it is not stored, and sends it again under the same client id.
        if matches!(&message, Msg::Post(asked) if asked.reply.is_abandoned()) {
            return Ok(());
        }
        if context.slot_state().turn() != state.turn {
            match self.load(context, state.charged.clone()).await {
                Ok(loaded) => *state = loaded,
                Err(Failure::Away(why)) => {
                    context.failed(why);
                    refuse(context, message);
                    return Ok(());
                }
                Err(failure) => return Err(failure),
            }
        }
        self.decide(context, state, message);
        Ok(())
    }

    /// A drained room ends only after everything it decided is stored.
    async fn stopped(&self, context: &Context<Self>, _: &mut State) {
        context.slot_state().rest().await;
    }

    fn parked(&self, journal: &Arc<ChatJournal>) {
        journal.tell_parked(true);
    }

    fn inspect(&self, _: RoomId, journal: &Arc<ChatJournal>) -> Vec<Fact> {
        journal.facts()
    }

    fn may_passivate(&self, journal: &Arc<ChatJournal>) -> bool {
        !journal.is_writing()
    }
}

impl ChatRooms {
    async fn load(&self, context: &Context<Self>, mut charged: Vec<Charge>) -> Result<State, Failure> {
        let (journal, now) = (context.slot_state(), self.0.clock.now());
        let turn = journal.open().await;
        let record = self.0.journals.load(context.id(), MEMORY, now).await?;
        journal.show(&record, context).await?;
        let mut room = ChatRoom::new(record);
        charged.retain(|(.., at)| now - *at < RATE_WINDOW);
        charged.iter().for_each(|(author, client, at)| room.charge(*author, *client, *at));
        Ok(State { room, turn, charged, telling_at: None })
    }

    /// One step without an await: what is decided is also handed over.
    fn decide(&self, context: &Context<Self>, state: &mut State, message: Msg) {
        let (journal, now) = (context.slot_state(), self.0.clock.now());
        match message {
            Msg::Post(asked) if journal.is_full() => asked.answer(Err(CallError::Full.into())),
            Msg::Moderate(asked) if journal.is_full() => asked.answer(Err(CallError::Full.into())),
            Msg::Post(Asked { command, reply, tries, request }) => match state.room.post(command, now) {
                Ok(said) => {
                    tracing::debug!(seq = said.entry.seq, again = said.again, "decided");
                    journal.write(state.turn, Decided::Said { said, reply, tries, request }, context);
                }
                Err(refusal) => reply.send(Err(refusal.into())),
            },
            Msg::Moderate(asked) => match state.room.moderate(asked.command.clone(), now) {
                Ok(entries) => {
                    tracing::debug!(entries = entries.len(), "decided");
                    journal.write(state.turn, Decided::Moderated { asked, entries }, context);
                }
                Err(refusal) => asked.answer(Err(refusal.into())),
            },
            Msg::React { by, reaction, reply } => {
                reply.send(journal.react(by, reaction, now).map_err(Into::into));
                self.tell_reactions(context, state);
            }
            Msg::TellReactions => self.tell_reactions(context, state),
            Msg::Load(reply) => reply.send(()),
            Msg::Renew => journal.renew(),
            Msg::Again { commands, known } => {
                for (author, client) in known {
                    state.room.charge(author, client, now);
                    state.charged.push((author, client, now));
                }
                commands.into_iter().for_each(|command| self.decide(context, state, command));
            }
        }
    }
}

impl ChatRooms {
    /// Publishes the sums that are due, and looks again when the next ones are. The sums are in the slot, so a kill loses
    /// none: the restarted room tells them.
    fn tell_reactions(&self, context: &Context<Self>, state: &mut State) {
        let now = self.0.clock.now();
        let next = context.slot_state().tell_reactions(now);
        if next == state.telling_at {
            return;
        }
        state.telling_at = next;
        let Some(next) = next else { return };
        let (context, clock) = (context.clone(), Arc::clone(&self.0.clock));
        tokio::spawn(async move {
            clock.sleep_until(next).await;
            context.tell(Msg::TellReactions);
        });
    }
}

/// Keeps the room running and answers at once that the database is unavailable. The room loads with the next command,
/// or after one second.
fn refuse(context: &Context<ChatRooms>, message: Msg) {
    if let Msg::Again { .. } = message {
        let context = context.clone();
        tokio::spawn(async move {
            tokio::time::sleep(NEXT_LOOK).await;
            context.tell(Msg::Again { commands: vec![], known: vec![] });
        });
    }
    message.fail();
}

impl Msg {
    fn fail(self) {
        match self {
            Self::Post(asked) => asked.answer(Err(ChatFailure::Unavailable)),
            Self::Moderate(asked) => asked.answer(Err(ChatFailure::Unavailable)),
            Self::Again { commands, .. } => commands.into_iter().for_each(Self::fail),
            Self::React { reply, .. } => reply.send(Err(ChatFailure::Unavailable)),
            // Its caller asks once more.
            Self::Load(_) | Self::Renew | Self::TellReactions => {}
        }
    }
}
