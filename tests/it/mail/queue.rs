//! Ten thousand notices wait for the mail server: codes and receipts pass them.

use super::with_mail;
use crate::support::{Database, TestServer, on_both, shop::Order, smtp::SmtpServer};
use anyhow::{Context, Result, ensure};
use domain::{clock::Clock, work::Lane};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

on_both!(codes_and_receipts_pass_ten_thousand_notices);

const READERS: usize = 10_000;
/// Most of the notices still wait while the others are sent.
const MOST: i64 = 8_000;
/// Codes that are asked for, one after the other.
const CODES: usize = 5;
/// Long enough on a busy machine: what is asserted is the order.
const PATIENCE: Duration = Duration::from_secs(60);

async fn waiting(server: &TestServer) -> Result<i64> {
    let lanes = server.app.store.backlog().lanes(server.app.clock.now()).await?;
    Ok(lanes.iter().find(|lane| lane.lane == Lane::Notices).context("a lane")?.waiting)
}

/// The host writes to everybody who holds the paid pass.
async fn write_to_all(server: &TestServer) -> Result<()> {
    let pass = server.pass("front-row").await?;
    server.app.store.grants().make_holders(pass, READERS, server.app.clock.now()).await?;
    let (host, pass) = (server.person("host"), pass.to_string());
    let path = format!("/account/spaces/{}/messages", server.space("maya").await?);
    let form = [("pass", pass.as_str()), ("subject", "News"), ("body", "Come early.")];
    let seen = host.post(&path, &form).await?;
    let id = seen.text.split("name=\"id\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let id = id.with_context(|| format!("no preview: {} {}", seen.status, seen.text))?;
    let form = [&form[..], &[("id", id), ("step", "send")]].concat();
    ensure!(host.post(&path, &form).await?.status == 303);
    let begun = Instant::now();
    while waiting(server).await? < MOST {
        ensure!(begun.elapsed() < PATIENCE, "only {} notices are queued", waiting(server).await?);
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn codes_and_receipts_pass_ten_thousand_notices(database: Database) -> Result<()> {
    let mut mail = SmtpServer::start().await?;
    let server = with_mail(database, &mail).await?;
    write_to_all(&server).await?;
    let mut slowest = Duration::ZERO;
    for n in 0..CODES {
        let (who, email, asked) = (server.anybody(), format!("ann{n}@example.org"), Instant::now());
        who.post("/sign-in", &[("email", &email)]).await?;
        let code = timeout(PATIENCE, mail.mail_to(&email)).await.context("the code did not leave")??;
        slowest = slowest.max(asked.elapsed());
        let code = code.code().context("a code")?;
        assert_eq!(who.post("/sign-in/code", &[("code", code)]).await?.status, 303);
    }
    let order = Order::open(server.person("stranger")).await?;
    let (pay_page, paid) = (order.pay_page().await?, Instant::now());
    order.press(&pay_page, "pay").await?;
    timeout(PATIENCE, mail.mail_to("sam@demo.example")).await.context("the receipt did not leave")??;
    let (receipt, left) = (paid.elapsed(), waiting(&server).await?);
    println!("{left} of {READERS} notices waited: a code took at most {slowest:?}, a receipt {receipt:?}");
    assert!(left > MOST / 2, "what somebody waits for came first: {left} notices wait");
    server.close().await
}
