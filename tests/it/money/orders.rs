//! One account cannot use up the provider's limits, which all buyers share.

use crate::support::{TestServer, shop::Order};
use anyhow::{Context, Result};

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
