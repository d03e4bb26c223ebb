use crate::{clock::TestClock, journal::MemJournal, media::MemMedia};
use actors::{
    Action, Attendance, AttendanceGuard, AttendanceKind, ChatRoomHandle, Engine, EngineConfig, FeedReader,
    Followed, Notice, Ports,
};
use domain::{
    access::{admit::Role, ban::BanKind, eject::EjectReason},
    chat::{feed::RoomEvent, room::*},
    id::*,
    live::presence::Person,
    time::{Millis, Span},
};
use std::{future::Future, sync::Arc, time::Duration};

/// An engine with in-memory journals, and one room in it.
pub struct World {
    pub clock: Arc<TestClock>,
    pub journals: Arc<MemJournal>,
    pub engine: Engine,
    pub space: SpaceId,
    pub room: RoomId,
}

impl World {
    pub async fn new() -> Self {
        let (journals, space) = (Arc::<MemJournal>::default(), SpaceId::new());
        let room = journals.add(space);
        Self::with(TestClock::new(), journals, space, room).await
    }

    /// Another process over the same database.
    pub async fn restarted(&self) -> Self {
        Self::with(Arc::clone(&self.clock), Arc::clone(&self.journals), self.space, self.room).await
    }

    async fn with(clock: Arc<TestClock>, journals: Arc<MemJournal>, space: SpaceId, room: RoomId) -> Self {
        let ports = Ports {
            clock: clock.clone(),
            journals: journals.clone(),
            streams: Arc::<crate::rows::Rows<domain::live::stream::Stream>>::default(),
            checkouts: Arc::<crate::rows::Rows<domain::money::checkout::Checkout>>::default(),
            payments: None,
            media: Arc::<MemMedia>::default(),
            restreams: Arc::<crate::restreams::MemRestreams>::default(),
            restreamer: None,
        };
        let config = EngineConfig { chaos: true, ..EngineConfig::default() };
        let engine = Engine::start(ports, config).await.expect("the engine starts");
        Self { clock, journals, engine, space, room }
    }

    pub fn chat(&self) -> ChatRoomHandle {
        self.engine.chat_room(self.room)
    }
    /// Subscribes from now on, after the room has loaded.
    pub async fn reader(&self) -> FeedReader {
        self.chat().snapshot().await.expect("the room loads");
        self.engine.feed(self.room).subscribe()
    }
    /// An open page of a person.
    pub fn page(
        &self,
        of: AccountId,
        close: impl Fn(EjectReason) + Send + Sync + 'static,
    ) -> AttendanceGuard {
        self.engine.attend(Attendance {
            id: AttendanceId::new(),
            room: Some((self.space, self.room)),
            person: Person::Account(of),
            session: None,
            grant: None,
            until: None,
            team: false,
            counted: true,
            kind: AttendanceKind::Page,
            tell: Box::new(move |notice| {
                if let Notice::Ended(reason) = notice {
                    close(reason);
                }
            }),
        })
    }
    /// Applies an action to the room's actor if it is running.
    pub fn act(&self, action: Action) {
        let (name, tree) = (self.room.to_string(), self.engine.tree());
        let node =
            tree.walk().into_iter().find(|node| node.kind == "chat_room" && node.name == name).cloned();
        if let Some(node) = node {
            let _ = self.engine.act(&node.id, action);
        }
    }
    pub fn moved(&self, span: Span) -> Millis {
        self.clock.move_on(span)
    }
}

pub fn post(author: AccountId, body: &str) -> ChatPost {
    ChatPost { author, name: "Ann".into(), role: Role::Viewer, client: ClientId::new(), body: body.into() }
}

pub fn host() -> By {
    By { account: AccountId::new(), role: Role::Host }
}

pub fn ban(account: AccountId, kind: BanKind, lasts: Option<Span>) -> Moderate {
    let (by, id, reason) = (host(), BanId::new(), "because".to_string());
    Moderate::Ban { by, id, account, name: "Ann".into(), role: Role::Viewer, kind, reason, lasts }
}

/// The entries that the reader has received up to `until`. Panics on any entry out of order.
pub async fn told(reader: &mut FeedReader, until: u64) -> Vec<Arc<JournalEntry>> {
    let mut entries: Vec<Arc<JournalEntry>> = vec![];
    while entries.last().is_none_or(|last| last.seq < until) {
        let next = tokio::time::timeout(Duration::from_secs(10), reader.recv()).await;
        match next.expect("the entry arrives in time") {
            Followed::Event(RoomEvent::Journal(entry)) => entries.push(entry),
            Followed::Event(RoomEvent::Moment(_)) => {}
            Followed::Resync { last_seq } => panic!("unexpected resync at {last_seq}"),
        }
    }
    entries
}

/// The reader receives nothing.
pub async fn silent(reader: &mut FeedReader) -> bool {
    tokio::time::timeout(Duration::from_millis(30), reader.recv()).await.is_err()
}

/// Waits up to ten seconds until the condition holds.
pub async fn until<F: Future<Output = bool>>(what: &str, so: impl Fn() -> F) {
    for _ in 0..5000 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("never happened: {what}");
}
