//! Whose open pages and media end, and why.

use crate::id::*;

/// Why a page, a media session or a feed of somebody ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EjectReason {
    Banned,
    GrantEnded,
    SignedOut,
    Unpublished,
    StreamEnded,
    /// What the pass opens was changed.
    PassChanged,
}

/// Whose attendances are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EjectTarget {
    /// Of this person in this space.
    Account(SpaceId, AccountId),
    /// Of this person in one room.
    InRoom(RoomId, AccountId),
    Session(SessionId),
    Grant(GrantId),
    /// Everybody but the team.
    Space(SpaceId),
}
