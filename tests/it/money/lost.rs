//! A buyer always gets an outcome: lost webhooks, payments that take days, a provider that rejects our request.

use crate::support::{Database, TestServer, eventually, on_both, shop::Order};
use anyhow::Result;
use domain::{
    amount::{Currency, Money},
    catalogue::{offer::PriceKind, slug::Wanted},
    clock::Clock,
    money::checkout::{GIVE_UP_PROCESSING, Payment},
};
use store::{Act, PassText};

const SAM: &str = "sam@demo.example";

on_both!(
    with_every_webhook_lost_a_payment_is_found_by_polling,
    a_slow_payment_is_shown_as_such_and_arrives,
    a_slow_payment_that_fails_ends_and_the_pass_can_be_bought_again,
    a_failed_payment_is_told_without_a_link_to_what_is_not_sold_any_more,
    a_payment_without_an_answer_is_told_as_unknown_and_may_still_arrive,
    our_own_error_is_not_shown_as_a_declined_card,
);

async fn with_every_webhook_lost_a_payment_is_found_by_polling(database: Database) -> Result<()> {
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
    assert_eq!(server.mails(SAM, "Your pass").await?, 1);
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
    assert_eq!(order.buyer.get(&server.live().path("fragment")).await?.status, 402, "nothing is paid yet");
    let again = order.buyer.post("/maya/front-row/purchase", &[]).await?;
    assert_eq!(again.location(), order.path, "a pending order is not opened a second time");
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
    // The show goes on for hours, because somebody watches.
    let _watching = server.live().follow(&server.person("viewer"), 0).await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    order.press(&order.pay_page().await?, "delay").await?;
    let slow = waiting.all_until("data-state=\"processing\"").await?;
    assert!(slow.last().is_some_and(|e| e.data.contains("or if the payment fails")));
    // No webhook arrives, so polling must find it; by then the interval has grown to one hour.
    server.stand_in_does("lose", "on").await?;
    server.bank(&order, "bounce").await?;
    server.advance(2 * 3600).await?;
    let failed = waiting.all_until("data-state=\"failed\"").await?;
    assert!(failed.last().is_some_and(|e| e.data.contains("The payment failed.")));
    let audited = server.app.store.audit().last(1000).await?;
    let applied = audited.iter().filter(|line| line.act.action == "payment.apply");
    assert_eq!(
        applied.filter(|line| line.act.detail == "failed").count(),
        1,
        "a code, not words: {audited:?}"
    );
    server.stand_in_does("lose", "off").await?;
    assert!(order.buyer.get("/account/purchases").await?.text.contains("payment failed"));
    server.rest().await?;
    let mails = server.mail_texts(SAM, "Your payment failed").await?;
    let [mail] = mails.as_slice() else { anyhow::bail!("one mail: {mails:?}") };
    let again = server.app.url("/maya/front-row");
    assert!(mail.contains("Nothing was charged.") && mail.contains(&again), "{mail}");
    assert_eq!(server.mails("vera@demo.example", "payment").await?, 0, "nobody else is told");
    let second = Order::paid(order.buyer.clone(), &server).await?;
    assert_ne!(second.id, order.id);
    assert_eq!(server.live().say(&order.buyer, "at last").await?.status, 303);
    server.close().await
}

async fn a_failed_payment_is_told_without_a_link_to_what_is_not_sold_any_more(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    order.press(&order.pay_page().await?, "delay").await?;
    waiting.all_until("data-state=\"processing\"").await?;
    let withdrawal = format!("/account/access_passes/{}/withdrawal", server.pass("front-row").await?);
    assert_eq!(server.person("host").post(&withdrawal, &[]).await?.status, 303);
    server.bank(&order, "bounce").await?;
    let failed = waiting.all_until("data-state=\"failed\"").await?;
    let page = failed.last().map(|e| e.data.clone()).unwrap_or_default();
    assert!(page.contains("no longer sold") && page.contains("href=\"/maya\""), "{page}");
    assert!(!page.contains("/maya/front-row"), "{page}");
    server.rest().await?;
    let mails = server.mail_texts(SAM, "Your payment failed").await?;
    let [mail] = mails.as_slice() else { anyhow::bail!("one mail: {mails:?}") };
    assert!(mail.contains("no longer sold") && mail.contains(&server.app.url(&order.path)), "{mail}");
    assert!(!mail.contains("/maya/front-row"), "{mail}");
    server.close().await
}

async fn a_payment_without_an_answer_is_told_as_unknown_and_may_still_arrive(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    order.press(&order.pay_page().await?, "delay").await?;
    waiting.all_until("data-state=\"processing\"").await?;
    drop(waiting);
    server.advance(GIVE_UP_PROCESSING.ceil_secs() + 1).await?;
    let settled = async || anyhow::Ok(order.row(&server).await?.state.settled().then_some(()));
    eventually("the order is not settled", settled).await?;
    server.rest().await?;
    let buyer = server.signed_in(SAM).await?;
    let page = buyer.get(&order.path).await?.text;
    assert!(page.contains("no confirmation") && !page.contains("othing was charged"), "{page}");
    assert!(buyer.get("/account/purchases").await?.text.contains("not confirmed"));
    assert_eq!(server.mails(SAM, "failed").await?, 0);
    let mails = server.mail_texts(SAM, "not confirmed").await?;
    let [mail] = mails.as_slice() else { anyhow::bail!("one mail: {mails:?}") };
    assert!(mail.contains("no confirmation") && mail.contains("for 30 days"), "{mail}");
    assert!(!mail.contains("othing was charged") && mail.contains(&server.app.url(&order.path)), "{mail}");
    server.bank(&order, "arrive").await?;
    server.rest().await?;
    assert_eq!(order.row(&server).await?.state, Payment::Paid);
    assert!(buyer.get(&order.path).await?.text.contains("You are in"));
    server.close().await
}

async fn our_own_error_is_not_shown_as_a_declined_card(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let passes = server.app.store.passes();
    let pass = passes.by_id(server.pass("front-row").await?).await?;
    // More than the provider accepts, written directly to the database because no form allows it.
    let price = PriceKind::Once(Money { minor: 100_000_000, currency: Currency::Eur });
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
