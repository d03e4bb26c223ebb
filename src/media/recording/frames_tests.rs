use super::*;
use crate::{recording::film::packets, test_card::Film};
use domain::live::media::Codec;
use std::time::Duration;

/// What the test card sends in so many seconds.
pub fn card(start: Instant, seconds: u64) -> Vec<TappedPacket> {
    packets(Film::TestCard, start, Duration::from_secs(seconds))
}

fn frames(offset: i64, start: Instant, packets: Vec<TappedPacket>) -> (Vec<RecordedFrame>, u64) {
    let mut frames = Frames::new(offset, start);
    let mut out: Vec<_> = packets.into_iter().flat_map(|packet| frames.push(packet)).collect();
    out.extend(frames.flush());
    (out, frames.lost)
}

#[test]
fn each_frame_comes_once_at_its_moment() {
    let start = Instant::now();
    let (all, lost) = frames(5000, start, card(start, 3));
    let of = |track| all.iter().filter(move |frame| frame.track == track).collect::<Vec<_>>();
    let (video, audio) = (of(TrackKind::Video), of(TrackKind::Audio));
    assert_eq!((video.len(), audio.len(), lost), (75, 150, 0));
    for (n, frame) in video.iter().enumerate() {
        assert_eq!((frame.at, frame.key), (5000 + n as i64 * 40, n % 25 == 0));
    }
    assert!(audio.iter().enumerate().all(|(n, frame)| frame.at == 5000 + n as i64 * 20 && frame.key));
    assert_eq!(codecs::of(Codec::Vp8).unwrap().size(&video[0].data), Some((640, 360)));
}

#[test]
fn after_a_lost_packet_the_video_goes_on_with_a_keyframe() {
    let start = Instant::now();
    let mut packets = card(start, 3);
    // The tenth frame loses a packet.
    let at = packets.iter().position(|p| p.track == TrackKind::Video && p.ts == 9 * 3600).unwrap();
    packets.remove(at);
    let (all, lost) = frames(0, start, packets);
    let video: Vec<i64> =
        all.iter().filter(|frame| frame.track == TrackKind::Video).map(|frame| frame.at).collect();
    let want: Vec<i64> = (0..9).chain(25..75).map(|n| n * 40).collect();
    assert_eq!(video, want);
    assert!(lost > 0);
    assert_eq!(all.iter().filter(|frame| frame.track == TrackKind::Audio).count(), 150, "sound is not cut");
}

#[test]
fn another_publisher_goes_on_at_the_moment_when_it_comes() {
    let start = Instant::now();
    let later = start + Duration::from_secs(20);
    let second = card(later, 1).into_iter().map(|packet| TappedPacket { run: 2, ..packet });
    let packets: Vec<_> = card(start, 1).into_iter().chain(second).collect();
    let (all, _) = frames(0, start, packets);
    let video: Vec<i64> =
        all.iter().filter(|frame| frame.track == TrackKind::Video).map(|frame| frame.at).collect();
    assert_eq!((video.len(), video[24], video[25], video[49]), (50, 960, 20_000, 20_960));
}

#[test]
fn a_clock_that_jumps_is_set_again() {
    let start = Instant::now();
    let jump = |(n, packet): (usize, TappedPacket)| {
        let ts = if n > 100 { packet.ts.wrapping_add(900_000_000) } else { packet.ts };
        TappedPacket { ts, ..packet }
    };
    let packets: Vec<_> = card(start, 2).into_iter().enumerate().map(jump).collect();
    let (all, _) = frames(0, start, packets);
    assert!(all.iter().all(|frame| (0..2000).contains(&frame.at)), "within the two seconds");
}

#[test]
fn frames_before_the_first_keyframe_are_not_lost() {
    let start = Instant::now();
    let whole = card(start, 3);
    let from = whole.iter().position(|packet| packet.track == TrackKind::Video && packet.ts == 3600).unwrap();
    let (all, lost) = frames(0, start, whole[from..].to_vec());
    let video = all.iter().filter(|frame| frame.track == TrackKind::Video).collect::<Vec<_>>();
    assert_eq!((video.len(), video[0].at, video[0].key, lost), (50, 1000, true, 0));
}

#[test]
fn what_was_published_before_a_recording_began_stands_at_its_begin_and_does_not_move_what_follows() {
    let start = Instant::now();
    for offset in [0, 60_000] {
        // Of the first eight seconds there are pictures alone, as the room has kept them.
        let began = start + Duration::from_secs(8);
        let kept = |packet: &TappedPacket| packet.track == TrackKind::Video || packet.at >= began;
        let mut frames = Frames::new(offset, began);
        let packets = card(start, 10).into_iter().filter(kept);
        let all: Vec<_> = packets.flat_map(|packet| frames.push(packet)).collect();
        let of = |track| all.iter().filter(move |frame| frame.track == track);
        let video: Vec<i64> = of(TrackKind::Video).map(|frame| frame.at - offset).collect();
        let first = of(TrackKind::Video).next().unwrap();
        assert!(first.key && video.windows(2).all(|pair| pair[0] < pair[1]), "{video:?}");
        let early: Vec<i64> = (0..200).collect();
        assert_eq!(video[..200], early, "a millisecond each");
        assert_eq!((video[210], video[249]), (400, 1_960), "the others at their moments");
        let audio: Vec<i64> = of(TrackKind::Audio).map(|frame| frame.at - offset).collect();
        assert!(audio.iter().zip(0..).all(|(at, nth)| (at - nth * 20).abs() <= 20), "{audio:?}");
    }
}
