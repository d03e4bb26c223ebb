//! Restreams: each by itself, tried again with pauses, given up, and ended with its show.

use crate::fakes::{World, restreams::End, until};
use actors::Action;
use domain::{
    clock::Clock,
    id::RoomId,
    live::restream::{Restream, RestreamFailure, RestreamState},
    time::Span,
};
use std::sync::atomic::Ordering::SeqCst;

fn state(world: &World, of: &Restream) -> RestreamState {
    world.engine.restream(of.id).state()
}

async fn begun(world: &World, of: &Restream) {
    until("it is begun", || async {
        world.restreams.is_sending(of) && state(world, of) == RestreamState::Connecting
    })
    .await;
}

/// A restream that sends.
async fn sending(world: &World) -> Restream {
    let row = world.restreams.add(RoomId::new(), true);
    world.engine.restream(row.id).look().expect("told");
    begun(world, &row).await;
    world.restreams.progress(&row, 2_500_000);
    assert_eq!(state(world, &row), RestreamState::Sending { bits_per_second: 2_500_000 });
    row
}

#[tokio::test]
async fn one_is_tried_again_and_gives_up_and_the_other_goes_on() {
    let world = World::new().await;
    let (failing, steady) = (sending(&world).await, sending(&world).await);
    let why = RestreamFailure::Refused;
    for pause in [2, 4, 8, 16, 32] {
        world.restreams.end(&failing, End::Failure(why));
        let until_then = world.clock.now() + Span::secs(pause);
        let waits = RestreamState::Waiting { why, until: until_then };
        until("it waits", || async { state(&world, &failing) == waits }).await;
        world.moved(Span(pause * 1000 - 1));
        assert_eq!(state(&world, &failing), waits);
        world.moved(Span(1));
        begun(&world, &failing).await;
    }
    world.restreams.end(&failing, End::Failure(why));
    until("it gives up", || async { state(&world, &failing) == RestreamState::GaveUp { why } }).await;
    // Nothing but its host begins it again.
    world.engine.restream(failing.id).look().expect("told");
    world.moved(Span::hours(1));
    assert_eq!(world.restreams.begun.load(SeqCst), 2 + 5);
    assert_eq!(state(&world, &steady), RestreamState::Sending { bits_per_second: 2_500_000 });
    assert_eq!(world.restreams.alive.load(SeqCst), 1);
}

#[tokio::test]
async fn what_has_sent_for_a_minute_has_all_its_tries_again() {
    let world = World::new().await;
    let row = sending(&world).await;
    let why = RestreamFailure::Lost;
    for _ in 0..8 {
        world.moved(Span::minutes(1));
        world.restreams.end(&row, End::Failure(why));
        let until_then = world.clock.now() + Span::secs(2);
        until("it waits", || async {
            state(&world, &row) == RestreamState::Waiting { why, until: until_then }
        })
        .await;
        world.moved(Span::secs(2));
        begun(&world, &row).await;
        world.restreams.progress(&row, 1);
    }
}

#[tokio::test]
async fn it_ends_with_its_show_and_with_its_switch_and_not_with_the_database() {
    let world = World::new().await;
    let (over, off) = (sending(&world).await, sending(&world).await);
    world.restreams.away.store(true, SeqCst);
    for row in [&over, &off] {
        world.engine.restream(row.id).look().expect("told");
    }
    world.restreams.air(over.id, false);
    world.restreams.remove(off.id);
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    assert_eq!(world.restreams.alive.load(SeqCst), 2, "without the database both go on");
    world.restreams.away.store(false, SeqCst);
    for row in [&over, &off] {
        world.engine.restream(row.id).look().expect("told");
    }
    until("both have ended", || async { world.restreams.alive.load(SeqCst) == 0 }).await;
    for row in [&over, &off] {
        until("it is off", || async { state(&world, row) == RestreamState::Off }).await;
    }
    // The next show of the first.
    world.restreams.air(over.id, true);
    world.engine.restream(over.id).look().expect("told");
    begun(&world, &over).await;
}

#[tokio::test]
async fn a_pause_that_is_over_begins_nothing_after_the_show() {
    let world = World::new().await;
    let row = sending(&world).await;
    world.restreams.end(&row, End::Failure(RestreamFailure::Lost));
    until("it waits", || async { matches!(state(&world, &row), RestreamState::Waiting { .. }) }).await;
    world.restreams.air(row.id, false);
    // The look is in the mailbox before the pause can say that it is over.
    world.moved(Span::secs(2));
    world.engine.restream(row.id).look().expect("told");
    until("it is off", || async { state(&world, &row) == RestreamState::Off }).await;
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    assert_eq!(state(&world, &row), RestreamState::Off);
    assert_eq!(world.restreams.alive.load(SeqCst), 0);
}

#[tokio::test]
async fn what_panics_or_is_killed_is_begun_again_and_leaves_nothing() {
    let world = World::new().await;
    let (row, other) = (sending(&world).await, sending(&world).await);
    world.restreams.end(&row, End::Panic);
    begun(&world, &row).await;
    let node = world.node(row.id).expect("in the tree");
    assert_eq!((node.kind, node.restarts), ("restream", 1));
    assert!(world.engine.act(&node.id, Action::Kill).is_ok());
    until("it is begun a third time", || async { world.restreams.begun.load(SeqCst) == 4 }).await;
    begun(&world, &row).await;
    until("the killed one has ended", || async { world.restreams.alive.load(SeqCst) == 2 }).await;
    assert_eq!(state(&world, &other), RestreamState::Sending { bits_per_second: 2_500_000 });
    world.engine.drain().await;
    assert_eq!(world.restreams.alive.load(SeqCst), 0);
}
