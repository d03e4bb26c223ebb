//! Destinations of a space, and for which streams they are switched on.

use crate::database::*;
use domain::{
    error::StoreError,
    id::{DestinationId, RestreamId, SpaceId},
    live::{
        restream::{MOST_DESTINATIONS, RestreamDestination, RestreamStore, StreamKey},
        store::StreamStore,
        stream::{StreamCommand, decide},
    },
    time::Span,
    work::retention::Retention,
};

/// Switches destinations on.
const HOST: &str = "host@example.org";

fn destination(space: SpaceId, name: &str) -> RestreamDestination {
    RestreamDestination {
        id: DestinationId::new(),
        space,
        name: name.into(),
        address: "rtmps://live.example:2935/app".parse().unwrap(),
        key: StreamKey::parse("live_0123?a=b").unwrap(),
    }
}

impl TestDatabase {
    async fn add_destination(&self, space: SpaceId, name: &str) -> RestreamDestination {
        let new = destination(space, name);
        self.change(async |tx| tx.add_destination(&new, NOW).await).await.unwrap();
        new
    }

    async fn switch_on(&self, to: &RestreamDestination, stream: domain::id::StreamId) -> RestreamId {
        let (id, by) = (RestreamId::new(), self.person(HOST).await.id);
        self.change(async |tx| tx.switch_restream_on(id, stream, to.id, by).await).await.unwrap();
        id
    }
}

#[tokio::test]
async fn a_space_has_a_few_destinations_of_its_own() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let (_, other) = db.creator("jo@example.org").await;
        let restreams = db.store.restreams();
        let mut all = vec![];
        for nth in 0..MOST_DESTINATIONS {
            all.push(db.add_destination(space.id, &format!("Platform {nth}")).await);
        }
        let more = destination(space.id, "One more");
        let refused = db.change(async |tx| tx.add_destination(&more, NOW).await).await;
        assert!(matches!(refused, Err(StoreError::Conflict("destinations"))));
        assert_eq!(restreams.list(space.id).await.unwrap(), all);
        let theirs = db.add_destination(other.id, "Elsewhere").await;
        assert_eq!(restreams.list(other.id).await.unwrap(), std::slice::from_ref(&theirs));
        assert_eq!(restreams.destination(theirs.id).await.unwrap(), theirs);
        let gone = all.remove(2);
        assert_eq!(db.change(async |tx| tx.remove_destination(gone.id).await).await.unwrap(), []);
        let again = db.change(async |tx| tx.remove_destination(gone.id).await).await;
        assert!(matches!(again, Err(StoreError::NotFound)));
        assert_eq!(restreams.list(space.id).await.unwrap(), all);
    })
    .await;
}

#[tokio::test]
async fn a_restream_is_wanted_while_its_show_is_on_air() {
    on_each(async |db| {
        let (_, _, stream) = db.stage().await;
        let (_, other) = db.creator("jo@example.org").await;
        let to = db.add_destination(stream.space, "Elsewhere").await;
        let theirs = db.add_destination(other.id, "Theirs").await;
        let foreign = RestreamId::new();
        let host = db.person(HOST).await.id;
        let refused =
            db.change(async |tx| tx.switch_restream_on(foreign, stream.id, theirs.id, host).await).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "of another space");
        let id = db.switch_on(&to, stream.id).await;
        let beside = || async { db.store.restreams().beside(stream.space, stream.id).await.unwrap() };
        assert_eq!(beside().await, [(to.clone(), Some(id))]);
        assert_eq!(db.store.wanted().await.unwrap(), []);
        let row = RestreamStore::load(&db.store, id).await.unwrap();
        assert_eq!((row.stream, row.room, row.on_air, row.by), (stream.id, stream.room, false, Some(host)));
        assert_eq!(row.destination, to);
        for command in [StreamCommand::Rehearse, StreamCommand::GoLive] {
            let row = db.store.streams().by_id(stream.id).await.unwrap();
            let change = decide(&row, command, true, NOW).unwrap().unwrap();
            StreamStore::change(&db.store, change, None, NOW).await.unwrap();
        }
        assert_eq!(db.store.wanted().await.unwrap(), [id]);
        assert!(RestreamStore::load(&db.store, id).await.unwrap().on_air);
        let off = db.change(async |tx| tx.switch_restream_off(stream.id, to.id).await).await;
        assert_eq!(off.unwrap(), Some(id));
        assert_eq!(beside().await, [(to.clone(), None)]);
        assert!(matches!(RestreamStore::load(&db.store, id).await, Err(StoreError::NotFound)));
        let again = db.change(async |tx| tx.switch_restream_off(stream.id, to.id).await).await;
        assert_eq!(again.unwrap(), None);
        // What it was switched on for goes with a destination.
        let id = db.switch_on(&to, stream.id).await;
        assert_eq!(db.change(async |tx| tx.remove_destination(to.id).await).await.unwrap(), [id]);
        assert_eq!((beside().await, db.store.wanted().await.unwrap()), (vec![], vec![]));
    })
    .await;
}

#[tokio::test]
async fn restreams_go_some_weeks_after_their_show_and_with_a_deleted_one() {
    on_each(async |db| {
        let (_, experience, planned) = db.stage().await;
        let one_more = async || db.store.streams().schedule(experience.id, "Again", None, NOW).await.unwrap();
        let (ended, deleted) = (one_more().await, one_more().await);
        let to = db.add_destination(planned.space, "Elsewhere").await;
        for stream in [planned.id, ended.id, deleted.id] {
            db.switch_on(&to, stream).await;
        }
        for command in [StreamCommand::Rehearse, StreamCommand::GoLive, StreamCommand::End] {
            let row = db.store.streams().by_id(ended.id).await.unwrap();
            let change = decide(&row, command, true, NOW).unwrap().unwrap();
            StreamStore::change(&db.store, change, None, NOW).await.unwrap();
        }
        db.change(async |tx| tx.delete_stream(deleted.id).await).await.unwrap();
        let (retention, store) = (Retention::default(), &db.store);
        let on = async |stream| store.restreams().beside(planned.space, stream).await.unwrap()[0].1.is_some();
        let over = Span(retention.jobs.0 + 1);
        for (after, pruned, is_left) in [(Span(0), 1, true), (retention.jobs, 0, true), (over, 1, false)] {
            assert_eq!(store.prune(&retention, NOW + after).await.unwrap().restreams, pruned, "{after:?}");
            assert_eq!(on(ended.id).await, is_left, "{after:?}");
        }
        assert!(on(planned.id).await && !on(deleted.id).await);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_sent_elsewhere_goes_with_the_right_to_host() {
    on_each(async |db| {
        let (_, experience, stream) = db.stage().await;
        let (_, other) = db.creator("jo@example.org").await;
        let again = db.store.streams().schedule(experience.id, "Again", None, NOW).await.unwrap();
        let team = async |space| db.store.spaces().by_id(space).await.unwrap().team;
        let (own, foreign) = (team(stream.space).await, team(other.id).await);
        let gone = db.person("editor@example.org").await.id;
        let theirs = db.add_destination(stream.space, "Theirs").await;
        let ours = db.add_destination(stream.space, "Ours").await;
        for stream in [stream.id, again.id] {
            let id = RestreamId::new();
            db.change(async |tx| tx.switch_restream_on(id, stream, theirs.id, gone).await).await.unwrap();
            db.switch_on(&ours, stream).await;
        }
        let on = async |stream| {
            let all = db.store.restreams().beside(experience.space, stream).await.unwrap();
            all.into_iter().map(|(to, on)| (to.name, on.is_some())).collect::<Vec<_>>()
        };
        for (of, left) in [(foreign, true), (own, false)] {
            let keys = db.change(async |tx| tx.renew_keys(of, gone).await).await.unwrap();
            assert_eq!(keys.changes().count(), usize::from(!left), "told where there are streams");
            for stream in [stream.id, again.id] {
                assert_eq!(on(stream).await, [("Theirs".to_owned(), left), ("Ours".to_owned(), true)]);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn hosts_who_switch_one_destination_at_once_do_it_one_after_the_other() {
    on_each(async |db| {
        let (_, _, stream) = db.stage().await;
        let to = db.add_destination(stream.space, "Elsewhere").await;
        let by = db.person(HOST).await.id;
        let again = async || {
            let id = RestreamId::new();
            db.change(async |tx| {
                let before = tx.switch_restream_off(stream.id, to.id).await?;
                tx.switch_restream_on(id, stream.id, to.id, by).await?;
                Ok((id, before))
            })
            .await
        };
        for _ in 0..10 {
            let (one, other) = tokio::join!(again(), again());
            let (one, other) = (one.unwrap(), other.unwrap());
            assert!(
                one.1 == Some(other.0) || other.1 == Some(one.0),
                "the second one ends what the first began"
            );
            assert_eq!(db.store.restreams().beside(stream.space, stream.id).await.unwrap().len(), 1);
        }
        let off = async || db.change(async |tx| tx.remove_destination(to.id).await).await;
        let (on, ended) = tokio::join!(again(), off());
        let ended = ended.unwrap();
        assert!(on.is_err() || ended.contains(&on.unwrap().0), "what was begun is ended");
    })
    .await;
}
