//! What a room has published: its short memory, and the readers that follow it.
//!
//! The slot keeps it, so it outlives the room's actors. A ring holds the journal's last entries, and the newest moment of each
//! kind is kept beside it. Publishing appends under one short mutex and then notifies the readers, who take what they have
//! not had from the same ring. So all readers see the same, and a slow one delays nobody: it finds all it missed at once, or
//! learns that it must begin anew.

pub mod feeds;

use domain::{
    chat::{
        feed::{Moment, Moments, RoomEvent},
        reactions::ReactionCounts,
        room::{JournalEntry, RoomChange},
    },
    id::{RequestId, RoomId},
    live::stream::Stream,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// Entries that a feed remembers.
pub const RING: usize = 1024;

/// The feed of one room.
pub struct Feed {
    room: RoomId,
    memory: Mutex<Memory>,
    bell: watch::Sender<()>,
}

/// The state at subscription.
#[derive(Clone, Debug, Default)]
pub struct FeedSnapshot {
    /// Entries follow from here on.
    pub last_seq: u64,
    pub moments: Moments,
}

/// What a reader receives.
#[derive(Clone, Debug)]
pub enum Followed {
    Event(RoomEvent),
    /// More was missed than the feed remembers; entries follow from `last_seq` on.
    Resync {
        last_seq: u64,
    },
}

impl Feed {
    pub fn new(room: RoomId) -> Self {
        Self { room, memory: Mutex::default(), bell: watch::Sender::new(()) }
    }

    pub fn room(&self) -> RoomId {
        self.room
    }

    /// The number of the last entry that was published; `None` before the room was loaded for the first time.
    pub fn last_seq(&self) -> Option<u64> {
        self.memory().last
    }

    /// Entries after `seq`; `None` where the memory does not reach back so far.
    pub fn since(&self, seq: u64) -> Option<Vec<Arc<JournalEntry>>> {
        self.memory().since(seq)
    }

    /// The current state, without subscribing.
    pub fn snapshot(&self) -> FeedSnapshot {
        self.memory().snapshot()
    }

    /// The stream that this room belongs to, as it was last published; `None` before that, and in a room without one.
    pub fn stream(&self) -> Option<Arc<Stream>> {
        self.memory().moments.stream().cloned()
    }

    /// The count of moments published so far. An unchanged number means unchanged moments.
    pub fn version(&self) -> u64 {
        self.memory().moments.version()
    }

    /// How many reactions there were.
    pub fn reactions(&self) -> ReactionCounts {
        self.memory().moments.reactions()
    }

    /// Whether the room's chat is parked.
    pub fn chat_parked(&self) -> bool {
        self.memory().moments.chat_parked()
    }

    /// Subscribes: the reader returns everything that is published from now on.
    pub fn subscribe(self: &Arc<Self>) -> FeedReader {
        let bell = self.bell.subscribe();
        let memory = self.memory();
        let snapshot = memory.snapshot();
        let (at, seen) = (snapshot.last_seq, snapshot.moments.version());
        let renewals = memory.renewals;
        drop(memory);
        FeedReader { snapshot, feed: Arc::clone(self), bell, at, seen, renewals, ready: VecDeque::new() }
    }

    /// Publishes a moment at once and keeps it for later readers.
    pub fn moment(&self, moment: Moment) {
        self.memory().moments.publish(moment);
        self.bell.send_replace(());
    }

    /// The request that caused a recent entry; known only if requests are logged.
    pub fn request_of(&self, seq: u64) -> Option<RequestId> {
        self.memory().requests.iter().rev().find(|(of, _)| *of == seq).map(|(_, id)| *id)
    }

    pub(crate) fn note_requests(&self, requests: impl Iterator<Item = (u64, RequestId)>) {
        let mut memory = self.memory();
        memory.requests.extend(requests);
        let beyond = memory.requests.len().saturating_sub(RING);
        memory.requests.drain(..beyond);
    }

    /// Sets the journal's position after the room has loaded: for the first time, or after entries that no reader can have
    /// received.
    pub(crate) fn begin(&self, seq: u64) {
        let mut memory = self.memory();
        if memory.last != Some(seq) {
            memory.ring.clear();
            memory.last = Some(seq);
            drop(memory);
            self.bell.send_replace(());
        }
    }

    /// Publishes stored entries, in order. Those that were published already are left out.
    pub(crate) fn publish(&self, entries: &[Arc<JournalEntry>]) {
        let mut memory = self.memory();
        entries.iter().for_each(|entry| memory.append(entry));
        drop(memory);
        self.bell.send_replace(());
    }

    /// Forgets all entries, because some were rewritten: readers are told to begin anew.
    pub(crate) fn renew(&self) {
        let mut memory = self.memory();
        memory.ring.clear();
        memory.renewals += 1;
        drop(memory);
        self.bell.send_replace(());
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Memory {
    /// The last number published, whether the ring holds its entry or not.
    last: Option<u64>,
    /// Without gaps, up to `last`; removed lines without their words.
    ring: VecDeque<Arc<JournalEntry>>,
    moments: Moments,
    /// How often all entries were forgotten.
    renewals: u64,
    /// Requests by the number of the entry that they caused; empty unless requests are logged.
    requests: VecDeque<(u64, RequestId)>,
}

impl Memory {
    fn append(&mut self, entry: &Arc<JournalEntry>) {
        if self.last.is_some_and(|last| entry.seq <= last) {
            return;
        }
        if self.last.is_some_and(|last| entry.seq != last + 1) {
            self.ring.clear();
        }
        if let RoomChange::Removed { targets, .. } = &entry.change {
            targets.iter().for_each(|seq| self.blank(*seq));
        }
        if self.ring.len() == RING {
            self.ring.pop_front();
        }
        self.ring.push_back(Arc::clone(entry));
        self.last = Some(entry.seq);
    }

    /// Blanks a removed line, so that it is never sent again, not even to a reader that returns.
    fn blank(&mut self, seq: u64) {
        let index = self.ring.front().and_then(|first| usize::try_from(seq.checked_sub(first.seq)?).ok());
        if let Some(entry) = index.and_then(|index| self.ring.get_mut(index)) {
            *entry = Arc::new(entry.blanked());
        }
    }

    fn since(&self, seq: u64) -> Option<Vec<Arc<JournalEntry>>> {
        let missed = usize::try_from(self.last?.checked_sub(seq)?).ok()?;
        let from = self.ring.len().checked_sub(missed)?;
        Some(self.ring.range(from..).cloned().collect())
    }

    fn snapshot(&self) -> FeedSnapshot {
        FeedSnapshot { last_seq: self.last.unwrap_or(0), moments: self.moments.clone() }
    }
}

/// A reader of a room's feed. Dropping it ends the subscription.
pub struct FeedReader {
    /// The state when it subscribed.
    pub snapshot: FeedSnapshot,
    feed: Arc<Feed>,
    bell: watch::Receiver<()>,
    /// The number of the last entry taken.
    at: u64,
    /// The last moment taken.
    seen: u64,
    renewals: u64,
    ready: VecDeque<Followed>,
}

impl FeedReader {
    /// The next event: entries in order without gaps; of each kind of moment only the newest. Cancel safe; never ends.
    pub async fn recv(&mut self) -> Followed {
        loop {
            if let Some(next) = self.ready.pop_front() {
                return next;
            }
            self.bell.mark_unchanged();
            self.gather();
            if self.ready.is_empty() {
                // The sender lives in the feed that `self` holds: this waits for the bell.
                drop(self.bell.changed().await);
            }
        }
    }

    /// The events that were gathered together with the last one.
    pub fn ready(&mut self) -> impl Iterator<Item = Followed> {
        self.ready.drain(..)
    }

    fn gather(&mut self) {
        let memory = self.feed.memory();
        if let Some(last_seq) = memory.last {
            let renewed = std::mem::replace(&mut self.renewals, memory.renewals) != memory.renewals;
            match memory.since(self.at) {
                Some(entries) if !renewed => {
                    self.ready
                        .extend(entries.into_iter().map(|entry| Followed::Event(RoomEvent::Journal(entry))));
                }
                _ => self.ready.push_back(Followed::Resync { last_seq }),
            }
            self.at = last_seq;
        }
        let news = memory.moments.since(self.seen);
        self.ready.extend(news.into_iter().map(|moment| Followed::Event(RoomEvent::Moment(moment))));
        self.seen = memory.moments.version();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{access::admit::Role, chat::room::ChatLine, id::*, time::Millis};

    fn said(seq: u64) -> Arc<JournalEntry> {
        let (author, client) = (AccountId::new(), ClientId::new());
        let line = ChatLine {
            author,
            name: "Ann".into(),
            role: Role::Viewer,
            client,
            body: "hello".into(),
            removed: false,
        };
        Arc::new(JournalEntry { room: RoomId::new(), seq, at: Millis(0), change: RoomChange::Said(line) })
    }
    fn begun(seq: u64) -> Arc<Feed> {
        let feed = Arc::new(Feed::new(RoomId::new()));
        feed.begin(seq);
        feed
    }
    /// What the reader has ready, in short.
    async fn taken(reader: &mut FeedReader) -> Vec<String> {
        let mut said = vec![];
        while let Ok(next) = tokio::time::timeout(std::time::Duration::ZERO, reader.recv()).await {
            said.push(match next {
                Followed::Event(RoomEvent::Journal(entry)) => entry.seq.to_string(),
                Followed::Event(RoomEvent::Moment(Moment::People(people))) => format!("{people} people"),
                Followed::Event(RoomEvent::Moment(other)) => format!("{other:?}"),
                Followed::Resync { last_seq } => format!("resync {last_seq}"),
            });
        }
        said
    }

    #[tokio::test]
    async fn a_reader_gets_what_comes_after_its_snapshot_once_and_in_order() {
        let feed = begun(7);
        feed.publish(&[said(8)]);
        feed.moment(Moment::People(3));
        let mut reader = feed.subscribe();
        assert_eq!((reader.snapshot.last_seq, reader.snapshot.moments.people()), (8, 3));
        feed.publish(&[said(9), said(10)]);
        feed.publish(&[said(10), said(11)]);
        assert_eq!(taken(&mut reader).await, ["9", "10", "11"]);
        assert_eq!(taken(&mut reader).await, [""; 0]);
    }

    #[tokio::test]
    async fn of_moments_only_the_newest_counts() {
        let feed = begun(0);
        let mut reader = feed.subscribe();
        (1..=5).for_each(|people| feed.moment(Moment::People(people)));
        assert_eq!(taken(&mut reader).await, ["5 people"]);
    }

    #[tokio::test]
    async fn a_lagging_reader_finds_everything_up_to_the_ring_and_else_is_told_to_begin_anew() {
        let feed = begun(0);
        let (mut slow, ring) = (feed.subscribe(), RING as u64);
        (1..=ring).for_each(|seq| feed.publish(&[said(seq)]));
        assert_eq!(taken(&mut slow).await.len(), RING);
        (ring + 1..=ring * 2 + 1).for_each(|seq| feed.publish(&[said(seq)]));
        assert_eq!(taken(&mut slow).await, [format!("resync {}", ring * 2 + 1)]);
        feed.publish(&[said(ring * 2 + 2)]);
        assert_eq!(taken(&mut slow).await, [format!("{}", ring * 2 + 2)]);
    }

    #[tokio::test]
    async fn one_who_reads_before_the_room_is_loaded_begins_anew() {
        let feed = Arc::new(Feed::new(RoomId::new()));
        let mut reader = feed.subscribe();
        feed.moment(Moment::People(1));
        assert_eq!((feed.last_seq(), taken(&mut reader).await), (None, vec!["1 people".to_string()]));
        feed.begin(500);
        feed.publish(&[said(501)]);
        assert_eq!(taken(&mut reader).await, ["resync 501"]);
    }

    #[test]
    fn since_reaches_as_far_as_the_ring() {
        let feed = begun(10);
        (11..=20).for_each(|seq| feed.publish(&[said(seq)]));
        let seqs = |since| feed.since(since).map(|entries| entries.iter().map(|e| e.seq).collect::<Vec<_>>());
        assert_eq!(seqs(18), Some(vec![19, 20]));
        assert_eq!(seqs(20), Some(vec![]));
        assert_eq!(seqs(10), Some((11..=20).collect()));
        assert_eq!((seqs(9), seqs(21)), (None, None));
    }

    #[test]
    fn removed_lines_are_not_told_again() {
        let feed = begun(10);
        feed.publish(&[said(11), said(12)]);
        let removed = RoomChange::Removed { targets: vec![3, 12], by: AccountId::new() };
        feed.publish(&[Arc::new(JournalEntry { change: removed, ..(*said(13)).clone() })]);
        let replayed = feed.since(10).expect("the ring reaches back");
        let words: Vec<_> =
            replayed.iter().filter_map(|e| e.line()).map(|l| (l.body.as_str(), l.removed)).collect();
        assert_eq!(words, [("hello", false), ("", true)]);
    }

    #[tokio::test]
    async fn after_a_renewal_every_reader_begins_anew() {
        let feed = Arc::new(Feed::new(RoomId::new()));
        feed.publish(&[said(1), said(2)]);
        let mut reader = feed.subscribe();
        feed.renew();
        assert!(
            matches!(reader.recv().await, Followed::Resync { last_seq: 2 }),
            "also one that has seen all"
        );
        assert!(feed.since(1).is_none(), "what was published is forgotten");
        feed.publish(&[said(3)]);
        let next = reader.recv().await;
        assert!(matches!(&next, Followed::Event(RoomEvent::Journal(entry)) if entry.seq == 3), "{next:?}");
    }
}
