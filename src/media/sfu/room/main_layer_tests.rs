use super::*;

fn packet(layer: u8, key: bool, at: Instant) -> Packet {
    let payload = [0x10, u8::from(!key), 0];
    let mut packet =
        Packet::new(10 + u32::from(layer), Codec::Vp8, 0, 0, true, at, payload.as_slice().into());
    packet.layer = layer;
    packet
}

#[test]
fn what_is_recorded_is_the_best_layer_and_its_runs_only_grow() {
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    let mut room = Room::new(start);
    let first = room.place(&packet(0, false, at(0))).expect("the first layer that arrives");
    assert_eq!(room.place(&packet(1, false, at(1))), None, "a better one before its keyframe");
    assert_eq!(room.place(&packet(0, false, at(2))), Some(first), "until then the first goes on");
    let second = room.place(&packet(1, true, at(3))).unwrap();
    assert!(second > first);
    assert_eq!(room.place(&packet(0, true, at(4))), None, "another layer's keyframe changes nothing");
    assert_eq!(room.place(&packet(1, false, at(5))), Some(second));
    assert_eq!(room.main_layer(), 1);
    for ms in (100..2_000).step_by(100) {
        room.place(&packet(0, false, at(ms)));
        room.layers.notice_stopped(at(ms));
    }
    let third = room.place(&packet(0, true, at(2_000))).expect("the better one has stopped");
    assert!(third > second, "although the publisher's own run is an earlier one");
    let mut renewed = packet(0, false, at(2_001));
    renewed.run = 99;
    assert!(room.place(&renewed).unwrap() > third, "another source of the same layer");
    let sound = Packet::new(7, Codec::Opus, 0, 0, true, at(2_002), [1].as_slice().into());
    assert_eq!(room.place(&sound), Some(7));
}

#[test]
fn newcomers_get_the_group_of_the_main_layer_alone() {
    let start = Instant::now();
    let mut room = Room::new(start);
    let session = MediaSessionId::new();
    room.set_publisher(session, Source::Remote(Some(Codec::Vp8)));
    for layer in 0..3 {
        let packet = packet(layer, true, start);
        room.place(&packet);
        room.push(packet, start);
        assert_eq!(room.take_ready(start).len(), 1, "all are forwarded");
    }
    let group: Vec<u8> = room.group(start).iter().map(|packet| packet.layer).collect();
    assert_eq!(group, [2]);
    assert!(room.still.frame().is_some());
}

#[test]
fn a_recorder_gets_the_group_of_the_main_layer_as_it_came_with_what_waits_for_its_frame() {
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    let mut room = Room::new(start);
    room.set_publisher(MediaSessionId::new(), Source::Remote(Some(Codec::Vp8)));
    assert!(room.recorded_group().is_empty());
    let push = |room: &mut Room, layer, seq, marker, ms: u64| {
        let mut packet = packet(layer, seq == 0, at(ms));
        (packet.seq, packet.ts, packet.marker) = (seq, seq as u32 * 3_600, marker);
        let run = room.place(&packet);
        room.push(packet, at(ms));
        room.take_ready(at(ms));
        run
    };
    let first = push(&mut room, 0, 0, true, 0).expect("the only layer");
    push(&mut room, 0, 1, true, 40);
    push(&mut room, 0, 2, false, 80);
    let group = room.recorded_group();
    let kept: Vec<_> = group.iter().map(|one| (one.run, one.seq, one.ts, one.at, one.pictures)).collect();
    let whole = |seq: u64| (first, seq, seq as u32 * 3_600, at(seq * 40), Some(Codec::Vp8));
    assert_eq!(kept, [0, 1, 2].map(whole));
    let second = push(&mut room, 1, 0, true, 100).expect("a better layer");
    let runs: Vec<_> = room.recorded_group().iter().map(|one| one.run).collect();
    assert_eq!(runs, [second], "nothing of the layer before");
}

#[test]
fn the_next_frame_takes_the_memory_of_the_last_one_but_not_of_a_large_one() {
    let start = Instant::now();
    let mut room = Room::new(start);
    let mut taken = |packets: usize| {
        for _ in 0..packets {
            room.push(packet(0, false, start), start);
        }
        let sent = room.take_ready(start);
        assert_eq!(sent.len(), packets, "of this frame alone");
        let at = sent.as_ptr();
        room.reuse(sent);
        (at, room.pending.capacity())
    };
    let (first, kept) = taken(10);
    assert!((10..=USUAL).contains(&kept));
    assert_eq!(taken(10), (first, kept));
    assert_eq!(taken(USUAL + 1).1, 0);
    assert!(taken(3).1 > 0);
}
