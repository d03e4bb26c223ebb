//! Restreams without a network: what they send ends when a test says so.

use domain::{
    clock::BoxFuture,
    error::StoreError,
    id::*,
    live::restream::{
        Progress, Restream, RestreamAddress, RestreamAddressError, RestreamDestination, RestreamFailure,
        RestreamStore, Restreamer, StreamKey,
    },
};
use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::sync::oneshot;

/// How what is sent ends.
pub enum End {
    Failure(RestreamFailure),
    Panic,
}

#[derive(Default)]
pub struct MemRestreams {
    rows: Mutex<HashMap<RestreamId, Restream>>,
    /// Reads fail.
    pub away: AtomicBool,
    sending: Mutex<HashMap<DestinationId, (Progress, oneshot::Sender<End>)>>,
    /// How often something was begun.
    pub begun: AtomicUsize,
    /// How many are sending now.
    pub alive: AtomicUsize,
}

impl MemRestreams {
    pub fn add(&self, room: RoomId, on_air: bool) -> Restream {
        let destination = RestreamDestination {
            id: DestinationId::new(),
            space: SpaceId::new(),
            name: "Elsewhere".into(),
            address: "rtmp://live.example/app".parse().expect("an address"),
            key: StreamKey::parse("secret-key").expect("a key"),
        };
        let row =
            Restream { id: RestreamId::new(), stream: StreamId::new(), room, on_air, by: None, destination };
        self.rows.lock().unwrap().insert(row.id, row.clone());
        row
    }
    pub fn air(&self, id: RestreamId, on_air: bool) {
        self.rows.lock().unwrap().get_mut(&id).expect("a row").on_air = on_air;
    }
    pub fn remove(&self, id: RestreamId) {
        self.rows.lock().unwrap().remove(&id);
    }
    pub fn progress(&self, to: &Restream, bits_per_second: u64) {
        let sending = self.sending.lock().unwrap();
        sending[&to.destination.id].0(bits_per_second);
    }
    pub fn end(&self, to: &Restream, end: End) {
        let (_, ends) = self.sending.lock().unwrap().remove(&to.destination.id).expect("it sends");
        assert!(ends.send(end).is_ok(), "nobody sends any more");
    }
    pub fn is_sending(&self, to: &Restream) -> bool {
        self.sending.lock().unwrap().get(&to.destination.id).is_some_and(|(_, ends)| !ends.is_closed())
    }
}

impl RestreamStore for MemRestreams {
    fn load(&self, id: RestreamId) -> BoxFuture<'_, Result<Restream, StoreError>> {
        Box::pin(async move {
            if self.away.load(SeqCst) {
                return Err(StoreError::Unavailable("a test took it away".into()));
            }
            self.rows.lock().unwrap().get(&id).cloned().ok_or(StoreError::NotFound)
        })
    }
    fn wanted(&self) -> BoxFuture<'_, Result<Vec<RestreamId>, StoreError>> {
        let rows = self.rows.lock().unwrap();
        let wanted = rows.values().filter(|row| row.on_air).map(|row| row.id).collect();
        Box::pin(async move { Ok(wanted) })
    }
}

struct Alive<'a>(&'a AtomicUsize);

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Restreamer for MemRestreams {
    fn check<'a>(&'a self, _: &'a RestreamAddress) -> BoxFuture<'a, Result<(), RestreamAddressError>> {
        Box::pin(async { Ok(()) })
    }
    fn send(&self, restream: Restream, progress: Progress) -> BoxFuture<'_, RestreamFailure> {
        Box::pin(async move {
            let (ends, ended) = oneshot::channel();
            self.begun.fetch_add(1, SeqCst);
            self.alive.fetch_add(1, SeqCst);
            let _alive = Alive(&self.alive);
            self.sending.lock().unwrap().insert(restream.destination.id, (progress, ends));
            match ended.await {
                Ok(End::Failure(why)) => why,
                Ok(End::Panic) | Err(_) => panic!("a test wanted it"),
            }
        })
    }
}
