//! A live event and its states, as one atomic value: scheduled → rehearsal → live ⇄ interrupted → ended.

use crate::{
    id::*,
    live::{passes::Plane, recording::Recorded},
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};

/// How long an interrupted stream waits for its host (Owncast also waits five minutes).
pub const GRACE: Span = Span::minutes(5);
/// The longest a stream can last.
pub const LONGEST: Span = Span::hours(8);
/// How long a stream goes on without anybody who watches.
pub const EMPTY: Span = Span::hours(1);

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
    /// Whether viewers may receive media.
    pub const fn on_air(self) -> bool {
        matches!(self, Self::Live | Self::Interrupted)
    }
}

/// Why a stream has ended; written once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    Host,
    /// The host did not return within the grace period.
    HostGone,
    TooLong,
    /// Nobody has watched for [`EMPTY`].
    Empty,
    /// Cancelled before it went live, or called off with the money of its buyers going back.
    Cancelled,
    /// Operators suspended its space.
    Suspended,
}

impl EndReason {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::HostGone => "host_gone",
            Self::TooLong => "too_long",
            Self::Empty => "empty",
            Self::Cancelled => "cancelled",
            Self::Suspended => "suspended",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Host, Self::HostGone, Self::TooLong, Self::Empty, Self::Cancelled, Self::Suspended];
        all.into_iter().find(|r| r.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    pub id: StreamId,
    /// Its chat, media and presence.
    pub room: RoomId,
    pub space: SpaceId,
    pub experience: ExperienceId,
    /// Planned together with others, week by week.
    pub series: Option<SeriesId>,
    pub title: String,
    pub state: StreamState,
    /// Grows by one with each change of the row; a change names the version that it is based on.
    pub version: i64,
    pub scheduled_at: Option<Millis>,
    pub started_at: Option<Millis>,
    pub grace_until: Option<Millis>,
    /// Since when nobody has watched it; `None` while somebody does, and off air.
    pub empty_since: Option<Millis>,
    pub ended_at: Option<Millis>,
    pub end_reason: Option<EndReason>,
    /// The most people present at once.
    pub peak: i64,
    /// Whether only the team sees how many people are present.
    pub count_hidden: bool,
    pub recorded: Recorded,
    /// Whether only the team makes clips of it.
    pub clips_by_team: bool,
    /// What its host chose; `None`: as the service is set up.
    pub plane: Option<Plane>,
}

/// Fewer people than this are not counted in public.
const FEWEST_TOLD: usize = 3;

impl Stream {
    /// Whether a reader sees how many people are present.
    pub const fn tells_count(&self, team: bool) -> bool {
        team || !self.count_hidden
    }

    /// How many people outside are told to be present: none where so few are that it says who is not.
    pub fn public_count(&self, people: usize) -> Option<usize> {
        (self.tells_count(false) && people >= FEWEST_TOLD).then_some(people)
    }

    /// It has not been live and has not ended.
    pub const fn may_be_cancelled(&self) -> bool {
        matches!(self.state, StreamState::Scheduled | StreamState::Rehearsal) && self.started_at.is_none()
    }

    /// It was never on air, and nobody is publishing. The store also keeps a stream whose chat has lines.
    pub const fn may_be_deleted(&self) -> bool {
        matches!(self.state, StreamState::Scheduled | StreamState::Ended) && self.started_at.is_none()
    }
}

/// A new row to replace version `from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamChange {
    pub from: i64,
    pub to: Stream,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamCommand {
    /// The host requests it.
    Rehearse,
    GoLive,
    End,
    /// The team cancels it before it was on air.
    Cancel,
    /// The team calls it off in whatever state it is, because its buyers get their money back.
    CallOff,
    /// Operators suspended its space. What is planned stays.
    Suspend,
    /// The media plane reports it.
    PublisherUp,
    PublisherDown,
    /// A deadline may have passed.
    Look,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    #[error("{}", illegal_words(*from, *to))]
    Illegal { from: StreamState, to: StreamState },
    #[error("Nothing is being published yet: start your camera, screen or encoder first.")]
    NoPublisher,
}

fn illegal_words(from: StreamState, to: StreamState) -> String {
    if from == to {
        return format!("This stream is in the state “{}” already.", to.code());
    }
    format!("A stream in the state “{}” cannot change to “{}”.", from.code(), to.code())
}

/// Decides a transition. `Ok(None)`: nothing changes. `publishing`: a publisher's packets are flowing.
pub fn decide(
    s: &Stream,
    command: StreamCommand,
    publishing: bool,
    now: Millis,
) -> Result<Option<StreamChange>, StreamError> {
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
        (Cancel, Scheduled | Rehearsal) => Ok(Some(ended(s, EndReason::Cancelled, now))),
        (Cancel, _) => illegal(Ended),
        (CallOff, Ended) => illegal(Ended),
        (CallOff, _) => Ok(Some(ended(s, EndReason::Cancelled, now))),
        (Suspend, Live | Interrupted) => Ok(Some(ended(s, EndReason::Suspended, now))),
        (Suspend, _) => Ok(None),
        (PublisherUp, Interrupted) => to(Live),
        (PublisherDown, Live) => to(Interrupted),
        (PublisherDown, Rehearsal) => to(Scheduled),
        (PublisherUp | PublisherDown, _) => Ok(None),
        (Look, Live | Interrupted) => Ok(overdue(s, now)),
        (Look, _) => Ok(None),
    }
}

/// The command that follows from a check of the media plane. `flows`: whether a publisher's packets flow; `flowed`:
/// whether they did at the last check.
pub fn follow(state: StreamState, flowed: bool, flows: bool) -> Option<StreamCommand> {
    match (flows, state) {
        (true, _) => Some(StreamCommand::PublisherUp),
        // Even without an earlier check: the process may have started while the stream was on air.
        (false, StreamState::Live) => Some(StreamCommand::PublisherDown),
        // A host may rehearse before the camera is on, so only a publisher that leaves counts.
        (false, _) => flowed.then_some(StreamCommand::PublisherDown),
    }
}

/// When [`StreamCommand::Look`] next has something to do: stored data, so it outlives the actor.
pub fn next_deadline(s: &Stream) -> Option<Millis> {
    let longest = s.state.on_air().then_some(s.started_at).flatten().map(|t| t + LONGEST);
    let grace = (s.state == StreamState::Interrupted).then_some(s.grace_until).flatten();
    let empty = s.empty_since.filter(|_| s.state.on_air()).map(|t| t + EMPTY);
    [longest, grace, empty].into_iter().flatten().min()
}

/// Since when nobody watches a stream in which there are so many people now. It is noted before each decision.
pub fn empty_since(s: &Stream, people: usize, now: Millis) -> Option<Millis> {
    (s.state.on_air() && people == 0).then(|| s.empty_since.unwrap_or(now))
}

fn overdue(s: &Stream, now: Millis) -> Option<StreamChange> {
    let grace_over = s.state == StreamState::Interrupted && s.grace_until.is_some_and(|t| t <= now);
    if grace_over {
        return Some(ended(s, EndReason::HostGone, now));
    }
    if s.started_at.is_some_and(|t| t + LONGEST <= now) {
        return Some(ended(s, EndReason::TooLong, now));
    }
    s.empty_since.is_some_and(|t| t + EMPTY <= now).then(|| ended(s, EndReason::Empty, now))
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
    over.to.empty_since = None;
    over.to.end_reason = Some(reason);
    over
}

#[cfg(test)]
mod tests {
    use super::{StreamCommand::*, StreamState::*, *};

    const NOW: Millis = Millis(1_000_000_000);
    const COMMANDS: [StreamCommand; 9] =
        [Rehearse, GoLive, End, Cancel, CallOff, Suspend, PublisherUp, PublisherDown, Look];

    fn stream(state: StreamState) -> Stream {
        Stream {
            id: StreamId::new(),
            room: RoomId::new(),
            space: SpaceId::new(),
            experience: ExperienceId::new(),
            series: None,
            title: "Friday session".into(),
            state,
            version: 7,
            scheduled_at: None,
            started_at: state.on_air().then_some(NOW),
            grace_until: (state == Interrupted).then(|| NOW + GRACE),
            empty_since: None,
            ended_at: (state == Ended).then_some(NOW),
            end_reason: (state == Ended).then_some(EndReason::Host),
            peak: 3,
            count_hidden: false,
            recorded: Default::default(),
            clips_by_team: false,
            plane: None,
        }
    }

    #[test]
    fn a_handful_of_people_is_not_told_outside_and_a_hidden_count_never() {
        let shown = stream(Live);
        let hidden = Stream { count_hidden: true, ..stream(Live) };
        for (people, told) in [(0, None), (2, None), (3, Some(3)), (1284, Some(1284))] {
            assert_eq!(shown.public_count(people), told);
            assert_eq!(hidden.public_count(people), None);
        }
    }

    /// Written by hand: every state with every command, with and without a publisher.
    #[test]
    fn every_move_is_in_the_table() {
        let refused = |to| move |from| Err(StreamError::Illegal { from, to });
        let stays = |_| Ok(None);
        let to = |state| move |_| Ok(Some(state));
        type Want<'a> = &'a dyn Fn(StreamState) -> Result<Option<StreamState>, StreamError>;
        let no_publisher = |_| Err(StreamError::NoPublisher);
        let table: [(StreamCommand, bool, [Want<'_>; 5]); 10] = [
            //                        scheduled          rehearsal           live                interrupted         ended
            (
                Rehearse,
                true,
                [
                    &to(Rehearsal),
                    &refused(Rehearsal),
                    &refused(Rehearsal),
                    &refused(Rehearsal),
                    &refused(Rehearsal),
                ],
            ),
            (GoLive, true, [&no_publisher, &to(Live), &refused(Live), &refused(Live), &refused(Live)]),
            (GoLive, false, [&no_publisher, &no_publisher, &refused(Live), &refused(Live), &refused(Live)]),
            (End, true, [&refused(Ended), &refused(Ended), &to(Ended), &to(Ended), &refused(Ended)]),
            (Cancel, true, [&to(Ended), &to(Ended), &refused(Ended), &refused(Ended), &refused(Ended)]),
            (CallOff, true, [&to(Ended), &to(Ended), &to(Ended), &to(Ended), &refused(Ended)]),
            (Suspend, true, [&stays, &stays, &to(Ended), &to(Ended), &stays]),
            (PublisherUp, true, [&to(Rehearsal), &stays, &stays, &to(Live), &stays]),
            (PublisherDown, false, [&stays, &to(Scheduled), &to(Interrupted), &stays, &stays]),
            (Look, true, [&stays, &stays, &stays, &stays, &stays]),
        ];
        for (command, publishing, row) in table {
            for (from, want) in StreamState::ALL.into_iter().zip(row) {
                let got =
                    decide(&stream(from), command, publishing, NOW).map(|change| change.map(|c| c.to.state));
                assert_eq!(
                    got,
                    want(from),
                    "{command:?} of a {} stream, publishing: {publishing}",
                    from.code()
                );
            }
        }
    }

    #[test]
    fn a_live_stream_without_packets_is_noticed_even_by_one_who_never_saw_them() {
        assert_eq!(follow(Live, false, false), Some(PublisherDown));
        assert_eq!(follow(Rehearsal, true, false), Some(PublisherDown));
        assert_eq!(follow(Rehearsal, false, false), None);
        assert!(StreamState::ALL.iter().all(|state| follow(*state, false, true) == Some(PublisherUp)));
    }

    #[test]
    fn a_change_names_its_version_and_keeps_the_rest() {
        let before = stream(Live);
        let change = decide(&before, PublisherDown, false, NOW).unwrap().unwrap();
        let after = Stream { state: Interrupted, version: 8, grace_until: Some(NOW + GRACE), ..before };
        assert_eq!(change, StreamChange { from: 7, to: after });
    }

    #[test]
    fn the_grace_ends_it_to_the_millisecond_and_coming_back_saves_it() {
        let waiting = stream(Interrupted);
        let at = next_deadline(&waiting).unwrap();
        assert_eq!(at, NOW + GRACE);
        assert_eq!(decide(&waiting, Look, false, at + Span(-1)), Ok(None));
        let over = decide(&waiting, Look, false, at).unwrap().unwrap().to;
        assert_eq!(
            (over.state, over.end_reason, over.ended_at),
            (Ended, Some(EndReason::HostGone), Some(at))
        );
        let back = decide(&waiting, PublisherUp, true, at + Span(-1)).unwrap().unwrap().to;
        assert_eq!((back.state, back.grace_until, back.started_at), (Live, None, Some(NOW)));
    }

    #[test]
    fn what_is_called_off_says_so_and_never_began() {
        let over = decide(&stream(Scheduled), Cancel, false, NOW).unwrap().unwrap().to;
        assert_eq!((over.state, over.end_reason, over.started_at), (Ended, Some(EndReason::Cancelled), None));
        assert_eq!(EndReason::from_code("cancelled"), Some(EndReason::Cancelled));
        for state in StreamState::ALL {
            assert_eq!(
                stream(state).may_be_cancelled(),
                decide(&stream(state), Cancel, true, NOW).is_ok(),
                "{state:?}"
            );
        }
    }

    #[test]
    fn what_is_called_off_on_air_is_cancelled_too() {
        for state in [Scheduled, Rehearsal, Live, Interrupted] {
            let over = decide(&stream(state), CallOff, true, NOW).unwrap().unwrap().to;
            assert_eq!((over.state, over.end_reason), (Ended, Some(EndReason::Cancelled)), "{state:?}");
        }
    }

    #[test]
    fn no_stream_is_longer_than_eight_hours() {
        let live = stream(Live);
        let at = next_deadline(&live).unwrap();
        assert_eq!(at, NOW + LONGEST);
        let over = decide(&live, Look, true, at).unwrap().unwrap().to;
        assert_eq!((over.state, over.end_reason), (Ended, Some(EndReason::TooLong)));
    }

    #[test]
    fn a_stream_that_nobody_watches_ends_after_an_hour_and_one_who_comes_saves_it() {
        let live = stream(Live);
        let at = |minutes| NOW + Span::minutes(minutes);
        for (state, since, people, want) in [
            (Live, None, 0, Some(at(9))),
            (Live, Some(at(2)), 0, Some(at(2))),
            (Interrupted, Some(at(2)), 0, Some(at(2))),
            (Live, Some(at(2)), 1, None),
            (Rehearsal, None, 0, None),
            (Ended, Some(at(2)), 0, None),
        ] {
            let seen = Stream { empty_since: since, ..stream(state) };
            assert_eq!(empty_since(&seen, people, at(9)), want, "{state:?} {since:?} {people}");
        }
        let empty = Stream { empty_since: Some(at(2)), ..live };
        let due = next_deadline(&empty).unwrap();
        assert_eq!(due, at(62));
        assert_eq!(decide(&empty, Look, true, due + Span(-1)), Ok(None));
        let over = decide(&empty, Look, true, due).unwrap().unwrap().to;
        assert_eq!((over.state, over.end_reason, over.empty_since), (Ended, Some(EndReason::Empty), None));
        let watched = Stream { empty_since: None, ..empty };
        assert_eq!(decide(&watched, Look, true, due), Ok(None));
    }

    /// Random walks: versions grow by one, the first start is kept, the end is final, and a passed deadline always
    /// changes something.
    #[test]
    fn walks_keep_the_promises_of_the_row() {
        for seed in 1..500_u64 {
            let (mut s, mut now, mut random) = (stream(Scheduled), NOW, seed);
            for _ in 0..60 {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let command = COMMANDS[(random >> 33) as usize % COMMANDS.len()];
                now = now + Span((random >> 40) as i64 % 400_000);
                let Ok(Some(change)) = decide(&s, command, (random >> 60) % 2 == 0, now) else { continue };
                assert_eq!((change.from, change.to.version), (s.version, s.version + 1));
                assert_ne!(s.state, Ended, "nothing changes after the end");
                assert!(s.started_at.is_none() || change.to.started_at == s.started_at);
                assert_eq!(change.to.grace_until.is_some(), change.to.state == Interrupted);
                assert_eq!(change.to.ended_at.is_some(), change.to.state == Ended);
                assert_eq!(change.to.end_reason.is_some(), change.to.state == Ended);
                s = change.to;
            }
            if let Some(at) = next_deadline(&s) {
                assert!(matches!(decide(&s, Look, false, at.max(now)), Ok(Some(_))), "seed {seed}: {s:?}");
            }
        }
    }
}
