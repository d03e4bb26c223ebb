//! A pass that is paid in instalments: with the last one it stays, and one that fails closes it after the grace.

use crate::support::{
    Database, TestServer, on_both,
    plans::{ADA, buyer, euros, held_until, paid, sell, settled, subscribe, wait},
    shop::{FAILS_LATER, GOOD},
};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::PassId,
    money::{
        billing::{Interval, SubscriptionStatus},
        recurring::plan::Plan,
    },
};
use service::money::{seller_refunds::give_back, subscriptions::undo_cancellation};

on_both!(
    with_the_last_of_three_the_pass_stays_and_nothing_more_is_charged,
    an_instalment_that_fails_closes_the_pass_after_the_grace,
    what_was_paid_in_instalments_ends_when_the_last_one_goes_back,
);

fn instalments(times: i64) -> Plan {
    Plan { instalments: Some(times), ..Plan::of(euros(2_000), Interval::Month) }
}

/// Whether the buyer holds the pass now.
async fn holds(server: &TestServer, pass: PassId) -> Result<bool> {
    let (ada, now) = (server.account(ADA).await?, server.app.clock.now());
    let grants = server.app.store.grants().of_account(ada).await?;
    Ok(grants.iter().any(|grant| {
        grant.pass == pass && grant.revoked_at.is_none() && grant.expires_at.is_none_or(|until| until > now)
    }))
}

async fn with_the_last_of_three_the_pass_stays_and_nothing_more_is_charged(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, instalments(3)).await?;
    let shown = server.anybody().get("/maya/front-row").await?.text;
    ensure!(shown.contains("3 × €20, then it is yours") && shown.contains("€60"), "{shown}");
    let order = subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    assert_eq!(paid(&server, 1).await?, [2_000]);
    let first = settled(&server, |all| all[0].paid == 1).await?.remove(0);
    ensure!(held_until(&server, pass).await?.is_some(), "not for good yet");
    let page = order.buyer.get("/account/subscriptions").await?.text;
    ensure!(page.contains("1 of 3 paid"), "{page}");
    // Events come twice and in any order.
    server.stand_in_does("duplicate", "3").await?;
    server.stand_in_does("shuffle", "on").await?;
    wait(&server, 32).await?;
    settled(&server, |all| all[0].paid == 2).await?;
    wait(&server, 31).await?;
    assert_eq!(paid(&server, 3).await?, [2_000; 3]);
    settled(&server, |all| all[0].paid == 3 && all[0].ends_with_period).await?;
    server.rest().await?;
    let grants = server.app.store.grants().of_account(first.account).await?;
    let held = grants.iter().find(|grant| grant.pass == pass).context("a grant")?;
    assert_eq!(held.expires_at, None, "it stays");
    // Whoever asks for it to go on is charged no more, either.
    undo_cancellation(&server.app.services, first.account, first.id).await?;
    wait(&server, 62).await?;
    settled(&server, |all| all[0].status == SubscriptionStatus::Canceled).await?;
    server.rest().await?;
    assert_eq!(paid(&server, 3).await?.len(), 3, "nothing more is charged");
    ensure!(holds(&server, pass).await?, "it stays");
    let page = buyer(&server).await?.get("/account/subscriptions").await?.text;
    ensure!(page.contains("3 of 3 paid") && page.contains("All of it is paid"), "{page}");
    ensure!(!page.contains("/continuation") && !page.contains("/cancellation"), "{page}");
    assert_eq!(server.mails(ADA, "Your pass").await?, 3, "a receipt each");
    assert_eq!(server.mails(ADA, "Ended: ").await?, 0);
    assert_eq!(server.mails("vera@demo.example", "Your pass").await?, 0);
    server.close().await
}

async fn an_instalment_that_fails_closes_the_pass_after_the_grace(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, instalments(3)).await?;
    subscribe(&server, buyer(&server).await?, "month", FAILS_LATER).await?;
    settled(&server, |all| all[0].paid == 1).await?;
    wait(&server, 32).await?;
    settled(&server, |all| all[0].status == SubscriptionStatus::PastDue).await?;
    server.mailed(ADA, "Payment failed", 1).await?;
    ensure!(holds(&server, pass).await?, "within the grace");
    wait(&server, 8).await?;
    ensure!(!holds(&server, pass).await?, "the grace is over");
    let page = buyer(&server).await?.get("/account/subscriptions").await?.text;
    ensure!(page.contains("1 of 3 paid") && !page.contains("All of it is paid"), "{page}");
    assert_eq!(paid(&server, 1).await?, [2_000]);
    server.close().await
}

async fn what_was_paid_in_instalments_ends_when_the_last_one_goes_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let pass = sell(&server, instalments(2)).await?;
    subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    settled(&server, |all| all[0].paid == 1).await?;
    wait(&server, 32).await?;
    let done = settled(&server, |all| all[0].paid == 2).await?.remove(0);
    server.rest().await?;
    let mut orders = server.app.store.purchases().of_account(done.account).await?;
    let last = orders.remove(0);
    let host = server.account("maya@demo.example").await?;
    give_back(&server.app.services, host, last.id, 500, 2_000).await?;
    server.rest().await?;
    ensure!(holds(&server, pass).await?, "a part of it went back");
    give_back(&server.app.services, host, last.id, 1_500, 1_500).await?;
    server.rest().await?;
    ensure!(!holds(&server, pass).await?, "all of the last one went back");
    server.close().await
}
