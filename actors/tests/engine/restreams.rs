//! Restreams: each by itself, tried again with pauses, given up, and ended with its show.

use crate::fakes::{World, restreams::End, until};
use actors::{Action, Fault, Feed, Status};
use domain::{
    chat::feed::Moment,
    clock::Clock,
    id::RoomId,
    live::restream::{Restream, RestreamFailure, RestreamState},
    time::Span,
};
use std::{sync::atomic::Ordering::SeqCst, time::Duration};

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
    tokio::time::sleep(Duration::from_millis(20)).await;
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
    tokio::time::sleep(Duration::from_millis(20)).await;
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

/// The states that the studio of a room shows.
fn told(feed: &Feed) -> Vec<RestreamState> {
    let moments = feed.snapshot().moments;
    let shown =
        moments.iter().find_map(|m| if let Moment::Restreams(shown) = m { Some(shown) } else { None });
    shown.map(|shown| shown.values().map(|one| one.state).collect()).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn one_that_is_parked_is_told_until_it_is_switched_off_or_its_show_is_over() {
    let world = World::new().await;
    let (off, over) = (sending(&world).await, sending(&world).await);
    let [of_off, of_over] = [&off, &over].map(|row| world.engine.feed(row.room));
    let gave_up = RestreamState::GaveUp { why: RestreamFailure::Broken };
    for row in [&off, &over] {
        let poison = Action::Inject(Fault::Poison, Span::secs(300));
        world.engine.act(&format!("restream.{}", row.id), poison).expect("chaos is on");
        world.engine.restream(row.id).look().expect("told");
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    for row in [&off, &over] {
        assert_eq!(world.node(row.id).expect("a parked actor is shown").status, Status::Parked);
    }
    assert_eq!((told(&of_off), told(&of_over)), (vec![gave_up], vec![gave_up]), "and their hosts are told");
    world.restreams.remove(off.id);
    world.engine.restream(off.id).end();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!((told(&of_off), told(&of_over)), (vec![], vec![gave_up]));
    world.restreams.air(over.id, false);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!((state(&world, &over), told(&of_over)), (RestreamState::Off, vec![]));
}
