//! Identifiers: one newtype for each noun. They are UUIDs of version 7, so they sort by creation time.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is not an identifier.
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
            /// Creates a new id. Its timestamp only serves to sort.
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
    PasskeyId,
    /// An invitation into a team.
    InvitationId,
    /// A link by which people enter an experience without a pass.
    InviteId,
    PermitId,
    /// One time of one person on the stage of a stream, or before it.
    ParticipantId,
    SpaceId,
    ExperienceId,
    /// A post of an experience.
    PostId,
    /// A question on the page of a space.
    QuestionId,
    PassId,
    PriceId,
    /// A code that makes passes cheaper.
    PromoId,
    /// A pass that was given to an address.
    CompId,
    /// Somebody's place on the list of those who wait for a pass.
    WaitlistEntryId,
    /// A message to the holders of passes.
    HolderMessageId,
    /// A live event.
    StreamId,
    /// A line that was sent to be shown under the picture.
    CaptionId,
    /// Streams that were planned in one act, week by week.
    SeriesId,
    /// The scope of chat, media and presence. Each stream has one. Their ids differ, except for streams of early releases.
    RoomId,
    PurchaseId,
    SubscriptionId,
    /// A refund that somebody of a team has decided.
    RefundId,
    /// The refunds of a show that was called off.
    ShowRefundId,
    /// What a buyer asked a seller for.
    RefundWishId,
    PayoutId,
    /// One attempt to pay.
    CheckoutId,
    GrantId,
    BanId,
    /// One open page or media session of a person.
    AttendanceId,
    /// A participant's connection to the media plane.
    MediaSessionId,
    /// Another platform's place for the shows of a space.
    DestinationId,
    /// A destination that is switched on for a stream.
    RestreamId,
    JobId,
    /// The client's id of a chat line, chosen by the browser that wrote it.
    ClientId,
    /// An anonymous browser, by cookie; counted in place of an account if nobody is signed in.
    VisitorId,
    /// A clip of a show.
    ClipId,
    /// A file that people download.
    FileId,
    /// What somebody told the operators.
    ReportId,
    SuspensionId,
    /// One request, in all logs about its effects.
    RequestId,
}

impl RoomId {
    /// The room of an experience without streams, which has one room for as long as it exists: of a community the chat, of
    /// the others only who is there. They share their ids.
    pub const fn of_experience(experience: ExperienceId) -> Self {
        Self(experience.0)
    }
    /// Where what a co-host sends is forwarded: a room of media alone.
    pub const fn of_participant(participant: ParticipantId) -> Self {
        Self(participant.0)
    }
}
