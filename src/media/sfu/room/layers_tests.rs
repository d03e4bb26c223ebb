use super::*;
use domain::live::media::Codec;

/// A packet of a layer; a keyframe of this size, if it is given.
fn packet(layer: u8, size: Option<(u16, u16)>, at: Instant) -> Packet {
    let mut payload = vec![0x10, u8::from(size.is_none()), 0, 0, 0x9d, 0x01, 0x2a];
    let (width, height) = size.unwrap_or_default();
    payload.extend(width.to_le_bytes());
    payload.extend(height.to_le_bytes());
    let mut packet = Packet::new(1, Codec::Vp8, 0, 0, true, at, payload.into());
    packet.layer = layer;
    packet
}

fn wish(quality: Quality, shown: Option<u16>) -> LayerWish {
    LayerWish { quality, shown }
}

const AUTO: LayerWish = LayerWish { quality: Quality::Auto, shown: None };

#[test]
fn a_viewer_gets_the_layer_that_it_asks_for_less_what_its_link_does_not_carry() {
    let (mut layers, now) = (Layers::default(), Instant::now());
    assert_eq!((layers.pick(AUTO, 0), layers.best(), layers.count()), (None, None, 0), "none yet");
    for (layer, height) in [(0, 180), (1, 360), (2, 720)] {
        layers.push(&packet(layer, Some((height * 16 / 9, height)), now));
    }
    assert_eq!(layers.heights(), [180, 360, 720]);
    for (quality, shown, steps, expected) in [
        (Quality::Auto, None, 0, 2),
        (Quality::Auto, Some(2_000), 0, 2),
        (Quality::Auto, Some(720), 0, 2),
        (Quality::Auto, Some(451), 0, 2),
        (Quality::Auto, Some(450), 0, 1),
        (Quality::Auto, Some(200), 0, 0),
        (Quality::Auto, Some(0), 0, 0),
        (Quality::Auto, None, 1, 1),
        (Quality::Auto, None, 2, 0),
        (Quality::Auto, None, 9, 0),
        (Quality::Auto, Some(400), 1, 0),
        (Quality::High, Some(0), 0, 2),
        (Quality::High, None, 1, 1),
        (Quality::Medium, None, 0, 1),
        (Quality::Medium, None, 1, 0),
        (Quality::Low, Some(2_000), 0, 0),
        (Quality::Low, None, 2, 0),
    ] {
        let picked = layers.pick(wish(quality, shown), steps);
        assert_eq!(picked, Some(expected), "{quality:?} shown at {shown:?}, {steps} given up");
    }
}

#[test]
fn one_of_two_and_one_alone_serve_every_wish() {
    let (mut layers, now) = (Layers::default(), Instant::now());
    layers.push(&packet(0, None, now));
    for quality in [Quality::Auto, Quality::Low, Quality::Medium, Quality::High] {
        assert_eq!(layers.pick(wish(quality, Some(100)), 1), Some(0), "{quality:?} of one");
    }
    layers.push(&packet(2, Some((640, 360)), now));
    let picked = |quality| layers.pick(wish(quality, None), 0);
    assert_eq!([Quality::Low, Quality::Medium, Quality::High].map(picked), [Some(0), Some(0), Some(2)]);
}

#[test]
fn layers_are_ranked_by_their_heights_whatever_their_order_and_way_up() {
    let (mut layers, now) = (Layers::default(), Instant::now());
    layers.push(&packet(0, Some((720, 1_280)), now));
    layers.push(&packet(1, None, now));
    assert_eq!((layers.best(), layers.heights()), (Some(1), vec![720, 0]), "as they are named");
    layers.push(&packet(1, Some((180, 320)), now));
    assert_eq!((layers.best(), layers.heights()), (Some(0), vec![180, 720]));
    assert_eq!((layers.rank_of(1), layers.rank_of(2)), (Some(0), None));
    layers.push(&packet(7, None, now));
    assert_eq!(layers.count(), 2, "a fourth layer is ignored");
}

#[test]
fn a_layer_that_stops_is_replaced_and_comes_back() {
    let (start, mut layers) = (Instant::now(), Layers::default());
    let at = |ms| start + Duration::from_millis(ms);
    for layer in 0..3 {
        layers.push(&packet(layer, None, at(0)));
    }
    assert!(layers.take_changed() && !layers.take_changed());
    for ms in (0..2_000).step_by(100) {
        layers.push(&packet(0, None, at(ms)));
        layers.push(&packet(1, None, at(ms)));
        layers.notice_stopped(at(ms));
        assert_eq!(layers.best(), Some(if ms <= 800 { 2 } else { 1 }), "at {ms} ms");
    }
    assert!(layers.take_changed());
    layers.push(&packet(2, None, at(2_000)));
    assert!(layers.take_changed() && layers.best() == Some(2), "it is back");
    layers.notice_stopped(at(60_000));
    assert_eq!(layers.count(), 3, "when nothing arrives there is no other to fall to");
    layers.forget();
    assert_eq!((layers.count(), layers.best()), (0, None));
}

#[test]
fn a_paused_layer_can_be_asked_for_and_until_it_comes_a_smaller_one_is_sent() {
    let (start, mut layers) = (Instant::now(), Layers::default());
    let at = |ms| start + Duration::from_millis(ms);
    let told = |paused: &[u8]| paused.iter().copied().collect::<LayerSet>();
    let seen = |layers: &Layers| (layers.heights().len(), layers.best(), layers.sent_for(2));
    let flow = |layers: &mut Layers, sent: &[u8], ms: u64| {
        sent.iter().for_each(|layer| layers.push(&packet(*layer, None, at(ms))));
        layers.notice_stopped(at(ms));
    };
    flow(&mut layers, &[0, 1, 2], 0);
    assert_eq!(seen(&layers), (3, Some(2), Some(2)));
    layers.pause(told(&[2]), at(0));
    assert_eq!(seen(&layers), (3, Some(2), Some(2)), "it still arrives");
    flow(&mut layers, &[0, 1], 1_000);
    assert!(layers.take_changed());
    assert_eq!(seen(&layers), (3, Some(1), Some(1)), "it is listed, and the best of the others is kept");
    assert_eq!(layers.pick(wish(Quality::High, None), 0), Some(2));
    layers.pause(told(&[1, 2]), at(1_000));
    flow(&mut layers, &[0], 2_000);
    assert_eq!(seen(&layers), (3, Some(0), Some(0)));
    layers.pause(told(&[]), at(2_000));
    flow(&mut layers, &[0, 1], 3_000);
    assert_eq!(seen(&layers), (3, Some(1), Some(1)), "one is back");
    layers.take_changed();
    flow(&mut layers, &[0, 1, 2], 4_000);
    assert!(layers.take_changed() && seen(&layers) == (3, Some(2), Some(2)), "the other is");
}

#[test]
fn a_layer_that_does_not_come_back_is_gone() {
    let (start, mut layers) = (Instant::now(), Layers::default());
    let at = |seconds| start + Duration::from_secs(seconds);
    layers.push(&packet(0, None, at(0)));
    layers.push(&packet(2, None, at(0)));
    layers.pause(LayerSet::from_iter([2]), at(0));
    for second in 1..=40 {
        layers.push(&packet(0, None, at(second)));
        if second == 20 {
            layers.pause(LayerSet::default(), at(20));
        }
        layers.notice_stopped(at(second));
        assert_eq!(layers.count(), if second < 30 { 2 } else { 1 }, "after {second} s");
    }
    assert_eq!(layers.pick(wish(Quality::High, None), 0), Some(0));
}

#[test]
fn what_is_larger_than_all_that_is_used_is_above_it() {
    let (mut layers, now) = (Layers::default(), Instant::now());
    for (layer, height) in [(0, 720), (1, 180), (2, 360)] {
        layers.push(&packet(layer, Some((height * 16 / 9, height)), now));
    }
    for (used, expected) in [
        (&[1][..], &[0, 2][..]),
        (&[1, 2], &[0]),
        (&[2], &[0]),
        (&[0], &[]),
        (&[0, 1, 2], &[]),
        (&[7], &[]),
        (&[], &[]),
    ] {
        let above = layers.above(used.iter().copied());
        assert_eq!(above, LayerSet::from_iter(expected.iter().copied()), "{used:?} are used");
    }
}
