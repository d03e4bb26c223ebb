//! The queue of a pass that is sold out: what becomes free is offered to the first in line, for a while.

use super::{apply, entry, list};
use crate::support::{Database, Feed, TestServer, eventually, on_both, shop::Order};
use anyhow::{Result, ensure};
use domain::{
    clock::Clock,
    money::selling::{Selling, Waitlist, Window},
    time::Span,
    waitlist::entry::{EntryState, OFFER_LASTS},
};

on_both!(
    a_free_seat_goes_to_the_first_in_line_and_then_to_the_next,
    a_queue_ends_with_the_sale,
    whoever_deletes_their_account_leaves_the_line,
);

/// A queue for a stock of which so many are left.
async fn leave(server: &TestServer, slug: &str, left: i64) -> Result<()> {
    let pass = server.pass(slug).await?;
    let holders = server.app.store.grants().holders(pass, server.app.clock.now()).await?;
    server.sell(slug, list(Waitlist::Queue, Some(holders + left))).await
}

async fn a_free_seat_goes_to_the_first_in_line_and_then_to_the_next(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    leave(&server, "front-row", 1).await?;
    let (ann, ben) = (server.signed_in("ann@example.org").await?, server.signed_in("ben@example.org").await?);
    let (cay, sam) = (server.signed_in("cay@example.org").await?, server.person("stranger"));
    let early = apply(&ben, "front-row", &[]).await?;
    ensure!(early.location() == "/maya/front-row", "there is a seat: {}", early.location());
    let order = Order::open(ann.clone()).await?;
    let page = ben.get("/maya/front-row").await?.text;
    ensure!(page.contains("Sold out") && page.contains("Join the queue"), "{page}");
    let first = entry(&apply(&ben, "front-row", &[]).await?)?;
    let second = entry(&apply(&cay, "front-row", &[]).await?)?;
    let mut bens = Feed::open(&ben, &format!("/account/waitlist/{first}/events"), None).await?;
    bens.all_until("<dd>1</dd>").await?;
    let mut cays = Feed::open(&cay, &format!("/account/waitlist/{second}/events"), None).await?;
    cays.all_until("<dd>2</dd>").await?;

    let cancelled = ann.post(&format!("{}/cancellation", order.path), &[]).await?;
    ensure!(cancelled.status == 303, "{}", cancelled.text);
    bens.all_until("data-state=\"offered\"").await?;
    cays.all_until("<dd>1</dd>").await?;
    for who in [&sam, &cay, &ann] {
        let refused = who.post("/maya/front-row/purchase", &[]).await?;
        ensure!(refused.status == 409, "{}: nobody comes before the queue", refused.status);
    }
    server.mailed("ben@example.org", "A seat is kept for you", 1).await?;

    // The offer runs out.
    server.advance(OFFER_LASTS.0 / 1000 + 1).await?;
    let state = async |id| anyhow::Ok(server.app.store.waitlists().by_id(id).await?.state);
    eventually("the next one has it", async || {
        Ok((state(second).await? == EntryState::Offered).then_some(()))
    })
    .await?;
    ensure!(state(first).await? == EntryState::Lapsed);
    ensure!(ben.post("/maya/front-row/purchase", &[]).await?.status == 409, "it is not theirs any more");
    let bought = Order::open(cay.clone()).await?;
    bought.press(&bought.pay_page().await?, "pay").await?;
    bought.follow().await?.all_until("data-state=\"paid\"").await?;
    ensure!(state(second).await? == EntryState::Taken && state(first).await? == EntryState::Lapsed);
    server.close().await
}

async fn a_queue_ends_with_the_sale(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let closes = server.app.clock.now() + Span::minutes(10);
    let pass = server.pass("front-row").await?;
    let holders = server.app.store.grants().holders(pass, server.app.clock.now()).await?;
    let window = Window { opens_at: None, closes_at: Some(closes) };
    let selling = Selling { window, ..list(Waitlist::Queue, Some(holders)) };
    server.sell("front-row", selling).await?;
    let ben = server.signed_in("ben@example.org").await?;
    let id = entry(&apply(&ben, "front-row", &[]).await?)?;
    server.advance(601).await?;
    server.sell("front-row", Selling { stock: Some(holders + 1), ..selling }).await?;
    // Whoever serves the queue has looked at it twice by now.
    for _ in 0..2 {
        service::waitlist::serve(&server.app.services).await?;
    }
    let row = server.app.store.waitlists().by_id(id).await?;
    ensure!(
        row.state == EntryState::Line,
        "a seat that is free after the sale is offered to nobody: {row:?}"
    );
    ensure!(server.mail_texts("ben@example.org", "A seat is kept for you").await?.is_empty());
    let late = server.signed_in("cay@example.org").await?.post("/maya/front-row/waitlist", &[]).await?;
    ensure!(late.status == 409 && late.text.contains("no longer on sale"), "{} {}", late.status, late.text);
    server.close().await
}

async fn whoever_deletes_their_account_leaves_the_line(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    leave(&server, "front-row", 0).await?;
    let (ben, cay) = (server.signed_in("ben@example.org").await?, server.signed_in("cay@example.org").await?);
    entry(&apply(&ben, "front-row", &[]).await?)?;
    let second = entry(&apply(&cay, "front-row", &[]).await?)?;
    let mut cays = Feed::open(&cay, &format!("/account/waitlist/{second}/events"), None).await?;
    cays.all_until("<dd>2</dd>").await?;
    let account = server.app.store.accounts().by_id(server.account("ben@example.org").await?).await?;
    let deleted = ben.post("/account/deletion", &[("username", account.username.as_str())]).await?;
    ensure!(deleted.status == 303, "{}", deleted.text);
    cays.all_until("<dd>1</dd>").await?;
    server.close().await
}
