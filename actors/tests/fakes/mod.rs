//! An in-memory world: ports with faults on demand, and a clock that stands still until a test moves it.

pub mod clock;
pub mod media;
pub mod payments;
pub mod restreams;
pub mod rows;

use actors::{Engine, EngineConfig, Ports};
use clock::TestClock;
use domain::{
    chat::{
        journal::JournalStore,
        room::{Batch, JournalEntry, Modes, RoomRecord},
    },
    clock::BoxFuture,
    error::StoreError,
    id::*,
    time::{Millis, Span},
};
use media::MemMedia;
use payments::MemPayments;
use restreams::MemRestreams;
use rows::Rows;
use std::{future::Future, sync::Arc, time::Duration};

/// A world and its engine.
pub struct World {
    pub clock: Arc<TestClock>,
    pub streams: Arc<Rows<domain::live::stream::Stream>>,
    pub checkouts: Arc<Rows<domain::money::checkout::Checkout>>,
    pub payments: Arc<MemPayments>,
    pub media: Arc<MemMedia>,
    pub restreams: Arc<MemRestreams>,
    pub engine: Engine,
}

impl World {
    pub async fn new() -> Self {
        let clock = TestClock::new();
        Self::with(clock, Arc::default(), Arc::default(), Arc::default()).await
    }

    /// Another process over the same databases. The media plane starts empty.
    pub async fn restarted(&self) -> Self {
        let (clock, streams) = (Arc::clone(&self.clock), Arc::clone(&self.streams));
        Self::with(clock, streams, Arc::clone(&self.checkouts), Arc::clone(&self.payments)).await
    }

    async fn with(
        clock: Arc<TestClock>,
        streams: Arc<Rows<domain::live::stream::Stream>>,
        checkouts: Arc<Rows<domain::money::checkout::Checkout>>,
        payments: Arc<MemPayments>,
    ) -> Self {
        let (media, restreams) = (Arc::<MemMedia>::default(), Arc::<MemRestreams>::default());
        let ports = Ports {
            clock: clock.clone(),
            journals: Arc::new(EmptyJournals),
            streams: streams.clone(),
            checkouts: checkouts.clone(),
            payments: Some(payments.clone()),
            media: media.clone(),
            restreams: restreams.clone(),
            restreamer: Some(restreams.clone()),
        };
        let config = EngineConfig { chaos: true, ..EngineConfig::default() };
        let engine = Engine::start(ports, config).await.expect("the engine starts");
        Self { clock, streams, checkouts, payments, media, restreams, engine }
    }

    /// A publisher's packets begin to flow into a stream's room. As at its door, the stream is loaded before.
    pub async fn publisher(&self, stream: StreamId) -> MediaSessionId {
        while self.engine.stream(stream).get().await.is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.media.publisher(self.streams.room(stream))
    }

    /// The id of the running actor whose name begins with this.
    pub fn actor(&self, name: impl ToString) -> Option<String> {
        let name = name.to_string();
        let tree = self.engine.tree();
        let found =
            tree.walk().into_iter().find(|node| node.name.starts_with(&name)).map(|node| node.id.clone());
        found.filter(|id| !id.is_empty())
    }
    pub fn node(&self, name: impl ToString) -> Option<actors::Node> {
        let name = name.to_string();
        self.engine.tree().walk().into_iter().find(|node| node.name.starts_with(&name)).cloned()
    }
    pub fn moved(&self, span: Span) -> Millis {
        self.clock.move_on(span)
    }
}

/// Waits up to ten seconds until the condition holds.
pub async fn until<F: Future<Output = bool>>(what: &str, so: impl Fn() -> F) {
    for _ in 0..2000 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never happened: {what}");
}

/// Rooms without lines.
struct EmptyJournals;

impl JournalStore for EmptyJournals {
    fn load(&self, room: RoomId, _: usize, _: Millis) -> BoxFuture<'_, Result<RoomRecord, StoreError>> {
        let (space, modes) = (SpaceId::new(), Modes::default());
        Box::pin(async move {
            Ok(RoomRecord {
                room,
                space,
                seq: 0,
                lines: Vec::new(),
                removals: Vec::new(),
                modes,
                bans: Vec::new(),
            })
        })
    }
    fn commit(&self, _: Batch) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Err(StoreError::Unavailable("nothing is written here".into())) })
    }
    fn find(
        &self,
        _: RoomId,
        _: AccountId,
        _: ClientId,
    ) -> BoxFuture<'_, Result<Option<JournalEntry>, StoreError>> {
        Box::pin(async { Ok(None) })
    }
    fn since(&self, _: RoomId, _: u64, _: usize) -> BoxFuture<'_, Result<Vec<JournalEntry>, StoreError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}
