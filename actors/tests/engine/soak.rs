//! Everything is killed and panics at random during work. At the end the rows are as if nothing had happened.

use crate::fakes::{World, until};
use actors::Action;
use domain::{
    live::{
        media::MediaEnd,
        stream::{StreamCommand, StreamState},
    },
    money::checkout::{Payment, PaymentUrls},
};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

/// Kills or panics a random actor every millisecond, including supervisors and workers, this many times.
fn chaos(world: &Arc<World>, times: usize) -> JoinHandle<()> {
    let world = Arc::clone(world);
    tokio::spawn(async move {
        let (mut random, mut done) = (88_172_645_463_325_252_u64, 0);
        while done < times {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let tree = world.engine.tree();
            let nodes = tree.walk();
            let actor = &nodes[usize::try_from(random % nodes.len() as u64).expect("small")].id;
            let action = if random.is_multiple_of(3) { Action::Panic } else { Action::Kill };
            // May fail: the root cannot be killed, a supervisor cannot panic, and the actor may have just ended.
            done += usize::from(world.engine.act(actor, action).is_ok());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_checkout_gets_one_pay_page() {
    let world = Arc::new(World::new().await);
    let killer = chaos(&world, 300);
    let mut ids = Vec::new();
    while ids.len() < 50 || !killer.is_finished() {
        let now = domain::clock::Clock::now(&*world.clock);
        let batch: Vec<_> = (0..10).map(|_| world.checkouts.add(now)).collect();
        let buyers = batch.iter().map(|id| tokio::spawn(buy(world.engine.checkout(*id))));
        for buyer in buyers.collect::<Vec<_>>() {
            tokio::time::timeout(Duration::from_secs(30), buyer).await.expect("in time").expect("joined");
        }
        ids.extend(batch);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for id in &ids {
        world.engine.checkout(*id).refresh().await.expect("it answers");
        assert_eq!(world.checkouts.row(id.0).state, Payment::Paying);
    }
    assert_eq!(world.payments.opened(), ids.len(), "one session each");
}

/// A buyer clicks again if the click was lost twice.
async fn buy(checkout: actors::CheckoutHandle) {
    let urls = PaymentUrls { success: "https://us/ok".into(), cancel: "https://us/no".into() };
    while !checkout.begin(urls.clone()).await.is_ok_and(|row| row.state == Payment::Paying) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_stream_ends_as_its_publisher_and_its_host_left_it() {
    let world = Arc::new(World::new().await);
    let ids: Vec<_> = (0..20).map(|_| world.streams.add(StreamState::Scheduled)).collect();
    let state = |id: domain::id::StreamId| world.streams.row(id.0).state;
    let killer = chaos(&world, 300);
    let mut publishers = Vec::new();
    for id in &ids {
        publishers.push(world.publisher(*id).await);
    }
    for id in &ids {
        until("it rehearses", || async { state(*id) == StreamState::Rehearsal }).await;
        while world.engine.stream(*id).command(StreamCommand::GoLive, None).await.is_err() {
            if state(*id) == StreamState::Live {
                break;
            }
        }
    }
    for round in 0_u32.. {
        for (id, publisher) in ids.iter().zip(&mut publishers) {
            let end = if round.is_multiple_of(2) { MediaEnd::Silent } else { MediaEnd::Lost };
            world.media.falls(*publisher, end);
            tokio::time::sleep(Duration::from_millis(1)).await;
            *publisher = world.publisher(*id).await;
        }
        if killer.is_finished() {
            break;
        }
    }
    let killer = chaos(&world, 50);
    let gone = ids.iter().zip(&publishers).step_by(2);
    gone.for_each(|(_, publisher)| world.media.falls(*publisher, MediaEnd::Lost));
    killer.await.expect("joined");
    for (place, id) in ids.iter().enumerate() {
        let left = if place % 2 == 0 { StreamState::Interrupted } else { StreamState::Live };
        until("the row tells how it was left", || async { state(*id) == left }).await;
        let row = world.engine.stream(*id).get().await.expect("it answers");
        assert_eq!(*row, world.streams.row(id.0), "what is shown is what is stored");
        assert_eq!(world.engine.feed(row.room).stream().expect("told").version, row.version);
    }
}
