//! The connection check: what it answers, how often, and that it costs nobody else anything.

use super::media_doors::{is_open, offer, play, publish, session};
use crate::support::{Browser, TestServer};
use anyhow::{Context, Result, ensure};
use domain::{clock::Clock as _, live::passes::PASS_LASTS};
use gateways::RelayConfig;
use reqwest::{Method, Response, header};

async fn attempt(who: &Browser, by: &str) -> Result<Response> {
    let request = who.request(Method::POST, &format!("/help/connection?by={by}"));
    let request = request.header(header::CONTENT_TYPE, "application/sdp").body(offer("recvonly", &["VP8"]));
    Ok(request.send().await?)
}

/// The candidates of an answer: transport and port.
fn candidates(sdp: &str) -> Vec<(String, String)> {
    let lines = sdp.lines().filter_map(|line| line.strip_prefix("a=candidate:"));
    let fields = lines.map(|line| line.split(' ').map(str::to_lowercase).collect::<Vec<_>>());
    fields.map(|fields| (fields[2].clone(), fields[5].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_is_tried_apart_at_the_port_that_the_page_names() -> Result<()> {
    let server = TestServer::open().await?;
    let visitor = server.anybody();
    let page = visitor.get("/help/connection").await?.text;
    for by in ["udp", "tcp"] {
        let answer = attempt(&visitor, by).await?;
        ensure!(answer.status() == 200 && !answer.headers().contains_key(header::LOCATION), "{answer:?}");
        let candidates = candidates(&answer.text().await?);
        ensure!(!candidates.is_empty() && candidates.iter().all(|(way, _)| way == by), "{candidates:?}");
        let port = &candidates[0].1;
        ensure!(page.contains(&format!("port {port}")), "{port} is not named");
    }
    for by in ["pigeon", ""] {
        let refused = attempt(&visitor, by).await?.status().as_u16();
        ensure!((400..=422).contains(&refused), "{by}: {refused}");
    }
    let show = server.doors["watch"].as_str().context("a show")?;
    let watching = server.fans(1).await?.remove(0).browser.get(show).await?.text;
    ensure!(watching.contains("href=\"/help/connection\""), "the player leads to it");
    ensure!(visitor.get("/help").await?.text.contains("href=\"/help/connection\""), "and so does the help");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_and_an_address_may_check_so_often_and_viewers_go_on() -> Result<()> {
    let server = TestServer::open().await?;
    let fans = server.fans(3).await?;
    let (greedy, neighbour, viewer) = (&fans[0].browser, &fans[1].browser, &fans[2].browser);
    let watching = session(&play(viewer, server.live()).send().await?)?;
    let mut taken = 0;
    let refused = loop {
        let answer = attempt(greedy, "tcp").await?;
        if answer.status() != 200 {
            break answer;
        }
        taken += 1;
        ensure!(taken < 40, "there is no limit");
    };
    ensure!(refused.status() == 429, "{refused:?}");
    refused.headers().get(header::RETRY_AFTER).context("when to come again")?;
    ensure!((12..20).contains(&taken), "{taken} attempts of one account");
    ensure!(attempt(neighbour, "udp").await?.status() == 200, "the limit is per account");
    let mut of_visitors = 0;
    while attempt(&server.anybody(), "udp").await?.status() == 200 {
        of_visitors += 1;
        ensure!(of_visitors < 200, "an address has no limit");
    }
    ensure!(of_visitors + taken + 1 >= 60, "{of_visitors} attempts of the address");
    let mut refused = false;
    for _ in 0..3 {
        refused |= attempt(neighbour, "udp").await?.status() == 429;
    }
    ensure!(refused, "it counts whoever it is");
    ensure!(is_open(&watching, viewer).await?, "who watches is not affected");
    ensure!(play(neighbour, server.live()).send().await?.status() == 201, "and who joins neither");
    server.close().await
}

const RELAYS: &str = "turn:127.0.0.1:3478?transport=udp,turns:relay.example:443";
const SHARED: &str = "north-wind-and-the-sun";

async fn with_relays() -> Result<TestServer> {
    TestServer::with_settings(|settings| {
        settings.relay.urls = Some(RELAYS.into());
        settings.relay.secret = Some(SHARED.into());
    })
    .await
}

/// The name and the password in the `Link` header of each relay.
fn passes(answer: &Response) -> Result<Vec<(String, String)>> {
    let links = answer.headers().get_all(header::LINK).into_iter();
    let quoted = |link: &str, name: &str| {
        let (_, rest) = link.split_once(&format!("; {name}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    links
        .map(|link| {
            let link = link.to_str()?;
            ensure!(link.contains("; rel=\"ice-server\"; ") && link.starts_with("<turn"), "{link}");
            let (name, password) = (quoted(link, "username"), quoted(link, "credential"));
            Ok((name.context("a name")?, password.context("a password")?))
        })
        .collect()
}

/// The moment at which it is void, in seconds, and whom it names.
fn pass(answer: &Response) -> Result<(i64, String)> {
    let found = passes(answer)?;
    ensure!(found.len() == 2 && found[0] == found[1], "one pass for both relays: {found:?}");
    let (name, password) = &found[0];
    let (until, whom) = name.split_once(':').context("a moment and a name")?;
    let until: i64 = until.parse()?;
    let made = domain::time::Millis(until * 1000 - PASS_LASTS.0);
    let expected = RelayConfig::parse(RELAYS, SHARED)?.pass(whom, made);
    ensure!(expected.username == *name && expected.password.expose() == password, "{found:?}");
    Ok((until, whom.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn relays_are_told_to_whoever_was_let_in_for_some_minutes() -> Result<()> {
    let server = with_relays().await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(2).await?);
    let [ann, ben] = fans.as_slice() else { panic!("two fans") };
    let soon = (server.app.clock.now() + PASS_LASTS).0 / 1000;
    let answer = play(&ann.browser, room).send().await?;
    ensure!(answer.status() == 201 && answer.headers()[header::CACHE_CONTROL] == "no-store", "{answer:?}");
    let (until, of_ann) = pass(&answer)?;
    ensure!((soon..soon + 30).contains(&until), "{until} is not ten minutes from now, {soon}");
    ensure!(!of_ann.contains(&ann.account.to_string()) && !of_ann.contains('@'), "{of_ann}");
    ensure!(pass(&play(&ann.browser, room).send().await?)?.1 == of_ann, "an account has one name");
    let (_, of_ben) = pass(&play(&ben.browser, room).send().await?)?;
    let planned = server.scheduled();
    let key = server.doors["scheduled"]["whip_key"].as_str().context("a key")?;
    let by_key =
        publish(&server.anybody(), planned, Some(key)).header(header::ORIGIN, "https://studio.example");
    let by_key = by_key.send().await?;
    ensure!(by_key.headers()[header::ACCESS_CONTROL_EXPOSE_HEADERS].to_str()?.contains("Link"));
    let (_, of_key) = pass(&by_key)?;
    ensure!(of_ann != of_ben && of_ben != of_key && of_key != of_ann);
    let takeover = host.request(Method::POST, &planned.path("whip?takeover=true"));
    let takeover = takeover.header(header::CONTENT_TYPE, "application/sdp").body(offer("sendonly", &["VP8"]));
    let (_, of_host) = pass(&takeover.send().await?)?;
    ensure!(of_host != of_key);

    server.advance(3600).await?;
    let later = pass(&play(&ben.browser, room).send().await?)?;
    ensure!(later.0 >= until + 3600 && later.1 == of_ben, "each answer has a fresh one: {later:?}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_told_how_to_use_a_relay() -> Result<()> {
    let server = with_relays().await?;
    let (room, fan) = (server.live(), server.fans(1).await?.remove(0).browser);
    let (stranger, visitor) = (server.person("stranger"), server.anybody());
    let malformed =
        fan.request(Method::POST, &room.path("whep")).header(header::CONTENT_TYPE, "application/sdp");
    for (what, request, status) in [
        ("a stranger watches", play(&stranger, room), 402),
        ("a visitor watches", play(&visitor, room), 401),
        ("a viewer publishes", publish(&fan, room, None), 403),
        ("somebody guesses the key", publish(&visitor, room, Some("0123456789abcdef")), 401),
        ("no offer", malformed.body("v=0"), 400),
        ("a preflight", visitor.request(Method::OPTIONS, &room.path("whep")), 204),
    ] {
        let answer = request.send().await?;
        ensure!(answer.status() == status, "{what}: {answer:?}");
        ensure!(passes(&answer)?.is_empty(), "{what}: {answer:?}");
    }
    let watching = fan.get(server.doors["watch"].as_str().context("a show")?).await?.text;
    let checking = fan.get("/help/connection").await?.text;
    for page in [&watching, &checking] {
        ensure!(!page.contains(SHARED) && !page.contains("credential"));
    }
    ensure!(checking.contains("data-way=\"relay\"") && checking.contains("relay.example, port 443, by TLS"));
    for (who, status) in [(&visitor, 401), (&stranger, 402), (&fan, 200), (&server.person("host"), 200)] {
        let answer = attempt(who, "relay").await?;
        ensure!(answer.status() == status, "{answer:?}");
        ensure!(passes(&answer)?.len() == if status == 200 { 2 } else { 0 }, "{answer:?}");
        let direct = attempt(who, "udp").await?;
        ensure!(direct.status() == 200 && passes(&direct)?.is_empty(), "{direct:?}");
    }
    for who in [&visitor, &stranger] {
        let page = who.get("/help/connection").await?.text;
        ensure!(!page.contains("data-way=\"relay\"") && page.contains("There is also a relay"), "{page}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_relays_there_is_nothing_to_tell() -> Result<()> {
    let server = TestServer::open().await?;
    let fan = server.fans(1).await?.remove(0).browser;
    let answer = play(&fan, server.live()).send().await?;
    ensure!(answer.status() == 201 && passes(&answer)?.is_empty(), "{answer:?}");
    ensure!(attempt(&fan, "relay").await?.status() == 404);
    let page = fan.get("/help/connection").await?.text;
    ensure!(!page.contains("data-way=\"relay\"") && !page.contains("There is also a relay"), "{page}");
    server.close().await
}
