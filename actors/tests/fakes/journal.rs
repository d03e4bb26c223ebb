//! In-memory journals with the guarantees of a database: sequence numbers without gaps, one line per client id, and all
//! of a batch or nothing.

use domain::{
    access::ban::Ban,
    chat::{
        journal::JournalStore,
        room::{Batch, JournalEntry, Modes, Removal, RoomChange, RoomRecord, UNDO},
    },
    clock::BoxFuture,
    error::StoreError,
    id::*,
    time::Millis,
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::sync::Semaphore;

/// What happens to a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is stored, and the error says so.
    Fails,
    /// It is stored, but the answer is lost.
    SeemsToFail,
    /// It is stored, the answer is lost, and the store retries: it finds its own rows.
    MeetsItself,
    /// Nothing is stored, and the writer panics.
    Panics,
}

#[derive(Default)]
pub struct MemJournal {
    rooms: Mutex<HashMap<RoomId, Room>>,
    gate: Gate,
    /// Faults for the next commits, one each.
    pub faults: Mutex<VecDeque<Fault>>,
    /// Reads and writes fail.
    pub away: AtomicBool,
    /// Reads fail.
    pub blind: AtomicBool,
    /// How long a commit takes.
    pub slow: Mutex<Duration>,
    pub commits: AtomicUsize,
    pub reads: AtomicUsize,
}

struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

#[derive(Clone)]
struct Room {
    space: SpaceId,
    entries: Vec<JournalEntry>,
    removals: Vec<Removal>,
}

impl MemJournal {
    pub fn add(&self, space: SpaceId) -> RoomId {
        let room = RoomId::new();
        self.rooms().insert(room, Room { space, entries: vec![], removals: vec![] });
        room
    }
    /// Writes entries without going through the rooms.
    pub fn put(&self, entries: Vec<JournalEntry>) {
        for entry in entries {
            self.rooms().get_mut(&entry.room).expect("a room").entries.push(entry);
        }
    }
    pub fn entries(&self, room: RoomId) -> Vec<JournalEntry> {
        self.rooms()[&room].entries.clone()
    }
    /// Holds back all commits until the guard is dropped.
    pub async fn close_gate(&self) -> tokio::sync::OwnedSemaphorePermit {
        Arc::clone(&self.gate.0).acquire_owned().await.expect("a gate")
    }
    pub fn fail_next(&self, fault: Fault) {
        self.faults.lock().unwrap().push_back(fault);
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, Room>> {
        self.rooms.lock().unwrap()
    }
    fn check(&self) -> Result<(), StoreError> {
        if self.away.load(SeqCst) { Err(StoreError::Unavailable("switched off".into())) } else { Ok(()) }
    }
    fn read<T>(&self, read: impl FnOnce(&HashMap<RoomId, Room>) -> T) -> BoxFuture<'_, Result<T, StoreError>>
    where
        T: Send + 'static,
    {
        self.reads.fetch_add(1, SeqCst);
        let blind = self.blind.load(SeqCst).then(|| StoreError::Unavailable("too busy to read".into()));
        let answer = self.check().and(blind.map_or(Ok(()), Err)).map(|()| read(&self.rooms()));
        Box::pin(async move { answer })
    }

    fn write(&self, batch: Batch) -> Result<(), StoreError> {
        self.check()?;
        let fault = self.faults.lock().unwrap().pop_front();
        match fault {
            Some(Fault::Fails) => return Err(StoreError::Unavailable("rolled back".into())),
            Some(Fault::Panics) => panic!("the database driver is broken"),
            Some(Fault::SeemsToFail | Fault::MeetsItself) | None => {}
        }
        let mut rooms = self.rooms();
        let room = rooms.get_mut(&batch.room).ok_or(StoreError::NotFound)?;
        for (entry, seq) in batch.entries.iter().zip(room.entries.len() as u64 + 1..) {
            if entry.seq != seq {
                return Err(StoreError::Conflict("seq"));
            }
            if entry.line().is_some_and(|line| room.line(line.author, line.client).is_some()) {
                return Err(StoreError::Conflict("client"));
            }
            if let RoomChange::Banned(ban) = &entry.change
                && room
                    .entries
                    .iter()
                    .any(|old| matches!(&old.change, RoomChange::Banned(old) if old.id == ban.id))
            {
                return Err(StoreError::Conflict("ban"));
            }
        }
        for entry in batch.entries {
            room.store(JournalEntry::clone(&entry));
        }
        match fault {
            Some(Fault::MeetsItself) => Err(StoreError::Conflict("seq")),
            Some(_) => Err(StoreError::Unavailable("the answer was lost".into())),
            None => Ok(()),
        }
    }
}

impl Room {
    fn store(&mut self, entry: JournalEntry) {
        let index = |seq: u64| usize::try_from(seq).expect("a number") - 1;
        if let RoomChange::Removed { targets, by } = &entry.change {
            for seq in targets {
                let line = &mut self.entries[index(*seq)];
                self.removals.push(Removal { line: Arc::new(line.clone()), by: *by, at: entry.at });
                *line = line.blanked();
            }
        }
        if let RoomChange::Restored { line, .. } = &entry.change {
            self.removals.retain(|removal| removal.line.seq != line.seq);
            self.entries[index(line.seq)] = (**line).clone();
        }
        self.entries.push(entry);
    }
    fn line(&self, author: AccountId, client: ClientId) -> Option<&JournalEntry> {
        let same = |entry: &&JournalEntry| {
            entry.line().is_some_and(|line| line.author == author && line.client == client)
        };
        self.entries.iter().find(same)
    }
    fn modes(&self) -> Modes {
        let modes = |entry: &JournalEntry| match entry.change {
            RoomChange::Modes { to, .. } => Some(to),
            _ => None,
        };
        self.entries.iter().rev().find_map(modes).unwrap_or_default()
    }
}

/// The bans of a space, across all its rooms.
fn bans(rooms: &HashMap<RoomId, Room>, space: SpaceId, now: Millis) -> Vec<Ban> {
    let (mut bans, mut lifted) = (vec![], vec![]);
    for entry in rooms.values().filter(|room| room.space == space).flat_map(|room| &room.entries) {
        match &entry.change {
            RoomChange::Banned(ban) => bans.push(ban.clone()),
            RoomChange::Lifted { ban, .. } => lifted.push(*ban),
            _ => {}
        }
    }
    bans.retain(|ban| ban.holds_at(now) && !lifted.contains(&ban.id));
    bans
}

impl JournalStore for MemJournal {
    fn load(&self, id: RoomId, lines: usize, now: Millis) -> BoxFuture<'_, Result<RoomRecord, StoreError>> {
        let found = self.read(move |rooms| {
            let room = rooms.get(&id).ok_or(StoreError::NotFound)?;
            let is_line = |entry: &&JournalEntry| {
                matches!(entry.change, RoomChange::Said(_) | RoomChange::Restored { .. })
            };
            let mut said: Vec<_> = room.entries.iter().filter(is_line).cloned().collect();
            let removals =
                room.removals.iter().filter(|r| r.line.line().is_some() && now - r.at <= UNDO).cloned();
            let lines = said.split_off(said.len().saturating_sub(lines));
            let (space, seq, modes) = (room.space, room.entries.len() as u64, room.modes());
            let removals = removals.collect();
            Ok(RoomRecord { room: id, space, seq, lines, removals, modes, bans: bans(rooms, space, now) })
        });
        Box::pin(async move { found.await? })
    }
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.commits.fetch_add(1, SeqCst);
            let turn = self.gate.0.acquire().await.expect("a gate");
            let slow = *self.slow.lock().unwrap();
            if !slow.is_zero() {
                tokio::time::sleep(slow).await;
            }
            drop(turn);
            self.write(batch)
        })
    }
    fn find(
        &self,
        room: RoomId,
        author: AccountId,
        client: ClientId,
    ) -> BoxFuture<'_, Result<Option<JournalEntry>, StoreError>> {
        self.read(move |rooms| rooms.get(&room)?.line(author, client).cloned())
    }
    fn since(
        &self,
        room: RoomId,
        since: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<JournalEntry>, StoreError>> {
        self.read(move |rooms| {
            let later = rooms[&room].entries.iter().filter(|entry| entry.seq > since);
            later.take(limit).cloned().collect()
        })
    }
}
