//! Fault injection: actors are killed in the middle of their work, nothing is lost, and operators see it.

use crate::support::{Browser, Database, Room, TestServer, chaos::walk, on_both};
use anyhow::{Context, Result};
use domain::{
    chat::journal::JournalStore,
    clock::Clock,
    live::{media::MediaError, stream::Stream},
};
use futures_util::future::try_join_all;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};
use uuid::Uuid;

on_both!(
    a_restarted_chat_room_loses_and_repeats_no_line,
    a_restarted_stream_keeps_its_state_and_its_people,
    operator_actions_are_confirmed_and_audited,
);

/// Time within which a killed actor must work again.
const BACK: Duration = Duration::from_secs(2);

/// Posts a line under one client id until it is accepted, and returns how long that took.
async fn insist(room: Room, who: &Browser, line: &str) -> Result<Duration> {
    let (client, begun) = (Uuid::new_v4(), Instant::now());
    loop {
        match room.say_as(who, client, line).await?.status.as_u16() {
            303 => return Ok(begun.elapsed()),
            503 if begun.elapsed() < Duration::from_secs(20) => tokio::task::yield_now().await,
            other => anyhow::bail!("{line}: {other}"),
        }
    }
}

async fn a_restarted_chat_room_loses_and_repeats_no_line(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(9).await?, server.person("host"));
    let (banned, speakers) = fans.split_first().context("fans")?;
    assert_eq!(room.slow(&host, 3).await?.status, 303);
    assert_eq!(room.slow(&host, 0).await?.status, 303);
    assert_eq!(room.keep_out(&host, banned.account, "ban", "").await?.status, 303);
    let before = server.app.store.since(server.room(room).await?, 0, 1000).await?.len() as u64;
    let mut page = room.follow(&speakers[0].browser, before).await?;
    let talk = try_join_all(speakers.iter().enumerate().map(|(at, fan)| async move {
        let mut slowest = Duration::ZERO;
        for n in 0..15 {
            slowest = slowest.max(insist(room, &fan.browser, &format!("{at}/{n}")).await?);
        }
        anyhow::Ok(slowest)
    }));
    let strikes = async {
        for verb in ["kill", "panic", "kill", "panic"] {
            server.strike(verb, "chat_room", room.0).await?;
        }
        anyhow::Ok(())
    };
    let (slowest, struck) = tokio::join!(talk, strikes);
    struck?;
    let slowest = slowest?.into_iter().max().unwrap_or_default();
    assert!(slowest < BACK, "a line waited {slowest:?}");
    let heard = page.lines(120).await?;
    let stored = server.app.store.since(server.room(room).await?, before, 1000).await?;
    assert!(stored.iter().zip(before + 1..).all(|(entry, seq)| entry.seq == seq), "no gap");
    let stored: Vec<_> = stored.iter().filter_map(|e| Some((e.seq, e.line()?.body.clone()))).collect();
    assert_eq!(heard, stored);
    let said: BTreeSet<_> = heard.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(said.len(), 120, "each once");
    assert_eq!(room.say(&banned.browser, "forgotten?").await?.status, 403, "the ban survived");
    let node = server.actor("chat_room", room.0).await?;
    assert_eq!((node["status"].as_str(), node["restarts"].as_u64()), (Some("running"), Some(4)));
    server.close().await
}

async fn a_restarted_stream_keeps_its_state_and_its_people(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(2).await?);
    let _pages = [room.follow(&fans[0].browser, 0).await?, room.follow(&fans[1].browser, 0).await?];
    let before = server.app.store.streams().by_id(room.0).await?;
    for (n, verb) in ["kill", "panic", "kill"].into_iter().enumerate() {
        server.strike(verb, "stream", room.0).await?;
        let begun = Instant::now();
        // Only a running actor can refuse this; a page could be served from a cache.
        let refused = server.person("host").post(&room.path("state"), &[("state", "live")]).await?;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert!(begun.elapsed() < BACK, "{:?}", begun.elapsed());
        let node = server.actor("stream", room.0).await?;
        assert!(node["restarts"].as_u64() > Some(n as u64), "{node}");
    }
    assert_eq!(server.app.engine.people(server.room(room).await?), 2);
    let after = server.app.store.streams().by_id(room.0).await?;
    assert_eq!(after.empty_since, None, "two people watch");
    assert_eq!(
        after,
        Stream { peak: after.peak, empty_since: None, ..before },
        "the restart changed nothing"
    );
    assert_eq!(room.say(&fans[0].browser, "still on").await?.status, 303);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_lists_exactly_the_started_actors() -> Result<()> {
    let server = TestServer::open().await?;
    let experiences = server.app.store.experiences().list(server.space("maya").await?).await?;
    let now = server.app.clock.now();
    let host = server.person("host");
    let mut streams = BTreeMap::from([(server.room(server.live()).await?.to_string(), server.live().0)]);
    assert_eq!(server.live().say(&host, "hello").await?.status, 303);
    for n in 0..50 {
        let stream =
            server.app.store.streams().schedule(experiences[0].id, &format!("Night {n}"), None, now).await?;
        assert_eq!(Room(stream.id).say(&host, "hello").await?.status, 303);
        streams.insert(stream.room.to_string(), stream.id);
    }
    let rooms: BTreeSet<String> = streams.keys().cloned().collect();
    let list = |tree: &serde_json::Value| {
        let of = |n: &serde_json::Value| Some(n["name"].as_str()?.split(' ').next()?.to_string());
        let rooms = walk(tree).into_iter().filter(|n| n["kind"] == "chat_room").filter_map(of);
        rooms.collect::<BTreeSet<String>>()
    };
    assert_eq!(list(&server.tree().await?), rooms);

    let killed: Vec<String> = rooms.iter().step_by(5).take(10).cloned().collect();
    for id in &killed {
        server.strike("kill", "chat_room", id).await?;
    }
    for id in &killed {
        assert_eq!(Room(streams[id]).say(&host, "hello again").await?.status, 303);
    }
    let tree = server.tree().await?;
    assert_eq!(list(&tree), rooms, "the same rooms and no others");
    for node in walk(&tree).into_iter().filter(|n| n["kind"] == "chat_room") {
        let fell = killed.iter().any(|id| node["name"].as_str().is_some_and(|name| name.contains(id)));
        assert_eq!(node["restarts"].as_u64(), Some(u64::from(fell)), "{node}");
        assert_eq!(node["status"], "running", "{node}");
    }
    let page = server.person("operator").get("/ops?branch=chat_rooms").await?.text;
    assert!(rooms.iter().all(|id| page.contains(id.as_str())), "the page shows the same rooms as the JSON");
    server.close().await
}

async fn operator_actions_are_confirmed_and_audited(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, operator) = (server.live(), server.person("operator"));
    assert_eq!(room.say(&server.person("viewer"), "before").await?.status, 303);
    let id = server.actor("chat_room", room.0).await?["id"].as_str().context("an id")?.to_string();
    let path = format!("/ops/actors/{id}/restart");
    for guess in ["", "yes", &"0".repeat(64)] {
        let asked = operator.post(&path, &[("confirm", guess)]).await?;
        assert_eq!(asked.status, 200, "the first step asks for confirmation");
        assert!(
            asked.text.contains("name=\"confirm\"")
                && asked.text.contains("Restart the chat room Friday session")
        );
    }
    assert_eq!(server.actor("chat_room", room.0).await?["restarts"], 0, "the first step does nothing");
    let lines = server.app.store.audit().last(100).await?;
    assert!(lines.iter().all(|line| !line.act.action.starts_with("actor.")));

    let asked = operator.post(&path, &[]).await?.text;
    let token = asked.split("name=\"confirm\" value=\"").nth(1).and_then(|t| t.split('"').next());
    let token = token.context("a token in the question")?.to_string();
    let other = operator.post(&format!("/ops/actors/{id}/stop"), &[("confirm", &token)]).await?;
    assert_eq!(other.status, 200, "a confirmation is valid for one action");
    assert_eq!(server.person("host").post(&path, &[("confirm", &token)]).await?.status, 404);
    let mut pages = crate::support::Feed::open(&operator, "/ops/events", None).await?;
    assert_eq!(operator.post(&path, &[("confirm", &token)]).await?.status, 303);
    pages.all_until("an operator restarted it").await?;
    assert_eq!(room.say(&server.person("viewer"), "after").await?.status, 303);
    assert_eq!(server.actor("chat_room", room.0).await?["restarts"], 1);
    let line = server.app.store.audit().last(1).await?.remove(0);
    assert_eq!((line.act.action.as_str(), line.act.target.as_str()), ("actor.restart", id.as_str()));
    assert_eq!(line.act.actor, Some(server.account("olga@demo.example").await?));
    let audit = operator.get("/ops/audit").await?.text;
    let on =
        format!("<a href=\"/ops/actors/chat_room.{}\">chat room Friday session", server.room(room).await?);
    assert!(audit.contains("actor.restart") && audit.contains(&on), "{audit}");

    let path = "/ops/actors/job_worker.pulse/resume";
    let asked = operator.post(path, &[]).await?.text;
    assert!(asked.contains("Resume the job worker pulse"));
    let token = asked.split("name=\"confirm\" value=\"").nth(1).and_then(|t| t.split('"').next());
    assert_eq!(operator.post(path, &[("confirm", token.context("a token")?)]).await?.status, 409);
    let line = server.app.store.audit().last(1).await?.remove(0);
    assert_eq!(line.act.detail, "job_worker.pulse: not done, not in its present state");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_into_a_running_room_runs_no_select() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, fans) = (server.live(), server.fans(10).await?);
    let mut page = room.follow(&fans[0].browser, 0).await?;
    for fan in &fans {
        assert_eq!(room.say(&fan.browser, "warm").await?.status, 303);
    }
    page.lines(10).await?;
    server.stop_clock().await?;
    let mut windows = Vec::new();
    for _ in 0..10 {
        let before = server.app.store.counted();
        for fan in &fans {
            assert_eq!(room.say(&fan.browser, "counted").await?.status, 303);
        }
        page.lines(10).await?;
        let after = server.app.store.counted();
        assert!(after.insert > before.insert, "the lines were stored");
        windows.push(after.select - before.select);
    }
    assert!(windows.contains(&0), "selects in each window of ten posts: {windows:?}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_has_stopped_plays_nothing_any_more() -> Result<()> {
    let server = TestServer::open().await?;
    let (media, room) = (server.media.clone(), server.room(server.live()).await?);
    server.close().await?;
    let played = media.play_test_card(room).await;
    assert!(matches!(played, Err(MediaError::Down)), "its thread is still there: {played:?}");
    Ok(())
}
