use super::*;
use crate::sfu::limits::ADDRESSES;
use str0m::net::DatagramSend;

struct Nowhere;
impl Wire for Nowhere {
    fn send(&mut self, _: SocketAddr, _: Remote, _: &[DatagramSend]) {}
}

fn peer(now: Instant) -> Peer {
    Peer::new(RoomId::new(), Role::Viewer, Box::new(Rtc::new(now)), "ours".into(), vec![], now)
}

fn address(port: u16) -> Remote {
    Remote::udp(([192, 0, 2, 7], port).into())
}

#[test]
fn a_connection_that_panics_is_over_and_stays_quiet() {
    let now = Instant::now();
    let mut peer = peer(now);
    let poll = |peer: &mut Peer| peer.poll(&mut Outbox::default(), &mut Nowhere).over;
    assert_eq!(poll(&mut peer), None);
    assert_eq!(peer.guard(|_| Ok(7)), Some(7));
    assert_eq!(peer.guard::<()>(|_| panic!("this test makes a connection fail")), None);
    assert_eq!(poll(&mut peer), Some(MediaEnd::Lost));
    peer.timeout(now);
    peer.close(now);
    assert_eq!(poll(&mut peer), Some(MediaEnd::Lost));
    assert_eq!(peer.alarm.deadline, None);
    assert!(peer.take_panic() && !peer.take_panic());
}

#[test]
fn who_does_not_connect_or_falls_quiet_is_dead() {
    let now = Instant::now();
    let mut peer = peer(now);
    assert_eq!(peer.is_dead(now + CONNECT), None);
    assert_eq!(peer.is_dead(now + CONNECT + Duration::from_millis(1)), Some(MediaEnd::Unconnected));
    peer.connected = true;
    peer.heard = now + CONNECT;
    assert_eq!(peer.is_dead(now + CONNECT + QUIET), None);
    assert_eq!(peer.is_dead(now + CONNECT + QUIET + Duration::from_millis(1)), Some(MediaEnd::Lost));
}

#[test]
fn garbage_in_the_place_of_a_datagram_ends_nobody() {
    let now = Instant::now();
    let (mut peer, mut state) = (peer(now), 0x9e37_79b9_7f4a_7c15_u64);
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for i in 0..20_000 {
        let mut datagram: Vec<u8> = (0..1 + random() % 120).map(|_| random() as u8).collect();
        datagram[0] = [0, 1, 20, 22, 23, 0x80, 0x90][i % 7];
        let _ = peer.authenticates(now, address(1), address(2).at, &datagram);
        let _ = peer.receive(now, address(1), address(2).at, &datagram);
    }
    assert_eq!(peer.poll(&mut Outbox::default(), &mut Nowhere).over, None);
}

#[test]
fn of_many_addresses_the_oldest_that_carries_no_media_goes() {
    let mut peer = peer(Instant::now());
    peer.route(&[22], address(0));
    let gone: Vec<_> = (0..20).filter_map(|port| peer.add_address(address(port))).collect();
    assert_eq!(gone, (1..13).map(address).collect::<Vec<_>>());
    assert_eq!(peer.addresses.len(), ADDRESSES);
    assert_eq!(peer.addresses[0], address(0));
}

#[test]
fn a_check_is_answered_once_and_from_where_it_went() {
    let mut peer = peer(Instant::now());
    let mut check = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    check.extend([9; 12]);
    peer.route(&check, address(1));
    assert!(!peer.takes_answer([9; 12], None, address(2)), "from elsewhere");
    assert!(!peer.takes_answer([8; 12], None, address(1)), "to another check");
    assert!(peer.takes_answer([9; 12], None, address(1)));
    assert!(!peer.takes_answer([9; 12], None, address(1)), "again");
    let distinct = (0..100u8).filter(|seen| {
        peer.route(&check, address(1));
        peer.takes_answer([9; 12], Some([*seen; 18]), address(1))
    });
    assert_eq!(distinct.count(), MAPPED, "addresses of ours that it claims to see");
    for _ in 0..1_000 {
        peer.route(&check, address(1));
    }
    assert_eq!(peer.checks.len(), CHECKS);
}

#[test]
fn only_a_connected_publisher_sends_rtp_and_only_from_few_sources() {
    let now = Instant::now();
    let rtp = |ssrc: u32| [&[0x80, 96, 0, 1, 0, 0, 0, 0][..], &ssrc.to_be_bytes()].concat();
    let publisher = |ssrcs: &[u32], connected| {
        let rtc = Box::new(Rtc::new(now));
        let mut peer = Peer::new(RoomId::new(), Role::Publisher, rtc, "ours".into(), ssrcs.to_vec(), now);
        peer.connected = connected;
        peer
    };
    let admitted = |mut peer: Peer| (1..=100).filter(|ssrc| peer.admits(&rtp(*ssrc))).count();
    let mut viewer = peer(now);
    viewer.connected = true;
    assert_eq!(admitted(viewer), 0, "a viewer");
    assert_eq!(admitted(publisher(&[7, 8], false)), 0, "before the handshake");
    assert_eq!(admitted(publisher(&[7, 8], true)), 2);
    assert_eq!(admitted(publisher(&[], true)), UNDECLARED, "an offer without sources");

    let mut peer = publisher(&[7, 8], true);
    assert!(peer.admits(&rtp(7)) && peer.admits(&rtp(0)) && !peer.admits(&rtp(9)));
    assert!(!peer.admits(&[0x80, 96]), "too short");
    for other in [&[0x80, 200, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0][..], &[22, 1, 2]] {
        assert!(peer.admits(other) && publisher(&[7], false).admits(other), "reports and DTLS");
    }
}
