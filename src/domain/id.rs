//! Identifiers: one newtype a noun, uuid v7 inside, so that ids sort by the time they were made.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// What was given is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct BadId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new one; the clock in it only serves to sort.
            pub fn new() -> Self { Self(Uuid::now_v7()) }
        }
        impl Default for $name {
            fn default() -> Self { Self::new() }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.simple().fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", stringify!($name), self.0.simple()) }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> { Uuid::try_parse(text).map(Self).map_err(|_| BadId) }
        }
    )*};
}

ids! {
    AccountId,
    /// A signed-in browser.
    SessionId,
    TeamId,
    SpaceId,
    ExperienceId,
    PassId,
    /// A live event. Its chat and media scope, the room, shares the id.
    StreamId,
    PurchaseId,
    /// One attempt to pay.
    CheckoutId,
    GrantId,
    BanId,
    /// One open page of one person, or one media session of theirs.
    AttendanceId,
    /// A participant's connection to the media plane.
    MediaSessionId,
    JobId,
    /// A chat line's own name, chosen by the browser that wrote it.
    ClientId,
    /// An anonymous browser, by cookie: what is counted where nobody is signed in.
    VisitorId,
    /// One request, in all logs about what it caused.
    RequestId,
}

/// The chat and media scope of a stream; shares its id.
pub type RoomId = StreamId;
