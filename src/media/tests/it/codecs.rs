//! Codecs beside VP8, and publishers that send no keyframe when they are asked.

use crate::client::{BROWSER, Client, RADIO, VP8};
use domain::{
    id::RoomId,
    live::media::{Codec, MediaError, MediaPlane, PictureHealth},
};
use media::{Config, EmbeddedSfu, Film};
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(10);

fn start() -> EmbeddedSfu {
    EmbeddedSfu::start(Config::default()).unwrap()
}

/// From a keyframe on, without a gap.
fn is_continuous(viewer: &Client) -> bool {
    let seen = viewer.seen.lock().unwrap();
    seen.video[0].2 && seen.video.windows(2).all(|pair| pair[1].1 == pair[0].1 + 1)
}

/// What the room's picture is measured to be, once a second.
async fn measured(sfu: &EmbeddedSfu, room: RoomId, enough: fn(&PictureHealth) -> bool) -> PictureHealth {
    let until = Instant::now() + SOON;
    loop {
        let picture = sfu.health(room).and_then(|health| health.picture);
        if let Some(picture) = picture.filter(enough) {
            return picture;
        }
        assert!(Instant::now() < until, "no picture is measured");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_an_encoders_show_sees_it_long_before_its_next_keyframe() {
    let (sfu, room) = (start(), RoomId::new());
    let encoder = Client::encode(&sfu, room).await.unwrap();
    // By then it is known to answer no request, and its group is too large to be sent at once.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let asked = encoder.seen.lock().unwrap().keyframe_requests;
    assert!(asked > 0, "it was asked once to know that");
    let viewers = [
        Client::play_with(&sfu, room, BROWSER).await.unwrap(),
        Client::play_with(&sfu, room, BROWSER).await.unwrap(),
    ];
    for viewer in &viewers {
        assert!(
            viewer.sees(Duration::from_secs(2), |seen| seen.video.len() > 170),
            "it gets the whole group"
        );
        let begun = viewer.seen.lock().unwrap().connected.unwrap();
        let first = viewer.seen.lock().unwrap().video[0].0;
        assert!(first - begun < Duration::from_millis(500), "the first picture after {:?}", first - begun);
        assert!(viewer.sees(SOON, |seen| seen.video.len() > 350), "and then the present");
        // On a busy machine a burst overflows the viewer's buffer, and what was lost comes again, out of order.
        let seen = viewer.seen.lock().unwrap();
        let mut numbers: Vec<u64> = seen.video.iter().map(|(_, number, _)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert!(seen.video[0].2 && numbers[0] == 1000, "it begins with the keyframe");
        let holes = numbers[numbers.len() - 1] - numbers[0] + 1 - numbers.len() as u64;
        assert!(holes < 10, "{holes} of {} packets are missing, and may still come", numbers.len());
    }
    let health = sfu.health(room).unwrap().picture.expect("a picture");
    let PictureHealth { codec, size, frames_per_second, keyframe_ms } = health;
    assert_eq!((codec, size), (Codec::H264, Some((1280, 720))));
    assert!((20..=30).contains(&frames_per_second), "{frames_per_second}");
    assert!(keyframe_ms.is_some_and(|ms| ms > 2_000), "{keyframe_ms:?}");
    assert_eq!(sfu.still(room).await, None, "nobody here can decode it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_film_in_h264_is_played_as_by_an_encoder_and_seen_at_once() {
    let (sfu, room) = (start(), RoomId::new());
    sfu.play_film(room, Film::Line).await.unwrap();
    // In the middle between two keyframes.
    tokio::time::sleep(Duration::from_millis(900)).await;
    let viewer = Client::play_with(&sfu, room, BROWSER).await.unwrap();
    assert!(viewer.sees(SOON, |seen| seen.video.len() > 60 && seen.audio > 30));
    let (begun, first) = {
        let seen = viewer.seen.lock().unwrap();
        (seen.connected.unwrap(), seen.video[0].0)
    };
    assert!(first - begun < Duration::from_millis(500), "the first picture after {:?}", first - begun);
    assert!(is_continuous(&viewer));
    let refused = Client::play_with(&sfu, room, VP8).await.err();
    assert_eq!(refused, Some(MediaError::Undecodable { codec: Codec::H264 }));
    let told = |picture: &PictureHealth| picture.keyframe_ms.is_some_and(|ms| (1_900..=2_300).contains(&ms));
    let picture = measured(&sfu, room, told).await;
    assert_eq!((picture.codec, picture.size), (Codec::H264, Some((640, 360))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_answers_requests_is_not_said_to_send_keyframes_by_the_clock() {
    let (sfu, room) = (start(), RoomId::new());
    let camera = Client::publish(&sfu, room).await.unwrap();
    assert!(camera.sees(SOON, |seen| seen.keyframe_requests > 0));
    let picture = measured(&sfu, room, |picture| picture.frames_per_second > 20).await;
    assert_eq!((picture.codec, picture.keyframe_ms), (Codec::Vp8, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_decode_the_picture_is_told_and_nobody_else_is_disturbed() {
    let (sfu, room) = (start(), RoomId::new());
    let (old, new) =
        (Client::play(&sfu, room).await.unwrap(), Client::play_with(&sfu, room, BROWSER).await.unwrap());
    let _camera = Client::publish(&sfu, room).await.unwrap();
    assert!([&old, &new].iter().all(|viewer| viewer.sees(SOON, |seen| seen.video.len() > 30)));
    let _encoder = Client::encode(&sfu, room).await.unwrap();
    assert!(old.sees(SOON, |seen| seen.closed), "it came before the encoder");
    let refused = Client::play_with(&sfu, room, VP8).await.err();
    assert_eq!(refused, Some(MediaError::Undecodable { codec: Codec::H264 }));
    let before = new.seen.lock().unwrap().video.len();
    assert!(new.sees(SOON, |seen| seen.video.len() > before + 30) && is_continuous(&new));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_changes_its_codec_with_its_publisher() {
    let (sfu, room) = (start(), RoomId::new());
    let camera = Client::publish(&sfu, room).await.unwrap();
    let viewer = Client::play_with(&sfu, room, BROWSER).await.unwrap();
    assert!(viewer.sees(SOON, |seen| seen.video.len() > 30));
    let _encoder = Client::encode(&sfu, room).await.unwrap();
    assert!(camera.sees(SOON, |seen| seen.closed), "the encoder took over");
    let before = viewer.seen.lock().unwrap().video.len();
    assert!(viewer.sees(SOON, |seen| seen.video.len() > before + 30));
    assert!(is_continuous(&viewer), "one endless source");
    assert_eq!(measured(&sfu, room, |_| true).await.codec, Codec::H264);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_listens_gets_no_byte_of_the_picture_whatever_its_codec() {
    let (sfu, card, show) = (start(), RoomId::new(), RoomId::new());
    sfu.play_test_card(card).await.unwrap();
    let listener = Client::play_with(&sfu, card, RADIO).await.unwrap();
    let neighbour = Client::play(&sfu, card).await.unwrap();
    assert!(neighbour.sees(SOON, |seen| seen.video.len() > 30 && seen.audio > 50));
    assert!(listener.sees(SOON, |seen| seen.audio > 50));
    assert!(listener.seen.lock().unwrap().video.is_empty());
    let _encoder = Client::encode(&sfu, show).await.unwrap();
    Client::play_with(&sfu, show, RADIO).await.expect("it need not decode the picture");
}
