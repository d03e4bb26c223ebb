//! The root of the engine and its public API.
//!
//! `Engine::start` builds the tree and resumes unfinished work. Everything else goes through the [`Engine`], which is
//! cheap to clone. It hands out typed handles; nobody outside this crate sees an actor reference or a name.

use crate::{
    chat::room::{ChatPorts, ChatRoomHandle, ChatRooms},
    engine::{
        action::{ActError, Action},
        alarm::Alarms,
        branch::Branch,
        directory::Directory,
        inbox::Meter,
        pulse::{Pulse, Sample},
        root::{Branches, Root},
        tree::{self, Inspection, Node, Status},
        worker::{self, Worker, Workers},
    },
    feed::{Feed, feeds::Feeds},
    live::{
        publishers::Publishers,
        restream::{RestreamHandle, Restreams},
        stream::{StreamHandle, Streams},
    },
    money::checkout::{CheckoutHandle, Checkouts},
    presence::{
        attendance::{Attendance, AttendanceGuard, Attendances},
        encoders::{Encoder, EncoderGuard, Encoders},
    },
    staff::{self, Staff},
};
use domain::{
    access::eject::{EjectReason, EjectTarget},
    chat::journal::JournalStore,
    clock::Clock,
    error::StoreError,
    id::{
        AccountId, AttendanceId, CheckoutId, GrantId, PassId, RestreamId, RoomId, SessionId, SpaceId,
        StreamId,
    },
    live::{
        media::MediaPlane,
        queue::QueueLimits,
        restream::{RestreamStore, Restreamer},
        store::StreamStore,
        viewership::Viewership,
    },
    money::{payments::Payments, store::CheckoutStore},
    time::Millis,
};
use ractor::{Actor, ActorRef, ActorStatus};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::sync::{broadcast, watch};

/// How long a child may take to process its queue when the engine shuts down.
const DRAIN_LIMIT: Duration = Duration::from_secs(10);
/// Freed seats that a listener may be behind.
const FREED: usize = 4096;

/// The ports that the engine uses.
#[derive(Clone)]
pub struct Ports {
    pub clock: Arc<dyn Clock>,
    pub journals: Arc<dyn JournalStore>,
    pub streams: Arc<dyn StreamStore>,
    pub checkouts: Arc<dyn CheckoutStore>,
    /// `None` if payments are not available.
    pub payments: Option<Arc<dyn Payments>>,
    pub media: Arc<dyn MediaPlane>,
    pub restreams: Arc<dyn RestreamStore>,
    /// `None` if shows are sent nowhere else.
    pub restreamer: Option<Arc<dyn Restreamer>>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct EngineConfig {
    /// Allows [`Action::Kill`], [`Action::Panic`] and [`Action::Inject`]. Such crashes do not count against the budget.
    pub chaos: bool,
    /// How many people may be inside.
    pub limits: QueueLimits,
}

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("what was unfinished could not be read: {0}")]
    Store(#[from] StoreError),
    #[error("the supervision tree could not be built: {0}")]
    Tree(#[from] ractor::SpawnErr),
}

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    config: EngineConfig,
    clock: Arc<dyn Clock>,
    root: ActorRef<crate::engine::root::Msg>,
    /// The root's meter.
    meter: Arc<Meter>,
    pulse: Pulse,
    started_at: Millis,
    branches: Branches,
    streams: Arc<Directory<Streams>>,
    restreams: Arc<Directory<Restreams>>,
    chat_rooms: Arc<Directory<ChatRooms>>,
    checkouts: Arc<Directory<Checkouts>>,
    jobs: Arc<Directory<Workers>>,
    feeds: Arc<Feeds>,
    attendances: Arc<Attendances>,
    encoders: Arc<Encoders>,
    tree: watch::Sender<u64>,
    shown: watch::Sender<u64>,
    freed: broadcast::Sender<(SpaceId, PassId)>,
}

impl Engine {
    /// Builds the tree and resumes what was unfinished when the process ended: streams on air, open checkouts.
    pub async fn start(ports: Ports, config: EngineConfig) -> Result<Self, EngineError> {
        let (streams, checkouts) = (ports.streams.unfinished().await?, ports.checkouts.unfinished().await?);
        let engine = Self::build(&ports, config).await?;
        for id in streams {
            let _ = engine.stream(id).look();
        }
        for id in checkouts {
            let _ = engine.checkout(id).look();
        }
        Ok(engine)
    }

    async fn build(ports: &Ports, config: EngineConfig) -> Result<Self, EngineError> {
        let (clock, tree, shown) = (&ports.clock, watch::Sender::new(0), watch::Sender::new(0));
        let freed = broadcast::Sender::new(FREED);
        let (stream_deadlines, checkout_deadlines) = (Alarms::new(clock.clone()), Alarms::new(clock.clone()));
        let (feeds, publishers, encoders) = <(Arc<Feeds>, Arc<Publishers>, Arc<Encoders>)>::default();
        let attendances = Attendances::new(
            clock.clone(),
            ports.media.clone(),
            feeds.clone(),
            ports.streams.clone(),
            stream_deadlines.clone(),
            config.limits,
        );
        let streams = Streams {
            clock: clock.clone(),
            store: ports.streams.clone(),
            media: ports.media.clone(),
            feeds: feeds.clone(),
            attendances: attendances.clone(),
            publishers: publishers.clone(),
            encoders: encoders.clone(),
            deadlines: stream_deadlines.clone(),
            shown: shown.clone(),
        };
        let chat_rooms = ChatRooms::new(ChatPorts {
            clock: clock.clone(),
            journals: ports.journals.clone(),
            feeds: feeds.clone(),
            attendances: attendances.clone(),
        });
        let checkouts = Checkouts {
            clock: clock.clone(),
            store: ports.checkouts.clone(),
            payments: ports.payments.clone(),
            deadlines: checkout_deadlines.clone(),
            freed: freed.clone(),
        };
        let streams = Directory::new(streams, clock.clone(), tree.clone());
        let restreams = Directory::new(Restreams::new(ports), clock.clone(), tree.clone());
        let chat_rooms = Directory::new(chat_rooms, clock.clone(), tree.clone());
        let checkouts = Directory::new(checkouts, clock.clone(), tree.clone());
        let jobs = Directory::new(Workers::new("jobs", "job_worker"), clock.clone(), tree.clone());
        let media = Directory::new(Workers::new("media", "media_worker"), clock.clone(), tree.clone());
        let branches = boxed((&streams, &restreams), &chat_rooms, &checkouts, [&jobs, &media]);
        let (started_at, meter) = (clock.now(), Arc::<Meter>::default());
        let (root, _) = Root::spawn(None, Root(meter.clone()), branches.clone()).await?;
        let engine = Self(Arc::new(Inner {
            config,
            clock: clock.clone(),
            root,
            meter,
            pulse: Pulse::default(),
            started_at,
            branches,
            streams,
            restreams,
            chat_rooms,
            checkouts,
            jobs,
            feeds,
            attendances,
            encoders,
            tree,
            shown,
            freed,
        }));
        let staff = Staff { ports, publishers, stream_deadlines, checkout_deadlines };
        staff::start_workers(&engine, &media, staff);
        Ok(engine)
    }

    pub fn stream(&self, id: StreamId) -> StreamHandle {
        self.0.streams.get(id).into()
    }
    /// Takes somebody off the stages of a space, and out of their queues. Returns before that is done.
    pub fn leave_stages(&self, space: SpaceId, account: AccountId) {
        for address in self.0.streams.addresses() {
            StreamHandle::from(address).leave_stage(space, account);
        }
    }
    pub fn restream(&self, id: RestreamId) -> RestreamHandle {
        self.0.restreams.get(id).into()
    }
    /// Those that are in memory.
    pub(crate) fn restreams(&self) -> Vec<RestreamHandle> {
        self.0.restreams.addresses().into_iter().map(RestreamHandle::from).collect()
    }
    /// Lets what is being sent to other platforms look at its row: some of it may have been switched off.
    pub fn look_at_restreams(&self) {
        for restream in self.restreams().into_iter().filter(|restream| restream.active().is_some()) {
            // A full mailbox holds a look already, and what is parked sends nothing.
            let _ = restream.look();
        }
    }
    pub fn chat_room(&self, id: RoomId) -> ChatRoomHandle {
        self.0.chat_rooms.get(id).into()
    }
    pub fn checkout(&self, id: CheckoutId) -> CheckoutHandle {
        self.0.checkouts.get(id).into()
    }
    /// Ends the actors of a deleted stream and its room. Returns before they have stopped.
    pub fn retire_stream(&self, stream: StreamId, room: RoomId) {
        self.0.streams.retire(&stream);
        self.0.chat_rooms.retire(&room);
    }
    /// Makes a room read its journal again, because lines were rewritten where they stood, and its pages fetch what they
    /// show. A room that is not in memory has nothing to forget.
    pub fn reload_chat(&self, room: RoomId) {
        if let Some(address) = self.0.chat_rooms.existing(&room) {
            ChatRoomHandle::from(address).reload();
        }
    }
    /// Fires when a stream publishes its state. The number counts what was published.
    pub fn watch_streams(&self) -> watch::Receiver<u64> {
        self.0.shown.subscribe()
    }
    /// The passes of which an order gave its seat back when it ended without a payment.
    pub fn watch_freed_seats(&self) -> broadcast::Receiver<(SpaceId, PassId)> {
        self.0.freed.subscribe()
    }
    /// The room's feed, shared by all who follow it.
    pub fn feed(&self, room: RoomId) -> Arc<Feed> {
        self.0.feeds.get(room)
    }
    /// Releases feeds that nobody holds any more.
    pub fn forget_feeds(&self) {
        self.0.feeds.sweep();
    }

    /// Checks the open orders of a space, or of one person there, because the terms on which they were opened may have
    /// changed. An order without an actor is checked when somebody returns to it.
    pub fn review_orders(&self, space: SpaceId, buyer: Option<AccountId>) {
        for address in self.0.checkouts.addresses() {
            let order = CheckoutHandle::from(address);
            if order.is_open_order(space, buyer) {
                let _ = order.look();
            }
        }
    }

    /// Registers a page or a media session until the guard is dropped or it is ejected. Attend first and ask for
    /// admission afterwards; otherwise an eject between the two would be missed.
    pub fn attend(&self, attendance: Attendance) -> AttendanceGuard {
        self.0.attendances.attend(attendance)
    }
    /// Ends pages and media at once. Returns their number. Ejecting twice does no harm.
    pub fn eject(&self, target: EjectTarget, reason: EjectReason) -> usize {
        self.0.attendances.eject(target, reason)
    }
    /// Registers an encoder that publishes with a key, until the guard is dropped or it is ended. Register it first and check
    /// its key afterwards; otherwise the end of a key between the two would be missed.
    pub fn add_encoder(&self, encoder: Encoder, end: impl Fn() + Send + Sync + 'static) -> EncoderGuard {
        self.0.encoders.add(encoder, Box::new(end))
    }
    /// Ends the encoders of a space, or of one of its rooms, at once. Returns their number.
    pub fn end_encoders(&self, space: SpaceId, room: Option<RoomId>) -> usize {
        self.0.encoders.end(space, room)
    }
    /// The account's pages that follow a feed, oldest first, with their sessions.
    pub fn pages_of(&self, account: AccountId) -> Vec<(AttendanceId, Option<SessionId>)> {
        self.0.attendances.pages_of(account)
    }
    /// Ends a page in favour of a newer one. False if it has left already.
    pub fn displace(&self, id: AttendanceId) -> bool {
        self.0.attendances.displace(id)
    }
    /// Whether something is open by this grant in this browser, or was until lately.
    pub fn uses(&self, grant: GrantId, session: SessionId) -> bool {
        self.0.attendances.uses(grant, session)
    }
    /// Whether the attendance has neither left nor been ended.
    pub fn attends(&self, id: AttendanceId) -> bool {
        self.0.attendances.attends(id)
    }
    /// Notifies open pages that something changed for their person only. Returns the number of attendances notified.
    pub fn notify(&self, target: EjectTarget) -> usize {
        self.0.attendances.notify(target)
    }
    /// The number of people in a room. A person with four pages counts once.
    pub fn people(&self, room: RoomId) -> usize {
        self.0.attendances.people(room)
    }
    /// Who has watched in a room up to now; `None` before anything was stored of it. Takes as long as many people are there.
    pub fn viewership(&self, room: RoomId) -> Option<Viewership> {
        self.0.attendances.viewership(room)
    }
    /// The accounts of those people, ordered by id.
    pub fn accounts(&self, room: RoomId) -> Vec<AccountId> {
        self.0.attendances.accounts(room)
    }
    /// The number of people in all rooms, whether the rooms' actors run or not. A person in two rooms counts twice.
    pub fn people_all(&self) -> usize {
        self.0.attendances.people_all()
    }
    /// Open pages and media sessions in all rooms.
    pub fn attendances(&self) -> usize {
        self.0.attendances.count_all()
    }

    pub(crate) fn register(&self) -> &Arc<Attendances> {
        &self.0.attendances
    }
    pub(crate) fn now(&self) -> Millis {
        self.0.clock.now()
    }

    /// Runs a loop under `jobs`. It is restarted when it panics or returns, and told to finish by [`Worker::stopping`].
    pub fn spawn_job_worker<F>(&self, name: &'static str, run: impl FnMut(Worker) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        worker::spawn_worker(&self.0.jobs, name, run);
    }

    /// The current tree.
    pub fn tree(&self) -> Node {
        let root = self.0.root.get_cell();
        let children: Vec<_> = self.0.branches.iter().map(|branch| branch.node()).collect();
        Node {
            of: "engine".into(),
            name: "engine".into(),
            kind: "engine",
            id: root.get_id().to_string(),
            status: if root.get_status() == ActorStatus::Running { Status::Running } else { Status::Stopped },
            started_at: Some(self.0.started_at),
            restarts: 0,
            last_error: self.0.meter.last_error(),
            mailbox: children.iter().filter(|child| child.status == Status::Restarting).count(),
            handled: self.0.meter.handled(),
            fault: None,
            pulse: self.0.pulse.clone(),
            children,
        }
    }
    /// Updates the metrics of the tree. Called when they are requested.
    pub fn measure(&self) {
        tree::measure(&self.tree(), self.attendances(), self.people_all());
    }
    /// Samples all counters for the figures of the last minutes. One worker calls this every [`crate::PACE`].
    pub(crate) fn sample(&self) {
        let all = self.0.branches.iter().map(|branch| branch.sample()).fold(Sample::default(), Sample::with);
        self.0.pulse.push(all);
    }
    /// Fires when an actor starts, ends, crashes or is parked. The number counts the changes.
    pub fn watch_tree(&self) -> watch::Receiver<u64> {
        self.0.tree.subscribe()
    }
    /// An actor or supervisor with its history, by its path or the id of its latest run.
    pub fn inspect(&self, id: &str) -> Option<Inspection> {
        self.0.branches.iter().find_map(|branch| branch.inspect(id))
    }
    /// Applies an action to one actor, by its path or the id of its latest run.
    pub fn act(&self, id: &str, action: Action) -> Result<(), ActError> {
        if action.is_chaos() && !self.0.config.chaos {
            return Err(ActError::NotAllowed);
        }
        self.0.branches.iter().find_map(|branch| branch.act(id, action)).unwrap_or(Err(ActError::NotFound))
    }

    /// Drains the engine when the process ends: accepts nothing new, finishes what is queued, then stops.
    pub async fn drain(&self) {
        for branch in self.0.branches.iter() {
            branch.close();
        }
        for branch in self.0.branches.iter() {
            branch.drain(DRAIN_LIMIT).await;
        }
        if let Err(error) = self.0.attendances.store_all_viewings().await {
            tracing::warn!(error, "the last viewings could not be stored");
        }
        self.0.root.stop(Some("the engine closes".into()));
        self.ended().await;
    }
    /// Resolves when the tree has ended: drained, or given up because a supervisor exhausted its budget.
    pub async fn ended(&self) {
        drop(self.0.root.get_cell().wait(None).await);
    }
}

/// The branches of the tree, in the order in which operators see them.
fn boxed(
    (streams, restreams): (&Arc<Directory<Streams>>, &Arc<Directory<Restreams>>),
    chat_rooms: &Arc<Directory<ChatRooms>>,
    checkouts: &Arc<Directory<Checkouts>>,
    [jobs, media]: [&Arc<Directory<Workers>>; 2],
) -> Branches {
    Arc::new([
        Box::new(streams.clone()) as Box<dyn Branch>,
        Box::new(restreams.clone()),
        Box::new(chat_rooms.clone()),
        Box::new(checkouts.clone()),
        Box::new(jobs.clone()),
        Box::new(media.clone()),
    ])
}
