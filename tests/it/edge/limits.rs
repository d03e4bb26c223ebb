//! What one address or person may hold, and that others are not affected.

use crate::support::{Browser, TestServer, raw::Raw};
use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use reqwest::{Method, header};
use server::limits::LimitSettings;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// A health check that takes longer counts as failed.
const HEALTHY: Duration = Duration::from_millis(200);
/// The source address of the crowd.
const CROWD: &str = "127.0.0.9";

async fn server(limits: LimitSettings) -> Result<(TestServer, SocketAddr)> {
    let server = TestServer::with_settings(|settings| settings.limits = limits).await?;
    let address = server.url.strip_prefix("http://").context("an address")?.parse()?;
    Ok((server, address))
}

/// The best of three, because other processes run on this machine.
async fn health(source: &str, address: SocketAddr) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        let reply = Raw::connect_from(source, address).await?.get("/healthz").await?;
        ensure!(reply.status == 200, "{reply:?}");
        best = best.min(begun.elapsed());
    }
    Ok(best)
}

/// How often a limit was reached. All servers of this process count together: other stories may add to it at any time.
pub async fn reached(server: &TestServer, limit: &str, outcome: &str) -> Result<u64> {
    let figures = server.person("operator").get("/metrics").await?.text;
    let name = format!("backstage_limits_reached_total{{limit=\"{limit}\",outcome=\"{outcome}\"}}");
    let line = figures.lines().find_map(|line| line.strip_prefix(&name));
    Ok(line.and_then(|rest| rest.trim().parse().ok()).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_of_one_address_make_room_for_its_next() -> Result<()> {
    let (server, address) =
        server(LimitSettings { address_connections: 16, ..LimitSettings::default() }).await?;
    let before = reached(&server, "connections", "ended").await?;
    let refused = reached(&server, "connections", "refused").await?;
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for words in ["GET / HTTP/1.1\r\nhost:", preface, "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"] {
        let crowd = try_join_all((0..100).map(|_| async {
            let mut raw = Raw::connect_from(CROWD, address).await?;
            let _ = raw.send(words).await;
            anyhow::Ok(raw)
        }))
        .await?;
        // Connections that were told to end need a moment; during the burst the newest are refused.
        tokio::time::sleep(Duration::from_millis(300)).await;
        for source in [CROWD, "127.0.0.8"] {
            let took = health(source, address).await?;
            assert!(took <= HEALTHY, "{words:?} from {source}: {took:?}");
        }
        drop(crowd);
    }
    let ended = reached(&server, "connections", "ended").await? - before;
    let refused = reached(&server, "connections", "refused").await? - refused;
    assert!(ended > 0 && ended + refused >= 3 * (100 - 20), "{ended} ended, {refused} refused");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_connections_are_for_addresses_that_hold_few() -> Result<()> {
    let limits = LimitSettings { connections: Some(300), ..LimitSettings::default() };
    let (server, address) = server(limits).await?;
    let before = reached(&server, "connections", "refused").await?;
    // First connections whose heads never end, so none is busy; then connections that are busy with bodies that never
    // arrive.
    let head = "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 9\r\n\r\n";
    let mut crowd = Vec::new();
    for _ in 0..600 {
        let Ok(mut raw) = Raw::connect_from(CROWD, address).await else { continue };
        let _ = raw.send(head).await;
        crowd.push(raw);
    }
    for source in ["127.0.0.7", "127.0.0.8"] {
        let took = health(source, address).await?;
        assert!(took <= HEALTHY, "{source}: {took:?}");
        let page = Raw::connect_from(source, address).await?.get("/explore").await?;
        assert_eq!(page.status, 200);
    }
    assert!(reached(&server, "connections", "refused").await? > before);
    drop(crowd);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_follows_a_few_feeds_and_the_oldest_is_ended() -> Result<()> {
    let limits = LimitSettings { session_feeds: 4, ..LimitSettings::default() };
    let (server, _) = server(limits).await?;
    let room = server.live();
    let (viewer, host) = (server.person("viewer"), server.person("host"));
    let before = reached(&server, "session_feeds", "ended").await?;
    let mut others = room.follow(&host, 0).await?;
    let mut feeds = Vec::new();
    for _ in 0..30 {
        feeds.push(room.follow(&viewer, 0).await?);
    }
    for old in feeds.iter_mut().take(26) {
        let mut last = String::new();
        while let Some(event) = old.next().await? {
            last = event.name;
        }
        assert_eq!(last, "displaced", "it was ended with an event");
    }
    assert_eq!(room.say(&viewer, "still here").await?.status, 303);
    for feed in feeds.iter_mut().skip(26) {
        feed.all_until("still here").await?;
    }
    others.all_until("still here").await?;
    let fragment = viewer.get(&room.path("fragment")).await?;
    assert_eq!(fragment.status, 200, "a page without a feed can poll its fragment");
    assert!(reached(&server, "session_feeds", "ended").await? >= before + 26);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_follows_a_few_feeds_on_all_its_devices_and_the_oldest_is_ended() -> Result<()> {
    let (server, _) = server(LimitSettings { account_feeds: 3, ..LimitSettings::default() }).await?;
    let room = server.live();
    let (phone, laptop, host) = (server.person("viewer"), server.anybody(), server.person("host"));
    laptop.sign_in("vera@demo.example").await?;
    let before = reached(&server, "account_feeds", "ended").await?;
    let mut others = room.follow(&host, 0).await?;
    let mut feeds = Vec::new();
    for who in [&phone, &laptop, &laptop, &phone] {
        feeds.push(room.follow(who, 0).await?);
    }
    let mut last = String::new();
    while let Some(event) = feeds[0].next().await? {
        last = event.name;
    }
    assert_eq!(last, "displaced");
    assert_eq!(room.say(&host, "still here").await?.status, 303);
    for feed in feeds.iter_mut().skip(1).chain([&mut others]) {
        feed.all_until("still here").await?;
    }
    assert!(reached(&server, "account_feeds", "ended").await? > before);
    server.close().await
}

/// Opens a feed and closes it. Returns the status and, if it was refused, after how many seconds it may be opened.
async fn open_and_close(who: &Browser, path: &str) -> Result<(u16, i64)> {
    let request = who.request(Method::GET, path).header(header::ACCEPT, "text/event-stream");
    let response = request.header("last-event-id", "0").send().await?;
    let status = response.status().as_u16();
    let Some(wait) = response.headers().get(header::RETRY_AFTER) else { return Ok((status, 0)) };
    let wait = wait.to_str()?.parse()?;
    let words = response.text().await?;
    ensure!(words.contains("tries again in"), "{words}");
    Ok((status, wait))
}

/// Writes so many lines, more than a short replay has.
async fn write_lines(server: &TestServer, lines: usize) -> Result<()> {
    let (room, host) = (server.live(), server.person("host"));
    for line in 0..lines {
        if line % 15 == 0 {
            server.advance(20).await?;
        }
        assert_eq!(room.say(&host, &format!("line {line}")).await?.status, 303);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn short_replays_are_not_counted() -> Result<()> {
    let (server, _) = server(LimitSettings { account_openings: 1, ..LimitSettings::default() }).await?;
    write_lines(&server, 20).await?;
    let viewer = server.person("viewer");
    for _ in 0..5 {
        assert_eq!(open_and_close(&viewer, &server.live().path("events?since=0")).await?.0, 200);
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_are_opened_only_so_often_and_the_page_can_poll() -> Result<()> {
    let server = TestServer::behind_a_proxy(|settings| {
        settings.limits =
            LimitSettings { account_openings: 6, address_openings: 10, ..LimitSettings::default() };
    })
    .await?;
    let room = server.live();
    let path = room.path("events?since=0");
    write_lines(&server, 101).await?;
    let open = async |who: &str, address: &str, times: usize| {
        let (who, mut opened) = (server.person(who).at(address), 0);
        for _ in 0..times {
            match open_and_close(&who, &path).await? {
                (200, _) => opened += 1,
                (429, wait) => assert!((1..=60).contains(&wait), "{wait}"),
                (other, _) => panic!("{other}"),
            }
        }
        anyhow::Ok(opened)
    };
    let before = reached(&server, "account_openings", "refused").await?;
    let networks = reached(&server, "address_openings", "refused").await?;
    assert_eq!(open("viewer", "192.0.2.7", 20).await?, 6, "what one account has");
    assert_eq!(open("viewer", "192.0.2.8", 1).await?, 0, "in another network, too");
    assert_eq!(open("host", "192.0.2.7", 20).await?, 4, "what the network has left");
    assert_eq!(open("host", "192.0.2.8", 1).await?, 1, "others are not affected");
    assert!(reached(&server, "account_openings", "refused").await? >= before + 15);
    assert!(reached(&server, "address_openings", "refused").await? >= networks + 16);
    let fragment = server.person("viewer").get(&room.path("fragment")).await?;
    assert_eq!(fragment.status, 200, "the page goes on by its fragment");
    server.advance(10).await?;
    assert_eq!(open("viewer", "192.0.2.8", 9).await?, 1, "one is restored every ten seconds");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_feed_is_counted() -> Result<()> {
    let limits = LimitSettings { account_openings: 1, ..LimitSettings::default() };
    let (server, _) = server(limits).await?;
    let (tree, live) = (server.app.engine.tree(), server.live().0.to_string());
    let actor = tree.walk().into_iter().find(|node| node.of == live).context("the stream's actor")?.place();
    let order = server.person("stranger").post("/maya/front-row/purchase", &[]).await?;
    write_lines(&server, 101).await?;
    let paths = [
        ("stranger", format!("{}/events", order.location())),
        ("viewer", server.live().path("events?since=0")),
        ("operator", "/ops/events".into()),
        ("operator", format!("/ops/actors/{actor}/events")),
    ];
    for (who, path) in paths {
        let person = server.person(who);
        assert_eq!(open_and_close(&person, &path).await?.0, 200, "{path}");
        assert_eq!(open_and_close(&person, &path).await?.0, 429, "{path}");
        server.advance(60).await?;
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_bodies_are_limited_by_address() -> Result<()> {
    let limits = LimitSettings { address_uploads: 5, body_grace: 2, ..LimitSettings::default() };
    let (server, address) = server(limits).await?;
    let head = "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 900\r\n\r\n";
    let mut crowd = Vec::new();
    for _ in 0..5 {
        let mut raw = Raw::connect_from(CROWD, address).await?;
        raw.send(head).await?;
        crowd.push(raw);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let late = Duration::from_millis(1);
    let mut sixth = Raw::connect_from(CROWD, address).await?;
    let reply = sixth.exchange(head, &[b'x'; 900], late).await?;
    assert_eq!(reply.status, 429);
    assert!(reply.head.contains("retry-after"), "{}", reply.head);
    let mut other = Raw::connect(address).await?;
    assert_ne!(other.exchange(head, &[b'x'; 900], late).await?.status, 429, "another address is not refused");
    // Bodies that arrive too slowly are ended, which frees their places.
    for raw in &mut crowd {
        raw.closed().await?;
    }
    let mut again = Raw::connect_from(CROWD, address).await?;
    assert_ne!(again.exchange(head, &[b'x'; 900], late).await?.status, 429);
    server.close().await
}
