//! What becomes of a payment is shown on its buyer's open pages, and on nobody else's.

use crate::support::{Browser, Database, Feed, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use std::time::Duration;
use tokio::time::timeout;

on_both!(
    payments_and_a_paid_order_follow_what_becomes_of_the_money,
    the_buyer_of_a_gift_sees_its_money_go_back,
);

const SOON: Duration = Duration::from_secs(10);
const QUIET: Duration = Duration::from_millis(1500);

/// The payments in a frame, if it has them.
fn payments(frame: &str) -> Option<&str> {
    let (_, rest) = frame.split_once("hx-target=\"#payments\"")?;
    rest.split_once("</hx-partial>").map(|(content, _)| content)
}

async fn follow(who: &Browser) -> Result<Feed> {
    Feed::open(who, "/account/purchases/events", None).await
}

/// Waits until the list of payments says this.
async fn says(list: &mut Feed, words: &str) -> Result<()> {
    let told = async {
        loop {
            let event = list.next().await?.context("the feed ended")?;
            if payments(&event.data).is_some_and(|shown| shown.contains(words)) {
                return anyhow::Ok(());
            }
        }
    };
    timeout(SOON, told).await.with_context(|| words.to_owned())?
}

async fn payments_and_a_paid_order_follow_what_becomes_of_the_money(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::paid(server.person("stranger"), &server).await?;
    let (mut list, mut other) = (follow(&order.buyer).await?, follow(&server.person("viewer")).await?);
    let mut page = order.follow().await?;
    says(&mut list, ">paid<").await?;
    let first = page.next().await?.context("its first frame")?;
    ensure!(first.data.contains("data-state=\"paid\"") && first.data.contains("You are in"), "{first:?}");
    let first = other.next().await?.context("its first frame")?;
    ensure!(payments(&first.data).is_some_and(|shown| !shown.contains("Front Row")), "{first:?}");
    for (act, badge, notice) in [
        ("dispute", ">disputed<", "Your pass is paused"),
        ("win", ">paid<", "You are in"),
        ("refund", ">refunded<", "Refunded"),
    ] {
        server.bank(&order, act).await?;
        says(&mut list, badge).await?;
        timeout(SOON, page.all_until(notice)).await.context(act)??;
    }
    let fragment = order.buyer.get(&format!("{}/fragment", order.path)).await?.text;
    ensure!(fragment.contains("Refunded"), "pages without a feed: {fragment}");
    server.rest().await?;
    while let Ok(event) = timeout(QUIET, other.next()).await {
        let event = event?.context("it goes on")?;
        ensure!(payments(&event.data).is_none(), "nothing of others: {event:?}");
    }
    server.close().await
}

async fn the_buyer_of_a_gift_sees_its_money_go_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let sam = server.person("stranger");
    let asked = sam.post("/maya/front-row/gift", &[("email", "kim@example.org")]).await?;
    let order = Order::at(sam.clone(), &asked)?;
    order.press(&order.pay_page().await?, "pay").await?;
    server.rest().await?;
    let kim = server.signed_in("kim@example.org").await?;
    let gift = server.gift_path("kim@example.org").await?;
    ensure!(kim.post(&format!("{gift}/acceptance"), &[]).await?.status == 303);
    let mut list = follow(&sam).await?;
    says(&mut list, ">paid<").await?;
    server.bank(&order, "refund").await?;
    says(&mut list, ">refunded<").await?;
    server.close().await
}
