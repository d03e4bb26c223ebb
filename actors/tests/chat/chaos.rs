use crate::{
    journal::Fault,
    world::{World, post, told, until},
};
use actors::Action;
use domain::{chat::room::ChatPost, id::*};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

const PEOPLE: usize = 40;
const LINES: usize = 15;

/// Sends until there is an answer, as a browser does: the same line under the same client id.
async fn insist(world: &World, line: ChatPost) -> u64 {
    loop {
        match world.chat().post(line.clone()).await {
            Ok(entry) => return entry.seq,
            Err(failure) => {
                assert!(failure.retry_after().is_some(), "{failure:?}");
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        }
    }
}

/// Everybody posts while `torment` runs. Then the successful posts, the journal and the feed must be equal: each line
/// once, in order.
async fn talk_under<F: Future<Output = ()> + Send>(
    torment: impl Fn(Arc<World>, u64) -> F + Send + 'static,
) -> Arc<World> {
    let world = Arc::new(World::new().await);
    *world.journals.slow.lock().unwrap() = Duration::from_micros(700);
    let mut reader = world.reader().await;
    let over = Arc::<AtomicBool>::default();
    let tormentor = tokio::spawn({
        let (world, over) = (Arc::clone(&world), Arc::clone(&over));
        async move {
            let mut round = 0;
            while !over.load(SeqCst) {
                torment(Arc::clone(&world), round).await;
                round += 1;
            }
            round
        }
    });
    let people = (0..PEOPLE).map(|person| {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let (author, mut said) = (AccountId::new(), vec![]);
            for n in 0..LINES {
                let line = post(author, &format!("{person}: {n}"));
                said.push((insist(&world, line.clone()).await, line.client));
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            said
        })
    });
    let mut successes = BTreeMap::new();
    for person in people.collect::<Vec<_>>() {
        let said = person.await.expect("joined");
        assert!(said.is_sorted(), "each person's lines keep their order");
        for (seq, client) in said {
            assert!(successes.insert(seq, client).is_none(), "each seq belongs to one line");
        }
    }
    over.store(true, SeqCst);
    assert!(tormentor.await.expect("joined") > 3);
    let stored = world.journals.entries(world.room);
    let numbered =
        |entry: &domain::chat::room::JournalEntry| (entry.seq, entry.line().expect("a line").client);
    let journal: Vec<_> = stored.iter().map(numbered).collect();
    assert_eq!(journal, successes.into_iter().collect::<Vec<_>>());
    assert_eq!(journal.len(), PEOPLE * LINES);
    let feed: Vec<_> =
        told(&mut reader, journal.len() as u64).await.iter().map(|entry| numbered(entry)).collect();
    assert_eq!(feed, journal);
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn kills_and_panics_lose_nothing_and_double_nothing() {
    let world = talk_under(|world, round| async move {
        tokio::time::sleep(Duration::from_micros(1_300 + round * 377 % 4_000)).await;
        world.act(if round % 3 == 2 { Action::Panic } else { Action::Kill });
    })
    .await;
    let restarts = || {
        let (name, tree) = (world.room.to_string(), world.engine.tree());
        tree.walk()
            .into_iter()
            .find(|node| node.kind == "chat_room" && node.name == name)
            .map(|node| node.restarts)
    };
    until("it was really killed", || async { restarts() > Some(3) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_in_distress_loses_nothing_and_doubles_nothing() {
    talk_under(|world, round| async move {
        tokio::time::sleep(Duration::from_millis(5)).await;
        world.journals.fail_next([Fault::Fails, Fault::SeemsToFail, Fault::Panics][round as usize % 3]);
        if round % 4 == 3 {
            world.act(Action::Kill);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn other_rooms_bans_disturb_nobody() {
    talk_under(|world, _| async move {
        tokio::time::sleep(Duration::from_millis(3)).await;
        world.chat().bans_changed();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_house_that_closes_stores_what_it_decided() {
    let world = Arc::new(World::new().await);
    world.chat().snapshot().await.expect("the room loads");
    *world.journals.slow.lock().unwrap() = Duration::from_millis(20);
    let sends = (0..100).map(|_| {
        let chat = world.chat();
        tokio::spawn(async move { chat.post(post(AccountId::new(), "last words")).await })
    });
    let sends: Vec<_> = sends.collect();
    tokio::time::sleep(Duration::from_millis(5)).await;
    world.engine.drain().await;
    let stored = world.journals.entries(world.room).len();
    let mut said = 0;
    for sent in sends {
        said += usize::from(sent.await.expect("joined").is_ok());
    }
    assert_eq!(said, stored);
    assert!(said > 0);
}
