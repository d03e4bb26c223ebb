//! The chat of one room as data: its journal of visible changes, and what may be asked of it. The rules stand in
//! [`crate::chat::rules`].

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

/// Lines shown to one who comes.
pub const HISTORY: usize = 200;
/// Lines that a room remembers: a ban removes all of these, and a repeated post is known by them without the database. No
/// less than a page is ever sent again after a gap.
pub const MEMORY: usize = 1000;
/// Characters of a line, after trimming.
pub const LONGEST_LINE: usize = 500;
/// One person may say this many lines in [`RATE_WINDOW`] in a room; moderators and hosts, too.
pub const RATE: usize = 20;
pub const RATE_WINDOW: Span = Span::secs(10);
/// How long a removal may be undone.
pub const UNDO: Span = Span::secs(30);

/// One chat line as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub author: AccountId,
    pub name: String,
    pub role: Role,
    pub client: ClientId,
    /// Empty once the line was removed.
    pub body: String,
    #[serde(default)]
    pub removed: bool,
}

impl Line {
    /// Whether `body`, as it was typed, is what this line says. The words of a removed line are gone, so it says anything.
    pub fn repeats(&self, body: &str) -> bool {
        self.removed || crate::text::clean(body) == self.body
    }
}

/// A visible change of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    Said(Line),
    /// The words of these entries are gone from every page; moderators see a tombstone. Targets are lines, and the entries that
    /// restored one of them before.
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
    /// The removal of this line was undone: it is back in full, at its old place. A later removal blanks this entry, too.
    Restored {
        line: Box<Entry>,
        by: AccountId,
    },
    Modes {
        from: Modes,
        to: Modes,
        by: AccountId,
    },
}

impl Change {
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

/// A journal entry. `seq` begins at 1 and has no gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub room: RoomId,
    pub seq: u64,
    pub at: Millis,
    pub change: Change,
}

impl Entry {
    pub const fn line(&self) -> Option<&Line> {
        match &self.change {
            Change::Said(line) => Some(line),
            _ => None,
        }
    }

    /// The same entry after its line was removed: who and when, but no words.
    pub fn blanked(&self) -> Self {
        let mut blank = self.clone();
        match &mut blank.change {
            Change::Said(line) => {
                line.body.clear();
                line.removed = true;
            }
            Change::Restored { line, .. } => **line = line.blanked(),
            _ => {}
        }
        blank
    }
}

/// A line that was removed, with its words: kept while the removal may be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    pub line: Arc<Entry>,
    pub by: AccountId,
    pub at: Millis,
}

impl Removal {
    /// Only whoever removed a line may undo that, for [`UNDO`].
    pub fn may_be_undone_by(&self, account: AccountId, now: Millis) -> bool {
        self.by == account && now - self.at <= UNDO
    }
}

/// What a room is rebuilt from: after a crash, a restart, or its first use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecord {
    pub room: RoomId,
    pub space: SpaceId,
    /// The last number used; 0 for a new room.
    pub seq: u64,
    /// The last `Said` and `Restored` entries, as many as were asked for ([`MEMORY`]), in order; removed ones without their words.
    pub lines: Vec<Entry>,
    /// Those of the lines whose removal may still be undone.
    pub removals: Vec<Removal>,
    pub modes: Modes,
    /// Those of the space that are in force.
    pub bans: Vec<Ban>,
}

/// Entries that are stored together, with what must be true in the same transaction: `Removed` blanks its targets, `Restored`
/// fills its line again, `Banned` and `Lifted` write the ban's row, `Modes` the room's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub room: RoomId,
    pub entries: Vec<Arc<Entry>>,
}

/// One person says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub author: AccountId,
    pub name: String,
    pub role: Role,
    /// The same one with each repetition: the first post is the one that counts.
    pub client: ClientId,
    /// As it was typed.
    pub body: String,
}

/// Who moderates, and as what they were admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    pub account: AccountId,
    pub role: Role,
}

/// A moderator acts, or an author on an own line. Each is one change, however often it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moderate {
    Remove {
        by: By,
        lines: Vec<u64>,
    },
    /// Undoes own removals.
    Restore {
        by: By,
        lines: Vec<u64>,
    },
    /// One of the same kind that holds already is lifted in the same batch. A [`BanKind::Ban`] removes the person's lines.
    Ban {
        by: By,
        id: BanId,
        account: AccountId,
        name: String,
        /// Of the one to be banned.
        role: Role,
        kind: BanKind,
        reason: String,
        /// Counted from the decision; `None`: until lifted.
        lasts: Option<Span>,
    },
    Lift {
        by: By,
        ban: BanId,
        /// Also undoes what the ban removed, as far as [`Moderate::Restore`] may.
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
