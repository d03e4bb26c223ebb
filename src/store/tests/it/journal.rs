use crate::database::*;
use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind, KeptOut},
        jobs::EnforceBan,
    },
    catalogue::explore::Query,
    chat::{
        journal::JournalStore,
        room::{Batch, ChatLine, HISTORY, JournalEntry, Modes, RoomChange},
    },
    error::StoreError,
    id::*,
    live::stream::Stream,
    people::account::{Account, TeamRole},
    time::{Millis, Span},
    work::Lane,
};
use std::sync::Arc;
use store::{Bookmark, JournalPlace, Part, Passage, Store, Viewer};

fn line(author: &Account, body: &str) -> ChatLine {
    let (author, name) = (author.id, author.name.clone());
    ChatLine { author, name, role: Role::Viewer, client: ClientId::new(), body: body.into(), removed: false }
}

fn said(author: &Account, body: &str) -> RoomChange {
    RoomChange::Said(line(author, body))
}

/// The changes as consecutive entries, starting at `first`.
fn batch(room: RoomId, first: u64, changes: impl IntoIterator<Item = RoomChange>) -> Batch {
    let entry = |(seq, change)| Arc::new(JournalEntry { room, seq, at: NOW, change });
    Batch { room, entries: (first..).zip(changes).map(entry).collect() }
}

/// The entries as a reader gets them.
fn read(entries: &[Arc<JournalEntry>]) -> Vec<JournalEntry> {
    entries.iter().map(|entry| JournalEntry::clone(entry)).collect()
}

async fn commit(store: &Store, batch: Batch) -> Result<(), StoreError> {
    JournalStore::commit(store, batch).await
}

fn ban(space: SpaceId, account: &Account, by: &Account, kind: BanKind, until: Option<Millis>) -> Ban {
    Ban {
        id: BanId::new(),
        space,
        account: account.id,
        name: account.name.clone(),
        kind,
        by: by.id,
        reason: "rude".into(),
        created_at: NOW,
        until,
        lifted_at: None,
    }
}

async fn rooms(db: &TestDatabase, n: usize) -> (Account, Vec<Stream>) {
    let (maya, experience, first) = db.stage().await;
    let mut streams = vec![first];
    while streams.len() < n {
        streams.push(db.store.streams().schedule(experience.id, "More", None, NOW).await.unwrap());
    }
    (maya, streams)
}

#[tokio::test]
async fn what_was_committed_is_loaded_and_replayed() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        let empty = JournalStore::load(&db.store, stream.room, HISTORY, NOW).await.unwrap();
        assert_eq!(
            (empty.seq, empty.lines.len(), empty.space, empty.modes.slow_mode),
            (0, 0, stream.space, 0)
        );
        let first = batch(stream.room, 1, (0..300).map(|i| said(&maya, &format!("line {i} \"ü\" 🎟"))));
        commit(&db.store, first.clone()).await.unwrap();
        let slow = batch(
            stream.room,
            301,
            [RoomChange::Modes { from: Modes::default(), to: Modes::slow(30), by: maya.id }],
        );
        commit(&db.store, slow.clone()).await.unwrap();
        let again = open(&db.url).await;
        let room = JournalStore::load(&again, stream.room, HISTORY, NOW).await.unwrap();
        assert_eq!((room.seq, room.modes.slow_mode), (301, 30));
        assert_eq!(room.lines, read(&first.entries[100..]));
        let since = JournalStore::since(&again, stream.room, 299, 10).await.unwrap();
        assert_eq!(since, read(&[&first.entries[299..], &slow.entries[..]].concat()));
        assert_eq!(JournalStore::since(&again, stream.room, 0, 7).await.unwrap(), read(&first.entries[..7]));
        assert!(matches!(JournalStore::load(&again, RoomId::new(), 1, NOW).await, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_removed_line_is_shown_nowhere_and_kept_for_the_appeal() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        let lines = batch(stream.room, 1, (1..=40).map(|i| said(&maya, &format!("word{i}"))));
        commit(&db.store, lines).await.unwrap();
        let targets: Vec<u64> = (1..=20).collect();
        // The last of them is posted and removed in one batch.
        let removed = batch(
            stream.room,
            41,
            [said(&maya, "word41"), RoomChange::Removed { targets: vec![41, 999], by: maya.id }],
        );
        commit(&db.store, removed).await.unwrap();
        let removed = batch(stream.room, 43, [RoomChange::Removed { targets, by: maya.id }]);
        commit(&db.store, removed).await.unwrap();
        let replay = JournalStore::since(&db.store, stream.room, 0, 100).await.unwrap();
        let loaded = JournalStore::load(&db.store, stream.room, HISTORY, NOW).await.unwrap().lines;
        assert_eq!((replay.len(), loaded.len()), (43, 41));
        for entry in replay.iter().chain(&loaded) {
            let RoomChange::Said(line) = &entry.change else { continue };
            let gone = entry.seq <= 20 || entry.seq == 41;
            assert_eq!((line.removed, line.body.is_empty()), (gone, gone), "{entry:?}");
        }
        assert!(!serde_json::to_string(&replay).unwrap().contains("\"word7\""));
        let words = async |seq| db.store.journal().removed_words(stream.room, seq).await.unwrap();
        assert_eq!((words(7).await.as_deref(), words(30).await), (Some("word7"), None));
    })
    .await;
}

#[tokio::test]
async fn whoever_looks_learns_which_bans_keep_them_out() {
    on_each(async |db| {
        let (maya, experience, stream) = db.stage().await;
        let space = db.publish(experience.space, NOW).await.unwrap();
        let pass = db.pass(space.id, "front-row", euros(5), &[experience.id]).await;
        let [ben, cleo, dora] = [
            db.person("ben@example.org").await,
            db.person("cleo@example.org").await,
            db.person("dora@example.org").await,
        ];
        for holder in [ben.id, cleo.id, dora.id] {
            db.store.grants().give(holder, pass.id, NOW).await.unwrap();
        }
        // A mute keeps nobody out, and a ban does not bind the team.
        db.store.teams().put(space.team, dora.id, TeamRole::Analyst, NOW).await.unwrap();
        let end = NOW + Span::secs(60);
        let made = [
            ban(space.id, &ben, &maya, BanKind::Ban, Some(end)),
            ban(space.id, &cleo, &maya, BanKind::Mute, None),
            ban(space.id, &dora, &maya, BanKind::Ban, None),
        ];
        commit(&db.store, batch(stream.room, 1, made.map(RoomChange::Banned))).await.unwrap();
        let told = async |account: Option<AccountId>, now: Millis| {
            let (viewer, spaces) = (Viewer { account, now }, db.store.spaces());
            let told = db.store.access().visit(&space.slug, viewer).await.unwrap().unwrap().kept_out;
            let own = spaces.of_owner(maya.id, viewer).await.unwrap();
            assert_eq!(own[0].kept_out, told);
            for words in ["", "maya"] {
                let query = Query { words: words.into(), ..Query::default() };
                let listed = spaces.discover(&query, None, viewer, 9).await.unwrap().spaces;
                assert_eq!(listed[0].kept_out, told, "{words}");
            }
            if let Some(account) = account {
                let held = db.store.access().holdings(account, now).await.unwrap();
                assert!(held.iter().all(|held| held.kept_out == told), "{held:?}");
            }
            told
        };
        assert_eq!(told(Some(ben.id), NOW).await, Some(KeptOut { until: Some(end) }));
        assert_eq!(told(Some(ben.id), end).await, None, "the end is exclusive");
        for other in [Some(cleo.id), Some(dora.id), Some(maya.id), None] {
            assert_eq!(told(other, NOW).await, None, "{other:?}");
        }
        let endless = ban(space.id, &ben, &maya, BanKind::Ban, None);
        commit(&db.store, batch(stream.room, 4, [RoomChange::Banned(endless)])).await.unwrap();
        assert_eq!(told(Some(ben.id), end).await, Some(KeptOut { until: None }), "the longest ban counts");
    })
    .await;
}

#[tokio::test]
async fn bans_and_mutes_are_rows_as_soon_as_they_are_entries() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        let (ben, cleo) = (db.person("ben@example.org").await, db.person("cleo@example.org").await);
        let banned = ban(stream.space, &ben, &maya, BanKind::Ban, None);
        let muted = ban(stream.space, &cleo, &maya, BanKind::Mute, Some(NOW + Span::secs(60)));
        let bans = [RoomChange::Banned(banned.clone()), RoomChange::Banned(muted.clone())];
        let made = batch(stream.room, 1, bans);
        commit(&db.store, made.clone()).await.unwrap();
        let (bans, space) = (db.store.bans(), stream.space);
        assert_eq!(bans.in_force(space, NOW).await.unwrap(), [banned.clone(), muted.clone()]);
        assert_eq!(bans.in_force(space, NOW + Span::secs(60)).await.unwrap(), *std::slice::from_ref(&banned));
        assert_eq!(bans.of_account(space, cleo.id, NOW).await.unwrap(), *std::slice::from_ref(&muted));
        let against = async |who, now| db.store.access().standing(space, who, now).await.unwrap().bans;
        assert_eq!(*against(ben.id, NOW).await, *std::slice::from_ref(&banned));
        assert_eq!(*against(cleo.id, NOW).await, *std::slice::from_ref(&muted));
        assert!(against(cleo.id, NOW + Span::secs(60)).await.is_empty());
        assert!(against(maya.id, NOW).await.is_empty());
        assert_eq!(JournalStore::since(&db.store, stream.room, 0, 9).await.unwrap(), read(&made.entries));
        assert_eq!(JournalStore::load(&db.store, stream.room, 9, NOW).await.unwrap().bans.len(), 2);
        let jobs = db.store.jobs().claim(Lane::Doors, Span::secs(10), 9, NOW).await.unwrap();
        assert!(
            jobs.iter().any(|job| job.read().ok() == Some(EnforceBan { ban: banned.clone() })),
            "{jobs:?}"
        );
        assert_eq!(jobs.len(), 2);
        let lifted = RoomChange::Lifted { ban: banned.id, account: ben.id, by: maya.id };
        commit(&db.store, batch(stream.room, 3, [lifted])).await.unwrap();
        assert!(bans.of_account(space, ben.id, NOW).await.unwrap().is_empty());
        assert!(against(ben.id, NOW).await.is_empty());
        assert_eq!(bans.by_id(banned.id).await.unwrap().lifted_at, Some(NOW));
        assert_eq!(bans.list(space).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_line_that_comes_twice_is_stored_once_and_found() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        let line = line(&maya, "hello");
        let first = batch(stream.room, 1, [RoomChange::Said(line.clone())]);
        commit(&db.store, first.clone()).await.unwrap();
        let again =
            commit(&db.store, batch(stream.room, 2, [said(&maya, "new"), RoomChange::Said(line.clone())]))
                .await;
        assert!(matches!(again, Err(StoreError::Conflict("client_id"))), "{again:?}");
        let found = JournalStore::find(&db.store, stream.room, maya.id, line.client).await.unwrap();
        assert_eq!(found, read(&first.entries).pop());
        assert!(
            JournalStore::find(&db.store, stream.room, maya.id, ClientId::new()).await.unwrap().is_none()
        );
        assert_eq!(
            JournalStore::load(&db.store, stream.room, 9, NOW).await.unwrap().seq,
            1,
            "all of it or nothing"
        );
    })
    .await;
}

#[tokio::test]
async fn taken_numbers_and_gaps_are_refused() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        commit(&db.store, batch(stream.room, 1, [said(&maya, "one")])).await.unwrap();
        let mut gap = batch(stream.room, 2, [said(&maya, "two"), said(&maya, "four")]);
        Arc::make_mut(&mut gap.entries[1]).seq = 4;
        for bad in [batch(stream.room, 1, [said(&maya, "other")]), gap] {
            let refused = commit(&db.store, bad).await;
            assert!(matches!(refused, Err(StoreError::Conflict("seq"))), "{refused:?}");
        }
        let stranger = Account { id: AccountId::new(), ..maya };
        let refused = commit(&db.store, batch(stream.room, 2, [said(&stranger, "boo")])).await;
        assert!(matches!(refused, Err(StoreError::Conflict("reference"))), "{refused:?}");
        assert_eq!(JournalStore::load(&db.store, stream.room, 9, NOW).await.unwrap().seq, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_loaded_while_it_speaks_agrees_with_itself() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        let speaking = tokio::spawn({
            let (store, room) = (db.store.clone(), stream.room);
            async move {
                for seq in 1..=300 {
                    commit(&store, batch(room, seq, [said(&maya, "word")])).await.unwrap();
                }
            }
        });
        while !speaking.is_finished() {
            let record = JournalStore::load(&db.store, stream.room, 5, NOW).await.unwrap();
            assert_eq!(record.lines.last().map_or(0, |entry| entry.seq), record.seq);
        }
        speaking.await.unwrap();
    })
    .await;
}

/// Fifty rooms post at once. A batch is acknowledged only when another process can read it.
#[tokio::test(flavor = "multi_thread")]
async fn the_batches_of_many_rooms_share_transactions_and_none_is_lost() {
    on_each(async |db| {
        let (maya, streams) = rooms(&db, 50).await;
        let reader = open(&db.url).await;
        let rooms: Vec<RoomId> = streams.iter().map(|s| s.room).collect();
        let before = db.store.counted();
        race(50, |i| {
            let (store, reader, maya, room) = (db.store.clone(), reader.clone(), maya.clone(), rooms[i]);
            async move {
                for round in 0..20_u64 {
                    let batch =
                        batch(room, round * 3 + 1, (0..3).map(|n| said(&maya, &format!("{round} {n}"))));
                    commit(&store, batch.clone()).await.unwrap();
                    let stored = JournalStore::since(&reader, room, round * 3, 10).await.unwrap();
                    assert_eq!(stored, read(&batch.entries));
                }
            }
        })
        .await;
        let after = db.store.counted();
        assert_eq!((after.select, after.update), (before.select, before.update), "lines cost no SELECT");
        let statements = after.insert - before.insert;
        assert!(statements < 1000, "{statements} statements for 1000 batches");
        for room in rooms {
            let numbers: Vec<u64> =
                JournalStore::since(&reader, room, 0, 99).await.unwrap().iter().map(|e| e.seq).collect();
            assert_eq!(numbers, (1..=60).collect::<Vec<_>>());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_batch_fails_alone() {
    on_each(async |db| {
        let (maya, streams) = rooms(&db, 30).await;
        let stranger = Account { id: AccountId::new(), ..maya.clone() };
        let answers = race(30, |i| {
            let (store, room) = (db.store.clone(), streams[i].room);
            let author = if i % 10 == 3 { stranger.clone() } else { maya.clone() };
            async move { commit(&store, batch(room, 1, [said(&author, "hello")])).await }
        })
        .await;
        for (i, answer) in answers.iter().enumerate() {
            let stored = JournalStore::since(&db.store, streams[i].room, 0, 9).await.unwrap().len();
            match i % 10 {
                3 => assert!(
                    matches!(answer, Err(StoreError::Conflict("reference"))) && stored == 0,
                    "{i}: {answer:?}"
                ),
                _ => assert!(answer.is_ok() && stored == 1, "{i}: {answer:?}"),
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_are_made_to_fail_leave_nothing() {
    on_each(async |db| {
        let (maya, streams) = rooms(&db, 20).await;
        db.store.fail_next_commits(4);
        let answers = race(20, |i| {
            let (store, room, maya) = (db.store.clone(), streams[i].room, maya.clone());
            async move { commit(&store, batch(room, 1, [said(&maya, "hello")])).await }
        })
        .await;
        assert_eq!(
            answers.iter().filter(|a| matches!(a, Err(StoreError::Unavailable(_)))).count(),
            4,
            "{answers:?}"
        );
        for (answer, stream) in answers.iter().zip(&streams) {
            let stored = JournalStore::since(&db.store, stream.room, 0, 9).await.unwrap();
            assert_eq!(stored.len(), usize::from(answer.is_ok()));
            if answer.is_err() {
                commit(&db.store, batch(stream.room, 1, [said(&maya, "again")])).await.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn closing_waits_for_what_was_asked_before() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        let store = open(&db.url).await;
        let asked = tokio::spawn({
            let (store, batch) = (store.clone(), batch(stream.room, 1, (0..500).map(|_| said(&maya, "bye"))));
            async move { commit(&store, batch).await }
        });
        tokio::task::yield_now().await;
        store.close().await;
        asked.await.unwrap().unwrap();
        assert_eq!(JournalStore::load(&db.store, stream.room, 1, NOW).await.unwrap().seq, 500);
        assert!(commit(&store, batch(stream.room, 501, [said(&maya, "late")])).await.is_err());
    })
    .await;
}

/// The passages that concern somebody, and how many statements it took to find them.
async fn pass(db: &TestDatabase, account: AccountId) -> (Vec<Passage>, usize) {
    let (mut place, mut found, mut looks) = (Some(JournalPlace::default()), Vec::new(), 0);
    while let Some(from) = place {
        let passages = db.store.names().passages(account, &from).await.unwrap();
        looks += 1;
        found.extend(passages.found);
        place = passages.next;
    }
    (found, looks)
}

/// Lines of somebody as their export has them.
async fn exported(db: &TestDatabase, account: AccountId) -> usize {
    let (mut place, mut lines) = (Some(Bookmark::default()), 0);
    while let Some(from) = place {
        let page = db.store.exports().page(Part::Chat, account, from).await.unwrap();
        lines += page.rows.len();
        place = page.next;
    }
    lines
}

#[tokio::test]
async fn what_somebody_wrote_is_found_in_one_pass_over_all_rooms() {
    on_each(async |db| {
        let (maya, streams) = rooms(&db, 12).await;
        let (ann, eve) = (db.person("ann@example.org").await, db.person("eve@example.org").await);
        let mut of: Vec<RoomId> = streams.iter().map(|stream| stream.room).collect();
        of.sort();
        commit(&db.store, batch(of[0], 1, [said(&ann, "hi")])).await.unwrap();
        let crowd = (0..6000).map(|_| said(&eve, "hi")).chain([said(&ann, "late")]);
        commit(&db.store, batch(of[1], 1, crowd)).await.unwrap();
        for room in &of[2..] {
            let banned = RoomChange::Banned(ban(streams[0].space, &ann, &maya, BanKind::Mute, None));
            commit(&db.store, batch(*room, 1, [banned])).await.unwrap();
        }
        let (found, looks) = pass(&db, ann.id).await;
        assert_eq!(looks, 2, "as many as there are entries, not as there are rooms");
        assert_eq!(found.iter().map(|passage| passage.room).collect::<Vec<_>>(), of);
        assert_eq!((found[1].head, found[1].tail), (5000, 6001), "a busy room is read in parts");
        for passage in found {
            let named = db.store.names().named(passage, ann.id, passage.head - 1).await.unwrap();
            assert_eq!((named.rewritten.len(), named.next), (1, None), "{passage:?}");
        }
        assert_eq!((exported(&db, ann.id).await, exported(&db, eve.id).await), (2, 6000));
    })
    .await;
}

#[tokio::test]
async fn what_was_said_in_a_stretch_of_time_is_found_where_it_is_in_a_long_journal() {
    on_each(async |db| {
        let (maya, streams) = rooms(&db, 1).await;
        let (room, at) = (streams[0].room, |seconds: i64| NOW + Span::secs(seconds));
        // A line each second, and one whose clock was wrong by far.
        let second = |seq: i64| if seq == 3_000 { 10 } else { seq };
        let entry = |seq: i64| {
            let change = said(&maya, "hi");
            Arc::new(JournalEntry { room, seq: seq as u64, at: at(second(seq)), change })
        };
        commit(&db.store, Batch { room, entries: (1..=5_000).map(entry).collect() }).await.unwrap();
        let found = async |time: std::ops::Range<Millis>, after| {
            let lines = db.store.journal().said_between(room, time, after, 50).await.unwrap();
            lines.iter().map(|entry| entry.seq as i64).collect::<Vec<_>>()
        };
        for (from, until) in [(-50, 1), (0, 9), (700, 4_000), (2_500, 2_530), (4_990, 6_000), (5_001, 9_000)]
        {
            for after in [0, 2_520, 4_999, 9_999] {
                let is_meant = |seq: &i64| (from..until).contains(&second(*seq)) && *seq > after;
                let wanted: Vec<i64> = (1..=5_000).filter(is_meant).take(50).collect();
                assert_eq!(
                    found(at(from)..at(until), after as u64).await,
                    wanted,
                    "{from}..{until}, {after}"
                );
            }
        }
        assert_eq!(found(at(4_980)..Millis(i64::MAX), 0).await, (4_980..=5_000).collect::<Vec<_>>());
        assert_eq!(found(at(9)..at(12), 0).await, [9, 10, 11], "nobody looks through all of it");
    })
    .await;
}
