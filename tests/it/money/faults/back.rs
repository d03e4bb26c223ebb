//! Money that goes back: refunds of the seller, by themselves and at the provider, and disputes.

use super::{BrokenShop, ProviderSums};
use crate::support::shop::Order;
use anyhow::{Result, ensure};

pub const CALLS: &[&str] = &[
    "GET /charges/*",
    "GET /refunds/*",
    "GET /checkout/sessions",
    "GET /refunds",
    "GET /disputes/*",
    "GET /disputes",
    "POST /refunds",
    "POST /disputes/*",
];

/// Calls by which we learn that the provider has refunded.
const OF_REFUNDS: [&str; 4] = ["GET /charges/*", "GET /refunds/*", "GET /checkout/sessions", "GET /refunds"];

pub async fn live(shop: &BrokenShop) -> Result<()> {
    for call in OF_REFUNDS {
        the_provider_has_refunded(shop, call).await?;
    }
    for call in ["GET /disputes/*", "GET /disputes"] {
        a_bank_disputes(shop, call).await?;
    }
    a_seller_refunds_a_part(shop).await?;
    a_closed_space_refunds_by_itself(shop).await?;
    a_seller_answers_a_bank(shop).await
}

async fn refunded(shop: &BrokenShop, order: &Order, minor: i64) -> Result<()> {
    let so = async || anyhow::Ok(order.purchase(&shop.server).await?.refunded == minor);
    shop.until("the refund is not known", so).await?;
    shop.is_calm().await
}

/// Since `before` so much went back, in one refund.
async fn went_back_once(shop: &BrokenShop, before: ProviderSums, minor: i64) -> Result<()> {
    let taken = shop.taken().await?;
    let want = ProviderSums { refunds: before.refunds + 1, refunded: before.refunded + minor, ..before };
    ensure!(taken == want, "{taken:?} after {before:?}");
    Ok(())
}

async fn the_provider_has_refunded(shop: &BrokenShop, call: &str) -> Result<()> {
    let (order, email) = shop.paid().await?;
    let before = shop.taken().await?;
    shop.breaks(call).await?;
    shop.server.bank(&order, "refund").await?;
    shop.works_again().await?;
    refunded(shop, &order, 1200).await?;
    went_back_once(shop, before, 1200).await?;
    ensure!(order.page().await?.contains("Refunded"), "{}", order.page().await?);
    ensure!(shop.server.mails(&email, "Your refund").await? == 1, "one mail about it");
    Ok(())
}

async fn a_bank_disputes(shop: &BrokenShop, call: &str) -> Result<()> {
    let (order, _) = shop.paid().await?;
    let before = shop.taken().await?;
    shop.breaks(call).await?;
    shop.server.bank(&order, "dispute").await?;
    shop.works_again().await?;
    let paused = async || anyhow::Ok(order.page().await?.contains("Your pass is paused"));
    shop.until("the dispute is not known", paused).await?;
    shop.is_calm().await?;
    ensure!(order.buyer.get(&shop.server.live().path("fragment")).await?.status == 403, "a bank decides");
    ensure!(shop.taken().await? == before, "nothing is refunded beside it");
    Ok(())
}

async fn a_seller_refunds_a_part(shop: &BrokenShop) -> Result<()> {
    let (order, email) = shop.paid().await?;
    let (before, id) = (shop.taken().await?, order.purchase(&shop.server).await?.id);
    shop.breaks("POST /refunds").await?;
    let (host, path) = (shop.server.person("host"), format!("/account/orders/{id}/refunds"));
    for _ in 0..2 {
        let asked = host.post(&path, &[("amount", "5"), ("left", "1200")]).await?;
        ensure!(asked.status == 303, "{} {}", asked.status, asked.text);
    }
    shop.went_wrong(1).await?;
    let page = order.page().await?;
    ensure!(page.contains("You are in"), "{page}");
    ensure!(shop.may_have_worked() || !page.contains("went back to you"), "{page}");
    shop.works_again().await?;
    refunded(shop, &order, 500).await?;
    went_back_once(shop, before, 500).await?;
    ensure!(order.page().await?.contains("€5 of it went back to you."), "{}", order.page().await?);
    ensure!(shop.server.mails(&email, "Your refund").await? == 1, "one mail about it");
    Ok(())
}

async fn publish(shop: &BrokenShop, verb: &str) -> Result<()> {
    let space = shop.server.space("maya").await?;
    let done = shop.server.person("host").post(&format!("/account/spaces/{space}/{verb}"), &[]).await?;
    ensure!(done.status == 303, "{} {}", done.status, done.text);
    Ok(())
}

/// The space is closed while somebody pays.
async fn a_closed_space_refunds_by_itself(shop: &BrokenShop) -> Result<()> {
    let (buyer, email) = shop.buyer().await?;
    let order = Order::open(buyer).await?;
    let pay_page = shop.pay_page(&order).await?;
    shop.server.stand_in_does("webhooks", "off").await?;
    order.press(&pay_page, "pay").await?;
    let before = shop.taken().await?;
    shop.breaks("POST /refunds").await?;
    publish(shop, "unpublication").await?;
    shop.server.stand_in_does("webhooks", "on").await?;
    shop.went_wrong(1).await?;
    let page = order.page().await?;
    let told = page.contains("The space was closed before the payment arrived.");
    ensure!(told && !page.contains("You are in"), "{page}");
    shop.works_again().await?;
    refunded(shop, &order, 1200).await?;
    went_back_once(shop, before, 1200).await?;
    let (back, pass) =
        (shop.server.mails(&email, "Your refund").await?, shop.server.mails(&email, "Your pass").await?);
    ensure!((back, pass) == (1, 0), "{back} {pass}");
    publish(shop, "publication").await
}

async fn a_seller_answers_a_bank(shop: &BrokenShop) -> Result<()> {
    let (order, _) = shop.paid().await?;
    shop.server.bank(&order, "dispute").await?;
    shop.is_calm().await?;
    let (host, id) = (shop.server.person("host"), order.purchase(&shop.server).await?.id);
    let (path, words) = (format!("/account/orders/{id}/evidence"), "They asked for an encore.");
    let before = shop.audited("dispute.answer").await?;
    shop.breaks("POST /disputes/*").await?;
    ensure!(host.post(&path, &[("words", words)]).await?.status == 303);
    shop.went_wrong(1).await?;
    let page = host.get(&path).await?.text;
    // It may be known by now that the bank has it.
    let had = shop.may_have_worked() && page.contains("The bank decides.");
    ensure!(had || page.contains("The answer is on its way to the payment provider."), "{page}");
    shop.works_again().await?;
    let sent = async || anyhow::Ok(host.get(&path).await?.text.contains("The bank decides."));
    shop.until("the answer is not sent", sent).await?;
    let told = shop.known("disputes").await?;
    let told = told.iter().filter(|one| one["evidence"]["access_activity_log"].to_string().contains(words));
    ensure!(told.clone().count() == 1 && told.clone().all(|one| one["submitted"] == true), "sent once");
    ensure!(shop.audited("dispute.answer").await? == before + 2, "asked and sent");
    Ok(())
}
