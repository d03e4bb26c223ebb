//! What the payment provider knows of a person follows what the account says.

use crate::{
    people::address::{ask, enter},
    support::{
        Database, TestServer, on_both,
        plans::{ADA, buyer, monthly, sell, subscribe},
        shop::GOOD,
    },
};
use anyhow::{Context, Result};
use domain::{clock::Clock, mail::Mail};
use service::people::address::take_back;

on_both!(the_provider_learns_the_address_that_an_account_has_now);

const NEW: &str = "ada@elsewhere.example";

/// The address that the provider has of a customer.
async fn known(server: &TestServer, id: &str) -> Result<serde_json::Value> {
    let address = format!("{}/v1/customers/{id}", server.stand_in);
    let request = server.anybody().request(reqwest::Method::GET, &address);
    let answer = server.anybody().send(request.header("authorization", "Bearer sk_test_stand_in")).await?;
    Ok(answer.json()["email"].clone())
}

fn told(to: &str) -> Mail {
    Mail { to: to.into(), subject: "Back".into(), text: "Back".into(), html: None, unsubscribe: None }
}

async fn the_provider_learns_the_address_that_an_account_has_now(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, monthly()).await?;
    let ada = subscribe(&server, buyer(&server).await?, "month", GOOD).await?.buyer;
    let store = &server.app.store;
    let id = store.customers().of_account(server.account(ADA).await?).await?.context("a customer")?;
    assert_eq!(known(&server, &id).await?, ADA);
    server.rest().await?;
    server.stand_in_does("fault", "error_before 1 POST:/v1/customers").await?;
    let code = ask(&ada, NEW).await?;
    assert_eq!(enter(&ada, &code).await?.status, 303);
    server.advance(10 * 60).await?;
    server.rest().await?;
    assert_eq!(known(&server, &id).await?, NEW, "the provider was away, and was told later");
    // A second time changes nothing.
    let account = server.account(NEW).await?;
    service::money::upkeep::customers::update(&server.app.services, account).await?;
    assert_eq!(known(&server, &id).await?, NEW);
    // Whoever reads the mailbox before takes the account back.
    let former =
        store.addresses().former_by_email(ADA, server.app.clock.now()).await?.context("for a week")?;
    take_back(&server.app.services, &former.id, &|back, gone| [told(back), told(gone)]).await?;
    server.rest().await?;
    assert_eq!(known(&server, &id).await?, ADA);
    server.close().await
}
