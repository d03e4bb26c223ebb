//! A live event and its states, as one atomic value: scheduled → rehearsal → live ⇄ interrupted → ended.

use crate::{id::*, time::{Millis, Span}};
use serde::{Deserialize, Serialize};

/// How long an interrupted stream waits for its host (Owncast waits five minutes, too).
pub const GRACE: Span = Span::minutes(5);
/// No stream is longer than this.
pub const LONGEST: Span = Span::hours(8);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamState {
    Scheduled,
    Rehearsal,
    Live,
    /// The publisher is gone; the room waits until `grace_until`.
    Interrupted,
    Ended,
}

impl StreamState {
    pub const ALL: [Self; 5] = [Self::Scheduled, Self::Rehearsal, Self::Live, Self::Interrupted, Self::Ended];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Rehearsal => "rehearsal",
            Self::Live => "live",
            Self::Interrupted => "interrupted",
            Self::Ended => "ended",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
    /// Viewers may have media.
    pub const fn on_air(self) -> bool {
        matches!(self, Self::Live | Self::Interrupted)
    }
}

/// Why a stream is over; written once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    Host,
    /// The host did not come back within the grace.
    HostGone,
    TooLong,
}

impl EndReason {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::HostGone => "host_gone",
            Self::TooLong => "too_long",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Host, Self::HostGone, Self::TooLong].into_iter().find(|r| r.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    pub id: StreamId,
    pub space: SpaceId,
    pub experience: ExperienceId,
    pub title: String,
    pub state: StreamState,
    /// Grows by one with each change of the row; a change names the version it is made from.
    pub version: i64,
    pub scheduled_at: Option<Millis>,
    pub started_at: Option<Millis>,
    pub grace_until: Option<Millis>,
    pub ended_at: Option<Millis>,
    pub end_reason: Option<EndReason>,
    /// The most people seen at once.
    pub peak: i64,
}

/// A new row in place of version `from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamChange {
    pub from: i64,
    pub to: Stream,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamCommand {
    /// The host asks.
    Rehearse,
    GoLive,
    End,
    /// The media plane says.
    PublisherUp,
    PublisherDown,
    /// A deadline may have come.
    Look,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    #[error("a stream that is {} cannot become {}", from.code(), to.code())]
    Illegal { from: StreamState, to: StreamState },
    #[error("nothing is being published yet: start your camera, screen or encoder first")]
    NoPublisher,
}

/// Decides a move. `Ok(None)`: nothing changes. `publishing`: a publisher's packets flow at this moment.
pub fn decide(s: &Stream, command: StreamCommand, publishing: bool, now: Millis) -> Result<Option<StreamChange>, StreamError> {
    use StreamCommand::*;
    use StreamState::*;
    let illegal = |to| Err(StreamError::Illegal { from: s.state, to });
    let to = |state| Ok(Some(change(s, state, now)));
    match (command, s.state) {
        (Rehearse, Scheduled) | (PublisherUp, Scheduled) => to(Rehearsal),
        (Rehearse, _) => illegal(Rehearsal),
        (GoLive, Rehearsal) if publishing => to(Live),
        (GoLive, Scheduled | Rehearsal) => Err(StreamError::NoPublisher),
        (GoLive, _) => illegal(Live),
        (End, Live | Interrupted) => Ok(Some(ended(s, EndReason::Host, now))),
        (End, _) => illegal(Ended),
        (PublisherUp, Interrupted) => to(Live),
        (PublisherDown, Live) => to(Interrupted),
        (PublisherDown, Rehearsal) => to(Scheduled),
        (PublisherUp | PublisherDown, _) => Ok(None),
        (Look, Live | Interrupted) => Ok(overdue(s, now)),
        (Look, _) => Ok(None),
    }
}

/// When [`StreamCommand::Look`] has something to do, if ever: data that outlives the actor.
pub fn next_deadline(s: &Stream) -> Option<Millis> {
    let longest = s.state.on_air().then_some(s.started_at).flatten().map(|t| t + LONGEST);
    let grace = (s.state == StreamState::Interrupted).then_some(s.grace_until).flatten();
    [longest, grace].into_iter().flatten().min()
}

fn overdue(s: &Stream, now: Millis) -> Option<StreamChange> {
    let grace_over = s.state == StreamState::Interrupted && s.grace_until.is_some_and(|t| t <= now);
    if grace_over {
        return Some(ended(s, EndReason::HostGone, now));
    }
    s.started_at.is_some_and(|t| t + LONGEST <= now).then(|| ended(s, EndReason::TooLong, now))
}

fn change(s: &Stream, state: StreamState, now: Millis) -> StreamChange {
    let mut to = Stream { state, version: s.version + 1, ..s.clone() };
    to.grace_until = (state == StreamState::Interrupted).then(|| now + GRACE);
    if state == StreamState::Live && to.started_at.is_none() {
        to.started_at = Some(now);
    }
    StreamChange { from: s.version, to }
}

fn ended(s: &Stream, reason: EndReason, now: Millis) -> StreamChange {
    let mut over = change(s, StreamState::Ended, now);
    over.to.ended_at = Some(now);
    over.to.end_reason = Some(reason);
    over
}
