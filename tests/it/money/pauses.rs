//! A pause: nothing is charged, and the pass ends with what was paid for. What goes on later is charged at once.

use crate::support::{
    Browser, Database, TestServer, on_both,
    plans::{ADA, buyer, held_until, monthly, paid, sell, settled, subscribe, wait},
    shop::{ASKS, FAILS_LATER, GOOD},
};
use anyhow::{Result, ensure};
use domain::money::{
    billing::SubscriptionStatus,
    recurring::{
        plan::Plan,
        subscription::{GRACE, Subscription},
    },
};

on_both!(
    a_pause_costs_nothing_and_what_goes_on_is_charged_at_once,
    a_pause_that_ends_in_time_changes_nothing,
    a_pause_of_three_months_ends_the_subscription,
    what_is_owed_or_ends_anyway_is_not_paused,
);

/// Presses a button of the subscription, and reads the page to which it leads.
async fn press(buyer: &Browser, one: &Subscription, verb: &str) -> Result<String> {
    let pressed = buyer.post(&format!("/account/subscriptions/{}/{verb}", one.id), &[]).await?;
    ensure!(
        pressed.status == 303 && pressed.location() == "/account/subscriptions",
        "{verb}: {}",
        pressed.text
    );
    Ok(buyer.get("/account/subscriptions").await?.text)
}

/// Another card pays from now on.
async fn use_card(buyer: &Browser, number: &str) -> Result<()> {
    let portal = buyer.post("/account/subscriptions/portal", &[]).await?.location().to_owned();
    let done = buyer.post(&format!("{portal}/card"), &[("card", number)]).await?;
    ensure!(done.status == 303, "{} {}", done.status, done.text);
    Ok(())
}

async fn begun(server: &TestServer, plan: Plan, card: &str) -> Result<(Browser, Subscription)> {
    sell(server, plan).await?;
    let order = subscribe(server, buyer(server).await?, "month", card).await?;
    paid(server, 1).await?;
    let one = settled(server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    Ok((order.buyer, one))
}

async fn a_pause_costs_nothing_and_what_goes_on_is_charged_at_once(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ada, one) = begun(&server, monthly(), GOOD).await?;
    let path = |verb: &str| format!("/account/subscriptions/{}/{verb}", one.id);
    for verb in ["pause", "resumption"] {
        assert_eq!(server.person("stranger").post(&path(verb), &[]).await?.status, 404, "{verb}");
    }
    let page = press(&ada, &one, "pause").await?;
    ensure!(page.contains("It is paused") && page.contains("Paused: nothing is charged."), "{page}");
    ensure!(page.contains("/resumption") && !page.contains("/pause\""), "{page}");
    assert_eq!(held_until(&server, one.pass).await?, Some(one.period_end), "nobody pays for more");
    // Two periods begin that nobody pays for.
    wait(&server, 70).await?;
    settled(&server, |all| all[0].period_start > one.period_end).await?;
    server.rest().await?;
    assert_eq!(paid(&server, 1).await?, [500]);
    assert_eq!(held_until(&server, one.pass).await?, None, "it is not paid for");
    let ada = buyer(&server).await?;
    use_card(&ada, ASKS).await?;
    let page = press(&ada, &one, "resumption").await?;
    ensure!(page.contains("Your card did not pay, so it is still paused."), "{page}");
    assert_eq!(paid(&server, 1).await?, [500]);
    use_card(&ada, GOOD).await?;
    let page = press(&ada, &one, "resumption").await?;
    ensure!(page.contains("It goes on.") && page.contains("Charged again on"), "{page}");
    assert_eq!(paid(&server, 2).await?, [500, 500]);
    let again = settled(&server, |all| !all[0].collection_paused).await?.remove(0);
    assert_eq!(held_until(&server, one.pass).await?, Some(again.period_end + GRACE));
    press(&ada, &one, "resumption").await?;
    server.rest().await?;
    assert_eq!(paid(&server, 2).await?.len(), 2, "charged once");
    let lines = server.app.store.audit().last(200).await?;
    let done = |action: &str| lines.iter().filter(|line| line.act.action == action).count();
    assert_eq!((done("subscription.pause"), done("subscription.resume")), (1, 1));
    server.close().await
}

async fn a_pause_that_ends_in_time_changes_nothing(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ada, one) = begun(&server, monthly(), GOOD).await?;
    press(&ada, &one, "pause").await?;
    wait(&server, 10).await?;
    press(&ada, &one, "resumption").await?;
    let back = settled(&server, |all| !all[0].collection_paused).await?.remove(0);
    assert_eq!(back.period_end, one.period_end);
    assert_eq!(held_until(&server, one.pass).await?, Some(one.period_end + GRACE));
    server.rest().await?;
    assert_eq!(paid(&server, 1).await?, [500], "what was paid for goes on");
    wait(&server, 22).await?;
    assert_eq!(paid(&server, 2).await?, [500, 500], "and is charged again after it");
    server.close().await
}

async fn a_pause_of_three_months_ends_the_subscription(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ada, one) = begun(&server, monthly(), GOOD).await?;
    press(&ada, &one, "pause").await?;
    for _ in 0..5 {
        wait(&server, 30).await?;
        server.sweep().await?;
    }
    settled(&server, |all| all[0].status == SubscriptionStatus::Canceled).await?;
    server.rest().await?;
    assert_eq!(paid(&server, 1).await?, [500]);
    assert_eq!(server.mails(ADA, "Ended: ").await?, 1);
    let page = press(&buyer(&server).await?, &one, "resumption").await?;
    ensure!(page.contains("Ended on") && !page.contains("/resumption"), "{page}");
    server.close().await
}

async fn what_is_owed_or_ends_anyway_is_not_paused(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ada, one) = begun(&server, monthly(), FAILS_LATER).await?;
    press(&ada, &one, "cancellation").await?;
    let page = press(&ada, &one, "pause").await?;
    ensure!(page.contains("It cannot be paused now") && page.contains("Ends on"), "{page}");
    press(&ada, &one, "continuation").await?;
    wait(&server, 32).await?;
    settled(&server, |all| all[0].status == SubscriptionStatus::PastDue).await?;
    let page = press(&buyer(&server).await?, &one, "pause").await?;
    ensure!(page.contains("It cannot be paused now") && page.contains("The last charge failed"), "{page}");
    settled(&server, |all| !all[0].collection_paused).await?;
    server.close().await
}
