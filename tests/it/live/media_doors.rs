//! WHIP and WHEP endpoints: sessions per account, valid requests, and who may take over a stream.

use crate::support::{Browser, Feed, Room, TestServer};
use anyhow::{Context, Result};
use domain::{chat::feed::Moment, id::MediaSessionId, live::media::LayerSet};
use futures_util::future::try_join_all;
use reqwest::{Method, RequestBuilder, Response, header};

const TRICKLE: &str = "application/trickle-ice-sdpfrag";
const OTHER_SITE: &str = "https://studio.example";

/// An offer that never connects, with audio and with video in these codecs.
pub(super) fn offer(direction: &str, codecs: &[&str]) -> String {
    let transport = format!(
        "c=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:Vq3J\r\na=ice-pwd:8sYv0kq4mTzR1hNxWc2bLd7e\r\n\
        a=ice-options:trickle\r\na=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:\
        43:F0:A1:58:D0:A1:2C:19:08\r\na=setup:actpass\r\na={direction}\r\na=rtcp-mux\r\n"
    );
    let numbers: Vec<String> = (96..).take(codecs.len()).map(|number: u8| number.to_string()).collect();
    let maps = numbers.iter().zip(codecs).map(|(number, codec)| {
        let mode = format!("a=fmtp:{number} packetization-mode=1;profile-level-id=42e01f\r\n");
        let format = if *codec == "H264" { &mode } else { "" };
        format!("a=rtpmap:{number} {codec}/90000\r\n{format}")
    });
    format!(
        "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n{transport}a=mid:0\r\na=rtpmap:111 opus/48000/2\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF {}\r\n{transport}a=mid:1\r\n{}",
        numbers.join(" "),
        maps.collect::<String>()
    )
}

pub fn play(who: &Browser, room: Room) -> RequestBuilder {
    let request = who.request(Method::POST, &room.path("whep"));
    request.header(header::CONTENT_TYPE, "application/sdp").body(offer("recvonly", &["VP8"]))
}

pub(super) fn publish(who: &Browser, room: Room, key: Option<&str>) -> RequestBuilder {
    let request = who.request(Method::POST, &room.path("whip"));
    let request = request.header(header::CONTENT_TYPE, "application/sdp").body(offer("sendonly", &["VP8"]));
    match key {
        Some(key) => request.bearer_auth(key),
        None => request,
    }
}

pub fn session(response: &Response) -> Result<String> {
    let status = response.status();
    let location = response.headers().get(header::LOCATION).with_context(|| format!("answered {status}"))?;
    Ok(location.to_str()?.to_owned())
}

async fn trickle(who: &Browser, session: &str, kind: &str, fragment: &str) -> Result<u16> {
    let request = who.request(Method::PATCH, session).header(header::CONTENT_TYPE, kind);
    Ok(request.body(fragment.to_owned()).send().await?.status().as_u16())
}

pub async fn is_open(session: &str, who: &Browser) -> Result<bool> {
    Ok(trickle(who, session, TRICKLE, "a=end-of-candidates\r\n").await? == 204)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_keeps_its_latest_sessions_and_its_neighbours_keep_theirs() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, fans) = (server.live(), server.fans(2).await?);
    let (greedy, neighbour) = (&fans[0].browser, &fans[1].browser);
    let other = session(&play(neighbour, room).send().await?)?;
    let mut mine = vec![];
    for _ in 0..6 {
        mine.push(session(&play(greedy, room).send().await?)?);
    }
    for (n, session) in mine.iter().enumerate() {
        assert_eq!(is_open(session, greedy).await?, n >= 2, "session {n} of six, of which four stay");
    }
    assert!(is_open(&other, neighbour).await?);

    let flood = try_join_all((0..40).map(|_| play(greedy, room).send())).await?;
    let refused: Vec<_> = flood.iter().filter(|answer| answer.status() == 429).collect();
    assert!(refused.len() >= 20, "{} of 40 offers were refused", refused.len());
    assert!(refused[0].headers().contains_key(header::RETRY_AFTER));
    assert!(is_open(&other, neighbour).await?);
    assert_eq!(play(neighbour, room).send().await?.status(), 201, "the rate limit is per account");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn publishers_have_a_rate_too() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fan) =
        (server.scheduled(), server.person("host"), server.fans(1).await?.remove(0).browser);
    let key = server.doors["scheduled"]["whip_key"].as_str().context("a key")?;
    let encoder = server.anybody();
    for (who, key) in [(&host, None), (&encoder, Some(key))] {
        let flood = try_join_all((0..40).map(|_| publish(who, room, key).send())).await?;
        let refused: Vec<_> = flood.iter().filter(|answer| answer.status() == 429).collect();
        assert!((15..40).contains(&refused.len()), "{} of 40 offers were refused", refused.len());
        assert!(refused[0].headers().contains_key(header::RETRY_AFTER));
    }
    assert_eq!(play(&fan, server.live()).send().await?.status(), 201, "the audience is not affected");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_is_validated() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, fan) = (server.live(), server.fans(1).await?.remove(0).browser);
    let session = session(&play(&fan, room).send().await?)?;
    let candidates = "a=ice-ufrag:Vq3J\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n\
        a=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host\r\na=end-of-candidates\r\n";
    let many =
        format!("a=ice-ufrag:Vq3J\r\n{}", "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n".repeat(850));
    for (kind, fragment, status) in [
        (TRICKLE, candidates, 204),
        ("Application/Trickle-ICE-SDPfrag; charset=utf-8", candidates, 204),
        ("application/json", candidates, 415),
        (TRICKLE, "no fragment", 400),
        (TRICKLE, "a=ice-ufrag:Zz9K\r\na=ice-pwd:8sYv0kq4mTzR1hNxWc2bLd7e\r\n", 422),
        (TRICKLE, &many, 413),
    ] {
        let answered = trickle(&fan, &session, kind, fragment).await?;
        assert_eq!(answered, status, "{kind}: {:.60}", fragment);
    }
    assert!(is_open(&session, &fan).await?, "no invalid patch ended the session");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_chooses_its_layer_and_nobody_elses() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, mut fans) = (server.live(), server.fans(2).await?);
    let (other, fan) = (fans.remove(1).browser, fans.remove(0).browser);
    let session = session(&play(&fan, room).send().await?)?;
    let choose = async |path: &str, wish: &str| -> Result<(u16, String)> {
        let request = fan.request(Method::POST, &format!("{path}/layer"));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = request.body(wish.to_owned()).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    };
    for (wish, status) in [
        ("quality=low&shown=360", 200),
        ("quality=auto", 200),
        ("shown=0", 200),
        ("quality=best", 422),
        ("shown=-1", 422),
        ("shown=70000", 422),
    ] {
        assert_eq!(choose(&session, wish).await?.0, status, "{wish}");
    }
    let (_, layers) = choose(&session, "quality=high").await?;
    assert!(layers.contains("heights") && layers.contains("current"), "{layers}");
    let guess = format!("{}x", &session[..session.len() - 1]);
    assert_eq!(choose(&guess, "quality=low").await?.0, 404, "with another secret");
    let mut refused = 0;
    for _ in 0..30 {
        refused += u32::from(choose(&session, "quality=low").await?.0 == 429);
    }
    assert!(refused > 0, "a flood is refused");
    assert!(is_open(&session, &fan).await?);
    assert_eq!(play(&other, room).send().await?.status(), 201);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_with_unsupported_codecs_is_refused_with_a_reason() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fan) =
        (server.scheduled(), server.person("host"), server.fans(1).await?.remove(0).browser);
    let offers = [
        (host.request(Method::POST, &room.path("whip")), offer("sendonly", &["H265"]), "H265"),
        (host.request(Method::POST, &room.path("whip")), offer("sendonly", &["H263", "H265"]), "H263"),
        (fan.request(Method::POST, &server.live().path("whep")), offer("recvonly", &["H265"]), "H265"),
    ];
    for (request, offer, codec) in offers {
        let answer = request.header(header::CONTENT_TYPE, "application/sdp").body(offer).send().await?;
        assert_eq!(answer.status(), 422, "{codec}");
        let told = answer.text().await?;
        assert!(told.contains(codec) && told.contains("VP8") && told.contains("Opus"), "{told}");
    }
    let studio = room.studio(&host).await?;
    assert!(studio.contains("We take H264, VP8, VP9 and AV1"), "the studio says the same");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_that_cannot_decode_the_picture_is_told_so_before_it_waits() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.live(), server.person("host"));
    let fan = server.fans(1).await?.remove(0).browser;
    let send = async |who: &Browser, door: &str, offer: String| -> Result<(u16, String)> {
        let request = who.request(Method::POST, &room.path(door));
        let answer = request.header(header::CONTENT_TYPE, "application/sdp").body(offer).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    };
    let watch = async |codecs: &[&str]| send(&fan, "whep", offer("recvonly", codecs)).await;
    let refused = async |codecs: &[&str], picture: &str| -> Result<()> {
        let (status, told) = watch(codecs).await?;
        let words = format!("The picture comes in {picture}");
        assert!(status == 422 && told.contains(&words) && told.contains("undecodable"), "{status}: {told}");
        Ok(())
    };
    refused(&["H264", "AV1"], "VP8").await?;
    assert_eq!(watch(&["H264", "VP8"]).await?.0, 201);
    let (status, answer) = send(&host, "whip?takeover=true", offer("sendonly", &["H264", "VP8"])).await?;
    assert_eq!(status, 201);
    assert!(answer.contains("H264") && !answer.contains("VP8"), "one codec, the first of its own: {answer}");
    refused(&["VP8", "AV1"], "H264").await?;
    assert_eq!(watch(&["H264"]).await?.0, 201);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn cross_origin_clients_need_a_key_and_not_a_cookie() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.scheduled(), server.person("host"));
    let key = server.doors["scheduled"]["whip_key"].as_str().context("a key")?;
    let from_there = |request: RequestBuilder| {
        request.header(header::ORIGIN, OTHER_SITE).header("sec-fetch-site", "cross-site")
    };
    let head = |answer: &Response, name: header::HeaderName| {
        answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };

    let preflight = server.anybody().request(Method::OPTIONS, &room.path("whip"));
    let preflight = preflight.header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
    let preflight = from_there(preflight).send().await?;
    assert_eq!(preflight.status(), 204);
    assert_eq!(head(&preflight, header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert!(head(&preflight, header::ACCESS_CONTROL_ALLOW_HEADERS).contains("Authorization"));

    let offer = server.anybody().request(Method::POST, &room.path("whip"));
    let offer = offer.header(header::AUTHORIZATION, format!("bearer {key}"));
    let offer = offer.header(header::CONTENT_TYPE, "Application/SDP; charset=utf-8");
    let answer = from_there(offer.body(self::offer("sendonly", &["VP8"]))).send().await?;
    assert_eq!(answer.status(), 201, "the key is sufficient");
    assert_eq!(head(&answer, header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert!(head(&answer, header::ACCESS_CONTROL_EXPOSE_HEADERS).contains("Location"));
    let bye = from_there(server.anybody().request(Method::DELETE, &session(&answer)?)).send().await?;
    assert_eq!(bye.status(), 200, "the session URL is sufficient");

    let strange = server.anybody().request(Method::POST, &room.path("whip")).bearer_auth(key);
    let strange = strange.header(header::CONTENT_TYPE, "application/sdpfoo").body("v=0");
    assert_eq!(strange.send().await?.status(), 415);
    assert_eq!(
        from_there(publish(&host, room, None)).send().await?.status(),
        403,
        "a cookie is not sufficient"
    );
    assert_eq!(from_there(play(&host, server.live())).send().await?.status(), 403);
    assert_eq!(publish(&host, room, None).send().await?.status(), 201);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_ends_publishing_with_the_old_one() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.scheduled(), server.person("host"));
    let old = server.doors["scheduled"]["whip_key"].as_str().context("a key")?;
    let encoder = server.anybody();
    let by_key = session(&publish(&encoder, room, Some(old)).send().await?)?;
    assert!(is_open(&by_key, &encoder).await?);
    let rotate = host.request(Method::POST, &room.path("key")).header("hx-request", "true");
    let rotated = host.send(rotate).await?;
    assert_eq!(rotated.status, 200);
    assert!(!is_open(&by_key, &encoder).await?, "the session was ended");
    assert_eq!(publish(&encoder, room, Some(old)).send().await?.status(), 401);
    let shown = rotated.text.split("value=\"").filter_map(|part| part.split('"').next());
    let new =
        shown.filter(|value| value.len() == old.len()).find(|value| *value != old).context("a new key")?;
    let by_new = session(&publish(&encoder, room, Some(new)).send().await?)?;
    assert!(is_open(&by_new, &encoder).await?);
    let studio = room.studio(&host).await?;
    assert!(studio.contains(new) && !studio.contains(old));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_stops_publishing() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.scheduled(), server.person("host"));
    let elsewhere = server.anybody();
    elsewhere.sign_in("maya@demo.example").await?;
    let (stolen, own) = (session(&publish(&elsewhere, room, None).send().await?)?, server.live());
    assert!(is_open(&stolen, &elsewhere).await?);
    assert_eq!(elsewhere.post("/sign-out", &[]).await?.status, 303);
    assert!(!is_open(&stolen, &elsewhere).await?, "publishing ended with the revoked sign-in");
    assert_eq!(publish(&elsewhere, room, None).send().await?.status(), 401);
    let mine = session(&publish(&host, room, None).send().await?)?;
    assert!(is_open(&mine, &host).await?, "the host's other session continues");
    assert_eq!(server.app.engine.stream(own.0).get().await?.state, domain::live::stream::StreamState::Live);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_can_take_over_publishing() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.scheduled(), server.person("host"));
    let key = server.doors["scheduled"]["whip_key"].as_str().context("a key")?;
    server.media.play_test_card(server.room(room).await?).await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let take = |who: &Browser, key: Option<&str>| {
        let request = who.request(Method::POST, &room.path("whip?takeover=true"));
        let request =
            request.header(header::CONTENT_TYPE, "application/sdp").body(offer("sendonly", &["VP8"]));
        match key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    };
    assert_eq!(publish(&host, room, None).send().await?.status(), 409);
    assert_eq!(take(&server.anybody(), Some(key)).send().await?.status(), 409, "a key is not the host");
    assert_eq!(take(&server.person("viewer"), None).send().await?.status(), 403);
    assert_eq!(take(&host, None).send().await?.status(), 201);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_studio_alone_is_told_which_layers_to_pause() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(1).await?);
    let mut studio = Feed::open(&host, &room.path("events?page=studio&since=0"), None).await?;
    let mut page = room.follow(&fans[0].browser, 0).await?;
    let feed = server.app.engine.feed(server.room(room).await?);
    let session = MediaSessionId::new();
    feed.moment(Moment::PausedLayers(session, LayerSet::from_iter([2])));
    let told = studio.all_until("paused-layers").await?;
    let told = told.last().context("an event")?.data.as_str();
    assert!(told.contains(&format!("data-session=\"{session}\" data-layers=\"2\"")), "{told}");
    assert_eq!(room.say(&fans[0].browser, "hello").await?.status, 303);
    let heard = page.all_until("hello").await?;
    assert!(heard.iter().all(|event| !event.data.contains("paused-layers")), "{heard:?}");

    let mut later = Feed::open(&host, &room.path("events?page=studio&since=0"), None).await?;
    later.all_until(&format!("data-session=\"{session}\"")).await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_publishes_may_offer_to_pause_layers() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.scheduled(), server.person("host"));
    for (wish, status) in [("pauses=true", 201), ("pauses=true&takeover=true", 201), ("pauses=2", 422)] {
        let request = host.request(Method::POST, &room.path(&format!("whip?{wish}")));
        let request =
            request.header(header::CONTENT_TYPE, "application/sdp").body(offer("sendonly", &["VP8"]));
        assert_eq!(request.send().await?.status(), status, "{wish}");
    }
    server.close().await
}
