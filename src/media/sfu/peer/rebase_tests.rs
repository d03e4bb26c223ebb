use super::*;
use domain::live::media::Codec;
use proptest::prelude::*;
use std::time::Duration;

/// A frame of one packet with both picture ids in its descriptor.
fn frame(run: u32, seq: u64, ts: u32, picture: u16, tl0: u8, key: bool, at: Instant) -> Packet {
    let [high, low] = (picture & PICTURE).to_be_bytes();
    let payload = [0x90, 0xe0, 0x80 | high, low, tl0, 0, u8::from(!key), 0];
    Packet::new(run, Codec::Vp8, seq, ts, true, at, payload.as_slice().into())
}

/// A publisher's initial numbers and how many frames it sends.
fn a_run() -> impl Strategy<Value = (u64, u32, u16, u8, usize)> {
    (0..=70_000u64, any::<u32>(), 0..=PICTURE, any::<u8>(), 1..40usize)
}

proptest! {
    #[test]
    fn whoever_publishes_the_viewer_sees_one_source(runs in proptest::collection::vec(a_run(), 1..6)) {
        let (mut rebase, mut at) = (Rebase::new(Kind::Video), Instant::now());
        let mut seen: Vec<Numbers> = vec![];
        for (run, (seq, ts, picture, tl0, frames)) in runs.into_iter().enumerate() {
            at += Duration::from_millis(700);
            for i in 0..frames {
                at += Duration::from_millis(40);
                let n = i as u32;
                let packet = frame(run as u32, seq + i as u64, ts.wrapping_add(n * 3600),
                    picture.wrapping_add(n as u16), tl0.wrapping_add(n as u8), i == 0, at);
                seen.extend(rebase.route(&packet));
            }
            // A late packet of the previous run must not be forwarded among the new ones.
            let newest = seen.len();
            if run > 0 {
                let late = frame(run as u32 - 1, 5, 0, 0, 0, false, at);
                prop_assert_eq!(rebase.route(&late), None);
            }
            prop_assert_eq!(seen.len(), newest);
        }
        prop_assert_eq!(seen[0].seq, FIRST);
        for pair in seen.windows(2) {
            prop_assert_eq!(pair[1].seq, pair[0].seq + 1);
            let passed = pair[1].ts.wrapping_sub(pair[0].ts);
            prop_assert!(passed == 3600 || passed == 740 * 90, "{} ticks", passed);
            prop_assert_eq!(pair[1].picture.unwrap(), (pair[0].picture.unwrap() + 1) & PICTURE);
            prop_assert_eq!(pair[1].tl0.unwrap(), pair[0].tl0.unwrap().wrapping_add(1));
        }
    }

    #[test]
    fn order_of_arrival_changes_no_number(order in Just((1..60u64).collect::<Vec<_>>()).prop_shuffle(), base in 0..200_000u64) {
        let (mut rebase, at) = (Rebase::new(Kind::Video), Instant::now());
        let numbers = |rebase: &mut Rebase, n: u64| {
            rebase.route(&frame(1, base + n, n as u32 * 3600, n as u16, n as u8, n == 0, at))
        };
        let first = numbers(&mut rebase, 0).unwrap();
        for n in order {
            let got = numbers(&mut rebase, n).unwrap();
            prop_assert_eq!(got.seq, first.seq + n);
            prop_assert_eq!(got.ts, first.ts.wrapping_add(n as u32 * 3600));
            prop_assert_eq!(got.picture.unwrap(), (first.picture.unwrap() + n as u16) & PICTURE);
        }
    }
}

#[test]
fn a_run_begins_at_a_keyframe_and_not_before_it() {
    let (mut rebase, at) = (Rebase::new(Kind::Video), Instant::now());
    assert_eq!(rebase.route(&frame(1, 10, 0, 0, 0, false, at)), None);
    assert!(rebase.waits());
    assert_eq!(rebase.route(&frame(1, 12, 0, 0, 0, true, at)).unwrap().seq, FIRST);
    assert!(!rebase.waits());
    assert_eq!(rebase.route(&frame(1, 11, 0, 0, 0, false, at)), None, "a late one from before the keyframe");
    assert_eq!(rebase.route(&frame(1, 13, 0, 0, 0, false, at)).unwrap().seq, FIRST + 1);
}

#[test]
fn audio_begins_anywhere_and_keeps_its_clock_over_a_new_publisher() {
    let (mut rebase, start) = (Rebase::new(Kind::Audio), Instant::now());
    let mut route = |run, seq, ts, ms| {
        let at = start + Duration::from_millis(ms);
        rebase.route(&Packet::new(run, Codec::Opus, seq, ts, false, at, [1, 2, 3].as_slice().into())).unwrap()
    };
    let (first, second) = (route(1, 900, 5000, 0), route(2, 7, 99, 1020));
    assert_eq!(second.seq, first.seq + 1);
    assert_eq!(second.ts - first.ts, 1020 * 48);
}
