use crate::fakes::{World, until};
use actors::{ActError, Action, CallError, Status, StreamFailure};
use domain::{
    id::StreamId,
    live::stream::{StreamCommand::*, StreamState},
};
use std::{collections::BTreeSet, sync::atomic::Ordering::SeqCst, time::Duration};

fn streams(world: &World) -> BTreeSet<String> {
    let tree = world.engine.tree();
    let branch = tree.children.iter().find(|branch| branch.name == "streams").expect("the branch");
    branch.children.iter().map(|node| node.id.clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_first_uses_start_one() {
    let world = World::new().await;
    let id = world.streams.add(StreamState::Scheduled);
    let uses = (0..100).map(|_| {
        let stream = world.engine.stream(id);
        tokio::spawn(async move { stream.get().await })
    });
    for used in uses.collect::<Vec<_>>() {
        used.await.expect("joined").expect("answered");
    }
    assert_eq!(world.streams.loads.load(SeqCst), 1);
    assert_eq!(streams(&world).len(), 1);
}

#[tokio::test]
async fn the_depth_of_a_blocked_actor_is_its_backlog() {
    let world = World::new().await;
    let id = world.streams.add(StreamState::Rehearsal);
    world.engine.stream(id).get().await.expect("it is awake");
    world.streams.close_gate();
    world.publisher(id).await;
    let node = || world.node(id).expect("in the tree");
    let ask = || {
        let stream = world.engine.stream(id);
        tokio::spawn(async move { stream.command(GoLive, None).await })
    };
    let blocking = ask();
    until("it is taken up", || async { node().mailbox == 0 }).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let handled = node().handled;
    let waiting: Vec<_> = (0..100).map(|_| ask()).collect();
    until("all are before it", || async { node().mailbox == 100 }).await;
    assert_eq!(node().handled, handled);
    world.streams.open_gate();
    blocking.await.expect("joined").expect("live");
    for refused in waiting {
        assert!(matches!(refused.await.expect("joined"), Err(StreamFailure::Refused(_))));
    }
    assert_eq!(node().mailbox, 0);
    assert_eq!(node().handled, handled + 101);
}

#[tokio::test]
async fn a_full_inbox_says_so_and_what_dies_with_the_actor_is_not_counted() {
    let world = World::new().await;
    let id = world.streams.add(StreamState::Rehearsal);
    world.publisher(id).await;
    until("it has looked", || async { world.node(id).is_some_and(|node| node.handled > 0) }).await;
    world.streams.close_gate();
    let ask = || {
        let stream = world.engine.stream(id);
        tokio::spawn(async move { stream.command(GoLive, None).await })
    };
    let mut asks = vec![ask()];
    tokio::time::sleep(Duration::from_millis(20)).await;
    asks.extend((0..1100).map(|_| ask()));
    until("it is full", || async { world.node(id).is_some_and(|node| node.mailbox == 1024) }).await;
    let full = world.engine.stream(id).command(GoLive, None).await;
    assert_eq!(full, Err(StreamFailure::Call(CallError::Full)));
    let actor = world.actor(id).expect("awake");
    world.streams.open_gate();
    let restarted = world.engine.act(&actor, Action::Restart);
    let mut went = 0;
    for ask in asks {
        went += usize::from(ask.await.expect("joined").is_ok());
    }
    assert!(restarted.is_ok() && went >= 1, "{restarted:?}, {went} went live");
    until("nothing waits", || async { world.node(id).is_some_and(|node| node.mailbox == 0) }).await;
}

#[tokio::test(start_paused = true)]
async fn a_poisoned_stream_is_parked_and_its_neighbour_never_notices() {
    let world = World::new().await;
    let (sick, sound) =
        (world.streams.add(StreamState::Scheduled), world.streams.add(StreamState::Scheduled));
    world.engine.stream(sound).get().await.expect("awake");
    let neighbour = world.actor(sound).expect("awake");
    world.streams.poison.lock().unwrap().insert(sick.0);
    let lost = world.engine.stream(sick).get().await;
    assert!(matches!(lost, Err(CallError::Lost | CallError::Timeout)), "{lost:?}");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let node = world.node(sick).expect("a parked actor is shown");
    assert_eq!((node.status, node.restarts), (Status::Parked, 10));
    assert!(node.last_error.expect("why").contains("poison"));
    assert_eq!(world.engine.stream(sick).get().await, Err(CallError::Parked));
    assert_eq!(world.actor(sound), Some(neighbour));
    // An operator resumes it after the poison was removed.
    world.streams.poison.lock().unwrap().clear();
    world.engine.act(&node.id, Action::Resume).expect("resumed");
    world.engine.stream(sick).get().await.expect("it is back");
    let history = world.engine.inspect(&world.actor(sick).expect("awake")).expect("inspected").history;
    assert!(history.iter().any(|restart| restart.why.contains("poison") && !restart.asked));
}

#[tokio::test(start_paused = true)]
async fn chaos_does_not_spend_the_budget_and_is_back_in_less_than_two_seconds() {
    let world = World::new().await;
    let id = world.streams.add(StreamState::Scheduled);
    world.engine.stream(id).get().await.expect("awake");
    let mut ids = BTreeSet::new();
    for round in 0..100 {
        let actor = world.actor(id).expect("awake");
        assert!(ids.insert(actor.clone()), "every run has its own id");
        let action = if round % 2 == 0 { Action::Kill } else { Action::Panic };
        world.engine.act(&actor, action).expect("chaos is on");
        let fallen = tokio::time::Instant::now();
        until("it is back", || async { world.actor(id).is_some_and(|now| now != actor) }).await;
        world.engine.stream(id).reload().await.expect("it answers");
        assert!(fallen.elapsed() < Duration::from_secs(2));
    }
    assert_eq!(world.node(id).expect("running").restarts, 100);
}

#[tokio::test]
async fn the_tree_equals_an_own_list_after_fifty_starts_and_ten_kills() {
    let world = World::new().await;
    let ids: Vec<StreamId> = (0..50).map(|_| world.streams.add(StreamState::Scheduled)).collect();
    for id in &ids {
        world.engine.stream(*id).get().await.expect("awake");
    }
    let mut own: BTreeSet<String> = ids.iter().map(|id| world.actor(id).expect("awake")).collect();
    assert_eq!(streams(&world), own);
    let mut changes = world.engine.watch_tree();
    changes.mark_unchanged();
    for id in &ids[..10] {
        let before = world.actor(id).expect("awake");
        world.engine.act(&before, Action::Kill).expect("chaos is on");
        until("it is back", || async { world.actor(id).is_some_and(|now| now != before) }).await;
        own.remove(&before);
        own.insert(world.actor(id).expect("awake"));
    }
    assert_eq!(own.len(), 50);
    assert_eq!(streams(&world), own);
    assert!(changes.has_changed().expect("the engine runs"));
    let names: Vec<_> = world.engine.tree().children.iter().map(|branch| branch.name.clone()).collect();
    assert_eq!(names, ["streams", "restreams", "chat_rooms", "checkouts", "jobs", "media"]);
}

#[tokio::test]
async fn the_tree_has_the_promised_shape() {
    let world = World::new().await;
    let id = world.streams.add(StreamState::Scheduled);
    world.engine.stream(id).get().await.expect("awake");
    until("it runs", || async { world.node(id).is_some_and(|node| node.status == Status::Running) }).await;
    let json = serde_json::to_value(world.node(id).expect("awake")).expect("json");
    let keys: Vec<_> = json.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut promised = [
        "of",
        "name",
        "kind",
        "id",
        "status",
        "started_at",
        "restarts",
        "last_error",
        "mailbox",
        "handled",
        "children",
    ];
    promised.sort_unstable();
    assert_eq!(keys, promised);
    assert_eq!((json["kind"].as_str(), json["status"].as_str()), (Some("stream"), Some("running")));
}

#[tokio::test]
async fn a_killed_supervisor_is_replaced_with_all_its_children() {
    let world = World::new().await;
    let ids: Vec<_> = (0..10).map(|_| world.streams.add(StreamState::Rehearsal)).collect();
    for id in &ids {
        world.engine.stream(*id).get().await.expect("awake");
    }
    let before = streams(&world);
    let supervisor = world.actor("streams").expect("a supervisor");
    world.engine.act(&supervisor, Action::Kill).expect("chaos is on");
    let back = || async { streams(&world).len() == 10 && streams(&world).is_disjoint(&before) };
    until("all are back under another supervisor", back).await;
    assert_ne!(world.actor("streams"), Some(supervisor));
    for id in &ids {
        world.engine.stream(*id).reload().await.expect("it answers");
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_one_sleeps_and_wakes_with_the_next_use() {
    let world = World::new().await;
    let (idle, live) = (world.streams.add(StreamState::Scheduled), world.streams.add(StreamState::Rehearsal));
    for id in [idle, live] {
        world.engine.stream(id).get().await.expect("awake");
    }
    tokio::time::sleep(Duration::from_secs(400)).await;
    assert_eq!(world.actor(idle), None);
    assert!(world.actor(live).is_some(), "a stream in rehearsal is not passivated");
    world.engine.stream(idle).reload().await.expect("it wakes");
}

#[tokio::test(start_paused = true)]
async fn two_thousand_run_at_once_and_sleepers_leave_nothing_in_the_tree() {
    let world = World::new().await;
    let ids: Vec<_> = (0..2000).map(|_| world.streams.add(StreamState::Scheduled)).collect();
    for id in &ids {
        world.engine.stream(*id).reload().await.expect("it answers");
    }
    assert_eq!(streams(&world).len(), 2000);
    tokio::time::sleep(Duration::from_secs(400)).await;
    assert!(streams(&world).is_empty());
}

#[tokio::test]
async fn operators_stop_restart_and_drain() {
    let world = World::new().await;
    let id = world.streams.add(StreamState::Scheduled);
    world.engine.stream(id).get().await.expect("awake");
    for action in [Action::Restart, Action::Stop, Action::Drain] {
        let actor = world.actor(id).expect("awake");
        world.engine.act(&actor, action).expect("done");
        until("its life is over", || async { world.actor(id) != Some(actor.clone()) }).await;
        world.engine.stream(id).reload().await.expect("the next use finds it");
    }
    let actor = world.actor(id).expect("awake");
    assert_eq!(world.engine.act(&actor, Action::Resume), Err(ActError::NotNow));
    assert_eq!(world.engine.act("0.999999999", Action::Stop), Err(ActError::NotFound));
}

#[tokio::test]
async fn a_closing_house_finishes_what_waits_and_takes_nothing_new() {
    let world = World::new().await;
    let id = world.streams.add(StreamState::Rehearsal);
    world.publisher(id).await;
    until("it has looked", || async { world.node(id).is_some_and(|node| node.handled > 0) }).await;
    world.streams.close_gate();
    let going = tokio::spawn({
        let stream = world.engine.stream(id);
        async move { stream.command(GoLive, None).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let closing = tokio::spawn({
        let engine = world.engine.clone();
        async move { engine.drain().await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let refused = world.engine.stream(id).command(End, None).await;
    assert_eq!(refused, Err(StreamFailure::Call(CallError::Closed)));
    world.streams.open_gate();
    assert_eq!(going.await.expect("joined").expect("finished").state, StreamState::Live);
    closing.await.expect("joined");
    world.engine.ended().await;
}
