//! Which streams the public calendar of a space names.

use crate::{
    catalogue::explore::LATE,
    live::stream::{Stream, StreamState},
    time::{Millis, Span},
};

/// How long a calendar keeps a stream that is over or cancelled. A program that asks once a month still learns of it.
pub const KEPT: Span = Span::days(30);

/// Whether a stream that has a date and has not begun is still announced.
pub fn is_coming(stream: &Stream, now: Millis) -> bool {
    let waits = matches!(stream.state, StreamState::Scheduled | StreamState::Rehearsal);
    waits && stream.scheduled_at.is_some_and(|at| at + LATE > now)
}

/// What is announced for the earliest time, with that time.
pub fn next(streams: &[Stream], now: Millis) -> Option<(&Stream, Millis)> {
    let coming = streams.iter().filter(|stream| is_coming(stream, now));
    coming.filter_map(|stream| Some((stream, stream.scheduled_at?))).min_by_key(|(_, at)| *at)
}

/// Whether a calendar that everybody may read names the stream: what is announced now, and what was announced and is over.
/// `published_at`: since when everybody may see the space.
pub fn names(stream: &Stream, published_at: Option<Millis>, now: Millis) -> bool {
    let Some(at) = stream.scheduled_at else { return false };
    match stream.state {
        StreamState::Scheduled | StreamState::Rehearsal => is_coming(stream, now),
        StreamState::Live | StreamState::Interrupted => true,
        StreamState::Ended => {
            // What ended before that was never announced.
            let public = published_at.zip(stream.ended_at).is_some_and(|(since, ended)| since <= ended);
            public && at + KEPT > now
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::*, live::stream::EndReason};
    use StreamState::*;

    const NOW: Millis = Millis(1_795_867_200_000);

    fn hours(hours: i64) -> Millis {
        NOW + Span::hours(hours)
    }

    fn stream(state: StreamState, at: Option<i64>) -> Stream {
        Stream {
            id: StreamId::new(),
            room: RoomId::new(),
            space: SpaceId::new(),
            experience: ExperienceId::new(),
            series: None,
            title: "Friday session".into(),
            state,
            version: 0,
            scheduled_at: at.map(hours),
            started_at: None,
            grace_until: None,
            empty_since: None,
            ended_at: None,
            end_reason: None,
            peak: 0,
            count_hidden: false,
            recorded: Default::default(),
            clips_by_team: false,
            plane: None,
        }
    }

    #[test]
    fn what_comes_next_has_the_earliest_time_that_is_not_over() {
        let streams = [
            stream(Scheduled, None),
            stream(Scheduled, Some(3)),
            stream(Rehearsal, Some(2)),
            stream(Scheduled, Some(-24)),
            stream(Live, Some(1)),
            stream(Ended, Some(1)),
        ];
        assert_eq!(next(&streams, NOW), Some((&streams[2], hours(2))));
        assert_eq!(next(&streams[..1], NOW), None);
        assert_eq!(next(&streams[3..], NOW), None);
    }

    #[test]
    fn a_calendar_names_what_everybody_could_see() {
        let day = 24;
        for (state, at, ended, published, want) in [
            (Scheduled, Some(2), None, Some(-day), true),
            (Rehearsal, Some(2), None, Some(-day), true),
            (Scheduled, None, None, Some(-day), false),
            (Scheduled, Some(-5), None, Some(-day), true),
            (Scheduled, Some(-6), None, Some(-day), false),
            // Its team looks at the calendar of a space that is not public.
            (Scheduled, Some(2), None, None, true),
            (Live, Some(-7), None, Some(-day), true),
            (Interrupted, Some(-7), None, Some(-day), true),
            (Live, None, None, Some(-day), false),
            (Ended, Some(-3), Some(-2), Some(-day), true),
            (Ended, Some(5), Some(-2), Some(-day), true),
            (Ended, Some(5), Some(-2), Some(-2), true),
            (Ended, Some(5), Some(-2), Some(-1), false),
            (Ended, Some(5), Some(-2), None, false),
            (Ended, Some(-30 * day + 1), Some(-29 * day), Some(-90 * day), true),
            (Ended, Some(-30 * day), Some(-29 * day), Some(-90 * day), false),
        ] {
            let stream = Stream {
                ended_at: ended.map(hours),
                end_reason: ended.map(|_| EndReason::Cancelled),
                ..stream(state, at)
            };
            assert_eq!(
                names(&stream, published.map(hours), NOW),
                want,
                "{state:?} {at:?} {ended:?} {published:?}"
            );
        }
    }
}
