//! A bank asks about a disputed payment, and the seller answers with what we know, once.

use crate::support::{Database, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::live::store::StreamStore;
use domain::{clock::Clock, id::PurchaseId, live::viewership::Viewing, time::Span};

on_both!(
    a_seller_answers_the_bank_with_our_facts_once,
    an_answer_that_the_provider_refuses_may_be_written_anew,
);

async fn disputed(server: &TestServer) -> Result<(Order, PurchaseId)> {
    let order = Order::paid(server.person("stranger"), server).await?;
    let id = order.purchase(server).await?.id;
    Ok((order, id))
}

fn path(id: PurchaseId) -> String {
    format!("/account/orders/{id}/evidence")
}

async fn a_seller_answers_the_bank_with_our_facts_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, (order, id)) = (server.person("host"), disputed(&server).await?);
    // The buyer watched for 40 minutes, and somebody else for 80.
    let (sam, vera) = (server.account("sam@demo.example").await?, server.account("vera@demo.example").await?);
    let stay = |account, minutes| {
        let since = server.app.clock.now() + Span::secs(1);
        Viewing { account, since, until: since + Span::minutes(minutes) }
    };
    let stays = vec![stay(sam, 40), stay(vera, 80)];
    StreamStore::viewed(&server.app.store, server.live().0, stays).await?;
    let calm = host.get(&path(id)).await?.text;
    ensure!(calm.contains("No bank waits for an answer"), "{calm}");
    assert_eq!(host.post(&path(id), &[("words", "Nobody asked")]).await?.status, 303);
    server.bank(&order, "dispute").await?;
    server.rest().await?;
    ensure!(
        host.get(&format!("/account/orders/{id}")).await?.text.contains(&path(id)),
        "the order leads there"
    );
    let page = host.get(&path(id)).await?.text;
    for wanted in ["Front Row", "€12", "sam@demo.example", "for 40 minutes", "Send to the bank"] {
        ensure!(page.contains(wanted), "{wanted}: {page}");
    }
    ensure!(!page.contains("80 minutes") && !page.contains("vera"), "of nobody else: {page}");
    for who in [&order.buyer, &server.person("viewer"), &server.person("operator")] {
        assert_eq!(who.get(&path(id)).await?.status, 404);
        assert_eq!(who.post(&path(id), &[("words", "x")]).await?.status, 404);
    }
    let long = host.post(&path(id), &[("words", &"x".repeat(1001))]).await?;
    ensure!(long.status == 422 && long.text.contains("id=\"error-evidence-words\""), "{}", long.text);
    for words in ["They asked for an encore.", "A second click"] {
        assert_eq!(host.post(&path(id), &[("words", words)]).await?.location(), path(id));
    }
    server.rest().await?;
    let known = server.stand_in_knows().await?;
    let sent = known["disputes"][0]["evidence"]["access_activity_log"].as_str().context("evidence")?;
    ensure!(sent.contains("for 40 minutes") && sent.contains("They asked for an encore."), "{sent}");
    ensure!(!sent.contains("A second click") && !sent.contains("80 minutes"), "{sent}");
    let page = host.get(&path(id)).await?.text;
    ensure!(page.contains("The bank decides.") && !page.contains("Send to the bank"), "{page}");
    let lines = server.app.store.audit().last(100).await?;
    assert_eq!(lines.iter().filter(|line| line.act.action == "dispute.answer").count(), 2, "asked and sent");
    server.close().await
}

async fn an_answer_that_the_provider_refuses_may_be_written_anew(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, (order, id)) = (server.person("host"), disputed(&server).await?);
    server.bank(&order, "dispute").await?;
    server.rest().await?;
    // The bank decided, and we were not told.
    server.stand_in_does("lose", "on").await?;
    server.bank(&order, "win").await?;
    server.stand_in_does("lose", "off").await?;
    assert_eq!(host.post(&path(id), &[("words", "Too late")]).await?.status, 303);
    server.rest().await?;
    let page = host.get(&path(id)).await?.text;
    ensure!(page.contains("did not take the answer") && page.contains("Send to the bank"), "{page}");
    let known = server.stand_in_knows().await?;
    ensure!(known["disputes"][0]["submitted"] == false, "{known}");
    server.close().await
}
