//! The ledger and the provider have the same balance to the cent, whatever happens to payments and in whatever order it is told.

use crate::support::{Database, TestServer, on_both, shop::Order};
use anyhow::{Result, ensure};
use service::money::ledger::{compare, keep_up};
use std::collections::BTreeMap;

on_both!(the_ledger_is_the_providers_balance_to_the_cent, shuffled_and_doubled_news_write_each_set_once,);

/// Refunds in part and in full, one that fails, disputes that are won and lost, a slow payment, and a surplus.
const LIVES: &[&[&str]] = &[
    &["pay"],
    &["pay", "refund"],
    &["pay", "refund", "fail_refund"],
    &["pay", "dispute", "review", "win"],
    &["pay", "dispute", "lose"],
    &["pay", "inquire", "drop_inquiry"],
    &["pay", "dispute", "win", "refund", "fail_refund"],
    &["delay", "arrive"],
    &["delay", "bounce"],
];

async fn live(server: &TestServer) -> Result<()> {
    for (n, acts) in LIVES.iter().enumerate() {
        let order = Order::open(server.holder(&format!("buyer{n}@example.org")).await?).await?;
        let pay_page = order.pay_page().await?;
        let [first, rest @ ..] = *acts else { continue };
        order.press(&pay_page, first).await?;
        for act in rest {
            server.bank(&order, act).await?;
        }
    }
    server.rest().await
}

pub async fn agrees(server: &TestServer) -> Result<BTreeMap<String, i64>> {
    let compared = compare(&server.app.services).await?;
    ensure!(compared.away.is_none() && compared.seen.is_some(), "{compared:?}");
    ensure!(!compared.differences.is_empty(), "nothing was compared");
    for one in &compared.differences {
        ensure!(one.ledger == one.provider, "{one:?}");
    }
    Ok(compared.sums.into_iter().map(|one| (one.account, one.sum.minor)).collect())
}

async fn the_ledger_is_the_providers_balance_to_the_cent(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    live(&server).await?;
    let before = agrees(&server).await?;
    assert!(before["provider:pending"] > 0 && !before.contains_key("provider:available"), "{before:?}");
    assert_eq!(before.values().sum::<i64>(), 0);
    let operator = server.person("operator").get("/ops/money").await?.text;
    for wanted in ["provider:pending", "platform:fees", "sellers", "EUR"] {
        assert!(operator.contains(wanted), "{wanted}: {operator}");
    }
    assert_eq!(server.person("host").get("/ops/money").await?.status, 404);
    let told = server.person("operator").get("/ops/money.json").await?.json();
    let (ledger, provider) = (&told["balances"][0]["ledger"], &told["balances"][0]["provider"]);
    assert!(ledger.is_i64() && ledger == provider && told["seen"].is_i64(), "{told}");
    let sums = told["accounts"].as_array().map(|all| all.iter().filter_map(|one| one["amount"].as_i64()));
    assert_eq!(sums.map(Iterator::sum::<i64>), Some(0), "{told}");
    server.stand_in_does("fail_next", "1").await?;
    let away = server.person("operator").get("/ops/money").await?.text;
    assert!(
        away.contains("does not tell its balance now") && away.contains("EUR"),
        "the last one stays: {away}"
    );
    server.advance(8 * 24 * 3600).await?;
    keep_up(&server.app.services).await?;
    let after = agrees(&server).await?;
    assert_eq!((after["provider:pending"], after["provider:available"]), (0, before["provider:pending"]));
    assert_eq!(keep_up(&server.app.services).await?, 0, "once");
    server.close().await
}

async fn shuffled_and_doubled_news_write_each_set_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("duplicate", "10").await?;
    server.stand_in_does("shuffle", "on").await?;
    live(&server).await?;
    let sums = agrees(&server).await?;
    // What became of the lives above: payments, less what went back, after a tenth for the platform.
    assert_eq!(sums["sellers"], -(8 - 2) * 1080, "{sums:?}");
    assert_eq!(sums["platform:fees"], -(8 - 2) * 120, "{sums:?}");
    assert_eq!(sums["provider:fees"], 8 * 65 + 3 * 1500, "{sums:?}");
    server.close().await
}
