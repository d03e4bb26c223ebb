//! A pass that people subscribe to is kept for whoever is on its list, as one that is paid once.

use super::{apply, entry, list};
use crate::support::{Browser, Database, Reply, TestServer, eventually, on_both, shop::Order};
use anyhow::{Result, ensure};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::PriceKind,
    clock::Clock,
    money::{
        billing::Interval,
        recurring::plan::Plan,
        selling::{Selling, Waitlist},
    },
    waitlist::entry::EntryState,
};

on_both!(only_whoever_is_approved_subscribes, a_seat_of_a_subscription_goes_to_the_first_in_line);

/// The pass costs so much a month or a year.
async fn sell(server: &TestServer, selling: Selling) -> Result<()> {
    let month = Plan::of(Money { minor: 500, currency: Currency::Eur }, Interval::Month);
    let price = PriceKind::Recurring(Plan { yearly: Some(5_000), ..month });
    server.sell_at("front-row", price, Some(&selling)).await.map(drop)
}

async fn subscribe(who: &Browser, every: &str) -> Result<Reply> {
    who.post("/maya/front-row/purchase", &[("every", every)]).await
}

async fn only_whoever_is_approved_subscribes(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, list(Waitlist::Apply, None)).await?;
    let questions = format!("/account/access_passes/{}/questions", server.pass("front-row").await?);
    let why = [("question", "Why you?"), ("kind", "text"), ("required", "1")];
    ensure!(server.person("host").post(&questions, &why).await?.status == 303);
    let ann = server.signed_in("ann@example.org").await?;
    let id = entry(&apply(&ann, "front-row", &[("answer1", "I stay")]).await?)?;
    ensure!(subscribe(&ann, "month").await?.status == 403, "nobody has decided");
    super::decide(&server, "front-row", "approve", &[id]).await?;
    let offer = ann.get(&format!("/account/waitlist/{id}")).await?.text;
    ensure!(offer.contains("name=\"every\" value=\"year\""), "by the month or by the year: {offer}");
    ensure!(!offer.contains("name=\"promo\""), "no code makes a subscription cheaper: {offer}");
    let order = Order::at(ann.clone(), &subscribe(&ann, "month").await?)?;
    ensure!(server.app.store.waitlists().by_id(id).await?.state == EntryState::Taken);
    let changed = Order::at(ann.clone(), &subscribe(&ann, "year").await?)?;
    ensure!(changed.path != order.path, "whoever gives up their own order has the right to the next");
    let answers = server.app.store.checkouts().by_id(changed.id).await?.answers;
    ensure!(answers.iter().any(|one| one.answer == "I stay"), "{answers:?}");
    ensure!(subscribe(&server.person("stranger"), "month").await?.status == 403);
    server.close().await
}

async fn a_seat_of_a_subscription_goes_to_the_first_in_line(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = server.pass("front-row").await?;
    let holders = server.app.store.grants().holders(pass, server.app.clock.now()).await?;
    sell(&server, list(Waitlist::Queue, Some(holders + 1))).await?;
    let (ann, ben) = (server.signed_in("ann@example.org").await?, server.signed_in("ben@example.org").await?);
    let month = Order::at(ann.clone(), &subscribe(&ann, "month").await?)?;
    let id = entry(&apply(&ben, "front-row", &[]).await?)?;
    let state = async || anyhow::Ok(server.app.store.waitlists().by_id(id).await?.state);
    let year = Order::at(ann.clone(), &subscribe(&ann, "year").await?)?;
    ensure!(year.path != month.path && state().await? == EntryState::Line, "the seat stays hers");

    let cancelled = ann.post(&format!("{}/cancellation", year.path), &[]).await?;
    ensure!(cancelled.status == 303, "{}", cancelled.text);
    eventually("the first in line has an offer", async || {
        Ok((state().await? == EntryState::Offered).then_some(()))
    })
    .await?;
    for who in [&ann, &server.person("stranger")] {
        let refused = subscribe(who, "month").await?;
        ensure!(refused.status == 409, "{}: nobody comes before the queue", refused.status);
    }
    Order::at(ben.clone(), &subscribe(&ben, "month").await?)?;
    ensure!(state().await? == EntryState::Taken);
    server.close().await
}
