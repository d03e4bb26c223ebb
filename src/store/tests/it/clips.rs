//! The rows of clips: bounded, removed by themselves, and gone with their recording or their maker.

use crate::{database::*, recordings::new};
use domain::{
    error::StoreError,
    id::{AccountId, ClipId, StreamId},
    live::{
        recording::clips::{Clip, MOST, MOST_OFTEN, OFTEN},
        stream::Stream,
    },
    people::account::Account,
    time::{Millis, Span},
};

fn clip(stream: &Stream, maker: &Account, at: Millis) -> Clip {
    Clip {
        id: ClipId::new(),
        stream: stream.id,
        space: stream.space,
        maker: maker.id,
        by: maker.name.clone(),
        title: "The throw".into(),
        begins: Span::secs(5),
        until: Span::secs(35),
        created_at: at,
    }
}

/// What became of a change, in a word.
fn told(done: Result<(), StoreError>) -> &'static str {
    match done {
        Ok(()) => "done",
        Err(StoreError::NotFound) => "none",
        Err(StoreError::Conflict(what)) => what,
        Err(StoreError::Unavailable(why)) => panic!("{why}"),
    }
}

impl TestDatabase {
    async fn make(&self, clip: &Clip) -> &'static str {
        told(self.change(async |tx| tx.make_clip(clip).await).await)
    }

    async fn clips(&self, stream: StreamId) -> Vec<Clip> {
        self.store.clips().of_stream(stream).await.unwrap()
    }

    async fn delete(&self, account: AccountId) {
        self.change(async |tx| tx.delete_account(account, NOW).await.map(drop)).await.unwrap();
    }
}

#[tokio::test]
async fn clips_are_listed_and_removed_one_by_one() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        let (ann, bob) = (db.person("ann@example.org").await, db.person("bob@example.org").await);
        let (first, second) = (clip(&stream, &ann, NOW), clip(&stream, &bob, NOW));
        assert_eq!(db.make(&first).await, "none", "nothing is recorded");
        db.store.recordings().begin_awaited(NOW).await.unwrap();
        for made in [&first, &second] {
            assert_eq!(db.make(made).await, "done");
        }
        assert_eq!(db.clips(stream.id).await, [second.clone(), first.clone()]);
        assert_eq!(db.store.clips().of_id(stream.id, first.id).await.unwrap(), first);
        let elsewhere = db.store.clips().of_id(StreamId::new(), first.id).await;
        assert_eq!(told(elsewhere.map(drop)), "none", "of another stream");
        let remove = async |of| told(db.change(async |tx| tx.remove_clip(of, first.id).await).await);
        assert_eq!(remove(StreamId::new()).await, "none");
        assert_eq!(remove(stream.id).await, "done");
        assert_eq!(remove(stream.id).await, "none");
        assert_eq!(db.clips(stream.id).await, [second]);
        // What somebody made goes with their account.
        db.delete(bob.id).await;
        assert_eq!(db.clips(stream.id).await, []);
    })
    .await;
}

#[tokio::test]
async fn clips_are_bounded_by_account_and_hour_and_by_stream() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        let (ann, bob) = (db.person("ann@example.org").await, db.person("bob@example.org").await);
        db.store.recordings().begin_awaited(NOW).await.unwrap();
        for _ in 0..MOST_OFTEN {
            assert_eq!(db.make(&clip(&stream, &ann, NOW)).await, "done");
        }
        let later = NOW + OFTEN;
        let just_before = Millis(later.0 - 1);
        assert_eq!(db.make(&clip(&stream, &ann, just_before)).await, "often");
        assert_eq!(db.make(&clip(&stream, &bob, just_before)).await, "done");
        assert_eq!(db.make(&clip(&stream, &ann, later)).await, "done");
        for hour in 1.. {
            let full = db.clips(stream.id).await.len() as i64 >= MOST;
            let made = db.make(&clip(&stream, &bob, later + Span::hours(2 * hour))).await;
            assert_eq!(made, if full { "full" } else { "done" }, "{hour}");
            if full {
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn clips_go_with_their_recording() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        let ann = db.person("ann@example.org").await;
        let recordings = db.store.recordings();
        recordings.begin_awaited(NOW).await.unwrap();
        for number in 0..12 {
            recordings.keep(stream.id, &new(number, 10)).await.unwrap();
        }
        assert_eq!(db.make(&clip(&stream, &ann, NOW)).await, "done");
        let between = async |from: i64, until: i64| {
            let found =
                recordings.segments_between(stream.id, Span::secs(from)..Span::secs(until)).await.unwrap();
            found.iter().map(|segment| segment.number).collect::<Vec<_>>()
        };
        assert_eq!(between(-10, 8).await, [0, 1]);
        assert_eq!(between(8, 21).await, [2, 3, 4, 5]);
        assert_eq!(between(48, 90).await, Vec::<i64>::new());
        recordings.complete(stream.id, 20, NOW + Span::days(9)).await.unwrap();
        db.change(async |tx| tx.delete_recording(stream.id, NOW).await).await.unwrap();
        assert_eq!(db.make(&clip(&stream, &ann, NOW)).await, "none");
        recordings.forget(stream.id).await.unwrap();
        assert_eq!(db.clips(stream.id).await, []);
    })
    .await;
}

#[tokio::test]
async fn the_host_lets_the_team_alone_make_clips() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        let restrict = async |team| db.change(async |tx| tx.restrict_clips(stream.id, team).await).await;
        let by_team = async || db.store.streams().by_id(stream.id).await.unwrap().clips_by_team;
        assert!(!by_team().await);
        for team in [true, false] {
            assert!(restrict(team).await.unwrap());
            assert!(!restrict(team).await.unwrap(), "nothing changes");
            assert_eq!(by_team().await, team);
        }
    })
    .await;
}
