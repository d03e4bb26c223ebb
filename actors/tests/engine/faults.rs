use crate::fakes::{World, until};
use actors::{ActError, Action, Armed, CallError, Fault, LONGEST_FAULT, Status, StreamFailure};
use domain::{
    clock::Clock,
    id::StreamId,
    live::stream::{StreamCommand::*, StreamState},
    time::Span,
};
use std::time::{Duration, Instant};

/// A running, idle stream that refuses to go live: asking it changes nothing.
async fn awake(world: &World) -> StreamId {
    let id = world.streams.add(StreamState::Rehearsal);
    world.engine.stream(id).get().await.expect("it is awake");
    until("it has looked", || async { world.node(id).is_some_and(|n| n.handled > 0 && n.mailbox == 0) })
        .await;
    id
}

fn inject(world: &World, id: StreamId, fault: Fault, secs: i64) -> Result<(), ActError> {
    world.engine.act(&format!("stream.{id}"), Action::Inject(fault, Span::secs(secs)))
}

fn armed(world: &World, id: StreamId) -> Option<Armed> {
    world.node(id).expect("in the tree").fault
}

async fn ask(world: &World, id: StreamId) -> Result<(), StreamFailure> {
    world.engine.stream(id).command(GoLive, None).await.map(drop)
}

#[tokio::test]
async fn a_delay_holds_each_message_up_until_it_is_taken_away() {
    let world = World::new().await;
    let id = awake(&world).await;
    inject(&world, id, Fault::Delay { millis: 150 }, 30).expect("injected");
    let begun = Instant::now();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let stream = world.engine.stream(id);
            tokio::spawn(async move { stream.command(GoLive, None).await })
        })
        .collect();
    until("two wait behind the first", || async { world.node(id).is_some_and(|n| n.mailbox == 2) }).await;
    for asked in waiting {
        assert!(matches!(asked.await.expect("joined"), Err(StreamFailure::Refused(_))));
    }
    assert!(begun.elapsed() >= Duration::from_millis(450), "{:?}", begun.elapsed());
    assert_eq!(armed(&world, id).map(|armed| armed.met), Some(3));
    let place = format!("stream.{id}");
    world.engine.act(&place, Action::Clear).expect("taken away");
    assert_eq!(armed(&world, id), None);
    assert_eq!(world.engine.act(&place, Action::Clear), Err(ActError::NotNow), "there is none");
}

#[tokio::test]
async fn what_is_dropped_is_asked_again_once_and_then_said_to_be_lost() {
    let world = World::new().await;
    let id = awake(&world).await;
    let handled = world.node(id).expect("awake").handled;
    inject(&world, id, Fault::DropNext { messages: 1 }, 30).expect("injected");
    assert!(
        matches!(ask(&world, id).await, Err(StreamFailure::Refused(_))),
        "only the first message is dropped, so the retry works"
    );
    inject(&world, id, Fault::DropNext { messages: 2 }, 30).expect("injected");
    assert_eq!(ask(&world, id).await, Err(StreamFailure::Call(CallError::Lost)));
    assert_eq!(armed(&world, id), None, "it has dropped as many as requested");
    inject(&world, id, Fault::DropShare { percent: 100 }, 30).expect("injected");
    assert_eq!(ask(&world, id).await, Err(StreamFailure::Call(CallError::Lost)));
    let node = world.node(id).expect("awake");
    assert_eq!((node.handled, node.restarts, node.status), (handled + 1, 0, Status::Running));
}

#[tokio::test]
async fn a_panic_meets_the_next_message_and_costs_neither_it_nor_the_budget() {
    let world = World::new().await;
    let id = awake(&world).await;
    for n in 1..=12 {
        inject(&world, id, Fault::Panic, 30).expect("injected");
        assert!(matches!(ask(&world, id).await, Err(StreamFailure::Refused(_))), "the next run answered");
        until("it is back", || async { world.node(id).is_some_and(|node| node.restarts == n) }).await;
    }
    let inspected = world.engine.inspect(&format!("stream.{id}")).expect("inspected");
    assert_eq!(inspected.node.status, Status::Running, "more crashes than the budget allows");
    assert!(inspected.history.iter().all(|restart| restart.asked && restart.why == "a fault made it panic"));
}

#[tokio::test]
async fn a_poisoned_one_is_parked_and_raised_once_the_poison_is_gone() {
    let world = World::new().await;
    let id = awake(&world).await;
    let place = format!("stream.{id}");
    inject(&world, id, Fault::Poison, 300).expect("injected");
    while world.node(id).expect("in the tree").status != Status::Parked {
        assert!(matches!(ask(&world, id).await, Err(StreamFailure::Call(_))));
    }
    assert_eq!(ask(&world, id).await, Err(StreamFailure::Call(CallError::Parked)));
    assert_eq!(world.engine.inspect(&place).expect("inspected").history.len(), 10);
    world.engine.act(&place, Action::Clear).expect("taken away");
    world.engine.act(&place, Action::Resume).expect("raised");
    assert!(matches!(ask(&world, id).await, Err(StreamFailure::Refused(_))));
}

#[tokio::test]
async fn a_fault_ends_by_itself_and_outlives_the_actor_until_then() {
    let world = World::new().await;
    let id = awake(&world).await;
    inject(&world, id, Fault::DropShare { percent: 100 }, 3600).expect("injected");
    assert_eq!(armed(&world, id).map(|armed| armed.until), Some(world.clock.now() + LONGEST_FAULT));
    world.engine.act(&format!("stream.{id}"), Action::Kill).expect("killed");
    until("it is back", || async { world.node(id).is_some_and(|n| n.restarts == 1) }).await;
    assert_eq!(ask(&world, id).await, Err(StreamFailure::Call(CallError::Lost)));
    world.moved(LONGEST_FAULT);
    assert_eq!(armed(&world, id), None);
    assert!(matches!(ask(&world, id).await, Err(StreamFailure::Refused(_))));
}

#[tokio::test]
async fn faults_are_for_actors_that_work_by_messages() {
    let world = World::new().await;
    world.engine.spawn_job_worker("send_mail", |mut worker| async move { worker.stopping().await });
    until("it runs", || async { world.node("send_mail").is_some_and(|n| n.status == Status::Running) }).await;
    let inject = Action::Inject(Fault::Panic, Span::secs(1));
    assert_eq!(world.engine.act("job_worker.send_mail", inject), Err(ActError::NotNow));
    assert_eq!(world.engine.act("supervisor.jobs", inject), Err(ActError::NotNow));
    assert_eq!(world.engine.act("stream.nothing", inject), Err(ActError::NotFound));
}

#[tokio::test]
async fn errors_are_shown_without_the_people_they_happened_to() {
    let world = World::new().await;
    world.engine.spawn_job_worker("send_mail", |mut worker| async move {
        worker.failed("ann@example.com said \"my secret\": refused");
        worker.stopping().await;
    });
    let masked = || async { world.node("send_mail").and_then(|node| node.last_error) };
    until("it has failed", || async { masked().await.is_some() }).await;
    assert_eq!(masked().await.as_deref(), Some("…@… said \"…\": refused"));
}

#[tokio::test]
async fn the_pulse_of_an_actor_and_its_branch_counts_what_was_handled_and_sleeps_with_it() {
    let world = World::new().await;
    let (id, other) = (awake(&world).await, awake(&world).await);
    for _ in 0..7 {
        assert!(ask(&world, id).await.is_err());
    }
    let handled = || world.node(id).map_or(0, |node| node.pulse.handled());
    until("the counters are sampled", || async { handled() == world.node(id).expect("awake").handled }).await;
    let (of, beside) = (handled(), world.node(other).expect("awake").pulse.handled());
    assert_eq!(world.node("streams").expect("the branch").pulse.handled(), of + beside);
    assert!(world.node("engine").expect("the root").pulse.handled() >= of + beside);
    let pulse = world.node(id).expect("awake").pulse;
    assert!(pulse.samples().iter().any(|sample| sample.latency().is_some()));
    world.engine.act(&format!("stream.{id}"), Action::Stop).expect("stopped");
    until("its samples are gone", || async { pulse.samples().is_empty() }).await;
    assert!(!world.node(other).expect("awake").pulse.samples().is_empty());
}
