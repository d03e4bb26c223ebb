//! What nobody waits for: the provider's balance, and its list of events.

use super::{BrokenShop, ProviderSums};
use anyhow::{Result, ensure};

pub const CALLS: &[&str] = &["GET /balance", "GET /events"];

pub async fn live(shop: &BrokenShop) -> Result<()> {
    let (order, email) = shop.paid().await?;
    let operator = shop.server.person("operator");
    let words = "The payment provider does not tell its balance now:";
    shop.breaks("GET /balance").await?;
    let page = operator.get("/ops/money").await?.text;
    ensure!(page.contains(words), "{page}");
    shop.works_again().await?;
    let page = operator.get("/ops/money").await?.text;
    ensure!(!page.contains(words), "{page}");

    // Only the list tells of it.
    let before = shop.taken().await?;
    shop.breaks("GET /events").await?;
    shop.server.stand_in_does("lose", "on").await?;
    shop.server.bank(&order, "refund").await?;
    shop.server.advance(6 * 60).await?;
    shop.went_wrong(1).await?;
    ensure!(order.page().await?.contains("You are in"), "nobody has told");
    shop.works_again().await?;
    let refunded = async || anyhow::Ok(order.purchase(&shop.server).await?.refunded == 1200);
    shop.until("the refund is not found", refunded).await?;
    shop.server.stand_in_does("lose", "off").await?;
    shop.is_calm().await?;
    let taken = shop.taken().await?;
    let want = ProviderSums { refunds: before.refunds + 1, refunded: before.refunded + 1200, ..before };
    ensure!(taken == want, "{taken:?} after {before:?}");
    ensure!(shop.server.mails(&email, "Your refund").await? == 1, "one mail about it");
    Ok(())
}
