//! The logs that one shard follows, their members, and when each log is to be flushed.

use crate::{frame::Frame, log::Log, log::span::Span, mailbox::Mailbox, shard::slab::Slab};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

/// Members written to between two reads of the log. The last members of a flush of ten thousand thus also get what was
/// appended since its start, and nobody waits for more than one round.
const FLUSH_CHUNK: usize = 512;

/// A log as one shard follows it.
pub(crate) struct Channel {
    log: Log,
    members: Vec<u32>,
    /// The log offset where the last flush ended, for each chunk of members.
    flushed: Vec<u64>,
    last_flush: Option<Instant>,
}

impl Channel {
    fn join(&mut self, slot: u32) -> u32 {
        self.members.push(slot);
        if self.members.len() > self.flushed.len() * FLUSH_CHUNK {
            // A new member is pumped individually on arrival, so its chunk can start where the last chunk ended.
            self.flushed.extend(self.flushed.last().copied());
        }
        self.members.len() as u32 - 1
    }

    /// Removes a member. Returns the slot of the member that took its index.
    fn leave(&mut self, member: u32) -> Option<u32> {
        self.members.swap_remove(member as usize);
        self.flushed.truncate(self.members.len().div_ceil(FLUSH_CHUNK));
        self.members.get(member as usize).copied()
    }

    /// Starts a flush.
    pub fn begin(&mut self, now: Instant) {
        self.last_flush = Some(now);
    }

    /// Returns a chunk's members, and fills `fresh` with the bytes since its last flush; `None` after the last chunk.
    pub fn collect(&mut self, chunk: usize, mailbox: &Arc<Mailbox>, fresh: &mut Span) -> Option<&[u32]> {
        let flushed = self.flushed.get_mut(chunk)?;
        *flushed = self.log.collect(mailbox, *flushed, fresh);
        self.members.chunks(FLUSH_CHUNK).nth(chunk)
    }
}

pub(crate) struct Channels {
    mailbox: Arc<Mailbox>,
    by_key: Slab<Channel>,
    by_address: HashMap<usize, u32>,
    due: BTreeSet<(Instant, u32)>,
}

impl Channels {
    pub fn new(mailbox: Arc<Mailbox>) -> Self {
        Self { mailbox, by_key: Slab::new(), by_address: HashMap::new(), due: BTreeSet::new() }
    }

    pub fn get_mut(&mut self, key: u32) -> Option<&mut Channel> {
        self.by_key.get_mut(key)
    }

    /// Adds a member. Returns the channel and the member's index there.
    pub fn join(&mut self, log: &Log, slot: u32) -> (u32, u32) {
        let key = *self.by_address.entry(log.address()).or_insert_with(|| {
            let flushed = vec![log.watch(self.mailbox.clone(), self.by_key.next_key())];
            self.by_key.insert(Channel { log: log.clone(), members: Vec::new(), flushed, last_flush: None })
        });
        (key, self.by_key.get_mut(key).map_or(0, |channel| channel.join(slot)))
    }

    /// Removes a member. Returns the slot of the member that took its index.
    pub fn leave(&mut self, key: u32, member: u32) -> Option<u32> {
        let channel = self.by_key.get_mut(key)?;
        let moved = channel.leave(member);
        if channel.members.is_empty() {
            self.forget(key);
        }
        moved
    }

    fn forget(&mut self, key: u32) {
        let Some(channel) = self.by_key.remove(key) else { return };
        channel.log.unwatch(&self.mailbox);
        self.by_address.remove(&channel.log.address());
        self.due.retain(|(_, due)| *due != key);
    }

    /// Schedules a flush: at once for an idle log, at the end of its tick for a busy one.
    pub fn schedule(&mut self, key: u32, now: Instant) {
        let Some(channel) = self.by_key.get(key) else { return };
        let at = channel.last_flush.map_or(now, |last| now.max(last + self.mailbox.config.tick));
        self.due.insert((at, key));
    }

    pub fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    pub fn take_due(&mut self, now: Instant) -> Option<u32> {
        let due = self.due.pop_first()?;
        if due.0 > now {
            self.due.insert(due);
            return None;
        }
        Some(due.1)
    }

    pub fn beat(&self, now: Instant, every: Duration, frame: &Frame) {
        for (_, channel) in self.by_key.iter() {
            channel.log.beat(now, every, frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, frame::Event};

    /// Runs one flush. Returns each chunk's members and how many bytes they get. `between` is appended after the first
    /// chunk.
    fn round(
        channel: &mut Channel,
        mailbox: &Arc<Mailbox>,
        between: Option<Event>,
    ) -> Vec<(Vec<u32>, usize)> {
        let (mut chunks, mut fresh, mut between) = (Vec::new(), Span::default(), between);
        while let Some(members) = channel.collect(chunks.len(), mailbox, &mut fresh) {
            chunks.push((members.to_vec(), fresh.len()));
            if let Some(event) = between.take() {
                channel.log.append(event);
            }
        }
        chunks
    }

    #[test]
    fn each_lane_gets_everything_once_and_the_later_ones_get_it_sooner() {
        let (config, tally) = (Arc::new(Config::default()), Arc::default());
        let log = Log::new(config.budget(), 0, Arc::clone(&tally));
        let mailbox = Arc::new(Mailbox::new(config, tally).expect("an eventfd"));
        let mut channels = Channels::new(mailbox.clone());
        let many = FLUSH_CHUNK as u32 * 2 + 10;
        for slot in 0..many {
            assert_eq!(channels.join(&log, slot), (0, slot));
        }
        let event = |id: u64| Event::new("twelve bytes").id(id);
        let length = Frame::from(event(1)).chunk().len();
        let bytes = |chunks: Vec<(Vec<u32>, usize)>| chunks.into_iter().map(|(_, n)| n).collect::<Vec<_>>();
        log.append(event(1));
        let channel = channels.get_mut(0).expect("it has members");
        assert_eq!(bytes(round(channel, &mailbox, Some(event(2)))), [length, 2 * length, 2 * length]);
        assert_eq!(bytes(round(channel, &mailbox, None)), [length, 0, 0]);
        assert_eq!(bytes(round(channel, &mailbox, None)), [0, 0, 0]);
        // The last member takes the index of each one that leaves, until two chunks are enough.
        for left in 0..10 {
            assert_eq!(channels.leave(0, 0), Some(many - 1 - left));
        }
        let chunks = round(channels.get_mut(0).expect("it has members"), &mailbox, None);
        let mut all: Vec<_> = chunks.iter().flat_map(|(members, _)| members).copied().collect();
        all.sort_unstable();
        let stay: Vec<_> = (1..many - 9).collect();
        assert_eq!((chunks.len(), all), (2, stay));
        for left in (0..many - 10).rev() {
            channels.leave(0, left);
        }
        assert!(channels.get_mut(0).is_none());
        assert_eq!(channels.join(&log, 7), (0, 0));
    }
}
