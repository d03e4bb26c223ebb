use super::*;
use proptest::prelude::*;

/// By `ffmpeg -c:v libx264 -profile:v baseline -s 1280x720`.
const SPS: &[u8] = &[
    0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe8, 0x40, 0x00, 0x00, 0x03, 0x00, 0x40, 0x00, 0x00,
    0x0c, 0x83, 0xc6, 0x0c, 0xa8,
];
const PPS: &[u8] = &[0x68, 0xce, 0x0f, 0xc8];
/// The first slice of a keyframe, a later one, and one of another frame.
const KEY: &[u8] = &[0x65, 0x88, 1];
const LATER: &[u8] = &[0x65, 0x22, 2];
const OTHER: &[u8] = &[0x41, 0x9a, 3];
/// By `ffmpeg -c:v libaom-av1 -s 320x180`, without its length.
const AV1_SEQUENCE: &[u8] = &[0x08, 0x00, 0x00, 0x00, 0x04, 0x3c, 0xfe, 0xcc, 0xda, 0xf9, 0x00, 0x40];

fn units_of(units: &[&[u8]]) -> Vec<u8> {
    let mut frame = vec![];
    units.iter().for_each(|unit| units::push(&mut frame, &[unit]).unwrap());
    frame
}

/// A frame from its packets.
fn put_together(codec: Codec, payloads: &[&[u8]]) -> Option<Vec<u8>> {
    let (codec, mut frame) = (of(codec).unwrap(), vec![]);
    payloads.iter().try_for_each(|payload| codec.add(&mut frame, payload))?;
    codec.finish(frame)
}

#[test]
fn h264_comes_single_together_and_in_fragments() {
    let both = [&[0x78, 0, 22][..], SPS, &[0, 4], PPS].concat();
    let whole = units_of(&[SPS, PPS, KEY]);
    for (what, payloads, frame) in [
        ("one by one", vec![SPS, PPS, KEY], Some(whole.clone())),
        ("parameters together", vec![&both, KEY], Some(whole.clone())),
        ("in fragments", vec![&both, &[0x7c, 0x85, 0x88], &[0x7c, 0x45, 1]], Some(whole)),
        ("the begin of a fragment is missing", vec![&[0x7c, 0x45, 1]], None),
        ("parameters alone", vec![&both], None),
        ("an aggregate of nothing", vec![&[0x78], KEY], None),
        ("an aggregate that is cut", vec![&both[..10], KEY], None),
        ("another mode", vec![&[0x79, 0, 0, 0, 3, 0x65, 0x88, 1]], None),
        ("nothing", vec![&[]], None),
    ] {
        assert_eq!(put_together(Codec::H264, &payloads), frame, "{what}");
    }
}

#[test]
fn a_keyframe_of_h264_has_its_parameters_and_its_begin() {
    let h264 = of(Codec::H264).unwrap();
    for (units, key) in [
        (&[SPS, PPS, KEY][..], true),
        (&[&[0x09, 0xf0], SPS, PPS, &[0x06, 5], KEY, LATER], true),
        (&[KEY], false),
        (&[SPS, KEY], false),
        (&[SPS, PPS, LATER], false),
        (&[SPS, PPS, OTHER], false),
        (&[SPS, PPS], false),
        (&[], false),
    ] {
        let frame = units_of(units);
        assert_eq!((h264.is_key(&frame), h264.size(&frame).is_some()), (key, key), "{units:?}");
    }
    let frame = units_of(&[SPS, PPS, KEY]);
    assert_eq!(h264.size(&frame), Some((1280, 720)));
    let setup = [&[1, 0x42, 0xc0, 0x1f, 0xff, 0xe1, 0, 22][..], SPS, &[1, 0, 4], PPS].concat();
    assert_eq!(h264.setup(&frame), Some(setup));
    assert_eq!(h264.setup(&units_of(&[KEY])), None);
}

#[test]
fn a_frame_of_vp9_is_what_follows_its_descriptors() {
    let key = [0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0b, 0x30];
    let with_head = |head: &[u8]| [head, &key].concat();
    let structure = with_head(&[0x8a, 0x81, 0x02, 0x18, 1, 0x40, 0, 0xb4, 2, 0x04, 1, 0x08, 1, 2]);
    let plain = with_head(&[0x88, 0x05]);
    for (what, payloads, frame) in [
        ("with its structure", vec![&structure[..]], Some(key.to_vec())),
        ("in two packets", vec![&plain, &[0x80, 0x05, 7]], Some([&key[..], &[7]].concat())),
        (
            "with a layer above",
            vec![&with_head(&[0xa8, 0x05, 0, 0]), &[0xa8, 0x05, 2, 0, 7]],
            Some(key.to_vec()),
        ),
        ("its begin is missing", vec![&[0x80, 0x05, 7]], None),
        ("a layer above alone", vec![&[0xa8, 0x05, 2, 0, 7]], None),
        ("cut", vec![&structure[..9]], None),
    ] {
        assert_eq!(put_together(Codec::Vp9, &payloads), frame, "{what}");
    }
    let vp9 = of(Codec::Vp9).unwrap();
    assert_eq!((vp9.is_key(&key), vp9.size(&key)), (true, Some((320, 180))));
    assert_eq!(vp9.size(&key[..6]), None);
    for other in [&[0x86, 0x49, 0x83, 0x42][..], &[0x82, 0x49, 0x83, 0x43], &[0x8a, 1], &[0x42], &[]] {
        assert!(!vp9.is_key(other), "{other:?}");
    }
}

#[test]
fn units_of_av1_get_their_lengths() {
    let (sequence, picture) = (AV1_SEQUENCE, &[0x30, 0x10, 0x05][..]);
    let with_lengths = |picture: &[u8]| {
        [&[0x0a, sequence.len() as u8 - 1][..], &sequence[1..], &[0x32, picture.len() as u8], picture]
            .concat()
    };
    let length = sequence.len() as u8;
    let together = [&[0x28, length][..], sequence, picture].concat();
    let delimited = [&[0x08, 2, 0x12, 0, length][..], sequence, &[3], picture].concat();
    for (what, payloads, frame) in [
        ("together", vec![&together[..]], Some(with_lengths(&[0x10, 0x05]))),
        ("with all lengths and a delimiter", vec![&delimited], Some(with_lengths(&[0x10, 0x05]))),
        (
            "in parts",
            vec![&[&[0x68, length][..], sequence, &[0x30, 0x10]].concat(), &[0xd0, 5], &[0x90, 6]],
            Some(with_lengths(&[0x10, 5, 6])),
        ),
        ("its begin is missing", vec![&[0x90, 6]], None),
        ("no picture", vec![&[&[0x18][..], sequence].concat()], None),
        ("a length beyond its end", vec![&[0x20, 9, 0x30, 1]], None),
        ("a header alone", vec![&[0x18]], None),
        ("nothing", vec![&[]], None),
    ] {
        assert_eq!(put_together(Codec::Av1, &payloads), frame, "{what}");
    }
    let av1 = of(Codec::Av1).unwrap();
    let key = with_lengths(&[0x10, 5]);
    assert_eq!((av1.is_key(&key), av1.size(&key)), (true, Some((320, 180))));
    assert_eq!(av1.setup(&key), Some([&[0x81, 0, 0x0c, 0, 0x0a, length - 1][..], &sequence[1..]].concat()));
    for (frame, what) in [(with_lengths(&[0x30, 5]), "predicted"), (with_lengths(&[0x80]), "shown again")] {
        assert!(!av1.is_key(&frame), "{what}");
    }
    assert!(!av1.is_key(&[0x32, 2, 0x10, 5]), "without its sequence");
    assert_eq!(av1.size(&key[..8]), None);
}

#[test]
fn a_setup_is_kept_only_up_to_a_length() {
    for (more, kept) in [(0, true), (900, true), (1100, false), (60_000, false)] {
        let zeros = vec![0_u8; more];
        let h264 = units_of(&[&[SPS, &zeros[..]].concat(), PPS, KEY]);
        let sequence = [&[0x10][..], AV1_SEQUENCE, &zeros[..]].concat();
        let av1 = put_together(Codec::Av1, &[&sequence, &[0x10, 0x30, 0x10, 5]]).unwrap();
        for (codec, frame) in [(Codec::H264, h264), (Codec::Av1, av1)] {
            let codec = of(codec).unwrap();
            assert!(codec.is_key(&frame) && codec.size(&frame).is_some(), "{more}");
            assert_eq!(codec.picture(&frame).is_some(), kept, "{more}");
        }
    }
}

proptest! {
    /// Whatever a frame holds, and however large it is: it is the same after its packets.
    #[test]
    fn a_frame_is_put_together_from_its_packets(
        bodies in proptest::collection::vec((1_u8..6, proptest::collection::vec(any::<u8>(), 2..4000)), 1..6),
        key in any::<bool>(),
    ) {
        let h264: Vec<Vec<u8>> =
            bodies.iter().map(|(kind, body)| [&[0x60 | kind], &body[..]].concat()).collect();
        let h264 = units_of(&h264.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let mut av1 = vec![];
        for (_, body) in &bodies {
            // A frame, with its length in two bytes.
            av1.extend([0x32, body.len() as u8 | 0x80, (body.len() >> 7) as u8]);
            av1.extend(body);
        }
        let plain: Vec<u8> = bodies.iter().flat_map(|(_, body)| body.clone()).collect();
        for (codec, frame) in
            [(Codec::H264, &h264), (Codec::Vp8, &plain), (Codec::Vp9, &plain), (Codec::Av1, &shortest(&av1))]
        {
            let payloads = packets::payloads(codec, frame, key);
            let payloads: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
            let whole = put_together(codec, &payloads);
            prop_assert_eq!(whole.as_ref(), Some(frame), "{:?}", codec);
        }
    }

    /// Strangers' bytes: no panic, and whatever is called a keyframe may be asked for its size.
    #[test]
    fn whatever_comes_is_read(
        payloads in proptest::collection::vec(
            proptest::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(0x78), Just(0x0a)], 0..60), 0..5),
    ) {
        for codec in Codec::VIDEO {
            let depacketiser = of(codec).unwrap();
            let mut frame = vec![];
            for payload in &payloads {
                let _ = depacketiser.add(&mut frame, payload);
                let _ = (depacketiser.is_key(payload), depacketiser.size(payload), depacketiser.setup(payload));
            }
            if let Some(frame) = depacketiser.finish(frame) {
                let _ = (depacketiser.is_key(&frame), depacketiser.size(&frame), depacketiser.setup(&frame));
            }
        }
    }
}

/// The same units with the shortest lengths.
fn shortest(frame: &[u8]) -> Vec<u8> {
    let mut rest = frame;
    let mut whole = vec![];
    while let [head, low, high, more @ ..] = rest {
        let length = usize::from(low & 0x7f) | usize::from(*high) << 7;
        whole.push(*head);
        match high {
            0 => whole.push(low & 0x7f),
            _ => whole.extend([low, high]),
        }
        whole.extend(&more[..length]);
        rest = &more[length..];
    }
    whole
}
