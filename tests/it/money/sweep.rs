//! What no webhook has brought is found in the provider's list of events; operators see how its news come; and the provider forgets
//! whom we have deleted.

use crate::support::{
    Database, TestServer, eventually, on_both,
    plans::{ADA, buyer, monthly, sell, subscribe},
    shop::{GOOD, Order},
};
use anyhow::{Context, Result};
use domain::{mail::Mail, money::checkout::Payment, time::Span};
use std::time::Duration;

on_both!(
    with_every_webhook_lost_a_refund_and_a_dispute_are_found,
    a_list_that_is_away_is_read_later_and_what_is_open_is_asked_about_all_the_same,
    after_a_deletion_the_provider_forgets_the_customer,
);

async fn with_every_webhook_lost_a_refund_and_a_dispute_are_found(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let [first, second] = [
        Order::paid(server.person("stranger"), &server).await?,
        Order::paid(server.holder("ann@example.org").await?, &server).await?,
    ];
    server.sweep().await?;
    let operator = server.person("operator");
    let seen = operator.get("/ops/money").await?.text;
    assert!(seen.contains("webhooks had brought all of them"), "{seen}");

    server.stand_in_does("lose", "on").await?;
    server.bank(&first, "refund").await?;
    server.bank(&second, "dispute").await?;
    server.rest().await?;
    assert_eq!(first.purchase(&server).await?.refunded, 0, "nobody has told");
    server.sweep().await?;
    assert_eq!(first.purchase(&server).await?.refunded, 1200);
    let door = second.buyer.get(&server.live().path("fragment")).await?.status;
    assert_eq!(door, 403, "a bank decides");
    assert_eq!(server.mails("sam@demo.example", "Your refund").await?, 1);
    let health = server.app.store.webhook_inbox().health("stripe").await?;
    let (sweep, last) = (health.sweep.context("a sweep")?, health.last.clone().context("a webhook")?);
    let (lost, at) = sweep.lost.context("lost webhooks")?;
    assert!(lost >= 3 && last.1 < at, "{health:?}: what was swept is no webhook");
    let seen = operator.get("/ops/money").await?.text;
    assert!(seen.contains("no webhook had brought"), "{seen}");
    // The health of the service is evaluated once a second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let seen = operator.get("/ops").await?.text;
    assert!(seen.contains("no webhook had brought") && seen.contains("/ops/money"), "{seen}");

    server.sweep().await?;
    let sweep = server.app.store.webhook_inbox().health("stripe").await?.sweep.context("a sweep")?;
    assert_eq!((sweep.found, sweep.lost), (0, Some((lost, at))), "each is found once");
    assert_eq!(server.mails("sam@demo.example", "Your refund").await?, 1);
    server.close().await
}

async fn a_list_that_is_away_is_read_later_and_what_is_open_is_asked_about_all_the_same(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("lose", "on").await?;
    server.stand_in_does("fault", "error_before 1000000 /v1/events").await?;
    let order = Order::open(server.person("stranger")).await?;
    order.press(&order.pay_page().await?, "pay").await?;
    server.advance(3 * 60).await?;
    let paid = async || anyhow::Ok((order.row(&server).await?.state == Payment::Paid).then_some(()));
    eventually("the order is asked about", paid).await?;
    server.rest().await?;
    server.bank(&order, "refund").await?;
    server.advance(6 * 60).await?;
    server.rest().await?;
    assert_eq!(server.app.store.sweeps().state("stripe").await?.swept_at, None, "no sweep has ended well");
    assert_eq!(order.purchase(&server).await?.refunded, 0);
    server.stand_in_does("fault", "off").await?;
    server.sweep().await?;
    assert_eq!(order.purchase(&server).await?.refunded, 1200);
    server.close().await
}

/// What the provider knows of a customer.
async fn customer(server: &TestServer, id: &str) -> Result<serde_json::Value> {
    let address = format!("{}/v1/customers/{id}", server.stand_in);
    let request = server.anybody().request(reqwest::Method::GET, &address);
    Ok(server.anybody().send(request.header("authorization", "Bearer sk_test_stand_in")).await?.json())
}

async fn after_a_deletion_the_provider_forgets_the_customer(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, monthly()).await?;
    subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    let ada = server.account(ADA).await?;
    let id = server.app.store.customers().of_account(ada).await?.context("a customer")?;
    assert_eq!(customer(&server, &id).await?["email"], ADA);
    server.rest().await?;
    server.stand_in_does("fault", "error_before 1 /v1/customers").await?;
    let mail =
        Mail { to: ADA.into(), subject: "Gone".into(), text: "Gone".into(), html: None, unsubscribe: None };
    service::people::deletion::delete(&server.app.services, ada, mail).await?;
    server.rest().await?;
    let waits = server.app.store.customers().to_erase(ada).await?;
    assert_eq!(waits.as_deref(), Some(id.as_str()), "the provider was away");
    server.advance(Span::hours(1).ceil_secs() + 60).await?;
    let forgotten =
        async || anyhow::Ok(server.app.store.customers().to_erase(ada).await?.is_none().then_some(()));
    eventually("the customer is not forgotten", forgotten).await?;
    let found = customer(&server, &id).await?;
    assert!(found["email"].is_null() && found["name"].is_null(), "{found}");
    assert!(!found.to_string().contains("ada.month"), "{found}");
    server.close().await
}
