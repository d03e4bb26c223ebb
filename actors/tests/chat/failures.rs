use crate::{
    journal::Fault,
    world::{World, ban, host, post, silent, told, until},
};
use actors::ChatFailure;
use domain::{
    access::ban::BanKind,
    chat::{
        room::{Moderate, RATE},
        rules::ChatRefusal,
    },
    id::*,
};
use std::sync::atomic::Ordering::SeqCst;

#[tokio::test]
async fn a_failed_commit_answers_all_and_publishes_nothing() {
    let world = World::new().await;
    let mut reader = world.reader().await;
    let gate = world.journals.close_gate().await;
    let sends = (0..20).map(|_| {
        let chat = world.chat();
        tokio::spawn(async move { chat.post(post(AccountId::new(), "hello")).await })
    });
    let sends: Vec<_> = sends.collect();
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    world.journals.fail_next(Fault::Fails);
    drop(gate);
    for sent in sends {
        assert_eq!(sent.await.expect("joined"), Err(ChatFailure::Unavailable));
    }
    assert!(silent(&mut reader).await);
    let entry = world.chat().post(post(AccountId::new(), "once more")).await.expect("said");
    assert_eq!(entry.seq, 1, "a seq that was not stored is used again");
    assert_eq!(told(&mut reader, 1).await.len(), 1);
}

#[tokio::test]
async fn what_was_stored_although_it_seemed_to_fail_is_published_and_a_repetition_finds_it() {
    let world = World::new().await;
    let mut reader = world.reader().await;
    let line = post(AccountId::new(), "hello");
    world.journals.fail_next(Fault::SeemsToFail);
    assert_eq!(world.chat().post(line.clone()).await, Err(ChatFailure::Unavailable));
    assert_eq!(told(&mut reader, 1).await.len(), 1, "published without another command");
    assert_eq!(world.chat().post(line).await.expect("said").seq, 1);
    assert_eq!(world.chat().post(post(AccountId::new(), "next")).await.expect("said").seq, 2);
    assert_eq!(world.journals.entries(world.room).len(), 2);
}

#[tokio::test]
async fn a_line_whose_answer_was_lost_counts_once_in_the_rate() {
    let world = World::new().await;
    let ann = AccountId::new();
    for n in 1..=RATE as u64 {
        world.journals.fail_next(Fault::MeetsItself);
        assert_eq!(world.chat().post(post(ann, "hello")).await.expect("said").seq, n);
    }
    let refused = world.chat().post(post(ann, "one more")).await;
    assert!(matches!(refused, Err(ChatFailure::Refused(ChatRefusal::TooFast { .. }))), "{refused:?}");
}

#[tokio::test]
async fn a_room_that_cannot_load_looks_again_by_itself() {
    let world = World::new().await;
    let mut reader = world.reader().await;
    world.journals.fail_next(Fault::SeemsToFail);
    world.journals.blind.store(true, SeqCst);
    let reads = world.journals.reads.load(SeqCst);
    assert_eq!(world.chat().post(post(AccountId::new(), "hello")).await, Err(ChatFailure::Unavailable));
    until("it looks in vain", || async { world.journals.reads.load(SeqCst) > reads }).await;
    world.journals.blind.store(false, SeqCst);
    assert_eq!(told(&mut reader, 1).await.len(), 1);
}

#[tokio::test]
async fn a_ban_that_was_stored_although_it_seemed_to_fail_holds() {
    let world = World::new().await;
    world.reader().await;
    let ann = AccountId::new();
    world.journals.fail_next(Fault::SeemsToFail);
    assert_eq!(world.chat().moderate(ban(ann, BanKind::Ban, None)).await, Err(ChatFailure::Unavailable));
    let refused = world.chat().post(post(ann, "still here?")).await;
    assert!(matches!(refused, Err(ChatFailure::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn a_writer_that_falls_loses_nothing_and_doubles_nothing() {
    let world = World::new().await;
    let mut reader = world.reader().await;
    world.journals.fail_next(Fault::Panics);
    let entry = world.chat().post(post(AccountId::new(), "hello")).await.expect("the handle retries once");
    assert_eq!((entry.seq, told(&mut reader, 1).await.len()), (1, 1));
}

#[tokio::test]
async fn a_room_whose_database_is_away_refuses_at_once_and_comes_back_by_itself() {
    let world = World::new().await;
    world.chat().post(post(AccountId::new(), "hello")).await.expect("said");
    world.journals.away.store(true, SeqCst);
    assert_eq!(world.chat().post(post(AccountId::new(), "lost")).await, Err(ChatFailure::Unavailable));
    for _ in 0..20 {
        assert_eq!(
            world.chat().post(post(AccountId::new(), "lost, too")).await,
            Err(ChatFailure::Unavailable)
        );
    }
    world.journals.away.store(false, SeqCst);
    until("it speaks again", || async { world.chat().post(post(AccountId::new(), "back")).await.is_ok() })
        .await;
    assert_eq!(world.journals.entries(world.room).len(), 2);
}

#[tokio::test]
async fn a_command_that_can_never_be_stored_takes_nobody_with_it() {
    let world = World::new().await;
    let mut reader = world.reader().await;
    let used = ban(AccountId::new(), BanKind::Mute, None);
    let Moderate::Ban { id, .. } = used else { panic!("a ban") };
    world.chat().moderate(used.clone()).await.expect("muted");
    world.chat().moderate(Moderate::Lift { by: host(), ban: id, undo: false }).await.expect("lifted");
    let gate = world.journals.close_gate().await;
    let send = || {
        let chat = world.chat();
        tokio::spawn(async move { chat.post(post(AccountId::new(), "hello")).await })
    };
    let before: Vec<_> = (0..10).map(|_| send()).collect();
    let chat = world.chat();
    let poison = tokio::spawn(async move { chat.moderate(used).await });
    let after: Vec<_> = (0..10).map(|_| send()).collect();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    drop(gate);
    assert_eq!(poison.await.expect("joined"), Err(ChatFailure::Unavailable));
    for sent in before.into_iter().chain(after) {
        sent.await.expect("joined").expect("said");
    }
    assert_eq!(told(&mut reader, 22).await.len(), 22);
}
