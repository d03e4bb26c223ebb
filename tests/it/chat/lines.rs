//! All readers see each line once and in one order: live, after a gap, after a repeated post, after a failed commit.

use crate::support::{Browser, Database, Room, TestServer, on_both};
use anyhow::Result;
use domain::{
    access::admit::Role,
    chat::{
        journal::JournalStore,
        room::{Batch, ChatLine, JournalEntry, RoomChange},
    },
    id::{AccountId, ClientId},
    time::Millis,
};
use futures_util::future::try_join_all;
use std::sync::Arc;
use uuid::Uuid;

on_both!(
    all_readers_see_one_order_without_gaps,
    a_line_that_is_posted_again_is_one_line_with_the_same_answer,
    a_page_that_was_away_gets_what_it_missed_once,
    a_crowd_that_reconnects_to_a_new_log_gets_all_it_missed,
    a_page_that_missed_too_much_is_resynced,
    a_page_with_numbers_of_another_journal_is_resynced,
    a_removed_line_is_gone_from_every_page_and_every_replay,
    a_line_that_was_not_stored_is_refused_and_on_no_page,
    people_are_counted_not_their_tabs,
);

type Lines = Vec<(u64, String)>;

async fn stored(server: &TestServer, room: Room) -> Result<Lines> {
    let entries = server.app.store.since(server.room(room).await?, 0, 10_000).await?;
    let line = |entry: JournalEntry| Some((entry.seq, entry.line()?.body.clone()));
    Ok(entries.into_iter().filter_map(line).collect())
}

async fn say_all(room: Room, who: &Browser, lines: impl IntoIterator<Item = String>) -> Result<()> {
    for line in lines {
        let reply = room.say(who, &line).await?;
        assert_eq!(reply.status, 303, "{line}: {}", reply.text);
    }
    Ok(())
}

async fn all_readers_see_one_order_without_gaps(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(8).await?);
    let mut viewer = room.follow(&fans[0].browser, 0).await?;
    let mut other = room.follow(&fans[1].browser, 0).await?;
    let mut host = room.follow(&server.person("host"), 0).await?;
    let mut next_door = server.scheduled().follow(&fans[1].browser, 0).await?;

    let speakers = fans[2..].iter().enumerate();
    try_join_all(speakers.map(|(at, fan)| {
        say_all(room, &fan.browser, (0..10).map(move |n| format!("line {n} of speaker {at}")))
    }))
    .await?;
    let lines = viewer.lines(60).await?;
    assert_eq!(lines, other.lines(60).await?);
    assert_eq!(lines, host.lines(60).await?);
    assert_eq!(lines, stored(&server, room).await?);
    let numbers: Vec<u64> = lines.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(numbers, (1..=60).collect::<Vec<u64>>());
    for at in 0..6 {
        let own = lines.iter().filter(|(_, words)| words.ends_with(&format!("speaker {at}")));
        let want: Vec<String> = (0..10).map(|n| format!("line {n} of speaker {at}")).collect();
        assert_eq!(own.map(|(_, words)| words.clone()).collect::<Vec<_>>(), want, "each speaker's own order");
    }

    // People who must not receive it: the room next door, and people without a pass, who get no feed.
    assert_eq!(server.scheduled().say(&fans[1].browser, "next door").await?.status, 303);
    let heard = next_door.all_until("next door").await?;
    assert!(heard.iter().all(|e| !e.data.contains("of speaker")), "{heard:?}");
    for (who, want) in [(server.person("stranger"), 402), (server.anybody(), 401)] {
        assert_eq!(
            who.get(&room.path("fragment")).await?.status.as_u16(),
            if want == 401 { 303 } else { 402 }
        );
        let refused = who.request(reqwest::Method::GET, &room.path("events")).send().await?;
        assert_eq!(refused.status(), want);
        assert_eq!(room.say(&who, "let me in").await?.status, want);
    }
    assert_eq!(stored(&server, room).await?.len(), 60);
    server.close().await
}

async fn a_line_that_is_posted_again_is_one_line_with_the_same_answer(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(3).await?);
    let mut reader = room.follow(&fans[0].browser, 0).await?;
    let client = Uuid::new_v4();
    let first = room.say_as(&fans[1].browser, client, "only once").await?;
    let again = try_join_all((0..5).map(|_| room.say_as(&fans[1].browser, client, " only once "))).await?;
    for reply in again {
        assert_eq!((reply.status, reply.location()), (first.status, first.location()));
        assert_eq!(reply.headers.get("x-line").map(|line| line.as_bytes()), Some(b"1".as_slice()));
    }
    let other = room.say_as(&fans[1].browser, client, "other words").await?;
    assert_eq!(other.status, 409);
    assert!(other.text.contains("new client_id"), "{}", other.text);
    // The same client id from another person is another line.
    assert_eq!(room.say_as(&fans[2].browser, client, "of another").await?.status, 303);
    assert_eq!(reader.lines(2).await?, [(1, "only once".into()), (2, "of another".into())]);
    assert_eq!(stored(&server, room).await?, [(1, "only once".into()), (2, "of another".into())]);
    assert_eq!(room.say(&fans[1].browser, "   ").await?.status, 422);
    assert_eq!(room.say(&fans[1].browser, &"x".repeat(501)).await?.status, 422);
    let bad =
        fans[1].browser.post(&room.path("messages"), &[("body", "x"), ("client_id", "no uuid")]).await?;
    assert_eq!(bad.status, 422);
    assert_eq!(stored(&server, room).await?.len(), 2);
    server.close().await
}

async fn a_page_that_was_away_gets_what_it_missed_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(2).await?);
    let (reader, speaker) = (&fans[0].browser, &fans[1].browser);
    let mut page = room.follow(reader, 0).await?;
    say_all(room, speaker, (1..=3).map(|n| format!("number {n}"))).await?;
    assert_eq!(page.lines(3).await?.len(), 3);
    drop(page);
    say_all(room, speaker, (4..=8).map(|n| format!("number {n}"))).await?;

    // `Last-Event-ID` takes precedence over the `since` of the URL, which is as old as the page.
    let mut back = room.resume(reader, 0, 3).await?;
    let mut fresh = room.follow(reader, 6).await?;
    let mut whole = room.follow(reader, 0).await?;
    say_all(room, speaker, ["number 9".into()]).await?;
    let want = |from: u64| (from..=9).map(|n| (n, format!("number {n}"))).collect::<Lines>();
    assert_eq!(back.lines(6).await?, want(4));
    assert_eq!(fresh.lines(3).await?, want(7));
    assert_eq!(whole.lines(9).await?, want(1));

    // The page states the sequence number up to which it shows lines.
    let shown = reader.get(server.door("watch")).await?.text;
    assert!(shown.contains("since=9"), "the page's feed continues after what it shows");
    for n in 1..=9 {
        assert_eq!(shown.matches(&format!(">number {n}<")).count(), 1);
    }
    server.close().await
}

/// Lines stored before the room first starts: `number 1` and so on.
async fn said_before(server: &TestServer, room: Room, author: AccountId, count: u64) -> Result<()> {
    let line = |seq: u64| ChatLine {
        author,
        name: "Ann".into(),
        role: Role::Viewer,
        client: ClientId::new(),
        body: format!("number {seq}"),
        removed: false,
    };
    let room = server.room(room).await?;
    let said = |seq| Arc::new(JournalEntry { room, seq, at: Millis(0), change: RoomChange::Said(line(seq)) });
    Ok(server.app.store.commit(Batch { room, entries: (1..=count).map(said).collect() }).await?)
}

/// As after a restart: the log is new, and all readers missed more lines than a single reader could have replayed.
async fn a_crowd_that_reconnects_to_a_new_log_gets_all_it_missed(database: Database) -> Result<()> {
    const SAID: u64 = 1500;
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.scheduled(), server.fans(5).await?);
    said_before(&server, room, fans[0].account, SAID).await?;

    let seen = [SAID - 1, 400, 300, 400, 0];
    let feeds = fans.iter().zip(seen).map(|(fan, since)| room.follow(&fan.browser, since));
    for (since, mut feed) in seen.into_iter().zip(try_join_all(feeds).await?) {
        let missed: Lines = (since + 1..=SAID).map(|seq| (seq, format!("number {seq}"))).collect();
        assert_eq!(feed.lines(missed.len()).await?, missed, "since {since}");
    }
    server.close().await
}

/// The log does not reach back far enough: the page must fetch itself again and continue from there.
async fn a_page_that_missed_too_much_is_resynced(database: Database) -> Result<()> {
    const SAID: u64 = 4_500;
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(2).await?);
    said_before(&server, room, fans[0].account, SAID).await?;

    let mut page = room.follow(&fans[0].browser, 7).await?;
    let mut late = room.follow(&fans[0].browser, SAID - 2).await?;
    say_all(room, &fans[1].browser, ["new".into()]).await?;
    let told = page.all_until("new").await?;
    let numbered: Vec<_> = told.iter().filter(|e| e.id.is_some()).map(|e| (e.name.as_str(), e.id)).collect();
    assert_eq!(numbered, [("resync", Some(SAID)), ("", Some(SAID + 1))]);
    let missed = [SAID - 1, SAID].map(|seq| (seq, format!("number {seq}")));
    assert_eq!(late.lines(3).await?, [missed.as_slice(), &[(SAID + 1, "new".into())]].concat());
    server.close().await
}

/// After a restore from backup, sequence numbers restart below those that open pages have.
async fn a_page_with_numbers_of_another_journal_is_resynced(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(2).await?);
    say_all(room, &fans[1].browser, ["one".into(), "two".into()]).await?;
    let mut pages = Vec::new();
    for last in [3, 1_000, u64::MAX] {
        pages.push(room.follow(&fans[0].browser, last).await?);
        pages.push(room.resume(&fans[0].browser, 0, last).await?);
    }
    let mut at_the_end = room.follow(&fans[0].browser, 2).await?;
    say_all(room, &fans[1].browser, ["three".into()]).await?;
    for page in &mut pages {
        let told = page.all_until("three").await?;
        let numbered: Vec<_> =
            told.iter().filter(|e| e.id.is_some()).map(|e| (e.name.as_str(), e.id)).collect();
        assert_eq!(numbered, [("resync", Some(2)), ("", Some(3))]);
    }
    let told = at_the_end.all_until("three").await?;
    assert!(told.iter().all(|event| event.name != "resync"), "{told:?}");
    server.close().await
}

async fn a_removed_line_is_gone_from_every_page_and_every_replay(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    let viewer = &fans[0].browser;
    say_all(room, &fans[1].browser, ["unspeakable".into(), "fine".into()]).await?;
    // The viewer's replay begins with both lines; the moderator's with neither.
    let (mut page, mut desk) = (room.follow(viewer, 0).await?, room.follow(&host, 2).await?);
    assert_eq!(page.lines(2).await?, [(1, "unspeakable".into()), (2, "fine".into())]);

    assert_eq!(room.remove(viewer, 1).await?.status, 403, "viewers do not moderate");
    assert_eq!(room.remove(&server.person("stranger"), 1).await?.status, 402);
    assert_eq!(room.remove(&host, 1).await?.status, 303);
    assert_eq!(room.remove(&host, 1).await?.status, 303, "removing twice has no further effect");
    assert_eq!(room.remove(&host, 999).await?.status, 404);
    say_all(room, &fans[1].browser, ["after".into()]).await?;
    let (seen, moderated) = (page.all_until("after").await?, desk.all_until("after").await?);
    let removal = seen.iter().find(|e| e.id == Some(3)).expect("the removal has the next number");
    assert!(removal.data.contains("#line-1") && removal.data.contains("delete"), "{removal:?}");
    let tombstone = moderated.iter().find(|e| e.id == Some(3)).expect("for moderators, too");
    assert!(tombstone.data.contains("message removed"), "{tombstone:?}");
    assert!(seen.iter().all(|e| !e.data.contains("message removed")), "viewers see no tombstone");

    for (who, tombstones) in [(viewer, 0), (&host, 1)] {
        let replay = room.follow(who, 0).await?.all_until("after").await?;
        let words: String = replay.iter().map(|e| e.data.as_str()).collect();
        assert!(!words.contains("unspeakable"), "{words}");
        let shown = who.get(server.door("watch")).await?.text;
        assert!(!shown.contains("unspeakable") && shown.contains(">fine<"));
        assert_eq!(shown.matches("message removed").count(), tombstones);
    }
    assert!(stored(&server, room).await?.iter().all(|(_, words)| words != "unspeakable"));
    assert_eq!(
        server.app.store.journal().removed_words(server.room(room).await?, 1).await?.as_deref(),
        Some("unspeakable"),
        "kept for appeals"
    );
    server.close().await
}

async fn a_line_that_was_not_stored_is_refused_and_on_no_page(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(3).await?);
    let speaker = &fans[2].browser;
    say_all(room, speaker, ["before".into()]).await?;
    let mut pages = [room.follow(&fans[0].browser, 1).await?, room.follow(&fans[1].browser, 1).await?];
    let client = Uuid::new_v4();
    server.app.store.fail_next_commits(1);
    let refused = room.say_as(speaker, client, "lost words").await?;
    assert_eq!(refused.status, 503);
    assert!(refused.headers.contains_key("retry-after"));
    say_all(room, speaker, ["afterwards".into()]).await?;
    for page in &mut pages {
        let seen = page.all_until("afterwards").await?;
        assert!(seen.iter().all(|e| !e.data.contains("lost words")), "{seen:?}");
    }
    let want: Lines = vec![(1, "before".into()), (2, "afterwards".into())];
    assert_eq!(stored(&server, room).await?, want, "the next line took its sequence number");
    assert!(!speaker.get(server.door("watch")).await?.text.contains("lost words"));
    // Sent again under the same client id, it is stored once.
    assert_eq!(room.say_as(speaker, client, "lost words").await?.status, 303);
    assert_eq!(pages[0].lines(1).await?, [(3, "lost words".into())]);
    server.close().await
}

async fn people_are_counted_not_their_tabs(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(2).await?);
    let four = try_join_all((0..4).map(|_| room.follow(&fans[0].browser, 0))).await?;
    assert_eq!(server.app.engine.people(server.room(room).await?), 1, "four tabs are one person");
    let mut other = room.follow(&fans[1].browser, 0).await?;
    assert_eq!(server.app.engine.people(server.room(room).await?), 2);
    assert_eq!(server.app.engine.people(server.room(server.scheduled()).await?), 0);
    // The count is pushed at most once a second.
    let two = "</span>2";
    other.all_until(two).await?;
    drop(four);
    // A closed page is noticed some time later. Its person counts for three more seconds of the clock from then on.
    server.wait_for_attendances(1).await?;
    server.advance(3).await?;
    other.all_until("</span>1").await?;
    assert_eq!(server.app.engine.people(server.room(room).await?), 1);
    server.close().await
}
