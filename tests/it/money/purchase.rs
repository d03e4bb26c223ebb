//! Taking and buying a pass: only a signed event settles a payment, and settles it once.

use crate::support::{Browser, Database, Reply, TestServer, on_both, shop::Order};
use anyhow::Result;
use domain::{
    amount::{Currency, Money},
    money::checkout::Payment,
};
use futures_util::future::try_join_all;

on_both!(
    a_visitor_who_wants_a_pass_goes_on_to_it_after_signing_in,
    what_a_visitor_chose_holds_after_signing_in,
    a_free_pass_is_one_click_and_opens_only_what_it_includes,
    a_paid_pass_opens_the_waiting_page_and_the_door,
    an_order_expires_and_another_can_be_opened,
);

const SAM: &str = "sam@demo.example";

/// Counts of Sam's purchases, valid grants and receipts: each is one after a payment, whatever failed on the way.
async fn bought(server: &TestServer) -> Result<[usize; 3]> {
    server.rest().await?;
    let sam = server.account(SAM).await?;
    let purchases = server.app.store.purchases().of_account(sam).await?;
    assert!(
        purchases
            .iter()
            .all(|p| p.refund_reason.is_none() && p.amount == Money { minor: 1200, currency: Currency::Eur })
    );
    let pass = server.pass("front-row").await?;
    let grants = server.app.store.grants().of_account(sam).await?;
    let grants = grants.iter().filter(|g| g.pass == pass && g.revoked_at.is_none()).count();
    Ok([purchases.len(), grants, server.mails(SAM, "Your pass").await?])
}

/// Whether this person may enter the live stream.
async fn may_enter(server: &TestServer, who: &Browser) -> Result<bool> {
    match who.get(&server.live().path("fragment")).await?.status.as_u16() {
        200 => Ok(true),
        402 => Ok(false),
        other => anyhow::bail!("neither in nor out: {other}"),
    }
}

/// Signs in with `next` in the form. The answer to the code.
async fn sign_in(who: &Browser, email: &str, next: &str) -> Result<Reply> {
    who.post("/sign-in", &[("email", email), ("next", next)]).await?;
    let code = who.next_code(email, 0).await?;
    who.post("/sign-in/code", &[("code", &code), ("next", next)]).await
}

async fn a_visitor_who_wants_a_pass_goes_on_to_it_after_signing_in(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (buyer, led) = (server.anybody(), server.anybody());
    let pass = "/maya/front-row";
    assert_eq!(
        buyer.post("/maya/front-row/purchase", &[]).await?.location(),
        "/sign-in?next=/maya/front-row"
    );
    let entered = sign_in(&buyer, "buyer@example.org", pass).await?;
    // The status makes the browser send a POST again.
    assert_eq!((entered.status.as_u16(), entered.location()), (307, "/maya/front-row/purchase"));
    let order = buyer.post(entered.location(), &[]).await?;
    assert!(order.location().starts_with("/checkouts/"), "{}", order.location());
    assert!(!buyer.cookie().contains("buying=/"), "only once: {}", buyer.cookie());
    pays_and_says_a_name(&Order::at(buyer, &order)?).await?;
    // Whoever was led to the sign-in page by a link has pressed nothing, or something else.
    let entered = sign_in(&led, "led@example.org", pass).await?;
    assert_eq!((entered.status.as_u16(), entered.location()), (303, pass));
    let elsewhere = server.anybody();
    elsewhere.post("/maya/lobby/purchase", &[]).await?;
    let entered = sign_in(&elsewhere, "elsewhere@example.org", pass).await?;
    assert_eq!((entered.status.as_u16(), entered.location()), (303, pass));
    server.close().await
}

async fn what_a_visitor_chose_holds_after_signing_in(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (buyer, pass) = (server.anybody(), "/maya/front-row");
    let codes = format!("/account/spaces/{}/promo_codes", server.space("maya").await?);
    let made = server.person("host").post(&codes, &[("code", "SUMMER"), ("percent", "25")]).await?;
    assert_eq!(made.status, 303, "{}", made.text);
    buyer.post("/maya/front-row/purchase", &[("promo", &"x".repeat(3_000))]).await?;
    assert!(buyer.cookie().len() < 1_000, "a cookie is small: {}", buyer.cookie());
    buyer.post("/maya/front-row/purchase", &[("every", "year"), ("promo", " summer ")]).await?;
    let entered = sign_in(&buyer, "chooser@example.org", pass).await?;
    assert_eq!(entered.location(), "/maya/front-row/purchase?every=year&promo=+summer+");
    // The browser sends the form of the sign-in again, whose code was mailed.
    let reply = buyer.post(entered.location(), &[("code", "123456"), ("next", pass)]).await?;
    let page = Order::at(buyer, &reply)?.page().await?;
    assert!(page.contains("Code <bdi>SUMMER</bdi>") && page.contains("Pay €9"), "{page}");
    server.close().await
}

/// A new buyer is asked for a name on the page of the paid order, beside the door.
async fn pays_and_says_a_name(order: &Order) -> Result<()> {
    let mut waiting = order.follow().await?;
    order.press(&order.pay_page().await?, "pay").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    let page = order.page().await?;
    let door = "name=\"next\" value=\"/maya/friday-session\"";
    assert!(page.contains("Your name here") && page.contains(door) && page.contains("Go on as"), "{page}");
    let form = [("name", "Wim"), ("next", "/maya/friday-session")];
    assert_eq!(order.buyer.post("/account/name", &form).await?.location(), "/maya/friday-session");
    let named = order.page().await?;
    assert!(!named.contains("Your name here") && named.contains("href=\"/maya/friday-session\""), "{named}");
    Ok(())
}

async fn a_free_pass_is_one_click_and_opens_only_what_it_includes(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    let signed_out = server.anybody().post("/maya/lobby/purchase", &[]).await?;
    assert_eq!((signed_out.status.as_u16(), signed_out.location()), (303, "/sign-in?next=/maya/lobby"));
    assert_eq!(
        server.scheduled().say(&sam, "free for all?").await?.status,
        402,
        "a free pass must be taken first"
    );
    for _ in 0..3 {
        let taken = sam.submit("/maya/lobby/purchase", &[]).await?;
        assert_eq!(taken.status, 200);
        assert!(taken.text.contains("data-composer"), "one click leads to the room");
    }
    assert_eq!(server.app.store.grants().of_account(server.account(SAM).await?).await?.len(), 1);
    assert_eq!(server.scheduled().say(&sam, "I am in").await?.status, 303);
    assert!(!may_enter(&server, &sam).await?, "paid experiences stay closed");
    assert_eq!(server.live().say(&sam, "and here?").await?.status, 402);
    server.close().await
}

async fn a_paid_pass_opens_the_waiting_page_and_the_door(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    assert!(!may_enter(&server, &sam).await?);
    let clicks =
        try_join_all((0..5).map(|_| sam.post("/maya/front-row/purchase", &[("amount", "1")]))).await?;
    let order = Order::at(sam.clone(), &clicks[0])?;
    assert!(clicks.iter().all(|c| c.location() == order.path), "five clicks, one checkout");
    let page = sam.get(&order.path).await?;
    assert!(page.text.contains("Pay €12"), "{}", page.text);
    for (other, want) in [(server.person("viewer"), 404), (server.anybody(), 303)] {
        assert_eq!(other.get(&order.path).await?.status, want, "only the buyer sees an order");
        assert_ne!(other.post(&format!("{}/payment", order.path), &[]).await?.status, 303);
    }

    let mut waiting = order.follow().await?;
    let mut elsewhere = Order::open(server.holder("ann@example.org").await?).await?.follow().await?;
    let asked = try_join_all((0..3).map(|_| order.pay_page())).await?;
    let pay_page = &asked[0];
    assert!(asked.iter().all(|p| p == pay_page), "one pay page, however often it is asked for");
    waiting.all_until("data-state=\"paying\"").await?;
    let offer = sam.get(pay_page).await?.text;
    assert!(offer.contains("Front Row") && offer.contains("€12"), "{offer}");
    assert!(!may_enter(&server, &sam).await?, "nothing is paid yet");
    let pressed = order.press(pay_page, "pay").await?;
    assert_eq!(pressed.location(), server.app.url(&order.path));
    assert_eq!(
        order.press(pay_page, "pay").await?.location(),
        pressed.location(),
        "pressing again leads to the same page"
    );
    assert_eq!(server.stand_in_knows().await?["charges"].as_array().map(Vec::len), Some(1), "one charge");

    let paid = waiting.all_until("data-state=\"paid\"").await?;
    assert!(
        paid.last().is_some_and(|e| e.data.contains("/maya/friday-session")),
        "the page links to the experience"
    );
    assert!(may_enter(&server, &sam).await?);
    assert_eq!(server.live().say(&sam, "at last").await?.status, 303);
    assert_eq!(bought(&server).await?, [1, 1, 1]);
    assert!(sam.get("/account/purchases").await?.text.contains("Front Row"));
    let again = sam.post("/maya/front-row/purchase", &[]).await?;
    assert_eq!(again.location(), "/maya/friday-session", "nobody buys the same pass twice");
    let others = elsewhere.next().await?.expect("its first frame");
    assert!(others.data.contains("data-state=\"held\""), "another buyer's page is not changed: {others:?}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn declined_and_abandoned_payments_settle_nothing_and_may_be_tried_again() -> Result<()> {
    let server = TestServer::open().await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    let pay_page = order.pay_page().await?;
    assert_eq!(
        order.press(&pay_page, "decline").await?.location().rsplit('/').next(),
        pay_page.rsplit('/').next()
    );
    assert!(order.buyer.get(&pay_page).await?.text.contains("declined"));
    assert_eq!(order.press(&pay_page, "abandon").await?.location(), server.app.url(&order.path));
    assert_eq!(bought(&server).await?, [0, 0, 0]);
    assert_eq!(order.row(&server).await?.state, Payment::Paying);
    assert!(!may_enter(&server, &order.buyer).await?);
    order.press(&pay_page, "pay").await?;
    let seen = waiting.all_until("data-state=\"paid\"").await?;
    assert!(seen.iter().all(|e| !e.data.contains("data-state=\"failed\"")));
    assert_eq!(bought(&server).await?, [1, 1, 1]);
    server.close().await
}

async fn an_order_expires_and_another_can_be_opened(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::open(server.person("stranger")).await?;
    let mut waiting = order.follow().await?;
    let pay_page = order.pay_page().await?;
    waiting.all_until("data-state=\"paying\"").await?;
    server.advance(36 * 60).await?;
    waiting.all_until("data-state=\"expired\"").await?;
    waiting.end().await?;
    // The provider's page is closed, too: late clicks charge nothing.
    let late = order.buyer.post(&format!("{pay_page}/pay"), &[]).await?;
    assert_ne!(late.location(), server.app.url(&order.path));
    assert_eq!(bought(&server).await?, [0, 0, 0]);
    let next = Order::open(order.buyer.clone()).await?;
    assert_ne!(next.id, order.id);
    let mut waiting = next.follow().await?;
    next.press(&next.pay_page().await?, "pay").await?;
    waiting.all_until("data-state=\"paid\"").await?;
    assert_eq!(bought(&server).await?, [1, 1, 1]);
    server.close().await
}

/// A person who may not have the pass is not sent to pay, and sees the reason.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_pay_for_a_pass_they_may_not_have() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, store) = (server.person("host"), &server.app.store);
    let maya = store.accounts().by_username("maya").await?.expect("Maya").id;
    let (space, _) = store.spaces().of_account(maya).await?.remove(0);
    let stranger = server.person("stranger");
    let order = stranger.post("/maya/front-row/purchase", &[]).await?.location().to_string();
    host.post(&format!("/account/spaces/{}/unpublication", space.id), &[]).await?;
    let asked = stranger.post(&format!("{order}/payment"), &[]).await?;
    assert_eq!(asked.location(), order, "nobody is sent to pay");
    assert!(stranger.get(&order).await?.text.contains("This space is closed at the moment."));
    assert_eq!(stranger.post("/maya/front-row/purchase", &[]).await?.status, 404);
    host.post(&format!("/account/spaces/{}/publication", space.id), &[]).await?;
    let order = stranger.post("/maya/front-row/purchase", &[]).await?.location().to_string();

    let sam = store.accounts().by_username("sam").await?.expect("Sam").id.to_string();
    let bans = server.door("events").replace("/events", "/bans");
    let too_long = [("account", sam.as_str()), ("kind", "ban"), ("seconds", "9223372036854775807")];
    assert_eq!(host.post(&bans, &too_long).await?.status, 422, "longer than any ban");
    assert_eq!(host.post(&bans, &[("account", &sam), ("kind", "ban")]).await?.status, 303);
    let asked = stranger.post(&format!("{order}/payment"), &[]).await?;
    assert_eq!(asked.location(), order, "nobody is sent to pay");
    assert!(stranger.get(&order).await?.text.contains("You were banned from this space."));
    assert_eq!(stranger.post("/maya/front-row/purchase", &[]).await?.status, 403);
    assert_eq!(stranger.post("/maya/lobby/purchase", &[]).await?.status, 403, "nor a free pass");
    server.close().await
}
