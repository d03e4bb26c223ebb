//! Saved cards, with which an order is paid in one post.

use super::{BrokenShop, ProviderSums, press, says_unknown};
use crate::support::{
    Browser,
    shop::{GOOD, Order},
};
use anyhow::{Context, Result, ensure};
use domain::{
    id::AccountId,
    money::{buying::cards::SavedCard, checkout::Payment},
};

pub const CALLS: &[&str] = &[
    "GET /payment_methods/*",
    "POST /payment_intents",
    "POST /payment_intents/*/confirm",
    "GET /payment_intents/*",
    "POST /payment_intents/*/cancel",
    "POST /payment_methods/*/detach",
];

/// Somebody with a saved card, who has no pass: what they buy they give back.
struct CardOwner {
    browser: Browser,
    account: AccountId,
    card: SavedCard,
}

pub async fn live(shop: &BrokenShop) -> Result<()> {
    let owner = saves_a_card(shop).await?;
    for call in CALLS[1..4].iter().copied() {
        pays_with_it(shop, &owner, call).await?;
    }
    gives_up(shop, &owner).await?;
    removes_it(shop, &owner).await
}

/// All of a payment goes back, so that its buyer can buy the pass again.
async fn give_back(shop: &BrokenShop, order: &Order) -> Result<()> {
    let intent = order.purchase(&shop.server).await?.provider_intent.context("a payment")?;
    let acts = format!("{}/stand-in/acts", shop.server.stand_in);
    let done = shop.server.anybody().post(&acts, &[("intent", intent.as_str()), ("act", "refund")]).await?;
    ensure!(done.status == 200, "{}", done.text);
    let back = async || anyhow::Ok(order.purchase(&shop.server).await?.refunded == 1200);
    shop.until("the money does not go back", back).await?;
    shop.is_calm().await
}

/// The card of the first payment is saved, although nobody says whose it is at first.
async fn saves_a_card(shop: &BrokenShop) -> Result<CardOwner> {
    let (browser, email) = shop.buyer().await?;
    let order = Order::open(browser.clone()).await?;
    let asked = browser.post(&format!("{}/payment", order.path), &[("keep", "1")]).await?;
    ensure!(asked.status == 303, "{} {}", asked.status, asked.text);
    let page = shop.pay_page(&order).await?;
    shop.breaks(CALLS[0]).await?;
    let paid = browser.post(&format!("{page}/pay"), &[("card", GOOD)]).await?;
    ensure!(paid.status == 303, "{} {}", paid.status, paid.text);
    shop.is_paid(&order).await?;
    shop.works_again().await?;
    let account = shop.server.account(&email).await?;
    let cards = async || shop.server.app.store.saved_cards().of_account(account).await;
    shop.until("the card is not saved", async || Ok(cards().await?.len() == 1)).await?;
    give_back(shop, &order).await?;
    let card = cards().await?.pop().context("a card")?;
    Ok(CardOwner { browser, account, card })
}

/// Presses the button that pays with the card. Returns the order, which is not paid for sure.
async fn buys(shop: &BrokenShop, owner: &CardOwner) -> Result<(Order, String)> {
    let button = format!("{}:eur:1200", owner.card.id);
    let asked = owner.browser.post("/maya/front-row/purchase", &[("card", button.as_str())]).await?;
    let order = Order::at(owner.browser.clone(), &asked)?;
    shop.went_wrong(1).await?;
    let page = order.page().await?;
    Ok((order, page))
}

async fn pays_with_it(shop: &BrokenShop, owner: &CardOwner, call: &str) -> Result<()> {
    let (before, had) = (shop.taken().await?, shop.purchases(owner.account).await?);
    shop.breaks(call).await?;
    let (order, page) = buys(shop, owner).await?;
    let words = match call {
        "POST /payment_intents" => "The payment provider does not answer at the moment. We keep trying",
        _ => "Your card is being charged.",
    };
    // A webhook may tell what the answer did not.
    let told = call != "POST /payment_intents" && page.contains("data-state=\"paid\"");
    ensure!(told || page.contains(words), "{page}");
    // A second click while nothing is known.
    let button = format!("{}:eur:1200", owner.card.id);
    owner.browser.post("/maya/front-row/purchase", &[("card", button.as_str())]).await?;
    shop.works_again().await?;
    shop.is_paid(&order).await?;
    shop.is_calm().await?;
    let (taken, has) = (shop.taken().await?, shop.purchases(owner.account).await?);
    let want = ProviderSums { charges: before.charges + 1, ..before };
    ensure!(taken == want, "{taken:?} after {before:?}");
    ensure!(has == had + 1 && order.page().await?.contains("You are in"), "{has}: {}", order.page().await?);
    give_back(shop, &order).await
}

/// The buyer cancels while the card may have been charged.
async fn gives_up(shop: &BrokenShop, owner: &CardOwner) -> Result<()> {
    let before = shop.taken().await?;
    shop.breaks_all("POST /payment_intents/*/cancel", "POST:/v1/payment_intents/*/*$").await?;
    let (order, _) = buys(shop, owner).await?;
    owner.browser.post(&format!("{}/cancellation", order.path), &[]).await?;
    if !shop.may_have_worked() {
        shop.went_wrong(2).await?;
        let page = order.page().await?;
        ensure!(page.contains("If you have paid already, the payment counts."), "{page}");
    }
    shop.works_again().await?;
    shop.until("the order does not end", async || Ok(order.row(&shop.server).await?.state.settled())).await?;
    shop.is_calm().await?;
    let (row, taken, page) = (order.row(&shop.server).await?, shop.taken().await?, order.page().await?);
    if row.state == Payment::Paid {
        ensure!(shop.may_have_worked() && taken.charges == before.charges + 1, "{taken:?} after {before:?}");
        ensure!(page.contains("You are in"), "{page}");
        return give_back(shop, &order).await;
    }
    ensure!(taken == before, "{taken:?} after {before:?}");
    for words in ["You have cancelled this order.", "Nothing was charged."] {
        ensure!(page.contains(words), "{words}: {page}");
    }
    Ok(())
}

async fn removes_it(shop: &BrokenShop, owner: &CardOwner) -> Result<()> {
    let form = [("card", owner.card.id.as_str())];
    shop.breaks("POST /payment_methods/*/detach").await?;
    says_unknown(&press(&owner.browser, "/account/cards/removal", &form).await?)?;
    shop.works_again().await?;
    shop.is_calm().await?;
    let again = press(&owner.browser, "/account/cards/removal", &form).await?;
    // Without an answer a webhook may have told.
    ensure!(again.status == 303 || (shop.may_have_worked() && again.status == 422), "{}", again.text);
    ensure!(!owner.browser.get("/account/purchases").await?.text.contains("Visa"), "it is gone here");
    let billing = shop.server.app.services.billing.clone().context("billing")?;
    let known = billing.card(owner.card.id.clone()).await?;
    ensure!(known.customer.is_none(), "{known:?}");
    Ok(())
}
