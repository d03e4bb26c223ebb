//! The database becomes unreachable under a running service and comes back: what was not stored is refused and shown to
//! nobody, what was answered with success stays, and nobody has to restart anything.

use crate::support::{Browser, Database, Feed, Room, TestServer, proxy::Proxy, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::chat::journal::JournalStore;
use futures_util::future::try_join_all;
use std::{
    collections::BTreeSet,
    path::Path,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// Time within which an endpoint that needs the database must answer.
const SAID: Duration = Duration::from_secs(8);
/// Time within which the service is ready again after the database is back.
const BACK: Duration = Duration::from_secs(10);

/// A server whose PostgreSQL connection can be cut.
async fn open() -> Result<(TestServer, Proxy)> {
    let url = Database::postgres().await?.url(Path::new(""));
    let proxy = Proxy::before(&url).await?;
    let server = TestServer::open_on(Database::Postgres(proxy.instead_of(&url)?)).await?;
    Ok((server, proxy))
}

async fn ready(server: &TestServer) -> Result<()> {
    let begun = Instant::now();
    while server.anybody().get("/readyz").await?.status != 200 {
        ensure!(begun.elapsed() < BACK, "not ready {BACK:?} after the database came back");
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn refused(room: Room, who: &Browser, client: Uuid, words: &str) -> Result<()> {
    let reply = timeout(SAID, room.say_as(who, client, words)).await.context("no answer")??;
    assert_eq!(reply.status, 503, "{words}: {}", reply.text);
    assert!(reply.headers.contains_key("retry-after"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a PostgreSQL: tests/postgres cargo test -p it -- --include-ignored"]
async fn without_its_database_the_service_lives_refuses_and_recovers() -> Result<()> {
    let (server, mut proxy) = open().await?;
    let (room, fans, operator) = (server.live(), server.fans(10).await?, server.person("operator"));
    let (reader, speakers) = fans.split_first().context("fans")?;
    let mut page = room.follow(&reader.browser, 0).await?;
    for fan in &fans {
        assert_eq!(room.say(&fan.browser, "before").await?.status, 303);
    }
    assert_eq!(page.lines(10).await?.len(), 10);
    let order = Order::open(server.person("stranger")).await?;

    proxy.cut().await;
    let clients: Vec<Uuid> = speakers.iter().map(|_| Uuid::new_v4()).collect();
    for round in 0..2 {
        assert_eq!(server.anybody().get("/healthz").await?.status, 200);
        let ready = timeout(SAID, server.anybody().get("/readyz")).await.context("no answer")??;
        assert_eq!(ready.status, 503);
        assert!(ready.headers.contains_key("retry-after"));
        let said = speakers.iter().zip(&clients);
        try_join_all(said.map(|(fan, client)| refused(room, &fan.browser, *client, "lost?"))).await?;
        let elsewhere = timeout(SAID, server.anybody().get("/maya")).await.context("no answer")??;
        assert_eq!(elsewhere.status, 503, "round {round}");
    }

    proxy.mend().await?;
    ready(&server).await?;
    // A refused line is on no page until it is sent again, and then once.
    let said = speakers.iter().zip(&clients);
    try_join_all(said.map(|(fan, client)| async {
        let reply = room.say_as(&fan.browser, *client, "said again").await?;
        ensure!(reply.status == 303, "{} {}", reply.status, reply.text);
        Ok(())
    }))
    .await?;
    let heard = page.lines(9).await?;
    assert_eq!(heard, (11..20).map(|seq| (seq, "said again".to_string())).collect::<Vec<_>>());
    assert_eq!(server.app.store.since(server.room(room).await?, 0, 100).await?.len(), 19);
    // Jobs run again, too, and none was parked.
    let mut waiting = order.follow().await?;
    order.press(&order.pay_page().await?, "pay").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    let tree = operator.get("/ops/tree.json").await?.json();
    let all = crate::support::chaos::walk(&tree);
    assert!(all.iter().all(|node| node["status"] == "running"), "{tree}");
    server.close().await
}

/// Posts a line under one client id until it is accepted.
async fn insist(room: Room, who: &Browser, line: &str) -> Result<()> {
    let (client, begun) = (Uuid::new_v4(), Instant::now());
    loop {
        let reply = room.say_as(who, client, line).await?;
        match reply.status.as_u16() {
            303 => return Ok(()),
            503 if begun.elapsed() < Duration::from_secs(30) => sleep(Duration::from_millis(20)).await,
            other => anyhow::bail!("{line}: {other} {}", reply.text),
        }
    }
}

/// After a connection breaks while lines are stored, nobody knows whether they were: the room must find out. The lines of
/// sixteen people are stored by one statement, which is its own transaction.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a PostgreSQL: tests/postgres cargo test -p it -- --include-ignored"]
async fn a_connection_lost_while_lines_are_stored_loses_and_repeats_nothing() -> Result<()> {
    const ROUNDS: usize = 5;
    const INSISTED: &str = "insisted";
    let (server, mut proxy) = open().await?;
    let (room, fans) = (server.live(), server.fans(17).await?);
    let (reader, speakers) = fans.split_first().context("fans")?;
    let mut page: Feed = room.follow(&reader.browser, 0).await?;
    // They talk until the last round, because each needs a line that is being stored.
    let over = AtomicBool::new(false);
    let talk = try_join_all(speakers.iter().enumerate().map(|(at, fan)| {
        let over = &over;
        async move {
            let mut said = 0;
            while !over.load(Relaxed) {
                insist(room, &fan.browser, &format!("{INSISTED} {at}/{said}")).await?;
                said += 1;
                sleep(Duration::from_millis(300)).await;
            }
            anyhow::Ok(said)
        }
    }));
    let trouble = async {
        for _ in 0..ROUNDS {
            proxy.lose_answer(INSISTED);
            let lost = async {
                while proxy.is_to_lose() {
                    sleep(Duration::from_millis(5)).await;
                }
            };
            timeout(BACK, lost).await.context("nobody stored anything")?;
            sleep(Duration::from_millis((Uuid::new_v4().as_u128() % 150) as u64)).await;
            proxy.cut().await;
            sleep(Duration::from_millis(30)).await;
            proxy.mend().await?;
            ready(&server).await?;
        }
        over.store(true, Relaxed);
        anyhow::Ok(())
    };
    let (said, ()) = tokio::try_join!(talk, trouble)?;
    let said: usize = said.into_iter().sum();
    let heard = page.lines(said).await?;
    let stored = server.app.store.since(server.room(room).await?, 0, said + 1).await?;
    assert!(stored.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "no gap");
    let stored: Vec<_> = stored.iter().filter_map(|e| Some((e.seq, e.line()?.body.clone()))).collect();
    assert_eq!(heard, stored, "an open page saw every line, once, in order");
    let once: BTreeSet<&str> = stored.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(once.len(), said);
    server.close().await
}
