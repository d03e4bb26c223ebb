//! A full stream: who waits, in which order people are admitted, who never waits, and that admitted people notice
//! nothing.

use crate::support::{Browser, Feed, Reply, TestServer, eventually, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{clock::Clock, live::queue::PATIENCE};
use reqwest::{Method, header};
use std::time::{Duration, Instant};

/// Time within which the next person is admitted after one leaves: the grace period of the seat, and a margin.
const SOON: Duration = Duration::from_secs(15);

/// People who hold the free pass.
async fn guests<const N: usize>(server: &TestServer) -> Result<[Browser; N]> {
    let pass = server.pass("lobby").await?;
    let holders = server.app.store.grants().make_holders(pass, N, server.app.clock.now()).await?;
    let (name, first) = (server.app.cookie_name(), server.anybody());
    let made: Vec<_> = holders.iter().map(|h| first.beside(&format!("{name}={}", h.token))).collect();
    made.try_into().ok().context("as many as were asked for")
}

fn watch(server: &TestServer) -> String {
    server.doors["scheduled"]["watch"].as_str().unwrap_or_default().to_string()
}

/// The page as this person sees it: 0 is the stage, otherwise the place in the queue.
async fn place(server: &TestServer, who: &Browser) -> Result<usize> {
    let page = who.get(&watch(server)).await?;
    if page.status == 200 {
        ensure!(page.text.contains("id=\"stage\""), "neither the stage nor the queue: {}", page.text);
        return Ok(0);
    }
    let again = retry_after(&page)?;
    ensure!((1..=10).contains(&again), "a page that asks again every {again} s");
    number(&page)
}

fn number(page: &Reply) -> Result<usize> {
    let (_, after) = page.text.split_once("<dt>Your place</dt><dd>").context("no place on the page")?;
    Ok(after.split_once('<').context("a number")?.0.parse()?)
}

/// The response refuses for now; returns its retry time in seconds.
fn retry_after(reply: &Reply) -> Result<u64> {
    ensure!(reply.status == 503, "{} {}", reply.status, reply.text);
    let after = reply.headers.get(header::RETRY_AFTER).context("no Retry-After")?;
    Ok(after.to_str()?.parse()?)
}

/// The answer of the feed to a person in the queue who bypasses the page.
async fn at_the_feed(server: &TestServer, who: &Browser) -> Result<Reply> {
    let path = server.scheduled().path("events?since=0");
    who.send(who.request(Method::GET, &path).header(header::ACCEPT, "text/event-stream")).await
}

/// Opens the page and its feed, as a browser does.
async fn come_in(server: &TestServer, who: &Browser) -> Result<Feed> {
    ensure!(place(server, who).await? == 0, "they have to wait");
    server.scheduled().follow(who, 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn newcomers_wait_in_order_and_admitted_people_miss_nothing() -> Result<()> {
    let server = TestServer::with_room(3).await?;
    let room = server.scheduled();
    let [ann, ben, cem, dora, ed] = guests(&server).await?;
    let (first, mut second, mut third) =
        (come_in(&server, &ann).await?, come_in(&server, &ben).await?, come_in(&server, &cem).await?);
    for (who, want) in [(&dora, 1), (&ed, 2), (&dora, 1), (&ed, 2)] {
        assert_eq!(place(&server, who).await?, want);
    }
    assert_eq!(place(&server, &ben).await?, 0, "a reload keeps the seat");
    assert_eq!(room.say(&ben, "one").await?.status, 303);

    // The queue cannot be bypassed: not by the feed, the fragment or the media.
    for who in [&ed, &dora] {
        assert_eq!(retry_after(&at_the_feed(&server, who).await?)?, 10);
        let fragment = who.get(&room.path("fragment")).await?;
        assert_eq!((retry_after(&fragment)?, &fragment.headers["hx-refresh"]), (10, &"true".parse()?));
    }
    // A feed that breaks and reconnects keeps its seat.
    drop(second);
    second = room.resume(&ben, 0, 1).await?;
    assert_eq!(room.say(&cem, "two").await?.status, 303);

    drop(first);
    let since = Instant::now();
    while place(&server, &dora).await? != 0 {
        ensure!(since.elapsed() < SOON, "the seat was not given on");
        let waiting = || server.app.engine.queue().waiting;
        let (before, seen, after) = (waiting(), place(&server, &ed).await?, waiting());
        assert!((after..=before).contains(&seen), "place {seen} of {before}, then of {after}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut fourth = room.follow(&dora, 0).await?;
    assert_eq!(place(&server, &ed).await?, 1);
    assert_eq!(
        retry_after(&at_the_feed(&server, &ann).await?)?,
        10,
        "a person whose seat was given away waits like others"
    );
    assert_eq!(place(&server, &ann).await?, 2);
    assert_eq!(room.say(&dora, "three").await?.status, 303);
    let lines = |from: u64| (from..=3).map(|n| (n, ["one", "two", "three"][n as usize - 1].to_string()));
    assert_eq!(second.lines(2).await?, lines(2).collect::<Vec<_>>(), "the reconnected feed missed nothing");
    assert_eq!(third.lines(3).await?, lines(1).collect::<Vec<_>>());
    assert_eq!(fourth.lines(3).await?, lines(1).collect::<Vec<_>>());
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn media_is_behind_the_queue_like_the_feed() -> Result<()> {
    let server = TestServer::with_room(1).await?;
    let (room, host) = (server.scheduled(), server.person("host"));
    server.media.play_test_card(server.room(room).await?).await?;
    let goes = async || {
        let moved = host.post(&room.path("state"), &[("state", "live")]).await?;
        anyhow::Ok((moved.status == 303).then_some(()))
    };
    eventually("it cannot go live", goes).await?;
    let [ann, ben] = guests(&server).await?;
    let _inside = come_in(&server, &ann).await?;
    let play = |who: Browser| async move {
        let offer = who.request(Method::POST, &room.path("whep"));
        who.send(offer.header(header::CONTENT_TYPE, "application/sdp").body("v=0\r\n")).await
    };
    assert_eq!(retry_after(&play(ben.clone()).await?)?, 10);
    assert_eq!(place(&server, &ben).await?, 1);
    assert_eq!(retry_after(&play(ben).await?)?, 10, "a place in the queue does not admit");
    assert_eq!(play(ann).await?.status, 400, "admitted; only the offer is refused");
    assert_eq!(play(host).await?.status, 400);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_never_wait_and_buyers_come_before_guests() -> Result<()> {
    let server = TestServer::with_room(3).await?;
    let room = server.scheduled();
    let [ann, ben, cem, dora, ed] = guests(&server).await?;
    let (first, _second, _third) =
        (come_in(&server, &ann).await?, come_in(&server, &ben).await?, come_in(&server, &cem).await?);
    assert_eq!([place(&server, &dora).await?, place(&server, &ed).await?], [1, 2]);
    let _host = come_in(&server, &server.person("host")).await?;
    let operator = server.person("operator");
    assert_eq!(operator.post("/maya/lobby/purchase", &[]).await?.status, 303);
    let _operator = come_in(&server, &operator).await?;

    // Two more than the stream has seats for; one of them takes the seat that is reserved for buyers.
    let mut fans = server.fans(2).await?.into_iter().map(|fan| fan.browser);
    let (fan, late) = (fans.next().context("a fan")?, fans.next().context("another")?);
    assert_eq!([place(&server, &fan).await?, place(&server, &late).await?], [1, 2]);
    assert_eq!([place(&server, &dora).await?, place(&server, &ed).await?], [3, 4]);

    // The shop is open to people in the queue: the pass, the order, the payment. After it they are in the buyers' lane.
    assert_eq!(server.anybody().get("/maya/front-row").await?.status, 200);
    let order = Order::open(ed.clone()).await?;
    assert_eq!(ed.get(&order.path).await?.status, 200);
    let mut told = order.follow().await?;
    let page = order.pay_page().await?;
    order.press(&page, "pay").await?;
    told.all_until("You are in").await?;
    server.rest().await?;
    assert_eq!(place(&server, &ed).await?, 3, "before guests");
    assert_eq!(place(&server, &dora).await?, 4);

    assert_eq!(server.app.engine.queue().inside, 5);
    drop(first);
    server.app.engine.eject(
        domain::access::eject::EjectTarget::Account(
            server.space("maya").await?,
            server.account("maya@demo.example").await?,
        ),
        domain::access::eject::EjectReason::SignedOut,
    );
    server.advance(6).await?;
    let waiting = [place(&server, &fan).await?, place(&server, &late).await?, place(&server, &ed).await?];
    assert_eq!(waiting, [0, 1, 2], "three inside, and the fan on the seat reserved for buyers");
    assert_eq!(place(&server, &dora).await?, 3);
    let _fan = room.follow(&fan, 0).await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_kept_by_polling() -> Result<()> {
    let server = TestServer::with_room(1).await?;
    let [ann, ben, cem] = guests(&server).await?;
    let inside = come_in(&server, &ann).await?;
    assert_eq!([place(&server, &ben).await?, place(&server, &cem).await?], [1, 2]);
    let ask = |who: Browser, shown: &'static str| {
        let path = server.scheduled().path(&format!("queue?shown={shown}"));
        async move { who.send(who.request(Method::GET, &path).header("hx-request", "true")).await }
    };
    assert_eq!(ask(cem.clone(), "2").await?.status, 204, "nothing has changed");
    let news = ask(cem.clone(), "3").await?;
    assert_eq!((news.status.as_u16(), number(&news)?), (200, 2));
    assert!(news.text.contains("not known yet"), "no estimate before anybody has left: {}", news.text);

    // Ben stops polling without leaving; Cem continues.
    for _ in 0..3 {
        server.advance(PATIENCE.0 / 2000).await?;
        ask(cem.clone(), "").await?;
    }
    assert_eq!(number(&ask(cem.clone(), "2").await?)?, 1);
    assert_eq!(place(&server, &ben).await?, 2, "at the end of the queue again");
    assert_eq!(server.anybody().get(&watch(&server)).await?.status, 200, "a visitor sees the pass");

    drop(inside);
    let called = eventually("nobody was called", async || {
        let answer = ask(cem.clone(), "1").await?;
        anyhow::Ok(Some(answer).filter(|answer| answer.headers.contains_key("hx-refresh")))
    })
    .await?;
    assert_eq!(called.status, 204);
    let plain = cem.get(&server.scheduled().path("queue")).await?;
    assert_eq!((plain.status.as_u16(), plain.location()), (303, watch(&server).as_str()));
    let _seated = come_in(&server, &cem).await?;

    let figures = server.person("operator").get("/metrics").await?.text;
    for name in ["inside", "waiting", "limit"] {
        assert!(figures.contains(&format!("\nbackstage_people_{name} ")), "{name}");
    }
    let counts = server.app.engine.queue();
    assert_eq!((counts.inside, counts.waiting, counts.limit), (1, 1, 1));
    server.close().await
}
