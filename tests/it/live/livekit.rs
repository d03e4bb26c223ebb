//! A stream on LiveKit, here one without media: the same show, told by signed events, with passes that open nothing by themselves.

use super::stream::move_to;
use crate::support::{
    Browser, Feed, Reply, Room, TestServer, eventually,
    livekit::{FakeLiveKit, KEY, SECRET, event_body, seconds, sign, sign_until},
};
use anyhow::{Context, Result};
use domain::live::{recording::Recorded, stream::StreamState};
use reqwest::{Method, header};
use server::config::LiveKitSettings;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// From the loss of access, or of the signal, until it is seen.
const NOTICED: Duration = Duration::from_secs(3);
const OUT: Duration = Duration::from_secs(2);

struct House {
    server: TestServer,
    livekit: FakeLiveKit,
    room: Room,
    /// The name of the room at LiveKit.
    name: String,
}

/// Somebody in LiveKit's room.
struct Inside {
    pass: String,
    location: String,
    identity: String,
}

impl House {
    /// The demo, with LiveKit to choose.
    async fn open() -> Result<Self> {
        let livekit = FakeLiveKit::open().await;
        let set = LiveKitSettings {
            url: Some(livekit.url.clone()),
            api_key: Some(KEY.into()),
            api_secret: Some(SECRET.into()),
            plane: Some(domain::live::passes::Plane::Embedded),
        };
        let server = TestServer::with_settings(|settings| settings.livekit = set).await?;
        let room = server.scheduled();
        let name = server.room(room).await?.to_string();
        Ok(Self { server, livekit, room, name })
    }

    async fn choose(&self, who: &Browser, plane: &str) -> Result<u16> {
        Ok(who.post(&self.room.path("plane"), &[("plane", plane)]).await?.status.as_u16())
    }

    async fn ask(&self, who: &Browser, door: &str) -> Result<Reply> {
        who.post(&self.room.path(&format!("pass/{door}")), &[]).await
    }

    /// LiveKit says that something has happened in the room.
    async fn event(&self, kind: &str) -> Result<()> {
        let (body, token) = self.livekit.event(kind, &self.name);
        assert_eq!(self.hook(&body, &token).await?, 200, "{kind}");
        Ok(())
    }

    async fn hook(&self, body: &str, token: &str) -> Result<u16> {
        let request = self.server.anybody().request(Method::POST, "/webhooks/livekit").body(body.to_owned());
        let request = request.header(header::CONTENT_TYPE, "application/webhook+json");
        let signed = if token.is_empty() { request } else { request.header(header::AUTHORIZATION, token) };
        Ok(signed.send().await?.status().as_u16())
    }

    /// Comes in with a pass, and waits for the right that it stands for.
    async fn enter(&self, who: &Browser, door: &str) -> Result<Inside> {
        let reply = self.ask(who, door).await?;
        assert_eq!(reply.status, 201, "{}", reply.text);
        let given = reply.json();
        assert_eq!(given["url"], self.livekit.url.as_str());
        let (pass, location) =
            (given["token"].as_str().context("a token")?.to_owned(), reply.location().to_owned());
        assert!(!location.contains(&pass) && reply.headers[header::CACHE_CONTROL] == "no-store");
        let (room, identity) = self.livekit.join(&pass).map_err(anyhow::Error::msg)?;
        assert_eq!(room, self.name);
        assert_eq!(self.rights(&identity), Some((false, false)), "a pass carries no right");
        self.event("participant_joined").await?;
        let given = Some((door == "host", door == "watch"));
        let look = async || anyhow::Ok((self.rights(&identity) == given).then_some(()));
        eventually("no right is given", look).await?;
        Ok(Inside { pass, location, identity })
    }

    fn rights(&self, identity: &str) -> Option<(bool, bool)> {
        self.livekit.rights(&self.name, identity)
    }

    async fn is_out(&self, who: &Inside, why: &str) -> Result<()> {
        let begun = Instant::now();
        while self.rights(&who.identity).is_some() {
            assert!(begun.elapsed() < OUT, "{why}: still in");
            sleep(Duration::from_millis(20)).await;
        }
        // What was given once opens nothing any more.
        self.livekit.join(&who.pass).map_err(anyhow::Error::msg)?;
        assert_eq!(self.rights(&who.identity), Some((false, false)));
        self.event("participant_joined").await?;
        let begun = Instant::now();
        while let Some(rights) = self.rights(&who.identity) {
            assert_eq!(rights, (false, false), "{why}: the old pass opens");
            assert!(begun.elapsed() < OUT, "{why}: in again");
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// The host sends, goes live, and a viewer's page shows it.
    async fn on_air(&self, host: &Browser, page: &mut Feed) -> Result<Inside> {
        assert_eq!(self.choose(host, "livekit").await?, 303);
        let mut studio = self.room.follow(host, 0).await?;
        let inside = self.enter(host, "host").await?;
        assert!(self.livekit.publish(&self.name, &inside.identity));
        self.event("track_published").await?;
        timeout(NOTICED, studio.all_until("data-state=\"rehearsal\"")).await??;
        assert_eq!(move_to(self.room, host, "live").await?, 303);
        timeout(NOTICED, page.all_until("data-state=\"live\"")).await??;
        Ok(inside)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_show_on_livekit_is_the_same_show() -> Result<()> {
    let house = House::open().await?;
    let (server, room) = (&house.server, house.room);
    let (host, fans) = (server.person("host"), server.fans(2).await?);
    let (fan, other) = (&fans[0].browser, &fans[1].browser);
    for (who, want) in [(&server.anybody(), 401), (fan, 403), (&server.person("stranger"), 403)] {
        assert_eq!(house.choose(who, "livekit").await?, want);
    }
    assert_eq!(house.choose(&host, "the moon").await?, 422);
    assert_eq!(house.ask(&host, "host").await?.status, 409, "it is on the embedded plane");
    let mut page = room.follow(fan, 0).await?;
    let sender = house.on_air(&host, &mut page).await?;
    assert_eq!(house.choose(&host, "embedded").await?, 409, "what is on air stays where it is");
    let offer = super::media_doors::publish(&host, room, None).send().await?;
    assert_eq!(offer.status(), 409);
    assert_eq!(offer.json::<serde_json::Value>().await?["error"]["code"], "other_plane");

    let watch = server.doors["scheduled"]["watch"].as_str().context("watch")?;
    let shown = fan.get(watch).await?;
    assert!(shown.text.contains("livekit-client.") && shown.text.contains(&room.path("pass/watch")));
    let policy = shown.headers[header::CONTENT_SECURITY_POLICY].to_str()?.to_owned();
    assert!(policy.contains(&format!("connect-src 'self' {} http://", house.livekit.url)), "{policy}");
    let embedded = fan.get(server.door("watch")).await?.text;
    assert!(!embedded.contains("livekit") && !embedded.contains("data-pass"), "only where it is needed");

    for (who, want) in [(&server.anybody(), 401), (&server.person("stranger"), 402)] {
        assert_eq!(house.ask(who, "watch").await?.status, want);
    }
    assert_eq!(house.ask(fan, "host").await?.status, 403);
    let (one, two) = (house.enter(fan, "watch").await?, house.enter(other, "watch").await?);
    assert!(!house.livekit.publish(&house.name, &one.identity), "a viewer may not publish");
    assert_eq!(house.livekit.calls("RemoveParticipant"), 0, "nobody was taken for somebody else");
    // Whoever leaves by the secret address of their session is out; nobody else knows it.
    assert_eq!(other.send(other.request(Method::DELETE, &format!("{}x", two.location))).await?.status, 404);
    assert_eq!(other.send(other.request(Method::DELETE, &two.location)).await?.status, 200);
    house.is_out(&two, "left").await?;
    let two = house.enter(other, "watch").await?;

    assert_eq!(room.keep_out(&host, fans[0].account, "ban", "").await?.status, 303);
    house.is_out(&one, "banned").await?;
    assert_eq!(house.ask(fan, "watch").await?.status, 403);
    assert_eq!(house.rights(&two.identity), Some((false, true)), "the neighbour stays");
    assert_eq!(house.rights(&sender.identity), Some((true, false)));

    let mut page = room.follow(other, 0).await?;
    assert_eq!(move_to(room, &host, "ended").await?, 303);
    page.all_until("data-state=\"ended\"").await?;
    house.is_out(&two, "over").await?;
    house.is_out(&sender, "over").await?;
    let closed = async || anyhow::Ok((!house.livekit.has_room(&house.name)).then_some(()));
    eventually("the room stays open", closed).await?;
    house.server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_livekit_forwards_is_not_recorded() -> Result<()> {
    let house = House::open().await?;
    let host = house.server.person("host");
    let path = house.room.path("recording");
    let record = async |on| anyhow::Ok(host.post(&path, &[("on", on)]).await?.status.as_u16());
    assert_eq!(record("true").await?, 303);
    assert_eq!(house.choose(&host, "livekit").await?, 409, "it is to be recorded here");
    assert_eq!(record("false").await?, 303);
    assert_eq!(house.choose(&host, "livekit").await?, 303);
    assert_eq!(record("true").await?, 409, "nothing of it comes by here");
    assert_eq!(record("false").await?, 303);
    let row = house.server.app.store.streams().by_id(house.room.0).await?;
    assert_eq!(row.recorded, Recorded::Off);
    assert_eq!(house.choose(&host, "embedded").await?, 303);
    assert_eq!(record("true").await?, 303);
    house.server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn livekit_goes_down_and_comes_back_and_the_chat_goes_on() -> Result<()> {
    let house = House::open().await?;
    let (host, fan) = (house.server.person("host"), house.server.fans(1).await?.remove(0).browser);
    let mut page = house.room.follow(&fan, 0).await?;
    let first = house.on_air(&host, &mut page).await?;

    house.livekit.set_down(true);
    timeout(NOTICED, page.all_until("data-state=\"interrupted\"")).await??;
    let refused = house.ask(&fan, "watch").await?;
    assert_eq!(refused.status, 503);
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    assert!(refused.text.contains("Video is down for a moment; the chat goes on."), "{}", refused.text);
    assert_eq!(house.room.say(&fan, "we talk meanwhile").await?.status, 303);
    page.all_until("we talk meanwhile").await?;
    // It was only out of reach.
    house.livekit.set_down(false);
    timeout(NOTICED, page.all_until("data-state=\"live\"")).await??;

    // It is started again, and knows nobody any more.
    house.livekit.restart();
    timeout(NOTICED, page.all_until("data-state=\"interrupted\"")).await??;
    house.is_out(&first, "lost").await?;
    let again = house.enter(&host, "host").await?;
    assert!(house.livekit.publish(&house.name, &again.identity));
    timeout(NOTICED, page.all_until("data-state=\"live\"")).await??;
    house.enter(&fan, "watch").await?;
    // The host's browser closes.
    house.livekit.leave(&house.name, &again.identity);
    house.event("participant_left").await?;
    timeout(NOTICED, page.all_until("data-state=\"interrupted\"")).await??;
    house.server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_event_moves_nothing_and_is_shown_to_operators() -> Result<()> {
    let house = House::open().await?;
    let (server, host) = (&house.server, house.server.person("host"));
    let fan = server.fans(1).await?.remove(0).browser;
    let mut page = house.room.follow(&fan, 0).await?;
    house.on_air(&host, &mut page).await?;
    let body = event_body("EV_forged", "room_finished", &house.name, seconds());
    let lasts = Duration::from_secs(300);
    assert_eq!(house.hook(&body, "").await?, 400);
    assert_eq!(
        house.hook(&body, &sign(&body, KEY, "another-secret-than-that-of-livekit", lasts)).await?,
        400
    );
    assert_eq!(house.hook(&body, &sign_until(&body, seconds() - 90)).await?, 400, "late");
    let (body, token) = house.livekit.event("room_started", &house.name);
    assert_eq!((house.hook(&body, &token).await?, house.hook(&body, &token).await?), (200, 400), "replayed");
    sleep(Duration::from_millis(1_100)).await;
    let row = server.app.store.streams().by_id(house.room.0).await?;
    assert_eq!(row.state, StreamState::Live, "nothing of it moved the stream");

    let jobs = server.person("operator").get("/ops/jobs").await?.text;
    for words in [
        "Webhooks of LiveKit",
        "room_started",
        "it carries no signature",
        "the signature does not match",
        "more than five minutes",
        "it came before",
    ] {
        assert!(jobs.contains(words), "{words}: {jobs}");
    }
    assert!(!jobs.contains(&token), "no token is shown");
    assert_eq!(host.get("/ops/jobs").await?.status, 404);
    house.server.close().await
}
