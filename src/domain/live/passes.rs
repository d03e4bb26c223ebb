//! Media planes that browsers speak to by themselves: which one a stream is on, the passes into it, and its signed events.

use crate::{clock::BoxFuture, id::*, money::payments::WebhookRefusal, secret::SharedSecret, time::Span};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where the media of a stream runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plane {
    /// In this process. Browsers and encoders send it an offer.
    #[default]
    Embedded,
    /// On a LiveKit server. Browsers get a pass and speak to it by themselves.
    LiveKit,
}

impl Plane {
    pub const ALL: [Self; 2] = [Self::Embedded, Self::LiveKit];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::LiveKit => "livekit",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plane| plane.code() == code)
    }
}

/// As whom a pass lets its holder in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaRole {
    /// `replace`: the room's present publisher, if there is one, ends.
    Publisher {
        replace: bool,
    },
    Viewer,
}

/// Lets one browser into one room once. It carries no right to send or receive: the plane gives that when its holder has arrived
/// and the session has not ended.
#[derive(Clone, Debug)]
pub struct MediaPass {
    pub session: MediaSessionId,
    /// Where the browser connects to.
    pub url: String,
    pub token: SharedSecret,
}

/// How long after it was made a pass lets somebody in.
pub const PASS_LASTS: Span = Span::minutes(10);

/// What an encoder speaks to an outside plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IngestKind {
    Whip,
    Rtmp,
}

impl IngestKind {
    pub const ALL: [Self; 2] = [Self::Whip, Self::Rtmp];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Whip => "whip",
            Self::Rtmp => "rtmp",
        }
    }
    pub fn name(self) -> &'static str {
        match self {
            Self::Whip => "WHIP",
            Self::Rtmp => "RTMP",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Whose encoder it is, and with which version of the stream's keys it was let in. Another version makes it void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IngestOwner {
    pub stream: StreamId,
    pub kind: IngestKind,
    pub version: i64,
}

/// Where an encoder sends to. Whoever has the key sends as the host.
#[derive(Clone)]
pub struct Ingest {
    /// The plane's name for it.
    pub id: String,
    pub owner: IngestOwner,
    pub room: RoomId,
    pub url: String,
    pub key: String,
}

impl fmt::Debug for Ingest {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingest").field("id", &self.id).field("owner", &self.owner).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// The plane answers, and takes no encoders.
    #[error("the media plane takes no encoders")]
    NoIngest,
    #[error("the media plane is down")]
    Down,
}

/// How encoders reach an outside plane. It lets them in by keys of its own.
pub trait OutsideIngest: Send + Sync {
    /// Of one room, or all that were opened.
    fn list(&self, room: Option<RoomId>) -> BoxFuture<'_, Result<Vec<Ingest>, IngestError>>;
    fn open(&self, room: RoomId, owner: IngestOwner) -> BoxFuture<'_, Result<Ingest, IngestError>>;
    /// Its key is void from now on, and whoever sends with it ends. Succeeds if it is closed already.
    fn close<'a>(&'a self, ingest: &'a Ingest) -> BoxFuture<'a, Result<(), IngestError>>;
    /// The session of the encoder that is in the room.
    fn encoder(&self, room: RoomId) -> Option<MediaSessionId>;
}

/// A verified event of an outside plane: a hint to look at a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaHook {
    pub id: String,
    pub kind: String,
    /// `None` if it concerns no room of ours.
    pub room: Option<RoomId>,
}

impl MediaHook {
    /// Whether it is stored. Rooms begin and end with shows; who comes and goes is too much to keep.
    pub fn is_kept(&self) -> bool {
        matches!(self.kind.as_str(), "room_started" | "room_finished")
    }
}

/// The signed events of an outside plane.
pub trait MediaHooks: Send + Sync {
    /// Checks the signature, against the machine's own clock, and that the event has not come before.
    ///
    /// # Errors
    /// It is unsigned, wrongly signed, more than five minutes old, or came before.
    fn verify(&self, payload: &str, authorization: &str) -> Result<MediaHook, WebhookRefusal>;
    /// Compares the room with what it should be, and says what has changed as events of the plane. Returns at once.
    fn look(&self, room: RoomId);
    /// # Errors
    /// In words, what is wrong with the plane or its settings.
    fn check(&self) -> BoxFuture<'_, Result<(), String>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_found_by_its_code_and_nothing_else_is() {
        for plane in Plane::ALL {
            assert_eq!(Plane::from_code(plane.code()), Some(plane));
        }
        assert_eq!(Plane::from_code("LiveKit"), None);
        assert_eq!(Plane::from_code(""), None);
    }

    #[test]
    fn no_key_of_an_encoder_is_printed() {
        let owner = IngestOwner { stream: StreamId::new(), kind: IngestKind::Rtmp, version: 3 };
        let ingest = Ingest {
            id: "IN_1".into(),
            owner,
            room: RoomId::new(),
            url: "rtmp://live".into(),
            key: "sesame".into(),
        };
        let printed = format!("{ingest:?}");
        assert!(printed.contains("IN_1") && !printed.contains("sesame"), "{printed}");
        for kind in IngestKind::ALL {
            assert_eq!(IngestKind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(IngestKind::from_code("srt"), None);
    }

    #[test]
    fn only_what_begins_and_ends_with_a_show_is_kept() {
        let kept = |kind: &str| MediaHook { id: "EV_1".into(), kind: kind.into(), room: None }.is_kept();
        assert!(kept("room_started") && kept("room_finished"));
        assert!(!kept("participant_joined") && !kept("track_published") && !kept(""));
    }
}
