//! The last lines of a room; removed ones have no text.

use crate::{
    chat::room::{JournalEntry, RoomChange},
    id::AccountId,
};
use std::{collections::VecDeque, sync::Arc};

/// The newest lines of one room, in order, up to a fixed number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    lines: VecDeque<Arc<JournalEntry>>,
    bound: usize,
}

impl History {
    pub fn new(bound: usize, entries: impl IntoIterator<Item = Arc<JournalEntry>>) -> Self {
        let mut history = Self { lines: VecDeque::new(), bound };
        for entry in entries {
            history.note(&entry);
        }
        history
    }

    /// Applies one journal entry. Returns the line that was dropped to make room.
    pub fn note(&mut self, entry: &Arc<JournalEntry>) -> Option<Arc<JournalEntry>> {
        match &entry.change {
            RoomChange::Said(_) => self.lines.push_back(Arc::clone(entry)),
            RoomChange::Removed { targets, .. } => targets.iter().for_each(|seq| self.blank(*seq)),
            RoomChange::Restored { line, .. } => self.put_back(line),
            RoomChange::Banned(_) | RoomChange::Lifted { .. } | RoomChange::Modes { .. } => {}
        }
        if self.lines.len() > self.bound { self.lines.pop_front() } else { None }
    }

    pub fn get(&self, seq: u64) -> Option<&Arc<JournalEntry>> {
        self.lines.get(self.find(seq)?)
    }

    /// The newest `count`, oldest first.
    pub fn newest(&self, count: usize) -> impl DoubleEndedIterator<Item = &Arc<JournalEntry>> {
        self.lines.range(self.lines.len().saturating_sub(count)..)
    }

    /// The sequence numbers of a person's lines that are still visible.
    pub fn visible_of(&self, author: AccountId) -> Vec<u64> {
        let visible = |entry: &&Arc<JournalEntry>| {
            entry.line().is_some_and(|line| line.author == author && !line.removed)
        };
        self.lines.iter().filter(visible).map(|entry| entry.seq).collect()
    }

    fn blank(&mut self, seq: u64) {
        if let Some(index) = self.find(seq) {
            self.lines[index] = Arc::new(self.lines[index].blanked());
        }
    }

    /// Restores a line, unless it was removed again since or is no longer remembered.
    fn put_back(&mut self, line: &JournalEntry) {
        let removed = line.line().is_none_or(|line| line.removed);
        if let Some(index) = self.find(line.seq).filter(|_| !removed) {
            self.lines[index] = Arc::new(line.clone());
        }
    }

    fn find(&self, seq: u64) -> Option<usize> {
        self.lines.binary_search_by_key(&seq, |entry| entry.seq).ok()
    }
}
