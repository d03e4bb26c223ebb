use crate::world::{World, ban, post, told};
use actors::{AttendanceGuard, ChatFailure};
use domain::{
    access::{ban::BanKind, eject::EjectReason},
    chat::{
        room::{ChatPost, JournalEntry, Mode, Moderate, RoomChange},
        rules::ChatRefusal,
    },
    id::*,
    time::Span,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::task::JoinHandle;

/// An open page, and how often a ban has ended it.
fn page(world: &World, account: AccountId) -> (AttendanceGuard, Arc<AtomicUsize>) {
    let ended = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&ended);
    let guard = world.page(account, move |reason| {
        assert_eq!(reason, EjectReason::Banned);
        counter.fetch_add(1, SeqCst);
    });
    (guard, ended)
}

type Sent = JoinHandle<Result<Arc<JournalEntry>, ChatFailure>>;

/// Sends a line and waits until the room has decided about it.
async fn sent(world: &World, line: ChatPost) -> Sent {
    let chat = world.chat();
    let sent = tokio::spawn(async move { chat.post(line).await });
    tokio::time::sleep(Duration::from_millis(5)).await;
    sent
}

#[tokio::test]
async fn a_line_decided_before_the_ban_is_told_and_then_removed_and_none_comes_after() {
    let world = World::new().await;
    let mut reader = world.reader().await;
    let (ann, bob) = (AccountId::new(), AccountId::new());
    let (_page, ended) = page(&world, ann);
    let (_other, other_ended) = page(&world, bob);
    let gate = world.journals.close_gate().await;
    let before = sent(&world, post(ann, "rude")).await;
    let neighbour = sent(&world, post(bob, "polite")).await;
    let chat = world.chat();
    let banning = tokio::spawn(async move { chat.moderate(ban(ann, BanKind::Ban, None)).await });
    tokio::time::sleep(Duration::from_millis(5)).await;
    let after = world.chat().post(post(ann, "ruder")).await;
    assert_eq!(
        after,
        Err(ChatRefusal::Banned { until: None }.into()),
        "refused at once, before the ban itself is stored"
    );
    assert_eq!(ended.load(SeqCst), 0, "a ban that is not stored ejects nobody");
    drop(gate);
    assert_eq!(before.await.expect("joined").expect("it was posted before the ban").seq, 1);
    assert_eq!(neighbour.await.expect("joined").expect("said").seq, 2);
    let made = banning.await.expect("joined").expect("banned");
    assert_eq!((made[0].seq, made[1].seq), (3, 4));
    assert!(matches!(&made[1].change, RoomChange::Removed { targets, .. } if *targets == [1]));
    assert_eq!((ended.load(SeqCst), other_ended.load(SeqCst)), (1, 0), "ejected before the ban is answered");
    let told: Vec<_> = told(&mut reader, 4).await.iter().map(|entry| entry.change.code()).collect();
    assert_eq!(told, ["said", "said", "banned", "removed"]);
    let replay = world.engine.feed(world.room).since(0).expect("the ring reaches back");
    assert_eq!(replay[0].line().expect("a line").body, "");
}

#[tokio::test]
async fn bans_are_the_spaces_and_end_when_lifted_or_over() {
    let world = World::new().await;
    let second = world.engine.chat_room(world.journals.add(world.space));
    let foreign = world.engine.chat_room(world.journals.add(SpaceId::new()));
    let (ann, bob) = (AccountId::new(), AccountId::new());
    for chat in [world.chat(), second.clone(), foreign.clone()] {
        chat.post(post(ann, "hello")).await.expect("said");
    }
    let reads = world.journals.reads.load(SeqCst);
    let mute = ban(ann, BanKind::Mute, Some(Span::secs(60)));
    let until = Some(world.moved(Span(0)) + Span::secs(60));
    let Moderate::Ban { id, .. } = mute else { panic!("a ban") };
    world.chat().moderate(mute).await.expect("muted");
    for chat in [world.chat(), second.clone()] {
        assert_eq!(
            chat.post(post(ann, "psst")).await,
            Err(ChatFailure::Refused(ChatRefusal::Muted { until }))
        );
        chat.post(post(bob, "hello")).await.expect("others may post");
    }
    foreign.post(post(ann, "hello")).await.expect("another space");
    assert_eq!(world.journals.reads.load(SeqCst), reads + 1, "only the other room of the space reloads");
    second.moderate(Moderate::Lift { by: crate::world::host(), ban: id, undo: false }).await.expect("lifted");
    for chat in [world.chat(), second.clone()] {
        chat.post(post(ann, "thanks")).await.expect("may post again");
    }
    let lift = Moderate::Lift { by: crate::world::host(), ban: id, undo: false };
    assert_eq!(world.chat().moderate(lift).await, Err(ChatRefusal::NotFound.into()));

    second.moderate(ban(ann, BanKind::Ban, Some(Span::secs(10)))).await.expect("banned");
    world.moved(Span(9_999));
    assert!(world.chat().post(post(ann, "now?")).await.is_err());
    world.moved(Span(1));
    world.chat().post(post(ann, "now!")).await.expect("it is over");
}

#[tokio::test]
async fn bans_and_modes_survive_a_kill_and_a_restart() {
    let world = World::new().await;
    let (ann, bob) = (AccountId::new(), AccountId::new());
    world.chat().moderate(ban(ann, BanKind::Ban, None)).await.expect("banned");
    world
        .chat()
        .moderate(Moderate::SetMode { by: crate::world::host(), mode: Mode::Slow(30) })
        .await
        .expect("slow");
    world.chat().post(post(bob, "one")).await.expect("said");
    let before = world.chat().snapshot().await.expect("loaded");
    world.act(actors::Action::Kill);
    for world in [&world, &world.restarted().await] {
        let refused = world.chat().post(post(ann, "hello")).await;
        assert_eq!(refused, Err(ChatRefusal::Banned { until: None }.into()));
        let slowed = world.chat().post(post(bob, "two")).await;
        assert_eq!(slowed, Err(ChatRefusal::SlowMode { retry_after: Span::secs(30) }.into()));
        assert_eq!(world.chat().snapshot().await.expect("loaded"), before);
    }
}

#[tokio::test]
async fn bans_changed_past_the_rooms_are_loaded_before_the_next_decision() {
    let world = World::new().await;
    let ann = AccountId::new();
    let made = world.chat().moderate(ban(ann, BanKind::Ban, None)).await.expect("banned");
    let RoomChange::Banned(made) = &made[0].change else { panic!("a ban") };
    let elsewhere = world.journals.add(world.space);
    let change = RoomChange::Lifted { ban: made.id, account: ann, by: made.by };
    world.journals.put(vec![JournalEntry { room: elsewhere, seq: 1, at: made.created_at, change }]);
    assert!(world.chat().post(post(ann, "hello")).await.is_err());
    world.chat().bans_changed();
    world.chat().post(post(ann, "hello")).await.expect("the ban is lifted");
}
