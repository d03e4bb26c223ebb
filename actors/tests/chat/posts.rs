use crate::world::{World, host, post, silent, told, until};
use actors::{CallError, ChatFailure};
use domain::{
    chat::{
        room::{ChatLine, HISTORY, JournalEntry, MEMORY, Mode, Moderate, RATE, RoomChange},
        rules::ChatRefusal,
    },
    id::*,
    time::{Millis, Span},
};
use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};

#[tokio::test]
async fn a_line_is_stored_then_published_then_answered() {
    let world = World::new().await;
    let mut reader = world.reader().await;
    let gate = world.journals.close_gate().await;
    let chat = world.chat();
    let sender = tokio::spawn(async move { chat.post(post(AccountId::new(), "hello")).await });
    assert!(silent(&mut reader).await && !sender.is_finished(), "nothing is published before it is stored");
    assert_eq!(world.chat().snapshot().await.expect("loaded").seq, 0);
    drop(gate);
    let entry = sender.await.expect("joined").expect("said");
    assert_eq!(world.journals.entries(world.room), [(*entry).clone()]);
    assert!(Arc::ptr_eq(&told(&mut reader, 1).await[0], &entry), "one entry is shared by all");
    let snapshot = world.chat().snapshot().await.expect("loaded");
    assert_eq!((snapshot.seq, snapshot.lines.as_slice()), (1, [entry].as_slice()));
}

/// The number of messages that the room has handled.
fn handled(world: &World) -> u64 {
    let (name, tree) = (world.room.to_string(), world.engine.tree());
    tree.walk()
        .into_iter()
        .find(|node| node.kind == "chat_room" && node.name == name)
        .map_or(0, |node| node.handled)
}

#[tokio::test]
async fn while_one_batch_is_written_the_next_gathers_and_a_warm_room_reads_nothing() {
    let world = World::new().await;
    world.chat().snapshot().await.expect("the room loads");
    let reads = world.journals.reads.load(SeqCst);
    let gate = world.journals.close_gate().await;
    let send = || {
        let chat = world.chat();
        tokio::spawn(async move { chat.post(post(AccountId::new(), "hello")).await })
    };
    let first = send();
    until("the first is being written", || async { world.journals.commits.load(SeqCst) == 1 }).await;
    let sends: Vec<_> = (1..50).map(|_| send()).chain([first]).collect();
    until("all are decided", || async { handled(&world) == 51 }).await;
    drop(gate);
    for sent in sends {
        sent.await.expect("joined").expect("said");
    }
    assert_eq!(world.journals.commits.load(SeqCst), 2, "the first alone, the others together");
    assert_eq!(world.journals.reads.load(SeqCst), reads);
}

/// In a room with this many people, measures in milliseconds how long three posts sent 10 ms apart take to be answered,
/// and then a moderator's command in the middle of a wait. Also returns the number of commits.
async fn answered(people: usize) -> (Vec<u128>, usize) {
    let world = World::new().await;
    world.chat().snapshot().await.expect("the room loads");
    let _pages: Vec<_> = (0..people).map(|_| world.page(AccountId::new(), |_| {})).collect();
    let begun = tokio::time::Instant::now();
    let after = |millis| {
        let chat = world.chat();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            match millis {
                100 => drop(
                    chat.moderate(Moderate::SetMode { by: host(), mode: Mode::Slow(5) }).await.expect("done"),
                ),
                _ => drop(chat.post(post(AccountId::new(), "hello")).await.expect("said")),
            }
            begun.elapsed().as_millis()
        })
    };
    let mut times = vec![];
    for sent in [0, 10, 20, 90, 100].map(after) {
        times.push(sent.await.expect("joined"));
    }
    (times, world.journals.commits.load(SeqCst))
}

#[tokio::test(start_paused = true)]
async fn what_a_crowd_says_is_stored_together_and_a_moderator_never_waits() {
    assert_eq!(answered(99).await, (vec![0, 10, 20, 90, 100], 5));
    assert_eq!(answered(100).await, (vec![0, 75, 75, 100, 100], 3));
}

#[tokio::test]
async fn a_post_sent_twice_is_one_line_and_both_wait_for_it() {
    let world = World::new().await;
    let gate = world.journals.close_gate().await;
    let line = post(AccountId::new(), "hello");
    let sends: Vec<_> = (0..5)
        .map(|_| {
            let (chat, line) = (world.chat(), line.clone());
            tokio::spawn(async move { chat.post(line).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert!(sends.iter().all(|sent| !sent.is_finished()), "no answer before the commit");
    drop(gate);
    for sent in sends {
        assert_eq!(sent.await.expect("joined").expect("said").seq, 1);
    }
    assert_eq!(world.chat().post(line).await.expect("said").seq, 1);
    assert_eq!(world.journals.entries(world.room).len(), 1);
}

fn old_lines(world: &World, count: u64) -> Vec<JournalEntry> {
    let line = |seq| {
        let (author, client) = (AccountId::new(), ClientId::new());
        let (role, body) = (domain::access::admit::Role::Viewer, format!("line {seq}"));
        let line = ChatLine { author, name: "Ann".into(), role, client, body, removed: false };
        JournalEntry { room: world.room, seq, at: Millis(seq as i64), change: RoomChange::Said(line) }
    };
    (1..=count).map(line).collect()
}

#[tokio::test]
async fn a_repetition_that_only_the_database_knows_gets_the_first_answer_and_disturbs_nobody() {
    let world = World::new().await;
    let old = old_lines(&world, MEMORY as u64 + 50);
    world.journals.put(old.clone());
    let mut reader = world.reader().await;
    let gate = world.journals.close_gate().await;
    let again = |n: usize| {
        let line = old[n].line().expect("a line");
        domain::chat::room::ChatPost { client: line.client, ..post(line.author, &line.body) }
    };
    let fresh: Vec<_> = (0..10).map(|_| post(AccountId::new(), "fresh")).collect();
    let posts = [vec![again(3), fresh[0].clone(), again(7)], fresh[1..].to_vec()].concat();
    let sends = posts.into_iter().map(|line| {
        let chat = world.chat();
        tokio::spawn(async move { chat.post(line).await })
    });
    let sends: Vec<_> = sends.collect();
    tokio::time::sleep(Duration::from_millis(30)).await;
    drop(gate);
    let mut seqs = vec![];
    for sent in sends {
        seqs.push(sent.await.expect("joined").expect("said").seq);
    }
    seqs.sort_unstable();
    let last = old.len() as u64;
    assert_eq!(seqs, [vec![4, 8], (last + 1..=last + 10).collect()].concat());
    assert_eq!(told(&mut reader, last + 10).await.len(), 10);
}

#[tokio::test]
async fn repetitions_from_the_database_count_in_the_rate() {
    let world = World::new().await;
    let author = AccountId::new();
    let mut old = old_lines(&world, MEMORY as u64 + 30);
    for entry in &mut old {
        if let RoomChange::Said(line) = &mut entry.change {
            line.author = author;
        }
    }
    world.journals.put(old.clone());
    world.moved(Span::days(1));
    let first = old[0].line().expect("a line");
    let other = domain::chat::room::ChatPost { client: first.client, ..post(author, "other words") };
    assert_eq!(world.chat().post(other).await, Err(ChatRefusal::OtherWords.into()));
    world.moved(Span::secs(60));
    for entry in &old[..RATE] {
        let line = entry.line().expect("a line");
        let again = domain::chat::room::ChatPost { client: line.client, ..post(author, &line.body) };
        assert_eq!(world.chat().post(again).await.expect("said").seq, entry.seq);
    }
    let commits = world.journals.commits.load(SeqCst);
    let line = old[RATE].line().expect("a line");
    let again = domain::chat::room::ChatPost { client: line.client, ..post(author, &line.body) };
    let refused = world.chat().post(again).await;
    assert!(matches!(refused, Err(ChatFailure::Refused(ChatRefusal::TooFast { .. }))), "{refused:?}");
    assert_eq!(world.journals.commits.load(SeqCst), commits);
}

#[tokio::test]
async fn a_snapshot_is_the_last_two_hundred_lines_without_removed_words() {
    let world = World::new().await;
    world.journals.put(old_lines(&world, 500));
    let chat = world.chat();
    let before = chat.snapshot().await.expect("the room loads");
    assert_eq!((before.seq, before.lines.len(), before.lines[0].seq), (500, HISTORY, 301));
    let remove = Moderate::Remove { by: crate::world::host(), lines: vec![20, 499] };
    chat.moderate(remove).await.expect("removed");
    chat.moderate(Moderate::SetMode { by: crate::world::host(), mode: Mode::Slow(30) }).await.expect("slow");
    let after = chat.snapshot().await.expect("loaded");
    let gone = after.lines.iter().filter_map(|e| e.line()).filter(|l| l.removed && l.body.is_empty()).count();
    assert_eq!((after.seq, after.lines.len(), gone, after.modes.slow_mode), (502, HISTORY, 1, 30));
    assert!(Arc::ptr_eq(&after, &chat.snapshot().await.expect("loaded")), "one snapshot for all readers");
    let restarted = world.restarted().await;
    assert_eq!(restarted.chat().snapshot().await.expect("the room loads"), after);
}

#[tokio::test]
async fn a_room_that_is_not_there_says_so() {
    let world = World::new().await;
    let nowhere = world.engine.chat_room(RoomId::new());
    assert_eq!(nowhere.snapshot().await.expect_err("nothing there"), ChatFailure::Call(CallError::Unknown));
}

/// However long a slow machine takes to decide about all of them: the time of calls goes on only while nothing is to be done.
#[tokio::test(start_paused = true)]
async fn a_queue_that_the_database_does_not_take_is_bounded() {
    let world = World::new().await;
    world.chat().snapshot().await.expect("the room loads");
    let gate = world.journals.close_gate().await;
    let send = || {
        let chat = world.chat();
        tokio::spawn(async move { chat.post(post(AccountId::new(), "hello")).await })
    };
    let mut sends = vec![send()];
    until("the first is being written", || async { world.journals.commits.load(SeqCst) == 1 }).await;
    for _ in 0..43 {
        sends.extend((0..100).map(|_| send()));
        let all = sends.len() as u64 + 1;
        until("all are decided", || async { handled(&world) == all }).await;
    }
    drop(gate);
    let mut full = 0;
    for sent in sends {
        if let Err(failure) = sent.await.expect("joined") {
            assert_eq!(failure, ChatFailure::Call(CallError::Full));
            full += 1;
        }
    }
    assert_eq!((world.journals.entries(world.room).len(), full), (1 + 4096, 4_300 - 4096));
}
