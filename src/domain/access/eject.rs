//! Ejections: whose open pages and media are ended, and why.

use crate::id::*;

/// Why a page, a feed or a media session is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EjectReason {
    Banned,
    GrantEnded,
    /// The free minutes are over.
    PreviewEnded,
    /// A bank decides about a dispute of its payment.
    GrantSuspended,
    /// Its person watches on another device now.
    Moved,
    SignedOut,
    Unpublished,
    StreamEnded,
    StreamDeleted,
    /// An operator is no longer one.
    RoleLost,
    /// The pass, the passphrase or the invitation was changed and no longer opens it.
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
    /// What is open by this grant in one browser.
    Device(GrantId, SessionId),
    /// Everybody but the team.
    Space(SpaceId),
    /// Everybody, the team included.
    WholeSpace(SpaceId),
}
