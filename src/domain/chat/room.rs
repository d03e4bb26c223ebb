//! The chat of one room as data: its journal of visible changes, and the commands to it. [`crate::chat::rules`] has the
//! rules.

pub use crate::chat::modes::{Mode, Modes};
use crate::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    id::*,
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Lines on a page when it loads.
pub const HISTORY: usize = 200;
/// Lines that a room remembers. A ban removes all of these, and a repeated post is recognised among them without the
/// database. At least as many as a page is ever sent again after a gap.
pub const MEMORY: usize = 1000;
/// In characters, after trimming.
pub const LONGEST_LINE: usize = 500;
/// The lines that one person may write in a room within [`RATE_WINDOW`]; moderators and hosts, too.
pub const RATE: usize = 20;
pub const RATE_WINDOW: Span = Span::secs(10);
/// How long a removal may be undone.
pub const UNDO: Span = Span::secs(30);

/// One chat line as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatLine {
    pub author: AccountId,
    pub name: String,
    pub role: Role,
    pub client: ClientId,
    /// Empty after the line was removed.
    pub body: String,
    #[serde(default)]
    pub removed: bool,
}

impl ChatLine {
    /// Whether `body`, as typed, is this line's text. The text of a removed line is gone, so it matches anything.
    pub fn repeats(&self, body: &str) -> bool {
        self.removed || crate::text::clean(body) == self.body
    }
}

/// A visible change of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum RoomChange {
    Said(ChatLine),
    /// The text of these entries disappears from every page; moderators see a tombstone. Targets are lines, and entries
    /// that restored one of them before.
    Removed {
        targets: Vec<u64>,
        by: AccountId,
    },
    Banned(Ban),
    Lifted {
        ban: BanId,
        account: AccountId,
        by: AccountId,
    },
    /// The removal of this line was undone: it is back in full, at its original place. A later removal blanks this
    /// entry, too.
    Restored {
        line: Box<JournalEntry>,
        by: AccountId,
    },
    Modes {
        from: Modes,
        to: Modes,
        by: AccountId,
    },
}

impl RoomChange {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Said(_) => "said",
            Self::Removed { .. } => "removed",
            Self::Banned(_) => "banned",
            Self::Lifted { .. } => "lifted",
            Self::Restored { .. } => "restored",
            Self::Modes { .. } => "modes",
        }
    }
}

/// A journal entry. `seq` starts at 1 and has no gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    pub room: RoomId,
    pub seq: u64,
    pub at: Millis,
    pub change: RoomChange,
}

impl JournalEntry {
    pub const fn line(&self) -> Option<&ChatLine> {
        match &self.change {
            RoomChange::Said(line) => Some(line),
            _ => None,
        }
    }

    /// The same entry after its line was removed: author and time, but no text.
    pub fn blanked(&self) -> Self {
        let mut blank = self.clone();
        match &mut blank.change {
            RoomChange::Said(line) => {
                line.body.clear();
                line.removed = true;
            }
            RoomChange::Restored { line, .. } => **line = line.blanked(),
            _ => {}
        }
        blank
    }
}

/// A removed line with its text, kept while the removal may be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    pub line: Arc<JournalEntry>,
    pub by: AccountId,
    pub at: Millis,
}

impl Removal {
    /// Only the account that removed a line may undo that, for [`UNDO`].
    pub fn may_be_undone_by(&self, account: AccountId, now: Millis) -> bool {
        self.by == account && now - self.at <= UNDO
    }
}

/// The state from which a room starts: after a crash, a restart, or at its first use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecord {
    pub room: RoomId,
    pub space: SpaceId,
    /// The last sequence number used; 0 for a new room.
    pub seq: u64,
    /// The last `Said` and `Restored` entries, as many as requested ([`MEMORY`]), in order; removed ones without text.
    pub lines: Vec<JournalEntry>,
    /// The removals of these lines that may still be undone.
    pub removals: Vec<Removal>,
    pub modes: Modes,
    /// The bans of the space that are in force.
    pub bans: Vec<Ban>,
}

/// Entries that are stored together, with their effects in the same transaction: `Removed` blanks its targets,
/// `Restored` restores its line, `Banned` and `Lifted` write the ban's row, `Modes` the room's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub room: RoomId,
    pub entries: Vec<Arc<JournalEntry>>,
}

/// A request to post a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatPost {
    pub author: AccountId,
    pub name: String,
    pub role: Role,
    /// The same for each repetition; only the first post counts.
    pub client: ClientId,
    /// As typed.
    pub body: String,
}

/// The moderator, and the role that they were admitted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    pub account: AccountId,
    pub role: Role,
}

/// A command of a moderator, or of an author on their own lines. A repeated command changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moderate {
    Remove {
        by: By,
        lines: Vec<u64>,
    },
    /// Undoes one's own removals.
    Restore {
        by: By,
        lines: Vec<u64>,
    },
    /// Lifts a ban of the same kind in the same batch. A [`BanKind::Ban`] removes the person's lines.
    Ban {
        by: By,
        id: BanId,
        account: AccountId,
        name: String,
        /// The role of the person to be banned.
        role: Role,
        kind: BanKind,
        reason: String,
        /// Counted from the decision; `None`: until lifted.
        lasts: Option<Span>,
    },
    Lift {
        by: By,
        ban: BanId,
        /// Also restores what the ban removed, as far as [`Moderate::Restore`] may.
        undo: bool,
    },
    SetMode {
        by: By,
        mode: Mode,
    },
}

impl Moderate {
    pub const fn by(&self) -> By {
        match self {
            Self::Remove { by, .. }
            | Self::Restore { by, .. }
            | Self::Ban { by, .. }
            | Self::Lift { by, .. }
            | Self::SetMode { by, .. } => *by,
        }
    }
}
