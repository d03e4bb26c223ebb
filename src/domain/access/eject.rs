//! Ejections: whose open pages and media are ended, and why.

use crate::id::*;

/// Why a page, a feed or a media session is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EjectReason {
    Banned,
    GrantEnded,
    SignedOut,
    Unpublished,
    StreamEnded,
    StreamDeleted,
    /// An operator is no longer one.
    RoleLost,
    /// The pass was changed and no longer opens it.
    PassChanged,
    /// The account was suspended.
    AccountSuspended,
    SpaceSuspended,
    /// Joined or left the team of the space, or has another role in it.
    TeamChanged,
}

/// Whose attendances are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EjectTarget {
    /// This person, in this space.
    Account(SpaceId, AccountId),
    /// Everybody in this room.
    Room(RoomId),
    /// This person, in one room.
    InRoom(RoomId, AccountId),
    Session(SessionId),
    /// The operators' pages of this account.
    Operator(AccountId),
    Grant(GrantId),
    /// Everybody but the team.
    Space(SpaceId),
    /// Everybody, the team included.
    WholeSpace(SpaceId),
}
