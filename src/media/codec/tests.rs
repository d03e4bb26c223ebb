use super::*;
use proptest::prelude::*;

/// Parameters as x264 writes them, by `ffmpeg -c:v libx264 -profile:v baseline -s 1280x720`.
const SPS_720: &[u8] = &[
    0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe8, 0x40, 0x00, 0x00, 0x03, 0x00, 0x40, 0x00, 0x00,
    0x0c, 0x83, 0xc6, 0x0c, 0xa8,
];
const PPS: &[u8] = &[0x68, 0xce, 0x0f, 0xc8];

fn aggregate(units: &[&[u8]]) -> Vec<u8> {
    let mut payload = vec![0x78];
    for unit in units {
        payload.extend((unit.len() as u16).to_be_bytes());
        payload.extend(*unit);
    }
    payload
}

#[test]
fn a_keyframe_begins_where_a_newcomer_can_begin() {
    let both = aggregate(&[PPS, SPS_720]);
    let fragment = |start: bool, kind: u8| vec![0x7c, if start { 0x80 } else { 0 } | kind, 1, 2];
    for (what, codec, payload, expected) in [
        ("VP8, a keyframe's first packet", Codec::Vp8, vec![0x10, 0, 1], true),
        ("VP8, another frame's", Codec::Vp8, vec![0x10, 1, 1], false),
        ("VP8, a later packet", Codec::Vp8, vec![0x00, 0, 1], false),
        ("H264, parameters", Codec::H264, SPS_720.to_vec(), true),
        ("H264, parameters in an aggregate", Codec::H264, both.clone(), true),
        ("H264, an aggregate without", Codec::H264, aggregate(&[PPS, &[0x06, 1]]), false),
        ("H264, an aggregate that is cut", Codec::H264, both[..10].to_vec(), false),
        ("H264, the picture behind them", Codec::H264, vec![0x65, 0x88], false),
        ("H264, its first fragment", Codec::H264, fragment(true, 5), false),
        ("H264, a fragment of another", Codec::H264, fragment(true, 1), false),
        ("VP9, a keyframe's first packet", Codec::Vp9, vec![0x8a, 0x81, 0x02, 0x00, 1], true),
        ("VP9, predicted", Codec::Vp9, vec![0xc8, 0x81, 0x02, 1], false),
        ("VP9, a later packet", Codec::Vp9, vec![0x80, 0x81, 0x02, 1], false),
        ("VP9, the base layer", Codec::Vp9, vec![0xa8, 0x05, 0x00, 0x00, 1], true),
        ("VP9, a layer above", Codec::Vp9, vec![0xa8, 0x05, 0x02, 0x00, 1], false),
        ("AV1, a new sequence", Codec::Av1, vec![0x18, 0x0a, 1], true),
        ("AV1, the same sequence", Codec::Av1, vec![0x10, 0x32, 1], false),
        ("AV1, a continuation", Codec::Av1, vec![0x98, 0x32, 1], false),
        ("AV1, a header alone", Codec::Av1, vec![0x18], false),
        ("sound", Codec::Opus, vec![0x10, 0, 1], false),
    ] {
        assert_eq!(begins_keyframe(codec, &payload), expected, "{what}");
    }
}

#[test]
fn a_keyframe_says_how_large_its_picture_is() {
    let vp8 = [0x90, 0x80, 0x85, 0x01, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x00, 0x45, 0xd0, 0x42, 9];
    // Two layers: 640 x 360 and 1280 x 720.
    let vp9 = [0x8a, 0x81, 0x02, 0x30, 0x02, 0x80, 0x01, 0x68, 0x05, 0x00, 0x02, 0xd0, 9];
    // Profile high, cropped to 1920 x 1080.
    let high = [
        0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00,
        0x04, 0x00, 0x00, 0x03, 0x00, 0xf0, 0x3c, 0x60, 0xc6, 0x58,
    ];
    for (what, codec, payload, expected) in [
        ("VP8", Codec::Vp8, &vp8[..], Some((1280, 720))),
        ("VP8, cut", Codec::Vp8, &vp8[..12], None),
        ("VP9", Codec::Vp9, &vp9, Some((1280, 720))),
        ("VP9, cut", Codec::Vp9, &vp9[..8], None),
        ("VP9, which does not say", Codec::Vp9, &[0x88, 0x81, 0x02, 1], None),
        ("H264", Codec::H264, SPS_720, Some((1280, 720))),
        ("H264, in an aggregate", Codec::H264, &aggregate(&[SPS_720, PPS]), Some((1280, 720))),
        ("H264, cut", Codec::H264, &SPS_720[..6], None),
        ("H264, profile high", Codec::H264, &high, Some((1920, 1080))),
        ("AV1", Codec::Av1, &[0x18, 0x0a, 1], None),
    ] {
        assert_eq!(size(codec, payload), expected, "{what}");
    }
}

proptest! {
    /// Strangers' bytes: neither a panic nor, from packets that begin no keyframe, a size of H264.
    #[test]
    fn whatever_comes_is_read(
        head in any::<u8>(),
        rest in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(0xff)], 0..80),
    ) {
        let payload = [&[head][..], &rest].concat();
        for codec in Codec::VIDEO {
            let (begins, size) = (begins_keyframe(codec, &payload), size(codec, &payload));
            prop_assert!(codec != Codec::H264 || begins || size.is_none());
        }
        let cut = &SPS_720[..SPS_720.len().min(rest.len())];
        let mut damaged = cut.to_vec();
        for (byte, noise) in damaged.iter_mut().skip(1).zip(&rest) {
            *byte ^= noise;
        }
        let _ = super::size(Codec::H264, &damaged);
        prop_assert_eq!(begins_keyframe(Codec::Opus, &payload), false);
    }
}
