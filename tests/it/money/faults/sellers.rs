//! What a team is paid: its account, and each step of a payout.

use super::BrokenShop;
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    money::payouts::{PayoutState, schedule::week_of},
};
use service::money::payouts;

pub const CALLS: &[&str] = &[
    "POST /accounts",
    "POST /account_links",
    "GET /accounts/*",
    "POST /transfers",
    "GET /transfers",
    "GET /transfers/*",
    "POST /payouts",
    "GET /payouts",
    "GET /payouts/*",
    "POST /transfers/*/reversals",
];

const DAY: i64 = 24 * 3600;
/// A pass for €12, less the platform's share.
const SHARE: i64 = 1080;
const REFUSED: &str = "The payment provider does not answer. Nothing was changed; try again in a minute.";

pub async fn live(shop: &BrokenShop) -> Result<()> {
    for call in ["POST /accounts", "POST /account_links"] {
        leaves_in_vain(shop, call).await?;
    }
    comes_back_in_vain(shop).await?;
    for call in CALLS[3..9].iter().copied() {
        is_paid(shop, call).await?;
    }
    a_payout_comes_back(shop).await
}

async fn leaves_in_vain(shop: &BrokenShop, call: &str) -> Result<()> {
    let (host, path) = (shop.server.person("host"), shop.server.payouts_path().await?);
    shop.breaks(call).await?;
    let led = host.post(&path, &[]).await?;
    ensure!(led.status == 303 && !led.location().contains("/connect/"), "{} {}", led.status, led.text);
    let page = host.get(led.location()).await?.text;
    ensure!(page.contains(REFUSED), "{page}");
    shop.works_again().await?;
    let led = host.post(&path, &[]).await?;
    ensure!(led.status == 303 && led.location().contains("/connect/acct_"), "{} {}", led.status, led.text);
    Ok(())
}

async fn comes_back_in_vain(shop: &BrokenShop) -> Result<()> {
    let (host, path) = (shop.server.person("host"), shop.server.payouts_path().await?);
    shop.breaks("GET /accounts/*").await?;
    let back = host.get(&path).await?;
    let page = host.get(back.location()).await?.text;
    ensure!(back.status == 303 && page.contains(REFUSED), "{} {page}", back.status);
    shop.works_again().await?;
    shop.server.onboard("ready").await?;
    let shown = host.get(&path.replace("/payouts", "/money")).await?.text;
    ensure!(shown.contains("Your team is paid each Monday"), "{shown}");
    Ok(())
}

async fn is_paid(shop: &BrokenShop, call: &str) -> Result<()> {
    shop.paid().await?;
    let weeks = shop.server.payouts().await?.len() + 1;
    shop.breaks(call).await?;
    shop.server.advance(8 * DAY).await?;
    payouts::run(&shop.server.app.services, week_of(shop.server.app.clock.now())).await?;
    shop.works_again().await?;
    let sent = async || {
        let made = shop.server.payouts().await?;
        anyhow::Ok(made.len() == weeks && made.iter().all(|one| one.state == PayoutState::OnItsWay))
    };
    shop.until("the payout is not at the bank", sent).await?;
    shop.is_settled().await?;
    for kind in ["transfers", "payouts"] {
        let amounts: Vec<i64> =
            shop.known(kind).await?.iter().filter_map(|one| one["amount"].as_i64()).collect();
        ensure!(amounts == vec![SHARE; weeks], "{kind} after {call}: {amounts:?}");
    }
    Ok(())
}

/// The bank does not take it: the money is taken back from the account, once.
async fn a_payout_comes_back(shop: &BrokenShop) -> Result<()> {
    let payout = shop.server.payouts().await?.into_iter().next().context("a payout")?;
    let bank = payout.bank.clone().context("at the bank")?;
    shop.breaks("POST /transfers/*/reversals").await?;
    shop.server.provider_does("payout", &bank, "fail").await?;
    shop.works_again().await?;
    let returned = async || {
        let now = shop.server.app.store.payouts().by_id(payout.id).await?;
        anyhow::Ok((now.state, now.reversed, now.returned) == (PayoutState::Returned, SHARE, SHARE))
    };
    shop.until("the payout does not come back", returned).await?;
    shop.is_settled().await?;
    let reversed = shop.known("transfers").await?;
    let reversed: Vec<i64> =
        reversed.iter().filter_map(|one| one["reversed"].as_i64()).filter(|minor| *minor > 0).collect();
    ensure!(reversed == [SHARE], "{reversed:?}");
    let balances = shop.server.app.store.ledger().balances(shop.server.host_team().await?).await?;
    ensure!(balances.first().map(|balance| balance.available) == Some(SHARE), "{balances:?}");
    Ok(())
}
