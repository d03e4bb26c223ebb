use crate::fakes::{World, until};
use actors::{Action, Status};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

#[tokio::test]
async fn a_loop_that_panics_is_started_again_and_reports_what_it_does() {
    let world = World::new().await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    world.engine.spawn_job_worker("settle_payment", move |mut worker| {
        let run = counted.fetch_add(1, SeqCst) + 1;
        async move {
            worker.handled(3);
            worker.backlog(7);
            assert!(run > 2, "run {run} panics");
            worker.failed("a card was refused");
            worker.stopping().await;
        }
    });
    let node = || world.node("settle_payment").expect("in the tree");
    let reported = || async {
        let node = world.node("settle_payment");
        node.is_some_and(|node| node.handled == 9 && node.last_error.as_deref() == Some("a card was refused"))
    };
    until("the third run stays and reports", reported).await;
    until("it runs", || async { node().status == Status::Running }).await;
    assert_eq!((node().restarts, node().mailbox, node().kind), (2, 7, "job_worker"));
    let history = world.engine.inspect(&node().id).expect("inspected").history;
    assert!(history[0].why.contains("run 1 panics"), "{history:?}");
}

#[tokio::test]
async fn a_killed_worker_takes_its_loop_along() {
    let world = World::new().await;
    let living = Arc::new(AtomicUsize::new(0));
    struct Alive(Arc<AtomicUsize>);
    impl Drop for Alive {
        fn drop(&mut self) {
            self.0.fetch_sub(1, SeqCst);
        }
    }
    let count = Arc::clone(&living);
    world.engine.spawn_job_worker("send_mail", move |mut worker| {
        count.fetch_add(1, SeqCst);
        let alive = Alive(Arc::clone(&count));
        async move {
            worker.stopping().await;
            drop(alive);
        }
    });
    for _ in 0..20 {
        until("one is running", || async { living.load(SeqCst) == 1 && world.actor("send_mail").is_some() })
            .await;
        let actor = world.actor("send_mail").expect("running");
        world.engine.act(&actor, Action::Kill).expect("chaos is on");
        until("another life", || async { world.actor("send_mail").is_some_and(|now| now != actor) }).await;
    }
    until("one is left", || async { living.load(SeqCst) == 1 }).await;
    let actor = world.actor("send_mail").expect("running");
    world.engine.act(&actor, Action::Stop).expect("stopped");
    let stopped = || async { world.node("send_mail").is_some_and(|node| node.status == Status::Stopped) };
    until("a stopped worker stays in sight", stopped).await;
    assert_eq!(living.load(SeqCst), 0);
    world.engine.act(&actor, Action::Restart).expect("started again");
    until("it runs again", || async { living.load(SeqCst) == 1 }).await;
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_cannot_be_kept_up_ends_the_house() {
    let world = World::new().await;
    world.engine.spawn_job_worker("broken", |_| async { panic!("always") });
    let ended = tokio::time::timeout(Duration::from_secs(600), world.engine.ended()).await;
    assert!(ended.is_ok(), "the root gives up, so that the process ends");
}
