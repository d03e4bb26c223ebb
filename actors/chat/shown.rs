//! What the pages of a room show: only what was stored.

use domain::chat::{
    history::History,
    room::{HISTORY, JournalEntry, Modes, RoomChange, RoomRecord},
};
use std::sync::Arc;

/// The last lines and modes that were stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatSnapshot {
    pub seq: u64,
    /// The last [`HISTORY`] lines; removed ones have no text.
    pub lines: Vec<Arc<JournalEntry>>,
    pub modes: Modes,
}

/// Follows the journal. All readers between two changes share one snapshot.
pub(crate) struct Shown {
    seq: u64,
    history: History,
    modes: Modes,
    ready: Option<Arc<ChatSnapshot>>,
}

impl Shown {
    pub fn new(record: &RoomRecord) -> Self {
        let history = History::new(HISTORY, record.lines.iter().cloned().map(Arc::new));
        Self { seq: record.seq, history, modes: record.modes, ready: None }
    }

    pub fn note(&mut self, entry: &Arc<JournalEntry>) {
        self.seq = entry.seq;
        self.history.note(entry);
        if let RoomChange::Modes { to, .. } = entry.change {
            self.modes = to;
        }
        self.ready = None;
    }

    pub fn snapshot(&mut self) -> Arc<ChatSnapshot> {
        let Self { seq, history, modes, ready } = self;
        let make = || {
            Arc::new(ChatSnapshot {
                seq: *seq,
                lines: history.newest(HISTORY).cloned().collect(),
                modes: *modes,
            })
        };
        Arc::clone(ready.get_or_insert_with(make))
    }
}
