//! Media reaches those whose network blocks UDP, and those who have IPv6.

use crate::{
    client::{BY_TCP, Client, VP8},
    events::{Events, happens, start_with},
};
use domain::{
    id::RoomId,
    live::media::{MediaEnd, MediaEvent, MediaPlane, Transport},
};
use media::{Config, EmbeddedSfu};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(10);

fn start(listen: &str) -> (EmbeddedSfu, Events) {
    start_with(Config { listen: listen.parse().unwrap(), ..Config::default() })
}

fn goes_on(viewer: &Client) -> bool {
    let before = viewer.seen.lock().unwrap().video.len();
    viewer.sees(SOON, |seen| seen.video.len() > before + 60)
}

fn has_gap(viewer: &Client) -> bool {
    viewer.seen.lock().unwrap().video.windows(2).any(|pair| pair[1].1 != pair[0].1 + 1)
}

fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream
}

fn is_closed(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 16]) {
        Ok(read) => read == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_only_tcp_sees_all_of_it_and_can_publish() {
    let (sfu, events) = start("127.0.0.1:0");
    let room = RoomId::new();
    let publisher = Client::publish_with(&sfu, room, BY_TCP).await.unwrap();
    let by_tcp = Client::play_with(&sfu, room, BY_TCP).await.unwrap();
    let by_udp = Client::play(&sfu, room).await.unwrap();
    for viewer in [&by_tcp, &by_udp] {
        assert!(goes_on(viewer), "{:?}", events.lock().unwrap());
        assert!(!has_gap(viewer));
    }
    assert!(publisher.seen.lock().unwrap().connected.is_some());
    drop(by_tcp);
    assert!(goes_on(&by_udp));
    sfu.end(by_udp.session, MediaEnd::Ejected);
    assert!(by_udp.sees(SOON, |seen| seen.closed));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_idle_connections_cost_a_room_nothing() {
    let (sfu, _) = start("127.0.0.1:0");
    let room = RoomId::new();
    let _publisher = Client::publish(&sfu, room).await.unwrap();
    let viewers =
        [Client::play(&sfu, room).await.unwrap(), Client::play_with(&sfu, room, BY_TCP).await.unwrap()];
    assert!(viewers.iter().all(goes_on));
    let (mut held, mut refused) = (vec![], 0);
    for n in 0..3_000 {
        held.push(connect(sfu.address()));
        // The oldest has long made place for others.
        if n >= 200 {
            let mut oldest = held.remove(0);
            refused += usize::from(is_closed(&mut oldest));
        }
    }
    assert_eq!(refused, 2_800);
    for viewer in &viewers {
        assert!(goes_on(viewer) && !has_gap(viewer));
    }
    let late = Client::play_with(&sfu, room, BY_TCP).await.unwrap();
    assert!(goes_on(&late), "a place is left for one that speaks");
    assert!(held.iter_mut().all(is_closed), "the last ones have had their time, too");
    assert!(viewers.iter().all(|viewer| goes_on(viewer) && !has_gap(viewer)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_names_no_peer_is_closed() {
    let (sfu, _) = start("127.0.0.1:0");
    let mut request = vec![0, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42];
    request.extend([7; 12]);
    request.extend([0, 6, 0, 8]);
    request.extend(b"none:any");
    let framed = [&(request.len() as u16).to_be_bytes()[..], &request].concat();
    for bytes in [&framed[..], b"GET / HTTP/1.1\r\n\r\n", &[0, 3, 22, 254, 253]] {
        let mut stranger = connect(sfu.address());
        let since = Instant::now();
        stranger.write_all(bytes).unwrap();
        assert!(is_closed(&mut stranger) && since.elapsed() < Duration::from_secs(4), "{bytes:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_by_udp_keeps_no_connection() {
    let (sfu, _) = start("127.0.0.1:0");
    let room = RoomId::new();
    let _publisher = Client::publish(&sfu, room).await.unwrap();
    let viewer = Client::play(&sfu, room).await.unwrap();
    assert!(goes_on(&viewer));
    let request = viewer.seen.lock().unwrap().request.clone().unwrap();
    let mut spare = connect(sfu.address());
    let since = Instant::now();
    spare.write_all(&[&(request.len() as u16).to_be_bytes()[..], &request].concat()).unwrap();
    let mut answer = vec![];
    // What came before the connection was cut is kept.
    let _ = spare.read_to_end(&mut answer);
    assert!(since.elapsed() < Duration::from_secs(4));
    assert!(goes_on(&viewer) && !has_gap(&viewer));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_that_reads_nothing_ends_and_the_others_lose_nothing() {
    let (sfu, events) = start("127.0.0.1:0");
    let room = RoomId::new();
    let _publisher = Client::publish(&sfu, room).await.unwrap();
    let deaf = Client::play_with(&sfu, room, BY_TCP).await.unwrap();
    let others =
        [Client::play(&sfu, room).await.unwrap(), Client::play_with(&sfu, room, BY_TCP).await.unwrap()];
    assert!(goes_on(&deaf));
    deaf.switches.deaf.store(true, Ordering::Relaxed);
    let ended = |event: &MediaEvent| matches!(event, MediaEvent::ViewerDown { session, end: MediaEnd::Lost, .. } if *session == deaf.session);
    assert!(happens(&events, Duration::from_secs(60), ended), "{:?}", events.lock().unwrap());
    for viewer in &others {
        assert!(goes_on(viewer) && !has_gap(viewer));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ipv6_carries_both() {
    for listen in ["[::1]:0", "[::]:0"] {
        let (sfu, _) = start(listen);
        let room = RoomId::new();
        let _publisher = Client::publish(&sfu, room).await.unwrap();
        for kit in [VP8, BY_TCP] {
            let viewer = Client::play_with(&sfu, room, kit).await.unwrap();
            assert!(goes_on(&viewer) && !has_gap(&viewer), "{listen}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trial_connects_by_the_one_transport_and_gets_no_media() {
    let (sfu, events) = start("127.0.0.1:0");
    sfu.play_test_card(RoomId::new()).await.unwrap();
    for (by, kit, connects) in [
        (Transport::Udp, VP8, true),
        (Transport::Tcp, BY_TCP, true),
        (Transport::Udp, BY_TCP, false),
        (Transport::Tcp, VP8, false),
    ] {
        let client = Client::try_out(&sfu, by, kit).await.unwrap();
        let limit = if connects { SOON } else { Duration::from_secs(2) };
        assert_eq!(client.sees(limit, |seen| seen.connected.is_some()), connects, "{by:?}");
        sfu.end(client.session, MediaEnd::Left);
        let down = |event: &MediaEvent| matches!(event, MediaEvent::ViewerDown { session, .. } if *session == client.session);
        assert!(happens(&events, SOON, down));
        let seen = client.seen.lock().unwrap();
        assert_eq!((seen.video.len(), seen.audio), (0, 0));
    }
    assert_eq!(sfu.addresses(), [sfu.address()]);
}
