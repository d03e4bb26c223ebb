//! A publisher that sends its picture in layers: which of them each viewer gets.

use crate::client::{Client, LAYERED, RADIO, Seen};
use domain::{
    id::RoomId,
    live::media::{LayerWish, MediaEvent, MediaPlane, Quality, ViewerLayers},
};
use media::{Config, EmbeddedSfu, RecorderConfig};
use std::{
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(10);
/// For what takes seconds, also on a machine that is slow.
const LATE: Duration = Duration::from_secs(60);

/// A room whose publisher sends three layers, and viewers that get the largest.
async fn watched<const N: usize>() -> (EmbeddedSfu, Client, [Client; N]) {
    let sfu = EmbeddedSfu::start(Config::default()).unwrap();
    let room = RoomId::new();
    let publisher = Client::publish_with(&sfu, room, LAYERED).await.unwrap();
    let mut viewers = vec![];
    for _ in 0..N {
        viewers.push(Client::play(&sfu, room).await.unwrap());
    }
    assert!(viewers.iter().all(|viewer| viewer.sees(SOON, |seen| gets(seen, 2))), "the largest by itself");
    (sfu, publisher, viewers.try_into().ok().unwrap())
}

/// Whether the last packets are all of this layer.
fn gets(seen: &Seen, layer: u8) -> bool {
    seen.layers.len() > 10 && seen.layers.iter().rev().take(10).all(|last| *last == layer)
}

/// One endless source, of which nothing is missing, and whose picture changes at keyframes.
fn is_whole(viewer: &Client, what: &str) {
    let seen = viewer.seen.lock().unwrap();
    for (at, pair) in seen.video.windows(2).enumerate() {
        assert_eq!(pair[1].1, pair[0].1 + 1, "{what}: a gap in the numbers");
        assert!(seen.layers[at] == seen.layers[at + 1] || pair[1].2, "{what}: no keyframe at {}", pair[1].1);
    }
}

fn wish(quality: Quality, shown: Option<u16>) -> LayerWish {
    LayerWish { quality, shown }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_viewer_gets_the_layer_that_it_chooses_and_others_lose_nothing() {
    let (sfu, _publisher, [chooser, other]) = watched().await;
    let since = other.seen.lock().unwrap().layers.len();
    for (quality, shown, layer) in [
        (Quality::Low, None, 0),
        (Quality::Medium, Some(1_080), 1),
        (Quality::High, Some(100), 2),
        (Quality::Auto, Some(200), 0),
        (Quality::Auto, Some(400), 1),
        (Quality::Auto, Some(1_080), 2),
        (Quality::Auto, Some(0), 0),
        (Quality::Auto, None, 2),
    ] {
        let layers = sfu.choose_layer(chooser.session, wish(quality, shown)).await.unwrap();
        assert_eq!(layers.heights, [180, 360, 720]);
        let switched = chooser.sees(SOON, |seen| gets(seen, layer));
        assert!(switched, "{quality:?} shown at {shown:?} is layer {layer}");
        let current = sfu.choose_layer(chooser.session, wish(quality, shown)).await.unwrap().current;
        assert_eq!(current, Some(usize::from(layer)));
    }
    is_whole(&chooser, "who chooses");
    is_whole(&other, "the other");
    let seen = other.seen.lock().unwrap();
    assert!(seen.layers[since..].iter().all(|layer| *layer == 2), "it was never given another layer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_that_chooses_without_end_costs_the_publisher_few_keyframes() {
    let (sfu, publisher, [restless, other]) = watched().await;
    let requests = || publisher.seen.lock().unwrap().keyframe_requests;
    let (before, began) = (requests(), Instant::now());
    while began.elapsed() < Duration::from_secs(6) {
        for quality in [Quality::Low, Quality::High] {
            sfu.choose_layer(restless.session, wish(quality, None)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    // Of each of two layers some at once, and then one a second.
    let (asked, most) = (requests() - before, 2 * (5 + began.elapsed().as_secs() as usize));
    assert!((1..=most).contains(&asked), "{asked}");
    is_whole(&other, "the other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_that_loses_much_gets_less_and_more_again_and_others_lose_nothing() {
    let (_sfu, _publisher, [narrow, other]) = watched().await;
    let since = other.seen.lock().unwrap().layers.len();
    // After how many reports, which a link makes once a second, is decided without a clock (`strain_tests`).
    narrow.switches.narrow.store(true, Ordering::Relaxed);
    assert!(narrow.sees(LATE, |seen| seen.layers.last().is_some_and(|layer| *layer < 2)), "it goes down");
    narrow.switches.narrow.store(false, Ordering::Relaxed);
    assert!(narrow.sees(LATE, |seen| gets(seen, 2)), "it goes up again");
    is_whole(&other, "the other");
    let seen = other.seen.lock().unwrap();
    assert!(seen.layers[since..].iter().all(|layer| *layer == 2), "it was never given another layer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_that_stops_is_replaced_by_the_next_one_until_it_is_back() {
    let (sfu, publisher, [viewer, small]) = watched().await;
    sfu.choose_layer(small.session, wish(Quality::Low, None)).await.unwrap();
    assert!(small.sees(SOON, |seen| gets(seen, 0)));
    let since = small.seen.lock().unwrap().layers.len();
    publisher.switches.short.store(true, Ordering::Relaxed);
    assert!(viewer.sees(SOON, |seen| gets(seen, 1)));
    let there = sfu.choose_layer(viewer.session, LayerWish::default()).await;
    assert_eq!(there, Some(ViewerLayers { heights: vec![180, 360], current: Some(1) }));
    publisher.switches.short.store(false, Ordering::Relaxed);
    assert!(viewer.sees(SOON, |seen| gets(seen, 2)));
    is_whole(&viewer, "the viewer");
    is_whole(&small, "who has another layer");
    assert!(small.seen.lock().unwrap().layers[since..].iter().all(|layer| *layer == 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_one_layer_there_is_nothing_to_choose() {
    let sfu = EmbeddedSfu::start(Config::default()).unwrap();
    let room = RoomId::new();
    let publisher = Client::publish(&sfu, room).await.unwrap();
    let viewer = Client::play(&sfu, room).await.unwrap();
    assert!(viewer.sees(SOON, |seen| seen.video.len() > 30));
    let layers = sfu.choose_layer(viewer.session, wish(Quality::Low, Some(0))).await;
    assert_eq!(layers, Some(ViewerLayers { heights: vec![0], current: Some(0) }));
    let before = viewer.seen.lock().unwrap().video.len();
    assert!(viewer.sees(SOON, |seen| seen.video.len() > before + 30));
    is_whole(&viewer, "the viewer");
    assert_eq!(sfu.choose_layer(publisher.session, LayerWish::default()).await, None, "a publisher");
}

type Told = Arc<Mutex<Vec<(RoomId, Vec<u8>)>>>;

/// From now on: which layers the publishers of rooms were told to pause.
fn told(sfu: &EmbeddedSfu) -> Told {
    let told = Told::default();
    let theirs = told.clone();
    sfu.listen(Box::new(move |event| {
        if let MediaEvent::LayersPaused { room, layers, .. } = event {
            theirs.lock().unwrap().push((room, layers.iter().collect()));
        }
    }));
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_that_nobody_gets_is_paused_and_comes_back_when_somebody_wants_it() {
    let (sfu, publisher, [viewer, small]) = watched().await;
    let told = told(&sfu);
    let room_told = || told.lock().unwrap().iter().map(|(_, layers)| layers.clone()).collect::<Vec<_>>();
    sfu.pause_layers(publisher.session);
    for client in [&viewer, &small] {
        sfu.choose_layer(client.session, wish(Quality::Low, None)).await.unwrap();
    }
    assert!(
        viewer.sees(SOON * 2, |seen| gets(seen, 0) && !room_told().is_empty()),
        "nobody gets the largest"
    );
    assert_eq!(room_told(), [[2]], "the smaller ones go on");
    publisher.switches.short.store(true, Ordering::Relaxed);
    let since = small.seen.lock().unwrap().layers.len();
    assert!(small.sees(SOON, |seen| seen.layers.len() > since + 150), "some seconds without it");

    let layers = sfu.choose_layer(viewer.session, wish(Quality::High, None)).await.unwrap();
    assert_eq!(layers, ViewerLayers { heights: vec![180, 360, 720], current: Some(0) }, "it can be chosen");
    assert_eq!(room_told(), [vec![2], vec![]], "at once");
    assert!(viewer.sees(SOON, |seen| gets(seen, 1)), "the next smaller one until it comes");
    publisher.switches.short.store(false, Ordering::Relaxed);
    assert!(viewer.sees(SOON, |seen| gets(seen, 2)));
    is_whole(&viewer, "who chose it");
    is_whole(&small, "the other");
    assert!(small.seen.lock().unwrap().layers[since..].iter().all(|layer| *layer == 0));
    assert_eq!(room_told().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_recorded_and_who_did_not_say_that_it_pauses_layers_goes_on() {
    let sfu = EmbeddedSfu::start(Config::default()).unwrap();
    let (told, rooms) = (told(&sfu), [RoomId::new(), RoomId::new(), RoomId::new()]);
    let mut publishers = vec![];
    for room in rooms {
        publishers.push(Client::publish_with(&sfu, room, LAYERED).await.unwrap());
    }
    let folder = std::env::temp_dir().join(rooms[1].to_string());
    let config = RecorderConfig { folder: folder.clone(), first: 0, offset: 0, codec: None };
    let recorder = sfu.record(rooms[1], config).unwrap();
    let viewer = Client::play(&sfu, rooms[1]).await.unwrap();
    sfu.choose_layer(viewer.session, wish(Quality::Low, None)).await.unwrap();
    let _listener = Client::play_with(&sfu, rooms[0], RADIO).await.unwrap();
    for publisher in &publishers[..2] {
        sfu.pause_layers(publisher.session);
    }
    // The first room, to which somebody only listens, says when it is time.
    assert!(viewer.sees(SOON * 2, |_| !told.lock().unwrap().is_empty()));
    let since = viewer.seen.lock().unwrap().layers.len();
    assert!(viewer.sees(SOON, |seen| seen.layers.len() > since + 150), "some seconds more");
    assert_eq!(*told.lock().unwrap(), [(rooms[0], vec![2])]);
    recorder.finish();
    let ended = || told.lock().unwrap().iter().any(|(room, layers)| *room == rooms[1] && *layers == [2]);
    assert!(viewer.sees(SOON * 2, |_| ended()), "after the recording");
    assert!(told.lock().unwrap().iter().all(|(room, _)| *room != rooms[2]));
    std::fs::remove_dir_all(folder).unwrap();
}
