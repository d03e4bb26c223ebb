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

proptest! {
    /// Three layers, each with numbers of its own, of which the viewer wants one or another: it sees one endless source.
    #[test]
    fn whichever_layer_is_wanted_the_viewer_sees_one_source(
        starts in proptest::array::uniform3((0..=70_000u64, any::<u32>(), 0..=PICTURE, any::<u8>())),
        wants in proptest::collection::vec((0..3u8, 0..8u8), 1..120),
    ) {
        let (mut rebase, mut at) = (Rebase::new(Kind::Video), Instant::now());
        let mut seen: Vec<(u8, Numbers)> = vec![];
        for (n, (wanted, keys)) in wants.into_iter().enumerate() {
            at += Duration::from_millis(40);
            rebase.want(wanted);
            for (layer, (seq, ts, picture, tl0)) in (0..3u8).zip(starts) {
                let key = n == 0 || keys & (1 << layer) != 0;
                let mut packet = frame(u32::from(layer) + 1, seq + n as u64, ts.wrapping_add(n as u32 * 3600),
                    picture.wrapping_add(n as u16), tl0.wrapping_add(n as u8), key, at);
                packet.layer = layer;
                let before = rebase.layer();
                if let Some(numbers) = rebase.route(&packet) {
                    prop_assert_eq!(rebase.layer(), Some(layer));
                    prop_assert!(before == Some(layer) || key, "a layer begins with a keyframe");
                    prop_assert!(before.is_none() || before == Some(layer) || layer == wanted, "of the wanted one");
                    seen.push((layer, numbers));
                } else {
                    prop_assert_ne!(before, Some(layer));
                    prop_assert!(!(key && layer == wanted), "what is wanted comes with its next keyframe");
                }
            }
        }
        prop_assert_eq!(seen[0].1.seq, FIRST);
        for pair in seen.windows(2) {
            let (last, next) = (pair[0].1, pair[1].1);
            prop_assert_eq!(next.seq, last.seq + 1);
            let passed = next.ts.wrapping_sub(last.ts);
            // The old layer's frame and the new one's keyframe may have been captured together.
            prop_assert!(passed == 3600 || (passed == 90 && pair[0].0 < pair[1].0), "{} ticks", passed);
            prop_assert_eq!(next.picture.unwrap(), (last.picture.unwrap() + 1) & PICTURE);
            prop_assert_eq!(next.tl0.unwrap(), last.tl0.unwrap().wrapping_add(1));
        }
    }
}

#[test]
fn a_layer_is_wanted_once_and_an_earlier_layer_may_come_back() {
    let (mut rebase, at) = (Rebase::new(Kind::Video), Instant::now());
    let frame = |layer: u8, seq, key| {
        let mut packet = frame(u32::from(layer) + 1, seq, 0, 0, 0, key, at);
        packet.layer = layer;
        packet
    };
    assert_eq!(rebase.route(&frame(1, 5, true)).unwrap().seq, FIRST, "the first picture may be of any layer");
    assert!(rebase.want(2) && !rebase.want(2), "a keyframe is needed once");
    assert!(!rebase.want(1), "it still has that one");
    assert!(rebase.want(2));
    assert_eq!(rebase.route(&frame(2, 70, false)), None);
    assert_eq!(rebase.route(&frame(1, 6, false)).unwrap().seq, FIRST + 1, "until then the old one goes on");
    assert_eq!(rebase.route(&frame(2, 71, true)).unwrap().seq, FIRST + 2);
    assert_eq!(rebase.route(&frame(1, 7, true)), None);
    assert!(rebase.want(1));
    assert_eq!(rebase.route(&frame(1, 9, true)).unwrap().seq, FIRST + 3);
    assert_eq!(rebase.route(&frame(1, 8, false)), None, "from before its keyframe");
    assert_eq!(rebase.route(&frame(1, 10, false)).unwrap().seq, FIRST + 4);
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
