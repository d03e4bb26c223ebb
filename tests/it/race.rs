//! Concurrent requests: buyers who click more than once, one line sent many times, a whole audience that posts while
//! the host moderates. Each gets the result that sequential requests would have given.

use crate::support::{Browser, Database, TestServer, on_both, shop::Order};
use anyhow::Result;
use domain::{chat::journal::JournalStore, clock::Clock};
use futures_util::future::try_join_all;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

on_both!(
    buyers_at_the_same_moment_get_one_order_and_one_grant_each,
    a_free_pass_that_is_taken_twenty_times_at_once_is_one_grant,
    a_line_that_is_sent_twenty_times_at_once_is_one_line,
    an_audience_that_posts_at_once_is_numbered_without_gaps_in_every_room,
);

/// A new person who is signed in and holds nothing.
async fn newcomer(server: &TestServer, email: &str) -> Result<Browser> {
    let (store, now) = (&server.app.store, server.app.clock.now());
    let (account, _) = store.accounts().find_or_create(email, now).await?;
    let session = store.sessions().create(account.id, "a browser", now).await?;
    Ok(server.anybody().beside(&format!("{}={}", server.app.cookie_name(), session.token)))
}

async fn buyers_at_the_same_moment_get_one_order_and_one_grant_each(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let emails: Vec<String> = (0..8).map(|n| format!("buyer{n}@example.org")).collect();
    let buyers = try_join_all(emails.iter().map(|email| newcomer(&server, email))).await?;
    let clicks = buyers.iter().flat_map(|buyer| std::iter::repeat_n(buyer, 4));
    let answers = try_join_all(clicks.map(|buyer| buyer.post("/maya/front-row/purchase", &[]))).await?;
    let paths: BTreeSet<&str> = answers.iter().map(|answer| answer.location()).collect();
    assert_eq!(paths.len(), buyers.len(), "one order each: {paths:?}");
    let orders = answers.chunks(4).zip(&buyers).map(|(answers, buyer)| Order::at(buyer.clone(), &answers[0]));
    let orders = orders.collect::<Result<Vec<Order>>>()?;

    let asks = orders.iter().flat_map(|order| [order.pay_page(), order.pay_page()]);
    let pages = try_join_all(asks).await?;
    let presses = orders.iter().zip(pages.chunks(2)).map(|(order, pages)| {
        assert_eq!(pages[0], pages[1], "one pay page each");
        order.press(&pages[0], "pay")
    });
    try_join_all(presses).await?;
    server.rest().await?;
    for (order, email) in orders.iter().zip(&emails) {
        let account = order.row(&server).await?.account;
        let purchases = server.app.store.purchases().of_account(account).await?;
        let grants = server.app.store.grants().of_account(account).await?;
        let receipts = server.mails(email, "Your pass").await?;
        assert_eq!((purchases.len(), grants.len(), receipts), (1, 1, 1), "{email}");
        assert_eq!(purchases[0].refund_reason, None);
        assert_eq!(server.live().say(&order.buyer, "I am in").await?.status, 303);
    }
    let charges = server.stand_in_knows().await?["charges"].as_array().map(Vec::len);
    assert_eq!(charges, Some(buyers.len()), "charged once each");
    server.close().await
}

async fn a_free_pass_that_is_taken_twenty_times_at_once_is_one_grant(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    let taken = try_join_all((0..20).map(|_| sam.post("/maya/lobby/purchase", &[]))).await?;
    assert!(taken.iter().all(|answer| answer.status == 303));
    let account = server.account("sam@demo.example").await?;
    assert_eq!(server.app.store.grants().of_account(account).await?.len(), 1);
    assert_eq!(server.scheduled().say(&sam, "I am in").await?.status, 303);
    server.close().await
}

async fn a_line_that_is_sent_twenty_times_at_once_is_one_line(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(4).await?);
    let mut page = room.follow(&fans[0].browser, 0).await?;
    let clients: Vec<Uuid> = fans.iter().map(|_| Uuid::new_v4()).collect();
    let sends = (0..20).flat_map(|_| fans.iter().zip(&clients).enumerate());
    let answers = try_join_all(sends.map(|(at, (fan, client))| async move {
        let body = format!("from {at}");
        anyhow::Ok(room.say_as(&fan.browser, *client, &body).await?.status.as_u16())
    }))
    .await?;
    assert_eq!(answers, [303; 80], "every repetition is answered with success");
    let heard = page.lines(fans.len()).await?;
    assert_eq!(room.say(&fans[0].browser, "the end").await?.status, 303);
    assert_eq!(page.lines(1).await?, [(5, "the end".into())], "nothing came twice");
    let said: BTreeSet<&str> = heard.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(said.len(), fans.len());
    server.close().await
}

async fn an_audience_that_posts_at_once_is_numbered_without_gaps_in_every_room(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (rooms, host) = ([server.live(), server.scheduled()], server.person("host"));
    let (speakers, banned) = (server.fans(24).await?, server.fans(3).await?);
    let mut pages = Vec::new();
    for room in rooms {
        pages.push(room.follow(&host, 0).await?);
    }
    let all = rooms.iter().flat_map(|room| speakers.iter().enumerate().map(move |(at, fan)| (room, at, fan)));
    let posts = try_join_all(all.map(|(room, at, fan)| async move {
        for n in 0..4 {
            assert_eq!(room.say(&fan.browser, &format!("{at}/{n}")).await?.status, 303);
        }
        anyhow::Ok(())
    }));
    // Each ban makes the other room reload its bans while it works.
    let moderation = async {
        for (fan, room) in banned.iter().zip([rooms[0], rooms[1], rooms[0]]) {
            assert_eq!(room.keep_out(&host, fan.account, "ban", "").await?.status, 303);
        }
        anyhow::Ok(())
    };
    tokio::try_join!(posts, moderation)?;
    for (room, page) in rooms.into_iter().zip(&mut pages) {
        let stored = server.app.store.since(server.room(room).await?, 0, 1000).await?;
        assert!(stored.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "no gap");
        let lines: BTreeMap<u64, String> =
            stored.iter().filter_map(|e| Some((e.seq, e.line()?.body.clone()))).collect();
        assert_eq!(lines.len(), speakers.len() * 4);
        assert_eq!(page.lines(lines.len()).await?, lines.clone().into_iter().collect::<Vec<_>>());
        for at in 0..speakers.len() {
            let own: Vec<&String> = lines.values().filter(|w| w.starts_with(&format!("{at}/"))).collect();
            let want: Vec<String> = (0..4).map(|n| format!("{at}/{n}")).collect();
            assert_eq!(own, want.iter().collect::<Vec<_>>(), "each person's own order");
        }
        for fan in &banned {
            assert_eq!(room.say(&fan.browser, "me too").await?.status, 403);
        }
    }
    server.close().await
}
