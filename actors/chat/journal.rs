//! The writing side of one room's journal: stores what the room has decided, then publishes it, then answers.
//!
//! It lives in the slot, so a decision is completed even if the actor dies meanwhile. One batch is in flight while the
//! next gathers. The *turn* controls who may write. It advances with every load, and when a commit fails, because all
//! later decisions have the numbers that follow. So no number is used twice, and an actor whose turn is over knows that
//! its state is stale.

use crate::{
    chat::{
        decided::Decided,
        room::{ChatRooms, Msg},
        shown::{ChatSnapshot, Shown},
    },
    engine::{
        behavior::{Context, Failure},
        fact::Fact,
    },
    feed::{Feed, RING},
    presence::{attendance::Attendances, crowd::CROWD},
};
use domain::{
    access::{
        ban::BanKind,
        eject::{EjectReason, EjectTarget},
    },
    chat::{
        feed::Moment,
        journal::JournalStore,
        reactions::{Reaction, Reactions},
        room::{Batch, JournalEntry, RoomChange, RoomRecord},
        rules::ChatRefusal,
    },
    error::StoreError,
    id::{AccountId, RoomId, SpaceId, StreamId},
    time::Millis,
};
use std::{
    collections::HashSet,
    mem,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use tracing::{Instrument, Level, Span};

/// Decisions that may wait for the database. Beyond that, callers are told that the room is full.
const LONGEST_QUEUE: usize = 4096;
/// The pause between two commits of a crowd's posts, because each commit is written to hundreds of pages.
const PACE: Duration = Duration::from_millis(75);

/// The journal of one room, across restarts of its actor.
pub struct ChatJournal {
    room: RoomId,
    journals: Arc<dyn JournalStore>,
    attendances: Arc<Attendances>,
    feed: Arc<Feed>,
    /// Known after the room was loaded.
    space: OnceLock<SpaceId>,
    queue: Mutex<Queue>,
    rested: Notify,
    /// Notified when a decision must not wait for the pause.
    hurried: Notify,
    shown: Mutex<Option<Shown>>,
    /// No row is written for them, so the slot alone has them.
    reactions: Mutex<Reactions>,
}

#[derive(Default)]
struct Queue {
    turn: u64,
    writing: bool,
    waiting: Vec<Decided>,
    /// When the last batch was taken.
    taken_at: Option<Instant>,
}

impl Queue {
    /// Whether everything in the queue may wait a little longer: posts may, moderation may not.
    fn is_patient(&self) -> bool {
        !self.waiting.is_empty() && self.waiting.iter().all(Decided::is_said)
    }
}

impl ChatJournal {
    pub(crate) fn new(
        room: RoomId,
        journals: Arc<dyn JournalStore>,
        feed: Arc<Feed>,
        attendances: Arc<Attendances>,
    ) -> Arc<Self> {
        let (space, queue, shown) = (OnceLock::new(), Mutex::default(), Mutex::default());
        let (rested, hurried, reactions) = (Notify::new(), Notify::new(), Mutex::default());
        Arc::new(Self { room, journals, attendances, feed, space, queue, rested, hurried, shown, reactions })
    }

    pub(crate) fn turn(&self) -> u64 {
        self.queue().turn
    }
    pub(crate) fn is_writing(&self) -> bool {
        self.queue().writing
    }
    pub(crate) fn is_full(&self) -> bool {
        self.queue().waiting.len() >= LONGEST_QUEUE
    }
    pub(crate) fn snapshot(&self) -> Option<Arc<ChatSnapshot>> {
        self.shown().as_mut().map(Shown::snapshot)
    }

    /// The stream that the room belongs to, once it has been loaded.
    pub(crate) fn stream(&self) -> Option<StreamId> {
        self.feed.stream().map(|stream| stream.id)
    }

    /// The facts for operators.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        let (turn, writing, waiting) = {
            let queue = self.queue();
            (queue.turn, queue.writing, queue.waiting.len() as u64)
        };
        let mut facts = vec![
            Fact::count("loads and lost turns", turn),
            Fact::yes("a commit is in flight", writing),
            Fact::count("decisions waiting for the database", waiting),
        ];
        let Some(shown) = self.snapshot() else {
            facts.push(Fact::word("on the pages", "nothing was loaded yet"));
            return facts;
        };
        let speakers: HashSet<_> =
            shown.lines.iter().filter_map(|entry| entry.line()).map(|line| line.author).collect();
        facts.extend([
            Fact::count("last number of the journal", shown.seq),
            Fact::count("modes that are on", shown.modes.names().len() as u64),
            Fact::count("slow mode, seconds", shown.modes.slow_mode.unsigned_abs()),
            Fact::count("lines on the pages", shown.lines.len() as u64),
            Fact::count("people who wrote them", speakers.len() as u64),
            Fact::hidden("who they are, and what they wrote"),
        ]);
        facts
    }

    /// Makes the current turn's owner load before its next decision.
    pub(crate) fn outdate(&self) {
        self.queue().turn += 1;
    }

    /// Makes all pages fetch what they show, and forgets what was published before.
    pub(crate) fn renew(&self) {
        self.feed.renew();
    }

    /// Waits until every decision is stored or given up, and then takes the turn.
    pub(crate) async fn open(&self) -> u64 {
        loop {
            self.rest().await;
            let mut queue = self.queue();
            if !queue.writing {
                queue.turn += 1;
                return queue.turn;
            }
        }
    }

    /// Waits until nothing is being written.
    pub(crate) async fn rest(&self) {
        loop {
            let rested = self.rested.notified();
            tokio::pin!(rested);
            rested.as_mut().enable();
            if !self.is_writing() {
                return;
            }
            rested.await;
        }
    }

    /// Shows what was loaded. Publishes entries that were stored although their commit seemed to fail.
    pub(crate) async fn show(
        &self,
        record: &RoomRecord,
        context: &Context<ChatRooms>,
    ) -> Result<(), Failure> {
        self.space.get_or_init(|| record.space);
        if let Some(last) = self.feed.last_seq().filter(|last| *last < record.seq) {
            let missed = self.journals.since(self.room, last, RING).await?;
            let missed: Vec<_> =
                missed.into_iter().filter(|entry| entry.seq <= record.seq).map(Arc::new).collect();
            self.publish(&missed, context);
        }
        self.feed.begin(record.seq);
        *self.shown() = Some(Shown::new(record));
        if self.feed.chat_parked() {
            self.tell_parked(false);
        }
        Ok(())
    }

    /// Counts a reaction.
    pub(crate) fn react(&self, by: AccountId, reaction: Reaction, now: Millis) -> Result<(), ChatRefusal> {
        self.reactions().add(by, reaction, now)
    }

    /// Publishes the sums if they are due. Returns when to look again.
    pub(crate) fn tell_reactions(&self, now: Millis) -> Option<Millis> {
        let (counts, next) = {
            let mut reactions = self.reactions();
            (reactions.tell(now), reactions.next_tell())
        };
        if let Some(counts) = counts {
            self.feed.moment(Moment::Reactions(counts));
        }
        next
    }

    fn reactions(&self) -> MutexGuard<'_, Reactions> {
        self.reactions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the pages whether the room is parked, so that nobody would answer.
    pub(crate) fn tell_parked(&self, parked: bool) {
        self.feed.moment(Moment::ChatParked(parked));
    }

    /// Accepts a decision to be stored, published and answered, in this order. A decision made out of turn is decided
    /// again.
    pub(crate) fn write(self: &Arc<Self>, turn: u64, decided: Decided, context: &Context<ChatRooms>) {
        let mut queue = self.queue();
        if queue.turn != turn {
            drop(queue);
            return context
                .tell(Msg::Again { commands: decided.anew().into_iter().collect(), known: vec![] });
        }
        if decided.entries().is_empty() && !queue.writing {
            drop(queue);
            return decided.succeed();
        }
        if !decided.is_said() {
            self.hurried.notify_one();
        }
        queue.waiting.push(decided);
        if !mem::replace(&mut queue.writing, true) {
            tokio::spawn(Writing { journal: Arc::clone(self), done: false }.run(context.clone()));
        }
    }

    async fn carry_out(&self, batch: Vec<Decided>, context: &Context<ChatRooms>) {
        let entries: Vec<Arc<JournalEntry>> = batch.iter().flat_map(Decided::entries).cloned().collect();
        match self.store(&entries).instrument(self.traced(&batch)).await {
            Ok(()) => {
                self.publish(&entries, context);
                batch.into_iter().for_each(Decided::succeed);
            }
            Err(error) => self.give_up(batch, error, context).await,
        }
    }

    /// Logs all request ids of a batch of posts in one line. Collects nothing if that level is disabled.
    fn traced(&self, batch: &[Decided]) -> Span {
        if !tracing::enabled!(Level::DEBUG) {
            return Span::none();
        }
        let requests: Vec<_> = batch.iter().filter_map(|one| Some((one.request()?, one.entries()))).collect();
        let ids: Vec<_> = requests.iter().map(|(id, _)| id.to_string()).collect();
        let of_entries = requests.iter().flat_map(|(id, entries)| entries.iter().map(|e| (e.seq, *id)));
        self.feed.note_requests(of_entries);
        tracing::debug_span!("batch", room = %self.room, request_ids = ids.join(" "))
    }

    async fn store(&self, entries: &[Arc<JournalEntry>]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        metrics::histogram!("backstage_chat_batch_entries").record(entries.len() as f64);
        self.journals.commit(Batch { room: self.room, entries: entries.to_vec() }).await
    }

    /// Makes the actor load. Decisions after the batch are dropped with it, because their numbers follow.
    async fn give_up(&self, batch: Vec<Decided>, error: StoreError, context: &Context<ChatRooms>) {
        context.failed(error.to_string());
        metrics::counter!("backstage_chat_commits_failed").increment(1);
        let waiting = self.give_up_turn();
        let message = match error {
            StoreError::Conflict(_) => self.reconcile(batch, waiting).await,
            StoreError::NotFound | StoreError::Unavailable(_) => {
                batch.into_iter().chain(waiting).for_each(Decided::fail);
                Msg::Again { commands: vec![], known: vec![] }
            }
        };
        context.tell(message);
    }

    fn publish(&self, entries: &[Arc<JournalEntry>], context: &Context<ChatRooms>) {
        self.feed.publish(entries);
        if let Some(shown) = self.shown().as_mut() {
            entries.iter().for_each(|entry| shown.note(entry));
        }
        for entry in entries {
            match &entry.change {
                RoomChange::Banned(ban) => {
                    if ban.kind == BanKind::Ban {
                        let target = EjectTarget::Account(ban.space, ban.account);
                        self.attendances.eject(target, EjectReason::Banned);
                    }
                    self.tell_the_others(context);
                }
                RoomChange::Lifted { .. } => self.tell_the_others(context),
                RoomChange::Said(_)
                | RoomChange::Removed { .. }
                | RoomChange::Restored { .. }
                | RoomChange::Modes { .. } => {}
            }
        }
    }

    /// Bans belong to the space, so its other rooms reload them. A room that is just loading may have missed this one.
    fn tell_the_others(&self, context: &Context<ChatRooms>) {
        for other in context.others() {
            let journal = other.slot_state();
            if journal.space.get().is_none_or(|theirs| Some(theirs) == self.space.get()) {
                journal.outdate();
            }
        }
    }

    /// After a conflict: a line that is already stored is answered with its first answer, and the rest is decided
    /// again.
    async fn reconcile(&self, batch: Vec<Decided>, waiting: Vec<Decided>) -> Msg {
        let (mut commands, mut known) = (vec![], vec![]);
        for decided in batch {
            let Some((author, client)) = decided.client() else {
                commands.extend(decided.again());
                continue;
            };
            match self.journals.find(self.room, author, client).await {
                Ok(Some(first)) => {
                    known.push((author, client));
                    decided.succeed_with(first);
                }
                Ok(None) => commands.extend(decided.again()),
                Err(_) => decided.fail(),
            }
        }
        commands.extend(waiting.into_iter().filter_map(Decided::anew));
        Msg::Again { commands, known }
    }

    /// Lets the posts of a crowd gather.
    async fn gather(&self) {
        let (patient, taken_at) = {
            let queue = self.queue();
            (queue.is_patient(), queue.taken_at)
        };
        if let Some(before) = taken_at.filter(|_| patient && self.attendances.people(self.room) >= CROWD) {
            tokio::select! {
                () = sleep_until(before + PACE) => {}
                () = self.hurried.notified() => {}
            }
        }
    }

    /// Takes everything in the queue, except that a suspect goes alone.
    fn next(&self) -> Option<Vec<Decided>> {
        let mut queue = self.queue();
        if queue.waiting.is_empty() {
            queue.writing = false;
            return None;
        }
        queue.taken_at = Some(Instant::now());
        match queue.waiting.iter().position(Decided::is_suspect) {
            None => Some(mem::take(&mut queue.waiting)),
            Some(before) => Some(queue.waiting.drain(..before.max(1)).collect()),
        }
    }

    fn give_up_turn(&self) -> Vec<Decided> {
        let mut queue = self.queue();
        queue.turn += 1;
        mem::take(&mut queue.waiting)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn shown(&self) -> MutexGuard<'_, Option<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that writes while anything is queued. If it panics, the queue is dropped and the turn ends.
struct Writing {
    journal: Arc<ChatJournal>,
    done: bool,
}

impl Writing {
    async fn run(mut self, context: Context<ChatRooms>) {
        loop {
            self.journal.gather().await;
            let Some(batch) = self.journal.next() else { break };
            self.journal.carry_out(batch, &context).await;
        }
        self.done = true;
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.done {
            let waiting = self.journal.give_up_turn();
            self.journal.queue().writing = false;
            drop(waiting);
        }
        self.journal.rested.notify_waiters();
    }
}
