//! Saved cards: with one of them a pass is bought in one post.

use crate::{
    people::leaving::exported,
    support::{
        Browser, Database, TestServer, on_both,
        shop::{ASKS, GOOD, Order},
    },
};
use anyhow::{Context, Result, ensure};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::PriceKind,
    clock::Clock,
    money::{
        buying::cards::{CardRefusal, SavedCard},
        checkout::Payment,
        selling::{Selling, Window},
    },
};
use futures_util::future::try_join_all;

on_both!(
    a_saved_card_buys_in_one_post_and_once,
    a_bank_that_asks_leads_to_the_page,
    a_card_that_is_gone_leads_to_the_page,
    nobody_pays_with_the_card_of_somebody_else,
    what_is_not_sold_is_not_charged,
    nobody_is_charged_another_price_than_they_saw,
    nobody_is_charged_in_another_currency,
    a_card_is_removed_by_its_owner_alone,
    a_card_is_not_saved_unasked,
);

const SAM: &str = "sam@demo.example";
const BUY: &str = "/maya/front-row/purchase";

/// Sam buys the pass, saves the card, and has the money back: so he can buy it again.
async fn save(server: &TestServer, number: &str) -> Result<(Browser, SavedCard)> {
    let sam = server.person("stranger");
    let order = Order::open(sam.clone()).await?;
    ensure!(order.page().await?.contains("Save the card for next time"));
    let asked = sam.post(&format!("{}/payment", order.path), &[("keep", "1")]).await?;
    let page = asked.location().to_owned();
    ensure!(page.contains("/pay/cs_"), "{} {}", asked.status, asked.text);
    let mut waiting = order.follow().await?;
    let paid = sam.post(&format!("{page}/pay"), &[("card", number)]).await?;
    if paid.location().starts_with("/pay/") {
        sam.post(&format!("{page}/confirm"), &[]).await?;
    }
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    server.bank(&order, "refund").await?;
    server.rest().await?;
    let saved = server.app.store.saved_cards().of_account(server.account(SAM).await?).await?;
    Ok((sam, saved.into_iter().next().context("a saved card")?))
}

/// What the button of the card sends.
fn button(card: &SavedCard) -> String {
    format!("{}:eur:1200", card.id)
}

async fn a_saved_card_buys_in_one_post_and_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (sam, card) = save(&server, GOOD).await?;
    let words = "Pay €12 with Visa •4242";
    ensure!(sam.get("/maya/front-row").await?.text.contains(words));
    let other = server.signed_in("other@example.org").await?;
    for who in [&other, &server.anybody()] {
        ensure!(!who.get("/maya/front-row").await?.text.contains("Visa"), "only whoever saved one");
    }
    let before = server.charges().await?;
    let sent = button(&card);
    let form = [("card", sent.as_str())];
    let clicks = try_join_all((0..5).map(|_| sam.post(BUY, &form))).await?;
    // Whoever clicks after the payment is led to what the pass opens.
    ensure!(clicks.iter().all(|click| click.status == 303), "{:?}", clicks[0].text);
    let orders = clicks.iter().filter(|click| click.location().starts_with("/checkouts/"));
    let first = orders.map(|click| click.location()).next().context("an order")?.to_owned();
    let page = sam.get(&first).await?.text;
    ensure!(page.contains("data-state=\"paid\""), "paid by the answer of the post: {page}");
    ensure!(server.live().say(&sam, "in one step").await?.status == 303);
    ensure!(server.live().say(&other, "not I").await?.status == 402);
    server.rest().await?;
    ensure!(server.charges().await? == before + 1, "five clicks, one charge");
    let purchases = server.app.store.purchases().of_account(server.account(SAM).await?).await?;
    ensure!(purchases.len() == 2 && purchases[0].amount.minor == 1200, "{purchases:?}");
    ensure!(purchases[0].provider_session.as_deref().is_some_and(|id| id.starts_with("pi_")));
    server.mailed(SAM, "Your pass", 2).await?;
    ensure!(server.mails("other@example.org", "Your pass").await? == 0);
    // Its money goes back as any other.
    let order = Order { buyer: sam.clone(), id: purchases[0].checkout, path: first };
    let refund = format!("/account/orders/{}/refunds", purchases[0].id);
    let asked = server.person("host").post(&refund, &[("amount", "12"), ("left", "1200")]).await?;
    ensure!(asked.status == 303, "{} {}", asked.status, asked.text);
    server.rest().await?;
    ensure!(order.page().await?.contains("Refunded"), "{}", order.page().await?);
    ensure!(server.live().say(&sam, "and out").await?.status == 402);
    server.close().await
}

async fn a_bank_that_asks_leads_to_the_page(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (sam, card) = save(&server, ASKS).await?;
    let before = server.charges().await?;
    let order = Order::at(sam.clone(), &sam.post(BUY, &[("card", button(&card).as_str())]).await?)?;
    let row = order.row(&server).await?;
    ensure!((row.state, row.card.refused) == (Payment::Held, Some(CardRefusal::Asks)), "{row:?}");
    let page = order.page().await?;
    ensure!(page.contains("wants to ask you first") && page.contains("Nothing was charged"), "{page}");
    server.rest().await?;
    ensure!(server.charges().await? == before && server.live().say(&sam, "in?").await?.status == 402);
    // On the page it goes on: the same order, and the bank asks there.
    let pay_page = order.pay_page().await?;
    let mut waiting = order.follow().await?;
    let paid = sam.post(&format!("{pay_page}/pay"), &[("card", ASKS)]).await?;
    ensure!(paid.location().starts_with("/pay/"), "the bank asks: {}", paid.location());
    sam.post(&format!("{pay_page}/confirm"), &[]).await?;
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    ensure!(server.charges().await? == before + 1);
    server.close().await
}

async fn a_card_that_is_gone_leads_to_the_page(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (sam, card) = save(&server, GOOD).await?;
    let before = server.charges().await?;
    server.stand_in_does("webhooks", "off").await?;
    let billing = server.app.services.billing.clone().context("billing")?;
    billing.remove_card(card.id.clone()).await?;
    let order = Order::at(sam.clone(), &sam.post(BUY, &[("card", button(&card).as_str())]).await?)?;
    let row = order.row(&server).await?;
    ensure!((row.state, row.card.refused) == (Payment::Held, Some(CardRefusal::Declined)), "{row:?}");
    ensure!(order.page().await?.contains("declined your saved card"), "{}", order.page().await?);
    ensure!(server.charges().await? == before);
    order.pay_page().await?;
    server.close().await
}

async fn nobody_pays_with_the_card_of_somebody_else(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (_, card) = save(&server, GOOD).await?;
    let before = server.charges().await?;
    let thief = server.signed_in("thief@example.org").await?;
    let order = Order::at(thief.clone(), &thief.post(BUY, &[("card", button(&card).as_str())]).await?)?;
    let row = order.row(&server).await?;
    ensure!((row.state, row.card.card.as_deref()) == (Payment::Held, None), "{row:?}");
    // Who is not signed in yet pays with no card by what was sent before.
    let visitor = server.anybody().post(BUY, &[("card", button(&card).as_str())]).await?;
    ensure!(visitor.location().starts_with("/sign-in"), "{}", visitor.location());
    ensure!(server.charges().await? == before && server.live().say(&thief, "in?").await?.status == 402);
    server.close().await
}

async fn what_is_not_sold_is_not_charged(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (sam, card) = save(&server, GOOD).await?;
    let before = server.charges().await?;
    let button = button(&card);
    let form = [("card", button.as_str())];
    let now = server.app.clock.now();
    let holders = server.app.store.grants().holders(server.pass("front-row").await?, now).await?;
    server.sell("front-row", Selling { stock: Some(holders), ..Selling::default() }).await?;
    ensure!(sam.post(BUY, &form).await?.status == 409, "sold out");
    let closed = Window { closes_at: Some(now), ..Window::default() };
    server.sell("front-row", Selling { window: closed, ..Selling::default() }).await?;
    ensure!(sam.post(BUY, &form).await?.status == 409, "closed");
    ensure!(server.charges().await? == before);
    server.close().await
}

async fn nobody_is_charged_another_price_than_they_saw(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (sam, card) = save(&server, GOOD).await?;
    let before = server.charges().await?;
    let dearer = PriceKind::Once(Money { minor: 1500, currency: Currency::Eur });
    server.sell_at("front-row", dearer, None).await?;
    for sent in [button(&card), card.id.clone()] {
        let order = Order::at(sam.clone(), &sam.post(BUY, &[("card", sent.as_str())]).await?)?;
        let (page, row) = (order.page().await?, order.row(&server).await?);
        ensure!(row.card.card.is_none() && row.amount.minor == 1500, "{row:?}");
        ensure!(page.contains("Pay €15"), "the order says what it costs now: {page}");
    }
    server.rest().await?;
    ensure!(server.charges().await? == before);
    server.close().await
}

async fn nobody_is_charged_in_another_currency(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (sam, card) = save(&server, GOOD).await?;
    let before = server.charges().await?;
    let dollars = PriceKind::Once(Money { minor: 1200, currency: Currency::Usd });
    server.sell_at("front-row", dollars, None).await?;
    let order = Order::at(sam.clone(), &sam.post(BUY, &[("card", button(&card).as_str())]).await?)?;
    let row = order.row(&server).await?;
    ensure!(row.card.card.is_none() && row.amount.currency == Currency::Usd, "{row:?}");
    server.rest().await?;
    ensure!(server.charges().await? == before);
    server.close().await
}

async fn a_card_is_removed_by_its_owner_alone(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (sam, card) = save(&server, GOOD).await?;
    let form = [("card", card.id.as_str())];
    let list = sam.get("/account/purchases").await?.text;
    ensure!(list.contains("Visa •4242") && list.contains("Remove Visa •4242"), "{list}");
    let told = exported(&sam).await?["cards.csv"].clone();
    ensure!(told.contains("visa,4242,") && !told.contains(&card.id), "{told}");
    let viewer = server.person("viewer");
    ensure!(!viewer.get("/account/purchases").await?.text.contains("Visa"));
    ensure!(viewer.post("/account/cards/removal", &form).await?.status == 422);
    ensure!(sam.post("/account/cards/removal", &form).await?.status == 303);
    ensure!(!sam.get("/account/purchases").await?.text.contains("Visa"));
    ensure!(!sam.get("/maya/front-row").await?.text.contains("Visa"), "off by absence");
    let billing = server.app.services.billing.clone().context("billing")?;
    ensure!(billing.card(card.id.clone()).await?.customer.is_none(), "also at the provider");
    server.rest().await?;
    ensure!(sam.post("/account/cards/removal", &form).await?.status == 422, "it is gone");
    let lines = server.app.store.audit().last(50).await?;
    ensure!(lines.iter().any(|line| line.act.action == "card.remove"), "{lines:?}");
    server.close().await
}

async fn a_card_is_not_saved_unasked(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    Order::paid(server.person("stranger"), &server).await?;
    let saved = server.app.store.saved_cards().of_account(server.account(SAM).await?).await?;
    ensure!(saved.is_empty(), "{saved:?}");
    server.close().await
}
