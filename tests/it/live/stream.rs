//! A live event over HTTP: legal and illegal state changes, who may publish and play, and a host who disconnects.

use crate::support::{Browser, Room, TestServer};
use anyhow::{Context, Result};
use domain::{
    id::MediaSessionId,
    live::{
        media::{MediaEnd, MediaPlane},
        stream::{EndReason, StreamState},
    },
};
use reqwest::{Method, header};
use std::time::Duration;
use tokio::time::timeout;

/// Time from the last packet until every page must show the interruption.
const NOTICED: Duration = Duration::from_secs(3);

/// Time from the host's click until every waiting page must be live.
const STARTED: Duration = Duration::from_secs(2);

pub(super) async fn move_to(room: Room, who: &Browser, state: &str) -> Result<u16> {
    Ok(who.post(&room.path("state"), &[("state", state)]).await?.status.as_u16())
}

/// Requests each state change and checks the response's status.
async fn moves(room: Room, host: &Browser, want: [(&str, u16); 3]) -> Result<()> {
    for (state, status) in want {
        assert_eq!(move_to(room, host, state).await?, status, "{state}");
    }
    Ok(())
}

async fn play(room: Room, who: &Browser) -> Result<u16> {
    let offer = who.request(Method::POST, &room.path("whep")).header(header::CONTENT_TYPE, "application/sdp");
    Ok(offer.body("v=0\r\n").send().await?.status().as_u16())
}

/// Publishes the test card to the scheduled stream and starts its rehearsal.
pub(super) async fn rehearse(
    server: &TestServer,
    pages: &mut crate::support::Feed,
) -> Result<MediaSessionId> {
    let session = server.media.play_test_card(server.room(server.scheduled()).await?).await?;
    pages.all_until("data-state=\"rehearsal\"").await?;
    Ok(session)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_illegal_move_is_a_conflict_and_changes_nothing() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fan) = (server.scheduled(), server.person("host"), server.fans(1).await?.remove(0));
    let mut page = room.follow(&fan.browser, 0).await?;
    let mut studio = room.follow(&host, 0).await?;
    for (who, want) in [(&fan.browser, 403), (&server.person("stranger"), 403), (&server.anybody(), 401)] {
        assert_eq!(move_to(room, who, "live").await?, want, "only the host may change the state");
    }
    assert_eq!(move_to(room, &host, "interrupted").await?, 422);
    // Scheduled and no media: nothing can go live and nothing can be ended.
    moves(room, &host, [("live", 409), ("ended", 409), ("live", 409)]).await?;
    assert_eq!(play(room, &fan.browser).await?, 409);

    let session = rehearse(&server, &mut studio).await?;
    moves(room, &host, [("rehearsal", 409), ("ended", 409), ("rehearsal", 409)]).await?;
    assert_eq!(play(room, &fan.browser).await?, 409, "only hosts can watch a rehearsal");
    assert_eq!(play(room, &host).await?, 400, "the host is admitted; only the offer is refused");

    assert_eq!(move_to(room, &host, "live").await?, 303);
    timeout(STARTED, page.all_until("data-state=\"live\"")).await??;
    moves(room, &host, [("live", 409), ("rehearsal", 409), ("live", 409)]).await?;
    assert_eq!(play(room, &fan.browser).await?, 400);
    let watch = server.doors["scheduled"]["watch"].as_str().context("watch")?;
    assert!(fan.browser.get(watch).await?.text.contains("data-state=\"live\""));

    server.media.end(session, MediaEnd::Left);
    page.all_until("data-state=\"interrupted\"").await?;
    moves(room, &host, [("live", 409), ("rehearsal", 409), ("ended", 303)]).await?;
    page.all_until("data-state=\"ended\"").await?;
    moves(room, &host, [("live", 409), ("rehearsal", 409), ("ended", 409)]).await?;
    assert_eq!(room.say(&fan.browser, "too late").await?.status, 409);
    assert_eq!(play(room, &fan.browser).await?, 409);
    let row = server.app.store.streams().by_id(room.0).await?;
    assert_eq!((row.state, row.end_reason), (StreamState::Ended, Some(EndReason::Host)));
    assert_eq!(
        server.app.store.streams().by_id(server.live().0).await?.state,
        StreamState::Live,
        "the other stream continues"
    );
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_host_and_the_key_may_publish() -> Result<()> {
    let server = TestServer::open().await?;
    let room = server.scheduled();
    let key = server.doors["scheduled"]["whip_key"].as_str().context("a key")?;
    let publish = |who: Browser, bearer: Option<String>| async move {
        let mut offer =
            who.request(Method::POST, &room.path("whip")).header(header::CONTENT_TYPE, "application/sdp");
        if let Some(bearer) = bearer {
            offer = offer.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        anyhow::Ok(offer.body("no offer").send().await?.status().as_u16())
    };
    assert_eq!(publish(server.anybody(), None).await?, 401);
    assert_eq!(publish(server.person("stranger"), None).await?, 403);
    assert_eq!(publish(server.person("viewer"), None).await?, 403, "a pass does not allow publishing");
    let mut wrong = key.to_string();
    wrong.replace_range(..1, if key.starts_with('0') { "1" } else { "0" });
    for bad in ["guess", &wrong, &key[..20]] {
        assert_eq!(publish(server.anybody(), Some(bad.into())).await?, 401, "{bad}");
        assert_eq!(
            publish(server.person("host"), Some(bad.into())).await?,
            401,
            "a wrong key is refused for everybody, even the host"
        );
    }
    // Admitted; only the offer is refused.
    assert_eq!(publish(server.anybody(), Some(key.into())).await?, 400);
    assert_eq!(publish(server.person("host"), None).await?, 400);
    // A key is valid for one stream.
    let live = server.live();
    let other = server.anybody().request(Method::POST, &live.path("whip")).bearer_auth(key);
    let other = other.header(header::CONTENT_TYPE, "application/sdp").body("no offer");
    assert_eq!(other.send().await?.status(), 401);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_who_returns_in_time_continues_the_same_stream() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fan) = (server.scheduled(), server.person("host"), server.fans(1).await?.remove(0));
    let mut page = room.follow(&fan.browser, 0).await?;
    let mut next_door = server.live().follow(&fan.browser, 0).await?;
    let session = rehearse(&server, &mut page).await?;
    assert_eq!(move_to(room, &host, "live").await?, 303);
    page.all_until("data-state=\"live\"").await?;
    let began = server.app.store.streams().by_id(room.0).await?.started_at;

    server.media.end(session, MediaEnd::Lost);
    let gone = timeout(NOTICED, page.all_until("Host reconnecting")).await??;
    assert!(gone.iter().all(|e| !e.data.contains("data-state=\"ended\"")));
    assert_eq!(room.say(&fan.browser, "are you there?").await?.status, 303, "the chat continues");
    server.advance(4 * 60).await?;
    server.media.play_test_card(server.room(room).await?).await?;
    page.all_until("data-state=\"live\"").await?;
    let row = server.app.store.streams().by_id(room.0).await?;
    assert_eq!(
        (row.state, row.started_at, row.grace_until),
        (StreamState::Live, began, None),
        "the same stream"
    );
    assert_eq!(server.live().say(&fan.browser, "next door").await?.status, 303);
    let heard = next_door.all_until("next door").await?;
    assert!(
        heard.iter().all(|e| !e.data.contains("Host reconnecting")),
        "pages of the other stream receive nothing"
    );
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grace_period_ends_even_if_the_actor_is_killed() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fan) = (server.scheduled(), server.person("host"), server.fans(1).await?.remove(0));
    let mut page = room.follow(&fan.browser, 0).await?;
    let session = rehearse(&server, &mut page).await?;
    assert_eq!(move_to(room, &host, "live").await?, 303);
    server.media.end(session, MediaEnd::Lost);
    page.all_until("data-state=\"interrupted\"").await?;
    server.advance(4 * 60).await?;
    server.strike("kill", "stream", room.0).await?;
    server.strike("panic", "stream", room.0).await?;
    assert_eq!(server.app.engine.stream(room.0).get().await?.state, StreamState::Interrupted, "not yet");
    server.advance(61).await?;
    let over = page.all_until("data-state=\"ended\"").await?;
    assert!(over.last().is_some_and(|e| e.data.contains("The host's connection did not come back.")
        || e.data.contains("did not come back")));
    let row = server.app.store.streams().by_id(room.0).await?;
    assert_eq!((row.state, row.end_reason), (StreamState::Ended, Some(EndReason::HostGone)));
    server.advance(10).await?;
    server.strike("kill", "stream", room.0).await?;
    assert_eq!(move_to(room, &host, "ended").await?, 409);
    assert_eq!(
        server.app.store.streams().by_id(room.0).await?,
        row,
        "the end is written once, with its reason"
    );
    server.close().await
}
