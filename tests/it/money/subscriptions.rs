//! Passes that are paid each month or each year: bought, renewed, owed, ended. The provider's clock is the server's.

use crate::support::{
    Database, TestServer, eventually, on_both,
    plans::{ADA, DAY, buyer, euros, held_until, monthly, paid, sell, settled, subscribe, wait},
    shop::{FAILS_LATER, GOOD},
};
use anyhow::{Context, Result};
use domain::{
    amount::Currency,
    clock::Clock,
    mail::Mail,
    money::{
        billing::{Interval, SubscriptionStatus},
        recurring::{
            plan::Plan,
            subscription::{GRACE, Subscription},
        },
    },
};

on_both!(
    a_month_is_bought_and_renewed_with_an_invoice_each_time,
    a_trial_costs_nothing_and_then_each_month,
    a_subscription_that_is_ended_stays_until_its_period_is_over,
    a_renewal_that_fails_is_told_about_and_closes_after_the_grace,
    without_any_webhook_the_sweep_finds_the_renewal,
    whoever_chooses_the_year_pays_for_the_year,
    a_change_to_the_year_costs_what_its_page_said,
    a_renewal_is_refunded_like_every_order_and_ends_the_subscription,
    who_deletes_their_account_is_charged_no_more,
    who_is_kept_out_for_good_is_charged_no_more,
    whoever_changes_their_card_and_pays_keeps_the_pass,
);

async fn a_month_is_bought_and_renewed_with_an_invoice_each_time(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, monthly()).await?;
    subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    assert_eq!(paid(&server, 1).await?, [500]);
    let first = settled(&server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    assert_eq!((first.every, first.each), (Interval::Month, euros(500)));
    assert_eq!(held_until(&server, pass).await?, Some(first.period_end + GRACE));
    server.rest().await?;
    assert_eq!(server.mails(ADA, "Your pass").await?, 1);
    let people = format!("/account/spaces/{}/people", server.space("maya").await?);
    let listed = server.person("host").get(&people).await?;
    assert!(listed.status == 200 && listed.text.contains("subscribes"), "{}", listed.text);
    let why = format!("{people}/{}", server.account(ADA).await?);
    let why = server.person("host").get(&why).await?.text;
    assert!(why.contains("By a subscription."), "{why}");

    // Events come twice and in any order.
    server.stand_in_does("duplicate", "3").await?;
    server.stand_in_does("shuffle", "on").await?;
    wait(&server, 32).await?;
    assert_eq!(paid(&server, 2).await?, [500, 500]);
    server.rest().await?;
    let renewed = settled(&server, |all| all[0].period_start == first.period_end).await?.remove(0);
    assert_eq!(held_until(&server, pass).await?, Some(renewed.period_end + GRACE));
    assert_eq!(paid(&server, 2).await?.len(), 2, "each invoice is one order");
    assert_eq!(server.mails(ADA, "Your pass").await?, 2);
    let sums = server.app.store.ledger().sums().await?;
    let total: i64 =
        sums.iter().filter(|one| one.sum.currency == Currency::Eur).map(|one| one.sum.minor).sum();
    assert_eq!(total, 0, "{sums:?}");
    let page = buyer(&server).await?.get("/account/subscriptions").await?.text;
    assert!(page.contains("a month") && page.contains("Charged again on"), "{page}");
    server.close().await
}

async fn a_trial_costs_nothing_and_then_each_month(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, Plan { trial_days: Some(7), ..monthly() }).await?;
    let order = subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    let page = order.page().await?;
    assert!(page.contains("data-state=\"paid\""), "{page}");
    let trial = settled(&server, |all| all[0].status == SubscriptionStatus::Trialing).await?.remove(0);
    assert!(held_until(&server, pass).await?.is_some());
    assert!(paid(&server, 0).await?.is_empty());
    server.mailed(ADA, "Your trial", 1).await?;
    wait(&server, 8).await?;
    assert_eq!(paid(&server, 1).await?, [500]);
    let active = settled(&server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    assert_eq!(active.period_start, trial.period_end);
    server.close().await
}

async fn a_subscription_that_is_ended_stays_until_its_period_is_over(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, monthly()).await?;
    let order = subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    paid(&server, 1).await?;
    let one = settled(&server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    let path = |verb: &str| format!("/account/subscriptions/{}/{verb}", one.id);
    assert_eq!(server.person("stranger").post(&path("cancellation"), &[]).await?.status, 404);
    assert_eq!(order.buyer.post(&path("cancellation"), &[]).await?.status, 303);
    assert_eq!(held_until(&server, pass).await?, Some(one.period_end), "nobody pays for more");
    assert_eq!(order.buyer.post(&path("continuation"), &[]).await?.status, 303);
    assert_eq!(held_until(&server, pass).await?, Some(one.period_end + GRACE));
    assert_eq!(order.buyer.post(&path("cancellation"), &[]).await?.status, 303);
    let lines = server.app.store.audit().last(200).await?;
    let done = |action: &str| lines.iter().filter(|line| line.act.action == action).count();
    assert_eq!((done("subscription.end"), done("subscription.go_on")), (2, 1));
    wait(&server, 20).await?;
    assert_eq!(held_until(&server, pass).await?, Some(one.period_end));
    wait(&server, 12).await?;
    settled(&server, |all| all[0].status == SubscriptionStatus::Canceled).await?;
    assert_eq!(held_until(&server, pass).await?, None);
    server.rest().await?;
    assert_eq!(server.mails(ADA, "Ended: ").await?, 1);
    // Whoever ended it can buy it again.
    let asked = buyer(&server).await?.post("/maya/front-row/purchase", &[("every", "month")]).await?;
    assert!(asked.location().starts_with("/checkouts/"), "{}", asked.location());
    server.close().await
}

/// A subscription whose first renewal was not paid: its card fails later.
async fn past_due(server: &TestServer) -> Result<Subscription> {
    subscribe(server, buyer(server).await?, "month", FAILS_LATER).await?;
    paid(server, 1).await?;
    let one = settled(server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    let days = (one.period_end - server.app.clock.now()).0 / (DAY * 1000);
    wait(server, days + 2).await?;
    Ok(settled(server, |all| all[0].status == SubscriptionStatus::PastDue).await?.remove(0))
}

async fn a_renewal_that_fails_is_told_about_and_closes_after_the_grace(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, monthly()).await?;
    let late = past_due(&server).await?;
    assert_eq!(held_until(&server, pass).await?, Some(late.period_start + GRACE), "the grace");
    let ada = buyer(&server).await?;
    let page = ada.get("/account/subscriptions").await?.text;
    assert!(page.contains("The last charge failed"), "{page}");
    for (days, told) in [(0, 1), (4, 2)] {
        wait(&server, days).await?;
        server.mailed(ADA, "Payment failed", told).await?;
    }
    wait(&server, 4).await?;
    assert_eq!(held_until(&server, pass).await?, None);
    assert_eq!(paid(&server, 1).await?, [500]);
    let again = ada.post("/maya/front-row/purchase", &[("every", "month")]).await?;
    assert!(
        again.location().starts_with("/checkouts/"),
        "whoever failed can buy again: {}",
        again.location()
    );
    server.close().await
}

async fn without_any_webhook_the_sweep_finds_the_renewal(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, monthly()).await?;
    subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    paid(&server, 1).await?;
    let first = settled(&server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    server.stand_in_does("lose", "on").await?;
    wait(&server, 32).await?;
    assert_eq!(paid(&server, 2).await?, [500, 500]);
    let renewed = settled(&server, |all| all[0].period_start == first.period_end).await?.remove(0);
    assert_eq!(held_until(&server, pass).await?, Some(renewed.period_end + GRACE));
    server.close().await
}

async fn whoever_chooses_the_year_pays_for_the_year(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, monthly()).await?;
    let buyer = buyer(&server).await?;
    let page = buyer.get("/maya/front-row").await?.text;
    assert!(page.contains("name=\"every\"") && page.contains("value=\"year\""), "{page}");
    // Who changes their mind before they pay gets another order.
    let month = buyer.post("/maya/front-row/purchase", &[("every", "month")]).await?;
    let year = buyer.post("/maya/front-row/purchase", &[("every", "year")]).await?;
    assert_ne!(month.location(), year.location());
    let wrong = buyer.post("/maya/front-row/purchase", &[("every", "year"), ("promo", "SUMMER")]).await?;
    assert_eq!(wrong.status, 422);
    subscribe(&server, buyer, "year", GOOD).await?;
    assert_eq!(paid(&server, 1).await?, [5_000]);
    let one = settled(&server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    assert_eq!((one.every, one.each), (Interval::Year, euros(5_000)));
    let first = server.app.store.purchases().of_account(one.account).await?;
    let invoice = first.first().context("an order")?;
    assert!(invoice.provider_session.as_ref().is_some_and(|id| id.starts_with("in_")), "{invoice:?}");
    server.close().await
}

async fn a_change_to_the_year_costs_what_its_page_said(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, monthly()).await?;
    let order = subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    paid(&server, 1).await?;
    let one = settled(&server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    wait(&server, 10).await?;
    let path = format!("/account/subscriptions/{}/plan", one.id);
    assert_eq!(server.person("stranger").post(&path, &[]).await?.status, 404);
    let unasked = order.buyer.post(&format!("{path}/confirmation"), &[]).await?;
    assert_eq!(unasked.location(), path, "first it is said what it costs");
    assert_eq!(order.buyer.post(&path, &[]).await?.location(), path);
    let told = server.app.store.customers().preview(one.id).await?.context("a preview")?;
    assert!((4_000..5_000).contains(&told.cost.due.minor), "{told:?}");
    let page = order.buyer.get(&path).await?.text;
    assert!(page.contains("a year") && page.contains("Charged now"), "{page}");
    server.advance(60).await?;
    let changed = order.buyer.post(&format!("{path}/confirmation"), &[]).await?;
    assert_eq!(changed.location(), "/account/subscriptions");
    assert_eq!(paid(&server, 2).await?, [told.cost.due.minor, 500]);
    settled(&server, |all| all[0].every == Interval::Year && all[0].each == euros(5_000)).await?;
    assert_eq!(server.app.store.customers().preview(one.id).await?, None);
    server.close().await
}

async fn a_renewal_is_refunded_like_every_order_and_ends_the_subscription(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, monthly()).await?;
    subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    paid(&server, 1).await?;
    wait(&server, 32).await?;
    paid(&server, 2).await?;
    server.rest().await?;
    let ada = server.account(ADA).await?;
    let newest = server.app.store.purchases().of_account(ada).await?.remove(0);
    let host = server.account("maya@demo.example").await?;
    service::money::seller_refunds::give_back(&server.app.services, host, newest.id, 500, 500).await?;
    settled(&server, |all| all[0].status == SubscriptionStatus::Canceled).await?;
    let refunded = server.app.store.purchases().by_id(newest.id).await?;
    assert_eq!(refunded.refunded, 500);
    assert_eq!(held_until(&server, pass).await?, None);
    server.close().await
}

async fn who_deletes_their_account_is_charged_no_more(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, monthly()).await?;
    subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    let ada = server.account(ADA).await?;
    let mail =
        Mail { to: ADA.into(), subject: "Gone".into(), text: "Gone".into(), html: None, unsubscribe: None };
    service::people::deletion::delete(&server.app.services, ada, mail).await?;
    eventually("it goes on", async || {
        let all = server.app.store.subscriptions().of_account(ada).await?;
        let is_over = matches!(&all[..], [one] if one.status == SubscriptionStatus::Canceled);
        Ok(is_over.then_some(()))
    })
    .await?;
    server.close().await
}

async fn who_is_kept_out_for_good_is_charged_no_more(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, monthly()).await?;
    let order = subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    paid(&server, 1).await?;
    let one = settled(&server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    let (host, ada) = (server.person("host"), server.account(ADA).await?);
    let (bans, account) = (server.door("events").replace("/events", "/bans"), ada.to_string());
    let ban = async |kind: &str, seconds: &str| {
        host.post(&bans, &[("account", &account), ("kind", kind), ("seconds", seconds)]).await
    };
    for (kind, seconds) in [("mute", ""), ("ban", "3600")] {
        assert_eq!(ban(kind, seconds).await?.status, 303);
        server.rest().await?;
        assert!(settled(&server, |all| !all[0].ends_with_period).await.is_ok(), "{kind}: may come in again");
    }
    assert_eq!(ban("ban", "").await?.status, 303);
    settled(&server, |all| all[0].ends_with_period).await?;
    let continuation = format!("/account/subscriptions/{}/continuation", one.id);
    assert_eq!(order.buyer.post(&continuation, &[]).await?.status, 303);
    settled(&server, |all| !all[0].ends_with_period).await?;
    let operator = server.account("olga@demo.example").await?;
    service::ops::suspensions::suspend_account(&server.app.services, operator, ada, "Spam.").await?;
    settled(&server, |all| all[0].ends_with_period).await?;
    wait(&server, 32).await?;
    settled(&server, |all| all[0].status == SubscriptionStatus::Canceled).await?;
    assert_eq!(paid(&server, 1).await?, [500]);
    server.close().await
}

async fn whoever_changes_their_card_and_pays_keeps_the_pass(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, monthly()).await?;
    let late = past_due(&server).await?;
    let ada = buyer(&server).await?;
    let pay = format!("/account/subscriptions/{}/payment", late.id);
    let stranger = server.signed_in("somebody.else@example.org").await?;
    assert_eq!(stranger.post(&pay, &[]).await?.status, 404);
    assert_eq!(ada.post(&pay, &[]).await?.status, 303);
    assert_eq!(paid(&server, 1).await?, [500], "the card still fails");
    let portal = ada.post("/account/subscriptions/portal", &[]).await?.location().to_string();
    assert_eq!(ada.post(&format!("{portal}/card"), &[("card", GOOD)]).await?.status, 303);
    // The key of a minute ago has the refusal.
    server.advance(60).await?;
    assert_eq!(ada.post(&pay, &[]).await?.status, 303);
    assert_eq!(paid(&server, 2).await?, [500, 500]);
    let active = settled(&server, |all| all[0].status == SubscriptionStatus::Active).await?.remove(0);
    assert_eq!(held_until(&server, pass).await?, Some(active.period_end + GRACE));
    assert_eq!(active.past_due_since, None);
    server.close().await
}
