//! Whoever owns a team alone does not leave with its money: they wait until it is paid out, or hand the team over.

use crate::support::{Browser, Database, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::PriceKind,
    clock::Clock,
    money::payouts::{PayoutState, schedule::week_of},
};
use service::money::{ledger::keep_up, payouts};

on_both!(a_sole_owner_waits_until_the_balance_has_arrived, what_is_never_paid_out_is_given_up_with_words,);

const DAY: i64 = 24 * 3600;
const MAYA: &str = "maya@demo.example";
const PAGE: &str = "/account/deletion";

/// Ends the show, and closes the space: then nobody else stands in the way.
async fn close(server: &TestServer, host: &Browser) -> Result<()> {
    assert_eq!(host.post(&server.live().path("state"), &[("state", "ended")]).await?.status, 303);
    let closing = format!("/account/spaces/{}/closing", server.space("maya").await?);
    assert_eq!(host.post(&closing, &[("name", "Maya Lin")]).await?.status, 303);
    server.rest().await
}

/// The page, and the status of the wish.
async fn tries(host: &Browser) -> Result<(String, u16)> {
    let page = host.get(PAGE).await?.text;
    Ok((page, host.post(PAGE, &[("username", "maya")]).await?.status.as_u16()))
}

async fn a_sole_owner_waits_until_the_balance_has_arrived(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let host = server.person("host");
    Order::paid(server.holder("ann@example.org").await?, &server).await?;
    server.onboard("ready").await?;
    close(&server, &host).await?;
    let (space, team) = (server.space("maya").await?, server.host_team().await?);
    let (page, status) = tries(&host).await?;
    ensure!(status == 409 && page.contains("is still owed €10.80"), "{status} {page}");
    for path in [format!("/account/spaces/{space}/money"), format!("/account/teams/{team}")] {
        ensure!(page.contains(&format!("href=\"{path}\"")), "{path}: {page}");
        ensure!(host.get(&path).await?.status == 200, "{path}");
    }
    // Decided, and not there yet.
    server.advance(8 * DAY).await?;
    keep_up(&server.app.services).await?;
    payouts::run(&server.app.services, week_of(server.app.clock.now())).await?;
    server.rest().await?;
    host.sign_in(MAYA).await?;
    let (page, status) = tries(&host).await?;
    ensure!(status == 409 && page.contains("€10.80") && page.contains("is on its way to the bank"), "{page}");
    ensure!(!page.contains("is still owed"), "{page}");
    let payout = server.payouts().await?.pop().context("a payout")?;
    server.provider_does("payout", payout.bank.as_deref().context("at the bank")?, "pay").await?;
    server.rest().await?;
    ensure!(server.payouts().await?[0].state == PayoutState::Paid);
    let (page, status) = tries(&host).await?;
    ensure!(status == 303 && page.contains("What is deleted") && !page.contains("€10.80"), "{status} {page}");
    server.close().await
}

async fn what_is_never_paid_out_is_given_up_with_words(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let host = server.person("host");
    let five = PriceKind::Once(Money { minor: 500, currency: Currency::Eur });
    server.sell_at("front-row", five, None).await?;
    Order::paid(server.holder("ann@example.org").await?, &server).await?;
    close(&server, &host).await?;
    let (page, status) = tries(&host).await?;
    ensure!(page.contains("€4.50 that") && page.contains("it is less than is ever paid out"), "{page}");
    ensure!(status == 303, "{status}");
    server.close().await
}
