//! Slow readers, and that they do not affect the others.

use crate::{
    client::{Client, Dial, Next, SOON},
    over_both,
    world::{FILM, Settings, Transport, World},
};
use fanout::{Closed, Config, Event, Link, Refused};
use std::time::Duration;
use tokio::time::timeout;

over_both!(
    a_late_reader_catches_up,
    an_overtaken_reader_resyncs_or_ends,
    a_letter_overtakes_what_a_late_reader_has_missed,
    a_reader_that_takes_nothing_is_closed,
    a_reader_that_the_kernel_gave_up_was_too_slow,
    a_private_queue_fills_and_refuses,
    a_paused_film_goes_on_where_its_response_is_patient,
);

const SMALL: Dial = Dial { receive_buffer: Some(4096) };

fn settings(config: Config) -> Settings {
    Settings { config, send_buffer: 4096, ..Settings::default() }
}

async fn a_late_reader_catches_up(transport: Transport) {
    let mut world = World::with(transport, settings(Settings::default().config)).await;
    let (mut late, _link) = world.open_with("/events?since=0", SMALL).await;
    for _ in 0..500 {
        world.room.publish(&"late ".repeat(200));
    }
    world.until("it is reported", |_, counters| counters.blocked == 1).await;
    for id in 1..=500 {
        let event = late.event().await;
        if event.name != "beat" {
            assert_eq!(event.id, Some(id));
        }
    }
    world.until("it is no longer", |_, counters| counters.blocked == 0).await;
}

/// What a reader received until `last`, or until it was cut off.
async fn read_on(client: &mut Client, last: u64) -> (Vec<u64>, usize, bool) {
    let (mut ids, mut resyncs) = (Vec::new(), 0);
    while ids.last() != Some(&last) {
        match client.next().await {
            Next::Event(event) if event.name == "resync" => {
                resyncs += 1;
                ids.push(event.data.parse().expect("the head's id"));
            }
            Next::Event(event) => ids.extend(event.id),
            Next::End => panic!("nobody ended it"),
            Next::Broken => return (ids, resyncs, true),
        }
    }
    (ids, resyncs, false)
}

async fn an_overtaken_reader_resyncs_or_ends(transport: Transport) {
    let config = Config { log_bytes: 64 << 10, ..Settings::default().config };
    let mut world = World::with(transport, settings(config)).await;
    let mut stalled: Vec<(Client, Link)> = Vec::new();
    for _ in 0..8 {
        stalled.push(world.open_with("/events?since=0", SMALL).await);
    }
    let (mut quick, _link) = world.open("/events?since=0").await;
    let mut last = 0;
    // Twenty times the log's size, in steps that an active reader can follow.
    for n in 0..1300 {
        last = world.room.publish(&"z".repeat(1000 + n % 13));
        if n % 10 == 9 {
            let (ids, resyncs, _) = read_on(&mut quick, last).await;
            assert_eq!((ids.len(), resyncs), (10, 0), "the others lose nothing");
        }
    }
    let (mut resynced, mut cut) = (0, 0);
    let (room, tally) = (world.room.clone(), world.fanout.clone());
    for (mut client, link) in stalled {
        let publish = room.clone();
        let more = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            publish.publish("one more")
        });
        let (ids, resyncs, broken) = read_on(&mut client, last + 1).await;
        last = more.await.expect("published");
        assert!(ids.is_sorted(), "order survives: {ids:?}");
        if broken {
            assert_eq!(timeout(SOON, link.closed()).await, Ok(Closed::TooSlow));
            cut += 1;
        } else {
            assert!(resyncs >= 1, "the loss is reported");
            resynced += 1;
        }
    }
    assert_eq!(resynced + cut, 8);
    assert!(tally.counters().resyncs >= resynced);
    assert_eq!(tally.counters().closed_slow, cut);
}

async fn a_reader_that_takes_nothing_is_closed(transport: Transport) {
    let config = Config { deadline: Duration::from_millis(400), ..Settings::default().config };
    let mut world = World::with(transport, settings(config)).await;
    let (mut stalled, link) = world.open_with("/events?since=0", SMALL).await;
    let (mut quick, other) = world.open("/events?since=0").await;
    for _ in 0..200 {
        world.room.publish(&"w".repeat(2000));
    }
    assert_eq!(read_on(&mut quick, 200).await.0.len(), 200);
    assert_eq!(timeout(SOON, link.closed()).await, Ok(Closed::TooSlow));
    assert_eq!(other.is_closed(), None);
    world.until("its socket is given back", |world, _| world.sockets().len() == 1).await;
    assert_eq!(world.fanout.counters().closed_slow, 1);
    assert!(read_on(&mut stalled, 200).await.2, "its connection was cut");
}

async fn a_letter_overtakes_what_a_late_reader_has_missed(transport: Transport) {
    let mut world = World::with(transport, settings(Settings::default().config)).await;
    let (mut late, link) = world.open_with("/events?since=0", SMALL).await;
    for _ in 0..500 {
        world.room.publish(&"late ".repeat(200));
    }
    world.until("it is blocked", |_, counters| counters.blocked == 1).await;
    link.send(Event::named("letter", "urgent")).expect("room");
    let mut lines = 0;
    while late.event().await.name != "letter" {
        lines += 1;
    }
    assert!(lines < 250, "only frames already in flight come first: {lines}");
}

async fn a_reader_that_the_kernel_gave_up_was_too_slow(transport: Transport) {
    let config = Config { beat: Duration::from_millis(200), ..Settings::default().config };
    let user_timeout = Duration::from_secs(2);
    let mut world = World::with(transport, Settings { user_timeout, ..settings(config) }).await;
    let (_stalled, link) = world.open_with("/events?since=0", SMALL).await;
    for _ in 0..200 {
        world.room.publish(&"w".repeat(2000));
    }
    assert_eq!(timeout(SOON, link.closed()).await, Ok(Closed::TooSlow));
    world.until("its socket is given back", |world, _| world.sockets().is_empty()).await;
    assert_eq!(world.fanout.counters().closed_slow, 1);
}

async fn a_paused_film_goes_on_where_its_response_is_patient(transport: Transport) {
    let config = Config { beat: Duration::from_millis(200), ..Settings::default().config };
    let user_timeout = Duration::from_secs(2);
    let mut world = World::with(transport, Settings { user_timeout, ..settings(config) }).await;
    let [mut film, mut paused] =
        [Client::connect(world.addr, SMALL).await, Client::connect(world.addr, SMALL).await];
    film.ask("GET /film HTTP/1.1\r\nhost: test\r\n\r\n").await;
    paused.ask("GET /film/paused HTTP/1.1\r\nhost: test\r\n\r\n").await;
    world.until("the kernel gives the other one up", |world, _| world.sockets().len() == 1).await;
    assert!(film.rest().await < FILM, "it is cut off");
    assert_eq!(paused.take(FILM).await.len(), FILM);
    // What comes next on the connection is a feed like others: it is given up as soon.
    paused.ask("GET /events?since=0 HTTP/1.1\r\nhost: test\r\naccept: text/event-stream\r\n\r\n").await;
    let link = world.link().await;
    for _ in 0..200 {
        world.room.publish(&"w".repeat(2000));
    }
    let closed = timeout(SOON, link.closed()).await;
    assert!(matches!(closed, Ok(Closed::TooSlow | Closed::Peer)), "{closed:?}");
}

async fn a_private_queue_fills_and_refuses(transport: Transport) {
    let config = Config { private_frames: 8, ..Settings::default().config };
    let mut world = World::with(transport, settings(config)).await;
    let (mut client, link) = world.open_with("/events?since=0", SMALL).await;
    let letter = "l".repeat(10_000);
    let mut sent = 0;
    while link.send(Event::named("letter", &letter)).is_ok() {
        sent += 1;
        assert!(sent < 10_000, "the queue is bounded");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(link.send(Event::new("no")), Err(Refused::Full));
    for _ in 0..sent {
        assert_eq!(client.event().await.data, letter);
    }
    link.send(Event::new("again")).expect("room again");
    assert_eq!(client.event().await.data, "again");
}
