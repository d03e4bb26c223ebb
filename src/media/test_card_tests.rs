use super::*;
use crate::codec::begins_keyframe;
use str0m::rtp::Vp8Descriptor;

/// The packets that the card sends in this many seconds when it is polled at its due times.
fn play(seconds: u64) -> Vec<CardPacket> {
    let start = Instant::now();
    let (mut card, mut packets) = (Card::new(Film::TestCard, start), vec![]);
    while card.due() < start + Duration::from_secs(seconds) {
        let now = card.due();
        packets.extend(std::iter::from_fn(|| card.next(now)));
    }
    packets
}

#[test]
fn each_film_is_whole_and_both_its_parts_are_ten_seconds() {
    for (film, seconds) in [(Film::TestCard, 1), (Film::Wheel, 1), (Film::Line, 2)] {
        let reel = film.reel();
        let frames = match &reel.pictures {
            Pictures::Vp8(frames) => frames.len(),
            Pictures::H264(frames) => frames.len(),
        };
        assert_eq!(FRAME * frames as u32, Duration::from_secs(10), "{film:?}");
        assert_eq!(SOUND * reel.sounds.len() as u32, Duration::from_secs(10), "{film:?}");
        for number in 0..frames as u64 {
            let payloads = reel.pictures.payloads(number);
            let key = begins_keyframe(film.codec(), &payloads[0]);
            assert_eq!(key, number.is_multiple_of(25 * seconds), "{film:?}: frame {number}");
        }
        // The table-of-contents byte of an Opus packet: the upper five bits give the mode and 20 ms, the lower two a
        // single frame.
        for sound in &reel.sounds {
            let (config, frames) = (sound[0] >> 3, sound[0] & 3);
            let is_20_ms = matches!(config, 1 | 5 | 9 | 13 | 15 | 19 | 23 | 27 | 31);
            assert!(is_20_ms && frames == 0, "{film:?}: toc {:#x}", sound[0]);
        }
    }
    assert_ne!(Film::TestCard.reel().pictures.payloads(0), Film::Wheel.reel().pictures.payloads(0));
}

#[test]
fn numbers_and_times_go_on_over_the_loop() {
    let packets = play(25);
    let video: Vec<_> = packets.iter().filter(|packet| packet.codec == Codec::Vp8).collect();
    let audio: Vec<_> = packets.iter().filter(|packet| packet.codec == Codec::Opus).collect();
    assert_eq!((video.iter().filter(|packet| packet.marker).count(), audio.len()), (625, 1250));
    for pair in video.windows(2) {
        let pictures =
            [pair[0], pair[1]].map(|p| Vp8Descriptor::parse(&p.payload).unwrap().picture_id().unwrap());
        let step = u32::from(pair[0].marker);
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        assert_eq!(pair[1].ts, pair[0].ts + step * 3600);
        assert_eq!(u32::from(pictures[1]), u32::from(pictures[0]) + step);
        assert_eq!(pair[1].at - pair[0].at, FRAME * step);
    }
    for pair in audio.windows(2) {
        assert_eq!((pair[1].seq, pair[1].ts), (pair[0].seq + 1, pair[0].ts + 960));
    }
}

#[test]
fn a_machine_that_slept_does_not_send_what_it_missed() {
    let start = Instant::now();
    let mut card = Card::new(Film::TestCard, start);
    let sent = |card: &mut Card, now| {
        let frames = std::iter::from_fn(|| card.next(now)).filter(|packet| packet.marker);
        frames.map(|packet| packet.ts / 3600).collect::<Vec<_>>()
    };
    assert_eq!(sent(&mut card, start), [0]);
    let woken = start + Duration::from_secs(3600);
    let late = sent(&mut card, woken);
    assert!(late.len() <= 26 && late[0] == 1, "{} frames at once", late.len());
    assert_eq!(sent(&mut card, woken + FRAME).len(), 1);
}
