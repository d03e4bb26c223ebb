//! Clips: spans of a recording with a title. Nothing of it is copied: a clip is played from the segments of its recording, is seen by
//! whoever may watch that, and goes with it.

use super::{REWIND, Recording, Segment};
use crate::{
    id::{AccountId, ClipId, SpaceId, StreamId},
    text::{self, TextError},
    time::{Millis, Span},
};
use std::ops::Range;

/// How long a clip is.
pub const SHORTEST: Span = Span::secs(5);
pub const LONGEST: Span = Span::secs(90);
/// What pages offer while a show is on air, in seconds.
pub const OFFERED: [i64; 3] = [30, 60, 90];
/// Clips of one stream.
pub const MOST: i64 = 200;
/// Clips of one stream that one account makes within [`OFTEN`].
pub const MOST_OFTEN: i64 = 10;
pub const OFTEN: Span = Span::hours(1);
/// The title of a clip, in characters.
const TITLE: usize = 120;
/// What is published is kept within this time: a segment of ten seconds at most, what it waits for, and the way to the object store. So
/// a clip is complete this long after its last moment, whatever was published.
const KEPT_WITHIN: Span = Span::secs(30);
/// How far before a moment its keyframe is looked for. Encoders that nobody has set up send one each ten seconds, and few that somebody
/// has set up leave them further apart.
pub const LEAD: Span = Span::secs(60);

/// A clip, and who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clip {
    pub id: ClipId,
    pub stream: StreamId,
    pub space: SpaceId,
    pub maker: AccountId,
    /// The name of the maker.
    pub by: String,
    pub title: String,
    /// First and last moment, in milliseconds of the recording.
    pub begins: Span,
    pub until: Span,
    pub created_at: Millis,
}

impl Clip {
    pub fn length(&self) -> Span {
        Span(self.until.0 - self.begins.0)
    }

    /// Whether all that it shows is kept, so that it can be played.
    pub fn is_whole(&self, recording: &Recording, now: Millis) -> bool {
        recording.is_ready()
            || recording.length >= self.until
            || recording.began_at + Span(self.until.0 + KEPT_WITHIN.0) <= now
    }

    pub fn may_be_removed(&self, by: AccountId, moderates: bool) -> bool {
        moderates || self.maker == by
    }
}

/// What a clip is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClipWish {
    /// What was on air until now, for so long.
    Last(Span),
    /// These moments of the recording.
    Part { begins: Span, until: Span },
}

/// Why no clip is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClipRefused {
    #[error("only the team makes clips of this show")]
    Team,
    #[error("nothing was recorded then")]
    NotRecorded,
    #[error("the recording is not that long")]
    Outside,
    #[error("a clip has at least {} seconds", SHORTEST.ceil_secs())]
    Short,
    #[error("a clip has at most {} seconds", LONGEST.ceil_secs())]
    Long,
    #[error("this show has {MOST} clips")]
    Full,
    #[error("{MOST_OFTEN} clips of this show within an hour")]
    Often,
}

/// The moments that a clip shows. While the show is on air, the recording may lack the last of them.
///
/// # Errors
/// Nothing was recorded at these moments, or they are too few or too many.
pub fn moments(wish: ClipWish, recording: &Recording, now: Millis) -> Result<Range<Span>, ClipRefused> {
    let end = if recording.is_ready() { recording.length } else { recording.moment(now) };
    let (begins, until) = match wish {
        ClipWish::Last(length) if length < SHORTEST => return Err(ClipRefused::Short),
        ClipWish::Last(length) => (Span(end.0.saturating_sub(length.0).max(0)), end),
        // Pages say whole seconds: the last one of a recording has begun only.
        ClipWish::Part { begins, until } if until.0.saturating_sub(end.0) < 1000 => {
            (begins, Span(until.0.min(end.0)))
        }
        ClipWish::Part { begins, until } => (begins, until),
    };
    let length = Span(until.0.saturating_sub(begins.0));
    match () {
        () if begins.0 < 0 || until > end => Err(ClipRefused::Outside),
        // Before there is a replay, nobody goes back further by clips than without them.
        () if !recording.is_ready() && begins.0 < end.0 - REWIND.0 => Err(ClipRefused::Outside),
        () if length < SHORTEST => Err(ClipRefused::Short),
        () if length > LONGEST => Err(ClipRefused::Long),
        // It was stopped, or nobody has published for long.
        () if Span(recording.length.0 + KEPT_WITHIN.0) < begins => Err(ClipRefused::NotRecorded),
        () => Ok(begins..until),
    }
}

/// The segments that are played for a moment and what follows it: from the keyframe before it on. `segments`: in order, from [`LEAD`]
/// before the moment on.
pub fn played_from(segments: &[Segment], moment: Span) -> &[Segment] {
    let Some(first) = segments.iter().position(|segment| segment.until > moment) else { return &[] };
    let keyed = segments[..=first].iter().rposition(|segment| segment.keyed);
    // Sound alone needs no picture before it.
    &segments[keyed.unwrap_or(first)..]
}

/// The title of a clip; `None` if nothing was written.
///
/// # Errors
/// It is too long, or nothing of it can be seen.
pub fn clip_title(text: &str) -> Result<Option<String>, TextError> {
    if text.trim().is_empty() { Ok(None) } else { text::line(text, 1..=TITLE).map(Some) }
}

/// A moment as players show it: `1:02:03`, `2:03` or `123`. `None` if it is none.
pub fn moment(text: &str) -> Option<Span> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let number = |part: &&str| {
        let digits = (1..=5).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten()
    };
    let numbers = parts.iter().map(number).collect::<Option<Vec<i64>>>()?;
    let (first, rest) = numbers.split_first()?;
    if rest.len() > 2 || rest.iter().any(|part| *part > 59) {
        return None;
    }
    Some(Span::secs(rest.iter().fold(*first, |seconds, part| seconds * 60 + part)))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{RecordingState, tests::recording as ready},
        *,
    };
    use proptest::prelude::*;

    fn recording(state: RecordingState, length: i64) -> Recording {
        Recording { state, length: Span::secs(length), expires_at: None, ..ready() }
    }

    fn at(seconds: i64) -> Millis {
        Millis(1_000_000) + Span::secs(seconds)
    }

    fn part(begins: i64, until: i64) -> ClipWish {
        ClipWish::Part { begins: Span::secs(begins), until: Span::secs(until) }
    }

    #[test]
    fn a_clip_shows_the_last_seconds_or_a_part() {
        let last = |seconds| ClipWish::Last(Span::secs(seconds));
        let (live, ready) = (recording(RecordingState::Recording, 96), recording(RecordingState::Ready, 96));
        for (wish, recording, now, want) in [
            (last(30), &live, 100, Ok((70, 100))),
            (last(90), &live, 60, Ok((0, 60))),
            (last(90), &live, 4, Err(ClipRefused::Short)),
            (last(3), &live, 100, Err(ClipRefused::Short)),
            (last(91), &live, 100, Err(ClipRefused::Long)),
            (last(30), &live, 157, Err(ClipRefused::NotRecorded)),
            (last(30), &live, 150, Ok((120, 150))),
            // The show is over.
            (last(30), &ready, 5000, Ok((66, 96))),
            (part(10, 20), &live, 100, Ok((10, 20))),
            (part(11, 21), &live, 311, Ok((11, 21))),
            (part(10, 20), &live, 311, Err(ClipRefused::Outside)),
            (part(10, 101), &live, 100, Err(ClipRefused::Outside)),
            (part(90, 97), &ready, 5000, Err(ClipRefused::Outside)),
            (part(20, 10), &ready, 5000, Err(ClipRefused::Short)),
            (part(1, 92), &ready, 5000, Err(ClipRefused::Long)),
            (part(-5, 10), &ready, 5000, Err(ClipRefused::Outside)),
            (part(2, 92), &ready, 5000, Ok((2, 92))),
        ] {
            let found = moments(wish, recording, at(now));
            let want = want.map(|(begins, until)| Span::secs(begins)..Span::secs(until));
            assert_eq!(found, want, "{wish:?} at {now}");
        }
        let uneven = Recording { length: Span(95_400), ..ready };
        assert_eq!(moments(part(66, 96), &uneven, at(5000)), Ok(Span::secs(66)..Span(95_400)));
        assert_eq!(moments(part(66, 97), &uneven, at(5000)), Err(ClipRefused::Outside));
    }

    #[test]
    fn a_clip_is_whole_with_its_last_segment_and_after_half_a_minute_in_any_case() {
        let clip = Clip {
            id: ClipId::new(),
            stream: StreamId::new(),
            space: SpaceId::new(),
            maker: AccountId::new(),
            by: "Ann".into(),
            title: "The throw".into(),
            begins: Span::secs(60),
            until: Span::secs(90),
            created_at: at(90),
        };
        assert_eq!(clip.length(), Span::secs(30));
        let live = |length| recording(RecordingState::Recording, length);
        for (recording, now, whole) in [
            (live(86), 95, false),
            (live(90), 95, true),
            (live(86), 119, false),
            (live(86), 120, true),
            (recording(RecordingState::Ready, 86), 95, true),
        ] {
            assert_eq!(clip.is_whole(&recording, at(now)), whole, "{:?} at {now}", recording.length);
        }
        assert!(clip.may_be_removed(clip.maker, false) && clip.may_be_removed(AccountId::new(), true));
        assert!(!clip.may_be_removed(AccountId::new(), false));
    }

    /// Segments of four seconds: the second at which each begins, in order, and whether it is keyed.
    fn segments(list: &[(i64, bool)]) -> Vec<Segment> {
        let segment = |(number, (begins, keyed)): (usize, &(i64, bool))| Segment {
            number: number as i64,
            begins: Span::secs(*begins),
            until: Span::secs(begins + 4),
            keyed: *keyed,
            position: number as i64 * 100,
            bytes: 100,
        };
        list.iter().enumerate().map(segment).collect()
    }

    #[test]
    fn a_clip_is_played_from_the_keyframe_before_it() {
        for (list, moment, first) in [
            (&[(0, true), (4, true), (8, true)][..], 5, Some(1)),
            (&[(0, true), (4, true), (8, true)], 4, Some(1)),
            (&[(0, true), (4, false), (8, true)], 5, Some(0)),
            // In a gap: what was published next, if a picture begins there.
            (&[(0, true), (20, true)], 10, Some(1)),
            (&[(0, true), (20, false)], 10, Some(0)),
            // Sound alone.
            (&[(0, false), (4, false)], 5, Some(1)),
            (&[(0, true)], 4, None),
            (&[], 4, None),
        ] {
            let all = segments(list);
            let played = played_from(&all, Span::secs(moment));
            assert_eq!(played.first().map(|segment| segment.number), first, "{list:?} from {moment}");
        }
    }

    #[test]
    fn moments_are_read_as_players_show_them() {
        for (text, seconds) in [
            ("123", Some(123)),
            ("2:03", Some(123)),
            (" 1:02:03 ", Some(3723)),
            ("0:00", Some(0)),
            ("90:00", Some(5400)),
            ("2:60", None),
            ("1:2:3:4", None),
            ("-5", None),
            ("1.5", None),
            ("", None),
            (":30", None),
            ("999999", None),
        ] {
            assert_eq!(moment(text), seconds.map(Span::secs), "{text}");
        }
    }

    #[test]
    fn a_clip_without_a_title_takes_that_of_its_show() {
        assert_eq!(clip_title("  "), Ok(None));
        assert_eq!(clip_title(" The throw "), Ok(Some("The throw".into())));
        assert!(clip_title(&"x".repeat(121)).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_wished_a_clip_lies_within_its_recording(
            begins in -100_i64..1000, until in -100_i64..1000, last in -10_i64..200, now in 0_i64..2000, length in 0_i64..600, ready in proptest::bool::ANY,
        ) {
            let state = if ready { RecordingState::Ready } else { RecordingState::Recording };
            let recording = recording(state, length.min(now));
            let end = Span::secs(if ready { length.min(now) } else { now });
            for wish in [part(begins, until), ClipWish::Last(Span::secs(last))] {
                if let Ok(found) = moments(wish, &recording, at(now)) {
                    let clip = Span(found.end.0 - found.start.0);
                    prop_assert!(clip >= SHORTEST && clip <= LONGEST && found.start.0 >= 0);
                    prop_assert!(found.end <= end);
                }
            }
        }
    }
}
