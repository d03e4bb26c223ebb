//! A seller refunds an order in part and in full; nobody else does, and nothing is refunded twice.

use crate::support::{
    Database, TestServer, eventually, on_both,
    shop::{Order, sold_path},
};
use anyhow::{Context, Result, ensure};

on_both!(
    a_seller_refunds_a_part_and_then_the_rest,
    a_refund_that_fails_at_first_is_made_once,
    a_refund_outlasts_a_day_without_the_provider,
    what_the_provider_says_is_for_operators,
    money_orders_and_invoices_are_shown_to_whom_they_concern,
);

const SAM: &str = "sam@demo.example";

async fn a_seller_refunds_a_part_and_then_the_rest(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, viewer) = (server.person("host"), server.person("viewer"));
    let order = Order::paid(server.person("stranger"), &server).await?;
    let id = order.purchase(&server).await?.id;
    let (page, refund) = (sold_path(id), format!("{}/refunds", sold_path(id)));
    let mut open = server.live().follow(&order.buyer, 0).await?;
    for (amount, words) in [("", "Write an amount"), ("0", "more than nothing"), ("12.01", "At most €12")] {
        let refused = host.post(&refund, &[("amount", amount), ("left", "1200")]).await?;
        ensure!(refused.status == 422 && refused.text.contains(words), "{amount}: {}", refused.text);
    }
    let part = [("amount", "3.50"), ("left", "1200")];
    for who in [&viewer, &order.buyer, &server.person("operator")] {
        assert_eq!(who.post(&refund, &part).await?.status, 404);
        assert_eq!(who.get(&page).await?.status, 404);
    }
    assert_eq!(host.post(&refund, &part).await?.status, 303);
    // A second click: another amount is left than the form says.
    assert_eq!(host.post(&refund, &part).await?.status, 303);
    server.rest().await?;
    assert_eq!(server.refunds().await?, (1, 350));
    assert_eq!(order.purchase(&server).await?.refunded, 350);
    assert_eq!(order.buyer.get(&server.live().path("fragment")).await?.status, 200, "the pass stays");
    assert!(order.page().await?.contains("€3.50 of it went back to you."));
    let story = host.get(&page).await?.text;
    let number = server.app.store.orders().by_id(id).await?.number.context("a number")?;
    for wanted in ["Refund", &format!("Order #{number}"), "−€3.50", "done", SAM] {
        assert!(story.contains(wanted), "{wanted}: {story}");
    }
    assert_eq!(host.post(&refund, &[("amount", "8.50"), ("left", "850")]).await?.status, 303);
    tokio::time::timeout(std::time::Duration::from_secs(5), open.end()).await??;
    server.rest().await?;
    assert_eq!(server.refunds().await?, (2, 1200));
    assert_eq!(order.buyer.get(&server.live().path("fragment")).await?.status, 402, "the pass has ended");
    assert_eq!(server.mails(SAM, "Your refund:").await?, 2);
    let again = host.post(&refund, &[("amount", "1"), ("left", "0")]).await?;
    assert_eq!((again.status.as_u16(), again.location()), (303, page.as_str()));
    server.rest().await?;
    assert_eq!(server.refunds().await?, (2, 1200), "nothing is left");
    let lines = server.app.store.audit().last(100).await?;
    let by_host = server.account("maya@demo.example").await?;
    let decided = lines.iter().filter(|line| line.act.action == "purchase.refund");
    assert_eq!(decided.filter(|line| line.act.actor == Some(by_host)).count(), 2);
    server.close().await
}

async fn a_refund_that_fails_at_first_is_made_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::paid(server.person("stranger"), &server).await?;
    let id = order.purchase(&server).await?.id;
    // The provider fails twice; the job asks again.
    server.stand_in_does("fail_next", "2").await?;
    let form = [("amount", "5"), ("left", "1200")];
    let refund = format!("{}/refunds", sold_path(id));
    assert_eq!(server.person("host").post(&refund, &form).await?.status, 303);
    let made = eventually("it is not made", async || {
        server.advance_after_jobs(60).await?;
        Ok(Some(server.refunds().await?).filter(|made| made.0 > 0))
    });
    assert_eq!(made.await?, (1, 500));
    server.rest().await?;
    assert_eq!(server.refunds().await?, (1, 500), "once");
    assert_eq!(order.purchase(&server).await?.refunded, 500);
    server.close().await
}

async fn a_refund_outlasts_a_day_without_the_provider(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::paid(server.person("stranger"), &server).await?;
    let id = order.purchase(&server).await?.id;
    server.stand_in_does("fault", "error_before 1000000 /v1").await?;
    let form = [("amount", "5"), ("left", "1200")];
    let refund = format!("{}/refunds", sold_path(id));
    assert_eq!(server.person("host").post(&refund, &form).await?.status, 303);
    // As many attempts as would park a job that is refused, and then as many again.
    let met = async || {
        anyhow::Ok(
            1_000_000
                - server.stand_in_knows().await?["controls"]["fault"]["left"]
                    .as_i64()
                    .context("the fault")?,
        )
    };
    for _ in 0..30 {
        let before = met().await?;
        server.advance_after_jobs(3600).await?;
        eventually("it was not tried", async || Ok((met().await? > before).then_some(()))).await?;
    }
    let backlog = server.app.store.backlog();
    assert_eq!(backlog.parked_count().await?, 0, "{:?}", backlog.parked(9).await?);
    assert!(backlog.failing(9).await?.iter().any(|job| job.name == "send_seller_refund"));
    assert_eq!(server.refunds().await?, (0, 0));
    server.stand_in_does("fault", "off").await?;
    server.advance_after_jobs(3600).await?;
    eventually("it does not go on", async || Ok((server.refunds().await?.0 > 0).then_some(()))).await?;
    server.advance(3600).await?;
    server.rest().await?;
    assert_eq!(server.refunds().await?, (1, 500), "once");
    assert_eq!(order.purchase(&server).await?.refunded, 500);
    server.close().await
}

async fn what_the_provider_says_is_for_operators(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::paid(server.person("stranger"), &server).await?;
    let id = order.purchase(&server).await?.id;
    server.rest().await?;
    // All of it went back at the provider, and we were not told.
    server.stand_in_does("lose", "on").await?;
    server.bank(&order, "refund").await?;
    server.stand_in_does("lose", "off").await?;
    let (host, refund) = (server.person("host"), format!("{}/refunds", sold_path(id)));
    assert_eq!(host.post(&refund, &[("amount", "5"), ("left", "1200")]).await?.status, 303);
    server.rest().await?;
    let page = host.get(&sold_path(id)).await?.text;
    assert!(
        page.contains("refused by the payment provider") && page.contains("Nothing went back."),
        "{page}"
    );
    assert!(!page.contains("already been refunded"), "{page}");
    let lines = server.app.store.audit().last(100).await?;
    assert!(lines.iter().any(|line| line.act.detail.contains("already been refunded")), "{lines:?}");
    assert_eq!(server.refunds().await?, (1, 1200));
    server.close().await
}

async fn money_orders_and_invoices_are_shown_to_whom_they_concern(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, viewer) = (server.person("host"), server.person("viewer"));
    let order = Order::paid(server.person("stranger"), &server).await?;
    let id = order.purchase(&server).await?.id;
    let space = format!("/account/spaces/{}", server.space("maya").await?);
    let sold = server.app.store.orders().by_id(id).await?;
    let invoice = sold.invoice.context("an invoice")?.to_string();
    let money = host.get(&format!("{space}/money")).await?.text;
    let number = sold.number.context("a number")?.to_string();
    for wanted in ["Balance in EUR", "€10.80", "€1.20", "Payment", &format!("#{number}")] {
        assert!(money.contains(wanted), "{wanted}: {money}");
    }
    for (search, found) in [
        ("", true),
        (SAM, true),
        (number.as_str(), true),
        (invoice.as_str(), true),
        ("front", true),
        ("nobody@example.org", false),
        ("#7", false),
    ] {
        let orders = host.get(&format!("{space}/orders?q={}", search.replace('#', "%23"))).await?.text;
        assert_eq!(orders.contains(&sold_path(id)), found, "{search}: {orders}");
    }
    for path in [format!("{space}/money"), format!("{space}/orders")] {
        for who in [&viewer, &order.buyer, &server.person("operator")] {
            assert_eq!(who.get(&path).await?.status, 404, "{path}");
        }
    }
    let path = format!("/account/purchases/{id}/invoice");
    let page = order.buyer.get(&path).await?.text;
    for wanted in ["Invoice", &invoice, "Front Row", "€12", SAM, "none charged"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    for who in [&viewer, &host, &server.person("operator")] {
        assert_eq!(who.get(&path).await?.status, 404, "an invoice is its buyer's");
    }
    assert!(
        order.page().await?.contains(&path)
            && order.buyer.get("/account/purchases").await?.text.contains(&path)
    );
    let mails = server.mail_texts(SAM, "Your pass").await?;
    assert!(mails.iter().all(|mail| mail.contains(&path)) && mails.len() == 1, "{mails:?}");
    let german = order.buyer.request(reqwest::Method::GET, &path).header("accept-language", "de");
    assert!(order.buyer.send(german).await?.text.contains("Rechnungsnummer"));
    server.close().await
}
