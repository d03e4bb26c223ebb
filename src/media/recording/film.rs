//! A built-in film as a recorder would have kept it, made at once.

use super::{
    container::Container,
    frames::{Frames, RecordedFrame},
    tap::{TappedPacket, TrackKind},
};
use crate::test_card::{Card, Film};
use domain::live::media::Codec;
use std::time::{Duration, Instant};

/// A segment is one round of the film, which begins with a keyframe, and is longer than those of recorders.
const ROUND: Duration = Duration::from_secs(10);
/// Milliseconds of a cluster; each begins with a keyframe.
const CLUSTER: i64 = 2_000;

/// What a film sends from a time on.
pub(super) fn packets(film: Film, start: Instant, length: Duration) -> Vec<TappedPacket> {
    let (mut card, mut packets) = (Card::new(film, start), vec![]);
    while card.due() < start + length {
        let now = card.due();
        while let Some(next) = card.next(now) {
            let track = if next.codec == Codec::Opus { TrackKind::Audio } else { TrackKind::Video };
            let crate::test_card::CardPacket { codec, seq, ts, marker, at, payload } = next;
            let pictures = Some(film.codec());
            packets.push(TappedPacket { track, codec, pictures, run: 1, seq, ts, marker, at, payload });
        }
    }
    packets
}

/// The segments of a recording of so many rounds of ten seconds.
pub fn recorded_film(film: Film, rounds: u32) -> Vec<Vec<u8>> {
    let start = Instant::now();
    let mut frames = Frames::new(0, start);
    let mut all: Vec<_> =
        packets(film, start, ROUND * rounds).into_iter().flat_map(|packet| frames.push(packet)).collect();
    all.extend(frames.flush());
    all.sort_by_key(|frame| (frame.at, frame.track == TrackKind::Audio));
    let (round, container) = (ROUND.as_millis() as i64, Container::of(film.codec()));
    let cluster = |frames: &[RecordedFrame]| container.cluster(frames[0].at, frames);
    let segments = all.chunk_by(|one, next| one.at / round == next.at / round);
    segments.map(|segment| segment.chunk_by(in_one_cluster).flat_map(cluster).collect()).collect()
}

fn in_one_cluster(one: &RecordedFrame, next: &RecordedFrame) -> bool {
    one.at / CLUSTER == next.at / CLUSTER
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::facts;

    #[test]
    fn a_recorded_film_has_whole_segments_that_begin_with_a_picture_and_follow_each_other() {
        for film in [Film::Wheel, Film::TestCard, Film::Line] {
            let segments = recorded_film(film, 3);
            assert_eq!(segments.len(), 3);
            for (round, bytes) in segments.iter().enumerate() {
                let facts = facts(film.codec(), bytes).expect("clusters");
                let begin = round as i64 * 10_000;
                assert_eq!((facts.begins, facts.until, facts.bytes), (begin, begin + 9_980, bytes.len()));
                assert!(facts.key && facts.size == Some((640, 360)) && facts.frames == 750, "{facts:?}");
            }
        }
    }
}
