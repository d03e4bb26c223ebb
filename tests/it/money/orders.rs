//! One account cannot use up the provider's limits, which all buyers share.

use crate::{
    people::leaving::exported,
    support::{TestServer, shop::Order},
};
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    text::{documents::Document, language::Language},
};

/// Sessions that the provider was ever asked for.
async fn sessions(server: &TestServer) -> Result<usize> {
    Ok(server.stand_in_knows().await?["sessions"].as_array().context("sessions")?.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_begins_so_many_payments_an_hour_and_others_are_not_affected() -> Result<()> {
    let server = TestServer::with_settings(|settings| settings.limits.account_orders = 3).await?;
    let (sam, before) = (server.person("stranger"), sessions(&server).await?);
    for _ in 0..3 {
        let order = Order::open(sam.clone()).await?;
        let mut waiting = order.follow().await?;
        let page = order.pay_page().await?;
        assert_eq!(order.pay_page().await?, page, "the same page again is no new attempt");
        assert_eq!(sam.post(&format!("{}/cancellation", order.path), &[]).await?.status, 303);
        waiting.all_until("data-state=\"expired\"").await?;
    }
    let refused = sam.post("/maya/front-row/purchase", &[]).await?;
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert!(
        refused.text.contains("opened many orders") && refused.text.contains("minutes"),
        "{}",
        refused.text
    );
    let wait: i64 = refused.headers["retry-after"].to_str()?.parse()?;
    assert!((1..=3600).contains(&wait), "{wait}");
    assert_eq!(sam.get("/account/purchases").await?.status, 200);
    assert_eq!(sessions(&server).await? - before, 3);
    Order::open(server.holder("ann@example.org").await?).await?.pay_page().await?;
    server.close().await
}

/// An order keeps the version of the terms that its buyer had accepted; the buyer and the operators see it.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_shows_the_terms_that_were_accepted() -> Result<()> {
    let server = TestServer::open().await?;
    let order = Order::open(server.holder("kim@example.org").await?).await?;
    let _waiting = order.follow().await?;
    let agreed = order.row(&server).await?.agreed.context("a version")?;
    let link = format!("href=\"/terms?version={agreed}\"");
    assert!(order.page().await?.contains(&link), "{}", order.page().await?);
    assert_eq!(order.buyer.get(&format!("/terms?version={agreed}")).await?.status, 200);
    let seen = server.person("operator").get(&format!("/ops/actors/checkout.{}", order.id)).await?.text;
    assert!(seen.contains("version of the terms agreed to") && seen.contains(&agreed.to_string()), "{seen}");
    // Another version later changes nothing about it.
    let operator = server.person("operator");
    let text = "# Terms\n\nBe kind, and do not sell what is not yours.";
    let form = [("version", "1"), ("body", text), ("publish", "yes")];
    assert_eq!(operator.post("/ops/documents/terms", &form).await?.status, 303);
    assert!(order.page().await?.contains(&link));
    server.close().await
}

/// Paying agrees to what stands beside the button: the order keeps the version of the text that it leads to, and when that was.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_keeps_what_its_buyer_agreed_to_by_paying() -> Result<()> {
    let server = TestServer::open().await?;
    let order = Order::open(server.holder("kim@example.org").await?).await?;
    let held = order.page().await?;
    assert!(
        held.contains("a right to withdraw can end with that") && held.contains("href=\"/legal/refunds\"")
    );
    assert_eq!(order.row(&server).await?.consent, None, "nobody agrees by looking");
    let before = server.app.clock.now();
    order.pay_page().await?;
    let agreed = order.row(&server).await?.consent.context("a version")?;
    let newest = server.app.store.documents().newest(Document::Refunds).await?;
    assert!(agreed.version == newest && agreed.at >= before, "{agreed:?}");
    assert_eq!(agreed.shown, Some(Language::English));
    let link = format!("href=\"/legal/refunds?version={}\"", agreed.version);
    assert!(order.page().await?.contains(&link), "{}", order.page().await?);
    // Another version, and another attempt, change nothing about it.
    let version = newest.to_string();
    let form = [("version", version.as_str()), ("body", "# Refunds\n\nNever."), ("publish", "yes")];
    let published = server.person("operator").post("/ops/documents/refunds", &form).await?;
    assert_eq!(published.status, 303, "{}", published.text);
    order.buyer.post(&format!("{}/payment_form", order.path), &[]).await?;
    let row = order.row(&server).await?;
    assert_eq!((row.attempt, row.consent), (2, Some(agreed)));
    let ann = server.anybody().reading("de");
    ann.sign_in("ann@example.org").await?;
    let other = Order::open(ann).await?;
    assert!(other.page().await?.contains("ein Widerrufsrecht damit enden kann"), "{}", other.page().await?);
    other.pay_page().await?;
    let agreed = other.row(&server).await?.consent.context("a version")?;
    assert_eq!((agreed.version, agreed.shown), (newest + 1, Some(Language::German)));
    assert!(other.page().await?.contains("(Deutsch)"), "{}", other.page().await?);
    let told = exported(&other.buyer).await?["orders.csv"].clone();
    assert!(told.contains("agreed_language,agreed_at") && told.contains(",de,"), "{told}");
    server.close().await
}

/// Nobody but its buyer makes an invoice out to a company, or to themselves again.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_made_out_to_the_company_of_its_buyer() -> Result<()> {
    let server = TestServer::open().await?;
    let order = Order::paid(server.person("stranger"), &server).await?;
    let (sam, purchases) = (&order.buyer, server.app.store.purchases());
    let purchase = purchases.of_checkout(order.id).await?.context("a purchase")?;
    let path = format!("/account/purchases/{}/invoice", purchase.id);
    let form = [("company", "Moss & Sons"), ("address", "Lane 1\r\n1010 Wien"), ("tax_id", "ATU12345678")];
    for other in [server.person("viewer"), server.person("host")] {
        assert_eq!(other.post(&path, &form).await?.status, 404);
    }
    assert!(!sam.get(&path).await?.text.contains("<dt>Company</dt>"));
    assert_eq!(sam.post(&path, &form).await?.status, 303);
    let made_out = sam.get(&path).await?.text;
    for part in ["<dt>Company</dt>", "Moss &amp; Sons", "<bdi>1010 Wien</bdi>", "ATU12345678"] {
        assert!(made_out.contains(part), "{part}: {made_out}");
    }
    let told = exported(sam).await?["purchases.csv"].clone();
    assert!(told.contains("Moss & Sons") && told.contains("ATU12345678"), "{told}");
    let nameless = sam.post(&path, &[("tax_id", "DE999")]).await?;
    assert!(nameless.status == 422 && nameless.text.contains("value=\"DE999\""), "{}", nameless.text);
    assert!(nameless.text.contains("Moss &amp; Sons"), "what was refused changes nothing");
    assert_eq!(sam.post(&path, &[("company", " ")]).await?.status, 303);
    assert!(!sam.get(&path).await?.text.contains("<dt>Company</dt>"));
    let lines = server.app.store.audit().last(50).await?;
    assert_eq!(lines.iter().filter(|line| line.act.action == "invoice.bill").count(), 2);
    server.close().await
}
