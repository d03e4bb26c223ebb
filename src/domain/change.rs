//! Changes that other parts of the server must know about after a commit.
//!
//! A use case names its changes when it commits. Each is stored as a row of `changes` in the same transaction and then
//! published on the [`Bus`]. Every holder of derived state (a cache, an open page, a media session) reacts to it.

use crate::id::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The name or the rights of an account.
    Account { account: AccountId },
    /// Another version of the terms.
    Terms { version: i64 },
    /// Another version of the text on refunds.
    Refunds { version: i64 },
    /// A session was signed out or revoked.
    SessionEnded { session: SessionId },
    /// A session ended because its account was suspended.
    SessionClosed { session: SessionId },
    /// The texts or the offer of a space.
    Space { space: SpaceId },
    /// A space is no longer public.
    SpaceClosed { space: SpaceId },
    /// Operators suspended a space: nobody may be in it, its team included.
    SpaceSuspended { space: SpaceId },
    /// The terms of a pass: its price, what it opens, whether it is sold.
    Pass { space: SpaceId, pass: PassId },
    /// How many of a pass are left: some were taken, held or given back.
    Stock { space: SpaceId, pass: PassId },
    /// Who waits for a pass: somebody came, was decided, got an offer or left.
    Waitlist { space: SpaceId, pass: PassId },
    /// A person may no longer enter one room of a space.
    RoomAccessLost { space: SpaceId, account: AccountId, room: RoomId },
    /// The posts of an experience.
    Posts { space: SpaceId, experience: ExperienceId },
    /// A stream and its room were deleted.
    StreamDeleted { space: SpaceId, stream: StreamId, room: RoomId },
    /// What one person may do in a space: a grant, a mute or a lifted ban.
    Access { space: SpaceId, account: AccountId },
    /// A person joined or left the team of a space, or has another role in it.
    Team { space: SpaceId, account: AccountId },
    /// The keys of encoders of a space, or of one of its rooms, are void: who knew them may not publish any more, nor is anything sent
    /// where only they wanted it.
    KeysRenewed { space: SpaceId, room: Option<RoomId> },
    /// A person was banned from a space.
    Banned { space: SpaceId, account: AccountId },
    /// Lines of a room were rewritten where they stood: a name was taken out.
    RoomRewritten { room: RoomId },
    /// A bank decides about a dispute of what was paid for a grant: it lets nobody in until then.
    GrantSuspended { space: SpaceId, account: AccountId, grant: GrantId },
    /// A person moved to another device: this one may not use the pass any more.
    DeviceMoved { space: SpaceId, account: AccountId, grant: GrantId, session: SessionId },
    /// A grant has expired or was revoked.
    GrantEnded { space: SpaceId, account: AccountId, grant: GrantId },
}

/// Delivers changes to all listeners: in process today, between nodes later.
pub trait Bus: Send + Sync {
    /// Calls every listener before it returns.
    fn publish(&self, change: &Change);
    /// Registers a listener for everything published from now on. It must not block.
    fn listen(&self, listener: Box<dyn Fn(&Change) + Send + Sync>);
}

/// The spaces whose keys of encoders are void. What is published with one ends by their changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "encoders go on until it is published"]
pub struct RenewedKeys(BTreeSet<SpaceId>);

impl RenewedKeys {
    pub fn changes(&self) -> impl Iterator<Item = Change> {
        self.0.iter().map(|space| Change::KeysRenewed { space: *space, room: None })
    }
}

impl FromIterator<SpaceId> for RenewedKeys {
    fn from_iter<I: IntoIterator<Item = SpaceId>>(spaces: I) -> Self {
        Self(spaces.into_iter().collect())
    }
}
