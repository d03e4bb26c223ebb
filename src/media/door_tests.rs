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
    let h264 = offer(Direction::SendOnly, |c| c.enable_h264(true));
    for (what, role, offer) in [
        ("nonsense", Role::Publisher, "v=1".into()),
        ("nothing", Role::Viewer, String::new()),
        ("a codec that is not ours", Role::Publisher, h264),
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
fn a_fragment_gives_its_udp_candidates() {
    let fragment = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n\
        a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r\n\
        a=candidate:1387637174 1 udp 2122260223 3f2a7c1e-9d.local 61765 typ host generation 0\r\n\
        a=candidate:3471623853 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active\r\n\
        a=candidate:473322822 1 udp 1 not.an.address x typ host\r\na=end-of-candidates\r\n";
    let found = candidates(fragment);
    assert_eq!(found.iter().map(Candidate::addr).collect::<Vec<_>>(), ["192.0.2.1:61764".parse().unwrap()]);
    assert!(candidates("").is_empty());
}
