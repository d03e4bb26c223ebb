//! Orders that are paid on the provider's page.

use super::BrokenShop;
use crate::support::shop::Order;
use anyhow::{Result, ensure};
use domain::money::checkout::Payment;

pub const CALLS: &[&str] =
    &["POST /checkout/sessions", "GET /checkout/sessions/*", "POST /checkout/sessions/*/expire"];

pub async fn live(shop: &BrokenShop) -> Result<()> {
    no_page_opens(shop).await?;
    nobody_tells_of_the_payment(shop).await?;
    the_page_is_not_closed(shop).await
}

async fn no_page_opens(shop: &BrokenShop) -> Result<()> {
    let ((buyer, email), before) = (shop.buyer().await?, shop.taken().await?);
    let order = Order::open(buyer).await?;
    shop.breaks("POST /checkout/sessions").await?;
    let asked = order.buyer.post(&format!("{}/payment", order.path), &[]).await?;
    ensure!(asked.status == 303 && asked.location() == order.path, "{} {}", asked.status, asked.location());
    let page = order.page().await?;
    ensure!(page.contains("The payment provider does not answer at the moment. We keep trying"), "{page}");
    ensure!(page.contains("nothing was charged") && page.contains("Cancel the order"), "{page}");
    shop.works_again().await?;
    order.press(&shop.pay_page(&order).await?, "pay").await?;
    shop.is_bought_once(&order, &email, before).await
}

async fn nobody_tells_of_the_payment(shop: &BrokenShop) -> Result<()> {
    let ((buyer, email), before) = (shop.buyer().await?, shop.taken().await?);
    let order = Order::open(buyer).await?;
    let pay_page = shop.pay_page(&order).await?;
    shop.breaks("GET /checkout/sessions/*").await?;
    order.press(&pay_page, "pay").await?;
    shop.went_wrong(1).await?;
    let page = order.page().await?;
    ensure!(page.contains("data-state=\"paying\"") && page.contains("Waiting for your payment."), "{page}");
    ensure!(!page.contains("othing was charged"), "{page}");
    shop.works_again().await?;
    shop.is_bought_once(&order, &email, before).await
}

async fn the_page_is_not_closed(shop: &BrokenShop) -> Result<()> {
    let ((buyer, _), before) = (shop.buyer().await?, shop.taken().await?);
    let order = Order::open(buyer).await?;
    let pay_page = shop.pay_page(&order).await?;
    shop.breaks("POST /checkout/sessions/*/expire").await?;
    let cancelled = order.buyer.post(&format!("{}/cancellation", order.path), &[]).await?;
    ensure!(cancelled.location() == order.path, "{} {}", cancelled.status, cancelled.text);
    let page = order.page().await?;
    let ends = page.contains("This order is being ended. If you have paid already, the payment counts.");
    // A webhook may tell what the answer did not.
    let ended = shop.may_have_worked() && page.contains("You have cancelled this order.");
    ensure!(ends || ended, "{page}");
    shop.works_again().await?;
    let expired = async || anyhow::Ok(order.row(&shop.server).await?.state == Payment::Expired);
    shop.until("the order does not end", expired).await?;
    let page = order.page().await?;
    for words in ["You have cancelled this order.", "Nothing was charged."] {
        ensure!(page.contains(words), "{words}: {page}");
    }
    order.buyer.post(&format!("{pay_page}/pay"), &[]).await?;
    shop.is_calm().await?;
    ensure!(shop.taken().await? == before, "its page is closed");
    Ok(())
}
