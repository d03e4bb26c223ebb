//! A buyer is never left waiting: webhooks that are lost, payments that take days, a provider that refuses us.

use crate::support::{Database, TestServer, on_both, shop::Order};
use anyhow::Result;
use domain::{
    amount::{Currency, Money},
    catalogue::{offer::Price, slug::Wanted},
    clock::Clock,
    money::checkout::Payment,
};
use store::{Act, PassText};

on_both!(
    with_every_webhook_lost_a_payment_is_found_by_asking,
    a_slow_payment_is_shown_as_such_and_arrives,
    a_slow_payment_that_fails_ends_and_the_pass_can_be_bought_again,
    our_own_mistake_is_not_told_as_the_cards,
);

async fn with_every_webhook_lost_a_payment_is_found_by_asking(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.stand_in_does("lose", "on").await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    order.press(&order.pay_page().await?, "pay").await?;
    assert_eq!(order.row(&server).await?.state, Payment::Paying);
    server.advance(31).await?;
    waiting.all_until("data-state=\"paid\"").await?;
    server.rest().await?;
    assert_eq!(server.live().say(&order.buyer, "at last").await?.status, 303);
    assert_eq!(server.mails("sam@demo.example", "Your pass").await?, 1);
    server.close().await
}

async fn a_slow_payment_is_shown_as_such_and_arrives(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    order.press(&order.pay_page().await?, "delay").await?;
    let shown = waiting.all_until("data-state=\"processing\"").await?;
    assert!(shown.last().is_some_and(|e| e.data.contains("Your payment is being processed.")));
    assert!(order.buyer.get("/account/purchases").await?.text.contains("being processed"));
    assert_eq!(order.buyer.get(&server.live().path("fragment")).await?.status, 402, "the money is not there");
    let again = order.buyer.post("/maya/front-row/purchase", &[]).await?;
    assert_eq!(again.location(), order.path, "nobody pays twice by accident");
    assert_eq!(order.buyer.post(&format!("{}/cancellation", order.path), &[]).await?.location(), order.path);
    assert_eq!(order.row(&server).await?.ended, None, "too late to cancel");
    server.advance(10 * 60).await?;
    server.bank(&order, "arrive").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    assert_eq!(server.live().say(&order.buyer, "at last").await?.status, 303);
    server.close().await
}

async fn a_slow_payment_that_fails_ends_and_the_pass_can_be_bought_again(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    order.press(&order.pay_page().await?, "delay").await?;
    waiting.all_until("data-state=\"processing\"").await?;
    // Nobody tells us, so it is found by asking, which has slowed down to once an hour by then.
    server.stand_in_does("lose", "on").await?;
    server.bank(&order, "bounce").await?;
    server.advance(2 * 3600).await?;
    let failed = waiting.all_until("data-state=\"failed\"").await?;
    assert!(failed.last().is_some_and(|e| e.data.contains("The payment did not arrive.")));
    server.stand_in_does("lose", "off").await?;
    let second = Order::paid(order.buyer.clone(), &server).await?;
    assert_ne!(second.id, order.id);
    assert_eq!(server.live().say(&order.buyer, "at last").await?.status, 303);
    server.close().await
}

async fn our_own_mistake_is_not_told_as_the_cards(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let passes = server.app.store.passes();
    let pass = passes.by_id(server.pass("front-row").await?).await?;
    // More than the provider takes, by a row that no form would write.
    let price = Price::Once(Money { minor: 100_000_000, currency: Currency::Eur });
    let (slug, title) = (Wanted::Chosen(pass.slug.clone()), pass.title.clone());
    let text = PassText { slug, title, about: pass.about.clone(), price, includes: pass.includes.clone() };
    let now = server.app.clock.now();
    let mut tx = server.app.store.begin().await?;
    tx.update_pass(pass.id, &text, now).await?;
    let act =
        Act { actor: None, action: "pass.update".into(), target: "a pass".into(), detail: String::new() };
    tx.commit_audited(act, &[], now).await?;
    let order = Order::open(server.person("stranger")).await?;
    let asked = order.buyer.post(&format!("{}/payment", order.path), &[]).await?;
    assert_eq!(asked.location(), order.path);
    let page = order.page().await?;
    assert!(
        page.contains("a mistake on our side, not your card") && !page.contains("did not go through"),
        "{page}"
    );
    server.close().await
}
