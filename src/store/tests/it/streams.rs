use crate::database::*;
use domain::{
    catalogue::quota,
    error::StoreError,
    id::*,
    live::{
        participants::{Participant, ParticipantState, StageChange},
        store::StreamStore,
        stream::{EndReason, Stream, StreamCommand, StreamState, decide},
        viewership::{Viewership, Viewing},
    },
    time::{Millis, Span},
};
use store::{NewStreams, Viewer};

/// Applies a command's decision as the stream actor would.
pub async fn go(db: &TestDatabase, stream: &Stream, command: StreamCommand, now: Millis) -> Stream {
    let change = decide(stream, command, true, now).unwrap().expect("a change");
    let to = change.to.clone();
    StreamStore::change(&db.store, change, None, NOW).await.unwrap();
    assert_eq!(StreamStore::load(&db.store, to.id).await.unwrap(), to);
    to
}

#[tokio::test]
async fn a_stream_goes_through_its_states() {
    on_each(async |db| {
        let (_, experience, stream) = db.stage().await;
        assert_eq!(
            (stream.state, stream.version, stream.experience),
            (StreamState::Scheduled, 0, experience.id)
        );
        let rehearsal = go(&db, &stream, StreamCommand::Rehearse, NOW).await;
        assert_eq!(db.store.streams().running().await.unwrap(), *std::slice::from_ref(&rehearsal));
        db.publish(experience.space, NOW).await.unwrap();
        assert!(db.store.spaces().on_air(Viewer::default()).await.unwrap().is_empty());
        let live = go(&db, &rehearsal, StreamCommand::GoLive, NOW).await;
        let gone = go(&db, &live, StreamCommand::PublisherDown, NOW + Span::secs(5)).await;
        let on_air = db.store.spaces().on_air(Viewer::default()).await.unwrap();
        let found: Vec<_> = on_air.iter().map(|show| (&show.stream, show.experience_slug.as_str())).collect();
        assert_eq!(found, [(&gone, "friday")]);
        db.unpublish(experience.space).await.unwrap();
        assert!(db.store.spaces().on_air(Viewer::default()).await.unwrap().is_empty(), "its space is closed");
        assert_eq!(StreamStore::unfinished(&db.store).await.unwrap(), [stream.id]);
        let over = go(&db, &gone, StreamCommand::Look, NOW + Span::minutes(6)).await;
        assert!(over.end_reason.is_some());
        assert!(StreamStore::unfinished(&db.store).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_changes_from_one_version_one_is_made() {
    on_each(async |db| {
        let (_, _, stream) = db.stage().await;
        let change = decide(&stream, StreamCommand::Rehearse, true, NOW).unwrap().unwrap();
        let answers = race(20, |_| {
            let (store, change) = (db.store.clone(), change.clone());
            async move { StreamStore::change(&store, change, None, NOW).await }
        })
        .await;
        assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1);
        assert!(
            answers.iter().all(|a| matches!(a, Ok(()) | Err(StoreError::Conflict("version")))),
            "{answers:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_experience_has_one_stream_on_air() {
    on_each(async |db| {
        let (_, experience, first) = db.stage().await;
        let second = db.store.streams().schedule(experience.id, "Second", None, NOW).await.unwrap();
        let first = go(&db, &first, StreamCommand::Rehearse, NOW).await;
        let second = go(&db, &second, StreamCommand::Rehearse, NOW).await;
        let first = go(&db, &first, StreamCommand::GoLive, NOW).await;
        let change = decide(&second, StreamCommand::GoLive, true, NOW).unwrap().unwrap();
        let refused = StreamStore::change(&db.store, change, None, NOW).await;
        assert!(matches!(refused, Err(StoreError::Conflict("live"))), "{refused:?}");
        go(&db, &first, StreamCommand::End, NOW).await;
        go(&db, &second, StreamCommand::GoLive, NOW).await;
    })
    .await;
}

#[tokio::test]
async fn the_page_shows_what_runs_then_what_comes_then_what_was() {
    on_each(async |db| {
        let (_, experience, first) = db.stage().await;
        let streams = db.store.streams();
        let at = |hours| Some(NOW + Span::hours(hours));
        let first =
            db.change(async |tx| tx.reschedule_stream(first.id, "First", at(1), NOW).await).await.unwrap();
        let later = streams.schedule(experience.id, "Later", at(3), NOW).await.unwrap();
        let next = streams.schedule(experience.id, "Next", at(2), NOW).await.unwrap();
        let current = async || streams.current(experience.id).await.unwrap().unwrap().id;
        let first = go(&db, &first, StreamCommand::Rehearse, NOW).await;
        let first = go(&db, &first, StreamCommand::GoLive, NOW).await;
        assert_eq!(current().await, first.id);
        let refused = db.change(async |tx| tx.reschedule_stream(first.id, "x", None, NOW).await).await;
        assert!(matches!(refused, Err(StoreError::Conflict("state"))));
        go(&db, &first, StreamCommand::End, NOW).await;
        assert_eq!(current().await, next.id);
        for stream in [next.clone(), later.clone()] {
            let stream = go(&db, &stream, StreamCommand::Rehearse, NOW).await;
            assert_eq!(current().await, stream.id);
            let stream = go(&db, &stream, StreamCommand::GoLive, NOW + Span::hours(2)).await;
            go(&db, &stream, StreamCommand::End, NOW + Span::hours(3)).await;
        }
        assert!([next.id, later.id].contains(&current().await), "the one that ended last");
        let all = db.change(async |tx| tx.streams_of(experience.space).await).await.unwrap();
        assert_eq!(all.len(), 3);
        assert_eq!(streams.of_experience(experience.id).await.unwrap().len(), 3);
        assert!(streams.current(ExperienceId::new()).await.unwrap().is_none());
        assert!(matches!(
            streams.schedule(ExperienceId::new(), "x", None, NOW).await,
            Err(StoreError::NotFound)
        ));
    })
    .await;
}

#[tokio::test]
async fn the_peak_only_grows_and_does_not_disturb_the_version() {
    on_each(async |db| {
        let (_, _, stream) = db.stage().await;
        for people in [3, 9, 5] {
            StreamStore::peak(&db.store, stream.id, people).await.unwrap();
        }
        let after = db.store.streams().by_id(stream.id).await.unwrap();
        assert_eq!((after.peak, after.version), (9, 0));
    })
    .await;
}

#[tokio::test]
async fn viewings_grow_and_are_added_up_once() {
    on_each(async |db| {
        let (creator, _, stream) = db.stage().await;
        let fan = db.person("fan@example.org").await;
        assert_eq!(db.store.viewings().sum(stream.id).await.unwrap(), Viewership::default());
        StreamStore::peak(&db.store, stream.id, 2).await.unwrap();
        let viewing = |account, since, until| Viewing {
            account,
            since: NOW + Span::secs(since),
            until: NOW + Span::secs(until),
        };
        let stored = async |viewings| StreamStore::viewed(&db.store, stream.id, viewings).await.unwrap();
        let want = |people, seconds| Viewership { people, peak: 2, watched: Span::secs(seconds) };
        assert_eq!(stored(vec![viewing(fan.id, 0, 20)]).await, want(1, 20));
        let twice = vec![viewing(fan.id, 0, 35), viewing(creator.id, 5, 15)];
        assert_eq!(stored(twice.clone()).await, want(2, 45));
        assert_eq!(stored(twice).await, want(2, 45), "storing twice changes nothing");
        assert_eq!(stored(vec![viewing(fan.id, 60, 70)]).await, want(2, 55), "one who returns is one");
        let crowd: Vec<_> = (100..700).map(|at| viewing(fan.id, at, at)).collect();
        assert_eq!(stored(crowd).await, want(2, 55));
    })
    .await;
}

#[tokio::test]
async fn a_count_is_hidden_and_the_version_tells() {
    on_each(async |db| {
        let (_, _, stream) = db.stage().await;
        for (hidden, version) in [(true, 1), (true, 1), (false, 2)] {
            db.change(async |tx| tx.hide_count(stream.id, hidden).await).await.unwrap();
            let row = db.store.streams().by_id(stream.id).await.unwrap();
            assert_eq!((row.count_hidden, row.version), (hidden, version));
        }
    })
    .await;
}

#[tokio::test]
async fn whip_keys_rotate() {
    on_each(async |db| {
        let (_, _, stream) = db.stage().await;
        assert_eq!(db.store.streams().whip_key_version(stream.id).await.unwrap(), 1);
        assert_eq!(db.change(async |tx| tx.rotate_whip_key(stream.id).await).await.unwrap(), 2);
        assert_eq!(db.store.streams().whip_key_version(stream.id).await.unwrap(), 2);
        assert!(matches!(
            db.change(async |tx| tx.rotate_whip_key(StreamId::new()).await).await,
            Err(StoreError::NotFound)
        ));
    })
    .await;
}

fn weeks(count: i64) -> Vec<Millis> {
    (1..=count).map(|week| NOW + Span::days(7 * week)).collect()
}

#[tokio::test]
async fn a_series_is_several_streams_made_in_one_act() {
    on_each(async |db| {
        let (_, experience, alone) = db.stage().await;
        assert_eq!(alone.series, None);
        let at = weeks(12);
        let new = NewStreams { title: "Weekly", at: &at, count_hidden: true };
        let made = db.change(async |tx| tx.schedule_streams(experience.id, &new, NOW).await).await.unwrap();
        assert_eq!(made.iter().filter_map(|s| s.scheduled_at).collect::<Vec<_>>(), at);
        let series = made[0].series.expect("a series");
        assert!(
            made.iter().all(|s| s.series == Some(series) && s.count_hidden && s.title == "Weekly"),
            "{made:?}"
        );
        for stream in &made {
            assert_eq!(db.store.streams().by_id(stream.id).await.unwrap(), *stream);
            assert_ne!(
                db.store.streams().room_of(stream.id).await.unwrap().0,
                stream.id.0,
                "each has its own room"
            );
        }
        assert_eq!(db.store.streams().coming(series).await.unwrap(), made);
        for at in [&at[..1], &[]] {
            let new = NewStreams { title: "Once", at, count_hidden: false };
            let once =
                db.change(async |tx| tx.schedule_streams(experience.id, &new, NOW).await).await.unwrap();
            assert_eq!((once.len(), once[0].series, once[0].scheduled_at), (1, None, at.first().copied()));
        }
    })
    .await;
}

#[tokio::test]
async fn a_series_is_planned_whole_or_not_at_all() {
    on_each(async |db| {
        let (_, experience, _) = db.stage().await;
        let streams = db.store.streams();
        while (streams.of_experience(experience.id).await.unwrap().len() as i64)
            < quota::STREAMS_PER_WINDOW - 2
        {
            streams.schedule(experience.id, "One of many", None, NOW).await.unwrap();
        }
        let at = weeks(3);
        let new = NewStreams { title: "Weekly", at: &at, count_hidden: false };
        let refused = db.change(async |tx| tx.schedule_streams(experience.id, &new, NOW).await).await;
        assert!(matches!(refused, Err(StoreError::Conflict("recent"))), "{refused:?}");
        let there = streams.of_experience(experience.id).await.unwrap();
        assert!(there.iter().all(|s| s.series.is_none()), "none of them is left");
        let new = NewStreams { at: &at[..2], ..new };
        db.change(async |tx| tx.schedule_streams(experience.id, &new, NOW).await).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_a_series_what_has_not_begun_is_cancelled_at_once() {
    on_each(async |db| {
        let (_, experience, alone) = db.stage().await;
        let at = weeks(4);
        let new = NewStreams { title: "Weekly", at: &at, count_hidden: false };
        let plan =
            async || db.change(async |tx| tx.schedule_streams(experience.id, &new, NOW).await).await.unwrap();
        let (mine, other) = (plan().await, plan().await);
        let series = mine[0].series.unwrap();
        go(&db, &mine[0], StreamCommand::Rehearse, NOW).await;
        go(&db, &mine[1], StreamCommand::Cancel, NOW).await;
        let later = NOW + Span::hours(1);
        let cancel = async || {
            db.change(async |tx| tx.cancel_series(experience.space, series, later).await).await.unwrap()
        };
        let mut cancelled = cancel().await;
        cancelled.sort();
        assert_eq!(cancelled, [mine[2].id, mine[3].id]);
        assert!(cancel().await.is_empty(), "a second time there is nothing to cancel");
        for stream in &mine[2..] {
            let row = db.store.streams().by_id(stream.id).await.unwrap();
            assert_eq!((row.state, row.end_reason), (StreamState::Ended, Some(EndReason::Cancelled)));
            assert_eq!((row.ended_at, row.version), (Some(later), stream.version + 1));
        }
        let state = async |stream: &Stream| db.store.streams().by_id(stream.id).await.unwrap().state;
        assert_eq!(state(&mine[0]).await, StreamState::Rehearsal, "the host is in it");
        assert_eq!(db.store.streams().by_id(mine[1].id).await.unwrap().ended_at, Some(NOW));
        assert_eq!(
            (state(&alone).await, state(&other[0]).await),
            (StreamState::Scheduled, StreamState::Scheduled)
        );
        assert!(db.store.streams().coming(series).await.unwrap().is_empty());
        // An actor that decided on the row before finds out.
        let change = decide(&mine[2], StreamCommand::Rehearse, true, NOW).unwrap().unwrap();
        let stale = StreamStore::change(&db.store, change, None, NOW).await;
        assert!(matches!(stale, Err(StoreError::Conflict("version"))), "{stale:?}");
    })
    .await;
}

#[tokio::test]
async fn streams_with_a_date_are_found_whatever_became_of_them() {
    on_each(async |db| {
        let (_, experience, undated) = db.stage().await;
        let (_, elsewhere) = db.creator("ben@example.org").await;
        let other = db.experience(elsewhere.id, "friday").await;
        let streams = db.store.streams();
        let plan = async |experience, hours| {
            streams.schedule(experience, "Friday", Some(NOW + Span::hours(hours)), NOW).await.unwrap()
        };
        let (past, soon, later) =
            (plan(experience.id, -9).await, plan(experience.id, 1).await, plan(experience.id, 9).await);
        plan(other.id, 1).await;
        let later = go(&db, &later, StreamCommand::Cancel, NOW).await;
        let dated = async |hours| streams.dated(experience.space, NOW + Span::hours(hours)).await.unwrap();
        assert_eq!(dated(-10).await, [later.clone(), soon.clone(), past]);
        assert_eq!(dated(-9).await, [later, soon]);
        assert!(!dated(-1000).await.iter().any(|stream| stream.id == undated.id));
    })
    .await;
}

#[tokio::test]
async fn the_stage_is_stored_by_participant_and_goes_with_the_stream() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        let other = stream.id;
        let ann = db.person("ann@example.org").await;
        let raised = Participant {
            id: ParticipantId::new(),
            account: ann.id,
            name: ann.name.clone(),
            state: ParticipantState::Raised,
            muted: false,
            since: NOW,
        };
        let put = async |one: &Participant, by| {
            StreamStore::change_stage(&db.store, other, StageChange::Put(one.clone()), by, NOW).await
        };
        let all = async || StreamStore::participants(&db.store, other).await.unwrap();
        put(&raised, None).await.unwrap();
        assert_eq!(all().await, std::slice::from_ref(&raised));
        let twice = Participant { id: ParticipantId::new(), ..raised.clone() };
        assert!(put(&twice, None).await.is_err(), "one place for an account");
        let later = NOW + Span::secs(9);
        let up = Participant { state: ParticipantState::Up, muted: true, since: later, ..raised.clone() };
        put(&up, Some(maya.id)).await.unwrap();
        assert_eq!(all().await, std::slice::from_ref(&up));
        let gone = StageChange::Gone(up.id);
        StreamStore::change_stage(&db.store, other, gone, Some(maya.id), NOW).await.unwrap();
        assert!(all().await.is_empty());
        put(&raised, None).await.unwrap();
        StreamStore::clear_stage(&db.store, other).await.unwrap();
        assert!(all().await.is_empty());
        StreamStore::empty(&db.store, other, Some(NOW)).await.unwrap();
        assert_eq!(StreamStore::load(&db.store, other).await.unwrap().empty_since, Some(NOW));
    })
    .await;
}
