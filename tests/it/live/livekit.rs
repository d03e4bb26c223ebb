//! A stream on LiveKit, here one without media: the same show, told by signed events, with passes that open nothing by themselves.

use super::stream::move_to;
use crate::support::{
    Browser, Feed, Reply, Room, TestServer, eventually,
    livekit::{FakeLiveKit, KEY, SECRET, event_body, seconds, sign, sign_until},
};
use anyhow::{Context, Result};
use domain::live::{recording::Recorded, stream::StreamState};
use reqwest::{Method, header};
use server::config::{LiveKitSettings, Settings};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// From the loss of access, or of the signal, until it is seen.
const NOTICED: Duration = Duration::from_secs(3);
const OUT: Duration = Duration::from_secs(2);

pub(super) struct House {
    pub server: TestServer,
    pub livekit: FakeLiveKit,
    pub room: Room,
    /// The name of the room at LiveKit.
    pub name: String,
}

/// Somebody in LiveKit's room.
pub(super) struct Inside {
    pass: String,
    location: String,
    pub identity: String,
}

impl House {
    /// The demo, with LiveKit to choose.
    async fn open() -> Result<Self> {
        Self::open_with(None).await
    }

    /// `egress`: whether LiveKit is to record.
    pub async fn open_with(egress: Option<bool>) -> Result<Self> {
        Self::open_where(egress, |_| ()).await
    }

    /// The same with other settings.
    pub async fn open_where(egress: Option<bool>, change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let livekit = FakeLiveKit::open().await;
        let set = LiveKitSettings {
            url: Some(livekit.url.clone()),
            api_key: Some(KEY.into()),
            api_secret: Some(SECRET.into()),
            egress,
            plane: Some(domain::live::passes::Plane::Embedded),
        };
        let server = TestServer::with_settings(|settings| {
            settings.livekit = set;
            change(settings);
        });
        let server = server.await?;
        let room = server.scheduled();
        let name = server.room(room).await?.to_string();
        Ok(Self { server, livekit, room, name })
    }

    pub async fn choose(&self, who: &Browser, plane: &str) -> Result<u16> {
        Ok(who.post(&self.room.path("plane"), &[("plane", plane)]).await?.status.as_u16())
    }

    async fn ask(&self, who: &Browser, door: &str) -> Result<Reply> {
        who.post(&self.room.path(&format!("pass/{door}")), &[]).await
    }

    /// LiveKit says that something has happened in the room.
    async fn event(&self, kind: &str) -> Result<()> {
        self.event_in(&self.name, kind).await
    }

    async fn event_in(&self, room: &str, kind: &str) -> Result<()> {
        let (body, token) = self.livekit.event(kind, room);
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
        self.enter_by(reply, &self.name, door == "host").await
    }

    async fn enter_by(&self, reply: Reply, name: &str, publishes: bool) -> Result<Inside> {
        assert_eq!(reply.status, 201, "{}", reply.text);
        let given = reply.json();
        assert_eq!(given["url"], self.livekit.url.as_str());
        let (pass, location) =
            (given["token"].as_str().context("a token")?.to_owned(), reply.location().to_owned());
        assert!(!location.contains(&pass) && reply.headers[header::CACHE_CONTROL] == "no-store");
        let (room, identity) = self.livekit.join(&pass).map_err(anyhow::Error::msg)?;
        assert_eq!(room, name);
        let rights = || self.livekit.rights(name, &identity);
        assert_eq!(rights(), Some((false, false)), "a pass carries no right");
        self.event_in(name, "participant_joined").await?;
        let given = Some((publishes, !publishes));
        let look = async || anyhow::Ok((rights() == given).then_some(()));
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
    pub async fn on_air(&self, host: &Browser, page: &mut Feed) -> Result<Inside> {
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
async fn co_hosts_send_on_livekit_too_and_whoever_is_removed_is_out() -> Result<()> {
    let house = House::open().await?;
    let (server, room) = (&house.server, house.room);
    let (host, fans) = (server.person("host"), server.fans(2).await?);
    let (ann, ben) = (&fans[0], &fans[1].browser);
    let mut page = room.follow(ben, 0).await?;
    let sender = house.on_air(&host, &mut page).await?;
    assert_eq!(ann.browser.post(&room.path("hand"), &[("up", "true")]).await?.status, 303);
    let stage = server.app.engine.stream(room.0).stage().await?;
    let place = stage.participants.of(ann.account).context("a hand")?.clone();
    let (name, at) =
        (place.room().to_string(), |door: &str| room.path(&format!("participants/{}/{door}", place.id)));
    assert_eq!(ann.browser.post(&at("pass/host"), &[]).await?.status, 404, "she is not up");
    assert_eq!(host.post(&at("acceptance"), &[]).await?.status, 303);
    page.all_until(&format!("data-doors=\"{}", room.path(&format!("participants/{}", place.id)))).await?;

    // Her place is hers, and on this plane.
    for (who, want) in [(&server.anybody(), 401), (&server.person("stranger"), 402), (ben, 404), (&host, 404)]
    {
        assert_eq!(who.post(&at("pass/host"), &[]).await?.status, want);
    }
    assert_eq!(server.person("stranger").post(&at("pass/watch"), &[]).await?.status, 402);
    let offer = ann.browser.request(Method::POST, &at("whip"));
    let offer = offer.header(header::CONTENT_TYPE, "application/sdp").body("v=0");
    assert_eq!(ann.browser.send(offer).await?.status, 409, "another plane");

    // The host mutes her before she sends a word.
    assert_eq!(host.post(&at("mute"), &[("muted", "true")]).await?.status, 303);
    let hers = house.enter_by(ann.browser.post(&at("pass/host"), &[]).await?, &name, true).await?;
    assert!(house.livekit.is_silenced(&name, &hers.identity));
    assert!(house.livekit.publish(&name, &hers.identity));
    house.event_in(&name, "track_published").await?;
    page.all_until("data-sends").await?;
    let his = house.enter_by(ben.post(&at("pass/watch"), &[]).await?, &name, false).await?;
    assert!(!house.livekit.publish(&name, &his.identity), "a viewer may not publish");
    assert_eq!(host.post(&at("mute"), &[("muted", "false")]).await?.status, 303);
    let heard = async || anyhow::Ok((!house.livekit.is_silenced(&name, &hers.identity)).then_some(()));
    eventually("she stays muted", heard).await?;

    assert_eq!(host.post(&at("removal"), &[]).await?.status, 303);
    let begun = Instant::now();
    while house.livekit.rights(&name, &hers.identity).is_some() {
        assert!(begun.elapsed() < OUT, "removed: still in");
        sleep(Duration::from_millis(20)).await;
    }
    page.all_until("id=\"participants\"").await?;
    assert_eq!(ann.browser.post(&at("pass/host"), &[]).await?.status, 404);
    assert_eq!(ben.post(&at("pass/watch"), &[]).await?.status, 404);
    // What was given once opens nothing any more.
    house.livekit.join(&hers.pass).map_err(anyhow::Error::msg)?;
    assert_eq!(house.livekit.rights(&name, &hers.identity), Some((false, false)));
    assert_eq!(house.rights(&sender.identity), Some((true, false)), "the host goes on");
    house.server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoder_reaches_a_show_on_livekit_until_its_key_is_renewed() -> Result<()> {
    let house = House::open().await?;
    let (server, room) = (&house.server, house.room);
    let (host, fan) = (server.person("host"), server.fans(1).await?.remove(0).browser);
    let path = room.path("ingest");
    let ask = async |who: &Browser, kind| who.post(&path, &[("kind", kind)]).await;
    assert_eq!(ask(&host, "rtmp").await?.status, 409, "it is on the embedded plane");
    assert_eq!(house.choose(&host, "livekit").await?, 303);
    let refused = ask(&host, "rtmp").await?;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("LiveKit takes no encoders here"), "{}", refused.text);
    house.livekit.set_ingress(true);
    for (who, want) in [(&server.anybody(), 401), (&fan, 403), (&server.person("stranger"), 403)] {
        assert_eq!(ask(who, "rtmp").await?.status, want);
    }
    assert_eq!(ask(&host, "srt").await?.status, 422);
    let before = house.livekit.calls("CreateIngress");
    for _ in 0..2 {
        assert_eq!(ask(&host, "rtmp").await?.status, 303);
    }
    assert_eq!(house.livekit.calls("CreateIngress"), before + 1, "the second time it is there");
    let page = room.studio(&host).await?;
    assert!(page.contains("https://encoders.example/0") && page.contains("key-1"), "{page}");
    assert!(!page.contains(&room.path("whip\" readonly")), "the embedded plane's is not shown");

    // Nobody is on any page of the show.
    let state = async |wanted: StreamState| {
        let look = async || {
            let stream = server.app.store.streams().by_id(room.0).await?;
            anyhow::Ok((stream.state == wanted).then_some(()))
        };
        eventually(&format!("it is not {wanted:?}"), look).await
    };
    let (name, identity) = house.livekit.arrive("key-1").context("let in")?;
    assert_eq!(name, house.name);
    house.event("participant_joined").await?;
    state(StreamState::Rehearsal).await?;
    assert_eq!(move_to(room, &host, "live").await?, 303);
    assert_eq!(house.ask(&host, "host").await?.status, 409, "somebody sends already");
    let watcher = house.enter(&fan, "watch").await?;

    assert_eq!(host.post(&room.path("key"), &[]).await?.status, 303);
    let begun = Instant::now();
    while house.rights(&identity).is_some() {
        assert!(begun.elapsed() < OUT, "its key is void: still in");
        sleep(Duration::from_millis(20)).await;
    }
    state(StreamState::Interrupted).await?;
    let closed = async || anyhow::Ok(house.livekit.arrive("key-1").is_none().then_some(()));
    eventually("the old key opens", closed).await?;
    assert_eq!(house.rights(&watcher.identity), Some((false, true)), "the viewer stays");
    assert!(!room.studio(&host).await?.contains("key-1"));
    assert_eq!(ask(&host, "rtmp").await?.status, 303);
    house.livekit.arrive("key-2").context("let in")?;
    house.event("participant_joined").await?;
    state(StreamState::Live).await?;

    // After the show no key opens anything.
    assert_eq!(move_to(room, &host, "ended").await?, 303);
    let closed = async || anyhow::Ok(house.livekit.arrive("key-2").is_none().then_some(()));
    eventually("the key opens after the end", closed).await?;
    assert_eq!(ask(&host, "whip").await?.status, 409);
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
