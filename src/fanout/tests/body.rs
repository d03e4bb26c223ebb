//! A subscription polled as a plain body, without any transport.

use bytes::Bytes;
use fanout::{After, Body, Closed, Config, Event, Fanout, Frame, Refused};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(5);

fn fanout() -> Fanout {
    let config = Config { shards: 2, tick: Duration::from_millis(5), ..Config::default() };
    Fanout::start(config).expect("threads")
}

fn line(id: u64) -> Frame {
    Event::named("line", &format!("number {id}")).id(id).into()
}

fn text(id: u64) -> String {
    format!("event: line\nid: {id}\ndata: number {id}\n\n")
}

async fn next(body: &mut Body) -> Option<Bytes> {
    let frame = timeout(SOON, body.frame()).await.expect("a frame in time")?;
    frame.expect("infallible").into_data().ok()
}

#[tokio::test]
async fn private_frames_come_first_and_stay_private() {
    let fanout = fanout();
    let log = fanout.log(0);
    let (link, mut mine) = fanout.subscribe(log.head(), [Event::new("a").into(), Event::new("b").into()]);
    let (_, mut other) = fanout.subscribe(log.head(), []);
    log.append(line(1));
    assert_eq!(next(&mut mine).await.expect("first"), "data: a\n\ndata: b\n\n");
    assert_eq!(next(&mut mine).await.expect("log"), text(1));
    link.send(Event::new("for you")).expect("room");
    assert_eq!(next(&mut mine).await.expect("private"), "data: for you\n\n");
    log.append(line(2));
    assert_eq!(next(&mut mine).await.expect("log"), text(2));
    assert_eq!(next(&mut other).await.expect("log"), text(1));
    assert_eq!(next(&mut other).await.expect("log"), text(2));
}

#[tokio::test]
async fn an_appended_frame_wakes_a_waiting_body() {
    let fanout = fanout();
    let log = fanout.log(0);
    let (_link, mut body) = fanout.subscribe(log.head(), []);
    let reader = tokio::spawn(async move { next(&mut body).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    log.append(line(1));
    assert_eq!(reader.await.expect("reader").expect("frame"), text(1));
}

#[tokio::test]
async fn an_end_is_the_last_thing_said() {
    let fanout = fanout();
    let log = fanout.log(0);
    let (link, mut body) = fanout.subscribe(log.head(), []);
    link.end(Event::named("end", "refunded"));
    log.append(line(1));
    assert_eq!(link.send(Event::new("late")), Err(Refused::Closed));
    assert_eq!(next(&mut body).await.expect("last"), "event: end\ndata: refunded\n\n");
    assert_eq!(next(&mut body).await, None);
    assert_eq!(timeout(SOON, link.closed()).await, Ok(Closed::Ended));
}

#[tokio::test]
async fn a_dropped_body_is_a_closed_connection() {
    let fanout = fanout();
    let log = fanout.log(0);
    let (link, body) = fanout.subscribe(log.head(), []);
    let (told, heard) = std::sync::mpsc::channel();
    link.on_close(move |reason| told.send(reason).expect("the test listens"));
    assert_eq!(log.readers(), 1);
    drop(body);
    assert_eq!(heard.recv(), Ok(Closed::Peer));
    assert_eq!(link.send(Event::new("late")), Err(Refused::Closed));
    timeout(SOON, log.deserted()).await.expect("no readers left");
}

#[tokio::test]
async fn the_private_queue_is_bounded() {
    let fanout = Fanout::start(Config { private_frames: 2, ..Config::default() }).expect("threads");
    let (link, _body) = fanout.subscribe(fanout.log(0).head(), []);
    assert_eq!(link.send(Event::new("1")), Ok(()));
    assert_eq!(link.send(Event::new("2")), Ok(()));
    assert_eq!(link.send(Event::new("3")), Err(Refused::Full));
}

#[tokio::test]
async fn a_reader_that_the_log_overtook_is_told_to_resync() {
    let fanout = Fanout::start(Config { log_frames: 4, ..Config::default() }).expect("threads");
    let log = fanout.log(0);
    let (_link, mut body) = fanout.subscribe(log.head(), []);
    for id in 1..=9 {
        assert!(log.append(line(id)));
    }
    assert_eq!(next(&mut body).await.expect("resync"), "event: resync\ndata: 9\n\n");
    log.append(line(10));
    assert_eq!(next(&mut body).await.expect("log"), text(10));
    assert_eq!(fanout.counters().resyncs, 1);
}

#[tokio::test]
async fn a_returning_reader_continues_from_the_log_or_learns_what_to_replay() {
    let fanout = Fanout::start(Config { log_frames: 4, ..Config::default() }).expect("threads");
    let log = fanout.log(100);
    assert!(matches!(log.after(99), After::Behind { head_id: 100, .. }));
    for id in 101..=103 {
        log.append(line(id));
    }
    let After::Covered(cursor) = log.after(101) else { panic!("101 is in the log") };
    let (_link, mut body) = fanout.subscribe(cursor, []);
    assert_eq!(next(&mut body).await.expect("log"), text(102));
    assert_eq!(next(&mut body).await.expect("log"), text(103));

    // A page that was rendered two entries ahead of the pump.
    let After::Covered(cursor) = log.after(105) else { panic!("the head is covered") };
    let (_link, mut ahead) = fanout.subscribe(cursor, []);
    for id in 104..=106 {
        log.append(line(id));
    }
    assert_eq!(next(&mut ahead).await.expect("log"), text(106));
    let After::Behind { cursor, head_id: 106 } = log.after(101) else { panic!("102 was trimmed") };
    assert_eq!(log.readers(), 3);
    drop(cursor);
    assert_eq!(log.readers(), 2);
    assert!(!log.append(line(106)), "an id is appended once");
}

#[tokio::test]
async fn a_quiet_log_beats() {
    let beat = Duration::from_millis(50);
    let fanout = Fanout::start(Config { beat, ..Config::default() }).expect("threads");
    let (_link, mut body) = fanout.subscribe(fanout.log(0).head(), []);
    for _ in 0..3 {
        assert_eq!(next(&mut body).await.expect("beat"), "event: beat\ndata: 50\n\n");
    }
}

#[tokio::test]
async fn a_shutdown_says_bye_to_all_and_to_those_who_come_late() {
    let fanout = fanout();
    let log = fanout.log(0);
    let (link, mut body) = fanout.subscribe(log.head(), []);
    let reader = tokio::spawn(async move { (next(&mut body).await, next(&mut body).await) });
    tokio::time::sleep(Duration::from_millis(50)).await;
    timeout(SOON, fanout.shutdown()).await.expect("all left");
    let (bye, end) = reader.await.expect("reader");
    assert!(bye.expect("bye").starts_with(b"event: bye\nretry: "));
    assert_eq!(end, None);
    assert_eq!(link.closed().await, Closed::Shutdown);
    let (_link, mut late) = fanout.subscribe(log.head(), []);
    assert!(next(&mut late).await.expect("bye").starts_with(b"event: bye\n"));
    assert_eq!(next(&mut late).await, None);
    assert_eq!(fanout.counters().connections, 0);
}

#[tokio::test]
async fn a_body_that_nobody_polls_is_closed_after_the_deadline() {
    let deadline = Duration::from_millis(100);
    let fanout = Fanout::start(Config { deadline, ..Config::default() }).expect("threads");
    let log = fanout.log(0);
    let (link, mut body) = fanout.subscribe(log.head(), [Event::new("hello").into()]);
    next(&mut body).await.expect("first");
    log.append(line(1));
    assert_eq!(timeout(SOON, link.closed()).await, Ok(Closed::TooSlow));
    assert_eq!(fanout.counters().closed_slow, 1);
    assert_eq!(next(&mut body).await, None);
}
