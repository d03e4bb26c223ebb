//! A misbehaving peer does not affect the others.

use crate::{
    client::{Client, idle_offer},
    events::{Events, happens, start_with},
};
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{MediaEnd, MediaError, MediaEvent, MediaPlane},
};
use media::{Config, EmbeddedSfu};
use std::{net::UdpSocket, sync::atomic::Ordering, time::Duration};

const SOON: Duration = Duration::from_secs(10);

fn start() -> (EmbeddedSfu, Events) {
    start_with(Config::default())
}

fn is_down(session: MediaSessionId, why: MediaEnd) -> impl Fn(&MediaEvent) -> bool {
    move |event| matches!(event, MediaEvent::ViewerDown { session: s, end, .. } if *s == session && *end == why)
}

fn sees_pictures(viewer: &Client) -> bool {
    viewer.sees(SOON, |seen| seen.video.len() > 30)
}

/// A room whose publisher and viewer must not notice the misbehaviour of others.
struct Neighbours {
    publisher: Client,
    viewer: Client,
}

impl Neighbours {
    async fn settle(sfu: &EmbeddedSfu) -> Self {
        let room = RoomId::new();
        let publisher = Client::publish(sfu, room).await.unwrap();
        let viewer = Client::play(sfu, room).await.unwrap();
        assert!(sees_pictures(&viewer));
        Self { publisher, viewer }
    }

    fn go_on_without_a_gap(&self) {
        let before = self.viewer.seen.lock().unwrap().video.len();
        assert!(
            self.viewer.sees(SOON, |seen| seen.video.len() > before + 60),
            "the viewer still receives video"
        );
        let seen = self.viewer.seen.lock().unwrap();
        assert!(seen.video.windows(2).all(|pair| pair[1].1 == pair[0].1 + 1), "a packet is missing");
    }
}

/// Sends a peer's signed request from `sockets` different sockets.
fn send_from_everywhere(request: &[u8], to: std::net::SocketAddr, sockets: usize) {
    for _ in 0..sockets {
        UdpSocket::bind("127.0.0.1:0").unwrap().send_to(request, to).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_address_is_not_taken_from_its_owner() {
    let (sfu, events) = start();
    let neighbours = Neighbours::settle(&sfu).await;
    let room = RoomId::new();
    sfu.play_test_card(room).await.unwrap();
    let thief = Client::play(&sfu, room).await.unwrap();
    assert!(sees_pictures(&thief));
    let request = thief.seen.lock().unwrap().request.clone().expect("it has sent requests");
    for victim in [&neighbours.publisher, &neighbours.viewer] {
        for _ in 0..20 {
            victim.switches.forged.lock().unwrap().push(request.clone());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        neighbours.go_on_without_a_gap();
    }
    sfu.end(thief.session, MediaEnd::Left);
    assert!(happens(&events, SOON, is_down(thief.session, MediaEnd::Left)));
    neighbours.go_on_without_a_gap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_from_a_forged_address_ends_nobody() {
    let (sfu, _) = start();
    let neighbours = Neighbours::settle(&sfu).await;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for i in 0..2_000 {
        let mut datagram: Vec<u8> = (0..12 + random() % 100).map(|_| random() as u8).collect();
        // STUN; a DTLS alert, handshake and record; RTP of both kinds; RTCP.
        let heads: [&[u8]; 7] = [
            &[0, 1],
            &[21, 254, 253, 0, 0],
            &[22, 254, 253, 0, 0],
            &[23, 254, 253],
            &[0x90, 96],
            &[0x80, 111],
            &[0x80, 200],
        ];
        let head = heads[i % heads.len()];
        datagram[..head.len()].copy_from_slice(head);
        let victim = if i % 2 == 0 { &neighbours.publisher } else { &neighbours.viewer };
        victim.switches.forged.lock().unwrap().push(datagram);
        if i % 20 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    neighbours.go_on_without_a_gap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_comes_from_everywhere_is_ended_and_its_neighbours_go_on() {
    let (sfu, events) = start();
    let neighbours = Neighbours::settle(&sfu).await;
    let room = RoomId::new();
    sfu.play_test_card(room).await.unwrap();
    let wanderer = Client::play(&sfu, room).await.unwrap();
    assert!(sees_pictures(&wanderer));
    let request = wanderer.seen.lock().unwrap().request.clone().unwrap();
    send_from_everywhere(&request, sfu.address(), 16);
    let before = wanderer.seen.lock().unwrap().video.len();
    assert!(wanderer.sees(SOON, |seen| seen.video.len() > before + 30), "a few addresses are accepted");
    send_from_everywhere(&request, sfu.address(), 60);
    assert!(happens(&events, SOON, is_down(wanderer.session, MediaEnd::Excess)), "too many are refused");
    neighbours.go_on_without_a_gap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_whose_address_changes_goes_on() {
    let (sfu, events) = start();
    let neighbours = Neighbours::settle(&sfu).await;
    neighbours.viewer.switches.rebind.store(true, Ordering::Relaxed);
    std::thread::sleep(Duration::from_millis(200));
    let before = neighbours.viewer.seen.lock().unwrap().video.len();
    let again = neighbours.viewer.sees(Duration::from_secs(20), |seen| seen.video.len() > before + 30);
    assert!(again, "no video at the new address; events: {:?}", events.lock().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_asks_for_ever_gets_few_keyframes() {
    let (sfu, _) = start();
    let neighbours = Neighbours::settle(&sfu).await;
    let asked = || neighbours.publisher.seen.lock().unwrap().keyframe_requests;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = asked();
    neighbours.viewer.switches.insatiable.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(6)).await;
    let during = asked() - before;
    assert!((1..=7).contains(&during), "{during} keyframes in six seconds");
    neighbours.go_on_without_a_gap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offers_that_never_connect_give_their_places_to_those_that_do() {
    // Few, so that they are made well before the first of them has waited too long.
    let (sfu, events) = start_with(Config { pending_per_room: 10, ..Config::default() });
    let neighbours = Neighbours::settle(&sfu).await;
    let (room, offer) = (RoomId::new(), idle_offer());
    sfu.play_test_card(room).await.unwrap();
    let mut answered = vec![];
    let refused = loop {
        assert!(answered.len() <= 10, "the room accepts all of them");
        match sfu.play(room, offer.clone()).await {
            Ok(answer) => answered.push(answer.session),
            Err(error) => break error,
        }
    };
    assert_eq!(refused, MediaError::Down, "after {}", answered.len());
    tokio::time::sleep(Duration::from_secs(4)).await;
    let viewer = Client::play(&sfu, room).await.expect("a place is freed");
    assert!(happens(&events, SOON, is_down(answered[0], MediaEnd::Unconnected)), "the oldest is evicted");
    assert!(sees_pictures(&viewer));
    let last = *answered.last().unwrap();
    assert!(
        happens(&events, Duration::from_secs(25), is_down(last, MediaEnd::Unconnected)),
        "all sessions end in time"
    );
    neighbours.go_on_without_a_gap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publisher_is_replaced_on_demand_and_each_end_is_told() {
    let (sfu, events) = start();
    let room = RoomId::new();
    let first = Client::publish(&sfu, room).await.unwrap();
    let viewer = Client::play(&sfu, room).await.unwrap();
    assert!(sees_pictures(&viewer));
    assert_eq!(Client::publish(&sfu, room).await.err(), Some(MediaError::Busy));
    let second = Client::take_over(&sfu, room).await.unwrap();
    let down = |session: MediaSessionId| move |event: &MediaEvent| matches!(event, MediaEvent::PublisherDown { session: s, .. } if *s == session);
    assert!(happens(&events, SOON, down(first.session)));
    assert!(
        happens(&events, SOON, |event| *event == MediaEvent::PublisherUp { room, session: second.session })
    );
    let before = viewer.seen.lock().unwrap().video.len();
    assert!(viewer.sees(SOON, |seen| seen.video.len() > before + 30));

    let nobody =
        sfu.publish(RoomId::new(), idle_offer().replace("recvonly", "sendonly"), false).await.unwrap();
    sfu.end(nobody.session, MediaEnd::Left);
    assert!(happens(&events, SOON, down(nobody.session)), "also of one that never sent a packet");
}
