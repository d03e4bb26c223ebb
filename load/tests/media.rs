//! Short runs with the service's own media plane: what it forwards is whole, and what is missing is found.

mod sfu;

use load::{
    live::{self, Film, MediaReport, MediaStage},
    measure::progress::Progress,
};
use std::time::Duration;

const FILM: Film = Film {
    rooms: 2,
    viewers: 6,
    seconds: 3.0,
    bitrate: 300_000,
    layers: 1,
    sound: true,
    joins: 0.0,
    loss: 0.0,
    seed: 1,
};

async fn film(url: &str, film: Film) -> MediaReport {
    let stage = MediaStage::of_peer(url, film.rooms).expect("a stage");
    live::run(stage, film, None, &mut Progress::new()).await.expect("a run")
}

/// Every 30th of a second a picture, and every 50th a packet of sound.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_viewer_gets_each_frame_once_and_in_order() {
    let (url, doors) = sfu::start().await;
    let report = film(&url, Film { joins: 1.0, ..FILM }).await;
    assert_eq!(report.differences, [""; 0]);
    // Two left within the three seconds, and two came.
    assert_eq!((report.all.viewers, report.all.exact, doors.sessions()), (8, 8, 10));
    assert_eq!(report.rooms.iter().map(|room| room.viewers).sum::<u64>(), 8);
    assert_eq!((report.all.first_key_ms.count, report.all.late_first_key_ms.count), (6, 2));
    let (pictures, sounds) = (report.all.pictures, report.all.sounds);
    assert!(pictures.came > 6 * 3 * 29 && sounds.came > 6 * 3 * 48, "{pictures:?} {sounds:?}");
    assert!(report.all.latency_ms.count > 300 && report.all.latency_ms.p50 < 1_000.0);
    assert!(report.packets > pictures.came / 2 && report.dropped == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_packets_are_asked_for_again() {
    let (url, _doors) = sfu::start().await;
    let report = film(&url, Film { loss: 0.05, sound: false, bitrate: 600_000, ..FILM }).await;
    assert_eq!(report.differences, [""; 0]);
    let lost = report.all.pictures.lost;
    assert!(report.dropped > lost * 4 && report.dropped > 50, "{lost} of {}", report.dropped);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_whom_the_server_ends_is_a_difference() {
    let (url, doors) = sfu::start().await;
    let ejected = tokio::spawn(async move {
        while doors.sessions() < 8 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        doors.eject(5);
    });
    let report = film(&url, FILM).await;
    ejected.await.expect("somebody was ended");
    assert_eq!((report.all.viewers, report.all.exact), (6, 5));
    let found = report.differences.join(", ");
    assert!(found.contains("frames lost, 0 allowed"), "{found}");
    assert_eq!(report.rooms.iter().filter(|room| room.exact == room.viewers).count(), 1, "the other room");
}
