//! How connections end, and that they leave nothing behind.

use crate::{
    client::{Client, Next, SOON},
    over_both,
    world::{Settings, Transport, World},
};
use fanout::{Closed, Config, Event, Refused};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::time::timeout;

over_both!(
    an_end_is_said_and_final,
    an_end_waits_for_the_frames_before_it,
    a_peer_that_leaves_is_noticed,
    a_callback_that_panics_harms_nobody,
    a_crowd_that_comes_and_goes_leaves_nothing,
    a_shutdown_is_said_to_all,
);

async fn an_end_is_said_and_final(transport: Transport) {
    let mut world = World::new(transport).await;
    let (mut client, link) = world.open("/events?since=0").await;
    let (mut other, _other) = world.open("/events?since=0").await;
    link.end(Event::named("end", "refunded"));
    assert_eq!(link.send(Event::new("late")), Err(Refused::Closed));
    world.room.publish("not for you");
    let last = client.event().await;
    assert_eq!((last.name.as_str(), last.data.as_str()), ("end", "refunded"));
    if transport == Transport::Takeover {
        assert_eq!(client.next().await, Next::End);
        assert!(
            client.head.contains("connection: close"),
            "no further request is sent on it: {}",
            client.head
        );
    }
    assert_eq!(timeout(SOON, link.closed()).await, Ok(Closed::Ended));
    assert_eq!(other.event().await.data, "not for you");
}

async fn an_end_waits_for_the_frames_before_it(transport: Transport) {
    let mut world = World::new(transport).await;
    let (mut client, link) = world.open("/events?since=0").await;
    for n in 0..20 {
        link.send(Event::new(&n.to_string())).expect("room");
    }
    link.end(Event::named("end", "ban"));
    for n in 0..20 {
        assert_eq!(client.event().await.data, n.to_string());
    }
    assert_eq!(client.event().await.name, "end");
}

async fn a_peer_that_leaves_is_noticed(transport: Transport) {
    let mut world = World::new(transport).await;
    let (mut client, link) = world.open("/events").await;
    client.event().await;
    let (told, heard) = tokio::sync::oneshot::channel();
    link.on_close(move |reason| told.send(reason).expect("the test listens"));
    drop(client);
    let reason = timeout(Duration::from_secs(2), heard).await.expect("noticed").expect("a reason");
    assert_eq!(reason, Closed::Peer);
    assert_eq!(link.send(Event::new("late")), Err(Refused::Closed));
    timeout(SOON, world.room.log.deserted()).await.expect("no readers left");
}

async fn a_callback_that_panics_harms_nobody(transport: Transport) {
    let config = Config { shards: 1, ..Config::default() };
    let mut world = World::with(transport, Settings { config, ..Settings::default() }).await;
    let (client, link) = world.open("/events").await;
    let (mut other, _other) = world.open("/events?since=0").await;
    link.on_close(|_| panic!("on purpose, by the test"));
    drop(client);
    world.until("it is closed", |_, counters| counters.connections == 1).await;
    let id = world.room.publish("the thread lives");
    assert_eq!(other.event().await.id, Some(id));
}

async fn a_crowd_that_comes_and_goes_leaves_nothing(transport: Transport) {
    const TASKS: u64 = 16;
    const VISITS: u64 = 100;
    let world = Arc::new(World::new(transport).await);
    let visitors = (0..TASKS).map(|task| {
        let world = world.clone();
        tokio::spawn(async move {
            for visit in 0..VISITS {
                let since = world.room.publish("the room is busy");
                let mut client = Client::get(world.addr, &format!("/events?since={since}")).await;
                // Some leave before the first line, some later.
                for _ in 0..(task + visit) % 4 {
                    world.room.publish("a line for those who wait");
                    client.event().await;
                }
            }
        })
    });
    for visitor in visitors.collect::<Vec<_>>() {
        visitor.await.expect("every visit is served");
    }
    world.until("all are gone", |_, counters| counters.connections == 0).await;
    world.until("nobody counts as a reader", |world, _| world.room.log.readers() == 0).await;
    world.until("no descriptor stays", |world, _| world.sockets().is_empty()).await;
    assert_eq!(world.fanout.counters().blocked, 0);
    let takeovers = world.fanout.counters().takeovers;
    match transport {
        Transport::Hyper => assert_eq!(takeovers, 0),
        // A reader that leaves at once may be gone before the head is sent.
        Transport::Takeover => assert!(takeovers > TASKS * VISITS / 2, "{takeovers}"),
    }
}

async fn a_shutdown_is_said_to_all(transport: Transport) {
    let mut world = World::new(transport).await;
    let mut readers = Vec::new();
    for _ in 0..20 {
        readers.push(world.open("/events?since=0").await);
    }
    let stalled = world.open("/events?since=0").await;
    world.until("they sit", |_, counters| counters.connections == 21).await;
    let all = tokio::spawn(async move {
        let mut retries = BTreeSet::new();
        for (mut client, link) in readers {
            let bye = client.event().await;
            assert_eq!(bye.name, "bye");
            retries.insert(bye.retry.expect("a reconnect delay"));
            assert_eq!(client.next().await, Next::End);
            assert_eq!(timeout(SOON, link.closed()).await, Ok(Closed::Shutdown));
        }
        retries
    });
    world.stop().await;
    let retries = all.await.expect("each receives bye");
    assert!(retries.len() >= 10, "reconnects are spread out: {retries:?}");
    assert!(retries.iter().all(|retry| (500..=4000).contains(retry)), "{retries:?}");
    assert!(stalled.1.is_closed().is_some());
    assert_eq!((world.fanout.counters().connections, world.sockets()), (0, vec![]));
}
