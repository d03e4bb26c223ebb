use crate::fakes::{World, until};
use actors::{Action, Attendance, AttendanceKind, Notice};
use domain::{
    access::eject::{EjectReason, EjectTarget},
    chat::feed::Moment,
    clock::Clock,
    id::*,
    live::{
        media::MediaEnd,
        presence::{LEAVE_AFTER, Person},
        stream::{StreamCommand, StreamState},
    },
    time::Span,
};
use std::sync::{Arc, Mutex};

type Ends = Arc<Mutex<Vec<EjectReason>>>;

/// A page of a signed-in person that records how it ended.
fn page(room: RoomId, space: SpaceId, account: AccountId) -> (Attendance, Ends) {
    let ends = Ends::default();
    let noted = Arc::clone(&ends);
    let attendance = Attendance {
        id: AttendanceId::new(),
        room: Some((space, room)),
        person: Person::Account(account),
        session: None,
        grant: None,
        until: None,
        team: false,
        counted: true,
        kind: AttendanceKind::Page,
        tell: Box::new(move |notice| {
            if let Notice::Ended(reason) = notice {
                noted.lock().unwrap().push(reason);
            }
        }),
    };
    (attendance, ends)
}

fn told(ends: &Ends) -> Vec<EjectReason> {
    ends.lock().unwrap().clone()
}

/// The count last published to the room's pages.
fn shown(world: &World, room: RoomId) -> usize {
    world.engine.feed(room).subscribe().snapshot.moments.people()
}

#[tokio::test]
async fn a_ban_ends_every_page_and_media_session_of_one_person_in_one_space() {
    let world = World::new().await;
    let (space, room, other_room) = (SpaceId::new(), RoomId::new(), RoomId::new());
    let (bad, good) = (AccountId::new(), AccountId::new());
    let (watching, first) = page(room, space, bad);
    let (elsewhere, second) = page(other_room, space, bad);
    let (other_space, third) = page(room, SpaceId::new(), bad);
    let (neighbour, fourth) = page(room, space, good);
    let (mut media, fifth) = page(room, space, bad);
    let session = world.media.viewer(room);
    media.kind = AttendanceKind::Media(session);
    let _guards: Vec<_> = [watching, elsewhere, other_space, neighbour, media]
        .map(|attendance| world.engine.attend(attendance))
        .into();
    let target = EjectTarget::Account(space, bad);
    assert_eq!(world.engine.eject(target, EjectReason::Banned), 3);
    for ended in [first, second, fifth] {
        assert_eq!(told(&ended), [EjectReason::Banned]);
    }
    assert!(told(&third).is_empty() && told(&fourth).is_empty());
    assert!(world.media.was_ended(session));
    assert_eq!(world.engine.eject(target, EjectReason::Banned), 0, "ejecting twice does no harm");
    assert_eq!(world.engine.attendances(), 2);
}

#[tokio::test]
async fn sign_out_refund_and_unpublish_find_theirs() {
    let world = World::new().await;
    let (space, room, account) = (SpaceId::new(), RoomId::new(), AccountId::new());
    let (session, grant) = (SessionId::new(), GrantId::new());
    let (mut one, signed_out) = page(room, space, account);
    one.session = Some(session);
    let (mut two, refunded) = page(room, space, account);
    two.grant = Some(grant);
    let (three, unpublished) = page(room, space, AccountId::new());
    let (mut four, team) = page(room, space, AccountId::new());
    four.team = true;
    let _guards: Vec<_> = [one, two, three, four].map(|attendance| world.engine.attend(attendance)).into();
    assert_eq!(world.engine.eject(EjectTarget::Session(session), EjectReason::SignedOut), 1);
    assert_eq!(world.engine.people(room), 3, "the other page of the person is still open");
    assert_eq!(world.engine.eject(EjectTarget::Grant(grant), EjectReason::GrantEnded), 1);
    assert_eq!(world.engine.people(room), 2, "an ejected page gets no grace period");
    assert_eq!(world.engine.eject(EjectTarget::Space(space), EjectReason::Unpublished), 1);
    assert_eq!(told(&signed_out), [EjectReason::SignedOut]);
    assert_eq!(told(&refunded), [EjectReason::GrantEnded]);
    assert_eq!(told(&unpublished), [EjectReason::Unpublished]);
    assert!(told(&team).is_empty());
}

#[tokio::test]
async fn an_attendance_ends_when_its_grant_does() {
    let world = World::new().await;
    let (mut short, ended) = page(RoomId::new(), SpaceId::new(), AccountId::new());
    let (mut free, over) = page(RoomId::new(), SpaceId::new(), AccountId::new());
    (short.until, short.grant) = (Some(world.clock.now() + Span::secs(30)), Some(GrantId::new()));
    free.until = short.until;
    let (guard, other) = (world.engine.attend(short), world.engine.attend(free));
    world.moved(Span::secs(29));
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    assert!(told(&ended).is_empty());
    let worker = world.actor("attendances").expect("the worker");
    world.engine.act(&worker, Action::Kill).expect("chaos is on");
    world.moved(Span::secs(1));
    until("it is told", || async { told(&ended) == [EjectReason::GrantEnded] }).await;
    until("it is told", || async { told(&over) == [EjectReason::PreviewEnded] }).await;
    drop((guard, other));
    assert_eq!((world.engine.attendances(), told(&ended).len()), (0, 1));
}

#[tokio::test]
async fn a_browser_uses_a_pass_while_something_is_open_and_half_a_minute_longer() {
    let world = World::new().await;
    let (grant, session) = (GrantId::new(), SessionId::new());
    let open = || {
        let (page, ends) = page(RoomId::new(), SpaceId::new(), AccountId::new());
        let attendance = Attendance { grant: Some(grant), session: Some(session), ..page };
        (world.engine.attend(attendance), ends)
    };
    let uses = || world.engine.uses(grant, session);
    assert!(uses(), "after a start nobody is known to have left");
    world.moved(Span::secs(30));
    assert!(!uses());
    let (guard, _) = open();
    world.moved(Span::secs(60));
    assert!(uses() && !world.engine.uses(grant, SessionId::new()));
    assert!(!world.engine.uses(GrantId::new(), session));
    drop(guard);
    world.moved(Span::secs(29));
    assert!(uses(), "it may come back");
    world.moved(Span::secs(1));
    assert!(!uses());
    let ((first, moved), (_other, stays)) = (open(), {
        let (page, ends) = page(RoomId::new(), SpaceId::new(), AccountId::new());
        (world.engine.attend(Attendance { grant: Some(grant), ..page }), ends)
    });
    assert_eq!(world.engine.eject(EjectTarget::Device(grant, session), EjectReason::Moved), 1);
    assert_eq!((told(&moved), told(&stays)), (vec![EjectReason::Moved], vec![]));
    assert!(!uses(), "whoever was put out has not left for a moment");
    drop(first);
    assert!(!uses());
}

#[tokio::test]
async fn who_hosts_is_here_and_not_counted() {
    let world = World::new().await;
    let (space, room, ann) = (SpaceId::new(), RoomId::new(), AccountId::new());
    let mut studio = page(room, space, AccountId::new());
    studio.0.counted = false;
    let (studio, told_host) = (world.engine.attend(studio.0), studio.1);
    assert_eq!((world.engine.people(room), world.engine.attendances()), (0, 1));
    let tab = world.engine.attend(page(room, space, ann).0);
    assert_eq!((world.engine.people(room), world.engine.accounts(room)), (1, vec![ann]));
    drop(studio);
    let mut again = page(room, space, AccountId::new());
    again.0.counted = false;
    let _again = world.engine.attend(again.0);
    assert_eq!(world.engine.people(room), 1, "who leaves and was not counted takes nobody along");
    drop(tab);
    world.moved(LEAVE_AFTER);
    until("the viewer is gone", || async { world.engine.people(room) == 0 }).await;
    assert_eq!(
        world.engine.eject(EjectTarget::WholeSpace(space), EjectReason::SpaceSuspended),
        1,
        "found as before"
    );
    assert!(told(&told_host).is_empty() && told(&again.1) == [EjectReason::SpaceSuspended]);
}

#[tokio::test]
async fn people_are_counted_not_pages_and_a_reload_is_not_a_leave() {
    let world = World::new().await;
    let (space, room, ann) = (SpaceId::new(), RoomId::new(), AccountId::new());
    let mut tabs: Vec<_> = (0..4).map(|_| world.engine.attend(page(room, space, ann).0)).collect();
    let _ben = world.engine.attend(page(room, space, AccountId::new()).0);
    assert_eq!(world.engine.people(room), 2);
    tabs.clear();
    assert_eq!(world.engine.people(room), 2, "the grace period of a reload");
    tabs.push(world.engine.attend(page(room, space, ann).0));
    world.moved(LEAVE_AFTER);
    world.moved(Span::secs(1));
    until("the count was told", || async { shown(&world, room) == 2 }).await;
    assert_eq!(world.engine.people(room), 2);
    tabs.clear();
    world.moved(LEAVE_AFTER);
    until("one is gone", || async { world.engine.people(room) == 1 }).await;
    world.moved(Span::secs(1));
    until("the pages know", || async { shown(&world, room) == 1 }).await;
}

#[tokio::test]
async fn counts_are_told_at_most_once_a_second_and_the_last_one_wins() {
    let world = World::new().await;
    let (space, room) = (SpaceId::new(), RoomId::new());
    let guards: Vec<_> =
        (0..50).map(|_| world.engine.attend(page(room, space, AccountId::new()).0)).collect();
    assert_eq!(shown(&world, room), 1, "an idle room publishes at once, a busy one waits");
    world.moved(Span::secs(1));
    until("the last one wins", || async { shown(&world, room) == 50 }).await;
    drop(guards);
    world.moved(LEAVE_AFTER);
    until("nobody", || async { shown(&world, room) == 0 }).await;
}

#[tokio::test]
async fn the_peak_is_stored_and_the_count_is_nothing_after_the_end() {
    let world = World::new().await;
    let stream = world.streams.add(StreamState::Scheduled);
    let room = world.streams.room(stream);
    let publisher = world.publisher(stream).await;
    let rehearses = || async { world.streams.row(stream.0).state == StreamState::Rehearsal };
    until("it rehearses", rehearses).await;
    world.engine.stream(stream).command(StreamCommand::GoLive, None).await.expect("live");
    let space = SpaceId::new();
    let mut guards: Vec<_> =
        (0..5).map(|_| world.engine.attend(page(room, space, AccountId::new()).0)).collect();
    guards.truncate(2);
    until("the peak is kept", || async {
        world.moved(Span::secs(1));
        world.streams.row(stream.0).peak == 5
    })
    .await;
    let (mut playing, ended) = page(room, space, AccountId::new());
    let session = world.media.viewer(room);
    playing.kind = AttendanceKind::Media(session);
    world.engine.attend(playing).detach();
    let (watching, stays) = page(room, space, AccountId::new());
    let _watching = world.engine.attend(watching);
    world.engine.stream(stream).command(StreamCommand::End, None).await.expect("ended");
    assert_eq!(told(&ended), [EjectReason::StreamEnded]);
    assert!(world.media.was_ended(session) && world.media.was_ended(publisher));
    assert!(told(&stays).is_empty(), "pages stay");
    assert_eq!(world.engine.people(room), 0);
    until("the pages know", || async {
        world.moved(Span::secs(1));
        shown(&world, room) == 0
    })
    .await;
}

#[tokio::test]
async fn what_was_watched_is_stored_while_it_is_on_air_and_through_falls() {
    let world = World::new().await;
    let (stream, space) = (world.streams.add(StreamState::Scheduled), SpaceId::new());
    let room = world.streams.room(stream);
    world.publisher(stream).await;
    until("it rehearses", || async { world.streams.row(stream.0).state == StreamState::Rehearsal }).await;
    let (ann, ben) = (AccountId::new(), AccountId::new());
    let stored = |account: AccountId| {
        let viewings = world.streams.viewings.lock().unwrap();
        let of = viewings.iter().filter(|((watched, of, _), _)| (*watched, *of) == (stream.0, account));
        of.map(|((.., since), until)| (*until - *since).0 / 1000).collect::<Vec<_>>()
    };
    let _ann = world.engine.attend(page(room, space, ann).0);
    world.moved(Span::secs(30));
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    assert!(stored(ann).is_empty(), "a rehearsal is nobody's show");
    world.engine.stream(stream).command(StreamCommand::GoLive, None).await.expect("live");
    world.moved(Span::secs(20));
    until("the first is stored", || async { stored(ann) == [20] }).await;
    let ben_page = world.engine.attend(page(room, space, ben).0);
    for place in ["viewings".into(), "attendances".into(), format!("stream.{stream}")] {
        world
            .engine
            .act(&place, Action::Kill)
            .or_else(|_| {
                let life = world.actor(&place).expect("it runs");
                world.engine.act(&life, Action::Kill)
            })
            .expect("chaos is on");
    }
    world.streams.away.store(true, std::sync::atomic::Ordering::SeqCst);
    world.moved(Span::secs(10));
    drop(ben_page);
    world.moved(Span::secs(10));
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    assert_eq!(stored(ben), [0; 0], "the database is away");
    world.streams.away.store(false, std::sync::atomic::Ordering::SeqCst);
    until("nothing was forgotten", || async {
        world.moved(Span::secs(1));
        stored(ben) == [10] && stored(ann).iter().sum::<i64>() >= 40
    })
    .await;
    assert_eq!(stored(ann).len(), 1, "one viewing");
    world.engine.stream(stream).command(StreamCommand::End, None).await.expect("ended");
    let told = || {
        let snapshot = world.engine.feed(room).snapshot();
        snapshot
            .moments
            .iter()
            .find_map(|m| if let Moment::Viewership(v) = m { Some(v.people) } else { None })
    };
    until("its host hears who watched", || async { told() == Some(2) }).await;
    let watched = stored(ann);
    world.moved(Span::secs(60));
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    assert_eq!(stored(ann), watched, "after the end nothing counts as watched");
}

#[tokio::test]
async fn what_was_watched_last_is_stored_when_the_house_closes() {
    let world = World::new().await;
    let (stream, space) = (world.streams.add(StreamState::Scheduled), SpaceId::new());
    let room = world.streams.room(stream);
    world.publisher(stream).await;
    until("it rehearses", || async { world.streams.row(stream.0).state == StreamState::Rehearsal }).await;
    let _page = world.engine.attend(page(room, space, AccountId::new()).0);
    world.engine.stream(stream).command(StreamCommand::GoLive, None).await.expect("live");
    world.moved(Span::secs(1));
    assert!(world.streams.viewings.lock().unwrap().is_empty());
    world.engine.drain().await;
    let stored = world.streams.viewings.lock().unwrap();
    let spans: Vec<_> = stored.iter().map(|((.., since), until)| *until - *since).collect();
    assert_eq!(spans, [Span::secs(1)]);
}

#[tokio::test]
async fn a_media_session_leaves_with_the_media_planes_word() {
    let world = World::new().await;
    let (room, space) = (RoomId::new(), SpaceId::new());
    let attend = |session| {
        let (mut media, _) = page(room, space, AccountId::new());
        media.kind = AttendanceKind::Media(session);
        world.engine.attend(media).detach();
    };
    let session = world.media.viewer(room);
    attend(session);
    assert_eq!(world.engine.attendances(), 1);
    world.media.falls(session, MediaEnd::Lost);
    until("it has left", || async { world.engine.attendances() == 0 }).await;
    // A session that ended before its attendance was added leaves nothing behind.
    let session = world.media.viewer(room);
    world.media.falls(session, MediaEnd::Left);
    let handled = || world.node("media_events").map_or(0, |node| node.handled);
    until("the plane was heard", || async { handled() == 4 }).await;
    attend(session);
    assert_eq!(world.engine.attendances(), 0);
}
