//! The logs that one shard follows, who follows them there, and when each is to be flushed.

use crate::{frame::Frame, log::Log, mailbox::Mailbox, slab::Slab, span::Span};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

/// A log as one shard follows it.
pub(crate) struct Channel {
    log: Log,
    members: Vec<u32>,
    /// Where the last flush ended in the log.
    flushed: u64,
    last_flush: Option<Instant>,
}

impl Channel {
    pub fn members(&self) -> &[u32] {
        &self.members
    }

    /// Takes up what came since the last flush.
    pub fn collect(&mut self, mailbox: &Arc<Mailbox>, now: Instant, fresh: &mut Span) {
        self.last_flush = Some(now);
        self.flushed = self.log.collect(mailbox, self.flushed, fresh);
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

    /// One more member; returns the channel and the member's number there.
    pub fn join(&mut self, log: &Log, slot: u32) -> (u32, u32) {
        let key = *self.by_address.entry(log.address()).or_insert_with(|| {
            let flushed = log.watch(self.mailbox.clone(), self.by_key.next_key());
            self.by_key.insert(Channel { log: log.clone(), members: Vec::new(), flushed, last_flush: None })
        });
        let Some(channel) = self.by_key.get_mut(key) else { return (key, 0) };
        channel.members.push(slot);
        (key, channel.members.len() as u32 - 1)
    }

    /// One member less; returns the slot of the one that now has its number.
    pub fn leave(&mut self, key: u32, member: u32) -> Option<u32> {
        let channel = self.by_key.get_mut(key)?;
        channel.members.swap_remove(member as usize);
        let moved = channel.members.get(member as usize).copied();
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

    /// An idle log is flushed now, a busy one when its tick is over.
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
