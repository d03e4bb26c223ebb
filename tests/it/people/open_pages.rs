//! Every page that follows something ends within two seconds of what ends its right: a sign-out elsewhere, a lost role.

use crate::support::{Database, Feed, TestServer, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::change::Change;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

const SOON: Duration = Duration::from_secs(2);

/// Whether the feed gets `event: end` before `until`.
async fn ends(feed: &mut Feed, until: Instant) -> Result<bool> {
    while let Ok(event) = timeout_at(until, feed.next()).await {
        match event? {
            Some(event) if event.name == "end" => return Ok(true),
            Some(_) => {}
            None => return Ok(false),
        }
    }
    Ok(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_ends_every_kind_of_open_page_of_that_session_alone() -> Result<()> {
    let server = TestServer::open().await?;
    let room = server.live();
    let (gone, stays) = (server.signed_in("olga@demo.example").await?, server.person("operator"));
    let actor = format!("/ops/actors/stream.{}/events", room.0);
    let order = Order::open(server.signed_in("ann@example.org").await?).await?;
    let next_order = Order::open(server.signed_in("ben@example.org").await?).await?;
    let fan = server.fans(1).await?.remove(0).browser;
    let viewer = server.person("viewer");
    let mut ending = [
        Feed::open(&gone, "/ops/events", None).await?,
        Feed::open(&gone, &actor, None).await?,
        order.follow().await?,
        room.follow(&fan, 0).await?,
        Feed::open(&fan, "/account/purchases/events", None).await?,
        Feed::open(&fan, "/live/events", None).await?,
    ];
    let mut staying = [
        Feed::open(&stays, "/ops/events", None).await?,
        Feed::open(&stays, &actor, None).await?,
        next_order.follow().await?,
        room.follow(&viewer, 0).await?,
        Feed::open(&viewer, "/account/purchases/events", None).await?,
        Feed::open(&server.anybody(), "/live/events", None).await?,
    ];
    for browser in [&gone, &order.buyer, &fan] {
        assert_eq!(browser.post("/sign-out", &[]).await?.status, 303);
    }
    let until = Instant::now() + SOON;
    for (kind, page) in ending.iter_mut().enumerate() {
        assert!(ends(page, until).await?, "page {kind} has not ended");
    }
    for (kind, page) in staying.iter_mut().enumerate() {
        assert!(!ends(page, until).await?, "page {kind} of somebody else has ended");
    }
    server.close().await
}

/// One press signs out all other browsers of a person, whatever they have open.
#[tokio::test(flavor = "multi_thread")]
async fn signing_out_everywhere_else_ends_every_kind_of_open_page() -> Result<()> {
    let server = TestServer::open().await?;
    let room = server.live();
    let (here, there) = (server.person("operator"), server.signed_in("olga@demo.example").await?);
    let actor = format!("/ops/actors/stream.{}/events", room.0);
    assert_eq!(there.post("/maya/lobby/purchase", &[]).await?.status, 303);
    let order = Order::open(there.clone()).await?;
    let scheduled = server.scheduled();
    let mut ending = [
        Feed::open(&there, "/ops/events", None).await?,
        Feed::open(&there, &actor, None).await?,
        order.follow().await?,
        scheduled.follow(&there, 0).await?,
    ];
    let mut staying = [Feed::open(&here, "/ops/events", None).await?, scheduled.follow(&here, 0).await?];
    assert_eq!(here.post("/account/sessions/revocation", &[]).await?.status, 303);
    let until = Instant::now() + SOON;
    for (kind, page) in ending.iter_mut().enumerate() {
        assert!(ends(page, until).await?, "page {kind} has not ended");
    }
    for (kind, page) in staying.iter_mut().enumerate() {
        assert!(!ends(page, until).await?, "page {kind} of this browser has ended");
    }
    assert_eq!(there.get("/account").await?.location(), "/sign-in?next=/account");
    let again = server.signed_in("olga@demo.example").await?;
    let mut all = [Feed::open(&here, "/ops/events", None).await?, scheduled.follow(&again, 0).await?];
    let out = here.submit("/account/sessions/revocation?here=true", &[]).await?.text;
    assert!(out.contains("You are signed out everywhere."), "{out}");
    let until = Instant::now() + SOON;
    for page in &mut all {
        assert!(ends(page, until).await?, "everywhere");
    }
    assert_eq!(here.get("/account").await?.location(), "/sign-in?next=/account");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_role_ends_the_operators_pages_and_nothing_else() -> Result<()> {
    let data = tempfile::tempdir()?;
    let url = Database::Sqlite.url(data.path());
    let server = TestServer::with_settings(|settings| settings.database_url = Some(url.clone())).await?;
    let other =
        server.app.store.accounts().make_operator("ben@example.org", server.app.services.now()).await?;
    let (olga, ben) = (server.person("operator"), server.signed_in("ben@example.org").await?);
    let account = server.account("olga@demo.example").await?;
    let mut board = Feed::open(&olga, "/ops/events", None).await?;
    let mut neighbour = Feed::open(&ben, "/ops/events", None).await?;
    ensure!(other.operator, "the neighbour is an operator, too");
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await?;
    let update = sqlx::query("UPDATE accounts SET operator = 0 WHERE id = $1").bind(account.to_string());
    ensure!(update.execute(&mut connection).await?.rows_affected() == 1);
    server.app.services.changed(&[Change::Account { account }]);
    let until = Instant::now() + SOON;
    assert!(ends(&mut board, until).await.context("the board")?);
    assert!(!ends(&mut neighbour, until).await?);
    assert_eq!(olga.get("/ops").await?.status, 404);
    assert_eq!(olga.get("/account").await?.status, 200, "the session goes on");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_lost_while_the_database_is_away_ends_the_page_when_it_is_back() -> Result<()> {
    let data = tempfile::tempdir()?;
    let url = Database::Sqlite.url(data.path());
    let server = TestServer::with_settings(|settings| settings.database_url = Some(url.clone())).await?;
    let account = server.account("olga@demo.example").await?;
    let mut board = Feed::open(&server.person("operator"), "/ops/events", None).await?;
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await?;
    sqlx::query("ALTER TABLE accounts RENAME TO accounts_away").execute(&mut connection).await?;
    while server.app.store.accounts().by_id(account).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let update = sqlx::query("UPDATE accounts_away SET operator = 0 WHERE id = $1").bind(account.to_string());
    ensure!(update.execute(&mut connection).await?.rows_affected() == 1);
    server.app.services.changed(&[Change::Account { account }]);
    assert!(!ends(&mut board, Instant::now() + SOON / 4).await?, "nobody knows yet");
    sqlx::query("ALTER TABLE accounts_away RENAME TO accounts").execute(&mut connection).await?;
    assert!(ends(&mut board, Instant::now() + SOON).await?);
    server.close().await
}

/// A newer release beside this one writes kinds of changes that this one does not know.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_not_understood_counts_as_any_change_and_holds_back_no_other() -> Result<()> {
    let data = tempfile::tempdir()?;
    let url = Database::Sqlite.url(data.path());
    let server = TestServer::with_settings(|settings| settings.database_url = Some(url.clone())).await?;
    let (olga, fan) = (server.person("operator"), server.fans(1).await?.remove(0));
    assert_eq!(olga.get("/ops").await?.status, 200);
    let mut page = server.live().follow(&fan.browser, 0).await?;
    let sessions = server.app.store.sessions().list(fan.account, server.app.services.now()).await?;
    let known = Change::SessionEnded { session: sessions.first().context("a session")?.id };
    let account = server.account("olga@demo.example").await?;
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await?;
    let update = sqlx::query("UPDATE accounts SET operator = 0 WHERE id = $1").bind(account.to_string());
    ensure!(update.execute(&mut connection).await?.rows_affected() == 1);
    for body in [r#"{"change":"renamed"}"#.to_owned(), serde_json::to_string(&known)?] {
        let row = sqlx::query("INSERT INTO changes (id, origin, body) VALUES ($1, 'a newer release', $2)");
        let row = row.bind(uuid::Uuid::now_v7().simple().to_string()).bind(body);
        row.execute(&mut connection).await?;
    }
    let until = Instant::now() + SOON;
    assert!(ends(&mut page, until).await?, "the change after it is carried out");
    while olga.get("/ops").await?.status != 404 {
        ensure!(Instant::now() < until, "what was read before it is still believed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.close().await
}
