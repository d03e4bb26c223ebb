//! The end of a space: what it closes, what it leaves as it is, and how it is taken back.

use crate::support::{Database, TestServer, eventually, on_both, shop::Order};
use anyhow::Result;
use domain::{live::stream::StreamState, money::checkout::Payment};
use reqwest::header;
use std::time::Duration;
use tokio::time::timeout;

on_both!(a_closed_space_sells_and_shows_nothing_and_leaves_the_books_alone);

const SOON: Duration = Duration::from_secs(5);
const DAY: i64 = 86_400;

async fn a_closed_space_sells_and_shows_nothing_and_leaves_the_books_alone(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, anybody, room) = (server.person("host"), server.anybody(), server.live());
    let base = format!("/account/spaces/{}", server.space("maya").await?);
    let paid = Order::paid(server.person("stranger"), &server).await?;
    let ann = server.anybody();
    ann.sign_in("ann@example.org").await?;
    let open = Order::open(ann).await?;
    let holder = server.account("sam@demo.example").await?;
    let before = server.app.store.purchases().of_account(holder).await?;
    let mut feed = room.follow(&paid.buyer, 0).await?;
    let page = host.get(&format!("{base}/closing")).await?.text;
    assert!(page.contains("2 people hold a pass") && page.contains("1 show is on air"), "{page}");

    // Its name has to be written.
    let refused = host.post(&format!("{base}/closing"), &[("name", "Maya <b>")]).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Maya &lt;b&gt;") && refused.text.contains("Write the name of the space"));
    assert_eq!(anybody.get("/maya").await?.status, 200);
    let closed = host.submit(&format!("{base}/closing"), &[("name", " Maya  Lin ")]).await?.text;
    assert!(closed.contains("The space is closed.") && closed.contains("Reopen the space"), "{closed}");
    assert!(timeout(SOON, feed.end()).await??.contains("closed"), "who is inside has to leave");
    for path in ["/maya", "/maya/front-row", "/maya/friday-session", "/maya/calendar.ics"] {
        for who in [&anybody, &paid.buyer] {
            let gone = who.get(path).await?;
            assert_eq!(gone.status, 410, "{path}");
            assert!(gone.text.contains("Maya Lin has closed"), "{path}: {}", gone.text);
        }
    }
    assert_eq!(host.get("/maya").await?.status, 200, "its team still sees it");
    assert!(!anybody.get("/explore").await?.text.contains("href=\"/maya\""));
    assert_eq!(room.say(&paid.buyer, "hello?").await?.status, 404);
    assert_eq!(server.person("viewer").post("/maya/lobby/purchase", &[]).await?.status, 410);
    let publish = host.submit(&format!("{base}/publication"), &[]).await?.text;
    assert!(publish.contains("this space is closed"), "{publish}");

    // What is on air ends, the open order ends, and whoever holds a pass is told once.
    let ended = async || {
        let state = server.app.store.streams().by_id(room.0).await?.state;
        anyhow::Ok((state == StreamState::Ended).then_some(()))
    };
    eventually("the show goes on", ended).await?;
    assert!(open.page().await?.contains("This space is closed at the moment."));
    let mail = server.mailed("sam@demo.example", "Maya Lin has closed", 1).await?.remove(0);
    assert!(
        mail.contains("You keep the pass and its receipts") && mail.contains("/account/purchases"),
        "{mail}"
    );
    server.mailed("vera@demo.example", "Maya Lin has closed", 1).await?;
    server.rest().await?;
    assert_eq!(server.mails("ann@example.org", "has closed").await?, 0, "she only ordered");
    assert_eq!(server.app.store.purchases().of_account(holder).await?, before);
    assert_eq!(paid.row(&server).await?.state, Payment::Paid);
    assert!(paid.buyer.get("/account/purchases").await?.text.contains("Front Row"));
    assert_eq!(host.post(&format!("{base}/closing"), &[("name", "Maya Lin")]).await?.status, 409);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn its_owner_alone_closes_it_and_reopens_it_within_thirty_days() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, fan) = (server.person("host"), server.fans(1).await?.remove(0).browser);
    let base = format!("/account/spaces/{}", server.space("maya").await?);
    let close =
        async || anyhow::Ok(host.post(&format!("{base}/closing"), &[("name", "Maya Lin")]).await?.status);
    let reopen = async || anyhow::Ok(host.post(&format!("{base}/reopening"), &[]).await?.status);
    assert_eq!(reopen().await?, 409, "it is not closed");
    assert_eq!(close().await?, 303);
    server.advance(29 * DAY).await?;
    assert_eq!(reopen().await?, 303);
    assert_eq!(server.anybody().get("/maya").await?.status, 404, "it is not published by that");
    assert_eq!(host.post(&format!("{base}/publication"), &[]).await?.status, 303);
    assert_eq!(server.anybody().get("/maya").await?.status, 200);
    assert_eq!(server.scheduled().say(&fan, "back again").await?.status, 303, "the pass opens it again");
    assert_eq!(close().await?, 303);
    server.advance(30 * DAY).await?;
    host.sign_in("maya@demo.example").await?;
    assert_eq!(reopen().await?, 409, "too late");
    assert!(host.get(&base).await?.text.contains("can no longer be reopened"));
    let gone = server.anybody().get("/maya").await?;
    assert_eq!((gone.status.as_u16(), gone.headers.contains_key(header::LOCATION)), (410, false));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_that_nobody_ever_saw_is_closed_without_a_word() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.anybody();
    ann.sign_in("ann@example.org").await?;
    let account = server.account("ann@example.org").await?;
    let (space, _) = server.app.store.spaces().of_account(account).await?.remove(0);
    let closed = ann.post(&format!("/account/spaces/{}/closing", space.id), &[("name", &space.name)]).await?;
    assert_eq!(closed.status, 303);
    assert_eq!(server.anybody().get(&format!("/{}", space.slug)).await?.status, 404);
    server.close().await
}

/// A closed space stands in nobody's way.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_closed_a_space_makes_another_one() -> Result<()> {
    let server = TestServer::open().await?;
    let host = server.person("host");
    let space = server.space("maya").await?;
    assert_eq!(host.post("/account/spaces", &[]).await?.status, 409, "one that is open is enough");
    assert!(!host.get("/account").await?.text.contains("Make a new space"));
    let closing = format!("/account/spaces/{space}/closing");
    assert_eq!(host.post(&closing, &[("name", "Maya Lin")]).await?.status, 303);
    assert!(host.get("/account").await?.text.contains("Make a new space"));
    let made = host.submit("/account/spaces", &[]).await?;
    assert!(made.status == 200 && made.text.contains("This is your new space."), "{}", made.text);
    assert_eq!(server.anybody().get("/maya-2").await?.status, 404, "it is not published");
    assert_eq!(host.get("/maya-2").await?.status, 200);
    assert_eq!(server.anybody().get("/maya").await?.status, 410, "the closed one stays closed");
    assert_eq!(host.post("/account/spaces", &[]).await?.status, 409, "and one again is enough");
    assert_eq!(server.person("stranger").get("/maya-2").await?.status, 404, "nobody else's");
    server.close().await
}
