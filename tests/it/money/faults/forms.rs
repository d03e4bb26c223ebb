//! Orders that are paid in the provider's form on our own page.

use super::{super::buying::own_page::CardForm, BrokenShop, ProviderSums};
use crate::support::shop::{GOOD, Order};
use anyhow::{Result, ensure};
use domain::money::checkout::Payment;

pub const CALLS: &[&str] = &[
    "POST /customers",
    "POST /payment_intents",
    "GET /payment_intents/*",
    "POST /payment_intents/*/cancel",
    "POST /checkout/sessions",
];

/// What the provider says to whoever sends a form that is paid or has ended.
const ENDED: &str = "payment_intent_unexpected_state";
const KEEPS: &[(&str, &str)] = &[("keep", "1")];

pub async fn live(shop: &BrokenShop) -> Result<()> {
    nobody_knows_the_buyer(shop).await?;
    no_form_opens(shop).await?;
    nobody_tells_of_the_payment(shop).await?;
    let moving = "The other way to pay is being prepared.";
    goes_to_the_page(shop, "POST /payment_intents/*/cancel", moving).await?;
    let away = "The payment provider does not answer at the moment. We keep trying";
    goes_to_the_page(shop, "POST /checkout/sessions", away).await?;
    the_form_is_not_ended(shop).await
}

/// An order of somebody new, their address, and what the provider has taken before.
async fn begun(shop: &BrokenShop) -> Result<(Order, String, ProviderSums)> {
    let ((buyer, email), before) = (shop.buyer().await?, shop.taken().await?);
    Ok((Order::open(buyer).await?, email, before))
}

/// The form on the page of an order, however often its button has to be pressed.
async fn form(shop: &BrokenShop, order: &Order, fields: &[(&str, &str)]) -> Result<CardForm> {
    let path = format!("{}/payment_form", order.path);
    let opens = async || {
        let asked = order.buyer.post(&path, fields).await?;
        ensure!(asked.status == 303 && asked.location() == order.path, "{} {}", asked.status, asked.text);
        anyhow::Ok(order.row(&shop.server).await?.client_secret.is_some())
    };
    shop.until("no form opens", opens).await?;
    CardForm::read(&shop.server, order).await
}

/// Presses a button of the order's page, which leads back to it. Returns what it says then.
async fn presses(order: &Order, verb: &str, fields: &[(&str, &str)]) -> Result<String> {
    let asked = order.buyer.post(&format!("{}/{verb}", order.path), fields).await?;
    ensure!(asked.status == 303 && asked.location() == order.path, "{} {}", asked.status, asked.text);
    order.page().await
}

async fn pays(form: &CardForm) -> Result<()> {
    let outcome = form.pay(GOOD).await?;
    ensure!(outcome == "succeeded", "{outcome}");
    Ok(())
}

async fn is_ended(form: &CardForm) -> Result<()> {
    let outcome = form.pay(GOOD).await?;
    ensure!(outcome == ENDED, "nobody can pay it: {outcome}");
    Ok(())
}

/// The card is to be saved for somebody whom the provider does not know yet.
async fn nobody_knows_the_buyer(shop: &BrokenShop) -> Result<()> {
    let (order, email, before) = begun(shop).await?;
    shop.breaks("POST /customers").await?;
    let page = presses(&order, "payment_form", KEEPS).await?;
    ensure!(page.contains("Nothing was charged; try again in a minute."), "{page}");
    ensure!(page.contains("data-state=\"held\""), "{page}");
    shop.works_again().await?;
    pays(&form(shop, &order, KEEPS).await?).await?;
    shop.is_bought_once(&order, &email, before).await?;
    let account = shop.server.account(&email).await?;
    let cards = shop.server.app.store.saved_cards().of_account(account).await?;
    ensure!(cards.len() == 1, "{cards:?}");
    Ok(())
}

async fn no_form_opens(shop: &BrokenShop) -> Result<()> {
    let (order, email, before) = begun(shop).await?;
    shop.breaks("POST /payment_intents").await?;
    let page = presses(&order, "payment_form", &[]).await?;
    ensure!(page.contains("The payment provider does not answer at the moment. We keep trying"), "{page}");
    ensure!(page.contains("nothing was charged") && page.contains("Cancel the order"), "{page}");
    shop.works_again().await?;
    pays(&form(shop, &order, &[]).await?).await?;
    shop.is_bought_once(&order, &email, before).await
}

/// Meanwhile the buyer wants to pay on the provider's page what they have paid here.
async fn nobody_tells_of_the_payment(shop: &BrokenShop) -> Result<()> {
    let (order, email, before) = begun(shop).await?;
    let form = form(shop, &order, &[]).await?;
    shop.breaks("GET /payment_intents/*").await?;
    pays(&form).await?;
    shop.went_wrong(1).await?;
    for page in [order.page().await?, presses(&order, "payment", &[]).await?] {
        ensure!(page.contains("data-state=\"paying\"") && !page.contains("othing was charged"), "{page}");
    }
    is_ended(&form).await?;
    shop.works_again().await?;
    shop.is_bought_once(&order, &email, before).await
}

/// From the form to the provider's page, while this call goes wrong.
async fn goes_to_the_page(shop: &BrokenShop, call: &str, words: &str) -> Result<()> {
    let (order, email, before) = begun(shop).await?;
    let form = form(shop, &order, &[]).await?;
    shop.breaks(call).await?;
    let page = presses(&order, "payment", &[]).await?;
    ensure!(page.contains(words), "{page}");
    shop.works_again().await?;
    let pay_page = shop.pay_page(&order).await?;
    is_ended(&form).await?;
    order.press(&pay_page, "pay").await?;
    shop.is_bought_once(&order, &email, before).await
}

async fn the_form_is_not_ended(shop: &BrokenShop) -> Result<()> {
    let (order, _, before) = begun(shop).await?;
    let form = form(shop, &order, &[]).await?;
    shop.breaks("POST /payment_intents/*/cancel").await?;
    let page = presses(&order, "cancellation", &[]).await?;
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
    is_ended(&form).await?;
    shop.is_calm().await?;
    ensure!(shop.taken().await? == before, "its form is closed");
    Ok(())
}
