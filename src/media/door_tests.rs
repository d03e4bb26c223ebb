use super::*;
use str0m::media::{Direction, MediaKind};

fn door() -> Door {
    Door::new(&["127.0.0.1:4000".parse().unwrap(), "192.0.2.1:4000".parse().unwrap()]).unwrap()
}

fn offer(direction: Direction, video: impl Fn(str0m::RtcConfig) -> str0m::RtcConfig) -> String {
    let config = Rtc::builder().set_crypto_provider(Arc::new(crypto::from_feature_flags())).clear_codecs();
    let mut rtc = video(config).build(Instant::now());
    let mut change = rtc.sdp_api();
    change.add_media(MediaKind::Video, direction, None, None, None);
    change.apply().unwrap().0.to_sdp_string()
}

#[test]
fn an_offer_is_answered_with_our_addresses() {
    let offer = offer(Direction::SendOnly, |c| c.enable_vp8(true));
    let connection = door().answer(Role::Publisher, &offer, Instant::now()).unwrap();
    for part in ["127.0.0.1 4000 typ host", "192.0.2.1 4000 typ host", "a=recvonly", "VP8/90000"] {
        assert!(connection.sdp.contains(part), "{part} is missing in {}", connection.sdp);
    }
    assert!(connection.sdp.contains(&format!("a=ice-ufrag:{}", connection.ufrag)));
}

#[test]
fn one_certificate_serves_all() {
    let (door, offer) = (door(), offer(Direction::SendOnly, |c| c.enable_vp8(true)));
    let fingerprint = || {
        let sdp = door.answer(Role::Publisher, &offer, Instant::now()).unwrap().sdp;
        sdp.lines().find(|line| line.starts_with("a=fingerprint:")).unwrap().to_owned()
    };
    assert_eq!(fingerprint(), fingerprint());
}

#[test]
fn what_we_cannot_use_is_refused() {
    let vp8 = |direction| offer(direction, |c| c.enable_vp8(true));
    for (what, role, offer) in [
        ("nonsense", Role::Publisher, "v=1".into()),
        ("nothing", Role::Viewer, String::new()),
        ("a publisher that only receives", Role::Publisher, vp8(Direction::RecvOnly)),
        ("a viewer that only sends", Role::Viewer, vp8(Direction::SendOnly)),
        ("too long", Role::Publisher, vp8(Direction::SendOnly) + &"a=x\r\n".repeat(20_000)),
    ] {
        let answered = door().answer(role, &offer, Instant::now());
        assert!(matches!(answered, Err(MediaError::Offer(_))), "{what} was answered");
    }
}

#[test]
fn of_simulcast_the_first_layer_is_taken() {
    let plain = offer(Direction::SendOnly, |c| c.enable_vp8(true));
    let layers = "a=rid:q send\r\na=rid:h send\r\na=simulcast:send q;h\r\n";
    let answer = door().answer(Role::Publisher, &(plain + layers), Instant::now()).unwrap().sdp;
    assert!(!answer.contains("a=rid:") && !answer.contains("a=simulcast:"), "{answer}");
}

#[test]
fn an_offer_of_which_a_part_would_be_refused_is_told_what_we_take() {
    let sound_and = |video: &dyn Fn(str0m::RtcConfig) -> str0m::RtcConfig| {
        let config =
            Rtc::builder().set_crypto_provider(Arc::new(crypto::from_feature_flags())).clear_codecs();
        let mut rtc = video(config.enable_opus(true, false)).build(Instant::now());
        let mut change = rtc.sdp_api();
        change.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        change.add_media(MediaKind::Video, Direction::SendOnly, None, None, None);
        change.apply().unwrap().0.to_sdp_string()
    };
    let alone = offer(Direction::SendOnly, |c| c.enable_h264(true));
    let (h264, av1) = (sound_and(&|c| c.enable_h264(true)), sound_and(&|c| c.enable_av1(true)));
    for (offer, name) in [(alone, "H264"), (h264, "H264"), (av1, "AV1")] {
        let told = match door().answer(Role::Publisher, &offer, Instant::now()) {
            Err(error @ MediaError::Codecs { .. }) => error.to_string(),
            other => panic!("{name}: {:?}", other.map(|connection| connection.sdp)),
        };
        for part in ["VP8", "Opus", name, "video"] {
            assert!(told.contains(part), "{part} is missing in {told}");
        }
    }
    let both = sound_and(&|c| c.enable_h264(true).enable_vp8(true));
    let answer = door().answer(Role::Publisher, &both, Instant::now()).unwrap().sdp;
    assert!(!answer.contains("m=video 0") && !answer.contains("H264"), "{answer}");
}

/// The longest ufrag that str0m accepts: it panics on a longer one in a STUN request.
#[test]
fn the_longest_allowed_name_fits_into_a_check() {
    let long = "u".repeat(64);
    let offer = offer(Direction::SendOnly, |c| c.enable_vp8(true));
    let lines = offer.lines().map(|line| match line.starts_with("a=ice-ufrag:") {
        true => format!("a=ice-ufrag:{long}\r\n"),
        false => format!("{line}\r\n"),
    });
    let mut rtc = door().answer(Role::Publisher, &lines.collect::<String>(), Instant::now()).unwrap().rtc;
    rtc.add_remote_candidate(Candidate::host("127.0.0.1:9".parse().unwrap(), "udp").unwrap());
    let mut sent = 0;
    for ms in 0..500 {
        let now = Instant::now() + Duration::from_millis(ms);
        rtc.handle_input(str0m::Input::Timeout(now)).unwrap();
        while let Ok(str0m::Output::Transmit(_)) = rtc.poll_output() {
            sent += 1;
        }
    }
    assert!(sent > 0, "a check is sent");
}
