//! The chat of one room: its journal of visible changes, and the rules of speaking and moderating.

use crate::{access::Role, id::*, moderation::Ban, time::Millis};
use serde::{Deserialize, Serialize};

/// Lines kept in a room's memory, and shown to one who comes.
pub const HISTORY: usize = 200;
/// Characters of a line, after trimming.
pub const LONGEST_LINE: usize = 500;
/// One person may say this many lines in [`RATE_WINDOW`] in a room; moderators and hosts, too.
pub const RATE: usize = 20;
pub const RATE_WINDOW: crate::time::Span = crate::time::Span::secs(10);

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

/// A visible change of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    Said(Line),
    /// These lines are gone from every page; moderators see a tombstone.
    Removed { targets: Vec<u64>, by: AccountId },
    Banned(Ban),
    Lifted { ban: BanId, account: AccountId, by: AccountId },
    /// Seconds between two messages of one person; 0 is off.
    SlowMode { seconds: i64, by: AccountId },
}

impl Change {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Said(_) => "said",
            Self::Removed { .. } => "removed",
            Self::Banned(_) => "banned",
            Self::Lifted { .. } => "lifted",
            Self::SlowMode { .. } => "slow_mode",
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modes {
    /// Seconds; 0 is off.
    pub slow_mode: i64,
}

/// What a room is rebuilt from: after a crash, a restart, or its first use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecord {
    pub room: RoomId,
    pub space: SpaceId,
    /// The last number used; 0 for a new room.
    pub seq: u64,
    /// The last [`HISTORY`] `Said` entries, removed ones without their words.
    pub lines: Vec<Entry>,
    pub modes: Modes,
    /// Those of the space that are in force.
    pub bans: Vec<Ban>,
}

/// Entries that are stored together, with what must be true in the same transaction: `Removed` blanks its targets, `Banned`
/// and `Lifted` write the ban's row, `SlowMode` the room's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub room: RoomId,
    pub entries: Vec<Entry>,
}
