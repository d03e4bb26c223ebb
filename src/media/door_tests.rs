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
    let connection = door().answer(Role::Publisher, &offer, None, Instant::now()).unwrap();
    let by_tcp = "192.0.2.1 4000 typ host tcptype passive";
    for part in ["127.0.0.1 4000 typ host", "192.0.2.1 4000 typ host", by_tcp, "a=recvonly", "VP8/90000"] {
        assert!(connection.sdp.contains(part), "{part} is missing in {}", connection.sdp);
    }
    assert!(connection.sdp.contains(&format!("a=ice-ufrag:{}", connection.ufrag)));
}

#[test]
fn an_answer_for_one_transport_has_no_address_of_the_other() {
    let offer = offer(Direction::RecvOnly, |c| c.enable_vp8(true));
    let addresses = |by| {
        let sdp = door().answer(Role::Viewer, &offer, by, Instant::now()).unwrap().sdp;
        let of = |protocol: &str| sdp.matches(protocol).count();
        (of(" 1 udp "), of(" 1 tcp "))
    };
    assert_eq!(addresses(None), (2, 2));
    assert_eq!(addresses(Some(Transport::Udp)), (2, 0));
    assert_eq!(addresses(Some(Transport::Tcp)), (0, 2));
}

#[test]
fn one_certificate_serves_all() {
    let (door, offer) = (door(), offer(Direction::SendOnly, |c| c.enable_vp8(true)));
    let fingerprint = || {
        let sdp = door.answer(Role::Publisher, &offer, None, Instant::now()).unwrap().sdp;
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
        let answered = door().answer(role, &offer, None, Instant::now());
        assert!(matches!(answered, Err(MediaError::Offer(_))), "{what} was answered");
    }
}

#[test]
fn of_simulcast_three_layers_are_taken_and_a_viewer_gets_one() {
    let layers = |sent: &str| {
        let names = sent.split(';').map(|name| format!("a=rid:{name} send\r\n")).collect::<String>();
        format!("{names}a=simulcast:send {sent}\r\n")
    };
    let answer = |role, direction, sent: &str| {
        let plain = offer(direction, |c| c.enable_vp8(true));
        let answer = door().answer(role, &(plain + &layers(sent)), None, Instant::now()).unwrap();
        (answer.rids.iter().map(ToString::to_string).collect::<Vec<_>>(), answer.sdp)
    };
    let (rids, sdp) = answer(Role::Publisher, Direction::SendOnly, "q;h;f;g");
    assert_eq!(rids, ["q", "h", "f"]);
    for part in ["a=rid:q recv", "a=rid:f recv", "a=simulcast:recv q;h;f", "sdes:rtp-stream-id"] {
        assert!(sdp.contains(part), "{part} is missing in {sdp}");
    }
    assert!(!sdp.contains("a=rid:g"), "{sdp}");
    let (rids, sdp) = answer(Role::Viewer, Direction::RecvOnly, "q;h;f");
    assert!(rids.is_empty() && !sdp.contains("a=rid:") && !sdp.contains("a=simulcast:"), "{sdp}");
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
    let mode_0 = |mut c: str0m::RtcConfig| {
        c.codec_config().add_h264(108.into(), None, false, 0x42_e01f);
        c
    };
    let (alone, h264) = (offer(Direction::SendOnly, mode_0), sound_and(&mode_0));
    let h265 = sound_and(&|c| c.enable_h265(true));
    for (offer, name) in [(alone, "H264 (profile 42e01f, mode 0)"), (h264, "mode 0"), (h265, "H265")] {
        let told = match door().answer(Role::Publisher, &offer, None, Instant::now()) {
            Err(error @ MediaError::Codecs { .. }) => error.to_string(),
            other => panic!("{name}: {:?}", other.map(|connection| connection.sdp)),
        };
        for part in ["VP8", "Opus", name, "video"] {
            assert!(told.contains(part), "{part} is missing in {told}");
        }
    }
    let both = sound_and(&|c| mode_0(c).enable_vp8(true));
    let answer = door().answer(Role::Publisher, &both, None, Instant::now()).unwrap();
    assert_eq!(answer.codecs, [Codec::Vp8], "the next one is taken");
    assert!(!answer.sdp.contains("m=video 0") && !answer.sdp.contains("H264"), "{}", answer.sdp);
}

#[test]
fn a_publisher_gets_the_first_codec_that_it_prefers_and_a_viewer_all_that_it_takes() {
    type Enable = fn(str0m::RtcConfig) -> str0m::RtcConfig;
    let table: [(&str, Enable, &[Codec]); 5] = [
        ("VP8", |c| c.enable_vp8(true), &[Codec::Vp8]),
        ("H264", |c| c.enable_h264(true), &[Codec::H264]),
        ("VP9 and VP8", |c| c.enable_vp9(true).enable_vp8(true), &[Codec::Vp9, Codec::Vp8]),
        ("AV1 and H264", |c| c.enable_av1(true).enable_h264(true), &[Codec::Av1, Codec::H264]),
        ("H265 and VP8", |c| c.enable_h265(true).enable_vp8(true), &[Codec::Vp8]),
    ];
    for (what, enable, takes) in table {
        let publisher =
            door().answer(Role::Publisher, &offer(Direction::SendOnly, enable), None, Instant::now());
        assert_eq!(publisher.unwrap().codecs, takes[..1], "{what}");
        let viewer =
            door().answer(Role::Viewer, &offer(Direction::RecvOnly, enable), None, Instant::now()).unwrap();
        let mut both = viewer.codecs;
        both.sort_by_key(|codec| takes.iter().position(|taken| taken == codec));
        assert_eq!(both, takes, "{what}: {}", viewer.sdp);
    }
}

/// As OBS writes it: no retransmission, and sound in stereo.
const OBS: &str = include_str!("tests/it/client/obs.sdp");

#[test]
fn the_offer_of_obs_is_taken_as_it_is() {
    let offer = OBS.replace('\n', "\r\n");
    let answer = door().answer(Role::Publisher, &offer, None, Instant::now()).unwrap();
    assert_eq!((answer.codecs, answer.ssrcs), (vec![Codec::H264], vec![1000, 1001]));
    for part in ["a=rtpmap:96 H264/90000", "profile-level-id=42e01f", "packetization-mode=1", "stereo=1"] {
        assert!(answer.sdp.contains(part), "{part} is missing in {}", answer.sdp);
    }
    let high =
        door().answer(Role::Publisher, &offer.replace("42e01f", "640c34"), None, Instant::now()).unwrap();
    assert_eq!(high.codecs, [Codec::H264], "another profile and level");
    let mono = offer.replace("stereo=1;sprop-stereo=1;", "");
    let answer = door().answer(Role::Publisher, &mono, None, Instant::now()).unwrap().sdp;
    assert!(!answer.contains("stereo"), "{answer}");
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
    let mut rtc =
        door().answer(Role::Publisher, &lines.collect::<String>(), None, Instant::now()).unwrap().rtc;
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
