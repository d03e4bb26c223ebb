//! Passes that are bought for somebody else's address.

use crate::support::{Browser, Database, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    money::{checkout::OrderEnd, selling::Selling, settlement::RefundReason},
};

on_both!(
    whoever_proves_the_address_takes_the_gift,
    a_refund_takes_the_gift_back,
    the_seller_sees_for_whom_a_gift_was_bought,
    a_gift_that_waits_ends_with_its_refund,
    a_gift_that_nobody_can_take_any_more_goes_back,
    what_nobody_has_taken_goes_back_when_the_space_closes,
    a_gift_keeps_a_seat_and_takes_one_of_the_stock,
    what_is_wrong_with_a_gift_is_said_in_its_form,
    a_gift_and_an_order_of_ones_own_are_two_things,
);

const SAM: &str = "sam@demo.example";
const KIM: &str = "kim.gift@example.org";
const GIFT: &str = "/maya/front-row/gift";

/// Sam orders the pass for this address.
async fn order(server: &TestServer, email: &str) -> Result<Order> {
    let sam = server.person("stranger");
    let asked = sam.post(GIFT, &[("email", email)]).await?;
    Order::at(sam, &asked)
}

async fn take(who: &Browser, link: &str) -> Result<u16> {
    Ok(who.post(&format!("{link}/acceptance"), &[]).await?.status.as_u16())
}

async fn whoever_proves_the_address_takes_the_gift(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    ensure!(sam.get("/maya/front-row").await?.text.contains("href=\"/maya/front-row/gift\""));
    let order = order(&server, "Kim.Gift@Example.org").await?;
    ensure!(order.page().await?.contains(KIM), "{}", order.page().await?);
    ensure!(server.mails(KIM, "A gift for you").await? == 0, "nothing is mailed before it is paid");
    order.pay(&server).await?;
    let page = order.page().await?;
    ensure!(page.contains("takes the pass by signing in") && !page.contains("friday-session\">"), "{page}");
    let receipt = server.mailed(SAM, "Your gift", 1).await?.remove(0);
    ensure!(receipt.contains(KIM) && receipt.contains("€12"), "{receipt}");
    ensure!(server.mails(KIM, "Your gift").await? == 0 && server.mails(SAM, "A gift for you").await? == 0);
    ensure!(server.live().say(&sam, "mine?").await?.status == 402, "the buyer holds nothing");
    let link = server.gift_path(KIM).await?;
    let visitor = server.anybody().get(&link).await?;
    ensure!(visitor.location().starts_with("/sign-in"), "{}", visitor.location());
    ensure!(take(&sam, &link).await? == 403, "not even the buyer");
    ensure!(take(&server.signed_in("thief@example.org").await?, &link).await? == 403);
    let kim = server.signed_in(KIM).await?;
    let page = kim.get(&link).await?.text;
    ensure!(page.contains("has bought you this pass"), "{page}");
    ensure!(take(&kim, &link).await? == 303 && take(&kim, &link).await? == 404, "once");
    ensure!(server.live().say(&kim, "thank you").await?.status == 303);
    ensure!(server.live().say(&sam, "and I").await?.status == 402);
    let list = format!("/account/access_passes/{}/comps", server.pass("front-row").await?);
    ensure!(!server.person("host").get(&list).await?.text.contains(KIM), "the team has not given it");
    let lines = server.app.store.audit().last(200).await?;
    for action in ["checkout.open", "payment.apply", "comp.claim"] {
        ensure!(lines.iter().any(|line| line.act.action == action), "{action}: {lines:?}");
    }
    server.close().await
}

async fn a_refund_takes_the_gift_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = order(&server, KIM).await?;
    order.pay(&server).await?;
    let kim = server.signed_in(KIM).await?;
    ensure!(take(&kim, &server.gift_path(KIM).await?).await? == 303);
    let mut page = server.live().follow(&kim, 0).await?;
    server.bank(&order, "dispute").await?;
    page.end().await?;
    ensure!(server.live().say(&kim, "paused").await?.status == 403, "while a bank decides");
    server.bank(&order, "win").await?;
    server.rest().await?;
    ensure!(server.live().say(&kim, "again").await?.status == 303);
    let mut page = server.live().follow(&kim, 0).await?;
    server.bank(&order, "refund").await?;
    page.end().await?;
    ensure!(server.live().say(&kim, "over").await?.status == 402);
    server.rest().await?;
    ensure!(server.mails(SAM, "Your refund").await? == 1 && server.mails(KIM, "Your refund").await? == 0);
    server.close().await
}

async fn the_seller_sees_for_whom_a_gift_was_bought(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, order) = (server.person("host"), order(&server, KIM).await?);
    order.pay(&server).await?;
    let sold = order.purchase(&server).await?;
    let page = format!("/account/orders/{}", sold.id);
    let text = host.get(&page).await?.text;
    ensure!(text.contains("Bought for") && text.contains(KIM) && text.contains(SAM), "{text}");
    let found = host.get(&format!("/account/spaces/{}/orders?q={KIM}", sold.space)).await?.text;
    ensure!(found.contains(&page), "it is found by the address: {found}");
    let kim = server.signed_in(KIM).await?;
    ensure!(take(&kim, &server.gift_path(KIM).await?).await? == 303);
    server.bank(&order, "dispute").await?;
    server.rest().await?;
    let facts = host.get(&format!("{page}/evidence")).await?.text;
    for wanted in ["bought it for somebody else", "The receiver got access", "The receiver has not watched"] {
        ensure!(facts.contains(wanted), "{wanted}: {facts}");
    }
    server.close().await
}

async fn a_gift_that_waits_ends_with_its_refund(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = order(&server, KIM).await?;
    order.pay(&server).await?;
    let (link, kim) = (server.gift_path(KIM).await?, server.signed_in(KIM).await?);
    // The team that did not give it does not take it back.
    let comp = link.rsplit('/').next().unwrap_or_default().to_owned();
    let revoke = format!("/account/access_passes/{}/comps/revocations", server.pass("front-row").await?);
    ensure!(server.person("host").post(&revoke, &[("comp", comp.as_str())]).await?.status == 404);
    server.bank(&order, "refund").await?;
    server.rest().await?;
    ensure!(kim.get(&link).await?.status == 404 && take(&kim, &link).await? == 404);
    ensure!(server.live().say(&kim, "in?").await?.status == 402);
    // The bank sends the refund back: it is paid, so it waits again.
    server.bank(&order, "fail_refund").await?;
    server.rest().await?;
    ensure!(take(&kim, &link).await? == 303);
    server.close().await
}

async fn a_gift_that_nobody_can_take_any_more_goes_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let kim = server.signed_in(KIM).await?;
    let order = order(&server, KIM).await?;
    order.pay(&server).await?;
    let store = &server.app.store;
    let username = store.accounts().by_email(KIM).await?.context("an account")?.username;
    let deleted = kim.post("/account/deletion", &[("username", &username)]).await?;
    ensure!(deleted.status == 303, "{} {}", deleted.status, deleted.text);
    server.rest().await?;
    let purchase = order.purchase(&server).await?;
    assert_eq!((purchase.refund_reason, purchase.refunded), (Some(RefundReason::NoReceiver), 1200));
    ensure!(server.mails(SAM, "Your refund").await? == 1, "the buyer is told");
    server.close().await
}

async fn what_nobody_has_taken_goes_back_when_the_space_closes(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let closing = format!("/account/spaces/{space}/closing");
    let before = host.get(&closing).await?.text;
    ensure!(!before.contains("not taken yet") && before.contains("Nothing is paid back"), "{before}");
    let own = Order::open(server.signed_in("own@example.org").await?).await?;
    own.pay(&server).await?;
    let taken = order(&server, KIM).await?;
    taken.pay(&server).await?;
    let kim = server.signed_in(KIM).await?;
    ensure!(take(&kim, &server.gift_path(KIM).await?).await? == 303);
    let waits = order(&server, "lea.gift@example.org").await?;
    waits.pay(&server).await?;
    let page = host.get(&closing).await?.text;
    ensure!(page.contains("1 pass was bought for an address and not taken yet"), "{page}");
    ensure!(page.contains("Nothing else is paid back"), "{page}");
    ensure!(host.post(&closing, &[("name", "Maya Lin")]).await?.status == 303);
    server.rest().await?;
    let store = &server.app.store;
    for (order, reason, refunded) in
        [(&own, None, 0), (&taken, None, 0), (&waits, Some(RefundReason::Untaken), 1200)]
    {
        let purchase = order.purchase(&server).await?;
        ensure!((purchase.refund_reason, purchase.refunded) == (reason, refunded), "{purchase:?}");
    }
    let told = server.mail_texts(SAM, "Your refund").await?;
    ensure!(told.len() == 1 && told[0].contains("before anybody took the pass"), "{told:?}");
    let lea = server.signed_in("lea.gift@example.org").await?;
    ensure!(take(&lea, &server.gift_path("lea.gift@example.org").await?).await? == 404, "it waits no more");
    let lines = store.audit().last(200).await?;
    ensure!(lines.iter().any(|line| line.act.action == "gift.return"), "{lines:?}");
    server.close().await
}

async fn a_gift_keeps_a_seat_and_takes_one_of_the_stock(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (store, pass) = (&server.app.store, server.pass("front-row").await?);
    let left = async || anyhow::Ok(store.passes().by_id(pass).await?.left);
    let holders = store.grants().holders(pass, server.app.clock.now()).await?;
    server.sell("front-row", Selling { stock: Some(holders + 1), ..Selling::default() }).await?;
    let order = order(&server, KIM).await?;
    ensure!(left().await? == Some(0), "kept for the order");
    order.pay(&server).await?;
    ensure!(left().await? == Some(0), "and for the receiver");
    let other = server.signed_in("other@example.org").await?;
    ensure!(other.post("/maya/front-row/purchase", &[]).await?.status == 409);
    let kim = server.signed_in(KIM).await?;
    ensure!(take(&kim, &server.gift_path(KIM).await?).await? == 303 && left().await? == Some(0));
    server.bank(&order, "refund").await?;
    server.rest().await?;
    ensure!(left().await? == Some(1), "the refund gives it back");
    server.close().await
}

async fn what_is_wrong_with_a_gift_is_said_in_its_form(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    for (email, why) in [("", "An e-mail address"), ("kim", "An e-mail address"), (SAM, "your own address")] {
        let reply = sam.post(GIFT, &[("email", email)]).await?;
        ensure!(reply.status == 422 && reply.text.contains(why), "{email}: {} {}", reply.status, reply.text);
        ensure!(reply.text.contains(&format!("value=\"{email}\"")), "{email} stays in the form");
    }
    let order = order(&server, KIM).await?;
    ensure!(Order::at(sam.clone(), &sam.post(GIFT, &[("email", KIM)]).await?)?.id == order.id, "once");
    order.pay(&server).await?;
    let again = sam.post(GIFT, &[("email", KIM)]).await?;
    ensure!(again.status == 422 && again.text.contains("waits for this address already"), "{}", again.text);
    // What is free, or has a list, is not bought for others.
    ensure!(sam.get("/maya/lobby/gift").await?.status == 404);
    ensure!(!sam.get("/maya/lobby").await?.text.contains("/gift\""));
    ensure!(server.person("host").get(GIFT).await?.status == 409, "the team gives it");
    server.close().await
}

async fn a_gift_and_an_order_of_ones_own_are_two_things(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    let gift = order(&server, KIM).await?;
    let own = Order::open(sam.clone()).await?;
    ensure!(own.id != gift.id && own.row(&server).await?.gift.is_none());
    ensure!(gift.row(&server).await?.ended == Some(OrderEnd::Cancelled), "nobody had begun to pay it");
    own.pay_page().await?;
    let refused = sam.post(GIFT, &[("email", KIM)]).await?;
    ensure!(refused.status == 422 && refused.text.contains("begun to pay another order"), "{}", refused.text);
    ensure!(refused.text.contains(&format!("value=\"{KIM}\"")));
    own.pay(&server).await?;
    // Whoever holds the pass may give it.
    let gift = order(&server, KIM).await?;
    gift.pay(&server).await?;
    let purchases = server.app.store.purchases().of_account(server.account(SAM).await?).await?;
    ensure!(purchases.len() == 2 && purchases.iter().all(|one| one.refund_reason.is_none()), "{purchases:?}");
    server.close().await
}
