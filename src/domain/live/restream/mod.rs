//! Restreams: a show is sent to other platforms, too. A space names its destinations, and a host switches them on for a stream.

mod address;
mod ports;

pub use address::{LONGEST_ADDRESS, RestreamAddress, RestreamAddressError, is_public};
pub use ports::{Progress, RestreamStore, Restreamer};

use crate::{
    id::{AccountId, DestinationId, RestreamId, RoomId, SpaceId, StreamId},
    text::{self, TextError},
    time::{Millis, Span},
};
use std::{collections::BTreeMap, fmt};

/// Destinations of a space. Each that is on costs up to half a core for a show.
pub const MOST_DESTINATIONS: i64 = 5;
/// The name of a destination, in characters.
const NAME: usize = 60;
/// A restream gives up after so many failures in a row.
const TRIES: u32 = 6;
/// The pause after the first failure. Each further one is twice as long.
const FIRST_PAUSE: Span = Span::secs(2);
/// Whoever has sent for so long has not failed in a row.
const STEADY: Span = Span::secs(60);

/// What a destination tells a host's stream by. Whoever has it can send in the host's name, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamKey(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamKeyError {
    #[error("a stream key has 1 to {longest} characters", longest = StreamKey::LONGEST)]
    Length,
    #[error("a stream key has no blanks and no letters beyond ASCII")]
    Characters,
}

impl StreamKey {
    /// In characters.
    pub const LONGEST: usize = 400;
    /// Shorter ones show nothing of themselves.
    const SHOWS_ITS_END: usize = 12;

    /// # Errors
    /// It is empty, too long, or has characters that no platform uses.
    pub fn parse(text: &str) -> Result<Self, StreamKeyError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > Self::LONGEST {
            return Err(StreamKeyError::Length);
        }
        match text.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => Ok(Self(text.to_owned())),
            false => Err(StreamKeyError::Characters),
        }
    }

    /// The key itself, for its row and for the destination. Never for a page or a log.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last characters, by which a host knows it again.
    pub fn end(&self) -> &str {
        if self.0.len() < Self::SHOWS_ITS_END { "" } else { &self.0[self.0.len() - 4..] }
    }
}

impl fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamKey(…)")
    }
}

/// Where the shows of a space can be sent, too, at another platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestreamDestination {
    pub id: DestinationId,
    pub space: SpaceId,
    /// What its team calls it.
    pub name: String,
    pub address: RestreamAddress,
    pub key: StreamKey,
}

/// The name of a destination.
///
/// # Errors
/// It is empty or too long.
pub fn destination_name(text: &str) -> Result<String, TextError> {
    text::line(text, 1..=NAME)
}

/// A destination that is switched on for a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restream {
    pub id: RestreamId,
    pub stream: StreamId,
    pub room: RoomId,
    /// Its show is on air.
    pub on_air: bool,
    /// Who has switched it on. `None`: before that was noted.
    pub by: Option<AccountId>,
    pub destination: RestreamDestination,
}

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestreamFailure {
    /// No picture came: nothing is published, or sound alone.
    NoPicture,
    /// No public host has this name.
    Unknown,
    /// The address is not public.
    Private,
    /// Nobody answers there.
    Unreachable,
    /// It cannot prove that it is who it should be.
    Untrusted,
    /// The destination took no picture: its address or the key is wrong.
    Refused,
    /// The destination ended it.
    Lost,
    /// The destination takes nothing any more.
    Stalled,
    /// The publisher's picture came in another codec or setup than the one that was being sent.
    Changed,
    /// As much is sent as the service may send at a time.
    Full,
    /// As much is sent as one account may send at a time.
    AccountFull,
    /// The program that sends has failed.
    Broken,
}

impl RestreamFailure {
    pub const ALL: [Self; 12] = [
        Self::NoPicture,
        Self::Unknown,
        Self::Private,
        Self::Unreachable,
        Self::Untrusted,
        Self::Refused,
        Self::Lost,
        Self::Stalled,
        Self::Changed,
        Self::Full,
        Self::AccountFull,
        Self::Broken,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::NoPicture => "no_picture",
            Self::Unknown => "unknown",
            Self::Private => "private",
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::Stalled => "stalled",
            Self::Changed => "changed",
            Self::Full => "full",
            Self::AccountFull => "account_full",
            Self::Broken => "broken",
        }
    }
}

/// How a restream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestreamState {
    /// Its show is not on air.
    #[default]
    Off,
    /// It waits for a picture, or for the destination to take it.
    Connecting,
    Sending {
        bits_per_second: u64,
    },
    /// It failed and is tried again.
    Waiting {
        why: RestreamFailure,
        until: Millis,
    },
    GaveUp {
        why: RestreamFailure,
    },
}

impl RestreamState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Connecting => "connecting",
            Self::Sending { .. } => "sending",
            Self::Waiting { .. } => "waiting",
            Self::GaveUp { .. } => "gave up",
        }
    }

    pub const fn failure(self) -> Option<RestreamFailure> {
        match self {
            Self::Waiting { why, .. } | Self::GaveUp { why } => Some(why),
            Self::Off | Self::Connecting | Self::Sending { .. } => None,
        }
    }
}

/// A restream as the studio shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownRestream {
    /// Of its destination.
    pub name: String,
    pub state: RestreamState,
}

/// The restreams of a show on air.
pub type ShownRestreams = BTreeMap<RestreamId, ShownRestream>;

/// A destination beside a stream, for which it may be switched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestreamOutput {
    pub destination: RestreamDestination,
    pub restream: Option<(RestreamId, RestreamState)>,
}

/// The failures of a restream in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FailedTries(u32);

impl FailedTries {
    /// Counts a failure. `sent`: for how long something was sent before it. Returns the pause before the next try; `None` to give
    /// up.
    pub fn fail(&mut self, sent: Span) -> Option<Span> {
        if sent >= STEADY {
            self.0 = 0;
        }
        self.0 += 1;
        (self.0 < TRIES).then(|| Span(FIRST_PAUSE.0 << (self.0 - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_whole_and_never_printed() {
        let key = StreamKey::parse(" live_123?a=b&c=d#9876 ").unwrap();
        assert_eq!((key.expose(), key.end()), ("live_123?a=b&c=d#9876", "9876"));
        assert_eq!(format!("{key:?}"), "StreamKey(…)");
        assert_eq!(StreamKey::parse("short").unwrap().end(), "");
        let long = "k".repeat(StreamKey::LONGEST + 1);
        for (text, why) in [
            ("", StreamKeyError::Length),
            ("  ", StreamKeyError::Length),
            (long.as_str(), StreamKeyError::Length),
            ("two words", StreamKeyError::Characters),
            ("line\nrtmp_app=x", StreamKeyError::Characters),
            ("schlüssel", StreamKeyError::Characters),
        ] {
            assert_eq!(StreamKey::parse(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_restream_is_tried_again_with_longer_pauses_and_gives_up() {
        let mut tries = FailedTries::default();
        let pauses: Vec<_> = (0..7).map(|_| tries.fail(Span(0)).map(|pause| pause.0 / 1000)).collect();
        assert_eq!(pauses, [Some(2), Some(4), Some(8), Some(16), Some(32), None, None]);
        assert_eq!(tries.fail(Span::secs(59)), None);
        assert_eq!(tries.fail(Span::secs(60)), Some(Span::secs(2)), "it had worked");
        assert_eq!(tries.fail(Span::secs(3)), Some(Span::secs(4)));
    }

    #[test]
    fn each_failure_has_a_code_of_its_own() {
        let mut codes = RestreamFailure::ALL.map(RestreamFailure::code).to_vec();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RestreamFailure::ALL.len());
    }
}
