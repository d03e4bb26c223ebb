//! Whoever loses the right to publish is off the air at once, also with an encoder, whose key belongs to no account.

use super::{
    media_doors::{is_open, publish, session},
    stream::{move_to, rehearse},
};
use crate::{
    people::teams::Team,
    support::{Browser, Feed, TestServer, chaos::confirmed},
};
use actors::{Encoder, EncoderGuard};
use anyhow::{Context, Result};
use domain::{
    live::{
        media::{MediaEnd, MediaPlane},
        stream::{EndReason, StreamState},
    },
    people::account::TeamRole,
};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// From the loss of the right until nothing of it is published, and pages say so.
const AT_ONCE: Duration = Duration::from_secs(2);

/// An encoder with the key of the scheduled stream, which has sent nothing yet.
struct Waiting {
    who: Browser,
    session: String,
}

impl Waiting {
    async fn open(server: &TestServer) -> Result<Self> {
        let room = server.scheduled();
        let version = server.app.store.streams().whip_key_version(room.0).await?;
        let key = server::web::live::whip::whip_key(&server.app, room.0, version);
        let who = server.anybody();
        let session = session(&publish(&who, room, Some(&key)).send().await?)?;
        let waiting = Self { who, session };
        assert!(waiting.is_open().await?);
        Ok(waiting)
    }

    async fn is_open(&self) -> Result<bool> {
        is_open(&self.session, &self.who).await
    }

    async fn ends(&self, why: &str) -> Result<()> {
        let begun = Instant::now();
        while self.is_open().await? {
            assert!(begun.elapsed() < AT_ONCE, "{why}: it still publishes");
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

/// Goes live on the scheduled stream with an encoder whose packets flow.
async fn on_air(server: &TestServer, host: &Browser) -> Result<EncoderGuard> {
    let room = server.scheduled();
    let mut studio = room.follow(host, 0).await?;
    let media = rehearse(server, &mut studio).await?;
    assert_eq!(move_to(room, host, "live").await?, 303);
    let encoder = Encoder { space: server.space("maya").await?, room: server.room(room).await?, media };
    let plane = server.media.clone();
    Ok(server.app.engine.add_encoder(encoder, move || plane.end(media, MediaEnd::Ejected)))
}

async fn shows(feed: &mut Feed, state: &str) -> Result<()> {
    let words = format!("data-state=\"{state}\"");
    timeout(AT_ONCE, feed.all_until(&words)).await.with_context(|| format!("not {state}"))??;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_host_leaves_the_air_with_the_encoder() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, fan) = (server.person("host"), server.fans(1).await?.remove(0).browser);
    let room = server.scheduled();
    let encoder = on_air(&server, &host).await?;
    let (mut page, mut other) = (room.follow(&fan, 0).await?, server.live().follow(&fan, 0).await?);
    shows(&mut page, "live").await?;
    // Somebody else's suspension ends nothing.
    let (operator, vera) = (server.person("operator"), server.account("vera@demo.example").await?);
    let why = [("reason", "It sold what it never gave.")];
    assert_eq!(confirmed(&operator, &format!("/ops/people/{vera}/suspension"), &why).await?, 303);
    sleep(Duration::from_millis(300)).await;
    assert_eq!(server.app.store.streams().by_id(room.0).await?.state, StreamState::Live);

    let maya = server.account("maya@demo.example").await?;
    assert_eq!(confirmed(&operator, &format!("/ops/people/{maya}/suspension"), &why).await?, 303);
    shows(&mut page, "interrupted").await?;
    server.advance(10 * 60).await?;
    shows(&mut page, "ended").await?;
    let reason = server.app.store.streams().by_id(room.0).await?.end_reason;
    assert_eq!(reason, Some(EndReason::HostGone));
    assert_eq!(server.live().say(&fan, "we go on").await?.status, 303);
    other.all_until("we go on").await?;
    drop(encoder);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_loses_the_right_to_host_publishes_no_more() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let (operator, room) = (server.person("operator"), server.scheduled());
    let (_, of_editor) = team.member("editor@example.org", TeamRole::Editor).await?;
    let (_, of_admin) = team.member("admin@example.org", TeamRole::Admin).await?;
    let (leaver, _) = team.member("leaver@example.org", TeamRole::Editor).await?;
    let (moderator, of_moderator) = team.member("moderator@example.org", TeamRole::Moderator).await?;
    let (_, of_suspended) = team.member("suspended@example.org", TeamRole::Editor).await?;

    let encoder = Waiting::open(&server).await?;
    assert_eq!(team.remove(&host, of_moderator).await?, 303);
    assert_eq!(moderator.get(&team.path("")).await?.status, 404);
    assert_eq!(team.give(&host, of_editor, "admin").await?, 303);
    assert!(encoder.is_open().await?, "neither could publish before and not after");

    assert_eq!(team.give(&host, of_editor, "analyst").await?, 303);
    encoder.ends("another role").await?;
    let encoder = Waiting::open(&server).await?;
    assert_eq!(team.remove(&host, of_admin).await?, 303);
    encoder.ends("removed").await?;
    let encoder = Waiting::open(&server).await?;
    assert_eq!(leaver.post("/account/deletion", &[("username", "leaver")]).await?.status, 303);
    encoder.ends("deleted").await?;
    let encoder = Waiting::open(&server).await?;
    let path = format!("/ops/people/{of_suspended}/suspension");
    assert_eq!(confirmed(&operator, &path, &[("reason", "It spams.")]).await?, 303);
    encoder.ends("suspended").await?;
    let encoder = Waiting::open(&server).await?;
    assert_eq!(host.post(&room.path("key"), &[]).await?.status, 303);
    encoder.ends("another key").await?;
    let encoder = Waiting::open(&server).await?;
    let space = server.space("maya").await?;
    let path = format!("/ops/spaces/{space}/suspension");
    assert_eq!(confirmed(&operator, &path, &[("reason", "It spams.")]).await?, 303);
    encoder.ends("the space is suspended").await?;
    server.close().await
}
