//! Reactions: sums at most once a second, exact over a kill, and no row for any of them.

use crate::world::{World, until};
use actors::{Action, ChatFailure};
use domain::{
    chat::{
        reactions::{PACE, Reaction},
        rules::ChatRefusal,
    },
    id::AccountId,
};

#[tokio::test]
async fn sums_are_exact_and_come_once_a_second_also_over_a_kill() {
    let world = World::new().await;
    world.reader().await;
    let feed = world.engine.feed(world.room);
    let hearts = || feed.reactions().iter().next().map_or(0, |(_, count)| count);
    let react = async || world.chat().react(AccountId::new(), Reaction::Heart).await;
    let version = feed.version();
    for _ in 0..50 {
        react().await.expect("counted");
    }
    assert_eq!((hearts(), feed.version()), (1, version + 1), "the first at once, the others later");
    world.moved(PACE);
    until("the others are told", || async { hearts() == 50 }).await;
    assert_eq!(feed.version(), version + 2, "in one sum");
    react().await.expect("counted");
    world.act(Action::Kill);
    react().await.expect("counted");
    world.moved(PACE);
    until("a kill loses none", || async { hearts() == 52 }).await;
    assert_eq!(world.chat().snapshot().await.expect("loaded").seq, 0, "nothing is stored");
}

#[tokio::test]
async fn one_person_is_bounded_and_others_are_not() {
    let world = World::new().await;
    let ann = AccountId::new();
    let mut refused = 0;
    for _ in 0..30 {
        match world.chat().react(ann, Reaction::Fire).await {
            Ok(()) => {}
            Err(ChatFailure::Refused(ChatRefusal::TooFast { .. })) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(refused, 20);
    assert_eq!(world.chat().react(AccountId::new(), Reaction::Fire).await, Ok(()));
}
