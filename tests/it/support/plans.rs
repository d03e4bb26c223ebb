//! A pass that is paid monthly or yearly, its buyer, and the clock that it is charged by.

use crate::support::{Browser, TestServer, eventually, shop::Order};
use anyhow::{Result, ensure};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::PriceKind,
    clock::Clock,
    id::PassId,
    money::{
        billing::Interval,
        recurring::{plan::Plan, subscription::Subscription},
    },
    time::Millis,
};

pub const DAY: i64 = 24 * 3600;
pub const ADA: &str = "ada.month@example.org";

pub fn euros(minor: i64) -> Money {
    Money { minor, currency: Currency::Eur }
}

pub fn monthly() -> Plan {
    Plan { yearly: Some(5_000), ..Plan::of(euros(500), Interval::Month) }
}

/// Sells the pass at this plan, as its team would.
pub async fn sell(server: &TestServer, plan: Plan) -> Result<PassId> {
    server.sell_at("front-row", PriceKind::Recurring(plan), None).await
}

/// The person whom the helpers of this file are about.
pub async fn buyer(server: &TestServer) -> Result<Browser> {
    server.signed_in(ADA).await
}

/// Subscribes with a card on the provider's page.
pub async fn subscribe(server: &TestServer, buyer: Browser, every: &str, card: &str) -> Result<Order> {
    let order = pay(buyer, every, card).await?;
    settled(server, |all| all.len() == 1).await?;
    Ok(order)
}

/// The same without waiting until we know of it.
pub async fn pay(buyer: Browser, every: &str, card: &str) -> Result<Order> {
    let asked = buyer.post("/maya/front-row/purchase", &[("every", every)]).await?;
    let order = Order::at(buyer, &asked)?;
    let page = order.pay_page().await?;
    let paid = order.buyer.post(&format!("{page}/pay"), &[("card", card)]).await?;
    ensure!(paid.status == 303, "{} {}", paid.status, paid.text);
    Ok(order)
}

/// The subscriptions of the buyer, once they are as they should be.
pub async fn settled(
    server: &TestServer,
    done: impl Fn(&[Subscription]) -> bool,
) -> Result<Vec<Subscription>> {
    let ada = server.account(ADA).await?;
    let all = async || anyhow::Ok(server.app.store.subscriptions().of_account(ada).await?);
    let settled = eventually("they are not so", async || Ok(Some(all().await?).filter(|all| done(all))));
    match settled.await {
        Ok(all) => Ok(all),
        Err(error) => Err(error.context(format!("{:?}", all().await?))),
    }
}

/// Waits until the buyer has so many paid orders.
pub async fn paid(server: &TestServer, count: usize) -> Result<Vec<i64>> {
    let ada = server.account(ADA).await?;
    let all = async || anyhow::Ok(server.app.store.purchases().of_account(ada).await?);
    let paid =
        eventually("there are not so many", async || Ok(Some(all().await?).filter(|all| all.len() == count)));
    match paid.await {
        Ok(all) => Ok(all.iter().map(|purchase| purchase.amount.minor).collect()),
        Err(error) => Err(error.context(format!("{:?}", all().await?))),
    }
}

/// Moves the clock on, and lets the provider do what has become due.
pub async fn wait(server: &TestServer, days: i64) -> Result<()> {
    server.advance(days * DAY).await?;
    let clock = format!("{}/stand-in/clock", server.stand_in);
    let moved = server.anybody().post(&clock, &[("advance", "0")]).await?;
    ensure!(moved.status == 200, "{}", moved.text);
    Ok(())
}

/// When the pass ends, if its buyer holds it.
pub async fn held_until(server: &TestServer, pass: PassId) -> Result<Option<Millis>> {
    let ada = server.account(ADA).await?;
    let grants = server.app.store.grants().of_account(ada).await?;
    let now = server.app.clock.now();
    let held = grants.iter().filter(|grant| grant.pass == pass && grant.revoked_at.is_none());
    Ok(held.filter_map(|grant| grant.expires_at).filter(|until| *until > now).max())
}
