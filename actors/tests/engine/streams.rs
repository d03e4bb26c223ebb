use crate::fakes::{World, until};
use actors::{Action, Attendance, AttendanceKind, CallError, Encoder, Fault, Status, StreamFailure};
use domain::{
    chat::feed::Moment,
    id::{AccountId, AttendanceId, MediaSessionId, ParticipantId, RoomId, SpaceId, StreamId},
    live::{
        media::MediaEnd,
        participants::StageCommand,
        presence::Person,
        stream::{EMPTY, EndReason, GRACE, LONGEST, StreamCommand::*, StreamError, StreamState},
    },
    time::Span,
};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, atomic::Ordering::SeqCst},
};

/// A live stream and its publisher's session.
async fn live(world: &World) -> (StreamId, domain::id::MediaSessionId) {
    let id = world.streams.add(StreamState::Scheduled);
    let publisher = world.publisher(id).await;
    becomes(world, id, StreamState::Rehearsal).await;
    world.engine.stream(id).command(GoLive, None).await.expect("it goes live");
    (id, publisher)
}

async fn becomes(world: &World, id: StreamId, state: StreamState) {
    let stored = || async { world.streams.row(id.0).state == state };
    until(&format!("{id} is {}", state.code()), stored).await;
}

#[tokio::test]
async fn it_goes_from_the_schedule_to_the_end() {
    let world = World::new().await;
    let (id, publisher) = live(&world).await;
    let stream = world.engine.stream(id);
    let wrong = stream.command(Rehearse, None).await;
    let illegal = StreamError::Illegal { from: StreamState::Live, to: StreamState::Rehearsal };
    assert_eq!(wrong, Err(StreamFailure::Refused(illegal)));
    let over = stream.command(End, None).await.expect("it ends");
    assert_eq!((over.state, over.end_reason), (StreamState::Ended, Some(EndReason::Host)));
    assert_eq!(*over, world.streams.row(id.0));
    assert!(world.media.was_ended(publisher));
}

#[tokio::test]
async fn what_is_published_is_stored_first_and_is_known_to_one_who_comes() {
    let world = World::new().await;
    let (id, _) = live(&world).await;
    let feed = world.engine.feed(world.streams.room(id));
    let seen = feed.stream().expect("the newest state");
    assert_eq!(*seen, world.streams.row(id.0));
    world.streams.close_gate();
    let ending = tokio::spawn({
        let stream = world.engine.stream(id);
        async move { stream.command(End, None).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(feed.stream().expect("a state").state, StreamState::Live);
    world.streams.open_gate();
    ending.await.expect("joined").expect("it ends");
    assert_eq!(feed.stream().expect("a state").state, StreamState::Ended);
}

#[tokio::test]
async fn a_host_who_falls_is_waited_for() {
    let world = World::new().await;
    let (id, publisher) = live(&world).await;
    world.media.falls(publisher, MediaEnd::Silent);
    becomes(&world, id, StreamState::Interrupted).await;
    world.moved(Span(GRACE.0 - 1));
    world.publisher(id).await;
    becomes(&world, id, StreamState::Live).await;
    world.moved(GRACE);
    assert_eq!(world.engine.stream(id).get().await.expect("a row").state, StreamState::Live);
}

#[tokio::test(start_paused = true)]
async fn the_publishers_health_is_told_each_second_and_goes_with_it() {
    let world = World::new().await;
    let (id, publisher) = live(&world).await;
    let health = || {
        let snapshot = world.engine.feed(world.streams.room(id)).snapshot();
        snapshot
            .moments
            .iter()
            .find_map(|m| if let Moment::Health(health) = m { Some(*health) } else { None })
    };
    until("it is told", || async { health().is_some_and(|health| health.bits_per_second > 0) }).await;
    assert_eq!(health(), world.engine.stream(id).health());
    world.media.falls(publisher, MediaEnd::Silent);
    until("it is gone", || async { health().is_some_and(|health| health.bits_per_second == 0) }).await;
}

#[tokio::test]
async fn the_room_is_told_which_layers_to_pause_and_no_other_one() {
    let world = World::new().await;
    let ((id, publisher), (other, _)) = (live(&world).await, live(&world).await);
    let told = |id| {
        let moments = world.engine.feed(world.streams.room(id)).snapshot().moments;
        moments.iter().find_map(|m| match m {
            Moment::PausedLayers(session, layers) => Some((*session, layers.iter().collect::<Vec<_>>())),
            _ => None,
        })
    };
    for layers in [vec![2], vec![]] {
        world.media.pauses(world.streams.room(id), publisher, layers.iter().copied().collect());
        until("it is told", || async { told(id) == Some((publisher, layers.clone())) }).await;
        assert_eq!(told(other), None);
    }
}

#[tokio::test]
async fn an_old_publishers_end_does_not_interrupt_a_new_one() {
    let world = World::new().await;
    let (id, first) = live(&world).await;
    world.media.falls(first, MediaEnd::Silent);
    becomes(&world, id, StreamState::Interrupted).await;
    world.publisher(id).await;
    becomes(&world, id, StreamState::Live).await;
    world.media.falls(first, MediaEnd::Lost);
    let other = world.streams.add(StreamState::Scheduled);
    world.publisher(other).await;
    becomes(&world, other, StreamState::Rehearsal).await;
    assert_eq!(world.streams.row(id.0).state, StreamState::Live);
}

#[tokio::test]
async fn the_actors_of_a_deleted_stream_end_also_parked_ones_and_its_neighbour_stays() {
    let world = World::new().await;
    let [awake, parked, neighbour] = [(); 3].map(|()| world.streams.add(StreamState::Scheduled));
    for id in [awake, parked, neighbour] {
        world.engine.stream(id).get().await.expect("a row");
        world.engine.chat_room(world.streams.room(id)).snapshot().await.expect("a room");
    }
    let place = format!("stream.{parked}");
    world.engine.act(&place, Action::Inject(Fault::Poison, Span::secs(300))).expect("chaos is on");
    while world.node(parked).expect("in the tree").status != Status::Parked {
        let _ = world.engine.stream(parked).reload().await;
    }
    for id in [awake, parked] {
        let room = world.streams.room(id);
        world.streams.rows.lock().unwrap().remove(&id.0);
        world.engine.retire_stream(id, room);
        until("both actors have ended", || async { world.node(id).or(world.node(room)).is_none() }).await;
        assert_eq!(world.engine.stream(id).reload().await, Err(StreamFailure::Call(CallError::Unknown)));
        until("it has ended again", || async { world.node(id).is_none() }).await;
    }
    assert!(world.node(neighbour).and(world.node(world.streams.room(neighbour))).is_some());
}

#[tokio::test]
async fn the_grace_outlives_a_killed_actor() {
    let world = World::new().await;
    let (id, publisher) = live(&world).await;
    world.media.falls(publisher, MediaEnd::Lost);
    becomes(&world, id, StreamState::Interrupted).await;
    let actor = world.actor(id).expect("it is awake");
    world.engine.act(&actor, Action::Kill).expect("chaos is on");
    world.moved(GRACE);
    becomes(&world, id, StreamState::Ended).await;
    assert_eq!(world.streams.row(id.0).end_reason, Some(EndReason::HostGone));
}

#[tokio::test]
async fn the_grace_outlives_an_actor_that_sleeps_for_good() {
    let world = World::new().await;
    let (id, publisher) = live(&world).await;
    world.media.falls(publisher, MediaEnd::Left);
    becomes(&world, id, StreamState::Interrupted).await;
    let actor = world.actor(id).expect("it is awake");
    world.engine.act(&actor, Action::Stop).expect("it stops");
    until("it has stopped", || async { world.actor(id).is_none() }).await;
    world.moved(GRACE);
    becomes(&world, id, StreamState::Ended).await;
}

#[tokio::test]
async fn a_process_that_dies_on_air_resumes_with_the_old_deadlines() {
    let world = World::new().await;
    let (interrupted, publisher) = live(&world).await;
    let (on_air, _) = live(&world).await;
    world.media.falls(publisher, MediaEnd::Lost);
    becomes(&world, interrupted, StreamState::Interrupted).await;
    let deadline = world.streams.row(interrupted.0).grace_until;
    world.moved(Span::minutes(1));
    let next = world.restarted().await;
    // Its publisher ended with the process.
    becomes(&next, on_air, StreamState::Interrupted).await;
    assert_eq!(next.streams.row(interrupted.0).grace_until, deadline);
    next.moved(Span(GRACE.0 - Span::minutes(1).0));
    becomes(&next, interrupted, StreamState::Ended).await;
    assert_eq!(next.streams.row(on_air.0).state, StreamState::Interrupted);
}

#[tokio::test]
async fn no_stream_is_longer_than_eight_hours() {
    let world = World::new().await;
    let (id, publisher) = live(&world).await;
    world.moved(LONGEST);
    becomes(&world, id, StreamState::Ended).await;
    assert_eq!(world.streams.row(id.0).end_reason, Some(EndReason::TooLong));
    until("its publisher is put out", || async { world.media.was_ended(publisher) }).await;
}

#[tokio::test]
async fn a_stream_that_nobody_watches_ends_after_an_hour_also_across_a_restart() {
    let world = World::new().await;
    let [(empty, _), (watched, _)] = [live(&world).await, live(&world).await];
    let room = world.streams.room(watched);
    let here = world.engine.attend(page(room));
    until("it is seen that somebody came", || async { world.streams.row(watched.0).empty_since.is_none() })
        .await;
    world.moved(Span(EMPTY.0 / 2));
    let next = world.restarted().await;
    let again = next.engine.attend(page(room));
    for id in [empty, watched] {
        becomes(&next, id, StreamState::Interrupted).await;
        next.publisher(id).await;
        becomes(&next, id, StreamState::Live).await;
    }
    until("they came back", || async { next.streams.row(watched.0).empty_since.is_none() }).await;
    next.moved(Span(EMPTY.0 / 2));
    becomes(&next, empty, StreamState::Ended).await;
    assert_eq!(next.streams.row(empty.0).end_reason, Some(EndReason::Empty));
    assert_eq!(next.streams.row(watched.0).state, StreamState::Live);
    drop((here, again));
}

/// A viewer's page.
fn page(room: RoomId) -> Attendance {
    Attendance {
        id: AttendanceId::new(),
        room: Some((SpaceId::new(), room)),
        person: Person::Account(AccountId::new()),
        session: None,
        grant: None,
        until: None,
        team: false,
        counted: true,
        kind: AttendanceKind::Page,
        tell: Box::new(|_| {}),
    }
}

#[tokio::test]
async fn a_command_in_flight_is_done_once_when_its_actor_is_killed() {
    let world = World::new().await;
    let id = world.streams.add(StreamState::Scheduled);
    world.publisher(id).await;
    becomes(&world, id, StreamState::Rehearsal).await;
    world.streams.close_gate();
    let going = tokio::spawn({
        let stream = world.engine.stream(id);
        async move { stream.command(GoLive, None).await }
    });
    until("it is before the gate", || async { world.node(id).is_some_and(|node| node.mailbox == 0) }).await;
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let actor = world.actor(id).expect("it is awake");
    world.engine.act(&actor, Action::Kill).expect("chaos is on");
    world.streams.open_gate();
    let row = going.await.expect("joined").expect("the host's click is not lost");
    assert_eq!((row.state, row.version), (StreamState::Live, 3));
    assert_eq!(world.streams.row(id.0), *row);
    assert_ne!(world.actor(id).expect("it is back"), actor);
}

#[tokio::test]
async fn a_row_that_changed_past_the_actor_is_read_and_decided_upon_again() {
    let world = World::new().await;
    let (id, _) = live(&world).await;
    world.streams.rows.lock().unwrap().get_mut(&id.0).expect("a row").version += 5;
    let over = world.engine.stream(id).command(End, None).await.expect("it ends");
    assert_eq!((over.state, over.version), (StreamState::Ended, 9));
}

#[tokio::test(start_paused = true)]
async fn a_database_that_is_away_refuses_and_is_not_held_against_the_actor() {
    let world = World::new().await;
    let (id, publisher) = live(&world).await;
    world.streams.away.store(true, SeqCst);
    assert_eq!(world.engine.stream(id).command(End, None).await, Err(StreamFailure::Unavailable));
    world.media.falls(publisher, MediaEnd::Lost);
    tokio::time::sleep(std::time::Duration::from_secs(300)).await;
    assert!(world.node(id).expect("in the tree").restarts > 10);
    world.streams.away.store(false, SeqCst);
    becomes(&world, id, StreamState::Interrupted).await;
}

#[tokio::test]
async fn what_is_not_there_is_unknown_and_is_not_tried_for_ever() {
    let world = World::new().await;
    let id = StreamId::new();
    assert_eq!(world.engine.stream(id).get().await, Err(CallError::Unknown));
    assert_eq!(world.node(id), None);
}

/// Whether this participant sends, and no other.
async fn sends_alone(world: &World, id: StreamId, one: ParticipantId) -> bool {
    world.engine.stream(id).stage().await.is_ok_and(|stage| stage.sending == [one])
}

fn raise(account: AccountId) -> StageCommand {
    StageCommand::Raise { account, name: "noor".into() }
}

#[tokio::test]
async fn the_stage_is_the_same_after_a_kill_and_after_a_restart() {
    let world = World::new().await;
    let (id, _) = live(&world).await;
    let (stream, account) = (world.engine.stream(id), AccountId::new());
    let raised = stream.command_stage(raise(account), None).await.expect("a hand");
    let one = raised.participants.of(account).expect("hers").id;
    let up = stream.command_stage(StageCommand::Accept(one), None).await.expect("she is up");
    assert!(up.sending.is_empty());
    let room = RoomId::of_participant(one);
    let sends = world.media.publisher(room);
    until("it is seen that she sends", || sends_alone(&world, id, one)).await;
    let feed = world.engine.feed(world.streams.room(id));
    let shown = || {
        let moments = feed.snapshot().moments;
        moments.iter().find_map(|m| if let Moment::Stage(stage) = m { Some(Arc::clone(stage)) } else { None })
    };
    let (before, on_pages) = (stream.stage().await.expect("a stage"), shown().expect("a moment"));
    let actor = world.actor(id).expect("it is awake");
    world.engine.act(&actor, Action::Kill).expect("chaos is on");
    until("it is back", || async { world.actor(id).is_some_and(|now| now != actor) }).await;
    assert_eq!(stream.stage().await.expect("a stage"), before);
    assert_eq!(stream.command_stage(StageCommand::Accept(one), None).await.expect("so already"), before);
    assert!(Arc::ptr_eq(&shown().expect("a moment"), &on_pages), "nothing is published again");
    world.media.falls(sends, MediaEnd::Silent);
    until("it is seen that she is silent", || async { !sends_alone(&world, id, one).await }).await;
    assert_eq!(world.streams.row(id.0).state, StreamState::Live, "the show goes on");

    let next = world.restarted().await;
    let stage = next.engine.stream(id).stage().await.expect("a stage");
    assert_eq!(stage.participants, before.participants);
    next.media.publisher(room);
    until("she sends again", || sends_alone(&next, id, one)).await;
}

#[tokio::test]
async fn whom_the_host_mutes_is_muted_also_after_a_kill_and_after_a_restart() {
    let world = World::new().await;
    let (id, _) = live(&world).await;
    let stream = world.engine.stream(id);
    let mut places = Vec::new();
    for account in [AccountId::new(), AccountId::new()] {
        let raised = stream.command_stage(raise(account), None).await.expect("a hand");
        let one = raised.participants.of(account).expect("a place").id;
        stream.command_stage(StageCommand::Accept(one), None).await.expect("up");
        places.push(one);
    }
    let muted = |world: &World| world.media.muted.lock().unwrap().clone();
    assert!(muted(&world).is_empty());
    stream.command_stage(StageCommand::Mute(places[0], true), None).await.expect("muted");
    let hers = HashSet::from([RoomId::of_participant(places[0])]);
    assert_eq!(muted(&world), hers, "when the host is answered, and nobody else");
    let actor = world.actor(id).expect("it is awake");
    world.engine.act(&actor, Action::Kill).expect("chaos is on");
    until("it is back", || async { world.actor(id).is_some_and(|now| now != actor) }).await;
    assert_eq!(muted(&world), hers);
    let next = world.restarted().await;
    let stream = next.engine.stream(id);
    stream.stage().await.expect("a stage");
    assert_eq!(muted(&next), hers, "before anybody can send again");
    stream.command_stage(StageCommand::Mute(places[0], false), None).await.expect("heard again");
    assert!(muted(&next).is_empty());
    stream.command_stage(StageCommand::Mute(places[1], true), None).await.expect("muted");
    stream.command_stage(StageCommand::Remove(places[1]), None).await.expect("removed");
    assert!(muted(&next).is_empty(), "nothing is kept of one who has left");
}

#[tokio::test]
async fn who_is_removed_is_put_out_before_the_host_is_answered() {
    let world = World::new().await;
    let (id, _) = live(&world).await;
    let (stream, account) = (world.engine.stream(id), AccountId::new());
    let mut places = Vec::new();
    for account in [account, AccountId::new()] {
        let raised = stream.command_stage(raise(account), None).await.expect("a hand");
        let one = raised.participants.of(account).expect("a place").id;
        stream.command_stage(StageCommand::Accept(one), None).await.expect("up");
        places.push(one);
    }
    stream.command_stage(StageCommand::Mute(places[0], true), None).await.expect("muted");
    let space = world.streams.row(id.0).space;
    let ended = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let guards: Vec<_> = places
        .iter()
        .map(|one| {
            let (room, media) = (RoomId::of_participant(*one), MediaSessionId::new());
            let (ended, heard, plane, one) = (ended.clone(), heard.clone(), world.media.clone(), *one);
            world.engine.add_encoder(Encoder { space, room, media }, move || {
                ended.lock().unwrap().push(one);
                heard.lock().unwrap().extend((!plane.muted.lock().unwrap().contains(&room)).then_some(one));
            })
        })
        .collect();
    stream.command_stage(StageCommand::Remove(places[0]), None).await.expect("removed");
    assert_eq!(*ended.lock().unwrap(), places[..1]);
    assert_eq!(*heard.lock().unwrap(), [], "who was muted is muted until the end");
    assert!(world.media.muted.lock().unwrap().is_empty(), "and nothing is kept of it");
    stream.command(End, None).await.expect("it ends");
    until("everybody is put out", || async { *ended.lock().unwrap() == places }).await;
    assert!(stream.stage().await.expect("a stage").participants.is_empty());
    drop(guards);
}
