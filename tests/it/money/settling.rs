//! Only the provider's own record settles a payment, and only once, whatever fails on the way.

use crate::support::{Database, TestServer, eventually, on_both, shop::Order};
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    money::{
        checkout::Payment,
        jobs::{ApplyPayment, SettlePayment},
        payments::{ProviderObject, WebhookEvent},
    },
};
use futures_util::future::try_join_all;
use reqwest::Method;

on_both!(
    the_way_back_from_the_pay_page_settles_nothing,
    an_event_settles_no_order_but_its_own,
    an_event_without_our_signature_is_refused_and_does_nothing,
    the_same_event_many_times_and_in_any_order_is_one_grant,
    concurrent_notifications_make_one_grant_and_one_mail,
    a_checkout_that_is_killed_half_way_completes_once,
    a_failing_provider_is_retried_and_charges_once,
);

/// Counts of the buyer's purchases, grants and receipts: each is one after a payment.
async fn bought(server: &TestServer, order: &Order) -> Result<[usize; 3]> {
    server.rest().await?;
    let row = order.row(server).await?;
    let purchases = server.app.store.purchases().of_account(row.account).await?.len();
    let grants = server.app.store.grants().of_account(row.account).await?;
    let grants = grants.iter().filter(|g| g.pass == row.pass).count();
    Ok([purchases, grants, server.mails(&row.email, "Your pass").await?])
}

async fn the_way_back_from_the_pay_page_settles_nothing(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("webhooks", "off").await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    let pay_page = order.pay_page().await?;
    let success = order.press(&pay_page, "pay").await?.location().to_string();
    let charges = server.stand_in_knows().await?["charges"].as_array().map(Vec::len);
    assert_eq!(charges, Some(1), "the card was charged");

    let returned = order.buyer.get(&success).await?;
    assert!(returned.text.contains("Waiting for your payment."), "the success URL settles nothing");
    server.app.engine.checkout(order.id).refresh().await?;
    assert_eq!(server.app.engine.checkout(order.id).get().await?.state, Payment::Paying, "nor does a read");
    assert_eq!(order.buyer.get(&server.live().path("fragment")).await?.status, 402);

    server.stand_in_does("webhooks", "on").await?;
    let seen = waiting.all_until("data-state=\"paid\"").await?;
    assert!(seen.iter().any(|e| e.data.contains("data-state=\"paying\"")));
    assert_eq!(bought(&server, &order).await?, [1, 1, 1]);
    server.close().await
}

async fn an_event_settles_no_order_but_its_own(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("lose", "on").await?;
    let (paid, open) = (
        Order::open(server.person("stranger")).await?,
        Order::open(server.holder("ann@example.org").await?).await?,
    );
    let (pay_page, _) = (paid.pay_page().await?, open.pay_page().await?);
    paid.press(&pay_page, "pay").await?;
    for (order, event) in [(&open, "evt_open"), (&paid, "evt_paid")] {
        let session = order.row(&server).await?.provider_session.context("a session")?;
        // Correctly signed, but with false content: only the id in it is used.
        let event = WebhookEvent {
            id: event.into(),
            kind: "checkout.session.completed".into(),
            object: Some(ProviderObject::session(session)),
        };
        server.app.store.webhook_inbox().keep("stripe", &event, "{}", server.app.clock.now()).await?;
    }
    assert_eq!(bought(&server, &paid).await?, [1, 1, 1]);
    assert_eq!(bought(&server, &open).await?, [0, 0, 0], "the same price is not the same order");
    assert_eq!(open.row(&server).await?.state, Payment::Paying);
    server.close().await
}

async fn an_event_without_our_signature_is_refused_and_does_nothing(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.rest().await?;
    server.stand_in_does("webhooks", "off").await?;
    let order = Order::open(server.person("stranger")).await?;
    let pay_page = order.pay_page().await?;
    order.press(&pay_page, "pay").await?;
    let session = pay_page.rsplit('/').next().context("a session")?;
    let waiting = server.app.store.jobs().backlog().await?;
    let body = format!(
        r#"{{"id":"evt_forged","object":"event","type":"checkout.session.completed","data":{{"object":{{"id":"{session}","object":"checkout.session"}}}}}}"#
    );
    let now = server.app.clock.now().0 / 1000;
    for signature in
        [None, Some(String::new()), Some(format!("t={now},v1={}", "0".repeat(64))), Some("nonsense".into())]
    {
        let mut request = server.anybody().request(Method::POST, "/webhooks/stripe").body(body.clone());
        if let Some(signature) = &signature {
            request = request.header("stripe-signature", signature);
        }
        assert_eq!(request.send().await?.status(), 400, "{signature:?}");
    }
    assert_eq!(server.app.store.jobs().backlog().await?, waiting, "no job was queued");
    let health = server.app.store.webhook_inbox().health("stripe").await?;
    let mut why: Vec<&str> = health.refusals.iter().map(|(reason, _)| reason.code()).collect();
    why.sort_unstable();
    assert_eq!((health.last, why), (None, vec!["signature", "unsigned"]), "operators see why");
    assert_eq!(order.row(&server).await?.state, Payment::Paying);
    assert_eq!(server.app.store.purchases().of_account(order.row(&server).await?.account).await?.len(), 0);
    server.close().await
}

async fn the_same_event_many_times_and_in_any_order_is_one_grant(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("duplicate", "10").await?;
    server.stand_in_does("shuffle", "on").await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    let pay_page = order.pay_page().await?;
    order.press(&pay_page, "decline").await?;
    order.press(&pay_page, "pay").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    assert_eq!(bought(&server, &order).await?, [1, 1, 1]);
    let known = server.stand_in_knows().await?;
    let deliveries = known["deliveries"].as_array().context("deliveries")?;
    assert!(deliveries.len() >= 30, "three events, ten times each: {}", deliveries.len());
    assert_eq!(
        order.row(&server).await?.state,
        Payment::Paid,
        "a late event about a declined card changes nothing"
    );
    server.close().await
}

async fn concurrent_notifications_make_one_grant_and_one_mail(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("webhooks", "off").await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    let pay_page = order.pay_page().await?;
    order.press(&pay_page, "pay").await?;
    let row = order.row(&server).await?;
    let session = row.provider_session.clone();
    let apply = ApplyPayment { object: ProviderObject::session(session.clone().context("a session")?) };
    // As the previous release stored it.
    let by_session = SettlePayment { session, reference: None };
    let by_reference = SettlePayment { session: None, reference: Some(order.id.to_string()) };
    let (store, now) = (&server.app.store, server.app.clock.now());
    try_join_all((0..7).map(|_| async {
        store.jobs().enqueue(&apply, None, now).await?;
        store.jobs().enqueue(&by_session, None, now).await?;
        store.jobs().enqueue(&by_reference, None, now).await
    }))
    .await?;
    waiting.all_until("data-state=\"paid\"").await?;
    server.stand_in_does("webhooks", "on").await?;
    assert_eq!(bought(&server, &order).await?, [1, 1, 1]);
    server.close().await
}

async fn a_checkout_that_is_killed_half_way_completes_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    let strikes = async {
        for verb in ["kill", "panic", "kill"] {
            server.strike(verb, "checkout", order.id).await?;
        }
        anyhow::Ok(())
    };
    // While it is restarting it says so; the buyer presses the button again.
    let pay = eventually("no page to pay on", async || Ok(order.pay_page().await.ok()));
    let (struck, pay_page) = tokio::join!(strikes, pay);
    struck?;
    let pay_page = pay_page?;
    server.strike("kill", "checkout", order.id).await?;
    order.press(&pay_page, "pay").await?;
    server.strike("panic", "checkout", order.id).await?;
    waiting.all_until("data-state=\"paid\"").await?;
    assert_eq!(bought(&server, &order).await?, [1, 1, 1]);
    let known = server.stand_in_knows().await?;
    assert_eq!(known["sessions"].as_array().map(Vec::len), Some(1), "one session at the provider");
    assert_eq!(known["charges"].as_array().map(Vec::len), Some(1), "charged once");
    assert!(server.actor("checkout", order.id).await?["restarts"].as_u64() >= Some(3), "it was restarted");
    server.close().await
}

async fn a_failing_provider_is_retried_and_charges_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("fail_next", "1").await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    let asked = order.buyer.post(&format!("{}/payment", order.path), &[]).await?;
    assert_eq!((asked.status.as_u16(), asked.location()), (303, order.path.as_str()));
    let page = order.buyer.get(&order.path).await?.text;
    assert!(page.contains("The payment provider does not answer at the moment."), "{page}");
    // The provider repeats its failure for the same idempotency key; after the request has expired, a new key is used.
    server.advance(6 * 60).await?;
    waiting.all_until("data-state=\"paying\"").await?;
    order.press(&order.pay_page().await?, "pay").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    assert_eq!(bought(&server, &order).await?, [1, 1, 1]);
    let known = server.stand_in_knows().await?;
    assert_eq!(known["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(known["charges"].as_array().map(Vec::len), Some(1));
    server.close().await
}
