//! What the plane guarantees to publishers and viewers.

use crate::client::Client;
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{MediaEnd, MediaError, MediaEvent, MediaPlane},
};
use media::{Config, EmbeddedSfu};
use std::{
    net::UdpSocket,
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(10);

type Events = Arc<Mutex<Vec<(Instant, MediaEvent)>>>;

fn start() -> (EmbeddedSfu, Events) {
    let sfu = EmbeddedSfu::start(Config::default()).unwrap();
    let events = Events::default();
    let theirs = events.clone();
    sfu.listen(Box::new(move |event| theirs.lock().unwrap().push((Instant::now(), event))));
    (sfu, events)
}

/// Waits for the event and returns when it came; panics if it does not come.
fn happens(events: &Events, event: MediaEvent) -> Instant {
    let until = Instant::now() + SOON;
    while Instant::now() < until {
        if let Some((at, _)) = events.lock().unwrap().iter().rev().find(|(_, came)| *came == event) {
            return *at;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{event:?} did not occur; events: {:?}", events.lock().unwrap());
}

fn gets_a_keyframe(viewer: &Client) -> bool {
    viewer.sees(SOON, |seen| seen.video.first().is_some_and(|(_, _, key)| *key))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_sees_what_is_published_from_a_keyframe_on() {
    let (sfu, events) = start();
    let room = RoomId::new();
    let early = Client::play(&sfu, room).await.unwrap();
    let publisher = Client::publish(&sfu, room).await.unwrap();
    happens(&events, MediaEvent::PublisherUp { room, session: publisher.session });
    assert!(gets_a_keyframe(&early), "the viewer that came before the publisher");
    // Long enough that the group is too large to be replayed: the newcomer's keyframe must be requested.
    assert!(early.sees(SOON, |seen| seen.video.len() > 200));
    let asked = publisher.seen.lock().unwrap().keyframe_requests;
    let late = Client::play(&sfu, room).await.unwrap();
    assert!(gets_a_keyframe(&late), "the viewer that came late");
    assert!(publisher.sees(SOON, |seen| seen.keyframe_requests > asked));
    assert!(late.sees(SOON, |seen| seen.video.len() > 60));
    for viewer in [&early, &late] {
        let seen = viewer.seen.lock().unwrap();
        assert_eq!(seen.video[0].1, 1000);
        assert!(seen.video.windows(2).all(|pair| pair[1].1 == pair[0].1 + 1), "a gap in the numbers");
        happens(&events, MediaEvent::ViewerUp { room, session: viewer.session });
    }
    let health = sfu.health(room).unwrap();
    assert_eq!(health.viewers, 2);
    assert_eq!(sfu.health(RoomId::new()), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_publisher_waits_until_the_first_is_silent() {
    let (sfu, events) = start();
    let room = RoomId::new();
    let first = Client::publish(&sfu, room).await.unwrap();
    happens(&events, MediaEvent::PublisherUp { room, session: first.session });
    assert_eq!(Client::publish(&sfu, room).await.err(), Some(MediaError::Busy));
    let viewer = Client::play(&sfu, room).await.unwrap();
    assert!(gets_a_keyframe(&viewer));

    first.switches.silent.store(true, Ordering::Relaxed);
    let silent = MediaEvent::PublisherDown { room, session: first.session, end: MediaEnd::Silent };
    let told = happens(&events, silent);
    let since = told - viewer.last_video().unwrap();
    assert!(
        since > Duration::from_millis(1900) && since < Duration::from_millis(2500),
        "notified after {since:?}"
    );
    events.lock().unwrap().clear();
    first.switches.silent.store(false, Ordering::Relaxed);
    happens(&events, MediaEvent::PublisherUp { room, session: first.session });

    first.switches.silent.store(true, Ordering::Relaxed);
    std::thread::sleep(Duration::from_millis(2300));
    let before = viewer.seen.lock().unwrap().video.len();
    let second = Client::publish(&sfu, room).await.expect("a silent publisher is replaced");
    happens(&events, MediaEvent::PublisherUp { room, session: second.session });
    assert!(first.sees(SOON, |seen| seen.closed), "the replaced publisher is notified");
    assert!(viewer.sees(SOON, |seen| seen.video.len() > before + 30));
    let seen = viewer.seen.lock().unwrap();
    assert!(seen.video[before].2, "the new run begins at a keyframe");
    assert!(seen.video.windows(2).all(|pair| pair[1].1 == pair[0].1 + 1), "one endless source");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ended_viewer_gets_nothing_more_while_its_neighbour_goes_on() {
    let (sfu, events) = start();
    let room = RoomId::new();
    let publisher = Client::publish(&sfu, room).await.unwrap();
    let (ended, neighbour) =
        (Client::play(&sfu, room).await.unwrap(), Client::play(&sfu, room).await.unwrap());
    assert!(gets_a_keyframe(&ended) && gets_a_keyframe(&neighbour));

    let at = Instant::now();
    sfu.end(ended.session, MediaEnd::Ejected);
    happens(&events, MediaEvent::ViewerDown { room, session: ended.session, end: MediaEnd::Ejected });
    assert!(ended.sees(SOON, |seen| seen.closed), "it is notified by DTLS");
    std::thread::sleep(Duration::from_millis(500));
    let last = ended.last_video().unwrap();
    assert!(last < at + Duration::from_millis(250), "packets for {:?} after the end", last - at);
    assert!(neighbour.last_video().unwrap() > at + Duration::from_millis(400));

    sfu.end(publisher.session, MediaEnd::Left);
    happens(&events, MediaEvent::PublisherDown { room, session: publisher.session, end: MediaEnd::Left });
    sfu.end(MediaSessionId::new(), MediaEnd::Left);
    assert_eq!(sfu.health(room).map(|health| health.viewers), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_on_the_socket_changes_nothing() {
    let (sfu, _) = start();
    let room = RoomId::new();
    let _publisher = Client::publish(&sfu, room).await.unwrap();
    let viewer = Client::play(&sfu, room).await.unwrap();
    assert!(gets_a_keyframe(&viewer));
    let (noise, mut state) = (UdpSocket::bind("127.0.0.1:0").unwrap(), 0x9e37_79b9_7f4a_7c15_u64);
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for i in 0..20_000 {
        let mut datagram: Vec<u8> = (0..random() % 120).map(|_| random() as u8).collect();
        // The first byte decides between STUN, DTLS, RTP and none of them.
        if let Some(first) = datagram.first_mut() {
            *first = [0, 1, 20, 22, 0x80, 0x90, *first][i % 7];
        }
        noise.send_to(&datagram, sfu.address()).unwrap();
    }
    let before = viewer.seen.lock().unwrap().video.len();
    assert!(viewer.sees(SOON, |seen| seen.video.len() > before + 30), "the viewer still receives video");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_fails_begins_again_and_tells_what_was_lost() {
    let sfu = EmbeddedSfu::start(Config::default()).unwrap();
    let (events, room) = (Events::default(), RoomId::new());
    let theirs = events.clone();
    sfu.listen(Box::new(move |event| {
        theirs.lock().unwrap().push((Instant::now(), event));
        assert!(!matches!(event, MediaEvent::ViewerUp { .. }), "this test makes the media thread fail");
    }));
    let publisher = Client::publish(&sfu, room).await.unwrap();
    happens(&events, MediaEvent::PublisherUp { room, session: publisher.session });
    let viewer = Client::play(&sfu, room).await.unwrap();
    happens(&events, MediaEvent::PublisherDown { room, session: publisher.session, end: MediaEnd::Lost });
    happens(&events, MediaEvent::ViewerDown { room, session: viewer.session, end: MediaEnd::Lost });
    let again = Client::publish(&sfu, room).await.expect("the thread is back");
    happens(&events, MediaEvent::PublisherUp { room, session: again.session });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_fails_for_ever_is_down() {
    let sfu = EmbeddedSfu::start(Config::default()).unwrap();
    sfu.listen(Box::new(|_| panic!("this test makes the media thread fail")));
    let until = Instant::now() + SOON;
    let mut clients = vec![];
    let failed = loop {
        assert!(Instant::now() < until, "it never went down");
        match Client::publish(&sfu, RoomId::new()).await {
            Ok(client) => clients.push(client),
            Err(error) => break error,
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(failed, MediaError::Down);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_test_card_plays_from_its_keyframe_at_once_until_it_is_ended() {
    let (sfu, events) = start();
    let room = RoomId::new();
    let card = sfu.play_test_card(room).await.unwrap();
    happens(&events, MediaEvent::PublisherUp { room, session: card });
    assert_eq!(sfu.play_test_card(room).await, Err(MediaError::Busy));
    assert_eq!(Client::publish(&sfu, room).await.err(), Some(MediaError::Busy));
    // In the middle of a second, so that the group up to here is replayed.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let viewer = Client::play(&sfu, room).await.unwrap();
    assert!(gets_a_keyframe(&viewer));
    assert!(viewer.sees(SOON, |seen| seen.audio > 150));
    {
        let seen = viewer.seen.lock().unwrap();
        let keys: Vec<Instant> = seen.video.iter().filter(|(.., key)| *key).map(|(at, ..)| *at).collect();
        let between = keys[1] - keys[0];
        assert!(
            between < Duration::from_millis(900),
            "the first keyframe came on time, not before: {between:?}"
        );
        assert!(keys.len() > 2, "a keyframe each second");
        assert!(
            seen.video.windows(2).all(|pair| pair[1].1 == pair[0].1 + 1),
            "replayed and live are one source"
        );
    }
    assert!(sfu.health(room).unwrap().bits_per_second > 100_000);
    sfu.end(card, MediaEnd::Left);
    happens(&events, MediaEvent::PublisherDown { room, session: card, end: MediaEnd::Left });
    let publisher = Client::publish(&sfu, room).await.expect("the place is free");
    happens(&events, MediaEvent::PublisherUp { room, session: publisher.session });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lost_on_either_link_comes_again() {
    let (sfu, _) = start();
    let room = RoomId::new();
    let publisher = Client::publish(&sfu, room).await.unwrap();
    let viewer = Client::play(&sfu, room).await.unwrap();
    assert!(gets_a_keyframe(&viewer));
    for client in [&publisher, &viewer] {
        client.switches.lossy.store(true, Ordering::Relaxed);
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    for client in [&publisher, &viewer] {
        client.switches.lossy.store(false, Ordering::Relaxed);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let seen = viewer.seen.lock().unwrap();
    let mut numbers: Vec<u64> = seen.video.iter().map(|(_, number, _)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for (link, client) in [("first", &publisher), ("second", &viewer)] {
        assert!(client.switches.lost.load(Ordering::Relaxed) > 3, "the {link} link lost hardly anything");
    }
    let holes = numbers[numbers.len() - 1] - numbers[0] + 1 - numbers.len() as u64;
    assert_eq!(holes, 0, "of {} numbers", numbers.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sound_and_picture_are_reported_on_one_clock() {
    let (sfu, _) = start();
    let room = RoomId::new();
    sfu.play_test_card(room).await.unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    let viewer = Client::play(&sfu, room).await.unwrap();
    assert!(viewer.sees(SOON, |seen| seen.zero.iter().all(Option::is_some)), "a report of each kind arrives");
    // The card's two clocks started at zero together.
    let zero = viewer.seen.lock().unwrap().zero;
    let (video, audio) = (zero[0].unwrap(), zero[1].unwrap());
    let apart = video.duration_since(audio).unwrap_or_else(|error| error.duration());
    assert!(apart < Duration::from_millis(20), "sound and picture are {apart:?} apart");
}

/// The host and a co-host are two rooms of media, of which a viewer plays both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cohosts_end_leaves_the_host_without_a_gap() {
    let (sfu, events) = start();
    let (show, place) = (RoomId::new(), RoomId::new());
    let _host = Client::publish(&sfu, show).await.unwrap();
    let cohost = Client::publish(&sfu, place).await.unwrap();
    let (of_host, of_cohost) =
        (Client::play(&sfu, show).await.unwrap(), Client::play(&sfu, place).await.unwrap());
    assert!(gets_a_keyframe(&of_host) && gets_a_keyframe(&of_cohost));
    let at = Instant::now();
    sfu.end(cohost.session, MediaEnd::Ejected);
    happens(
        &events,
        MediaEvent::PublisherDown { room: place, session: cohost.session, end: MediaEnd::Ejected },
    );
    let before = of_host.seen.lock().unwrap().video.len();
    assert!(of_host.sees(SOON, |seen| seen.video.len() > before + 30));
    assert!(of_cohost.last_video().unwrap() < at + Duration::from_millis(250));
    let seen = of_host.seen.lock().unwrap();
    assert!(seen.video.windows(2).all(|pair| pair[1].1 == pair[0].1 + 1), "a gap in the numbers");
}

/// It holds for whoever plays and whoever publishes later, and in that room alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_muted_room_is_silent_without_a_gap_also_after_a_reconnection() {
    let (sfu, _) = start();
    let (place, other) = (RoomId::new(), RoomId::new());
    let publisher = sfu.play_test_card(place).await.unwrap();
    sfu.play_test_card(other).await.unwrap();
    let (viewer, neighbour) =
        (Client::play(&sfu, place).await.unwrap(), Client::play(&sfu, other).await.unwrap());
    assert!([&viewer, &neighbour].iter().all(|one| one.sees(SOON, |seen| seen.sound > 20)));
    sfu.mute(place, true);
    // What is on its way.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let is_silent = |viewer: &Client| {
        let (sound, audio) = {
            let seen = viewer.seen.lock().unwrap();
            (seen.sound, seen.audio)
        };
        viewer.sees(SOON, |seen| seen.audio > audio + 40) && viewer.seen.lock().unwrap().sound == sound
    };
    assert!(is_silent(&viewer));
    let before = neighbour.seen.lock().unwrap().sound;
    assert!(neighbour.sees(SOON, |seen| seen.sound > before + 20));
    sfu.end(publisher, MediaEnd::Left);
    sfu.play_test_card(place).await.unwrap();
    let late = Client::play(&sfu, place).await.unwrap();
    assert!(gets_a_keyframe(&late), "the picture stays");
    assert!(is_silent(&viewer) && is_silent(&late));
    assert_eq!(late.seen.lock().unwrap().sound, 0);
    sfu.mute(place, false);
    assert!(late.sees(SOON, |seen| seen.sound > 20));
}
