//! Refunds and disputes: a pass ends with its payment, and a payment that gives nothing is refunded automatically.

use crate::support::{Database, TestServer, on_both, shop::Order};
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    money::{checkout::Payment, settlement::RefundReason, store::CheckoutStore},
};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::timeout;

on_both!(
    a_refund_ends_the_pass_and_what_is_open_through_it,
    a_dispute_pauses_the_pass_and_a_won_one_opens_it_again,
    a_pass_that_was_paid_for_twice_is_refunded_by_itself,
    a_payment_after_the_order_expired_gives_the_pass,
    every_kind_of_event_is_stored_and_processed,
    shuffled_and_doubled_events_end_in_the_same_state,
);

const SAM: &str = "sam@demo.example";

async fn door(server: &TestServer, order: &Order) -> Result<u16> {
    Ok(order.buyer.get(&server.live().path("fragment")).await?.status.as_u16())
}

async fn a_refund_ends_the_pass_and_what_is_open_through_it(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::paid(server.person("stranger"), &server).await?;
    let neighbour = server.fans(1).await?.remove(0);
    let (mut open, mut stays) =
        (server.live().follow(&order.buyer, 0).await?, server.live().follow(&neighbour.browser, 0).await?);
    server.bank(&order, "refund").await?;
    timeout(Duration::from_secs(5), open.end()).await??;
    server.rest().await?;
    assert_eq!(door(&server, &order).await?, 402);
    let page = order.page().await?;
    assert!(page.contains("Refunded") && page.contains("€12 went back"), "{page}");
    assert!(order.buyer.get("/account/purchases").await?.text.contains("refunded"));
    assert_eq!(server.mails(SAM, "Your refund").await?, 1);
    assert_eq!(server.live().say(&neighbour.browser, "still here").await?.status, 303);
    stays.all_until("still here").await?;
    let again = Order::paid(order.buyer.clone(), &server).await?;
    assert_eq!(door(&server, &again).await?, 200, "it can be bought again");
    server.close().await
}

async fn a_dispute_pauses_the_pass_and_a_won_one_opens_it_again(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::paid(server.person("stranger"), &server).await?;
    let mut open = server.live().follow(&order.buyer, 0).await?;
    server.bank(&order, "inquire").await?;
    server.rest().await?;
    assert_eq!(door(&server, &order).await?, 200, "an inquiry does not pause the pass");
    server.bank(&order, "drop_inquiry").await?;
    server.advance(2).await?;
    server.bank(&order, "dispute").await?;
    timeout(Duration::from_secs(5), open.end()).await??;
    server.rest().await?;
    assert_eq!(door(&server, &order).await?, 403);
    let shut = order.buyer.get("/maya/friday-session").await?.text;
    assert!(shut.contains("disputed with your bank"), "{shut}");
    assert!(order.page().await?.contains("Your pass is paused"));
    for (act, want) in [("review", 403), ("win", 200)] {
        server.bank(&order, act).await?;
        server.rest().await?;
        assert_eq!(door(&server, &order).await?, want, "{act}");
    }
    server.advance(2).await?;
    for act in ["dispute", "lose"] {
        server.bank(&order, act).await?;
    }
    server.rest().await?;
    assert_eq!(door(&server, &order).await?, 402, "lost");
    server.close().await
}

async fn a_pass_that_was_paid_for_twice_is_refunded_by_itself(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let pay_page = order.pay_page().await?;
    let (pass, now) = (server.pass("front-row").await?, server.app.clock.now());
    server.app.store.grants().give(server.account(SAM).await?, pass, now).await?;
    let mut waiting = order.follow().await?;
    server.stand_in_does("duplicate", "3").await?;
    order.press(&pay_page, "pay").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    let purchase = order.purchase(&server).await?;
    assert_eq!((purchase.refund_reason, purchase.refunded), (Some(RefundReason::Surplus), 1200));
    assert_eq!(server.stand_in_knows().await?["refunds"].as_array().map(Vec::len), Some(1), "refunded once");
    assert_eq!((server.mails(SAM, "Your refund").await?, server.mails(SAM, "Your pass").await?), (1, 0));
    let page = order.page().await?;
    assert!(page.contains("You held this pass already.") && page.contains("€12 went back"), "{page}");
    assert_eq!(door(&server, &order).await?, 200, "the first pass stays");
    server.close().await
}

async fn a_payment_after_the_order_expired_gives_the_pass(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let pay_page = order.pay_page().await?;
    let now = server.app.clock.now();
    CheckoutStore::close(&server.app.store, order.id, Payment::Expired, None, now).await?;
    order.press(&pay_page, "pay").await?;
    server.rest().await?;
    assert_eq!(order.row(&server).await?.state, Payment::Paid);
    assert_eq!(door(&server, &order).await?, 200);
    server.close().await
}

async fn every_kind_of_event_is_stored_and_processed(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let pay_page = order.pay_page().await?;
    order.press(&pay_page, "decline").await?;
    order.press(&pay_page, "pay").await?;
    for act in ["dispute", "review", "win", "refund", "fail_refund"] {
        server.bank(&order, act).await?;
    }
    for (email, act) in [("ann@example.org", "arrive"), ("ben@example.org", "bounce")] {
        let order = Order::open(server.holder(email).await?).await?;
        order.press(&order.pay_page().await?, "delay").await?;
        server.bank(&order, act).await?;
    }
    let given_up = Order::open(server.holder("cleo@example.org").await?).await?;
    order.press(&given_up.pay_page().await?, "decline").await?;
    given_up.buyer.post(&format!("{}/cancellation", given_up.path), &[]).await?;
    given_up.follow().await?.all_until("data-state=\"expired\"").await?;
    server.rest().await?;
    let known = server.stand_in_knows().await?;
    let deliveries = known["deliveries"].as_array().context("deliveries")?;
    let kinds: BTreeSet<&str> = deliveries.iter().filter_map(|d| d["type"].as_str()).collect();
    for kind in [
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        "charge.refunded",
        "refund.updated",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
    ] {
        assert!(kinds.contains(kind), "{kind} is missing: {kinds:?}");
    }
    assert_eq!(server.app.store.backlog().parked_count().await?, 0);
    server.close().await
}

async fn shuffled_and_doubled_events_end_in_the_same_state(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("duplicate", "10").await?;
    server.stand_in_does("shuffle", "on").await?;
    let order = Order::open(server.person("stranger")).await?;
    let pay_page = order.pay_page().await?;
    order.press(&pay_page, "pay").await?;
    for act in ["dispute", "review", "win", "refund"] {
        server.bank(&order, act).await?;
    }
    server.rest().await?;
    let purchase = order.purchase(&server).await?;
    assert_eq!((order.row(&server).await?.state, purchase.refunded), (Payment::Paid, 1200));
    let grants = server.app.store.grants().of_account(purchase.account).await?;
    let [grant] = grants.as_slice() else { anyhow::bail!("one grant: {grants:?}") };
    assert!(grant.revoked_at.is_some());
    let mails = (server.mails(SAM, "Your pass").await?, server.mails(SAM, "Your refund").await?);
    assert_eq!(mails, (1, 1), "each once");
    assert_eq!(door(&server, &order).await?, 402);
    server.close().await
}
